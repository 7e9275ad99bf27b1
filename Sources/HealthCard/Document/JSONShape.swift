import Messages

/// What is expected at a place of a JSON document.
public enum JSONShape: Message, Hashable {
    case object, itemObject, objectList, list, flag, wholeNumber, text, amount
    /// A visit of one kind, where it is of another.
    case visit(not: VisitKind)
}
