import ArgumentParser
import FaultyCards
import Messages
import VirtualCard

/// `--fault NAME` of everything that plays virtual cards.
struct FaultOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A fault that the card has once it is activated; may be repeated. See --list-faults.",
            valueName: "name"))
    var fault: [String] = []

    @Flag(name: .long, help: "List the faults and exit.")
    var listFaults = false

    /// The faults by their names.
    /// - Throws: a usage error that names the nearest one.
    func load() throws -> Set<CardFault> { Set(try Self.faults(named: fault)) }

    static func faults(named names: [String]) throws -> [CardFault] {
        try names.map { name in
            guard let fault = CardFault(name: name) else {
                throw Failure(
                    .usage, UnknownFaultText(name: String(name.prefix(80)), like: Self.names(like: name)))
            }
            return fault
        }
    }

    /// What a card's making left on it comes when it is made: a finished card from a file never gets it.
    func checkTheyCome(to card: VirtualHealthCard) throws {
        guard card.lifeCycle == .activated else { return }
        let late = try load().filter(\.comesWithMaking).map(\.name)
        guard late.isEmpty else {
            let names = late.sorted().joined(separator: ", ")
            throw Failure(
                .usage,
                FaultText.cardIsMade(names: names))
        }
    }

    private static func names(like name: String) -> [String] {
        let words = Set(name.lowercased().split(separator: "-"))
        return CardFault.all.map { ($0.name, words.intersection($0.name.split(separator: "-")).count) }
            .filter { $0.1 > 0 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(3).map(\.0)
    }

    static func list() {
        let all = CardFault.all
        let width = all.map(\.name.count).max() ?? 0
        for fault in all {
            let name = fault.name + String(repeating: " ", count: width - fault.name.count)
            Terminal.print(
                "\(name)  \(Terminal.words(AnyMessage(English(verbatim: fault.english), Chinese(verbatim: fault.chinese)))) (\(fault.clause))"
            )
        }
    }
}
