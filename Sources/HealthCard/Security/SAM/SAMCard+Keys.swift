import CardProfiles
import ISO7816

/// Keys: DELIVERY SESSION KEY makes the session key of one card and one challenge, CIPHER DATA uses it in one sequence,
/// and it is spent (`Docs/protocol.md §6`).
extension SAMCard {
    public func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        let rules = profile.cryptography
        let block = try rules.cryptogramInput(original)
        return try withPIN { () throws(SecurityModuleError) in
            try deliver(key, card, seed)
            return rules.folded(try encrypt(block))
        }
    }

    public func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        let rules = profile.cryptography
        return try withPIN { () throws(SecurityModuleError) in
            var body = data
            switch protection {
            case .plain: return data
            case .mac: break
            case .encryptedMAC:
                let frame = try rules.frame(count: data.count)
                try deliver(key, card, seed)
                body = try encrypt(frame.before + data + frame.after)
            }
            let input = try rules.macInput(header: header, body: body)
            try deliver(key, card, seed)
            return body + (try mac(input))
        }
    }

    // MARK: Delivery

    private func deliver(
        _ key: KeyDefinition, _ card: CardFactors, _ seed: [UInt8]
    ) throws(SecurityModuleError) {
        guard let address = key.sam else { throw .keyNotHeld(key.name) }
        try profile.cryptography.checkSeed(seed)
        do { try link.enter(nil) } catch { throw .sam(error) }
        // The level this SAM is known to keep the key at, else that of the profile and then the others.
        let tried = levels[key.name].map { [$0] } ?? [address.levels] + (1...3).filter { $0 != address.levels }
        var obstacle: SecurityModuleError?
        var isFirst = true
        for level in tried {
            let factors: [[UInt8]]
            do {
                factors = try self.factors(of: key, card, level: level)
            } catch {
                obstacle = obstacle ?? error
                continue
            }
            // Bits 5-1, what the key may be used for, stay.
            let usage = UInt8(truncatingIfNeeded: level << 5) | address.usage & 0x1F
            let command = CommandAPDU.deliverSessionKey(
                usage: usage, key: address.identifier, factors: factors, seed: seed)
            let status = try send(command).status
            switch status {
            case .ok:
                levels[key.name] = level
                return
            case .wrongData: isFirst = false
            // A SAM that has said the key is there means the level by these as well.
            case .referencedDataNotFound, .recordNotFound:
                if isFirst { throw .keyNotHeld(key.name) }
            case .incorrectP1P2 where !isFirst, .wrongLength where !isFirst: break
            default: throw .sam(SAMError(status, command.header))
            }
        }
        throw obstacle ?? .sam(.levelMismatch(key: key.name))
    }

    /// The card's factor, the province's, the third: as many as there are levels. The SAM applies them from the last to
    /// the first (`Docs/protocol.md §11`).
    private func factors(
        of key: KeyDefinition, _ card: CardFactors, level: Int
    ) throws(SecurityModuleError) -> [[UInt8]] {
        if level == 1, key.diversification == .provinceThenCard {
            guard let factor = card.province else { throw .provinceUnknown(key: key.name) }
            let digits = String(decoding: factor.prefix(profile.cryptography.provinceFactor.digits), as: UTF8.self)
            guard province.hasPrefix(digits) || digits.hasPrefix(province) else {
                throw .sam(.anotherProvince(key: key.name, sam: province, card: digits))
            }
        }
        let known = [card.card, card.province, card.third]
        let factors = known.prefix(level).compactMap { $0 }
        guard factors.count == level else { throw .provinceUnknown(key: key.name) }
        for factor in factors where factor.count * 2 != profile.cryptography.blockLength {
            throw .wrongLength(
                .factor, bytes: factor.count, expected: profile.cryptography.blockLength / 2)
        }
        return factors
    }

    // MARK: Use

    /// Whole blocks, in as many commands as they take; a SAM may answer each of them, or all at the end.
    private func encrypt(_ blocks: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        var result: [UInt8] = []
        var header = CommandHeader(cla: 0, ins: 0, p1: 0, p2: 0)
        let pieces = pieces(of: blocks)
        for (index, piece) in pieces.enumerated() {
            let command = CommandAPDU.cipherData(
                index == pieces.count - 1 ? .encryptLast : .encryptMore, piece)
            header = command.header
            result += try answer(to: command)
        }
        guard result.count == blocks.count else {
            throw .sam(.malformed(.ciphertext(bytes: result.count, expected: blocks.count), header))
        }
        return result
    }

    /// A MAC over whole blocks. SAMs cut it to its length themselves; one that gives the whole block is taken too.
    private func mac(_ blocks: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        let rules = profile.cryptography
        let pieces = pieces(of: [UInt8](repeating: 0, count: rules.blockLength) + blocks)
        var result: [UInt8] = []
        var header = CommandHeader(cla: 0, ins: 0, p1: 0, p2: 0)
        for (index, piece) in pieces.enumerated() {
            let step: CommandAPDU.CipherStep =
                switch (index, pieces.count - 1) {
                case (0, 0): .macOnly
                case (0, _): .macFirst
                case (let index, let last): index == last ? .macLast : .macNext
                }
            let command = CommandAPDU.cipherData(step, piece)
            header = command.header
            // Of a MAC in pieces the last answer counts.
            result = try answer(to: command)
        }
        if result.count == rules.blockLength { result = rules.truncated(result) }
        guard result.count == rules.mac.length else {
            throw .sam(.malformed(.mac(bytes: result.count, expected: rules.mac.length), header))
        }
        return result
    }

    private func pieces(of blocks: [UInt8]) -> [[UInt8]] {
        let length = profile.cryptography.blockLength
        let step = max(1, profile.capabilities.maximumCommandData / length) * length
        return stride(from: 0, to: blocks.count, by: step).map { Array(blocks[$0..<min($0 + step, blocks.count)]) }
    }

    /// The data of a 9000 answer.
    func answer(to command: CommandAPDU) throws(SecurityModuleError) -> [UInt8] {
        let answer = try send(command)
        guard answer.status.isSuccess else { throw .sam(SAMError(answer.status, command.header)) }
        return answer.data
    }

    private func send(_ command: CommandAPDU) throws(SecurityModuleError) -> ResponseAPDU {
        do { return try link.send(command) } catch { throw .sam(error) }
    }
}
