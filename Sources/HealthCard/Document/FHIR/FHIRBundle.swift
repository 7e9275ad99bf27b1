import CardProfiles
import ISO7816
import ShangMi

extension CardReading {
    /// The card as a FHIR R4 Bundle (`Docs/fhir.md`).
    ///
    /// - Parameter identifiers: others of the holder, which are not on the card.
    public func fhir(profile: CardProfile, identifiers: [PatientIdentifier] = []) -> JSONValue {
        document.fhir(
            profile: profile, cardSerial: identity.factors.card, isTestCard: isTestCard, identifiers: identifiers)
    }
}

/// A number of the holder that is not on the card and was computed from what is.
public struct PatientIdentifier: Sendable, Hashable {
    /// What numbers of this kind are called among the project's own names (`Docs/fhir.md`).
    public let system: String
    /// What people call it.
    public let title: String
    public let value: String

    public init(system: String, title: String, value: String) {
        self.system = system
        self.title = title
        self.value = value
    }

    var json: JSONValue {
        .fhir([
            "use": .string("secondary"), "type": .fhir(text: title), "system": .string(FHIRCodes.own(system)),
            "value": .string(value),
        ])
    }
}

extension CardDocument {
    /// The card as a FHIR R4 (4.0.1) Bundle of type collection (`Docs/fhir.md`): the same card gives the same bytes.
    ///
    /// - Parameter cardSerial: what tells this card from all others, the card factor: the identities of the resources
    ///   come from it.
    /// - Parameter identifiers: others of the holder, which are not on the card.
    public func fhir(
        profile: CardProfile, cardSerial: [UInt8], isTestCard: Bool, identifiers: [PatientIdentifier] = []
    ) -> JSONValue {
        var bundle = FHIRBundle(
            document: self, profile: profile, serial: cardSerial, isTestCard: isTestCard, identifiers: identifiers)
        bundle.addPerson()
        bundle.addClinical()
        for visits in FHIRMapping.visits { bundle.addVisits(visits) }
        bundle.addUnread()
        bundle.addOutcome()
        return bundle.json
    }
}

/// A Bundle that grows resource by resource.
struct FHIRBundle {
    let document: CardDocument
    let profile: CardProfile
    let serial: [UInt8]
    let isTestCard: Bool
    let identifiers: [PatientIdentifier]
    private var entries: [JSONValue] = []
    private var known: Set<String> = []
    private var hasRestricted = false

    init(
        document: CardDocument, profile: CardProfile, serial: [UInt8], isTestCard: Bool,
        identifiers: [PatientIdentifier]
    ) {
        self.document = document
        self.profile = profile
        self.serial = serial
        self.isTestCard = isTestCard
        self.identifiers = identifiers
    }

    var json: JSONValue {
        .fhir([
            "resourceType": .string("Bundle"), "meta": meta(restricted: hasRestricted),
            "language": .string(FHIRCodes.language), "type": .string("collection"),
            "entry": .array(entries),
        ])
    }

    /// The patient of everything else.
    var subject: JSONValue { reference("Patient") }

    func reference(_ key: String, display: String? = nil) -> JSONValue {
        .fhir(["reference": .string(identity(key)), "display": display.map { .string($0) }])
    }

    /// Adds a resource once.
    ///
    /// - Parameter key: what tells it from the others of this card: `allergies/2`.
    mutating func add(
        _ key: String, _ type: String, restricted: Bool = false, first: Bool = false,
        _ members: KeyValuePairs<String, JSONValue?>
    ) {
        guard case .object(let members) = JSONValue.fhir(members), known.insert(key).inserted else { return }
        // A Bundle is as confidential as what is in it.
        hasRestricted = hasRestricted || restricted
        let head = [
            JSONValue.Member("resourceType", .string(type)), JSONValue.Member("meta", meta(restricted: restricted)),
            JSONValue.Member("language", .string(FHIRCodes.language)),
        ]
        let resource = JSONValue.object(head.filter { $0.value != .object([]) } + members)
        let entry = JSONValue.fhir(["fullUrl": .string(identity(key)), "resource": resource])
        entries.insert(entry, at: first ? 0 : entries.count)
    }

    private func meta(restricted: Bool = false) -> JSONValue {
        .fhir([
            "security": .array(restricted ? [FHIRCodes.restricted.json] : []),
            "tag": .array(isTestCard ? [FHIRCodes.test.json] : []),
        ])
    }

    /// A UUID of version 8 (RFC 9562 §5.8): SM3 over the card and the key, cut to 128 bits.
    private func identity(_ key: String) -> String {
        var bytes = Array(SM3.hash(Array("resident-health-card/fhir/".utf8) + serial + [0x2F] + key.utf8).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Hex.encode(bytes).lowercased()
        var text = "urn:uuid:"
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// The items of an object section; none where it was not read.
    func items(_ section: String) -> FHIRItems {
        guard case .object(let nodes)? = document[section]?.content else {
            return FHIRItems([], path: section, profile: profile)
        }
        return FHIRItems(nodes, path: section, profile: profile, damage: damage(section, record: nil))
    }

    /// The elements of a list section with their numbers: records for visits, else the place in the list from 1.
    func entries(_ section: String) -> [(number: Int, items: FHIRItems)] {
        guard case .list(let entries)? = document[section]?.content else { return [] }
        return entries.enumerated().map { index, entry in
            let damage = damage(section, record: entry.place)
            return (
                entry.record ?? index + 1,
                FHIRItems(entry.nodes, path: section, profile: profile, damage: damage)
            )
        }
    }

    /// The damaged items of an object, or of one element of a list, by their names.
    private func damage(_ section: String, record: Int?) -> [String: UnreadableFile.Code] {
        var damage: [String: UnreadableFile.Code] = [:]
        for file in document.unreadable where file.section == section && file.record == record {
            if let item = file.item { damage[item] = file.code }
        }
        return damage
    }
}
