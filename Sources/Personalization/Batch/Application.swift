import CardProfiles

/// One row of `applications.csv` that has passed every rule: a card can be made of it.
public struct Application: Sendable, Hashable {
    /// Who answers for an applicant below the age the profile names.
    public struct Guardian: Sendable, Hashable {
        public let name: String
        public let idNumber: IDNumber
        public let relation: String
    }

    /// The picture of the applicant.
    public enum Photo: Sendable, Hashable {
        /// The card's photo, made of a file when that was checked; nothing is read again for the card.
        ///
        /// - Parameter digest: SM3 of the file.
        case file(jpeg: [UInt8], digest: [UInt8])
        /// The police reply says that there is none (YCDM 62).
        case absent

        var digest: [UInt8]? {
            if case .file(_, let digest) = self { digest } else { nil }
        }
    }

    /// The row in the file, counted as an editor counts lines.
    public let row: Int
    public let idNumber: IDNumber
    /// The texts of the row, by item, in their one spelling; an item left empty is absent.
    public let values: [ItemReference: String]
    /// The entries of list sections (allergies, immunizations): in the form's order, empty ones left out.
    public let entries: [String: [[String: String]]]
    public let guardian: Guardian?
    /// The columns that are no items: where the application came from, where the card is to go.
    public let extras: [String: String]
    public let photo: Photo
    /// SM3 over all of it, the photo's file included, 64 lowercase hexadecimal digits (`Docs/batch.md`, An order's
    /// digest): what was enrolled is compared with this before a card is made.
    public let contentDigest: String

    /// The texts of the applicant's name and number, for a screen beside the machine.
    public func text(_ reference: ItemReference) -> String? { values[reference] }
}

/// What became of one row.
public enum ApplicationOutcome: Sendable, Hashable {
    case accepted(Application)
    /// The row, its identity number if that at least is right, and everything that is wrong with it.
    case rejected(row: Int, idNumber: IDNumber?, problems: [BatchProblem])

    public var row: Int {
        switch self {
        case .accepted(let application): application.row
        case .rejected(let row, _, _): row
        }
    }
}
