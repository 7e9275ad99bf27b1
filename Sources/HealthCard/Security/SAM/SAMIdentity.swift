import CardProfiles
import ISO7816

/// Who a SAM is: its public file and its terminal number (`Docs/card.md §3.3`).
public struct SAMIdentity: Sendable, Hashable {
    /// 10 bytes.
    public let serial: [UInt8]
    public let version: UInt8
    /// 1-5, the kinds of `Docs/card.md §2.4`.
    public let keyCardType: UInt8
    public let commandSetVersion: UInt8
    public let issuerFCI: UInt8
    public let terminal: TerminalNumber

    init(publicFile: SAMFields, terminal: SAMFields) {
        serial = publicFile.bytes("serial")
        version = publicFile.byte("version")
        keyCardType = publicFile.byte("keyCardType")
        commandSetVersion = publicFile.byte("commandSetVersion")
        issuerFCI = publicFile.byte("issuerFCI")
        self.terminal = TerminalNumber(
            province: terminal.digits("province"), city: terminal.digits("city"), issuer: terminal.digits("issuer"),
            serial: terminal.digits("serial"))
    }
}

/// The terminal number, digits two a byte: `99 01 01 000001`.
public struct TerminalNumber: Sendable, Hashable, CustomStringConvertible {
    /// Two digits of GB/T 2260.
    public let province: String
    public let city: String
    public let issuer: String
    public let serial: String

    /// All digits, hexadecimal ones included should a SAM have them.
    public var description: String { province + city + issuer + serial }
}

/// The SAM's application: whose it is and from when to when (`Docs/card.md §3.3`).
public struct SAMApplication: Sendable, Hashable {
    public let keyIndex: UInt8
    /// 8 bytes.
    public let issuer: [UInt8]
    /// 8 bytes.
    public let receiver: [UInt8]
    /// nil for bytes that are no day.
    public let startDate: CalendarDate?
    public let expiryDate: CalendarDate?
}

/// The fields of a SAM's file, by the profile's layout.
struct SAMFields {
    private let file: SAMFile
    private let content: [UInt8]

    /// - Parameter content: as long as the layout says.
    init(_ file: SAMFile, _ content: [UInt8]) {
        self.file = file
        self.content = content
    }

    /// Empty for a field the profile does not name.
    func bytes(_ name: String) -> [UInt8] {
        guard let field = file.fields.first(where: { $0.name == name }) else { return [] }
        return Array(content.dropFirst(field.offset).prefix(field.length))
    }

    func byte(_ name: String) -> UInt8 { bytes(name).first ?? 0 }

    /// Two hexadecimal digits a byte.
    func digits(_ name: String) -> String { Hex.encode(bytes(name)) }

    func date(_ name: String) -> CalendarDate? { CalendarDate(digits: digits(name).utf8) }
}
