import Messages

extension ItemSource: CustomStringConvertible {
    /// The notation of a profile.
    public var description: String {
        switch self {
        case .application: "application"
        case .constant(let text): "constant(\(text))"
        case .batch(let field): "batch(\(field))"
        case .item(let reference): "item(\(reference))"
        case .chipSerial(let digits): "chipSerial(\(digits))"
        case .securityCode: "securityCode"
        case .certificate(let name): "certificate(\(name))"
        case .signature: "signature"
        case .later: "later"
        }
    }

    static let expectation = AnyMessage(
        """
        expected application, constant(TEXT), batch(FIELD), item(SECTION.ITEM), chipSerial(DIGITS), securityCode, \
        certificate(NAME), signature or later
        """,
        """
        应为 application、constant(TEXT)、batch(FIELD)、item(SECTION.ITEM)、chipSerial(DIGITS)、securityCode、\
        certificate(NAME)、signature 或 later
        """)

    init?(notation text: String) {
        guard let notation = Notation(text) else { return nil }
        switch (notation.name, notation.argument) {
        case ("application", nil): self = .application
        case ("constant", let value?): self = .constant(value)
        case ("batch", let field?) where MappingReader.isName(field): self = .batch(field)
        case ("item", let reference?):
            guard let reference = ItemReference(notation: reference) else { return nil }
            self = .item(reference)
        case ("chipSerial", let digits?):
            guard let count = MappingReader.decimal(digits), (1...32).contains(count) else { return nil }
            self = .chipSerial(hexDigits: count)
        case ("securityCode", nil): self = .securityCode
        case ("certificate", let name?) where MappingReader.isName(name): self = .certificate(name)
        case ("signature", nil): self = .signature
        case ("later", nil): self = .later
        default: return nil
        }
    }
}

extension ItemReference {
    /// `section.item`.
    init?(notation text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ MappingReader.isName(String($0)) }) else { return nil }
        self.init(section: String(parts[0]), item: String(parts[1]))
    }
}
