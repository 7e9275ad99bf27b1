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
        /// A file that has passed the photo check; it is looked at again when it is read for a card.
        case file(path: String)
        /// The police reply says that there is none (YCDM 62).
        case absent
    }

    /// The row in the file, counted as an editor counts lines.
    public let row: Int
    public let idNumber: IDNumber
    /// The texts of the row, by item; an item left empty is absent.
    public let values: [ItemReference: String]
    /// The entries of list sections (allergies, immunizations): in the form's order, empty ones left out.
    public let entries: [String: [[String: String]]]
    public let guardian: Guardian?
    /// The columns that are no items: where the application came from, where the card is to go.
    public let extras: [String: String]
    public let photo: Photo

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
