import Messages

/// What a card was found to be like in one respect.
public struct CardHabitFact: Sendable, Hashable {
    /// The name of the habit in JSON, `readBlock`.
    public let name: String
    /// For a person, `READ BINARY`.
    public let title: AnyMessage
    /// `at most 128 bytes`.
    public let text: AnyMessage
    /// The card is not as the profile says of its cards.
    public let differs: Bool
}

extension CardHabits {
    /// Habit by habit, beside what the profile promises.
    func facts(promised: CardHabits) -> [CardHabitFact] {
        func fact<Value: Equatable>(
            _ name: String, _ title: AnyMessage, _ value: KeyPath<CardHabits, Value>, _ text: (Value) -> AnyMessage
        ) -> CardHabitFact {
            CardHabitFact(
                name: name, title: title, text: text(self[keyPath: value]),
                differs: self[keyPath: value] != promised[keyPath: value])
        }
        let reading: (RecordReading) -> AnyMessage = {
            switch $0 {
            case .many: AnyMessage("as many at a time as fit", "每次读尽可能多的记录")
            case .number: AnyMessage("one at a time, by number", "按记录号，每次一条")
            case .tag: AnyMessage("one at a time, by tag", "按标签，每次一条")
            }
        }
        let block: (Int) -> AnyMessage = { AnyMessage("at most \($0) bytes", "最多 \($0) 字节") }
        return [
            fact("taggedRecords", AnyMessage("records with a tag", "带标签的记录"), \.taggedRecords, reading),
            fact("plainRecords", AnyMessage("records without", "不带标签的记录"), \.plainRecords, reading),
            fact("shortIdentifiers", AnyMessage("files", "文件"), \.shortIdentifiers) {
                $0 ? AnyMessage("by short identifier", "用短文件标识符") : AnyMessage("selected first", "先选择文件")
            },
            fact("extendedLength", AnyMessage("length fields", "长度域"), \.extendedLength) {
                $0 ? AnyMessage("extended ones too", "也可用扩展长度") : AnyMessage("short ones alone", "只用短长度")
            },
            fact("expectedLength", AnyMessage(VerbatimText("Le")), \.expectedLength) {
                $0 == .exact ? AnyMessage("the answer's length", "应答的长度") : AnyMessage("00 alone", "只用 00")
            },
            fact("readBlock", AnyMessage(VerbatimText("READ BINARY")), \.readBlock, block),
            fact("updateBlock", AnyMessage(VerbatimText("UPDATE BINARY")), \.updateBlock, block),
            fact("directoryReach", AnyMessage("directories", "目录"), \.directoryReach) {
                switch $0 {
                case .sisters: AnyMessage("selected from the one above or beside", "从上级或同级目录选择")
                case .children: AnyMessage("selected from the one above", "从上级目录选择")
                case .master: AnyMessage("not selected by identifier", "不能用标识符选择")
                }
            },
            fact("directoryNames", AnyMessage("directory names", "目录名"), \.directoryNames) {
                $0 ? AnyMessage("select from anywhere", "在任何位置均可选择") : AnyMessage("do not select", "不能用于选择")
            },
            CardHabitFact(
                name: "keepsRightsOnReselect", title: AnyMessage("selecting again", "重新选择"),
                text: keepsRightsOnReselect.map {
                    $0 ? AnyMessage("keeps rights", "保留权限") : AnyMessage("drops rights", "失去权限")
                } ?? AnyMessage("not tried", "未试"),
                differs: keepsRightsOnReselect != nil && keepsRightsOnReselect != promised.keepsRightsOnReselect),
        ]
    }
}
