import Messages

/// The words of lists, beside what they list.
enum ListText: Message {
    case rejects, scrap
    /// nil: the applications do not say.
    case packing(point: String?)
    /// The batch, what the list is, and who released the cards.
    case heading(batch: String, [ListText], releasedBy: String?)
    case sequence, row, idNumber, chip, state, code, reason
    case voidCard(chip: String, AnyMessage)
    case begun(chip: String)
    case notBegun
    case cards(Int)
    case rows(Int)
    case chips(Int)
}
