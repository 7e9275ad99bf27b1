import CardProfiles

/// Who an electronic card belongs to: document type, document number and name, which all of its numbers come from
/// (`Docs/electronic-card.md §2`).
///
/// It has no description: what it holds gets into no log.
public struct HolderIdentity: Sendable, Hashable {
    public let documentType: DocumentType
    /// 1 to 30 ASCII characters without blanks. Of type 01 the 18 characters of GB 11643, the last a digit or `X`.
    public let number: String
    /// 1 to 255 bytes of UTF-8 without control characters, character for character as the document has it. Another
    /// spelling of the name gives other numbers.
    public let name: String

    /// Bytes of the longest number: type and number fill two blocks of the cipher.
    public static let longestNumber = 30
    /// Bytes of the longest name.
    public static let longestName = 255

    /// Blanks around number and name do not count, and an `x` at the end of an identity number is `X`. Nothing else is
    /// changed.
    ///
    /// - Throws: ``ElectronicCardError/number(_:)``, ``ElectronicCardError/identityNumber(_:)``,
    ///   ``ElectronicCardError/name(_:)``.
    public init(_ documentType: DocumentType, number: String, name: String) throws(ElectronicCardError) {
        let name = EnteredText.trimmed(name)
        guard (1...Self.longestName).contains(name.utf8.count) else { throw .name(.length(limit: Self.longestName)) }
        do throws(EnteredText.Problem) { try EnteredText.check(name) } catch { throw .name(.character(error)) }
        self.documentType = documentType
        self.name = name
        guard documentType != .residentIdentityCard else {
            do throws(IDNumber.Problem) {
                self.number = try IDNumber(entered: number).text
            } catch {
                throw .identityNumber(error)
            }
            return
        }
        let number = EnteredText.trimmed(number)
        guard (1...Self.longestNumber).contains(number.utf8.count) else { throw .number(.length) }
        guard number.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else { throw .number(.characters) }
        self.number = number
    }

    public var mainIndex: MainIndex { MainIndex(of: self) }

    /// What the electronic card id encrypts: type ‖ number, with zeros to 32 bytes.
    var idContent: [UInt8] {
        var content = Array(documentType.rawValue.utf8) + number.utf8
        content += [UInt8](repeating: 0, count: CardID.byteCount - content.count)
        return content
    }
}

extension HolderIdentity: CustomStringConvertible, CustomReflectable {
    public var description: String { "holder of a document of type \(documentType.rawValue)" }
    public var customMirror: Mirror { Mirror(self, children: ["documentType": documentType.rawValue]) }
}
