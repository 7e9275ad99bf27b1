import CardProfiles

/// One item of the card with where it stands, as the parts of FHIR resources it may become.
struct FHIRItem {
    let item: Item
    let value: ItemValue
    /// `holder.nation`, `outpatient.tests.name`.
    let path: String
    let profile: CardProfile
    /// Why the value is no more than what can be shown of damaged bytes.
    let damage: UnreadableFile.Code?

    /// Why there is no value to give: what is left of a sentence can be read, part of a number or a code is another's.
    var absence: UnreadableFile.Code? {
        switch value {
        case .text where item.format == .text && profile.form(of: item)?.isNumber != true: nil
        case .text, .digits, .code: damage
        default: nil
        }
    }

    var text: String { value.text.withoutControls }

    /// What the code stands for, in Chinese; the value itself where it is no code.
    var label: String { table?[value.text]?.label ?? text }

    /// A JSON string.
    var string: JSONValue { .string(text) }

    /// A primitive element of a name: its value, or why there is none.
    func member(_ name: String) -> JSONValue.Member {
        absence.map { .init("_" + name, FHIRCodes.absent($0)) } ?? .init(name, string)
    }

    /// A `date` or `dateTime`. The card knows no time zone; all of China has one.
    var dateTime: JSONValue {
        if case .dateTime = value { return .string(text + "+08:00") }
        return string
    }

    var table: CodeTable? {
        guard case .code(let name) = item.format else { return nil }
        return profile.codeTables[name]
    }

    /// What FHIR's own systems call the same.
    var translation: FHIRCodes.Code? { table.flatMap { FHIRCodes.translations[$0.name]?[value.text] } }

    /// The code as the card has it, in the code system of its table; of the item where it has no table.
    func coding(system: String? = nil, display: String? = nil) -> JSONValue? {
        let system = system ?? table.map(FHIRCodes.system) ?? FHIRCodes.own("item/\(path)")
        if let absence {
            return .object([.init("system", .string(system)), .init("_code", FHIRCodes.absent(absence))])
        }
        let code = FHIRItem.code(text)
        guard !code.isEmpty else { return nil }
        let entry = table?[value.text]
        return .fhir([
            "system": .string(system),
            "code": .string(code), "display": (display ?? entry?.label).map { .string($0) },
        ])
    }

    /// A `CodeableConcept` of the card's code and its translation.
    func concept(text: String? = nil) -> JSONValue {
        .fhir([
            "coding": .array([coding(), translation?.json].compactMap { $0 }),
            "text": (text ?? (absence == nil ? label : nil)).map { .string($0) },
        ])
    }

    /// An extension named like the item.
    func named(_ url: String? = nil) -> JSONValue {
        let url = JSONValue.Member("url", .string(url ?? FHIRCodes.own("item/\(path)")))
        if absence != nil { return .object([url, member("valueString")]) }
        let (type, json) = typed
        return .object([url, .init(type, json)])
    }

    private var typed: (String, JSONValue) {
        switch value {
        case .code: (coding().map { ("valueCoding", $0) }) ?? ("valueString", string)
        case .text, .digits: ("valueString", string)
        case .number(let number):
            Int32(exactly: number) == nil ? ("valueDecimal", decimal) : ("valueInteger", .number(number))
        case .amount: ("valueDecimal", decimal)
        case .date: ("valueDate", string)
        case .dateTime: ("valueDateTime", dateTime)
        case .flag(let flag): ("valueBoolean", .boolean(flag))
        case .binary(let bytes): ("valueBase64Binary", .string(ItemValue.photo(bytes).text))
        case .photo: ("valueBase64Binary", string)
        }
    }

    /// JSON allows no zeros before a number.
    var decimal: JSONValue {
        let digits = value.text.drop { $0 == "0" }
        return .decimal(digits.first?.isNumber == true ? String(digits) : "0" + digits)
    }

    /// Chinese yuan.
    var money: JSONValue { .fhir(["value": decimal, "currency": .string("CNY")]) }

    /// A FHIR `code`: no blanks but single ones inside.
    static func code(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }
}

/// The items of one object of the card, taken one by one; who takes the last ones makes extensions of them.
struct FHIRItems {
    /// `holder`, `outpatient.tests`.
    let path: String
    private var nodes: [CardDocument.Node]
    private let profile: CardProfile
    /// By the items' qualified names.
    private let damage: [String: UnreadableFile.Code]

    /// What is no one's business but the issuer's is left out: the security code.
    init(
        _ nodes: [CardDocument.Node], path: String, profile: CardProfile, damage: [String: UnreadableFile.Code] = [:]
    ) {
        self.path = path
        self.profile = profile
        self.damage = damage
        self.nodes = nodes.filter {
            guard case .item(let item, _) = $0 else { return true }
            return item.source != .securityCode
        }
    }

    var isEmpty: Bool { nodes.isEmpty }

    /// The items in order, groups left out.
    var items: [FHIRItem] {
        nodes.compactMap { node in
            guard case .item(let item, let value) = node else { return nil }
            return element(item, value)
        }
    }

    private func element(_ item: Item, _ value: ItemValue) -> FHIRItem {
        FHIRItem(
            item: item, value: value, path: "\(path).\(item.name)", profile: profile, damage: damage[item.qualifiedName]
        )
    }

    mutating func take(_ name: String?) -> FHIRItem? {
        guard let name, let found = items.first(where: { $0.item.name == name }) else { return nil }
        nodes.removeAll {
            guard case .item(let item, _) = $0 else { return false }
            return item.name == name
        }
        return found
    }

    mutating func take(_ reference: ItemReference) -> FHIRItem? { take(reference.item) }

    mutating func take(where isWanted: (FHIRItem) -> Bool) -> [FHIRItem] {
        items.filter(isWanted).compactMap { take($0.item.name) }
    }

    /// The repetitions of a group with their numbers, from 1.
    mutating func takeGroup(_ name: String?) -> [(number: Int, items: FHIRItems)] {
        guard let name else { return [] }
        var taken: [(Int, FHIRItems)] = []
        nodes.removeAll { node in
            guard case .group(name, let repetitions) = node else { return false }
            taken = repetitions.enumerated().map {
                ($0 + 1, FHIRItems($1, path: "\(path).\(name)", profile: profile, damage: damage))
            }
            return true
        }
        return taken.filter { !$0.1.isEmpty }
    }

    /// Takes the items of a procedure out of a group that has other things besides; nil when it has none.
    mutating func split(off map: FHIRMapping.Procedures) -> FHIRItems? {
        let names = Set([map.name, map.code, map.date] + map.details)
        func isOne(_ node: CardDocument.Node) -> Bool {
            guard case .item(let item, _) = node else { return false }
            return names.contains(item.name)
        }
        let own = nodes.filter(isOne)
        guard !own.isEmpty else { return nil }
        nodes.removeAll(where: isOne)
        return FHIRItems(own, path: path, profile: profile, damage: damage)
    }

    /// Everything that is left.
    mutating func extensions() -> [JSONValue] {
        let rest = nodes
        nodes = []
        return rest.flatMap { node -> [JSONValue] in
            switch node {
            case .item(let item, let value):
                return [element(item, value).named()]
            case .group(let name, let repetitions):
                return repetitions.filter { !$0.isEmpty }.map {
                    FHIRItems($0, path: "\(path).\(name)", profile: profile, damage: damage).nested
                }
            }
        }
    }

    /// One extension with the items in it.
    var nested: JSONValue {
        .fhir([
            "url": .string(FHIRCodes.own("item/\(path)")),
            "extension": .array(items.map { $0.named($0.item.name) }),
        ])
    }
}

extension FHIRCodes.Code {
    var json: JSONValue {
        .fhir(["system": .string(system), "code": .string(code), "display": .string(display)])
    }
    var concept: JSONValue { .fhir(["coding": .array([json])]) }
}

extension JSONValue {
    /// An object without the members that are nil or empty: FHIR has neither null nor empty arrays.
    static func fhir(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(
            members.compactMap { name, value in
                switch value {
                case nil, .array([])?, .object([])?: nil
                case let value?: Member(name, value)
                }
            })
    }

    static func fhir(text: String?) -> JSONValue? { text.map { .fhir(["text": .string($0)]) } }
}
