import ArgumentParser
import ElectronicCard
import ISO7816

struct ECardIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Compute a person's main index, and compare two records of a person.",
        discussion: """
            The main index (主索引) is the SM3 hash of document type, number and name. The same person has the same \
            index on a physical card, on an electronic card and in a batch, if the name is written with the same \
            characters. If you name two records, they are compared: exit code 0 if they are the same person, 5 with \
            the reason if the indexes differ.
            """)

    @OptionGroup var person: ECardPersonOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Compare with this main index from a platform: 64 hexadecimal digits.", valueName: "index"))
    var compare: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Output: Encodable {
        let mainIndex: String
        let factor: String
        var otherMainIndex: String?
        var samePerson: Bool?
        var differences: [Difference]?
    }

    private struct Difference: Encodable {
        let what: String
        var places: [Int]?
        let message: String
    }

    mutating func run() throws {
        let identities = try person.identities()
        guard let first = identities.first, identities.count + (compare == nil ? 0 : 1) <= 2 else {
            throw Failure(.usage, ECardText.onePersonOrTwo)
        }
        let index = first.mainIndex
        var output = Output(mainIndex: index.hex, factor: Hex.encode(index.factor))
        var differences: [IdentityDifference] = []
        if let compare {
            guard let other = MainIndex(hex: compare) else {
                throw ValidationError(
                    Terminal.words(ECardText.compareForm))
            }
            output.otherMainIndex = other.hex
            differences = other == index ? [] : [.mainIndex]
        } else if identities.count == 2 {
            output.otherMainIndex = identities[1].mainIndex.hex
            differences = first.differences(from: identities[1])
        }
        if output.otherMainIndex != nil {
            output.samePerson = differences.isEmpty
            output.differences = differences.map(Self.difference)
        }
        if json { try Terminal.print(json: output) } else { Self.lines(output).forEach(Terminal.print) }
        guard let difference = differences.first else { return }
        try Terminal.checkOutput()
        throw Failure(
            .cardRefused, Terminal.words(ECardText.notSamePerson),
            hint: difference.hint(in: Terminal.language))
    }

    private static func lines(_ output: Output) -> [String] {
        var lines = [
            Terminal.words(ECardLabel.mainIndex(output.mainIndex)),
            Terminal.words(ECardLabel.factor(output.factor)),
        ]
        guard let other = output.otherMainIndex else { return lines }
        lines.append(Terminal.words(ECardLabel.otherIndex(other)))
        lines += output.differences?.map(\.message) ?? []
        if output.samePerson == true { lines.append(Terminal.words(ECardLabel.samePerson)) }
        return lines
    }

    private static func difference(_ difference: IdentityDifference) -> Difference {
        let (what, places): (String, [Int]?) =
            switch difference {
            case .documentType: ("documentType", nil)
            case .number: ("number", nil)
            case .mainIndex: ("mainIndex", nil)
            case .name(.separator): ("nameSeparator", nil)
            case .name(.spelling): ("nameSpelling", nil)
            case .name(.rareCharacters(let places)): ("nameRareCharacters", places)
            case .name(.characters(let places)): ("nameCharacters", places)
            }
        return Difference(what: what, places: places, message: difference.what(in: Terminal.language))
    }
}
