import ArgumentParser
import CardProfiles
import Foundation
import Messages
import VirtualCard

struct VirtualFeederCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "virtual-feeder", abstract: "A feeder machine of virtual chips, for rehearsals and tests.",
        discussion: """
            Speaks the protocol of Docs/feeder.md on standard input and output: start it with `healthcard personalize \
            --feeder "healthcard virtual-feeder --box DIR"`. Lane 1 is the first of --ports, in the order of the \
            readers named with --lanes. Chips are files below --box: blank, lane-01 …, made, reject; what is in a lane \
            when the machine stops is still there when it starts again. With --faults some chips are pulled out, lose \
            answers, are worn out or die; the same seed gives the same faults.
            """)

    @Option(name: .long, help: "The folder for the chips; created if it does not exist.")
    var box: String

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "The ports of the virtual readers' slots. Default: HEALTHCARD_VPCD_PORTS.")
    var ports: [UInt16] = []

    @Option(name: .long, help: "How many chips there are in all. Default: as many as needed.")
    var chips: Int?

    @Option(name: .long, help: "Seconds between one card leaving a reader and the next being in it.")
    var changeover = 0.6

    @Option(name: .long, help: "How many chips in a hundred have a fault.")
    var faults = 0

    @Option(name: .long, help: "The seed that chooses the faults: any number.")
    var seed: UInt64 = 1

    @Option(name: .long, parsing: .upToNextOption, help: "Lanes whose reader is dead, counted from 1.")
    var deadLane: [Int] = []

    @Option(name: .long, help: "A file to which each fault is written, one line of JSON per fault.")
    var log: String?

    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var deliveredKey: DeliveredKeyOptions

    func validate() throws {
        guard changeover >= 0, changeover.isFinite, chips ?? 0 >= 0, (0...100).contains(faults) else {
            throw ValidationError(
                Terminal.words(VirtualFeederText.numbers))
        }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        let named =
            ports.isEmpty
            ? (ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] ?? "").split(separator: ",")
                .compactMap { UInt16($0) } : ports
        guard !named.isEmpty else {
            throw Failure(
                .noReader,
                VirtualFeederText.noReaders)
        }
        let transportKey = try deliveredKey.load()
        let profile = try profileOptions.load(testKeys: transportKey == nil)
        var handle: FileHandle?
        // Its lines are objects.
        if let log { handle = try OutputFile.open(log) { $0.hasPrefix("{\"") } }
        // The line's Ctrl-C reaches the whole group; the machine is switched off by the end of its input alone.
        signal(SIGINT, SIG_IGN)
        VirtualFeeder(
            box: try ChipBox(folder: box, profile: profile, supply: chips, transportKey: transportKey), ports: named,
            changeover: changeover,
            deadLanes: Set(deadLane), faults: ChipFaults(seed: seed, percent: faults), log: handle
        ).run()
    }
}
