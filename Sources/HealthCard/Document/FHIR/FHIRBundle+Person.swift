import CardProfiles

extension FHIRBundle {
    private typealias Map = FHIRMapping

    /// Patient, the issuer, the contacts and who pays.
    mutating func addPerson() {
        var holder = items(Map.name.section)
        var validity = items(Map.validUntil.section)
        var issuer = items(Map.cardNumber.section)
        var documents = items(Map.documentNumber.section)
        var occupation = items(Map.maritalStatus.section)
        var addresses = items(Map.address.section)
        var contacts = items(Map.contactName.section)

        addIssuer(&issuer)
        var phones = numbered(Map.phone).compactMap { number, name in
            validity.take(name).map { Self.telecom($0, rank: number) }
        }
        if let absent = absent(section: Map.phone.section) { phones.append(absent) }
        addCoverage(&validity)
        addContacts(&contacts)

        let name = holder.take(Map.name)
        let sex = holder.take(Map.sex)
        let birthDate = holder.take(Map.birthDate)
        let maritalStatus = occupation.take(Map.maritalStatus)
        var homes = addressList(&addresses)
        if let absent = absent(section: Map.address.section) { homes.append(absent) }
        var identifiers = [residentIdentifier(holder.take(Map.idNumber))]
        let card = cardIdentifier(&issuer, validUntil: &validity)
        identifiers.append(card)
        identifiers += documentIdentifiers(&documents) + self.identifiers.map(\.json)
        var picture: JSONValue?
        if case .photo(let bytes?)? = document[Map.photo]?.content {
            picture = .fhir([
                "contentType": .string("image/jpeg"), "data": .string(ItemValue.photo(bytes).text),
            ])
        }
        picture = picture ?? absent(section: Map.photo)
        let names = name.map { JSONValue.fhir(["use": .string("official"), "text": $0.string]) } ?? absent(Map.name)
        // FHIR's four genders say less than GB/T 2261.1: the code goes along.
        var extensions = (sex.map { [$0.named()] } ?? []) + holder.extensions() + occupation.extensions()
        extensions += addresses.extensions() + documents.extensions() + validity.extensions()
        extensions += issuer.extensions() + contacts.extensions() + otherExtensions()
        add(
            "Patient", "Patient", first: true,
            [
                "extension": .array(extensions), "identifier": .array(identifiers.compactMap { $0 }),
                "name": .array(names.map { [$0] } ?? []),
                "telecom": .array(phones),
                "gender": sex.map { .string(FHIRCodes.gender[$0.value.text] ?? "unknown") },
                "_gender": absent(Map.sex), "birthDate": birthDate?.string, "_birthDate": absent(Map.birthDate),
                "address": .array(homes), "maritalStatus": maritalStatus?.concept() ?? absent(Map.maritalStatus),
                "photo": .array(picture.map { [$0] } ?? []),
            ])
    }

    /// Sections that are not of FHIR's world, and what alerts have besides items.
    private func otherExtensions() -> [JSONValue] {
        document.sections.flatMap { section -> [JSONValue] in
            if Map.alerts.contains(section.name) {
                var items = items(section.name)
                _ = items.take { _ in true }
                return items.extensions()
            }
            guard !Map.sections.contains(section.name) else { return [] }
            switch section.content {
            case .photo(let picture):
                return picture.map {
                    [
                        .fhir([
                            "url": .string(FHIRCodes.own("item/\(section.name)")),
                            "valueBase64Binary": .string(ItemValue.photo($0).text),
                        ])
                    ]
                } ?? []
            case .object, .list:
                var items = items(section.name)
                return items.extensions() + entries(section.name).map { $0.items.nested }
            }
        }
    }

    /// `phone1`, `phone2` … as far as the profile has them.
    private func numbered(_ reference: ItemReference) -> [(number: Int, name: String)] {
        (1...).lazy.map { ($0, "\(reference.item)\($0)") }.prefix {
            profile.item(named: $0.1, in: reference.section) != nil
        }
    }

    private static func telecom(_ phone: FHIRItem, rank: Int?) -> JSONValue {
        let rank = rank.map { JSONValue.Member("rank", .number($0)) }
        return .object([.init("system", .string("phone")), phone.member("value")] + (rank.map { [$0] } ?? []))
    }

    // MARK: Identifiers

    private static func identifierType(_ code: String, _ display: String) -> JSONValue {
        FHIRCodes.Code(FHIRCodes.identifierType, code, display).concept
    }

    private func residentIdentifier(_ item: FHIRItem?) -> JSONValue? {
        identifier(
            Map.idNumber, item,
            [
                "use": .string("official"),
                "type": Self.identifierType("NI", "National unique individual identifier"),
                "system": .string(FHIRCodes.residentIdentifier),
            ])
    }

    /// What the issuer says of the card goes with the card's number; without a number it stays for the patient.
    private func cardIdentifier(_ issuer: inout FHIRItems, validUntil validity: inout FHIRItems) -> JSONValue? {
        let number = issuer.take(Map.cardNumber)
        guard number != nil || isUnread(Map.cardNumber) else { return nil }
        let period = Self.period(issuer.take(Map.issueDate), validity.take(Map.validUntil))
        return identifier(
            Map.cardNumber, number,
            [
                "extension": .array(issuer.extensions()), "use": .string("usual"),
                "type": Self.identifierType("HC", "Health Card Number"), "system": .string(FHIRCodes.cardIdentifier),
                "period": period, "assigner": hasIssuer ? reference("issuer") : nil,
            ])
    }

    private func documentIdentifiers(_ documents: inout FHIRItems) -> [JSONValue] {
        var identifiers: [JSONValue?] = []
        let kind = documents.items.first { $0.item.name == Map.documentType.item }
        // The resident identity card is the identity number once more: it stays with the extensions.
        if kind?.value.text != FHIRCodes.residentIdentityCard, let number = documents.take(Map.documentNumber) {
            let type = documents.take(Map.documentType)
            let code = type.flatMap { $0.absence == nil ? FHIRItem.code($0.text) : nil }
            let name = "document" + (code.map { "/" + $0 } ?? "")
            identifiers.append(
                identifier(
                    Map.documentNumber, number, ["type": type?.concept(), "system": .string(FHIRCodes.own(name))]))
        }
        for (reference, system) in [
            (Map.healthRecordNumber, FHIRCodes.healthRecordIdentifier),
            (Map.ncmsNumber, FHIRCodes.own("item/\(Map.ncmsNumber)")),
        ] {
            guard let number = documents.take(reference) else { continue }
            identifiers.append(
                identifier(
                    reference, number, ["type": .fhir(text: number.item.label), "system": .string(system)]))
        }
        if let absent = absent(section: Map.documentNumber.section) { identifiers.append(absent) }
        return identifiers.compactMap { $0 }
    }

    // MARK: Issuer

    private var hasIssuer: Bool {
        [Map.issuerName, Map.issuerCode].contains { document.value($0) != nil }
    }

    private mutating func addIssuer(_ issuer: inout FHIRItems) {
        guard hasIssuer else { return }
        let code = issuer.take(Map.issuerCode)
        let name = issuer.take(Map.issuerName)
        let certificate = issuer.take(Map.issuerCertificate)
        add(
            "issuer", "Organization",
            [
                "extension": .array(certificate.map { [$0.named()] } ?? []),
                "identifier": .array(
                    code.map {
                        [.object([.init("system", .string(FHIRCodes.own("item/\($0.path)"))), $0.member("value")])]
                    } ?? []),
                "name": name?.string,
            ])
    }

    // MARK: Addresses, contacts, payment

    private func addressList(_ addresses: inout FHIRItems) -> [JSONValue] {
        zip(numbered(Map.address), numbered(Map.addressType)).compactMap { address, type in
            guard let text = addresses.take(address.name) else { return nil }
            let kind = addresses.take(type.name)
            return .fhir([
                "extension": .array(kind.map { [$0.named()] } ?? []),
                "use": kind.flatMap { FHIRCodes.addressUse[$0.value.text] }.map { .string($0) }, "text": text.string,
            ])
        }
    }

    private mutating func addContacts(_ contacts: inout FHIRItems) {
        for (number, name) in numbered(Map.contactName) {
            let person = contacts.take(name)
            let relation = contacts.take("\(Map.contactRelation.item)\(number)")
            let phone = contacts.take("\(Map.contactPhone.item)\(number)")
            guard person != nil || relation != nil || phone != nil else { continue }
            add(
                "contacts/\(number)", "RelatedPerson",
                [
                    "patient": subject, "relationship": .array(relation.map { [$0.concept()] } ?? []),
                    "name": .array(person.map { [.fhir(["text": $0.string])] } ?? []),
                    "telecom": .array(phone.map { [Self.telecom($0, rank: nil)] } ?? []),
                ])
        }
    }

    /// Who pays is a party in FHIR and a kind of payment on the card: the party has the kind's name.
    private mutating func addCoverage(_ validity: inout FHIRItems) {
        for (number, name) in numbered(Map.payment) {
            guard let payment = validity.take(name) else { continue }
            let isOwn = payment.translation?.system == FHIRCodes.selfPaid
            let payor =
                isOwn
                ? subject : payment.absence.map(FHIRCodes.absent) ?? .fhir(["display": .string(payment.label)])
            add(
                "payment/\(number)", "Coverage",
                [
                    "status": .string("active"), "type": payment.concept(), "beneficiary": subject,
                    "payor": .array([payor]), "order": .number(number),
                ])
        }
    }
}
