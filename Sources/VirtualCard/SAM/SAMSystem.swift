import CardProfiles
import ISO7816
import ShangMi

/// The SAM's operating system: one command at a time, from bytes to bytes (Docs/protocol.md §6, §11).
///
/// Checks come in the card's order (§5 "Order of checks"): length of the APDU · class · instruction · file · right ·
/// P1-P2 · offset · Lc · key · blocked · condition · content.
final class SAMSystem {
    let cryptography: CardCryptography
    let options: VirtualSAMOptions
    let content: SAMContent
    let memory: SAMMemory
    let messaging: SecureMessaging
    let pinTries: Int
    var session = SAMSession()
    /// The SAM's random numbers; nil when the source has none to give.
    var random: (Int) -> [UInt8]? = { try? SystemRandom.bytes($0) }

    private typealias Step = @Sendable (SAMSystem, ReceivedCommand) throws(SAMStop) -> Answer

    /// By CLA and INS.
    private static let instructions: [[UInt8]: Step] = [
        [0x00, 0xA4]: { sam, command throws(SAMStop) in try sam.select(command) },
        [0x00, 0xB0]: { sam, command throws(SAMStop) in try sam.readBinary(command) },
        [0x00, 0x84]: { sam, command throws(SAMStop) in try sam.getChallenge(command) },
        [0x00, 0x20]: { sam, command throws(SAMStop) in try sam.verify(command) },
        [0x80, 0x5E]: { sam, command throws(SAMStop) in try sam.changePIN(command) },
        [0x80, 0xDE]: { sam, command throws(SAMStop) in try sam.deliverSessionKey(command) },
        [0x80, 0xFA]: { sam, command throws(SAMStop) in try sam.cipherData(command) },
        [0x80, 0xCC]: { sam, command throws(SAMStop) in try sam.dataCompress(command) },
        [0x80, 0xCE]: { sam, command throws(SAMStop) in try sam.digitalSignature(command) },
        [0x00, 0xC0]: { sam, command throws(SAMStop) in try sam.getResponse(command) },
    ]
    private static let classes: [UInt8] = [0x00, 0x80]

    init(
        profile: CardProfile, options: VirtualSAMOptions, content: SAMContent, memory: SAMMemory
    ) throws(ShangMiError) {
        cryptography = profile.cryptography
        pinTries = profile.sam.pinTries
        self.options = options
        self.content = content
        self.memory = memory
        messaging = try SecureMessaging(profile.cryptography)
    }

    /// The answer to one command.
    /// - Throws: `powerLost`; a failed write is answered with 6581.
    func answer(_ bytes: [UInt8]) throws(NonVolatileMemory.Failure) -> [UInt8] {
        do {
            let answer = try serve(bytes)
            return answer.data + answer.status.bytes
        } catch {
            switch error {
            case .refused(let status): return status.bytes
            case .memory(.writeFailed): return StatusWord.memoryFailure.bytes
            case .memory(.powerLost): throw .powerLost
            }
        }
    }

    private func serve(_ bytes: [UInt8]) throws(SAMStop) -> Answer {
        guard let command = ReceivedCommand(bytes, allowsExtended: true) else { throw .refused(.wrongLength) }
        let step = Self.instructions[[command.cla, command.ins]]
        if step == nil {
            let isKnown = Self.classes.contains { Self.instructions[[$0, command.ins]] != nil }
            throw .refused(
                isKnown || !Self.classes.contains(command.cla) ? .classNotSupported : .instructionNotSupported)
        }
        if command.ins != InstructionByte.getResponse {
            session.waiting = []
        }
        guard let step else { throw .refused(.instructionNotSupported) }
        return try step(self, command)
    }

    /// Makes everything staged happen at once, or not at all.
    func commit() throws(SAMStop) {
        do { try memory.bytes.commit() } catch { throw .memory(error) }
    }

    func require(_ condition: Bool, _ status: StatusWord) throws(SAMStop) {
        guard condition else { throw .refused(status) }
    }

    /// A result that GET RESPONSE fetches.
    func later(_ data: [UInt8]) -> Answer {
        session.waiting = data
        return data.isEmpty ? Answer() : Answer(status: .remaining(min(data.count, 256)))
    }

    /// GET RESPONSE (ISO/IEC 7816-4:2013 §11.7.1).
    private func getResponse(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
        guard command.data.isEmpty, let ne = command.ne else { throw .refused(.wrongLength) }
        try require(!session.waiting.isEmpty, .conditionsNotSatisfied)
        try require(ne <= session.waiting.count || command.wantsAll, .correctLength(session.waiting.count))
        let data = Array(session.waiting.prefix(ne))
        session.waiting.removeFirst(data.count)
        let rest = session.waiting.count
        return Answer(data: data, status: rest == 0 ? .ok : .remaining(min(rest, 256)))
    }

    /// GET CHALLENGE (ISO/IEC 7816-4:2013 §11.6.3): a random seed; the SAM does not keep it.
    private func getChallenge(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
        let length = cryptography.challengeLength
        try require(command.data.isEmpty && command.ne == length, .wrongLength)
        guard let challenge = random(length), challenge.count == length else { throw .refused(.noPreciseDiagnosis) }
        return Answer(data: challenge)
    }
}

/// Why a SAM does not carry out a command.
enum SAMStop: Error {
    case refused(StatusWord)
    case memory(NonVolatileMemory.Failure)
}
