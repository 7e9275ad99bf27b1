import CardProfiles
import HealthCard

extension CardDocument {
    /// Who a physical card belongs to, as the numbers of the electronic card name a person: the resident identity number
    /// and the name on the card.
    ///
    /// Nil where either was not read, is damaged, or is not valid: an index of half a name is another person's.
    public func holderIdentity(profile: CardProfile) -> HolderIdentity? {
        let items = [profile.application.idNumber, profile.application.name]
        let isWhole = items.allSatisfy { item in
            !unreadable.contains { $0.section == item.section && ($0.item == nil || $0.item == item.item) }
        }
        guard isWhole, let number = value(items[0])?.text, let name = value(items[1])?.text else { return nil }
        return try? HolderIdentity(.residentIdentityCard, number: number, name: name)
    }
}

extension CardReading {
    /// The main index of the holder, by which the card is joined with an electronic card; nil where number and name were
    /// not both read.
    public func mainIndex(profile: CardProfile) -> MainIndex? {
        document.holderIdentity(profile: profile)?.mainIndex
    }
}

extension MainIndex {
    /// As `healthcard read --json` has it, behind the card's own members (`Docs/items.md`).
    public var jsonMember: JSONValue.Member { .init("mainIndex", .string(hex)) }

    /// As a FHIR Patient has it (`Docs/fhir.md`).
    public var patientIdentifier: PatientIdentifier {
        PatientIdentifier(system: "electronic-card/main-index", title: "电子健康卡主索引", value: hex)
    }
}
