/// An application as it was collected, with where it came from.
public struct CollectedApplication: Sendable, Hashable {
    /// Of the draft that it was made of.
    public let id: String
    /// By column of `applications.csv`, in their one spelling; empty ones left out.
    public let values: [String: String]
    public let provenance: Provenance

    public init(id: String, values: [String: String], provenance: Provenance) {
        self.id = id
        self.values = values
        self.provenance = provenance
    }
}

/// Who collected and verified an application, when, for which institution, and what was seen: one row of
/// `collection.csv` (`Docs/collection.md`).
public struct Provenance: Sendable, Hashable {
    public var institution: String
    /// WS 218; empty where the configuration names none.
    public var institutionCode: String
    /// The person at the counter.
    public var collector: String
    /// `page`, or the program that sent the application.
    public var through: String
    /// RFC 3339, UTC.
    public var begun: String
    /// RFC 3339, UTC.
    public var collected: String
    /// Codes of CV02.01.101: what the applicant showed.
    public var documents: [String]
    /// What the guardian showed; none without a guardian.
    public var guardianDocuments: [String]
    public var photoSource: PhotoSource
    /// SM3 of the photo's file, 64 lowercase hexadecimal digits.
    public var photoDigest: String
    /// The digest of the order that the row gives (`Docs/batch.md`), 64 lowercase hexadecimal digits: the ledger has the
    /// same with the card.
    public var orderDigest: String

    /// Where the picture came from.
    public enum PhotoSource: String, Sendable, Hashable, CaseIterable, Codable {
        case camera, file
    }

    public init(
        institution: String, institutionCode: String, collector: String, through: String, begun: String,
        collected: String, documents: [String], guardianDocuments: [String], photoSource: PhotoSource,
        photoDigest: String, orderDigest: String
    ) {
        self.institution = institution
        self.institutionCode = institutionCode
        self.collector = collector
        self.through = through
        self.begun = begun
        self.collected = collected
        self.documents = documents
        self.guardianDocuments = guardianDocuments
        self.photoSource = photoSource
        self.photoDigest = photoDigest
        self.orderDigest = orderDigest
    }

    static let columns = [
        "row", "application", "institution", "institutionCode", "collector", "through", "begun", "collected",
        "documents", "guardianDocuments", "photoSource", "photoDigest", "orderDigest",
    ]

    /// - Parameter row: of `applications.csv`.
    func fields(row: Int, application: String) -> [String] {
        [
            String(row), application, institution, institutionCode, collector, through, begun, collected,
            documents.joined(separator: " "), guardianDocuments.joined(separator: " "), photoSource.rawValue,
            photoDigest, orderDigest,
        ]
    }

    /// Nil for what is no row of this kind.
    init?(_ fields: [String], row: Int) {
        guard fields.count == Self.columns.count, fields[0] == String(row), !fields[1].isEmpty,
            let source = PhotoSource(rawValue: fields[10])
        else { return nil }
        func codes(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
        self.init(
            institution: fields[2], institutionCode: fields[3], collector: fields[4], through: fields[5],
            begun: fields[6], collected: fields[7], documents: codes(fields[8]), guardianDocuments: codes(fields[9]),
            photoSource: source, photoDigest: fields[11], orderDigest: fields[12])
    }
}

/// Rows of a CSV file as this package writes them (RFC 4180): LF, quotes where a field needs them.
enum CSVText {
    static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\n" }

    private static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
