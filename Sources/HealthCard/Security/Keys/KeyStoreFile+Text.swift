import CardProfiles
import ISO7816
import ShangMi

/// The text of a store, written and read.
extension KeyStoreFile {
    /// UTF-8, one way for one content.
    public var bytes: [UInt8] { Array((document(lock: lock, sealed: sealed).text(pretty: true) + "\n").utf8) }

    /// What is authenticated with the values: the text, the shares as they are sealed in it, with no values.
    var associatedData: [UInt8] { Array(document(lock: lock, sealed: sealed.empty).text(pretty: true).utf8) }

    /// What is authenticated with a share: which store it opens, with whom and how many, and how the share is sealed.
    /// What the store holds is not: keys come and go while a custodian is away.
    static func associatedData(of share: Share, id: [UInt8], threshold: Int, custodians: [String]) -> [UInt8] {
        let text = JSONValue.object([
            .init("format", .string(format)), .init("id", .string(Hex.encode(id))),
            .init("threshold", .number(threshold)), .init("custodians", .array(custodians.map { .string($0) })),
            .init("share", document(share.empty)),
        ])
        return Array(text.text(pretty: true).utf8)
    }

    private func document(lock: Lock, sealed: Sealed) -> JSONValue {
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
        var members: [JSONValue.Member] = [
            .init("format", .string(isOpenedByOne ? Self.oldFormat : Self.format)),
            .init("name", .string(header.name)), .init("created", .string(header.created.description)),
            .init("mode", .string(Self.mode)), .init("keyVersion", .string(Hex.encode([header.keyVersion]))),
            .init("cipher", .string(header.cipher.rawValue)), .init("keys", list(header.keys)),
            .init("transportKeys", list(header.transportKeys)), .init("certificates", .array(certificates)),
        ]
        if let authority = header.authority { members.append(.init("authority", .string(authority))) }
        switch lock {
        case .passphrase(let derivation): members.append(.init("scrypt", Self.document(derivation)))
        case .custodians(let id, let threshold, let shares):
            members += [
                .init("id", .string(Hex.encode(id))), .init("threshold", .number(threshold)),
                .init("custodians", .array(shares.map(Self.document))),
            ]
        }
        return .object(members + [.init("chacha20-poly1305", Self.document(sealed))])
    }

    private static func document(_ share: Share) -> JSONValue {
        .object([
            .init("name", .string(share.custodian)), .init("share", .number(Int(share.index))),
            .init("scrypt", document(share.derivation)), .init("chacha20-poly1305", document(share.sealed)),
        ])
    }

    private static func document(_ derivation: Derivation) -> JSONValue {
        .object([
            .init("n", .number(derivation.cost.n)), .init("r", .number(derivation.cost.r)),
            .init("p", .number(derivation.cost.p)), .init("salt", .string(Hex.encode(derivation.salt))),
        ])
    }

    private static func document(_ sealed: Sealed) -> JSONValue {
        .object([
            .init("nonce", .string(Hex.encode(sealed.nonce))), .init("sealed", .string(Hex.encode(sealed.bytes))),
        ])
    }

    // MARK: Reading

    /// Reads the text. Nothing is authenticated before the store is opened.
    ///
    /// - Throws: ``KeyStoreError/notAKeyStore(_:)``, ``KeyStoreError/notFormal``, ``KeyStoreError/cost(_:)``.
    public init(parsing text: [UInt8]) throws(KeyStoreError) {
        guard text.count <= Self.longestFile else { throw .notAKeyStore(.tooLong(limit: Self.longestFile)) }
        let document: JSONValue
        do { document = try JSONValue(parsing: text) } catch { throw .notAKeyStore(.json(error)) }
        let root = KeyStoreFields(document, at: "")
        let format = try root.string("format")
        guard format == Self.format || format == Self.oldFormat else {
            throw .notAKeyStore(.format(expected: Self.format))
        }
        guard try root.string("mode") == Self.mode else { throw .notFormal }
        let version = try root.hex("keyVersion", count: 1)
        guard let cipher = CardCipher(rawValue: try root.string("cipher")) else {
            throw .notAKeyStore(.unknownCipher)
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
        if root.has("authority") { header.authority = try root.string("authority") }
        self.header = header
        lock =
            format == Self.oldFormat
            ? .passphrase(try Self.derivation(root.object("scrypt"))) : try Self.custodians(in: root)
        sealed = try Self.sealed(root.object("chacha20-poly1305"))
        for names in [header.keys.map(\.name), header.transportKeys.map(\.name), header.certificates.map(\.name)]
        where Set(names).count < names.count {
            throw .notAKeyStore(.nameTwice)
        }
        guard bytes == text else { throw .notAKeyStore(.spelling) }
    }

    private static func custodians(in root: KeyStoreFields) throws(KeyStoreError) -> Lock {
        let threshold = try root.number("threshold")
        var shares: [Share] = []
        for fields in try root.list("custodians", most: Custody.most) {
            guard let index = UInt8(exactly: try fields.number("share")), Int(index) == shares.count + 1 else {
                throw .notAKeyStore(.shareNumber)
            }
            let sealed = try sealed(fields.object("chacha20-poly1305"))
            guard sealed.bytes.count == keyByteCount + ChaCha20Poly1305.tagByteCount else {
                throw .notAKeyStore(.shareLength)
            }
            shares.append(
                Share(
                    custodian: try fields.name("name"), index: index,
                    derivation: try derivation(fields.object("scrypt")), sealed: sealed))
        }
        guard Set(shares.map(\.custodian)).count == shares.count else {
            throw .notAKeyStore(.custodianTwice)
        }
        guard threshold >= Custody.fewest, threshold <= shares.count else {
            throw .notAKeyStore(.threshold(fewest: Custody.fewest))
        }
        return .custodians(id: try root.hex("id", count: idByteCount), threshold: threshold, shares)
    }

    private static func sealed(_ fields: KeyStoreFields) throws(KeyStoreError) -> Sealed {
        Sealed(
            nonce: try fields.hex("nonce", count: ChaCha20Poly1305.nonceByteCount), bytes: try fields.hex("sealed"))
    }

    private static func entries(in root: KeyStoreFields, _ name: String) throws(KeyStoreError) -> [Entry] {
        var entries: [Entry] = []
        for fields in try root.list(name, most: mostEntries) {
            guard let check = KeyCheckValue(try fields.string("check")) else {
                throw .notAKeyStore(.member("\(name).check", .hexadecimal(digits: 6)))
            }
            entries.append(
                Entry(
                    name: try fields.name("name"), check: check, components: try fields.number("components"),
                    date: try fields.date("date")))
        }
        return entries
    }

    private static func derivation(_ fields: KeyStoreFields) throws(KeyStoreError) -> Derivation {
        let (n, r, p) = (try fields.number("n"), try fields.number("r"), try fields.number("p"))
        guard n >= smallestN else { throw .cost(.scryptCost(n: n, r: r, p: p)) }
        let salt = try fields.hex("salt", count: saltByteCount)
        do { return Derivation(try Scrypt.Cost(n: n, r: r, p: p), salt: salt) } catch { throw .cost(error) }
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

    func has(_ name: String) -> Bool { value[name] != nil }

    func string(_ name: String) throws(KeyStoreError) -> String {
        guard case .string(let text)? = value[name] else { throw .notAKeyStore(.member(place + name, .text)) }
        return text
    }

    func name(_ name: String) throws(KeyStoreError) -> String {
        let text = try string(name)
        guard KeyStore.isName(text) else { throw .notAKeyStore(.member(place + name, .name)) }
        return text
    }

    func number(_ name: String) throws(KeyStoreError) -> Int {
        guard case .number(let number)? = value[name] else { throw .notAKeyStore(.member(place + name, .number)) }
        return number
    }

    func date(_ name: String) throws(KeyStoreError) -> CalendarDate {
        guard let date = CalendarDate(try string(name)) else { throw .notAKeyStore(.member(place + name, .date)) }
        return date
    }

    func hex(_ name: String, count: Int? = nil) throws(KeyStoreError) -> [UInt8] {
        guard let bytes = Hex.decode(try string(name)), count == nil || bytes.count == count else {
            throw .notAKeyStore(.member(place + name, .hexadecimal(digits: count.map { $0 * 2 })))
        }
        return bytes
    }

    func object(_ name: String) throws(KeyStoreError) -> KeyStoreFields {
        guard case .object? = value[name] else { throw .notAKeyStore(.member(place + name, .object)) }
        return KeyStoreFields(value[name] ?? .object([]), at: "\(place)\(name).")
    }

    func list(_ name: String, most: Int) throws(KeyStoreError) -> [KeyStoreFields] {
        guard case .array(let values)? = value[name], values.count <= most else {
            throw .notAKeyStore(.member(place + name, .list(most: most)))
        }
        return values.map { KeyStoreFields($0, at: "\(place)\(name).") }
    }
}
