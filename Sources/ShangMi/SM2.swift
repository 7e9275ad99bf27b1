import COpenSSL

/// SM2 signatures, GB/T 32918.2-2016, on the recommended curve of GB/T 32918.5-2017.
///
/// A signature is 64 bytes, r ‖ s, each 32 bytes, most significant first. The message is signed as
/// e = SM3(Z ‖ message), where Z binds the signer's id, the curve and the signer's public key.
public enum SM2 {
    /// The id where nothing else is agreed: the ASCII text `1234567812345678` (GB/T 35276, `Docs/protocol.md §7`).
    public static let defaultUserID = Array("1234567812345678".utf8)
    /// Bytes of a signature.
    public static let signatureByteCount = 64
    /// Bytes of a public key, x ‖ y.
    public static let publicKeyByteCount = 64
    /// Bytes of a private key.
    public static let privateKeyByteCount = 32
    /// Bytes of one coordinate or scalar.
    static let scalarByteCount = 32
    /// The longest user id: Z counts its bits in two bytes.
    static let longestUserID = 8191

    /// Z, 32 bytes: SM3(ENTL ‖ id ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA), GB/T 32918.2 §5.5.
    ///
    /// - Throws: ``ShangMiError/userIDTooLong(count:)``.
    public static func userDigest(
        userID: [UInt8] = SM2.defaultUserID, publicKey: PublicKey
    ) throws(ShangMiError) -> [UInt8] {
        guard userID.count <= longestUserID, let bits = UInt16(exactly: userID.count * 8) else {
            throw .userIDTooLong(count: userID.count)
        }
        var hasher = SM3.Hasher()
        hasher.update([UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits)])
        hasher.update(userID)
        hasher.update(Curve.zPrefix)
        hasher.update(publicKey.bytes)
        return hasher.finalize()
    }

    /// e, 32 bytes: what is signed for a message, SM3(Z ‖ message).
    ///
    /// - Throws: ``ShangMiError/userIDTooLong(count:)``.
    public static func messageDigest(
        _ message: [UInt8], userID: [UInt8] = SM2.defaultUserID, publicKey: PublicKey
    ) throws(ShangMiError) -> [UInt8] {
        var hasher = SM3.Hasher()
        hasher.update(try userDigest(userID: userID, publicKey: publicKey))
        hasher.update(message)
        return hasher.finalize()
    }
}
