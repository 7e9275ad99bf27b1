import CardProfiles
import ISO7816
import Messages

extension CardInspection {
    /// For a person: one fact a line.
    public func text(in language: Language) -> String {
        func label(_ label: InspectionText, width: Int = 18) -> String {
            self.label(AnyMessage(label), width, language)
        }
        func words(_ message: some Message) -> String { message.text(in: language) }
        let indent = String(repeating: " ", count: language == .english ? 18 : 2)
        var lines = [label(.answerToReset) + Hex.encode(answerToReset, separator: " ")]
        lines += explanation.map { indent + words($0) }
        lines.append(label(.chipSerial) + words(chipSerialText))
        if let chip { lines.append(label(.chip) + words(chip)) }
        for field in productionData {
            lines.append(
                "  " + self.label(AnyMessage(VerbatimText(field.name)), 22, language) + Hex.encode(field.value))
        }
        lines.append(label(.lifeCycle) + words(lifeCycleText))
        lines.append(label(.testCard) + words(authenticityText))
        if let cityCode { lines.append(label(.cityCode) + cityCode) }
        if !habits.isEmpty { lines.append(label(.habits) + words(InspectionText.aboutHabits)) }
        for habit in habits {
            lines.append("  \(habit.differs ? "*" : " ") " + self.label(habit.title, 20, language) + words(habit.text))
        }
        for directory in directories {
            lines.append("\(directory.name.padded(to: 18))\(words(directory.presence))  \(directory.title)")
            if let information = directory.information {
                lines.append(indent + Hex.encode(information, separator: " "))
            }
            for file in directory.files where file.presence != .unknown {
                let size = file.size.map { "  " + words(InspectionText.bytes($0)) } ?? ""
                lines.append("  \(file.path.padded(to: 16))\(words(file.presence))  \(file.title)\(size)")
            }
        }
        if !isCardBlocked {
            lines.append(
                label(.otherApplications)
                    + words(
                        otherApplications.isEmpty
                            ? InspectionText.noOtherApplications : .aboutOtherApplications))
            lines += otherApplications.map { "  " + $0.line(in: language) }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func label(_ label: AnyMessage, _ width: Int, _ language: Language) -> String {
        switch language {
        case .english: label.text(in: language).padded(to: width)
        case .chinese: label.text(in: language) + "："
        }
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("answerToReset", .string(lowercase(answerToReset))),
            .init("explanation", .array(explanation.map { .string($0.description) })),
        ]
        if let chipSerial { members.append(.init("chipSerial", .string(lowercase(chipSerial)))) }
        if let chip { members.append(.init("chip", chip.json)) }
        if let factorFlaw { members.append(.init("cardFactorFlaw", .string(factorFlaw.description))) }
        let production = productionData.map { JSONValue.Member($0.name, .string(lowercase($0.value))) }
        members.append(.init("productionData", .object(production)))
        if let lifeCycle { members.append(.init("lifeCycle", .string(lifeCycle.rawValue))) }
        members.append(.init("cardBlocked", .boolean(isCardBlocked)))
        if let authenticity { members.append(.init("testCard", .boolean(authenticity == .testCard))) }
        if let cityCode { members.append(.init("cityCode", .string(cityCode))) }
        if !habits.isEmpty {
            let facts = habits.map {
                JSONValue.Member(
                    $0.name,
                    .object([.init("found", .string($0.text.description)), .init("asInProfile", .boolean(!$0.differs))])
                )
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
        // Of a blocked card it is not known: it is left out.
        if !isCardBlocked { members.append(.init("otherApplications", .array(otherApplications.map(\.json)))) }
        return .object(members)
    }

    private static func members(
        _ name: String, _ title: String, _ presence: Presence, _ information: [UInt8]?
    ) -> [JSONValue.Member] {
        [
            .init("name", .string(name)), .init("title", .string(title)), .init("state", .string(presence.description)),
        ] + (information.map { [.init("information", .string(lowercase($0)))] } ?? [])
    }

    /// The answer to reset, part by part.
    var explanation: [AnyMessage] {
        do {
            let parsed = try AnswerToReset(tolerant: answerToReset)
            return parsed.explain().map { AnyMessage($0) }
                + (parsed.flaw.map { [AnyMessage(InspectionText.flaw($0))] } ?? [])
        } catch {
            return [AnyMessage(InspectionText.malformed(error))]
        }
    }

    private var chipSerialText: AnyMessage {
        let flaw = factorFlaw.map { chipSerial == nil ? InspectionText.noFactor($0) : .uselessFactor($0) }
        guard let chipSerial else { return AnyMessage(flaw ?? .unknown) }
        let bytes = AnyMessage(VerbatimText(Hex.encode(chipSerial)))
        guard let flaw else { return bytes }
        return AnyMessage("\(bytes)  \(flaw)", "\(bytes)  \(flaw)")
    }

    private var lifeCycleText: InspectionText {
        if isCardBlocked { return .cardBlocked }
        return lifeCycle.map { .state($0) } ?? .unknown
    }

    private var authenticityText: InspectionText { authenticity.map { .authenticity($0) } ?? .unknown }
}

private func lowercase(_ bytes: [UInt8]) -> String { Hex.encode(bytes).lowercased() }

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
