import Files
import Foundation
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

    /// - Throws: `argument` when the file that is named cannot be read, or a file holds a line that is none.
    static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ReturnCode) -> Configuration {
        var configuration = Configuration()
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = variable("HEALTHCARD_CONFIG") {
            guard let text = try read(path) else { throw .argument.because("HEALTHCARD_CONFIG names no file") }
            try configuration.take(text)
        } else {
            let home = variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }
            let folders = [home, "/etc"].compactMap { $0 }
            for folder in folders {
                guard let text = try read(folder + "/healthcard/interface.conf") else { continue }
                try configuration.take(text)
                break
            }
        }
        configuration.reader = variable("HEALTHCARD_READER") ?? configuration.reader
        configuration.sam = variable("HEALTHCARD_SAM_READER") ?? configuration.sam
        configuration.profile = variable("HEALTHCARD_PROFILE") ?? configuration.profile
        do {
            configuration.commandLimit = try CommandLimit.named(environment: environment) ?? configuration.commandLimit
        } catch {
            throw .argument
        }
        return configuration
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
    mutating func take(_ text: String) throws(ReturnCode) {
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw .argument.because("the configuration has a line that is not name = value")
            }
            switch parts[0] {
            case "reader": reader = parts[1]
            case "sam": sam = parts[1]
            case "profile": profile = parts[1]
            case "log": logPlace = parts[1]
            case "log-level":
                guard let level = CallLog.Level(rawValue: parts[1]) else {
                    throw .argument.because("log-level is errors, calls or details")
                }
                logLevel = level
            case "command-limit":
                guard let limit = CommandLimit.seconds(parts[1]) else {
                    throw .argument.because("command-limit is a number of seconds, 1 to 3600")
                }
                commandLimit = limit
            case "sharing-limit":
                guard let seconds = Int(parts[1]), (0...3600).contains(seconds) else {
                    throw .argument.because("sharing-limit is a number of seconds, 0 to 3600")
                }
                sharingLimit = .seconds(seconds)
            default:
                guard try conventions.take(parts[0], parts[1]) else {
                    throw .argument.because("the configuration has a line that is not one of its settings")
                }
            }
        }
    }
}
