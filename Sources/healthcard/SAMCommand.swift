import ArgumentParser
import Foundation
import HealthCard
import ISO7816
import Messages
import ShangMi

struct SAMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sam",
        abstract: "Show the security access module (SAM) of a clinic's terminal, or change its PIN.",
        discussion: """
            The SAM's reader is --sam or HEALTHCARD_SAM_READER, or else the only reader. read, update, visit and \
            block take the same options.
            """,
        subcommands: [SAMInfoCommand.self, SAMPINCommand.self])
}

struct SAMInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show a SAM's identity, what it may do, and how many PIN attempts are left. Needs no PIN.")

    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var traceOptions: TraceOptions

    @Flag(name: .long, help: "Print JSON, including the certificates.")
    var json = false

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        let information = try securityOptions.useSAM(profile, traceOptions) { try $0.information() }
        if json { return Terminal.print(information.json.text(pretty: true)) }
        for line in Self.lines(information) { Terminal.print(line) }
    }

    private static func lines(_ information: SAMInformation) -> [String] {
        let identity = information.identity
        func line(_ label: SAMLabel, _ value: String) -> String { Terminal.labelled(label, value) }
        let kind = information.type.map { " (\($0.title))" } ?? Terminal.words(SAMText.unknownType)
        let test = information.isTest ? Terminal.words(SAMText.testKeys) : ""
        var lines = [
            line(.type, "\(identity.keyCardType)\(kind)"),
            line(.serial, Hex.encode(identity.serial)),
            line(.terminal, identity.terminal.description),
            line(.province, identity.terminal.province),
            line(.keyVersion, Hex.encode([information.keyVersion]) + test),
            line(.commandSet, Hex.encode([identity.commandSetVersion])),
        ]
        if let application = information.application {
            let unknown = Terminal.words(SAMText.notADate)
            let dates = [application.startDate, application.expiryDate].map { $0?.description ?? unknown }
            lines.append(line(.issuer, Hex.encode(application.issuer)))
            lines.append(line(.receiver, Hex.encode(application.receiver)))
            lines.append(line(.validity, dates.joined(separator: " – ")))
        }
        if let type = information.type {
            lines.append(line(.keys, type.keys.joined(separator: " ")))
        }
        lines.append(line(.pin, SAMPINCommand.text(triesLeft: information.pinTriesLeft)))
        for (name, error) in information.unreadable.sorted(by: { $0.key < $1.key }) {
            lines.append(Terminal.words(SAMText.notRead) + "\(name): " + Terminal.words(AnyMessage(of: error)))
        }
        return lines
    }
}

struct SAMPINCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Show how many PIN attempts a SAM has left; check its PIN, or change it.",
        discussion: """
            The PIN comes from --sam-pin-file or the systemd credential healthcard-sam-pin, or else from a prompt \
            that does not show what you type. It is sent once: after a wrong PIN, the program reports the attempts \
            left and does not retry. A stored PIN is not sent when only one attempt is left. Exit code 5 means that \
            the PIN is wrong or blocked.
            """)

    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var traceOptions: TraceOptions

    @Flag(name: .long, help: "Check the PIN. A wrong PIN costs an attempt.")
    var check = false

    @Flag(name: .long, help: "Change the PIN. A wrong old PIN costs an attempt.")
    var change = false

    @Option(name: .long, help: "With --change: the file that holds the new PIN. Default: a prompt, twice.")
    var newPinFile: String?

    @Flag(name: .long, help: "Print JSON: {\"triesLeft\": 3}, with null if the SAM does not report the number.")
    var json = false

    func validate() throws {
        guard !check || !change else {
            throw ValidationError(Terminal.words(SAMText.checkOrChange))
        }
        guard newPinFile == nil || change else {
            throw ValidationError(Terminal.words(SAMText.newPINFileWithout))
        }
    }

    private struct Tries: Encodable {
        let triesLeft: Int?
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(triesLeft, forKey: .triesLeft)
        }
        enum CodingKeys: CodingKey { case triesLeft }
    }

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        let stored = try securityOptions.storedPIN()
        // Files are read before anything is sent.
        let new = try newPinFile.map(SecurityOptions.pin(inFile:))
        let (check, change) = (check, change)
        let tries = try securityOptions.useSAM(profile, traceOptions) { sam in
            let tries = try sam.pinTriesLeft()
            guard check || change else { return tries }
            guard tries != 0 else { throw SAMError.pinBlocked }
            guard let pin = try SecurityOptions.pin(stored: stored, triesLeft: tries) else { throw Self.noPIN() }
            if change {
                try sam.changePIN(old: pin, new: new ?? Self.newPIN())
            } else {
                try sam.verifyPIN(pin)
            }
            return try sam.pinTriesLeft()
        }
        if json {
            try Terminal.print(json: Tries(triesLeft: tries))
        } else if change {
            Terminal.print(SAMText.changed)
        } else if check {
            Terminal.print(SAMText.right)
        } else {
            Terminal.print(Self.text(triesLeft: tries))
        }
        if tries == 0 { throw SAMError.pinBlocked }
    }

    static func text(triesLeft tries: Int?) -> String {
        switch tries {
        case 0?: Terminal.words(SAMText.blocked)
        case let tries?:
            Terminal.words(SAMText.triesLeft(tries: tries))
        case nil: Terminal.words(SAMText.triesUnknown)
        }
    }

    private static func newPIN() throws -> SecretBytes {
        let first = Terminal.secret(Terminal.words(SAMText.newPIN))
        guard let first, let second = Terminal.secret(Terminal.words(SAMText.newPINAgain)) else {
            throw noPIN()
        }
        guard first == second else {
            throw Failure(
                .badInput, SAMText.newPINsDiffer)
        }
        return first
    }

    private static func noPIN() -> Failure {
        Failure(
            .usage,
            SAMText.noPIN)
    }
}
