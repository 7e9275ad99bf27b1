import ISO7816
import ShangMi

/// A secret that the agent hands out once and knows again by its digest.
struct AgentSecret: Sendable {
    /// `hca_` and 32 letters and digits: 160 random bits. The prefix lets a leak be found in a log or a repository.
    let text: String

    var digest: String { Self.digest(of: text) }

    /// - Throws: ``AgentError/noRandomness``.
    static func make(_ prefix: String) throws(AgentError) -> AgentSecret {
        AgentSecret(text: prefix + encoded(try random(20)))
    }

    /// SM3, hexadecimal. 160 random bits need no salt and no slow hash.
    static func digest(of text: String) -> String { Hex.encode(SM3.hash(Array(text.utf8))).lowercased() }

    static func random(_ count: Int) throws(AgentError) -> [UInt8] {
        do { return try SystemRandom.bytes(count) } catch { throw .noRandomness }
    }

    /// Six decimal digits, each number as likely as any other.
    static func number() throws(AgentError) -> String {
        while true {
            let bytes = try random(3)
            let value = bytes.reduce(0) { $0 << 8 | Int($1) }
            // 16 times a million fit in 24 bits; what is above would favour small numbers.
            guard value < 16_000_000 else { continue }
            let digits = String(value % 1_000_000)
            return String(repeating: "0", count: 6 - digits.count) + digits
        }
    }

    /// Five bits a character, without those that look alike.
    static func encoded(_ bytes: [UInt8]) -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        var text: [UInt8] = []
        var (value, bits) = (0, 0)
        for byte in bytes {
            value = value << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[value >> bits & 31])
            }
            value &= 1 << bits - 1
        }
        if bits > 0 { text.append(alphabet[value << (5 - bits) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes as long for a wrong secret as for the right one.
    static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
