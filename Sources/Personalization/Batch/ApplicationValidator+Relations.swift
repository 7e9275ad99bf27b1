import CardProfiles

/// Rules between the values of a row.
extension ApplicationValidator {
    /// The code table of the guardian's relation, which is no item of the card.
    private static let relationTable = "relation"

    func checkIdentity(_ checked: inout CheckedRow) {
        let rules = profile.application
        guard let text = value(at: places.idNumber, of: checked) else { return }
        guard let idNumber = try? IDNumber(text) else {
            checked.wrongNumber = IDNumber.plainSpelling(of: text)
            return
        }
        checked.idNumber = idNumber
        let column = rules.idNumber.item
        let region = profile.modes.testRegion
        let isOfTestRegion = idNumber.text.hasPrefix(region)
        if manifest.mode == .formal, isOfTestRegion { checked.refuse(.row(.testRegion(region)), column) }
        if manifest.mode == .test, !isOfTestRegion { checked.refuse(.row(.notTestRegion(region)), column) }
    }

    func checkGuardian(_ checked: inout CheckedRow) {
        let guardian = checked.guardianTexts
        let years = profile.application.guardianBelowYears
        let isNeeded = checked.idNumber.map { $0.birthDate.age(on: manifest.issueDate) < years } ?? false
        guard isNeeded || !guardian.isEmpty else { return }
        for column in ApplicationColumns.GuardianColumn.allCases where guardian[column] == nil {
            checked.refuse(.guardian(.missing(childBelow: isNeeded ? years : nil)), columns.name(of: column))
        }
        if let name = guardian[.name], let item = profile.item(profile.application.name),
            let problem = profile.form(of: item)?.characterProblem(in: name)
        {
            checked.refuse(.guardian(.name(problem)), columns.name(of: .name))
        }
        let guardianID = guardian[.idNumber].flatMap { guardianNumber($0, &checked) }
        guard let name = guardian[.name], let relation = relation(guardian[.relation], &checked), let guardianID else {
            return
        }
        checked.guardianTexts[.idNumber] = guardianID.text
        checked.guardianTexts[.relation] = relation
        checked.guardian = Application.Guardian(name: name, idNumber: guardianID, relation: relation)
    }

    /// The number of somebody else who is of age.
    private func guardianNumber(_ text: String, _ checked: inout CheckedRow) -> IDNumber? {
        let column = columns.name(of: .idNumber)
        let number: IDNumber
        do {
            number = try IDNumber(entered: text)
        } catch {
            let damage = SpreadsheetDamage.found(in: text, isNumber: true)
            checked.refuse(.guardian(damage.map { .damaged($0) } ?? .number(error)), column)
            if damage != nil { checked.spoiledColumns.append(column) }
            return nil
        }
        let years = profile.application.guardianFromYears
        if number == checked.idNumber {
            checked.refuse(.guardian(.applicant), column)
        } else if number.birthDate.age(on: manifest.issueDate) < years {
            checked.refuse(.guardian(.belowAge(years: years)), column)
        }
        return number
    }

    private func relation(_ text: String?, _ checked: inout CheckedRow) -> String? {
        guard let text, let table = profile.codeTable(Self.relationTable) else { return text }
        let code = table.canonical(text)
        if !table.isOpen, table[code] == nil {
            checked.refuse(
                .guardian(.relation(title: table.title, codes: table.entries.map(\.code))),
                columns.name(of: .relation))
        }
        return code
    }

    /// What values say of each other, by the rules that hold for every card.
    func checkRelations(_ checked: inout CheckedRow) {
        guard let idNumber = checked.idNumber else { return }
        let dates = checked.entryTexts.compactMap { entry -> ValueRelations.EntryDate? in
            guard let reference = datedItems[entry.list][entry.item], let date = CalendarDate(entry.text) else {
                return nil
            }
            return ValueRelations.EntryDate(reference, entry: entry.index + 1, date)
        }
        let texts = checked.texts
        let findings = relations.findings(latest: .issue, dates: dates) { field in
            // Its end was compared with it when the manifest was read.
            field == .issueDate ? issueDate : relatedPlaces[field.rawValue].flatMap { texts[$0] }
        }
        for finding in findings {
            checked.refuse(
                .row(.relation(finding.problem)), finding.item.item + (finding.entry.map(String.init) ?? ""))
        }
        // A small x in it is the X of the one spelling.
        let documented = value(at: places.documentNumber, of: checked).flatMap { try? IDNumber(entered: $0) }
        if value(at: places.documentType, of: checked) == profile.application.identityDocument.code,
            documented == idNumber,
            let place = places.documentNumber
        {
            checked.texts[place] = idNumber.text
        }
    }
}
