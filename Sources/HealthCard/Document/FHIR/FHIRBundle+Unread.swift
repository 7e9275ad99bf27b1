import CardProfiles

/// What could not be read, so that what is missing is not taken for what the card does not have.
extension FHIRBundle {
    /// An element of the Patient without a value, and why; nil for an item that was read, empty or not.
    func absent(_ reference: ItemReference) -> JSONValue? {
        let damage = document.unreadable.first { file in
            file.section == reference.section && file.item == reference.item && !file.isShown
        }
        return (document[reference.section]?.unread ?? damage?.code).map(FHIRCodes.absent)
    }

    /// The same for a section that is one element, or several of a kind.
    func absent(section: String) -> JSONValue? { document[section]?.unread.map(FHIRCodes.absent) }

    /// Whether an item could not be read, or is shown only in part.
    func isUnread(_ reference: ItemReference) -> Bool { reasonOfDamage(reference) != nil }

    private func reasonOfDamage(_ reference: ItemReference) -> UnreadableFile.Code? {
        let damage = document.unreadable.first { $0.section == reference.section && $0.item == reference.item }
        return document[reference.section]?.unread ?? damage?.code
    }

    /// An identifier with its value, or with why there is none: half a number is another's.
    ///
    /// - Returns: nil where the card has none.
    func identifier(
        _ reference: ItemReference, _ item: FHIRItem?, _ members: KeyValuePairs<String, JSONValue?>
    ) -> JSONValue? {
        guard case .object(let members) = JSONValue.fhir(members) else { return nil }
        if let code = reasonOfDamage(reference) { return .object(members + [.init("_value", FHIRCodes.absent(code))]) }
        return item.map { .object(members + [$0.member("value")]) }
    }

    /// A List without entries, and why, for each section that was not read and is no element of the Patient.
    mutating func addUnread() {
        for section in document.sections where !FHIRMapping.patientSections.contains(section.name) {
            guard let code = section.unread else { continue }
            let name = FHIRCodes.Code(FHIRCodes.own("section"), section.name, section.title)
            let unavailable = FHIRCodes.Code(FHIRCodes.emptyReason, "unavailable", "Unavailable")
            add(
                "unread/\(section.name)", "List", restricted: FHIRMapping.restrictedAlerts.contains(section.name),
                [
                    "status": .string("current"), "mode": .string("snapshot"), "title": .string(section.title),
                    "code": name.concept, "subject": subject,
                    "emptyReason": .fhir([
                        "extension": .array([FHIRCodes.reason(code)]), "coding": .array([unavailable.json]),
                        "text": .string("not read: \(code.rawValue)"),
                    ]),
                ])
        }
    }

    /// Every file and item that could not be read or is damaged.
    mutating func addOutcome() {
        guard !document.unreadable.isEmpty else { return }
        let issues = document.unreadable.map { file in
            JSONValue.fhir([
                "severity": .string(file.isShown ? "warning" : "error"), "code": .string("incomplete"),
                "details": .fhir([
                    "coding": .array([
                        .fhir(["system": .string(FHIRCodes.own("unreadable")), "code": .string(file.code.rawValue)])
                    ]), "text": .string(file.file),
                ]), "diagnostics": .string(file.reason.english.what.withoutControls),
            ])
        }
        add("OperationOutcome", "OperationOutcome", ["issue": .array(issues)])
    }
}

extension FHIRCodes {
    /// An element without a value, and why.
    static func absent(_ code: UnreadableFile.Code) -> JSONValue { .fhir(["extension": .array([reason(code)])]) }

    static func reason(_ code: UnreadableFile.Code) -> JSONValue {
        .fhir(["url": .string(absentReason), "valueCode": .string(absentReason(code))])
    }

    /// Of HL7's data-absent-reason.
    private static func absentReason(_ code: UnreadableFile.Code) -> String {
        switch code {
        case .blocked, .refused, .needsKey, .notPermitted: "masked"
        case .securityModule, .damaged: "error"
        }
    }
}
