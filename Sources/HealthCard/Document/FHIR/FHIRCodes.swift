import CardProfiles
import ISO7816

/// Names of code systems and identifier systems, and what codes of the card mean in FHIR's own (`Docs/fhir.md`).
enum FHIRCodes {
    /// Code systems of the national standards a profile cites, as WS/T 500 numbers them. A standard that is not here is
    /// named by its own number, a table without a standard by its own name.
    static let standards: [String: String] = [
        "GB/T 2261.1": "urn:oid:2.16.156.10011.2.3.3.4",
        "GB/T 2261.2": "urn:oid:2.16.156.10011.2.3.3.5",
        "GB 3304": "urn:oid:2.16.156.10011.2.3.3.3",
        "GB/T 6565": "urn:oid:2.16.156.10011.2.3.3.7",
        "CV04.50.005": "urn:oid:2.16.156.10011.2.3.1.85",
        "CV06.00.102": "urn:oid:2.16.156.10011.2.3.1.158",
        "CV06.00.103": "urn:oid:2.16.156.10011.2.3.1.159",
        "CV08.50.002": "urn:oid:2.16.156.10011.2.3.1.211",
    ]

    static func system(of table: CodeTable) -> String {
        if let known = standards[table.standard] { return known }
        guard !table.standard.isEmpty else { return own("code/\(table.name)") }
        let slug = table.standard.lowercased().map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }
        return own("standard/" + String(slug))
    }

    /// Where this project's own names begin. They are names and not addresses: nothing is to be fetched there, and a host
    /// that is reserved (RFC 2606) can never be another's.
    private static let base = "https://resident-health-card.invalid/fhir/"

    /// What has no name elsewhere has one of this project. What a card says may be in it: anything that is not of a URI is
    /// written in percent.
    static func own(_ name: String) -> String {
        var text = base
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F:
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + Hex.encode([byte])
            }
        }
        return text
    }

    /// Of all texts: the card's, and the labels of its tables.
    static let language = "zh-CN"

    static let disease = "urn:oid:2.16.156.10011.2.3.3.11"  // ICD-10
    static let procedure = "urn:oid:2.16.156.10011.2.3.3.12"  // ICD-9-CM-3
    static let units = "http://unitsofmeasure.org"
    static let loinc = "http://loinc.org"
    static let absentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    static let emptyReason = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
    static let absent = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    static let observationCategory = "http://terminology.hl7.org/CodeSystem/observation-category"
    static let interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    static let diagnosisRole = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
    static let conditionCategory = "http://terminology.hl7.org/CodeSystem/condition-category"
    static let conditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    static let allergyClinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    static let flagCategory = "http://terminology.hl7.org/CodeSystem/flag-category"
    static let identifierType = "http://terminology.hl7.org/CodeSystem/v2-0203"
    static let act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    static let actReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    static let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    static let maritalStatus = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    static let role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    static let selfPaid = "http://terminology.hl7.org/CodeSystem/coverage-selfpay"
    static let assertedDate = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"

    struct Code: Hashable {
        let system: String
        let code: String
        let display: String

        init(_ system: String, _ code: String, _ display: String) {
            self.system = system
            self.code = code
            self.display = display
        }
    }

    static let residentIdentifier = "urn:oid:2.16.156.10011.1.3"
    static let healthRecordIdentifier = "urn:oid:2.16.156.10011.1.2"
    static let cardIdentifier = "urn:oid:2.16.156.10011.1.19"
    static let organizationIdentifier = "urn:oid:2.16.156.10011.1.5"
    static let outpatientIdentifier = "urn:oid:2.16.156.10011.1.11"
    static let medicalRecordIdentifier = "urn:oid:2.16.156.10011.1.13"

    /// The kind of document whose number is the holder's identity number once more (CV02.01.101).
    static let residentIdentityCard = "01"

    /// `AdministrativeGender`, where codes have no system of their own.
    static let gender = ["0": "unknown", "1": "male", "2": "female", "9": "unknown"]

    /// `AddressUse`; where somebody is registered says nothing of it.
    static let addressUse = ["2": "home"]

    /// By code table and code: what says the same, or what includes it.
    static let translations: [String: [String: Code]] = [
        "maritalStatus": [
            "10": Code(maritalStatus, "S", "Never Married"), "20": Code(maritalStatus, "M", "Married"),
            "21": Code(maritalStatus, "M", "Married"), "22": Code(maritalStatus, "M", "Married"),
            "23": Code(maritalStatus, "M", "Married"), "30": Code(maritalStatus, "W", "Widowed"),
            "40": Code(maritalStatus, "D", "Divorced"),
        ],
        "relation": [
            // 0 is the person or the head of the household: which of them nobody can tell.
            "1": Code(role, "SPS", "spouse"),
            "2": Code(role, "SONC", "son"), "3": Code(role, "DAUC", "daughter"),
            "4": Code(role, "GRNDCHILD", "grandchild"), "5": Code(role, "PRN", "parent"),
            "6": Code(role, "GRPRN", "grandparent"), "7": Code(role, "SIB", "sibling"),
            "97": Code(role, "FAMMEMB", "family member"),
        ],
        "bloodABO": [
            "1": Code(loinc, "LA19710-5", "Group A"), "2": Code(loinc, "LA19709-7", "Group B"),
            "3": Code(loinc, "LA19708-9", "Group O"), "4": Code(loinc, "LA28449-9", "Group AB"),
            "5": unknown,
        ],
        // 1 is positive on the card and negative in CV04.50.020.
        "bloodRh": [
            "1": Code(loinc, "LA6576-8", "Positive"), "2": Code(loinc, "LA6577-6", "Negative"), "3": unknown,
        ],
        "payment": ["7": Code(selfPaid, "pay", "Pay")],
        "serologyResult": [
            "0": Code(absent, "not-performed", "Not Performed"), "1": Code(interpretation, "NEG", "Negative"),
            "2": Code(interpretation, "POS", "Positive"),
        ],
        "testResult": [
            "1": Code(interpretation, "A", "Abnormal"), "2": Code(interpretation, "N", "Normal"),
            "3": Code(interpretation, "IND", "Indeterminate"),
        ],
        "diagnosisType": [
            "1": Code(diagnosisRole, "DD", "Discharge diagnosis"),
            "3": Code(diagnosisRole, "AD", "Admission diagnosis"),
            "4": Code(diagnosisRole, "pre-op", "pre-op diagnosis"),
            "5": Code(diagnosisRole, "post-op", "post-op diagnosis"),
        ],
    ]

    static let unknown = Code(absent, "unknown", "Unknown")
    static let test = Code(actReason, "HTEST", "test health data")
    static let restricted = Code(confidentiality, "R", "restricted")
    static let laboratory = Code(observationCategory, "laboratory", "Laboratory")
}
