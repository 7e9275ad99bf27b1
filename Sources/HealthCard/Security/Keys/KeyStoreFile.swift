import CardProfiles
import ISO7816
import ShangMi

/// A key store as it lies on a disk (`Docs/keys.md §4`): what may be read without a passphrase, and the values sealed.
///
/// There is one way to write it: text that is spelled otherwise is refused, so every byte of the file is either
/// authenticated with the values or not as it must be.
public struct KeyStoreFile: Sendable, Hashable {
    /// What the store says of a key.
    public struct Entry: Sendable, Hashable {
        /// The key's name in the profile; for a transport key the label of its chip batch.
        public let name: String
        public let check: KeyCheckValue
        /// How many custodians brought it.
        public let components: Int
        /// When it came into the store.
        public let date: CalendarDate
    }

    /// A certificate, which is no secret.
    public struct Certificate: Sendable, Hashable {
        /// Its layout in the profile: `issuer`.
        public let name: String
        public let bytes: [UInt8]
        public let date: CalendarDate
    }

    /// Everything but how it is sealed.
    public struct Header: Sendable, Hashable {
        public let name: String
        public let created: CalendarDate
        /// The version byte cards keep with these keys.
        public let keyVersion: UInt8
        public let cipher: CardCipher
        public internal(set) var keys: [Entry] = []
        public internal(set) var transportKeys: [Entry] = []
        public internal(set) var certificates: [Certificate] = []
    }

    static let format = "healthcard key store 1"
    static let mode = "formal"
    /// Bytes a store may have.
    static let longestFile = 1 << 20
    static let longestName = 64
    static let mostEntries = 1024
    static let saltByteCount = 32
    /// Less would let a passphrase be guessed too cheaply.
    static let smallestN = 1 << 10

    public let header: Header
    let cost: Scrypt.Cost
    let salt: [UInt8]
    let nonce: [UInt8]
    /// Ciphertext ‖ tag over the values of `keys`, then of `transportKeys`, 16 bytes each.
    let sealed: [UInt8]

    // MARK: Text

    /// UTF-8, one way for one content.
    public var bytes: [UInt8] { Array((document(sealed: sealed).text(pretty: true) + "\n").utf8) }

    /// What is authenticated with the values: the text with nothing sealed.
    var associatedData: [UInt8] { Array(document(sealed: []).text(pretty: true).utf8) }

    private func document(sealed: [UInt8]) -> JSONValue {
        func list(_ entries: [Entry]) -> JSONValue {
            .array(
                entries.map { entry in
                    .object([
                        .init("name", .string(entry.name)), .init("check", .string(entry.check.description)),
                        .init("components", .number(entry.components)),
                        .init("date", .string(entry.date.description)),
                    ])
                })
        }
        let certificates = header.certificates.map { certificate in
            JSONValue.object([
                .init("name", .string(certificate.name)), .init("bytes", .string(Hex.encode(certificate.bytes))),
                .init("date", .string(certificate.date.description)),
            ])
        }
        return .object([
            .init("format", .string(Self.format)), .init("name", .string(header.name)),
            .init("created", .string(header.created.description)), .init("mode", .string(Self.mode)),
            .init("keyVersion", .string(Hex.encode([header.keyVersion]))),
            .init("cipher", .string(header.cipher.rawValue)), .init("keys", list(header.keys)),
            .init("transportKeys", list(header.transportKeys)), .init("certificates", .array(certificates)),
            .init(
                "scrypt",
                .object([
                    .init("n", .number(cost.n)), .init("r", .number(cost.r)), .init("p", .number(cost.p)),
                    .init("salt", .string(Hex.encode(salt))),
                ])),
            .init(
                "chacha20-poly1305",
                .object([
                    .init("nonce", .string(Hex.encode(nonce))), .init("sealed", .string(Hex.encode(sealed))),
                ])),
        ])
    }

    init(header: Header, cost: Scrypt.Cost, salt: [UInt8], nonce: [UInt8], sealed: [UInt8]) {
        self.header = header
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
        self.sealed = sealed
    }

    /// Reads the text. Nothing is authenticated before ``KeyStore/init(opening:passphrase:)``.
    ///
    /// - Throws: ``KeyStoreError/notAKeyStore(_:)``, ``KeyStoreError/notFormal``, ``KeyStoreError/cost(_:)``.
    public init(parsing text: [UInt8]) throws(KeyStoreError) {
        guard text.count <= Self.longestFile else { throw .notAKeyStore("it is longer than \(Self.longestFile) bytes") }
        let document: JSONValue
        do { document = try JSONValue(parsing: text) } catch { throw .notAKeyStore(error.description) }
        let root = KeyStoreFields(document, at: "")
        guard try root.string("format") == Self.format else { throw .notAKeyStore("format is not \"\(Self.format)\"") }
        guard try root.string("mode") == Self.mode else { throw .notFormal }
        let version = try root.hex("keyVersion", count: 1)
        guard let cipher = CardCipher(rawValue: try root.string("cipher")) else {
            throw .notAKeyStore("cipher is none that is known")
        }
        var header = Header(
            name: try root.name("name"), created: try root.date("created"), keyVersion: version.first ?? 0,
            cipher: cipher)
        header.keys = try Self.entries(in: root, "keys")
        header.transportKeys = try Self.entries(in: root, "transportKeys")
        for fields in try root.list("certificates", most: Self.mostEntries) {
            header.certificates.append(
                Certificate(
                    name: try fields.name("name"), bytes: try fields.hex("bytes"), date: try fields.date("date")))
        }
        let scrypt = try root.object("scrypt")
        let sealing = try root.object("chacha20-poly1305")
        self.init(
            header: header, cost: try Self.cost(scrypt),
            salt: try scrypt.hex("salt", count: Self.saltByteCount),
            nonce: try sealing.hex("nonce", count: ChaCha20Poly1305.nonceByteCount),
            sealed: try sealing.hex("sealed"))
        for names in [header.keys.map(\.name), header.transportKeys.map(\.name), header.certificates.map(\.name)]
        where Set(names).count < names.count {
            throw .notAKeyStore("a name stands there twice")
        }
        guard bytes == text else { throw .notAKeyStore("it is not spelled as it is written") }
    }

    private static func entries(in root: KeyStoreFields, _ name: String) throws(KeyStoreError) -> [Entry] {
        var entries: [Entry] = []
        for fields in try root.list(name, most: mostEntries) {
            guard let check = KeyCheckValue(try fields.string("check")) else {
                throw .notAKeyStore("\(name).check is not six hexadecimal digits")
            }
            entries.append(
                Entry(
                    name: try fields.name("name"), check: check, components: try fields.number("components"),
                    date: try fields.date("date")))
        }
        return entries
    }

    private static func cost(_ fields: KeyStoreFields) throws(KeyStoreError) -> Scrypt.Cost {
        let (n, r, p) = (try fields.number("n"), try fields.number("r"), try fields.number("p"))
        guard n >= smallestN else { throw .cost(.scryptCost(n: n, r: r, p: p)) }
        do { return try Scrypt.Cost(n: n, r: r, p: p) } catch { throw .cost(error) }
    }
}

extension KeyStoreFile {
    /// Reads a store from its file.
    ///
    /// - Throws: ``KeyStoreError/exposed(path:)`` when others have rights to it, ``KeyStoreError/file(path:problem:)``,
    ///   and what ``init(parsing:)`` throws.
    public init(path: String) throws(KeyStoreError) {
        let text = try PrivateFile.read(path, atMost: Self.longestFile)
        try self.init(parsing: text.withUnsafeBytes { Array($0) })
    }

    /// Writes it, for its owner alone. Whatever happens, the file holds the old store or the new one.
    ///
    /// - Parameter old: what must be there still; nil for a file that must not be there.
    /// - Throws: ``KeyStoreError/exists(path:)``, ``KeyStoreError/changedMeanwhile(path:)``,
    ///   ``KeyStoreError/file(path:problem:)``.
    public func write(to path: String, replacing old: KeyStoreFile?) throws(KeyStoreError) {
        try PrivateFile.replace(path, expecting: old?.bytes, with: bytes)
    }
}

/// A JSON object of a key store, read strictly; errors name the member and no content.
private struct KeyStoreFields {
    private let value: JSONValue
    private let place: String

    init(_ value: JSONValue, at place: String) {
        self.value = value
        self.place = place
    }

    func string(_ name: String) throws(KeyStoreError) -> String {
        guard case .string(let text)? = value[name] else { throw .notAKeyStore("\(place)\(name) is no text") }
        return text
    }

    func name(_ name: String) throws(KeyStoreError) -> String {
        let text = try string(name)
        guard KeyStore.isName(text) else { throw .notAKeyStore("\(place)\(name) is no name") }
        return text
    }

    func number(_ name: String) throws(KeyStoreError) -> Int {
        guard case .number(let number)? = value[name] else { throw .notAKeyStore("\(place)\(name) is no number") }
        return number
    }

    func date(_ name: String) throws(KeyStoreError) -> CalendarDate {
        guard let date = CalendarDate(try string(name)) else { throw .notAKeyStore("\(place)\(name) is no date") }
        return date
    }

    func hex(_ name: String, count: Int? = nil) throws(KeyStoreError) -> [UInt8] {
        guard let bytes = Hex.decode(try string(name)), count == nil || bytes.count == count else {
            throw .notAKeyStore(
                "\(place)\(name) is not \(count.map { "\($0 * 2) " } ?? "")hexadecimal digits")
        }
        return bytes
    }

    func object(_ name: String) throws(KeyStoreError) -> KeyStoreFields {
        guard case .object? = value[name] else { throw .notAKeyStore("\(place)\(name) is no object") }
        return KeyStoreFields(value[name] ?? .object([]), at: "\(name).")
    }

    func list(_ name: String, most: Int) throws(KeyStoreError) -> [KeyStoreFields] {
        guard case .array(let values)? = value[name], values.count <= most else {
            throw .notAKeyStore("\(place)\(name) is no list of at most \(most)")
        }
        return values.map { KeyStoreFields($0, at: "\(name).") }
    }
}
