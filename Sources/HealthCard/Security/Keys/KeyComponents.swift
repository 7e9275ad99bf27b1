import CardProfiles
import ISO7816
import ShangMi

/// A key in parts, so that nobody knows it alone: it is the exclusive or of what its custodians hold
/// (`Docs/keys.md §2`).
public struct KeyComponents: Sendable {
    public let key: String
    public let components: [SecretBytes]

    /// - Parameters:
    ///   - key: what it is called, for errors.
    ///   - components: two or more, of `length` bytes each.
    /// - Throws: ``KeyStoreError`` for what is no component: another length, all zeros, one given twice.
    public init(key: String, _ components: [SecretBytes], length: Int) throws(KeyStoreError) {
        guard components.count >= 2 else { throw .tooFewComponents(key: key, count: components.count) }
        for (index, component) in components.enumerated() {
            try Self.check(component, number: index + 1, of: key, length: length)
            if let other = components[..<index].firstIndex(of: component) {
                throw .equalComponents(key: key, other + 1, index + 1)
            }
        }
        self.key = key
        self.components = components
    }

    /// What one custodian can be told at once.
    ///
    /// - Throws: ``KeyStoreError/wrongLength(key:component:bytes:expected:)``,
    ///   ``KeyStoreError/zeroComponent(key:component:)``, ``KeyStoreError/weakComponent(key:component:_:)`` for one that
    ///   was not drawn.
    public static func check(
        _ component: SecretBytes, number: Int, of key: String, length: Int
    ) throws(KeyStoreError) {
        guard component.count == length else {
            throw .wrongLength(key: key, component: number, bytes: component.count, expected: length)
        }
        guard component != zeros(length) else { throw .zeroComponent(key: key, component: number) }
        if let weakness = ComponentWeakness(of: component) {
            throw .weakComponent(key: key, component: number, weakness)
        }
    }

    /// - Throws: ``KeyStoreError/zeroKey(key:)``, ``KeyStoreError/weakKey(key:_:)``.
    public func combined() throws(KeyStoreError) -> SecretBytes {
        let count = components.first?.count ?? 0
        let value = SecretBytes(count: count) { value in
            for component in components {
                component.withUnsafeBytes { bytes in
                    for index in value.indices where index < bytes.count { value[index] ^= bytes[index] }
                }
            }
        }
        guard value != Self.zeros(count) else { throw .zeroKey(key: key) }
        if let weakness = ComponentWeakness(of: value) { throw .weakKey(key: .key(key), weakness) }
        return value
    }

    private static func zeros(_ count: Int) -> SecretBytes { SecretBytes(count: count) { _ in } }
}

/// What one custodian brings: a component of each key, a line each (`Docs/keys.md §2`).
public struct CustodianFile: Sendable {
    public struct Entry: Sendable {
        public let key: String
        public let component: SecretBytes
        public let check: KeyCheckValue
    }

    /// Bytes a file may have.
    public static let longestFile = 65536

    public let path: String
    public let entries: [Entry]

    /// Reads `NAME HEX [CHECK]` a line; blank lines and those that begin with `#` are passed over.
    ///
    /// - Throws: ``KeyStoreError/exposed(path:)`` when others may read it,
    ///   ``KeyStoreError/componentLine(path:line:problem:)``, ``KeyStoreError/file(path:problem:)``.
    public init(path: String, cipher: CardCipher) throws(KeyStoreError) {
        try self.init(try PrivateFile.read(path, atMost: Self.longestFile), path: path, cipher: cipher)
    }

    init(_ content: SecretBytes, path: String, cipher: CardCipher) throws(KeyStoreError) {
        self.path = path
        entries = try content.withUnsafeBytes { bytes throws(KeyStoreError) in
            var entries: [Entry] = []
            for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                func problem(_ what: ComponentLineProblem) -> KeyStoreError {
                    .componentLine(path: path, line: index + 1, problem: what)
                }
                let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
                guard words.count == 2 || words.count == 3, let key = String(validating: first, as: UTF8.self) else {
                    throw problem(.form)
                }
                guard !entries.contains(where: { $0.key == key }) else {
                    throw problem(.keyTwice(key))
                }
                guard let component = Self.decoded(UnsafeRawBufferPointer(rebasing: words[1])) else {
                    throw problem(.notHexadecimal(key))
                }
                let check: KeyCheckValue
                do throws(SecurityModuleError) {
                    check = try KeyCheckValue(of: component, cipher: cipher)
                } catch .cryptography(.wrongLength(_, let expected, let actual)) {
                    throw problem(.length(key, bytes: actual, expected: expected))
                } catch { throw .module(error) }
                if words.count == 3 {
                    guard let stated = KeyCheckValue(String(decoding: words[2], as: UTF8.self)) else {
                        throw problem(.checkForm(key))
                    }
                    guard stated == check else {
                        throw problem(.check(key, computed: check, stated: stated))
                    }
                }
                entries.append(Entry(key: key, component: component, check: check))
            }
            return entries
        }
    }

    /// The file's bytes for these components.
    ///
    /// - Throws: ``KeyStoreError/module(_:)``.
    public static func text(
        _ components: [(key: String, component: SecretBytes)], cipher: CardCipher
    ) throws(KeyStoreError) -> SecretBytes {
        var parts: [SecretBytes] = []
        for (key, component) in components {
            let check: KeyCheckValue
            do { check = try KeyCheckValue(of: component, cipher: cipher) } catch { throw .module(error) }
            parts += [
                SecretBytes(copying: Array("\(key) ".utf8)), encoded(component),
                SecretBytes(copying: Array(" \(check)\n".utf8)),
            ]
        }
        return SecretBytes(count: parts.reduce(0) { $0 + $1.count }) { text in
            var offset = 0
            for part in parts {
                part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: text[offset...]).copyMemory(from: $0) }
                offset += part.count
            }
        }
    }

    /// The component of each key, of all custodians, in the order of the first one's file.
    ///
    /// - Throws: ``KeyStoreError/componentMissing(path:key:)`` when one has a key that another has not.
    public static func components(
        of files: [CustodianFile]
    ) throws(KeyStoreError) -> [(key: String, components: [SecretBytes])] {
        let names = files.flatMap { $0.entries.map(\.key) }
        var keys: [(key: String, components: [SecretBytes])] = []
        for name in names where !keys.contains(where: { $0.key == name }) {
            var components: [SecretBytes] = []
            for file in files {
                guard let entry = file.entries.first(where: { $0.key == name }) else {
                    throw .componentMissing(path: file.path, key: name)
                }
                components.append(entry.component)
            }
            keys.append((name, components))
        }
        return keys
    }

    /// A component typed by its custodian; nil for anything but hexadecimal digits in pairs. Blanks are passed over.
    public static func typed(_ line: SecretBytes) -> SecretBytes? { line.withUnsafeBytes { decoded($0) } }

    /// Digit by digit from where they lie to where the component stays: no text is made of them, nor a list, which
    /// nobody would wipe.
    private static func decoded(_ digits: UnsafeRawBufferPointer) -> SecretBytes? {
        var count = 0
        for digit in digits where digit != 0x20 {
            guard value(of: digit) != nil else { return nil }
            count += 1
        }
        guard count.isMultiple(of: 2) else { return nil }
        return SecretBytes(count: count / 2) { bytes in
            var place = 0
            for digit in digits where digit != 0x20 {
                bytes[place / 2] = bytes[place / 2] << 4 | (value(of: digit) ?? 0)
                place += 1
            }
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    private static func encoded(_ value: SecretBytes) -> SecretBytes {
        SecretBytes(count: value.count * 2) { digits in
            value.withUnsafeBytes { bytes in
                for (index, byte) in bytes.enumerated() {
                    for (offset, nibble) in [byte >> 4, byte & 0x0F].enumerated() {
                        digits[index * 2 + offset] = nibble < 10 ? 0x30 + nibble : 0x37 + nibble
                    }
                }
            }
        }
    }
}
