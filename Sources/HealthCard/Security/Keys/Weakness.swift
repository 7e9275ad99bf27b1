import CardProfiles
import Messages
import ShangMi

/// Why a component or a key is one that anybody might guess: it was not drawn (`Docs/keys.md §2`).
///
/// A drawn value of 16 bytes is taken for such a one less than once in a million times.
public enum ComponentWeakness: Message, Hashable {
    case repeats, counts, fewDigits, mirrored, text
    /// A published test key; its name.
    case published(String)
    /// Another key of the store.
    case otherKey(KeyStoreEntry)

    /// - Returns: nil for a value that looks drawn.
    public init?(of value: SecretBytes) {
        guard let found = value.withUnsafeBytes({ Self.weakness($0) }) else { return nil }
        self = found
    }

    private static func weakness(_ bytes: UnsafeRawBufferPointer) -> ComponentWeakness? {
        let count = bytes.count
        guard count >= 8 else { return nil }
        let digits = count * 2
        func digit(_ index: Int) -> UInt8 { index.isMultiple(of: 2) ? bytes[index / 2] >> 4 : bytes[index / 2] & 15 }
        // A period of up to half: 12 34 12 34, one half twice, all digits equal.
        for period in 1...count where (period..<digits).allSatisfy({ digit($0) == digit($0 - period) }) {
            return .repeats
        }
        // Steps from byte to byte, and from digit to digit: 00 01 02, 11 22 33, 0123…, 0123…3210.
        if distinct(count - 1, of: 256, { Int(bytes[$0 + 1] &- bytes[$0]) }) <= count / 4
            || distinct(digits - 1, of: 16, { Int((digit($0 + 1) &- digit($0)) & 15) }) <= min(6, digits / 5)
        {
            return .counts
        }
        if distinct(count, of: 256, { Int(bytes[$0]) }) < count / 2
            || distinct(digits, of: 16, { Int(digit($0)) }) <= min(6, digits / 5)
        {
            return .fewDigits
        }
        if (0..<count / 2).allSatisfy({ bytes[$0] == bytes[count - 1 - $0] })
            || (0..<count / 2).allSatisfy({ bytes[$0] ^ bytes[count / 2 + $0] == 0xFF })
            || (0..<count).allSatisfy({ digit($0) == digit(digits - 1 - $0) })
        {
            return .mirrored
        }
        if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return .text }
        return nil
    }

    /// How many different numbers below `limit` there are; which ones they are is kept nowhere.
    private static func distinct(_ count: Int, of limit: Int, _ number: (Int) -> Int) -> Int {
        (0..<count).count { index in (0..<index).allSatisfy { number($0) != number(index) } }
    }
}

/// Why a passphrase is one that is guessed before others. Bytes are looked at where they lie; nothing is copied.
public enum PassphraseWeakness: Message, Hashable {
    /// Fewer bytes than ``KeyStore/shortestPassphrase``.
    case tooShort
    /// Few different characters.
    case fewCharacters
    /// What remains of it once sequences, repetitions, names and the commonest words count as one character each.
    case guessable

    /// What a passphrase must have more than, where ``guessable`` counts.
    static let fewestParts = 8
    static let fewestCharacters = 6

    /// - Parameter names: of the custodian and the store: nobody has to guess these.
    public init?(of passphrase: SecretBytes, names: [String]) {
        guard passphrase.count >= KeyStore.shortestPassphrase else {
            self = .tooShort
            return
        }
        let names = names.flatMap(Self.parts)
        let found: PassphraseWeakness? = passphrase.withUnsafeBytes { bytes in
            let different = (0..<bytes.count).count { index in
                (0..<index).allSatisfy { Self.folded(bytes[$0]) != Self.folded(bytes[index]) }
            }
            if different < Self.fewestCharacters { return .fewCharacters }
            return Self.countParts(bytes, names) < Self.fewestParts ? .guessable : nil
        }
        guard let found else { return nil }
        self = found
    }

    /// Small letters, and the signs that are put for letters: what people change first.
    private static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "$"): UInt8(ascii: "s")
        default: byte
        }
    }

    /// A name, its words and what stands before its first point, as they are compared.
    private static func parts(of name: String) -> [[UInt8]] {
        let bytes = name.utf8.map(folded)
        let words = bytes.split { $0 < 0x80 && !isLetterOrDigit($0) }.map { Array($0) }
        return ([bytes] + words).filter { $0.count >= 4 }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Words and rows of keys with which most guesses begin. A part of a row counts, either way round.
    private static let words: [[UInt8]] = [
        "password", "passwort", "passphrase", "passwd", "letmein", "welcome", "healthcard", "health", "card", "admin",
        "administrator", "root", "secret", "factory", "custodian", "authority", "iloveyou", "woaini", "mima", "monkey",
        "dragon", "sunshine", "princess", "football", "baseball", "master", "shadow", "changeme", "default", "login",
        "5201314", "1314", "密码", "口令", "健康卡", "居民健康卡", "保管人", "管理员",
    ].map { Array($0.utf8) }
    private static let rows: [[UInt8]] = [
        "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "1234567890-=", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
        "abcdefghijklmnopqrstuvwxyz", "0123456789", "!@#$%^&*()_+",
    ].map { Array($0.utf8.map(folded)) }

    private static func countParts(_ bytes: UnsafeRawBufferPointer, _ names: [[UInt8]]) -> Int {
        var (place, parts) = (0, 0)
        while place < bytes.count {
            // Bytes after the first of a character beyond ASCII are no part of their own.
            if bytes[place] & 0xC0 != 0x80 { parts += 1 }
            place += max(1, longestMatch(bytes, place, names))
        }
        return parts
    }

    /// How many bytes from a place are one thing to whoever guesses.
    private static func longestMatch(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ names: [[UInt8]]) -> Int {
        let rest = bytes.count - place
        func byte(_ offset: Int) -> UInt8 { folded(bytes[place + offset]) }
        var longest = 1
        for word in names + words where word.count <= rest && word.count > longest {
            if word.indices.allSatisfy({ byte($0) == word[$0] }) { longest = word.count }
        }
        for row in rows {
            for (start, first) in row.enumerated() where first == byte(0) {
                for step in [1, -1] {
                    var length = 1
                    while length < rest, row.indices.contains(start + step * length),
                        row[start + step * length] == byte(length)
                    { length += 1 }
                    if length >= 3 { longest = max(longest, length) }
                }
            }
        }
        // The same again, here or further on: aaa, abcabc, one word twice.
        for earlier in 0..<place {
            var length = 0
            while length < rest, folded(bytes[earlier + length]) == byte(length) { length += 1 }
            if length >= 3 { longest = max(longest, length) }
        }
        return longest
    }
}
