extension SM4 {
    /// Padding method 2 of ISO/IEC 9797-1: `80`, then zeros up to a whole block; always at least the `80`.
    @inlinable
    public static func padded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result = [UInt8]()
        result.reserveCapacity(bytes.count + blockSize)
        result.append(contentsOf: bytes)
        result.append(0x80)
        let partial = result.count % blockSize
        if partial > 0 { result.append(contentsOf: repeatElement(0, count: blockSize - partial)) }
        return result
    }

    /// The bytes before the padding of ``padded(_:)``.
    ///
    /// - Throws: ``ShangMiError/invalidPadding`` unless the last block ends in `80` and zeros.
    public static func unpadded(_ bytes: [UInt8]) throws(ShangMiError) -> [UInt8] {
        guard bytes.count.isMultiple(of: blockSize),
            let mark = bytes.suffix(blockSize).lastIndex(where: { $0 != 0 }), bytes[mark] == 0x80
        else { throw .invalidPadding }
        return Array(bytes[..<mark])
    }
}
