import CardProfiles
import Foundation
import ISO7816
import ShangMi

/// The card's operating system: one command at a time, from bytes to bytes.
final class CardSystem {
    let rules: CardRules
    let options: VirtualCardOptions
    var store: CardStore { didSet { settleBehaviour() } }
    let messaging: SecureMessaging
    var session = CardSession()
    /// How the card decides now: as the page until it is activated, then as its options say.
    private(set) var behaviour = CardBehaviour()
    private var isSettled = false
    /// What lies beside the health application; nil: nothing.
    var payment: PaymentSide?
    /// Headers of what was sent to it besides SELECT.
    var foreignCommands: [[UInt8]] = []
    /// Challenges so far, and updates that need power: a right card needs neither.
    var challengeCount: UInt8 = 0
    var volatileUpdates: [VolatileUpdate] = []
    var challengeCounts = ChallengeCount()
    var losses: [Loss] = []
    var waitingWrites: [NonVolatileMemory.Write] = []
    var writeCounts: [StoredPlace: Int] = [:]
    /// The card's random numbers; nil when the source has none to give.
    var random: (Int) -> [UInt8]?

    private static let instructions: [UInt8: any Instruction.Type] = [
        0xA4: Select.self, 0x84: GetChallenge.self, 0x82: ExternalAuthenticate.self, 0x88: InternalAuthenticate.self,
        0xB0: ReadBinary.self, 0xD6: UpdateBinary.self, 0xB2: ReadRecord.self, 0xDC: UpdateRecord.self,
        0xD2: WriteRecord.self, 0x0C: EraseRecord.self, 0xD4: WriteKey.self, 0x1E: ApplicationBlock.self,
        0x18: ApplicationUnblock.self, 0x16: CardBlock.self,
        0xCA: GetData.self, 0xC0: GetResponse.self,
    ]
    /// What makes a card of a chip of each convention, besides WRITE KEY.
    private static let making: [ChipConvention: [UInt8: any Instruction.Type]] = [
        .iso7816: [0xE0: CreateFile.self, 0x44: ActivateFile.self],
        .pboc: [0xE0: CreateBankFile.self, 0x05: EndMaking.self],
        .activatedByName: [0xF0: ActivateByName.self],
        .plainUntilActivated: [0x44: ActivateFirstDirectory.self],
        .erasedTransportKey: [:],
    ]
    private static let classes: [UInt8] = [0x00, 0x04, 0x80, 0x84]
    /// The longest data of a chain.
    private static let longestData = 65_535

    init(rules: CardRules, options: VirtualCardOptions, store: CardStore) throws(ShangMiError) {
        self.rules = rules
        self.options = options
        self.store = store
        messaging = try SecureMessaging(rules.cryptography)
        payment = PaymentSide(options.otherApplications)
        random = { try? SystemRandom.bytes($0) }
        settleBehaviour()
    }

    /// A chip decides as the page does until it is activated.
    func settleBehaviour() {
        guard store.isActivated != isSettled else { return }
        isSettled = store.isActivated
        behaviour = isSettled ? options.behaviour : CardBehaviour()
    }

    /// Ends personalization: the transport key goes.
    func stageActivated() { store.stageActivated(keepingTransportKey: options.behaviour.keepsTransportKey) }

    /// The answer to one command.
    /// - Throws: `powerLost`; a failed write is answered with 6581.
    func answer(_ bytes: [UInt8]) throws(NonVolatileMemory.Failure) -> [UInt8] {
        finishWaitingWrites()
        guard !behaviour.isSilent(bytes) else { throw .powerLost }
        if bytes.count > 1 {
            let delay = behaviour.delay(bytes[1], store.directories[session.directory].parent == 0)
            if delay > 0 { Thread.sleep(forTimeInterval: delay) }
        }
        do {
            let answer = try serve(bytes)
            if behaviour.keepsLastAnswer, !answer.data.isEmpty { session.waiting = answer.data }
            return answer.data + answer.status.bytes
        } catch {
            session.chain = nil
            switch error {
            case .refused(let status): return behaviour.refusal(status).bytes
            case .memory(.writeFailed): return StatusWord.memoryFailure.bytes
            case .memory(.powerLost): throw .powerLost
            }
        }
    }

    private enum Stop: Error {
        case refused(StatusWord)
        case memory(NonVolatileMemory.Failure)
    }

    /// Blocked card · length of the APDU · class · chaining · instruction · blocked directory; then the instruction's
    /// own steps.
    private func serve(_ bytes: [UInt8]) throws(Stop) -> Answer {
        guard !store.isBlocked else { throw .refused(rules.blocking.cardBlockedStatus) }
        let allowsExtended = options.extendedLength && behaviour.takesExtended
        guard
            var command = ReceivedCommand(bytes, allowsExtended: allowsExtended)
                ?? behaviour.malformed(bytes)
        else { throw .refused(.wrongLength) }
        command = behaviour.link.command(command)
        if let hidden = behaviour.link.hidden(command) {
            return Answer(data: hidden.data, status: StatusWord(rawValue: hidden.status))
        }
        pause(command)
        if let foreign = answerOfOtherApplication(command) {
            return options.behavesAsT0 ? try answerAsT0(command, foreign) : foreign
        }
        if let longest = behaviour.longestExtendedAnswer, command.isExtended {
            command.ne = command.ne.map { min($0, longest) }
        }
        let instruction = Self.instructions[command.ins] ?? Self.making[rules.convention]?[command.ins]
        let isKnownClass = Self.classes.contains(command.kind) && instruction?.classes.contains(command.kind) ?? true
        guard isKnownClass || !behaviour.refusesUnknownClasses else { throw .refused(.classNotSupported) }
        guard !command.isLink || options.commandChaining else { throw .refused(.commandChainingNotSupported) }
        guard let instruction else {
            if !behaviour.refusesUnknownInstructions { return Answer() }
            throw .refused(.instructionNotSupported)
        }
        if instruction != GetResponse.self { session.waiting = [] }
        guard try joinChain(&command) else { return Answer() }
        if options.behavesAsT0, !command.data.isEmpty, command.ne == nil {
            command.ne = 256
            command.wantsAll = true
            command.toleratesLe = true
        }
        // A command that neither brings nor wants data travels with P3 00 (ISO/IEC 7816-3:2006 §12.2.1).
        if options.behavesAsT0, command.data.isEmpty, command.wantsAll { command.toleratesLe = true }
        let isServed =
            instruction.worksWhenBlocked || !session.waiting.isEmpty
            || behaviour.blockedDirectoryIsReadable
                && (instruction == ReadRecord.self || instruction == ReadBinary.self)
        guard store.blocking(of: session.directory) == .none || isServed else {
            throw .refused(rules.blocking.blockedStatus)
        }
        var answer: Answer
        do { answer = try run(command, instruction) } catch {
            if case .refused(let status) = error {
                behaviour.afterRefusal(command, status, &session)
                noteRefusal(command, status)
            }
            throw error
        }
        // A wrong cryptogram is counted and answered, not refused.
        noteRefusal(command, answer.status)
        if let change = behaviour.link.answer {
            let changed = change(command, LinkAnswer(data: answer.data, status: answer.status.rawValue))
            answer = Answer(data: changed.data, status: StatusWord(rawValue: changed.status))
            if !changed.waiting.isEmpty { session.waiting = changed.waiting }
        }
        return options.behavesAsT0 && instruction != GetResponse.self ? try answerAsT0(command, answer) : answer
    }

    /// The steps of Docs/protocol.md §4 "Order of checks", from the blocked directory on.
    private func run(_ command: ReceivedCommand, _ type: any Instruction.Type) throws(Stop) -> Answer {
        var step = type.init(command)
        let answer: Answer
        do {
            try step.findFile(self)
            try step.checkKind(self)
            if behaviour.findsPlaceFirst { try step.findPlace(self) }
            try check(.right, command) { () throws(Refusal) in try step.checkRight(self) }
            try check(.parameters, command) { () throws(Refusal) in try step.checkParameters(self) }
            try step.findPlace(self)
            try check(.length, command) { () throws(Refusal) in try step.checkLength(self) }
            if let use = try step.findKey(self) { step.command.data = try open(step.command, use) }
            try step.checkContent(self)
            answer = try step.perform(self)
        } catch {
            // A wrong MAC and a right one after wrong ones are remembered even when the command is refused.
            try commit()
            throw .refused(error.status)
        }
        try commit()
        step.finish(self)
        behaviour.afterUse(command, &session)
        if answer.status == .ok { refillCounters(after: command) }
        return answer
    }

    /// A step that leaves out what it finds is still taken: a command may need what it looked up.
    private func check(
        _ step: CheckStep, _ command: ReceivedCommand, _ body: () throws(Refusal) -> Void
    ) throws(Refusal) {
        do { try body() } catch { guard behaviour.omits(step, command) else { throw error } }
    }

    private func commit() throws(Stop) {
        store.memory.isTorn = behaviour.tearsWrites
        do {
            try shapeWrites()
            try store.commit()
        } catch { throw .memory(error) }
        settleBehaviour()
    }

    // MARK: Protected commands

    /// Locked · challenge · MAC, padding. Returns the data in clear.
    private func open(_ command: ReceivedCommand, _ use: KeyUse) throws(Refusal) -> [UInt8] {
        if use.key.tries > 0, behaviour.isLocked(store.triesLeft(of: use.key)) {
            throw Refusal(.authenticationMethodBlocked)
        }
        let length = rules.cryptography.challengeLength
        guard let seed = session.challenge ?? behaviour.seedWithoutChallenge(length) else {
            throw Refusal(rules.blocking.noChallengeStatus)
        }
        if !behaviour.keepsChallenge(use.protection) { session.challenge = nil }
        guard use.protection != .plain else {
            sessionSeed = seed
            return command.data
        }
        let macLength = rules.cryptography.mac.length
        let key = sessionKey(use.key, seed: seed)
        if behaviour.checksPaddingFirst, use.protection == .encryptedMAC, command.data.count >= macLength, let key,
            (try? messaging.decrypt(key, Array(command.data.dropLast(macLength)))) == nil
        {
            throw Refusal(.incorrectSecureMessagingData)
        }
        guard let key, command.data.count >= macLength, isRightMAC(of: command, macLength, key) else {
            if behaviour.keepsChallengeAfterFailure { session.challenge = seed }
            stageWrongMAC()
            throw Refusal(.incorrectSecureMessagingData)
        }
        if store.wrongMACs(in: session.directory) != 0, store.blocking(of: session.directory) == .none,
            behaviour.rightMACClearsCount
        {
            store.stage(wrongMACs: 0, in: session.directory)
        }
        let body = Array(command.data.dropLast(macLength))
        guard use.protection == .encryptedMAC else { return body }
        guard
            let plain = try? messaging.decrypt(
                key, body, checksPadding: behaviour.checksPadding, checksLength: behaviour.checksLengthInCiphertext)
        else { throw Refusal(.incorrectSecureMessagingData) }
        return plain
    }

    private func isRightMAC(of command: ReceivedCommand, _ length: Int, _ key: SecretBytes) -> Bool {
        let given = Array(command.data.suffix(length))
        guard
            let mac = try? messaging.mac(
                key, over: messageOfMAC(command, length), truncation: behaviour.macTruncation)
        else { return false }
        if behaviour.acceptsMAC(given, mac, command) { return true }
        let zeros = [UInt8](repeating: 0, count: rules.cryptography.blockLength)
        return behaviour.otherMessagesOfMAC(command, length).contains { blocks in
            (try? messaging.chain(key, blocks, from: zeros)).map { messaging.truncated($0) == given } ?? false
        }
    }

    private func pause(_ command: ReceivedCommand) {
        guard let pause = behaviour.link.pause else { return }
        let directory = store.directories[session.directory]
        let file = session.file.flatMap { directory.files.indices.contains($0) ? directory.files[$0].identifier : nil }
        let seconds = pause(command, directory.identifier, file)
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    }

    private func messageOfMAC(_ command: ReceivedCommand, _ macLength: Int) -> [UInt8] {
        let body = Array(command.data.dropLast(macLength))
        return behaviour.macCoversHeader ? behaviour.commandInMAC(command, macLength).headerAndLength + body : body
    }

    /// The challenge that an authentication has just spent.
    private(set) var sessionSeed: [UInt8] = []

    func sessionKey(_ key: CardStore.Key, seed: [UInt8]) -> SecretBytes? {
        try? messaging.sessionKey(store.read(key.value), seed: seed)
    }

    /// Only directories that hold the key to APPLICATION BLOCK count (Docs/protocol.md §5, Blocking).
    private func stageWrongMAC() {
        let directory = session.directory
        guard holdsBlockKey(directory), store.blocking(of: directory) == .none,
            let block = behaviour.blockingByWrongMACs(rules.blocking.wrongMACs)
        else { return }
        let count = Int(store.wrongMACs(in: directory)) + 1
        store.stage(wrongMACs: UInt8(clamping: count), in: directory)
        if count >= block.count { store.stage(blocking: block.kind, of: directory) }
    }

    func holdsBlockKey(_ directory: Int) -> Bool {
        store.key(rules.applicationBlockReference, in: directory) != nil
    }

    // MARK: Chaining

    /// False when the command was a link and the chain goes on; else it carries the data of the whole chain.
    private func joinChain(_ command: inout ReceivedCommand) throws(Stop) -> Bool {
        var before = session.chain
        session.chain = nil
        if let links = before, links.header != command.header {
            guard !behaviour.refusesBrokenChain else { throw .refused(.lastCommandOfChainExpected) }
            before = nil
        }
        guard command.isLink || before != nil else { return true }
        let data = (behaviour.forgetsLinksOfChain ? nil : before?.data).map { $0 + command.data } ?? command.data
        guard data.count <= Self.longestData else { throw .refused(.wrongLength) }
        if command.isLink {
            guard command.ne == nil else { throw .refused(.wrongLength) }
            session.chain = CardSession.Chain(header: command.header, data: data)
            return false
        }
        command.data = data
        command.isChained = true
        return true
    }

    // MARK: T=0

    private func answerAsT0(_ command: ReceivedCommand, _ answer: Answer) throws(Stop) -> Answer {
        guard !answer.data.isEmpty else { return answer }
        if command.data.isEmpty {
            guard let ne = command.ne, answer.status == .ok, answer.data.count < ne, !command.isExtended else {
                return answer
            }
            throw .refused(.correctLength(answer.data.count))
        }
        guard answer.status == .ok else { return answer }
        session.waiting = answer.data
        return Answer(status: .remaining(min(answer.data.count, 256)))
    }
}
