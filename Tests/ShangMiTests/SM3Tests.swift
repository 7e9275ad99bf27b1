import ShangMi
import Testing

@Suite("SM3")
struct SM3Tests {
    @Test("published examples")
    func published() throws {
        let vectors = try Vectors.shared.sm3
        #expect(vectors.count == 2)
        for vector in vectors {
            #expect(hex(SM3.hash(try bytes(vector.message))) == vector.digest, "\(vector.source)")
        }
    }

    @Test("pieces of any length hash like the whole")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for piece in [1, 3, 63, 64, 65, 999] {
            var hasher = SM3.Hasher()
            var rest = bytes[...]
            while !rest.isEmpty {
                hasher.update(rest.prefix(piece))
                rest = rest.dropFirst(piece)
            }
            #expect(hasher.finalize() == SM3.hash(bytes))
        }
    }

    @Test("a copied hasher goes on by itself, and finalize ends nothing")
    func copies() {
        var first = SM3.Hasher()
        first.update(Array("ab".utf8))
        var second = first
        second.update(Array("x".utf8))
        #expect(first.finalize() == SM3.hash(Array("ab".utf8)))
        first.update(Array("c".utf8))
        #expect(first.finalize() == SM3.hash(Array("abc".utf8)))
        #expect(second.finalize() == SM3.hash(Array("abx".utf8)))
    }

    @Test("secret, lazy and array input are the same input")
    func inputs() {
        let bytes = Array("0123456789".utf8)
        var hasher = SM3.Hasher()
        hasher.update(SecretBytes(copying: bytes))
        #expect(hasher.finalize() == SM3.hash(bytes))
        #expect(SM3.hash("0123456789".utf8) == SM3.hash(bytes))
        #expect(SM3.hash(bytes.lazy.map { $0 }) == SM3.hash(bytes))
        #expect(hex(SM3.hash([])) == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b")
    }
}
