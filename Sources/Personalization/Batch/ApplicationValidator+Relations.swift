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
        let isOfTestRegion = idNumber.text.hasPrefix(profile.modes.testRegion)
        if manifest.mode == .formal, isOfTestRegion {
            checked.refuse(
                .wrongRegion, column, "is of region \(profile.modes.testRegion), which belongs to test cards",
                remedy: "make test cards in a batch of mode \"test\"")
        }
        if manifest.mode == .test, !isOfTestRegion {
            checked.refuse(
                .wrongRegion, column, "is not of region \(profile.modes.testRegion), the only one test cards may have",
                remedy: "use fictitious people for test cards")
        }
        if let birthDate = value(at: places.birthDate, of: checked).flatMap({ CalendarDate($0) }),
            birthDate != idNumber.birthDate
        {
            checked.refuse(
                .birthDateDiffers, rules.birthDate.item, "is not the birth date in \(column)",
                remedy: "correct the one that is wrong")
        }
        if idNumber.birthDate > manifest.issueDate {
            checked.refuse(
                .dateContradicts, rules.birthDate.item, "is after the day of issue in \(BatchManifest.fileName)",
                remedy: "correct the one that is wrong")
        }
        let (own, other) =
            idNumber.isMale
            ? (rules.sexOfOddSequence, rules.sexOfEvenSequence) : (rules.sexOfEvenSequence, rules.sexOfOddSequence)
        if let sex = value(at: places.sex, of: checked), sex == other, sex != own {
            checked.refuse(
                .sexDiffers, rules.sex.item, "is not the sex in \(column) (17th digit)",
                remedy: "correct the one that is wrong")
        }
    }

    func checkGuardian(_ checked: inout CheckedRow) {
        let guardian = checked.guardianTexts
        let years = profile.application.guardianBelowYears
        let isNeeded = checked.idNumber.map { $0.birthDate.age(on: manifest.issueDate) < years } ?? false
        guard isNeeded || !guardian.isEmpty else { return }
        for column in ApplicationColumns.GuardianColumn.allCases where guardian[column] == nil {
            checked.refuse(
                .guardianMissing, columns.name(of: column),
                isNeeded ? "is empty for a child below \(years)" : "is empty", remedy: "fill it in")
        }
        if let name = guardian[.name], let item = profile.item(profile.application.name),
            let problem = profile.form(of: item)?.characterProblem(in: name)
        {
            checked.refuse(.guardianWrong, columns.name(of: .name), problem.description)
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
            checked.refuse(.guardianWrong, column, damage?.description ?? error.description)
            if damage != nil { checked.spoiledColumns.append(column) }
            return nil
        }
        let years = profile.application.guardianFromYears
        if number == checked.idNumber {
            checked.refuse(
                .guardianWrong, column, "is the applicant's own number", remedy: "name another person as guardian")
        } else if number.birthDate.age(on: manifest.issueDate) < years {
            checked.refuse(
                .guardianWrong, column, "is of somebody below \(years) on the day of issue",
                remedy: "name a guardian who is of age")
        }
        return number
    }

    private func relation(_ text: String?, _ checked: inout CheckedRow) -> String? {
        guard let text, let table = profile.codeTable(Self.relationTable) else { return text }
        let code = table.canonical(text)
        if !table.isOpen, table[code] == nil {
            checked.refuse(
                .guardianWrong, columns.name(of: .relation),
                "is not a code of \(table.title); it has \(table.entries.map(\.code).joined(separator: ", "))")
        }
        return code
    }

    /// What depends on the applicant's number: the identity card as a document, and days that cannot be before birth.
    func checkRelations(_ checked: inout CheckedRow) {
        guard let idNumber = checked.idNumber else { return }
        let document = profile.application.identityDocument
        if value(at: places.documentType, of: checked) == document.code,
            let text = value(at: places.documentNumber, of: checked)
        {
            if let number = try? IDNumber(entered: text), number == idNumber {
                if let place = places.documentNumber { checked.texts[place] = number.text }
            } else {
                checked.refuse(
                    .documentDiffers, document.number.item,
                    "is not the applicant's identity number, which a document of type \(document.code) has",
                    remedy: "correct the type or the number")
            }
        }
        for entry in checked.entryTexts {
            let list = columns.orderedLists[entry.list]
            let item = list.items[entry.item]
            // What has been done to a person was done in the person's life, and before the card tells of it.
            guard profile.application.notBeforeBirth.contains(ItemReference(section: list.section, item: item.name)),
                let date = CalendarDate(entry.text)
            else { continue }
            let what: String
            if date < idNumber.birthDate {
                what = "is before the day of birth"
            } else if date > manifest.issueDate {
                what = "is after the day of issue in \(BatchManifest.fileName)"
            } else {
                continue
            }
            checked.refuse(
                .dateContradicts, "\(item.name)\(entry.index + 1)", what, remedy: "correct the one that is wrong")
        }
    }
}
