import CardProfiles

/// Which items go where in FHIR. What is not named here is carried as an extension that has the item's own name; nothing
/// of the profile is left out for being unknown here (`Docs/fhir.md`).
enum FHIRMapping {
    static let name = ItemReference(section: "holder", item: "name")
    static let sex = ItemReference(section: "holder", item: "sex")
    static let birthDate = ItemReference(section: "holder", item: "birthDate")
    static let idNumber = ItemReference(section: "holder", item: "idNumber")
    static let maritalStatus = ItemReference(section: "occupation", item: "maritalStatus")
    static let cardNumber = ItemReference(section: "issuer", item: "cardNumber")
    static let issueDate = ItemReference(section: "issuer", item: "issueDate")
    static let validUntil = ItemReference(section: "validity", item: "validUntil")
    static let issuerName = ItemReference(section: "issuer", item: "issuerName")
    static let issuerCode = ItemReference(section: "issuer", item: "issuerCode")
    static let issuerCertificate = ItemReference(section: "issuer", item: "issuerCertificate")
    static let documentType = ItemReference(section: "documents", item: "documentType")
    static let documentNumber = ItemReference(section: "documents", item: "documentNumber")
    static let healthRecordNumber = ItemReference(section: "documents", item: "healthRecordNumber")
    static let ncmsNumber = ItemReference(section: "documents", item: "ncmsNumber")

    // Numbered from 1: `phone1`, `phone2`.
    static let phone = ItemReference(section: "validity", item: "phone")
    static let payment = ItemReference(section: "validity", item: "payment")
    static let addressType = ItemReference(section: "address", item: "addressType")
    static let address = ItemReference(section: "address", item: "address")
    static let contactName = ItemReference(section: "contacts", item: "contactName")
    static let contactRelation = ItemReference(section: "contacts", item: "contactRelation")
    static let contactPhone = ItemReference(section: "contacts", item: "contactPhone")

    static let photo = "photo"
    static let observations: [(item: ItemReference, code: FHIRCodes.Code)] = [
        (
            ItemReference(section: "clinical", item: "bloodABO"),
            FHIRCodes.Code(FHIRCodes.loinc, "883-9", "ABO group [Type] in Blood")
        ),
        (
            ItemReference(section: "clinical", item: "bloodRh"),
            FHIRCodes.Code(FHIRCodes.loinc, "10331-7", "Rh [Type] in Blood")
        ),
    ]
    /// Every flag that says yes and every text in these is an alert.
    static let alerts = ["clinical", "special"]
    static let restrictedAlerts: Set = ["special"]

    static let allergies = "allergies"
    static let allergen = "allergen"
    static let allergyReaction = "allergyReaction"
    static let immunizations = "immunizations"
    static let vaccine = "vaccine"
    static let vaccinationDate = "vaccinationDate"

    static let visits = [inpatient, outpatient]

    /// The sections that have their place in FHIR.
    static let sections: Set = Set(
        [name, maritalStatus, cardNumber, validUntil, documentNumber, address, contactName].map(\.section)
            + alerts + [photo, allergies, immunizations] + visits.map(\.section))

    /// Those that are elements of the Patient; of the others nothing would show that they were not read.
    static let patientSections: Set = Set(
        [name, maritalStatus, cardNumber, validUntil, documentNumber, address].map(\.section) + [photo])

    /// Names of items in a visit; of members where a group is named beside them.
    struct Visit {
        let section: String
        let kind: FHIRCodes.Code
        let facilityName: String
        let facilityCode: String
        let begin: String
        var end: String?
        var days: String?
        let identifier: String
        let identifierSystem: String
        let department: String
        let diagnoses: Diagnoses
        let procedures: Procedures
        var serology: Serology?
        var tests: Tests?
        var drugs: Drugs?
        let fees: Fees
    }

    struct Diagnoses {
        let group: String
        let name: String
        let code: String
        let date: String
        var role: String?
        var roleText: String?
        var onset: String?
        var symptom: String?
        var symptomCode: String?
    }

    struct Serology {
        let group: String
        let item: String
        let result: String
        /// Tests whose results are nobody's business who does not treat.
        let restricted: Set<String>
    }

    struct Procedures {
        let group: String
        let name: String
        let code: String
        let date: String
        var details: [String] = []
    }

    struct Tests {
        let group: String
        let name: String
        let code: String
        let result: String
        let quantity: String
        let unit: String
    }

    struct Drugs {
        let group: String
        let name: String
        let frequency: String
        let days: String
        let dose: String
        let doseUnit: String
        let route: String
    }

    struct Fees {
        let group: String
        let category: String
        let categoryCode: String
        let amount: String
        var total: String?
    }

    static let inpatient = Visit(
        section: "inpatient", kind: FHIRCodes.Code(FHIRCodes.act, "IMP", "inpatient encounter"),
        facilityName: "hospitalName", facilityCode: "hospitalCode", begin: "admissionDate", end: "dischargeDate",
        days: "stayDays", identifier: "medicalRecordNumber", identifierSystem: FHIRCodes.medicalRecordIdentifier,
        department: "admissionDepartment",
        diagnoses: Diagnoses(
            group: "diagnoses", name: "name", code: "code", date: "confirmedDate", role: "typeCode",
            roleText: "typeText"),
        procedures: Procedures(
            group: "diagnoses", name: "procedureName", code: "procedureCode", date: "procedureDate",
            details: ["anesthesia", "anesthesiaCode", "incisionHealing"]),
        // 2 is HIV-Ab.
        serology: Serology(group: "diagnoses", item: "serologyItem", result: "serologyResult", restricted: ["2"]),
        fees: Fees(
            group: "fees", category: "category", categoryCode: "categoryCode", amount: "amount", total: "feeTotal"))

    static let outpatient = Visit(
        section: "outpatient", kind: FHIRCodes.Code(FHIRCodes.act, "AMB", "ambulatory"),
        facilityName: "facilityName", facilityCode: "facilityCode", begin: "visitTime",
        identifier: "outpatientNumber", identifierSystem: FHIRCodes.outpatientIdentifier, department: "department",
        diagnoses: Diagnoses(
            group: "symptoms", name: "diagnosisName", code: "diagnosisCode", date: "diagnosedDate",
            onset: "onsetTime", symptom: "name", symptomCode: "code"),
        procedures: Procedures(group: "surgeries", name: "name", code: "code", date: "date"),
        tests: Tests(
            group: "tests", name: "name", code: "code", result: "resultCode", quantity: "quantity", unit: "unit"),
        drugs: Drugs(
            group: "drugs", name: "name", frequency: "frequency", days: "days", dose: "dose", doseUnit: "doseUnit",
            route: "route"),
        fees: Fees(group: "fees", category: "category", categoryCode: "categoryCode", amount: "amount"))
}
