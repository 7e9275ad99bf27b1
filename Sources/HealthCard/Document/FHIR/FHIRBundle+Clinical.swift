import CardProfiles

extension FHIRBundle {
    private typealias Map = FHIRMapping

    /// Blood groups, alerts, allergies and vaccinations.
    mutating func addClinical() {
        for section in Map.alerts {
            var items = items(section)
            for (reference, code) in Map.observations where reference.section == section {
                if let group = items.take(reference) { addBloodGroup(group, code) }
            }
            for item in items.items { addAlert(item, restricted: Map.restrictedAlerts.contains(section)) }
        }
        for (number, items) in entries(Map.allergies) { addAllergy(number, items) }
        for (number, items) in entries(Map.immunizations) { addImmunization(number, items) }
    }

    private mutating func addBloodGroup(_ group: FHIRItem, _ code: FHIRCodes.Code) {
        let isKnown = group.translation?.system != FHIRCodes.absent
        add(
            group.path, "Observation",
            [
                "status": .string("final"), "category": .array([FHIRCodes.laboratory.concept]),
                "code": code.concept, "subject": subject,
                "valueCodeableConcept": isKnown ? group.concept() : nil,
                "dataAbsentReason": isKnown ? nil : group.concept(),
            ])
    }

    /// A flag that says no is in no resource: the card has one byte for it and for what was never entered.
    private mutating func addAlert(_ item: FHIRItem, restricted: Bool) {
        if item.value == .flag(false) { return }
        let named = JSONValue.fhir([
            "system": .string(FHIRCodes.own("item")), "code": .string(item.path), "display": .string(item.item.label),
        ])
        let text = item.value == .flag(true) ? item.item.label : item.label
        let category = FHIRCodes.Code(FHIRCodes.flagCategory, "clinical", "Clinical")
        add(
            item.path, "Flag", restricted: restricted,
            [
                "extension": .array(item.table == nil ? [] : [item.named()]),
                "status": .string("active"), "category": .array([category.concept]),
                "code": .fhir(["coding": .array([named]), "text": .string(text)]), "subject": subject,
            ])
    }

    private mutating func addAllergy(_ number: Int, _ all: FHIRItems) {
        var items = all
        let allergen = items.take(Map.allergen)
        let reaction = items.take(Map.allergyReaction).map { reaction in
            JSONValue.fhir(["manifestation": .array([.fhir(["text": reaction.string])])])
        }
        let status = FHIRCodes.Code(FHIRCodes.allergyClinical, "active", "Active")
        add(
            "\(Map.allergies)/\(number)", "AllergyIntolerance",
            [
                "extension": .array(items.extensions()), "clinicalStatus": status.concept,
                "code": .fhir(text: allergen?.text), "patient": subject,
                "reaction": .array(reaction.map { [$0] } ?? []),
            ])
    }

    /// FHIR wants both a vaccine and a time; what the card leaves out is said to be unknown.
    private mutating func addImmunization(_ number: Int, _ all: FHIRItems) {
        var items = all
        let vaccine = items.take(Map.vaccine)
        let date = items.take(Map.vaccinationDate)
        add(
            "\(Map.immunizations)/\(number)", "Immunization",
            [
                "extension": .array(items.extensions()), "status": .string("completed"),
                "vaccineCode": .fhir(text: vaccine?.text) ?? FHIRCodes.unknown.concept, "patient": subject,
                "occurrenceDateTime": date?.dateTime, "occurrenceString": date == nil ? .string("unknown") : nil,
            ])
    }
}
