import ElectronicCard
import Messages

/// A platform's answer as JSON (`Docs/electronic-card.md §6`).
struct PlatformOutput: Encodable {
    let operation: String
    /// Of a code that the platform has verified.
    var standing: String?
    let id: String?
    let mainIndex: String?
    var samePerson: Bool?
    let codeText: String?
    let attribute: String?
    let status: String?
    let link: String?
    let cards: [Card]
    let relations: [String]
    let needsGuardian: Bool

    struct Card: Encodable {
        let type: String
        let number: String
    }

    init(_ operation: PlatformOperation, _ answer: PlatformAnswer, _ identity: HolderIdentity?) {
        self.operation = operation.rawValue
        standing = operation == .verify ? "platformVerified" : nil
        id = answer.cardID?.hex
        mainIndex = answer.mainIndex?.hex
        if let identity, let index = answer.mainIndex { samePerson = index == identity.mainIndex }
        codeText = answer.codeText
        attribute = Self.name(answer.attribute)
        status = Self.name(answer.status)
        link = Self.name(answer.link)
        cards = answer.cards.map { Card(type: $0.type, number: $0.number) }
        relations = answer.relations.compactMap(Self.name)
        needsGuardian = answer.relations.contains { relation in
            if case .value(let known) = relation { known.needsGuardian } else { false }
        }
    }

    private static func name<Value: RawRepresentable<String>>(_ value: Known<Value>?) -> String? {
        switch value {
        case .value(let known)?: known.rawValue
        case .other(let text)?: text
        case nil: nil
        }
    }

    /// The same for the clerk, with what to do.
    func lines(_ answer: PlatformAnswer) -> [String] {
        var lines: [String] = []
        func add(_ english: String, _ chinese: String, _ text: String?) {
            if let text { lines.append(Terminal.text(english, chinese) + "  " + text) }
        }
        if standing != nil { lines.append(Terminal.text("the platform accepts the code", "平台已验证此码")) }
        add("ID", "ID", id)
        add("main index", "主索引", mainIndex)
        if let samePerson {
            lines.append(
                samePerson ? Terminal.text("the same person", "同一人") : Terminal.text("another person", "不是同一人"))
        }
        add("code", "码", codeText)
        let states: [(any Message)?] = [answer.attribute, answer.status, answer.link]
        for state in states.compactMap({ $0 }) + (answer.relations as [any Message]) { lines.append(Self.said(state)) }
        for card in cards { add("physical card", "实体卡", "\(card.type) \(card.number)") }
        return lines.isEmpty ? [Terminal.text("the platform has nothing to say", "平台没有返回内容")] : lines
    }

    private static func said(_ message: any Message) -> String {
        let hint = message.hint(in: Terminal.language)
        return message.what(in: Terminal.language) + (hint.map { Terminal.text(": ", "：") + $0 } ?? "")
    }
}
