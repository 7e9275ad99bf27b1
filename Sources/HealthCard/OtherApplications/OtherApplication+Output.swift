import ISO7816
import Messages

extension OtherApplication {
    /// The JSON of `Docs/items.md`: name, AID, state, label, version, and no data.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name)), .init("title", .string(title)),
            .init("aid", .string(Hex.encode(dfName).lowercased())), .init("kind", .string(kind.rawValue)),
            .init("state", .string(state.code)),
        ]
        if let label { members.append(.init("label", .string(label))) }
        if let version { members.append(.init("version", .string(version))) }
        return .object(members)
    }

    /// `debit  present  PBOC DEBIT, version 0030`.
    func line(in language: Language) -> String {
        let said = [label, version.map { InspectionText.applicationVersion($0).text(in: language) }].compactMap { $0 }
        let words = said.joined(separator: language == .english ? ", " : "，")
        let name = language == .english ? englishTitle : title
        return ([name, state.text(in: language)] + (words.isEmpty ? [] : [words])).joined(separator: "  ")
    }
}

extension OtherApplication.State {
    /// `present`, `blocked`, `unknown`.
    public var code: String {
        switch self {
        case .present: "present"
        case .blocked: "blocked"
        case .unknown: "unknown"
        }
    }
}
