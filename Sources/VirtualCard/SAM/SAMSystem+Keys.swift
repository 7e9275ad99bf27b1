import ISO7816
import ShangMi

extension SAMSystem {
    private static let factorLength = 8
    private static let mostLevels = 3

    /// DELIVERY SESSION KEY `80 DE {levels, type} key Lc factors ‖ seed`: the key, diversified by the factors from the
    /// last to the first, then by the seed. It takes the place of one delivered before; a refused delivery does not.
    func deliverSessionKey(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(!options.keysNeedPIN || session.isVerified, .securityStatusNotSatisfied)
        let levels = Int(command.p1 >> 5)
        let type = Int(command.p1 & 0x1F)
        try require(levels <= Self.mostLevels && (6...8).contains(type), .incorrectP1P2)
        let length = levels * Self.factorLength
        try require(command.data.count == length + cryptography.challengeLength && command.ne == nil, .wrongLength)
        guard session.directory == .masterFile, let key = content.keys[command.p2] else {
            throw .refused(.referencedDataNotFound)
        }
        try require(key.level == levels && key.type == type, .wrongData)
        do {
            var value = key.value
            for start in stride(from: length - Self.factorLength, through: 0, by: -Self.factorLength) {
                let factor = Array(command.data[start..<start + Self.factorLength])
                value = try messaging.derive(value, factor: factor, expansion: cryptography.diversification)
            }
            value = try messaging.derive(
                value, factor: Array(command.data[length...]), expansion: cryptography.sessionKey)
            session.delivered = SAMSession.Delivered(key: value, type: type)
        } catch { throw .refused(.noPreciseDiagnosis) }
        return Answer()
    }

    /// P1 of CIPHER DATA.
    private enum CipherStep: UInt8 {
        case encryptLast = 0x00, encryptMore = 0x02
        /// The first block is the initial value.
        case macOnly = 0x05, macFirst = 0x07
        case macNext = 0x03, macLast = 0x01

        var encrypts: Bool { self == .encryptLast || self == .encryptMore }
        var isLast: Bool { self == .encryptLast || self == .macOnly || self == .macLast }
    }

    /// CIPHER DATA `80 FA step 00 Lc blocks`. The key is spent by the end of its sequence; a step that its type or its
    /// sequence does not allow leaves it as it was.
    func cipherData(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        guard command.p2 == 0, let step = CipherStep(rawValue: command.p1) else { throw .refused(.incorrectP1P2) }
        let block = cryptography.blockLength
        let shortest = step == .macOnly || step == .macFirst ? 2 * block : block
        let fits = command.data.count >= shortest && command.data.count.isMultiple(of: block)
        try require(command.ne == nil && fits, .wrongLength)
        guard var delivered = session.delivered else { throw .refused(.conditionsNotSatisfied) }
        try require(delivered.type == 8 || (delivered.type == 7) == step.encrypts, .conditionsNotSatisfied)
        let result =
            try step.encrypts
            ? encrypt(command.data, step, &delivered) : mac(command.data, step, &delivered)
        session.delivered = step.isLast ? nil : delivered
        return later(result)
    }

    private func encrypt(
        _ data: [UInt8], _ step: CipherStep, _ delivered: inout SAMSession.Delivered
    ) throws(SAMStop) -> [UInt8] {
        var before: [UInt8] = []
        switch delivered.sequence {
        case .fresh: break
        case .encrypting(let ciphertext): before = ciphertext
        case .mac: throw .refused(.conditionsNotSatisfied)
        }
        guard let piece = try? messaging.encryptBlocks(delivered.key, data) else { throw .refused(.noPreciseDiagnosis) }
        if options.answersEachPiece {
            delivered.sequence = .encrypting([])
            return piece
        }
        delivered.sequence = .encrypting(before + piece)
        return step.isLast ? before + piece : []
    }

    private func mac(
        _ data: [UInt8], _ step: CipherStep, _ delivered: inout SAMSession.Delivered
    ) throws(SAMStop) -> [UInt8] {
        let value: [UInt8]
        let blocks: [UInt8]
        switch (step, delivered.sequence) {
        case (.macOnly, .fresh), (.macFirst, .fresh):
            value = Array(data.prefix(cryptography.blockLength))
            blocks = Array(data.dropFirst(cryptography.blockLength))
        case (.macNext, .mac(let chained)), (.macLast, .mac(let chained)):
            value = chained
            blocks = data
        default: throw .refused(.conditionsNotSatisfied)
        }
        guard let last = try? messaging.chain(delivered.key, blocks, from: value) else {
            throw .refused(.noPreciseDiagnosis)
        }
        delivered.sequence = .mac(last)
        return step.isLast ? messaging.truncated(last) : []
    }
}
