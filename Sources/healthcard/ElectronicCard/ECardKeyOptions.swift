import ArgumentParser
import ElectronicCard
import ShangMi

/// Who holds the issuer's keys of electronic cards.
struct ECardKeyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The root key: a file of 32 hexadecimal digits that only its owner can read.", valueName: "file"))
    var rootKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The protection key of dynamic codes, in a file of the same form.", valueName: "file"))
    var protectionKey: String?

    @Option(name: .long, help: "'test' for the published test keys, which prove nothing about a real card.")
    var keys: KeySource?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An application HSM that has the keys, HOST:PORT (assumed protocol, Docs/electronic-card.md).",
            valueName: "address"))
    var hsm: String?

    func validate() throws {
        let count = [rootKey != nil || protectionKey != nil, keys != nil, hsm != nil].filter { $0 }.count
        guard count < 2 else {
            throw ValidationError(
                Terminal.words(ECardText.oneKeySource))
        }
        if let hsm, Self.address(hsm) == nil {
            throw ValidationError(Terminal.words(ECardText.hsmForm))
        }
    }

    /// A holder of none where none is named.
    func holder() throws -> any ElectronicCardKeyHolder {
        if keys == .test { return try SoftwareKeyHolder.test() }
        if let hsm, let (host, port) = Self.address(hsm) { return HSMKeyHolder(host: host, port: port) }
        if rootKey != nil || protectionKey != nil { try KeyProtection.engageForPassphrase() }
        return try SoftwareKeyHolder(
            root: rootKey.map(ElectronicCardKeyFile.read), protection: protectionKey.map(ElectronicCardKeyFile.read))
    }

    private static func address(_ text: String) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        return (String(text[..<colon]), port)
    }
}
