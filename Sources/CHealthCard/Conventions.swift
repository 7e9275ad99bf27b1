import CHealthCardHeader

/// Where hospital programs, and the libraries they were written against, differ. Each has a line in the configuration file
/// (`Docs/c-interface.md`); without one it is as the specification has it.
struct Conventions: Equatable, Sendable {
    /// What `OpenDevice` returns.
    enum OpenDevice: String, CaseIterable { case handle, status }
    /// The two certificates of the SAM: digits, or the bytes.
    enum Certificates: String, CaseIterable { case hex, binary }
    /// What `SendAPDU` counts in its length. The status word is in the buffer either way.
    enum CommandLength: String, CaseIterable {
        case withStatus = "with-status"
        case withoutStatus = "without-status"
    }
    /// What the functions of the photo take: two bytes of length and the JPEG, or the path of a file.
    enum Photo: String, CaseIterable { case bytes, path }
    /// What follows the bytes that are read in AN_style.
    enum TextEnd: String, CaseIterable { case none, zero }
    /// What functions return where a forwarding library has codes of its own.
    enum Codes: String, CaseIterable { case specification, forwarding }
    /// What answers the identity functions.
    enum Identity: String, CaseIterable {
        case card
        case cardOrCode = "card-or-code"
    }

    var openDevice = OpenDevice.handle
    var certificates = Certificates.hex
    var commandLength = CommandLength.withStatus
    var photo = Photo.bytes
    /// Bytes of length and JPEG that the functions of the photo pass on, 2 or more. Programs' buffers are made for what
    /// other makers give, and those refuse above.
    var photoLimit = 3070
    /// Bytes that programs have for an answer to reset, the 00 included.
    var answerRoom = 41
    var textEnd = TextEnd.none
    var codes = Codes.specification
    var identity = Identity.card

    /// - Returns: whether there is a convention of this name.
    /// - Throws: `argument` for a value that is not one of it.
    mutating func take(_ name: String, _ value: String) throws(ReturnCode) -> Bool {
        switch name {
        case "open-device": openDevice = try Self.named(value)
        case "sam-certificates": certificates = try Self.named(value)
        case "apdu-length": commandLength = try Self.named(value)
        case "photo": photo = try Self.named(value)
        case "photo-limit": photoLimit = try Self.number(value, in: 2...Int(UInt16.max))
        case "atr-room": answerRoom = try Self.number(value, in: 3...67)
        case "an-style-end": textEnd = try Self.named(value)
        case "error-codes": codes = try Self.named(value)
        case "identity": identity = try Self.named(value)
        default: return false
        }
        return true
    }

    private static func named<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: String
    ) throws(ReturnCode) -> Choice {
        guard let choice = Choice(rawValue: value) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .argument.because("the configuration has a value that is not one of \(known)")
        }
        return choice
    }

    private static func number(_ value: String, in range: ClosedRange<Int>) throws(ReturnCode) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw .argument.because("the configuration has a number outside \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// What a function returns for a code.
    func returned(_ code: ReturnCode) -> Int32 { codes == .forwarding ? code.forwarded : code.rawValue }
}
