import CardProfiles
import Photos
import ShangMi

/// The form of one application (`Docs/card.md`, the data collection form): what there is to fill in, and what stands
/// against it while it is filled in.
///
/// Columns come from the profile, and every value goes through the rules of the intake (`Docs/batch.md`): what this form
/// takes, the intake takes. A value: it may be used from any thread.
public struct ApplicationForm: Sendable {
    /// One thing to fill in.
    public struct Field: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            case text
            case date
            case flag
            case idNumber
            /// A code of the table of this name.
            case code(table: String)
            /// One of these words.
            case choice([String])
        }

        /// The column of `applications.csv`.
        public let name: String
        /// Chinese, as the profile has it; empty for columns that are no items.
        public let label: String
        /// The card's section; `guardian` and `application` for what is on no card.
        public let section: String
        public let kind: Kind
        public let isRequired: Bool
        /// In a list, the entry, from 1.
        public let entry: Int?
        /// Bytes in the card's character set that the item takes; nil where no item bounds it.
        public let capacity: Int?
    }

    public let manifest: BatchManifest
    public let profile: CardProfile
    /// In the order of the columns.
    public let fields: [Field]
    /// The name of the photo's item, under which its problems are told.
    public let photoName: String
    private let validator: ApplicationValidator
    private let meanings: [ApplicationColumns.Meaning?]
    private let content: OrderContent
    private let fitting: PhotoFitting

    /// The header of `applications.csv`.
    public var columns: [String] { fields.map(\.name) }
    /// The columns of the guardian: name, identity number, relation.
    public var guardianColumns: [String] { profile.application.guardianColumns }

    /// - Throws: when there is no room for the notes of the check.
    public init(manifest: BatchManifest, profile: CardProfile) throws(BatchError) {
        self.manifest = manifest
        self.profile = profile
        let columns = ApplicationColumns(profile: profile)
        fields = Self.fields(columns, profile)
        meanings = fields.map { columns.meanings[$0.name] }
        photoName = profile.application.photo.item
        validator = ApplicationValidator(
            profile: profile, columns: columns, manifest: manifest,
            replies: try ReplyIndex(withoutRepliesIn: ScratchDatabase()))
        content = OrderContent(columns: columns)
        fitting = PhotoFitting(profile: profile)
    }

    private static let relationTable = "relation"

    private static func fields(_ columns: ApplicationColumns, _ profile: CardProfile) -> [Field] {
        func field(_ item: Item, _ section: String, entry: Int? = nil) -> Field {
            let kind: Field.Kind =
                switch item.format {
                case .date: .date
                case .flag: .flag
                case .idNumber: .idNumber
                case .code(let table): .code(table: table)
                default: .text
                }
            return Field(
                name: item.name + (entry.map(String.init) ?? ""), label: item.label, section: section, kind: kind,
                isRequired: item.isRequired && entry == nil, entry: entry, capacity: item.capacity)
        }
        var fields = columns.orderedItems.map { field($0.item, $0.reference.section) }
        for column in ApplicationColumns.GuardianColumn.allCases {
            let name = columns.name(of: column)
            guard columns.meanings[name] == .guardian(column) else { continue }
            let kind: Field.Kind =
                switch column {
                case .name: .text
                case .idNumber: .idNumber
                case .relation: profile.codeTable(relationTable) == nil ? .text : .code(table: relationTable)
                }
            fields.append(
                Field(
                    name: name, label: "", section: "guardian", kind: kind, isRequired: false, entry: nil, capacity: nil
                ))
        }
        for (list, section) in columns.orderedLists.enumerated() {
            let last = columns.meanings.values.compactMap { meaning -> Int? in
                if case .entry(list: list, let index, item: _) = meaning { index } else { nil }
            }.max()
            for index in 0...(last ?? 0) where last != nil {
                fields += section.items.map { field($0, section.section, entry: index + 1) }
            }
        }
        for (name, allowed) in profile.application.extraColumns.sorted(by: { $0.key < $1.key }) {
            fields.append(
                Field(
                    name: name, label: "", section: "application", kind: allowed.isEmpty ? .text : .choice(allowed),
                    isRequired: false, entry: nil, capacity: nil))
        }
        return fields
    }

    // MARK: Checking

    /// Everything that stands against an application as it is now.
    ///
    /// - Parameters:
    ///   - values: by column; what is no column is passed over.
    ///   - photo: the picture's file; nil as long as there is none.
    ///   - row: that it has, or would get, in `applications.csv`.
    /// - Throws: when there is no room for the notes of the check.
    public func check(_ values: [String: String], photo: [UInt8]?, row: Int) throws(BatchError) -> ApplicationFinding {
        let record = CSVRecord(line: row, offset: 0, fields: fields.map { values[$0.name] ?? "" })
        var accepted = AcceptedTexts()
        var checked = try validator.check(record, meanings, &accepted)
        var fitted: [UInt8]?
        do throws(PhotoFlaw) {
            guard let photo else { throw .missing }
            fitted = try fitting.fit(photo)
        } catch {
            checked.refuse(.photo(PhotoFinding(error)), photoName)
        }
        var digest: [UInt8]?
        if checked.problems.isEmpty, let photo { digest = content.digest(of: checked, photo: SM3.hash(photo)) }
        let years = profile.application.guardianBelowYears
        return ApplicationFinding(
            problems: checked.problems, values: spellings(of: checked), idNumber: checked.idNumber,
            contentDigest: digest, photo: fitted, suggestions: checked.idNumber.map(suggestions) ?? [:],
            isGuardianNeeded: checked.idNumber.map { $0.birthDate.age(on: manifest.issueDate) < years } ?? false)
    }

    private func suggestions(_ number: IDNumber) -> [String: String] {
        let rules = profile.application
        return [
            rules.birthDate.item: number.birthDate.description,
            rules.sex.item: number.isMale ? rules.sexOfOddSequence : rules.sexOfEvenSequence,
            rules.identityDocument.type.item: rules.identityDocument.code,
            rules.identityDocument.number.item: number.text,
        ]
    }

    /// Makes the card's photo of a picture.
    ///
    /// - Throws: why none can be made.
    public func fit(_ photo: [UInt8]) throws(PhotoFlaw) -> [UInt8] { try fitting.fit(photo) }

    /// The texts of a row by column, in their one spelling.
    private func spellings(of row: CheckedRow) -> [String: String] {
        let columns = validator.columns
        var values: [String: String] = [:]
        for (item, text) in zip(columns.orderedItems, row.texts) { values[item.item.name] = text }
        for entry in row.entryTexts {
            values["\(columns.orderedLists[entry.list].items[entry.item].name)\(entry.index + 1)"] = entry.text
        }
        for (column, text) in row.guardianTexts { values[columns.name(of: column)] = text }
        for (name, text) in row.extras { values[name] = text }
        return values
    }
}

/// What the rules say of an application.
public struct ApplicationFinding: Sendable {
    /// In the order of the rules; none for one that can be taken.
    public var problems: [BatchProblem]
    /// The values by column, in their one spelling; those that are wrong as they were entered. Empty ones are left out.
    public let values: [String: String]
    /// Nil as long as it is not valid.
    public let idNumber: IDNumber?
    /// The digest of the order that the row gives (`Docs/batch.md`); nil as long as something stands against it.
    public let contentDigest: [UInt8]?
    /// The card's photo; nil as long as none can be made.
    public let photo: [UInt8]?
    /// What a valid identity number says of the values of other columns: birth date, sex, and the document that it is of.
    public let suggestions: [String: String]
    /// Whether the applicant is below the age at which the profile wants a guardian.
    public let isGuardianNeeded: Bool
}
