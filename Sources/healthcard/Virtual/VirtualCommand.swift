import ArgumentParser
import CardProfiles
import FaultyCards
import Foundation
import ISO7816
import Messages
import ShangMi
import VirtualCard

struct VirtualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "virtual", abstract: "Put a virtual card, or a virtual SAM, into a virtual reader.",
        discussion: """
            The card connects to the vpcd slot that listens on --port and stays there until SIGTERM or Ctrl-C. A new \
            card is blank, with the published test transport key; with --state it is kept in a JSON file that you can \
            look into, including its keys. With --sam it is a security access module with the published test keys of \
            its --type, such as a clinic has in its second slot. For virtual readers without any hardware, run \
            `Scripts/with-virtual-readers 2 -- bash`.
            """)

    @Option(name: .long, help: "The TCP port of the slot.")
    var port: UInt16 = 35963

    @Option(name: .long, help: "The host of the slot.")
    var host = "127.0.0.1"

    @Option(
        name: .long,
        help: "The chip's serial number, 16 hexadecimal digits. Default: random for a card, set by the type for a SAM.")
    var serial: String?

    @Option(name: .long, help: "The file that holds the card; created if it does not exist.")
    var state: String?

    @Flag(name: .long, help: "A SAM instead of a card.")
    var sam = false

    @Option(
        name: .long,
        help: "With --sam: its type, 1-5, which says what it may do. Default: 3, that of an ordinary clinic.")
    var type: Int?

    @Option(name: .long, help: "With --sam: the PIN of a new one. Default: the published test PIN.")
    var pin: String?

    @Option(name: .long, help: "With --sam: its province, two digits. Default: that of test SAMs.")
    var province: String?

    @Option(name: .long, help: "Exit after this many seconds without a command or a reset.")
    var exitWhenIdle: Double?

    @Option(name: .long, help: "How many seconds to wait for the slot to listen.")
    var wait: Double = 10

    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var deliveredKey: DeliveredKeyOptions
    @OptionGroup var faultOptions: FaultOptions

    @Flag(name: .shortAndLong, help: "Print nothing on standard error.")
    var quiet = false

    @Option(name: .long, help: .hidden)
    var challenge: String?

    @Option(name: .long, help: .hidden)
    var delayMs: Double = 0

    @Option(name: .long, help: .hidden)
    var removeAfter: Int?

    @Flag(name: .long, help: .hidden)
    var loseAnswer = false

    func validate() throws {
        guard delayMs >= 0, delayMs.isFinite, removeAfter ?? 0 >= 0 else {
            throw ValidationError(
                Terminal.words(VirtualText.atLeastZero))
        }
        if let exitWhenIdle, !(exitWhenIdle > 0 && exitWhenIdle.isFinite) {
            throw ValidationError(
                Terminal.words(VirtualText.idleForm))
        }
        guard sam || (type == nil && pin == nil && province == nil) else {
            throw ValidationError(
                Terminal.words(VirtualText.onlyForSAM))
        }
        guard !sam || faultOptions.fault.isEmpty else {
            throw ValidationError(Terminal.words(VirtualText.faultOnlyForCard))
        }
        guard !sam || challenge == nil else {
            throw ValidationError(Terminal.words(VirtualText.challengeOnlyForCard))
        }
        guard wait >= 0, wait.isFinite else {
            throw ValidationError(Terminal.words(VirtualText.waitForm))
        }
    }

    mutating func run() throws {
        guard !faultOptions.listFaults else { return FaultOptions.list() }
        Terminal.outliveReaders()
        let batchKey = try deliveredKey.load()
        let profile = try profileOptions.load(testKeys: batchKey == nil)
        let inserted = try sam ? virtualSAM(profile) : virtualCard(profile, batchKey)
        var options = VPCDLink.Options(port: port)
        options.host = host
        options.patience = wait
        options.reconnects = true
        options.idleLimit = exitWhenIdle
        var flaws = ChipFlaws()
        flaws.delay = delayMs
        flaws.removedAt = removeAfter
        flaws.losesAnswer = loseAnswer
        let chip = FlawedChip(inserted.chip, flaws)
        let link = VPCDLink(chip: chip, options: options)
        chip.onLeaving { [weak link] in link?.remove() }
        let signals = try Termination.watch { _ in link.stop() }
        defer { signals.end() }
        if !quiet {
            Terminal.note(
                InsertedText(chip: inserted.name, host: host, port: "\(port)"))
        }
        _ = try link.run()
        try inserted.save()
    }
}

extension VirtualCommand {
    /// A chip on its way into the slot.
    private struct Inserted {
        let chip: any Chip
        let name: AnyMessage
        let save: () throws -> Void
    }

    private func virtualCard(_ profile: CardProfile, _ batchKey: SecretBytes?) throws -> Inserted {
        let wanted = try serial.map { try Self.bytes($0, of: "--serial", count: 8) }
        let number = try wanted ?? SystemRandom.bytes(8)
        let key = try batchKey.map {
            try VirtualHealthCard.transportKey(ofBatch: $0, serial: number, profile: profile)
        }
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: try faultOptions.load())
        let card =
            if let state {
                try VirtualHealthCard.open(
                    path: state, serial: key == nil ? wanted : number, profile: profile, transportKey: key,
                    options: options)
            } else {
                try VirtualHealthCard.blank(
                    serial: number, profile: profile, transportKey: key, options: options)
            }
        try faultOptions.checkTheyCome(to: card)
        if let challenge {
            let fixed = try Self.bytes(challenge, of: "--challenge", count: 8)
            card.setRandomSource { count in (0..<count).map { fixed[$0 % fixed.count] } }
        }
        let serial = Hex.encode(card.serial)
        return Inserted(
            chip: card,
            name: AnyMessage(
                "card \(serial) (\(LifeCycleWord(card.lifeCycle)))", "卡 \(serial)（\(LifeCycleWord(card.lifeCycle))）"),
            save: card.save)
    }

    private func virtualSAM(_ profile: CardProfile) throws -> Inserted {
        let type = type ?? 3
        guard let kind = profile.sam.type(type) else {
            let known = profile.sam.types.map { "\($0.number) \($0.title)" }.joined(separator: ", ")
            throw Failure(
                .usage,
                VirtualText.noSAMType(type: type, known: known))
        }
        var options = VirtualSAMOptions()
        options.serial = try serial.map { try Self.bytes($0, of: "--serial", count: 8) }
        options.pin = pin
        options.province = province
        let sam =
            if let state {
                try VirtualSAM.open(path: state, type: type, profile: profile, options: options)
            } else {
                try VirtualSAM(type: type, profile: profile, options: options)
            }
        let serial = Hex.encode(sam.serial)
        return Inserted(
            chip: sam, name: AnyMessage("SAM \(serial), type \(type)", "SAM 卡 \(serial)（\(type) \(kind.title)）"),
            save: sam.save)
    }

    private static func bytes(_ text: String, of option: String, count: Int) throws -> [UInt8] {
        guard let bytes = Hex.decode(text), bytes.count == count else {
            throw Failure(
                .usage,
                VirtualText.digitsForm(digits: 2 * count, option: option))
        }
        return bytes
    }
}
