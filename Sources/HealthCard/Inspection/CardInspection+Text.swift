import CardProfiles
import ISO7816

extension CardInspection {
    /// For a person: one fact a line.
    public var text: String {
        var lines = ["answer to reset   \(Hex.encode(answerToReset, separator: " "))"]
        lines += explanation.map { "                  \($0)" }
        lines.append("chip serial       \(chipSerialText)")
        for field in productionData { lines.append("  \(field.name.padded(to: 22))\(Hex.encode(field.value))") }
        lines.append("life cycle        \(isCardBlocked ? "card blocked" : lifeCycle?.text ?? "cannot be told")")
        lines.append("test card         \(authenticityText)")
        if let cityCode { lines.append("city code         \(cityCode)") }
        if !habits.isEmpty {
            lines.append("habits            how this product wants to be talked to; * is not as the profile says")
        }
        for habit in habits {
            lines.append("  \(habit.differs ? "*" : " ") \(habit.title.padded(to: 20))\(habit.text)")
        }
        for directory in directories {
            lines.append("\(directory.name.padded(to: 18))\(directory.presence.text)  \(directory.title)")
            if let information = directory.information {
                lines.append("                  \(Hex.encode(information, separator: " "))")
            }
            for file in directory.files where file.presence != .unknown {
                let size = file.size.map { "  \($0) bytes" } ?? ""
                lines.append("  \(file.path.padded(to: 16))\(file.presence.text)  \(file.title)\(size)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("answerToReset", .string(lowercase(answerToReset))),
            .init("explanation", .array(explanation.map(JSONValue.string))),
        ]
        if let chipSerial { members.append(.init("chipSerial", .string(lowercase(chipSerial)))) }
        let production = productionData.map { JSONValue.Member($0.name, .string(lowercase($0.value))) }
        members.append(.init("productionData", .object(production)))
        if let lifeCycle { members.append(.init("lifeCycle", .string(lifeCycle.rawValue))) }
        members.append(.init("cardBlocked", .boolean(isCardBlocked)))
        if let authenticity { members.append(.init("testCard", .boolean(authenticity == .testCard))) }
        if let cityCode { members.append(.init("cityCode", .string(cityCode))) }
        if !habits.isEmpty {
            let facts = habits.map {
                JSONValue.Member(
                    $0.name, .object([.init("found", .string($0.text)), .init("asInProfile", .boolean(!$0.differs))]))
            }
            members.append(.init("habits", .object(facts)))
        }
        members.append(
            .init(
                "directories",
                .array(
                    directories.map { directory in
                        .object(
                            Self.members(directory.name, directory.title, directory.presence, directory.information)
                                + [
                                    .init(
                                        "files",
                                        .array(
                                            directory.files.map {
                                                .object(Self.members($0.path, $0.title, $0.presence, $0.information))
                                            }))
                                ])
                    })))
        return .object(members)
    }

    private static func members(
        _ name: String, _ title: String, _ presence: Presence, _ information: [UInt8]?
    ) -> [JSONValue.Member] {
        [
            .init("name", .string(name)), .init("title", .string(title)), .init("state", .string(presence.text)),
        ] + (information.map { [.init("information", .string(lowercase($0)))] } ?? [])
    }

    /// The answer to reset, part by part.
    var explanation: [String] {
        do {
            let parsed = try AnswerToReset(tolerant: answerToReset)
            return parsed.explain().map(\.description) + (parsed.flaw.map { ["warning: \($0)"] } ?? [])
        } catch {
            return ["malformed: \(error)"]
        }
    }

    private var chipSerialText: String {
        if let chipSerial { return Hex.encode(chipSerial) }
        do {
            let count = try AnswerToReset(tolerant: answerToReset).historicalBytes.count
            return "— (too few historical bytes: \(count))"
        } catch {
            return "— (\(error))"
        }
    }

    private var authenticityText: String {
        switch authenticity {
        case .testCard: "yes 测试卡: it has the published test key"
        case .genuine: "no: it has the key of the security module"
        case .notProved(let status?): "not proved: the card answered \(status)"
        case .notProved(nil): "no: it answers with another key"
        case nil: "cannot be told"
        }
    }
}

private func lowercase(_ bytes: [UInt8]) -> String { Hex.encode(bytes).lowercased() }

extension CardInspection.Presence {
    var text: String {
        switch self {
        case .present: "present"
        case .temporarilyBlocked: "temporarily blocked"
        case .permanentlyBlocked: "permanently blocked"
        case .absent(let status): "absent (\(status))"
        case .unknown: "unknown"
        }
    }
}

extension LifeCycleState {
    fileprivate var text: String {
        switch self {
        case .blank: "blank 空白"
        case .beingMade: "being made 制作中"
        case .activated: "activated 已启用"
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
