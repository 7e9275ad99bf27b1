import CardProfiles

/// What goes into the cipher and what is kept of its result (`Docs/protocol.md §3`): the same whoever holds the keys.
extension CardCryptography {
    /// `80 00…` to a whole block, as the rule says, for so many bytes before it.
    private func padding(after count: Int, _ rule: PaddingRule) -> [UInt8] {
        let past = count % blockLength
        guard past != 0 || rule == .always else { return [] }
        return [0x80] + [UInt8](repeating: 0, count: blockLength - past - 1)
    }

    /// What stands before and after so many bytes of data that are encrypted: their length, and padding.
    package func frame(count: Int) throws(SecurityModuleError) -> (before: [UInt8], after: [UInt8]) {
        let limit = encryption.lengthBytes > 1 ? 0xFFFF : 0xFF
        guard encryption.lengthBytes == 0 || count <= limit else { throw .dataTooLong(bytes: count, limit: limit) }
        let before = (0..<encryption.lengthBytes).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        return (before, padding(after: before.count + count, encryption.padding))
    }

    /// Whole blocks over which the MAC goes: `header ‖ Lc ‖ body`, where Lc counts the MAC and the chaining bit does
    /// not count.
    package func macInput(header: [UInt8], body: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        guard header.count == 4 else { throw .wrongLength(.header, bytes: header.count, expected: 4) }
        let count = body.count + mac.length
        guard count <= 0xFFFF else { throw .dataTooLong(bytes: body.count, limit: 0xFFFF - mac.length) }
        let length =
            count <= 0xFF
            ? [UInt8(truncatingIfNeeded: count)]
            : [0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        let input = [header[0] & ~0x10] + header[1...] + length + body
        return input + padding(after: input.count, mac.padding)
    }

    /// What a MAC keeps of the last block of its chain.
    package func truncated(_ block: [UInt8]) -> [UInt8] {
        Array(mac.truncation == .leftmost ? block.prefix(mac.length) : block.suffix(mac.length))
    }

    /// The block that is encrypted for a cryptogram: the original, then zeros.
    package func cryptogramInput(_ original: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        guard original.count == cryptogram.originalLength, original.count <= blockLength else {
            throw .wrongLength(.original, bytes: original.count, expected: cryptogram.originalLength)
        }
        return original + [UInt8](repeating: 0, count: blockLength - original.count)
    }

    /// What an encrypted block leaves of itself as a cryptogram.
    package func folded(_ block: [UInt8]) -> [UInt8] {
        switch cryptogram.folding {
        case .leftmost: return Array(block.prefix(cryptogram.length))
        case .xorHalves:
            let half = block.count / 2
            return Array(zip(block.prefix(half), block.suffix(half)).map { $0 ^ $1 }.prefix(cryptogram.length))
        }
    }

    func checkSeed(_ seed: [UInt8]) throws(SecurityModuleError) {
        guard seed.count == challengeLength else {
            throw .wrongLength(.challenge, bytes: seed.count, expected: challengeLength)
        }
    }
}
