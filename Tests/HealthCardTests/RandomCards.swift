import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

extension SeededNumbers {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// Random bytes of which, every other time, one or more at the front are 00.
    mutating func zeroLedBytes(_ count: Int) -> [UInt8] {
        var made = bytes(count)
        guard Bool.random(using: &self), count > 0 else { return made }
        for index in 0..<Int.random(in: 1...count, using: &self) { made[index] = 0 }
        return made
    }
}

/// Finished cards of people nobody knows: every chip with its own serial and keys, every item with a random value or
/// none.
struct RandomCards {
    let profile: CardProfile
    private let template: CardState
    private let nationalKeys: [String: SecretBytes]
    private let province: [UInt8]
    /// Characters as they lie on the card.
    private let characters: [[UInt8]]
    private let leapDays = ["20000229", "20240229", "19960229"]

    init(_ profile: CardProfile) throws {
        self.profile = profile
        template = try CardMaker.card(SampleCard.card(profile)).card.state
        let published = try #require(profile.testKeys)
        var keys: [String: SecretBytes] = [:]
        for key in profile.keys {
            keys[key.name] = SecretBytes(copying: SM3.hash(Array(published.text(of: key.name).utf8)).prefix(16))
        }
        nationalKeys = keys
        province = Array("99000000".utf8)
        characters = try "0123456789AXabc ·傅玲阿卜杜拉测试省示范市号室花生皮疹镕喆".map { try GBK.encode(String($0)) }
    }

    /// A card, and what a reader must find on it.
    func card(_ random: inout SeededNumbers) throws -> (card: VirtualHealthCard, files: [String: FileContent]) {
        var state = template
        var serial = random.zeroLedBytes(8)
        // Zeros throughout are no factor: nothing is read by them.
        if serial.allSatisfy({ $0 == 0 }) { serial[7] = 1 }
        state.serial = Hex.encode(serial)
        var files: [String: FileContent] = [:]
        for (index, directory) in profile.directories.enumerated() {
            for key in state.directories[index].keys.indices {
                let reference = state.directories[index].keys[key].reference
                let name = try #require(
                    profile.keys(in: directory.name).first {
                        $0.role != .transport && Hex.encode([$0.reference]) == reference
                    })
                state.directories[index].keys[key].value = Hex.encode(try cardKey(name.name, serial))
            }
            for (place, file) in directory.files.enumerated() {
                let content = try content(of: file, &random)
                files[file.path] = content
                switch content {
                case .records(let records):
                    state.directories[index].files[place].records = records.map { Hex.encode($0) }
                case .bytes(let bytes): state.directories[index].files[place].content = Hex.encode(bytes)
                }
            }
        }
        return (try VirtualHealthCard(state: state, profile: profile), files)
    }

    /// D(D(national, province), serial) of `Docs/protocol.md §2`, without the library's own derivation.
    private func cardKey(_ name: String, _ serial: [UInt8]) throws -> [UInt8] {
        func diversified(_ key: SecretBytes, _ factor: [UInt8]) throws -> [UInt8] {
            try SM4(key: key).encryptECB(factor + factor.map { ~$0 })
        }
        let national = try #require(nationalKeys[name])
        return try diversified(SecretBytes(copying: diversified(national, province)), serial)
    }

    // MARK: Values

    private func content(of file: FileDefinition, _ random: inout SeededNumbers) throws -> FileContent {
        switch file.structure {
        case .linearVariableTLV:
            return .records(try file.items.map { [$0.tag, UInt8($0.length)] + (try value($0, file, &random)) })
        case .linearFixed(let size, let count):
            return .records(
                (0..<count).map { _ in [UInt8](repeating: Bool.random(using: &random) ? 0 : 0xFF, count: size) })
        case .cyclic(_, let count):
            return .records(try (0..<count).map { _ in try file.items.flatMap { try value($0, file, &random) } })
        case .transparent:
            return .bytes(try file.items.flatMap { try value($0, file, &random) })
        }
    }

    private func value(_ item: Item, _ file: FileDefinition, _ random: inout SeededNumbers) throws -> [UInt8] {
        let rule = profile.cryptography.provinceFactor
        if file.section == rule.item.section, item.name == rule.item.item { return [0x99, 0x01, 0x00] }
        if Int.random(in: 0..<5, using: &random) == 0 { return ItemCodec.emptyValue(item) }
        switch item.format {
        case .text:
            var text: [UInt8] = []
            let length = Int.random(in: 1...item.length, using: &random)
            while let next = characters.randomElement(using: &random), text.count + next.count <= length {
                text += next
            }
            return text + [UInt8](repeating: item.emptyByte, count: item.length - text.count)
        case .idNumber: return try ItemCodec.encode("99646919970325667X", as: item, profile: profile)
        case .binary: return random.zeroLedBytes(item.length)
        case .photo:
            let picture = [0xFF, 0xD8] + random.zeroLedBytes(Int.random(in: 0...item.capacity - 4, using: &random))
            return try ItemCodec.encode(.photo(picture + [0xFF, 0xD9]), as: item, profile: profile)
        case .flag: return [Bool.random(using: &random) ? item.flag.yes : item.flag.no]
        case .code(let name):
            let table = try #require(profile.codeTables[name])
            let code = try #require(table.entries.randomElement(using: &random)).code
            return try ItemCodec.encode(.code(code), as: item, profile: profile)
        case .date:
            let day = leapDays.randomElement(using: &random) ?? ""
            return try #require(Hex.decode(day))
        case .dateTime:
            return try #require(Hex.decode((leapDays.randomElement(using: &random) ?? "") + "000007"))
        case .digits, .number, .amount:
            let count = item.digits.upperBound
            let digits = (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            guard item.coding == .cn else { return Array(digits.utf8) }
            return try #require(Hex.decode(digits + String(repeating: "F", count: item.length * 2 - count)))
        }
    }
}
