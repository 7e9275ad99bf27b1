import CardProfiles

extension FHIRBundle {
    private typealias Map = FHIRMapping

    /// Every valid visit: the Encounter, and what was found, done, given and paid.
    mutating func addVisits(_ map: FHIRMapping.Visit) {
        for (record, items) in entries(map.section) {
            var visit = FHIRVisit(key: "\(map.section)/\(record)", map: map, items: items)
            addVisit(&visit, record)
        }
    }

    private mutating func addVisit(_ visit: inout FHIRVisit, _ record: Int) {
        let map = visit.map
        let facility = addFacility(&visit)
        let begin = visit.items.take(map.begin)
        let end = visit.items.take(map.end)
        let days = visit.items.take(map.days)
        let number = visit.items.take(map.identifier)
        let department = visit.items.take(map.department)
        var rest: [JSONValue] = []
        var reasons: [JSONValue] = []
        let diagnoses = addGroups(&visit, &reasons, &rest)
        addTests(&visit)
        addDrugs(&visit)
        addFees(&visit, issuer: facility)
        let place = JSONValue.fhir([
            "url": .string(FHIRCodes.own("record")), "valueInteger": .number(record),
        ])
        let identifier = number.map {
            JSONValue.object([
                .init("type", .fhir(["text": .string($0.item.label)])), .init("system", .string(map.identifierSystem)),
                $0.member("value"),
            ])
        }
        add(
            visit.key, "Encounter",
            [
                "extension": .array([place] + rest + visit.items.extensions()),
                "identifier": .array(identifier.map { [$0] } ?? []), "status": .string("finished"),
                "class": map.kind.json, "serviceType": .fhir(text: department?.text), "subject": subject,
                "period": Self.period(begin, end),
                "length": days.map(Self.days), "reasonCode": .array(reasons), "diagnosis": .array(diagnoses),
                "serviceProvider": facility,
            ])
    }

    /// A card may say that the end was before the beginning, a FHIR Period may not: the end is then named only.
    static func period(_ start: FHIRItem?, _ end: FHIRItem?) -> JSONValue {
        let isBackwards = start.flatMap { start in end.map { $0.value.text < start.value.text } } ?? false
        return .fhir([
            "extension": .array(isBackwards ? end.map { [$0.named()] } ?? [] : []), "start": start?.dateTime,
            "end": isBackwards ? nil : end?.dateTime,
        ])
    }

    private static func days(_ item: FHIRItem) -> JSONValue {
        .fhir([
            "value": item.decimal, "unit": .string("d"), "system": .string(FHIRCodes.units), "code": .string("d"),
        ])
    }

    private mutating func addFacility(_ visit: inout FHIRVisit) -> JSONValue? {
        let name = visit.items.take(visit.map.facilityName)
        let code = visit.items.take(visit.map.facilityCode)
        guard name != nil || code != nil else { return nil }
        // Two visits to one place are of one organization.
        let key = "facility/\(code?.text ?? "")/\(name?.text ?? "")"
        let identifier = code.map {
            JSONValue.object([.init("system", .string(FHIRCodes.organizationIdentifier)), $0.member("value")])
        }
        add(
            key, "Organization",
            ["identifier": .array(identifier.map { [$0] } ?? []), "name": name?.string])
        return reference(key, display: name?.text)
    }

    // MARK: Diagnoses, procedures, serology

    /// - Parameters:
    ///   - reasons: symptoms of which nobody made a diagnosis, `Encounter.reasonCode`.
    ///   - rest: what belongs to no resource of its own.
    /// - Returns: `Encounter.diagnosis`.
    private mutating func addGroups(
        _ visit: inout FHIRVisit, _ reasons: inout [JSONValue], _ rest: inout [JSONValue]
    ) -> [JSONValue] {
        let map = visit.map
        var diagnoses: [JSONValue] = []
        for (number, repetition) in visit.items.takeGroup(map.diagnoses.group) {
            var items = repetition
            let key = "\(visit.key)/\(map.diagnoses.group)/\(number)"
            if let serology = map.serology, serology.group == map.diagnoses.group {
                addSerology(&items, visit, serology, key)
            }
            var procedure: FHIRItems?
            if map.procedures.group == map.diagnoses.group { procedure = items.split(off: map.procedures) }
            let diagnosis = addDiagnosis(&items, visit, key)
            if let diagnosis {
                diagnoses.append(diagnosis)
            } else if let reason = Self.reason(&items, map.diagnoses) {
                reasons.append(reason)
            }
            if let procedure { addProcedure(procedure, visit, key, reason: diagnosis == nil ? nil : reference(key)) }
            rest += items.extensions()
        }
        for (number, items) in visit.items.takeGroup(map.procedures.group) {
            addProcedure(items, visit, "\(visit.key)/\(map.procedures.group)/\(number)", reason: nil)
        }
        return diagnoses
    }

    private mutating func addDiagnosis(_ items: inout FHIRItems, _ visit: FHIRVisit, _ key: String) -> JSONValue? {
        let map = visit.map.diagnoses
        let name = items.take(map.name)
        let code = items.take(map.code)
        guard name != nil || code != nil else { return nil }
        let symptom = items.take(map.symptom)
        let symptomCode = items.take(map.symptomCode)
        let role = items.take(map.role)
        let roleText = items.take(map.roleText)
        let asserted = items.take(map.date).map {
            JSONValue.fhir(["url": .string(FHIRCodes.assertedDate), "valueDateTime": $0.dateTime])
        }
        let onset = items.take(map.onset)
        let evidence = Self.concept(symptom, symptomCode, FHIRCodes.disease).map {
            JSONValue.fhir(["code": .array([$0])])
        }
        let category = FHIRCodes.Code(FHIRCodes.conditionCategory, "encounter-diagnosis", "Encounter Diagnosis")
        add(
            key, "Condition",
            [
                "extension": .array((asserted.map { [$0] } ?? []) + items.extensions()),
                "category": .array([category.concept]), "code": Self.concept(name, code, FHIRCodes.disease),
                "subject": subject, "encounter": reference(visit.key), "onsetDateTime": onset?.dateTime,
                "evidence": .array(evidence.map { [$0] } ?? []),
            ])
        let use = role?.concept(text: roleText?.text) ?? .fhir(text: roleText?.text)
        return .fhir(["condition": reference(key), "use": use])
    }

    /// A symptom without a diagnosis is why somebody came, and no Condition; when it began stays with it.
    private static func reason(_ items: inout FHIRItems, _ map: FHIRMapping.Diagnoses) -> JSONValue? {
        let symptom = items.take(map.symptom)
        let code = items.take(map.symptomCode)
        guard case .object(let members)? = concept(symptom, code, FHIRCodes.disease) else { return nil }
        let extensions = items.extensions()
        return .object((extensions.isEmpty ? [] : [.init("extension", .array(extensions))]) + members)
    }

    /// A name and a code of a system, either of which the card may lack.
    private static func concept(_ name: FHIRItem?, _ code: FHIRItem?, _ system: String) -> JSONValue? {
        guard name != nil || code != nil else { return nil }
        return .fhir([
            "coding": .array([code?.coding(system: system)].compactMap { $0 }),
            "text": (name ?? (code?.absence == nil ? code : nil))?.string,
        ])
    }

    private mutating func addProcedure(_ all: FHIRItems, _ visit: FHIRVisit, _ key: String, reason: JSONValue?) {
        var items = all
        let map = visit.map.procedures
        let name = items.take(map.name)
        let code = items.take(map.code)
        let date = items.take(map.date)
        add(
            key + "/procedure", "Procedure",
            [
                "extension": .array(items.extensions()), "status": .string("completed"),
                "code": Self.concept(name, code, FHIRCodes.procedure) ?? FHIRCodes.unknown.concept,
                "subject": subject, "encounter": reference(visit.key), "performedDateTime": date?.dateTime,
                "reasonReference": .array(reason.map { [$0] } ?? []),
            ])
    }

    private mutating func addSerology(
        _ items: inout FHIRItems, _ visit: FHIRVisit, _ map: FHIRMapping.Serology, _ key: String
    ) {
        guard let test = items.take(map.item) else { return }
        let result = items.take(map.result)
        let isDone = result?.translation?.system != FHIRCodes.absent
        add(
            key + "/serology", "Observation", restricted: map.restricted.contains(test.value.text),
            [
                "status": .string("final"), "category": .array([FHIRCodes.laboratory.concept]),
                "code": test.concept(), "subject": subject, "encounter": reference(visit.key),
                "valueCodeableConcept": isDone ? result?.concept() : nil,
                "dataAbsentReason": isDone ? nil : result?.concept(),
            ])
    }

    // MARK: Tests, drugs

    private mutating func addTests(_ visit: inout FHIRVisit) {
        guard let map = visit.map.tests else { return }
        for (number, repetition) in visit.items.takeGroup(map.group) {
            var items = repetition
            let name = items.take(map.name)
            let code = items.take(map.code)
            let result = items.take(map.result)
            let unit = items.take(map.unit)
            let quantity = items.take(map.quantity).map {
                JSONValue.fhir(["value": $0.decimal, "unit": unit?.string])
            }
            // A unit without a number.
            let lonely = quantity == nil ? unit.map { [$0.named()] } ?? [] : []
            let system = code.map { FHIRCodes.own("item/\($0.path)") } ?? ""
            add(
                "\(visit.key)/\(map.group)/\(number)", "Observation",
                [
                    "extension": .array(lonely + items.extensions()), "status": .string("final"),
                    "code": Self.concept(name, code, system) ?? FHIRCodes.unknown.concept, "subject": subject,
                    "encounter": reference(visit.key), "valueQuantity": quantity,
                    "interpretation": .array(result.map { [$0.concept()] } ?? []),
                ])
        }
    }

    /// The card says what was prescribed, not whether it was taken.
    private mutating func addDrugs(_ visit: inout FHIRVisit) {
        guard let map = visit.map.drugs else { return }
        for (number, repetition) in visit.items.takeGroup(map.group) {
            var items = repetition
            let name = items.take(map.name)
            let unit = items.take(map.doseUnit)
            let dose = items.take(map.dose).map {
                JSONValue.fhir(["doseQuantity": .fhir(["value": $0.decimal, "unit": unit?.string])])
            }
            let bounds = items.take(map.days).map { JSONValue.fhir(["boundsDuration": Self.days($0)]) }
            let timing = JSONValue.fhir([
                "repeat": bounds, "code": .fhir(text: items.take(map.frequency)?.text),
            ])
            let dosage = JSONValue.fhir([
                "timing": timing, "route": items.take(map.route)?.concept(),
                "doseAndRate": .array(dose.map { [$0] } ?? []),
            ])
            let lonely = dose == nil ? unit.map { [$0.named()] } ?? [] : []
            add(
                "\(visit.key)/\(map.group)/\(number)", "MedicationStatement",
                [
                    "extension": .array(lonely + items.extensions()), "status": .string("unknown"),
                    "medicationCodeableConcept": .fhir(text: name?.text) ?? FHIRCodes.unknown.concept,
                    "subject": subject, "context": reference(visit.key),
                    "dosage": .array(dosage == .object([]) ? [] : [dosage]),
                ])
        }
    }

    // MARK: Fees

    /// One Invoice a visit: a line for each fee, the total, and the sums by kind that the inpatient record has besides.
    private mutating func addFees(_ visit: inout FHIRVisit, issuer: JSONValue?) {
        let map = visit.map.fees
        let lines = visit.items.takeGroup(map.group).map { number, repetition in
            var items = repetition
            let category = items.take(map.category)
            let code = items.take(map.categoryCode)
            let price = items.take(map.amount).map {
                JSONValue.fhir(["type": .string("base"), "amount": $0.money])
            }
            let system = code.map { FHIRCodes.own("item/\($0.path)") } ?? ""
            return JSONValue.fhir([
                "extension": .array(items.extensions()), "sequence": .number(number),
                "chargeItemCodeableConcept": Self.concept(category, code, system) ?? FHIRCodes.unknown.concept,
                "priceComponent": .array(price.map { [$0] } ?? []),
            ])
        }
        let total = visit.items.take(map.total)
        let sums = visit.items.take { $0.item.format == .amount }.map { item in
            JSONValue.fhir([
                "type": .string("informational"),
                "code": .fhir([
                    "coding": .array([
                        .fhir([
                            "system": .string(FHIRCodes.own("item")), "code": .string(item.path),
                            "display": .string(item.item.label),
                        ])
                    ]), "text": .string(item.item.label),
                ]), "amount": item.money,
            ])
        }
        guard !lines.isEmpty || total != nil || !sums.isEmpty else { return }
        let encounter = JSONValue.fhir([
            "url": .string(FHIRCodes.own("encounter")), "valueReference": reference(visit.key),
        ])
        add(
            visit.key + "/fees", "Invoice",
            [
                "extension": .array([encounter]), "status": .string("issued"), "subject": subject, "issuer": issuer,
                "lineItem": .array(lines), "totalPriceComponent": .array(sums), "totalGross": total?.money,
            ])
    }
}

/// One visit on its way into resources.
struct FHIRVisit {
    /// `inpatient/2`.
    let key: String
    let map: FHIRMapping.Visit
    var items: FHIRItems
}
