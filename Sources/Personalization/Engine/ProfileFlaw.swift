import Messages

/// Why a card cannot be made by a profile or one of its dialects.
public enum ProfileFlaw: Message, Hashable {
    case noDialect(String)
    case noMasterOrTransportKey
    case noDirectoryOfBlankChips
    case noFileOfBlankChips
    case noItem(String)
    case noKey(String)
    case noKeyOfRole(String, directory: String)
    case noAlgorithm
    // The image
    case fewDigits(String, digits: Int)
    case noItemForRecord(Int, file: String)
    case itemTooLong(Int)
    case itemOutsideRecord(Int)
    case itemOutsideFile(Int)
    case fewRecords(file: String)
    case refersToItself(String)
    case noValueForSecurityCode(String)
    case noCertificate(item: Int)
    case certificateSource(String)
    case notInImage(directory: String)
    case fileNotInImage(String)
    // The dialect
    case noCommand(String, dialect: String, structure: String?)
    case unusableCommand(String, dialect: String, AnyMessage)
    case keyInClear(command: String)
    case noCode(file: String, dialect: String)
    case fileNotEmpty(String, dialect: String)
    case noWayToWrite(String, dialect: String)
    case recordsAfterActivation(file: String)
    case notReadBack(AnyMessage)
    case transportKeyNotProven(dialect: String)
    case neverReadsBack(dialect: String)
    case tooLong(bytes: Int)
    // A step of a plan
    case stepLacksData(String)
    case stepLacksProtection(String)
    case stepLacksKeyPlace(String)
    case stepHasOtherHoles(String)
    case stepLacksHeader(String)
}
