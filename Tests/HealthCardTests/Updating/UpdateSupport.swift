import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// One made card, and as many chips in the same state as a test wants.
struct CardStock {
    let profile: CardProfile
    private let model: VirtualHealthCard

    init(profile: CardProfile? = nil, options: ((inout VirtualCardOptions) -> Void)? = nil) throws {
        self.profile = try profile ?? TestProfile.shared
        let content = try SampleCard.card(self.profile, visits: true)
        var choice = VirtualCardOptions(profile: self.profile)
        options?(&choice)
        model = try CardMaker.card(content, options: choice).card
    }

    init(profile: CardProfile, card: VirtualHealthCard) {
        self.profile = profile
        model = card
    }

    /// A chip, powered on.
    func channel() throws -> VirtualCardChannel { VirtualCardChannel(card: try model.copy()) }

    func session(_ channel: any CardChannel) throws -> HealthCardSession {
        try SampleCard.session(channel, profile)
    }

    /// What a card says, byte for byte; of a picture what its length covers.
    func content(_ channel: any CardChannel) throws -> [String: FileContent] {
        _ = try channel.reset()
        let reading = try session(channel).read(ReadScope(visits: .all))
        try #require(reading.unreadable.isEmpty)
        var files = reading.files
        if case .bytes(let bytes)? = files["DDF1/EF07"] {
            files["DDF1/EF07"] = .bytes(Array(bytes.prefix(2 + Int(bytes[0]) << 8 + Int(bytes[1]))))
        }
        return files
    }

    func changes(_ make: (inout CardChanges) throws -> Void) throws -> CardChanges {
        var changes = CardChanges(profile: profile)
        try make(&changes)
        return changes
    }
}

/// A picture of so many bytes that begins and ends as a JPEG does.
func picture(_ count: Int, seed: UInt8 = 3) -> [UInt8] {
    [0xFF, 0xD8] + (0..<max(0, count - 4)).map { UInt8(truncatingIfNeeded: $0 &* 13) ^ seed } + [0xFF, 0xD9]
}

/// Numbers that look random and come again (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Item {
    /// Some value that fits the item, as text, and goes with any other of a card.
    func someText(_ profile: CardProfile, _ numbers: inout SeededNumbers) -> String {
        func digits(_ count: Int, _ numbers: inout SeededNumbers) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &numbers)) }.joined()
        }
        switch format {
        case .text:
            if let form = profile.form(of: self), form.characters != .any {
                let allowed = form.digits ?? 1...capacity
                return digits(
                    Int.random(in: allowed.lowerBound...min(allowed.upperBound, capacity), using: &numbers), &numbers)
            }
            let alphabet = Array("0Az-中鑫㐀·龍 9".filter { $0 != "㐀" })
            var text = ""
            let limit = Int.random(in: 1...capacity, using: &numbers)
            while let character = alphabet.randomElement(using: &numbers) {
                let next = text + String(character)
                guard let length = try? GBK.encode(next).count, length <= limit else { break }
                text = next
            }
            // Blanks around a text are not kept.
            text = EnteredText.trimmed(text)
            if profile.form(of: self)?.characterProblem(in: text) != nil { return "中" }
            return text.isEmpty ? "x" : text
        case .digits:
            return digits(
                Int.random(in: max(1, self.digits.lowerBound)...self.digits.upperBound, using: &numbers), &numbers)
        case .number: return String(Int.random(in: 1...9, using: &numbers))
        case .amount: return "12.30"
        // An identity card has the holder's own number.
        case .code("documentType"): return "03"
        case .code(let table):
            return profile.codeTables[table]?.entries.filter { coding != .b || $0.code != "0" }
                .randomElement(using: &numbers)?.code ?? ""
        case .date, .dateTime:
            let year = Int.random(in: name == "validUntil" ? 2027...2099 : 1900...2099, using: &numbers)
            let month = Int.random(in: 10...12, using: &numbers)
            let date = "\(year)-\(month)-\(Int.random(in: 10...30, using: &numbers))"
            return format == .date ? date : date + "T01:02:03"
        case .flag: return Bool.random(using: &numbers) ? "true" : "false"
        case .idNumber: return "99646919970325667X"
        case .binary:
            return Hex.encode((0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) }).lowercased()
        case .photo: return ItemValue.photo(picture(Int.random(in: 4...capacity, using: &numbers))).text
        }
    }
}
