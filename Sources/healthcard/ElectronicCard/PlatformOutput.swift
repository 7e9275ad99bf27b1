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
        func add(_ label: (String) -> ECardLabel, _ text: String?) {
            if let text { lines.append(Terminal.words(label(text))) }
        }
        if standing != nil { lines.append(Terminal.words(ECardLabel.accepted)) }
        add(ECardLabel.id, id)
        add(ECardLabel.platformIndex, mainIndex)
        if let samePerson {
            lines.append(
                samePerson ? Terminal.words(ECardLabel.samePerson) : Terminal.words(ECardLabel.otherPerson))
        }
        add(ECardLabel.code, codeText)
        let states: [(any Message)?] = [answer.attribute, answer.status, answer.link]
        for state in states.compactMap({ $0 }) + (answer.relations as [any Message]) {
            lines.append(Terminal.words(ECardLabel.state(AnyMessage(state))))
        }
        for card in cards { add(ECardLabel.card, "\(card.type) \(card.number)") }
        return lines.isEmpty ? [Terminal.words(ECardLabel.nothing)] : lines
    }
}
