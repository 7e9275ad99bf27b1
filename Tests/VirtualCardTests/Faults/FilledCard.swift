import CardProfiles
import FaultyCards
import ISO7816
import Testing

@testable import VirtualCard

/// A card with something in every record, as the maker leaves it before it is activated.
enum FilledCard {
    private static let made = Result { try make() }

    /// Its state, made once.
    static var state: CardState { get throws { try made.get() } }

    private static func make() throws -> CardState {
        let terminal = try Terminal(blankCard())
        let profile = try #require(Fixtures.profile)
        try terminal.makeStructure()
        for directory in profile.directories {
            try terminal.enter(directory, profile, creating: false)
            guard let key = profile.key(.maintenance, in: directory.name) else { continue }
            for file in directory.files { try fill(file, terminal, key.name, profile) }
        }
        return terminal.card.state
    }

    private static func fill(
        _ file: FileDefinition, _ terminal: Terminal, _ key: String, _ profile: CardProfile
    ) throws {
        let update = "04dc"
        switch file.structure {
        case .linearVariableTLV:
            for (index, item) in file.items.enumerated() {
                let record = [item.tag, UInt8(item.length)] + (try value(of: item, profile))
                terminal.challenge()
                let header = update + Hex.encode([UInt8(index + 1), file.sfi.recordP2(mode: 4)])
                terminal.must(try terminal.secure(header, record, key))
            }
        case .cyclic(let size, _):
            for filler in [UInt8(0x41), 0x42] {
                terminal.challenge()
                let record = [UInt8](repeating: filler, count: size)
                terminal.must(try terminal.secure(update + Hex.encode([0, file.sfi.recordP2(mode: 3)]), record, key))
            }
        case .transparent where file.section == "photo":
            terminal.must("00a4000002" + Hex.encode(file.fileIdentifier.bytes))
            terminal.must("00d600000e" + "000cffd8ffe0" + "0102030405060708")
        case .transparent, .linearFixed: break
        }
    }

    private static func text(for item: Item, _ profile: CardProfile) -> String {
        if let digits = profile.form(of: item)?.digits { return String(repeating: "1", count: digits.lowerBound) }
        return item.length > 20 ? "张三" : "A1"
    }

    /// Something that fits the item; text where there can be text has a padding behind it.
    private static func value(of item: Item, _ profile: CardProfile) throws -> [UInt8] {
        switch item.format {
        case .text: try ItemCodec.encode(text(for: item, profile), as: item, profile: profile)
        case .idNumber: try ItemCodec.encode("990101199002030011", as: item, profile: profile)
        case .digits:
            try ItemCodec.encode(String("123456789".prefix(item.digits.lowerBound)), as: item, profile: profile)
        case .date: [0x19, 0x90, 0x02, 0x03]
        case .code(let table):
            try ItemCodec.encode(
                #require(profile.codeTable(table)?.entries.first?.code), as: item, profile: profile)
        case .flag: [item.flag.no] + [UInt8](repeating: item.emptyByte, count: item.length - 1)
        default: (0..<item.length).map { UInt8(truncatingIfNeeded: $0) }
        }
    }

    /// The card activated, with a payment side, with faults or without: its challenges are all `a1a2a3a4a5a6a7a8`.
    static func activated(_ faults: Set<CardFault>) throws -> VirtualHealthCard {
        let profile = try #require(Fixtures.profile)
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: faults)
        options.otherApplications = profile.otherApplications
        let card = try VirtualHealthCard(state: state, profile: profile, options: options)
        card.setRandomSource { Array(seed.prefix($0)) }
        let terminal = try Terminal(card)
        try terminal.open()
        terminal.must("00440000")
        return card
    }
}
