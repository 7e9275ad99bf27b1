import ISO7816

/// A hand on the card's power, where there is one: in this process, or a reader that can switch it.
public protocol CardPower: AnyObject {
    /// The power goes away instead of writing one byte more than so many to the non-volatile memory; nil: it stays.
    /// - Returns: false where power cannot be cut in the middle of a command.
    func cutPower(afterBytes count: Int?) -> Bool

    /// Takes the card out and puts it in again.
    /// - Returns: false where nobody can.
    func reinsert() -> Bool
}
