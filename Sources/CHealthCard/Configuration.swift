import Files
import PCSC

/// Which reader, which SAM, which profile, which conventions: said by the environment, else by a file (`Docs/c-interface.md`).
struct Configuration: Equatable, Sendable {
    /// As ``ReaderName/choose(_:among:)`` takes it; nil for the one that holds a health card.
    var reader: String?
    /// nil for the one that holds a SAM.
    var sam: String?
    var profile = "resident-health-card"
    /// How long a call to a card may take; 104 after that.
    var commandLimit = CommandLimit.standard
    /// How long another program that has a card for itself is waited for.
    var sharingLimit = CardConnection.usualPatience
    /// What the programs expect that call.
    var conventions = Conventions()
    /// `syslog`, or the path of a file; nil for no log.
    var logPlace: String?
    var logLevel: CallLog.Level?

    var log: CallLog? { logPlace.map { CallLog(to: $0, logLevel) } }

    /// What is configured, and what is wrong with it: `argument` when the file that is named cannot be read, a line or a
    /// variable is none, or a line is there twice. No device opens then; what the other lines say of how a program is told
    /// so, and of the log, holds all the same.
    static func found(
        environment: [String: String] = DistantCall.current?.environment ?? ProcessEnvironment.all
    ) -> (configuration: Configuration, flaw: ReturnCode?) {
        var configuration = Configuration()
        let flaw = ReturnCode.failure { () throws(ReturnCode) in try configuration.fill(environment) }
        return (configuration, flaw)
    }

    private mutating func fill(_ environment: [String: String]) throws(ReturnCode) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let file = DistantCall.current?.caller.surroundings.file {
            try take(distant: file)
        } else if let path = variable("HEALTHCARD_CONFIG") {
            guard let text = try Self.read(path) else { throw .argument.because("HEALTHCARD_CONFIG names no file") }
            try take(text)
        } else {
            let home = variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }
            let folders = [home, "/etc"].compactMap { $0 }
            for folder in folders {
                guard let text = try Self.read(folder + "/healthcard/interface.conf") else { continue }
                try take(text)
                break
            }
        }
        reader = variable("HEALTHCARD_READER") ?? reader
        sam = variable("HEALTHCARD_SAM_READER") ?? sam
        if let name = DistantCall.current?.caller.surroundings.variables["HEALTHCARD_PROFILE"] {
            try Self.checkDistant(profile: name)
        }
        profile = variable("HEALTHCARD_PROFILE") ?? profile
        if let word = variable("HEALTHCARD_LOG_LEVEL") {
            guard let level = CallLog.Level(rawValue: word) else {
                throw .argument.because("HEALTHCARD_LOG_LEVEL is \(CallLog.Level.names)")
            }
            logLevel = level
        }
        do {
            commandLimit = try CommandLimit.named(environment: environment) ?? commandLimit
        } catch {
            throw .argument.because("\(error)")
        }
    }

    /// The file of a program in another process, as it was found there.
    private mutating func take(distant file: DistantCaller.File) throws(ReturnCode) {
        switch file {
        case .missing: throw .argument.because("HEALTHCARD_CONFIG names no file")
        case .unreadable: throw .argument.because("the program cannot read its configuration")
        case .content(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .argument.because("the configuration is not UTF-8")
            }
            let own = profile
            try take(text)
            if profile != own { try Self.checkDistant(profile: profile) }
        }
    }

    /// A path is one of the machine that carries the call out, where the program may have no right to read.
    private static func checkDistant(profile name: String) throws(ReturnCode) {
        guard !name.contains("/"), !name.hasSuffix(".yaml"), !name.hasSuffix(".yml") else {
            throw .argument.because("a profile by its path: name it in the configuration of the agent's machine")
        }
    }

    /// Nil when there is no such file. One that is there and cannot be read, or is not text, may name another reader, and
    /// with it another card, than the one that would be taken without it.
    private static func read(_ path: String) throws(ReturnCode) -> String? {
        // The usual way to say that there is none, although a file of that name would be looked for first.
        if path == "/dev/null" { return "" }
        let bytes: [UInt8]?
        do {
            bytes = try InputFile.contentsIfThere(of: path, atMost: longestFile)
        } catch {
            throw .argument.because("the configuration cannot be read: \(error)")
        }
        guard let bytes else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .argument.because("the configuration is not UTF-8")
        }
        return text
    }

    private static let longestFile = 1 << 16

    /// Lines `name = value`; empty lines and those that begin with `#` say nothing.
    ///
    /// - Throws: the first line that is none, or says again what a line before it has said; the others are taken.
    mutating func take(_ text: String) throws(ReturnCode) {
        var flaw: ReturnCode?
        var seen: Set<String> = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do throws(ReturnCode) { try take(line: line, &seen) } catch { flaw = flaw ?? error }
        }
        if let flaw { throw flaw }
    }

    /// Without the blanks around it, of any width.
    private static func trimmed(_ text: Substring) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    private mutating func take(line: String, _ seen: inout Set<String>) throws(ReturnCode) {
        let parts = line.split(separator: "=", maxSplits: 1).map(Self.trimmed)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw .argument.because("the configuration has a line that is not name = value")
        }
        let (name, value) = (parts[0], parts[1])
        guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .argument.because("the configuration has a value with a control character in it")
        }
        guard seen.insert(name).inserted else {
            throw .argument.because("the configuration has a setting twice; which one counts would be a guess")
        }
        switch name {
        case "reader": reader = value
        case "sam": sam = value
        case "profile": profile = value
        case "log": logPlace = value
        // How the thin client reaches the agent: one file serves both libraries.
        case "agent", "agent-secret", "agent-patience": break
        case "log-level":
            guard let level = CallLog.Level(rawValue: value) else {
                throw .argument.because("log-level is \(CallLog.Level.names)")
            }
            logLevel = level
        case "command-limit":
            guard let limit = CommandLimit.seconds(value) else {
                throw .argument.because("command-limit is a number of seconds, 1 to 3600")
            }
            commandLimit = limit
        case "sharing-limit":
            guard let seconds = Int(value), (0...3600).contains(seconds) else {
                throw .argument.because("sharing-limit is a number of seconds, 0 to 3600")
            }
            sharingLimit = .seconds(seconds)
        default:
            guard try conventions.take(name, value) else {
                throw .argument.because("the configuration has a line that is not one of its settings")
            }
        }
    }
}
