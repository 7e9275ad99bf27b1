import CardProfiles

extension CardFactorDescription {
    /// `{"chipMaker":{"code":"0090","label":"复旦","english":"Fudan"},"cardMaker":{"code":"0102"},"serial":"01020304"}`: a code
    /// that no table has comes without words.
    public var json: JSONValue {
        .object(
            parts.map { part in
                guard part.isCode else { return .init(part.name, .string(part.value)) }
                var members: [JSONValue.Member] = [.init("code", .string(part.value))]
                if let entry = part.entry {
                    members.append(.init("label", .string(entry.label)))
                    if let english = entry.english { members.append(.init("english", .string(english))) }
                }
                return .init(part.name, .object(members))
            })
    }
}
