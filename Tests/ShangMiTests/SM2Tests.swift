import COpenSSL
import Testing

@testable import ShangMi

@Suite("SM2")
struct SM2Tests {
    private let message = Array("message digest".utf8)

    @Test("published example: Z, e, public key, and its signature")
    func published() throws {
        let vector = try Vectors.shared.sm2
        let key = try SM2.PrivateKey(SecretBytes(hex: vector.private))
        let userID = try bytes(vector.userID)
        let message = try bytes(vector.message)
        let signature = try bytes(vector.signature)
        #expect(hex(key.publicKey.bytes) == vector.public)
        #expect(userID == SM2.defaultUserID)
        #expect(hex(try SM2.userDigest(userID: userID, publicKey: key.publicKey)) == vector.z)
        #expect(hex(try SM2.messageDigest(message, userID: userID, publicKey: key.publicKey)) == vector.digest)
        #expect(key.publicKey.isValid(signature: signature, message: message))
        #expect(key.publicKey.isValid(signature: signature, digest: try bytes(vector.digest)))

        let made = try SM2.signature(
            digest: bytes(vector.digest), privateKey: key.bytes, nonces: [SecretBytes(hex: vector.nonce)])
        #expect(made == signature)
    }

    @Test("deterministic signatures are those of an independent calculation, and verify")
    func deterministic() throws {
        let vectors = try Vectors.shared.sm2Deterministic
        #expect(vectors.count == 12)
        for vector in vectors {
            let key = try testKey(vector.key)
            let digest = try bytes(vector.digest)
            let signature = try key.deterministicSign(digest: digest)
            #expect(hex(signature) == vector.signature)
            #expect(key.publicKey.isValid(signature: signature, digest: digest))
            if let text = vector.message, let userID = vector.userID {
                let message = try bytes(text)
                let userID = try bytes(userID)
                #expect(try SM2.messageDigest(message, userID: userID, publicKey: key.publicKey) == digest)
                #expect(try key.deterministicSign(message: message, userID: userID) == signature)
                #expect(key.publicKey.isValid(signature: signature, message: message, userID: userID))
            }
        }
    }

    @Test("nonces that the standard rejects are passed over")
    func rejectedNonces() throws {
        let vector = try Vectors.shared.sm2
        let key = try SecretBytes(hex: vector.private)
        let order = SM2.Curve.order
        let zero = [UInt8](repeating: 0, count: 32)
        let nonces = try [zero, order, [UInt8](repeating: 0xFF, count: 32), bytes(vector.nonce)]
        let made = try SM2.signature(
            digest: bytes(vector.digest), privateKey: key, nonces: nonces.map { SecretBytes(copying: $0) })
        #expect(hex(made ?? []) == vector.signature)

        // e = −x1 makes r = 0.
        let nonce = try bytes(vector.nonce)
        let x1 = try SM2.PrivateKey(SecretBytes(copying: nonce)).publicKey.bytes.prefix(32)
        let digest = try subtracted(Array(x1), from: zero)
        #expect(try SM2.signature(digest: digest, privateKey: key, nonces: [SecretBytes(copying: nonce)]) == nil)
        // e = −x1 − k makes r + k = n.
        let second = try subtracted(nonce, from: digest)
        #expect(try SM2.signature(digest: second, privateKey: key, nonces: [SecretBytes(copying: nonce)]) == nil)
    }

    @Test("random signatures verify, differ, and belong to one message, id and key")
    func random() throws {
        let key = try SM2.PrivateKey.generate()
        let other = try SM2.PrivateKey.generate()
        #expect(key.publicKey != other.publicKey)
        let first = try key.sign(message: message)
        let second = try key.sign(message: message)
        #expect(first.count == 64)
        #expect(first != second)
        #expect(key.publicKey.isValid(signature: first, message: message))
        #expect(key.publicKey.isValid(signature: second, message: message))
        #expect(!key.publicKey.isValid(signature: first, message: message + [0]))
        #expect(!key.publicKey.isValid(signature: first, message: message, userID: Array("someone else".utf8)))
        #expect(!other.publicKey.isValid(signature: first, message: message))
        #expect(!key.publicKey.isValid(signature: first, digest: SM3.hash(message)))
        let digest = SM3.hash(message)
        #expect(key.publicKey.isValid(signature: try key.sign(digest: digest), digest: digest))
    }

    @Test("short numbers keep their leading zeros: many signatures, all 64 bytes, all valid")
    func leadingZeros() throws {
        let key = try testKey("ROOT")
        var leading = 0
        for index in 0..<1000 {
            let digest = SM3.hash([UInt8(truncatingIfNeeded: index), UInt8(truncatingIfNeeded: index >> 8)])
            let signature = try key.deterministicSign(digest: digest)
            if signature[0] == 0 || signature[32] == 0 { leading += 1 }
            #expect(signature.count == 64)
            #expect(key.publicKey.isValid(signature: signature, digest: digest))
        }
        #expect(leading > 0, "a thousand signatures must meet the case at least once")
    }

    @Test("every changed bit of a signature makes it invalid")
    func changedBits() throws {
        let key = try testKey("SAM")
        let digest = SM3.hash(message)
        let signature = try key.deterministicSign(digest: digest)
        for bit in 0..<signature.count * 8 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(signature: changed, digest: digest))
        }
    }

    @Test("zero, n and beyond, and other lengths are not signatures")
    func outOfRange() throws {
        let key = try testKey("ROOT")
        let digest = SM3.hash(message)
        let good = try key.deterministicSign(digest: digest)
        let r = Array(good[..<32])
        let s = Array(good[32...])
        let zero = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 0xFF, count: 32)
        let n = SM2.Curve.order
        // r + s = n leaves the public key out of the equation.
        let cancelled = try r + subtracted(r, from: n)
        for wrong in [zero + s, r + zero, zero + zero, n + s, r + n, ones + s, r + ones, ones + ones, cancelled] {
            #expect(!key.publicKey.isValid(signature: wrong, digest: digest))
        }
        for wrong in [[], Array(good.dropLast()), good + [0], r] {
            #expect(!key.publicKey.isValid(signature: wrong, digest: digest))
        }
        #expect(!key.publicKey.isValid(signature: good, digest: Array(digest.dropLast())))
        #expect(key.publicKey.isValid(signature: good, digest: digest))
    }

    @Test("points off the curve are no public keys")
    func malformedPoints() throws {
        let good = try testKey("ROOT").publicKey.bytes
        var off = good
        off[63] ^= 1
        let zero = [UInt8](repeating: 0, count: 64)
        let ones = [UInt8](repeating: 0xFF, count: 64)
        // x + p is the same coordinate, said in a way that is not allowed; it fits 32 bytes only for small x.
        for wrong in [off, zero, ones, Array(good[32...] + good[..<32])] {
            #expect(throws: ShangMiError.invalidPublicKey) { try SM2.PublicKey(wrong) }
        }
        for wrong in [[], Array(good.dropLast()), [4] + good] {
            #expect(throws: ShangMiError.wrongLength(.sm2PublicKey, expected: 64, actual: wrong.count)) {
                try SM2.PublicKey(wrong)
            }
        }
        #expect(try SM2.PublicKey(good).bytes == good)
        #expect(try SM2.PublicKey(good) == testKey("ROOT").publicKey)
    }

    @Test("private keys lie in 1...n−2")
    func privateKeyRange() throws {
        let n = SM2.Curve.order
        var one = [UInt8](repeating: 0, count: 32)
        one[31] = 1
        var two = one
        two[31] = 2
        let zero = [UInt8](repeating: 0, count: 32)
        for wrong in try [zero, subtracted(one, from: n), n, [UInt8](repeating: 0xFF, count: 32)] {
            #expect(throws: ShangMiError.invalidPrivateKey) { try SM2.PrivateKey(SecretBytes(copying: wrong)) }
        }
        for right in try [one, subtracted(two, from: n)] {
            let key = try SM2.PrivateKey(SecretBytes(copying: right))
            let digest = SM3.hash(message)
            #expect(key.publicKey.isValid(signature: try key.sign(digest: digest), digest: digest))
            #expect(key.publicKey.isValid(signature: try key.deterministicSign(digest: digest), digest: digest))
        }
        #expect(throws: ShangMiError.wrongLength(.sm2PrivateKey, expected: 32, actual: 31)) {
            try SM2.PrivateKey(SecretBytes(copying: one.dropFirst()))
        }
    }

    @Test("a user id too long for its bit count is refused, the longest is not")
    func longUserID() throws {
        let key = try testKey("ROOT")
        let longest = [UInt8](repeating: 0x41, count: 8191)
        #expect(
            key.publicKey.isValid(
                signature: try key.sign(message: message, userID: longest), message: message, userID: longest))
        #expect(throws: ShangMiError.userIDTooLong(count: 8192)) {
            try key.sign(message: message, userID: longest + [0x41])
        }
        let signature = try key.sign(message: message)
        #expect(!key.publicKey.isValid(signature: signature, message: message, userID: longest + [0x41]))
        #expect(throws: ShangMiError.wrongLength(.digest, expected: 32, actual: 31)) {
            try key.sign(digest: [UInt8](repeating: 0, count: 31))
        }
    }

    @Test("one key signs and verifies on many threads at once")
    func threads() async throws {
        let key = try testKey("ISSUER")
        let message = message
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    var valid = true
                    for round in 0..<20 {
                        let text = message + [UInt8(index), UInt8(round)]
                        valid = try valid && key.publicKey.isValid(signature: key.sign(message: text), message: text)
                    }
                    return valid
                }
            }
            for try await valid in group { #expect(valid) }
        }
    }

    /// `left` − `right` modulo n.
    private func subtracted(_ right: [UInt8], from left: [UInt8]) throws -> [UInt8] {
        let numbers = try SM2.Numbers()
        let result = try numbers.new()
        try numbers.check(
            BN_mod_sub(
                result, numbers.number(left), numbers.number(right), numbers.number(SM2.Curve.order), numbers.context),
            "BN_mod_sub")
        return try numbers.bytes(result)
    }
}
