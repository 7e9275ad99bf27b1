import COpenSSL

/// The SM4 block cipher, GB/T 32907-2016, with one 16-byte key at a time: ECB, CBC and CBC-MAC, without padding.
///
/// The contexts inside are made once and given new keys by ``rekey(_:)``, which costs a key schedule and no allocation.
/// Not `Sendable`: give each thread its own.
public final class SM4 {
    /// Bytes of a block and of a key.
    @inlinable public static var blockSize: Int { 16 }

    private var key: SecretBytes
    private var keyEpoch: UInt64 = 1
    private let ecb: Lane
    private let ecbInverse: Lane
    private let cbc: Lane
    private let cbcInverse: Lane

    /// - Parameter key: 16 bytes.
    /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``; ``ShangMiError/library(call:reason:)`` when this
    ///   libcrypto has no SM4.
    public init(key: SecretBytes) throws(ShangMiError) {
        try Self.check(key)
        guard let ecbAlgorithm = LibCrypto.sm4ECB, let cbcAlgorithm = LibCrypto.sm4CBC else {
            throw LibCrypto.failure("EVP_CIPHER_fetch(SM4)")
        }
        self.key = key
        ecb = Lane(ecbAlgorithm, encrypts: 1)
        ecbInverse = Lane(ecbAlgorithm, encrypts: 0)
        cbc = Lane(cbcAlgorithm, encrypts: 1)
        cbcInverse = Lane(cbcAlgorithm, encrypts: 0)
    }

    /// Takes another key of 16 bytes; after an error the old one stays.
    ///
    /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``.
    public func rekey(_ key: SecretBytes) throws(ShangMiError) {
        try Self.check(key)
        self.key = key
        keyEpoch &+= 1
    }

    /// Encrypts whole blocks, each by itself.
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``.
    public func encryptECB(_ blocks: [UInt8]) throws(ShangMiError) -> [UInt8] { try run(ecb, nil, blocks) }

    /// Decrypts whole blocks, each by itself.
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``.
    public func decryptECB(_ blocks: [UInt8]) throws(ShangMiError) -> [UInt8] { try run(ecbInverse, nil, blocks) }

    /// Encrypts whole blocks of secret bytes: a key on its way under another one.
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``.
    public func encryptECB(_ blocks: SecretBytes) throws(ShangMiError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: blocks.count)
        try blocks.withUnsafeBytes { input throws(ShangMiError) in
            let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            try ecb.run(key, keyEpoch, nil, start, input.count, into: &output)
        }
        return output
    }

    /// Encrypts whole blocks into secret bytes: a key derived from public factors (`Docs/protocol.md §2`).
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``.
    public func deriveECB(_ blocks: [UInt8]) throws(ShangMiError) -> SecretBytes { try secret(ecb, blocks) }

    /// Decrypts whole blocks into secret bytes: a key that came under another one.
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``.
    public func unwrapECB(_ blocks: [UInt8]) throws(ShangMiError) -> SecretBytes { try secret(ecbInverse, blocks) }

    /// Encrypts whole blocks, each chained to the one before, the first to `iv` (16 bytes).
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``, ``ShangMiError/wrongLength(_:expected:actual:)``.
    public func encryptCBC(_ blocks: [UInt8], iv: [UInt8]) throws(ShangMiError) -> [UInt8] { try run(cbc, iv, blocks) }

    /// Decrypts what ``encryptCBC(_:iv:)`` gave.
    ///
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``, ``ShangMiError/wrongLength(_:expected:actual:)``.
    public func decryptCBC(_ blocks: [UInt8], iv: [UInt8]) throws(ShangMiError) -> [UInt8] {
        try run(cbcInverse, iv, blocks)
    }

    /// CBC-MAC: the last block of the CBC encryption, all 16 bytes; how many of them count is the caller's rule.
    ///
    /// - Parameters:
    ///   - blocks: one or more whole blocks, padded already (``padded(_:)``).
    ///   - iv: 16 bytes; zeros unless given.
    /// - Throws: ``ShangMiError/notWholeBlocks(count:)``, also for no block at all;
    ///   ``ShangMiError/wrongLength(_:expected:actual:)``.
    public func cbcMAC(
        _ blocks: [UInt8], iv: [UInt8] = [UInt8](repeating: 0, count: SM4.blockSize)
    ) throws(ShangMiError) -> [UInt8] {
        guard !blocks.isEmpty else { throw .notWholeBlocks(count: 0) }
        return Array(try run(cbc, iv, blocks).suffix(Self.blockSize))
    }

    private func run(_ lane: Lane, _ iv: [UInt8]?, _ blocks: [UInt8]) throws(ShangMiError) -> [UInt8] {
        if let iv, iv.count != Self.blockSize {
            throw .wrongLength(.initialValue, expected: Self.blockSize, actual: iv.count)
        }
        // Encrypted in place: copying an array of bytes costs less than making one of zeros.
        var output = blocks
        try lane.run(key, keyEpoch, iv, nil, blocks.count, into: &output)
        return output
    }

    private func secret(_ lane: Lane, _ blocks: [UInt8]) throws(ShangMiError) -> SecretBytes {
        try SecretBytes(count: blocks.count) { output throws(ShangMiError) in
            let target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            try lane.run(key, keyEpoch, nil, blocks, blocks.count, into: target)
        }
    }

    private static func check(_ key: SecretBytes) throws(ShangMiError) {
        guard key.count == blockSize else {
            throw .wrongLength(.sm4Key, expected: blockSize, actual: key.count)
        }
    }
}

@available(*, unavailable)
extension SM4: Sendable {}

/// One direction of one mode: a libcrypto context, made and keyed when it is first wanted under the current key.
private final class Lane {
    private let algorithm: OpaquePointer
    private let encrypts: CInt
    private var context: OpaquePointer?
    private var epoch: UInt64 = 0

    init(_ algorithm: OpaquePointer, encrypts: CInt) {
        self.algorithm = algorithm
        self.encrypts = encrypts
    }

    // Frees with the key schedule wiped: libcrypto's own providers clear a cipher context as they free it.
    deinit { EVP_CIPHER_CTX_free(context) }

    /// - Parameter input: nil to work in place.
    func run(
        _ key: SecretBytes, _ keyEpoch: UInt64, _ iv: [UInt8]?, _ input: UnsafePointer<UInt8>?, _ byteCount: Int,
        into output: UnsafeMutablePointer<UInt8>?
    ) throws(ShangMiError) {
        guard byteCount.isMultiple(of: SM4.blockSize), let count = CInt(exactly: byteCount) else {
            throw .notWholeBlocks(count: byteCount)
        }
        guard count > 0 else { return }
        let context = try ready(key, keyEpoch, iv)
        var written: CInt = 0
        guard EVP_CipherUpdate(context, output, &written, input ?? UnsafePointer(output), count) == 1, written == count
        else {
            throw LibCrypto.failure("EVP_CipherUpdate")
        }
    }

    private func ready(_ key: SecretBytes, _ keyEpoch: UInt64, _ iv: [UInt8]?) throws(ShangMiError) -> OpaquePointer {
        if let context, epoch == keyEpoch {
            guard let iv else { return context }
            guard EVP_CipherInit_ex2(context, nil, nil, iv, encrypts, nil) == 1 else {
                throw LibCrypto.failure("EVP_CipherInit_ex2")
            }
            return context
        }
        let context = try made()
        let keyed = key.withUnsafeBytes { bytes in
            EVP_CipherInit_ex2(
                context, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), iv, encrypts, nil)
        }
        guard keyed == 1 else { throw LibCrypto.failure("EVP_CipherInit_ex2") }
        epoch = keyEpoch
        return context
    }

    private func made() throws(ShangMiError) -> OpaquePointer {
        if let context { return context }
        guard let new = EVP_CIPHER_CTX_new() else { throw LibCrypto.failure("EVP_CIPHER_CTX_new") }
        guard EVP_CipherInit_ex2(new, algorithm, nil, nil, encrypts, nil) == 1,
            // Encryption never looks at padding when given whole blocks, and setting it off there costs on every key.
            encrypts == 1 || EVP_CIPHER_CTX_set_padding(new, 0) == 1
        else {
            EVP_CIPHER_CTX_free(new)
            throw LibCrypto.failure("EVP_CipherInit_ex2")
        }
        context = new
        return new
    }
}
