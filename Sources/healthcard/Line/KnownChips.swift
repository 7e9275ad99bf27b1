import CardProfiles
import HealthCard
import Ledger
import Messages

/// A history with what the numbers of its chips say: who made them, and the cards of them.
struct KnownChips: Encodable {
    let history: PersonHistory
    private let described: [(chip: String, description: CardFactorDescription)]

    init(_ history: PersonHistory) {
        self.history = history
        // The ledger does not keep a profile: the tables are those of the plain one.
        let profile = try? CardProfile.bundled()
        var seen: Set<String> = []
        described = history.events.compactMap { event in
            guard let chip = event.chip, seen.insert(chip).inserted, let found = profile?.describe(chip: chip)
            else { return nil }
            return (chip, found)
        }
    }

    var lines: [String] {
        described.map { chip, description in
            Terminal.words(PersonWord.chipSays(serial: chip, AnyMessage(description)))
        }
    }

    private enum Key: String, CodingKey { case chips }

    private struct Chip: Encodable {
        let chip: String
        let parts: [Part]
    }

    private struct Part: Encodable {
        let name: String
        let value: String
        let label: String?
        let english: String?
    }

    /// The history's own members, and `chips`.
    func encode(to encoder: any Encoder) throws {
        try history.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        let chips = described.map { chip, description in
            Chip(
                chip: chip,
                parts: description.parts.map {
                    Part(name: $0.name, value: $0.value, label: $0.entry?.label, english: $0.entry?.english)
                })
        }
        try container.encode(chips, forKey: .chips)
    }
}
