import ArgumentParser
import CardProfiles
import Foundation
import ISO7816
import ShangMi
import VirtualCard

struct VirtualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "virtual", abstract: "Put a virtual card into a virtual reader.",
        discussion: """
            The card connects to the vpcd slot that listens on --port and stays there until SIGTERM or Ctrl-C. A new \
            card is blank, with the published test transport key; with --state it is kept in a JSON file that can be \
            looked into, keys and all. Virtual readers without any hardware: Scripts/with-virtual-readers 2 -- bash.
            """)

    @Option(name: .long, help: "The TCP port of the slot.")
    var port: UInt16 = 35963

    @Option(name: .long, help: "The host of the slot.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The chip's serial number, 16 hexadecimal digits. Default: a random one.")
    var serial: String?

    @Option(name: .long, help: "The file that holds the card; made when it is missing.")
    var state: String?

    @Option(name: .long, help: "End after so many seconds without a command or a reset.")
    var exitWhenIdle: Double?

    @Option(name: .long, help: "How many seconds to wait for the slot to listen.")
    var wait: Double = 10

    @OptionGroup var profileOptions: ProfileOptions

    @Flag(name: .shortAndLong, help: "Say nothing on standard error.")
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
            throw ValidationError("--delay-ms and --remove-after take 0 or more")
        }
        if let exitWhenIdle, !(exitWhenIdle > 0 && exitWhenIdle.isFinite) {
            throw ValidationError("--exit-when-idle takes seconds, more than 0")
        }
        guard wait >= 0, wait.isFinite else { throw ValidationError("--wait takes seconds, 0 or more") }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        let profile = try profileOptions.load(testKeys: true)
        let wanted = try serial.map { try Self.bytes($0, of: "--serial", count: 8) }
        let card =
            if let state {
                try VirtualHealthCard.open(path: state, serial: wanted, profile: profile)
            } else {
                try VirtualHealthCard.blank(serial: try wanted ?? SystemRandom.bytes(8), profile: profile)
            }
        if let challenge {
            let fixed = try Self.bytes(challenge, of: "--challenge", count: 8)
            card.setRandomSource { count in (0..<count).map { fixed[$0 % fixed.count] } }
        }
        var options = VPCDLink.Options(port: port)
        options.host = host
        options.patience = wait
        options.reconnects = true
        options.idleLimit = exitWhenIdle
        let chip = FlawedChip(
            card, FlawedChip.Flaws(delay: delayMs, removeAfter: removeAfter, losesAnswer: loseAnswer))
        let link = VPCDLink(chip: chip, options: options)
        chip.onLeaving { [weak link] in link?.remove() }
        let signals = Termination.watch { link.stop() }
        defer { signals.forEach { $0.cancel() } }
        if !quiet {
            Terminal.note(
                Terminal.text(
                    "card \(Hex.encode(card.serial)) (\(card.lifeCycle)) for the slot at \(host):\(port); Ctrl-C takes it out",
                    "卡 \(Hex.encode(card.serial))（\(card.lifeCycle)）插入 \(host):\(port)；Ctrl-C 取出"))
        }
        _ = try link.run()
        try card.save()
    }

    private static func bytes(_ text: String, of option: String, count: Int) throws -> [UInt8] {
        guard let bytes = Hex.decode(text), bytes.count == count else {
            throw Failure(.usage, "\(option) takes \(2 * count) hexadecimal digits")
        }
        return bytes
    }
}
