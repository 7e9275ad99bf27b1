/// What a card was found to be like in one respect.
public struct CardHabitFact: Sendable, Hashable {
    /// The name of the habit in JSON, `readBlock`.
    public let name: String
    /// For a person, `READ BINARY`.
    public let title: String
    /// `at most 128 bytes`.
    public let text: String
    /// The card is not as the profile says of its cards.
    public let differs: Bool
}

extension CardHabits {
    /// Habit by habit, beside what the profile promises.
    func facts(promised: CardHabits) -> [CardHabitFact] {
        func fact<Value: Equatable>(
            _ name: String, _ title: String, _ value: KeyPath<CardHabits, Value>, _ text: (Value) -> String
        ) -> CardHabitFact {
            CardHabitFact(
                name: name, title: title, text: text(self[keyPath: value]),
                differs: self[keyPath: value] != promised[keyPath: value])
        }
        let reading: (RecordReading) -> String = {
            switch $0 {
            case .many: "as many at a time as fit"
            case .number: "one at a time, by number"
            case .tag: "one at a time, by tag"
            }
        }
        let block: (Int) -> String = { "at most \($0) bytes" }
        return [
            fact("taggedRecords", "records with a tag", \.taggedRecords, reading),
            fact("plainRecords", "records without", \.plainRecords, reading),
            fact("shortIdentifiers", "files", \.shortIdentifiers) { $0 ? "by short identifier" : "selected first" },
            fact("extendedLength", "length fields", \.extendedLength) { $0 ? "extended ones too" : "short ones alone" },
            fact("expectedLength", "Le", \.expectedLength) { $0 == .exact ? "the answer's length" : "00 alone" },
            fact("readBlock", "READ BINARY", \.readBlock, block),
            fact("updateBlock", "UPDATE BINARY", \.updateBlock, block),
            fact("directoryReach", "directories", \.directoryReach) {
                switch $0 {
                case .sisters: "selected from the one above or beside"
                case .children: "selected from the one above"
                case .master: "not selected by identifier"
                }
            },
            fact("directoryNames", "directory names", \.directoryNames) {
                $0 ? "select from anywhere" : "do not select"
            },
            CardHabitFact(
                name: "keepsRightsOnReselect", title: "selecting again",
                text: keepsRightsOnReselect.map { $0 ? "keeps rights" : "drops rights" } ?? "not tried",
                differs: keepsRightsOnReselect != nil && keepsRightsOnReselect != promised.keepsRightsOnReselect),
        ]
    }
}
