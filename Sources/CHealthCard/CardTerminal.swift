import CardProfiles
import HealthCard
import ISO7816
import PCSC
import ReaderLibraries

/// The reader with the health card and the one with the SAM, as all handles of the process share them.
///
/// Card and SAM stay connected between calls, with what was won on them, so that calls in a row cost no authentication
/// again. PC/SC tells when either was reset or exchanged meanwhile; work begins anew then.
final class CardTerminal {
    let profile: CardProfile
    let configuration: Configuration
    private let note: (String) -> Void
    private let readers: any ReaderProvider
    var context: any ReaderService
    var card: GuardedChannel?
    var session: HealthCardSession?
    var samChannel: GuardedChannel?
    private var samCard: SAMCard?
    private let mute = MuteCards()

    /// - Parameter note: told what happens within calls.
    /// - Throws: `card` without a PC/SC service or a reader, `argument` for a profile that is not to be had.
    init(
        _ configuration: Configuration, readers: any ReaderProvider = SystemReaders(),
        note: @escaping (String) -> Void = { _ in }
    ) throws(ReturnCode) {
        self.configuration = configuration
        self.readers = readers
        self.note = note
        do {
            profile = try CardProfile.bundled(configuration.profile)
        } catch {
            throw .argument.because("the profile: \(error)")
        }
        do {
            context = try readers.service(commandLimit: configuration.commandLimit)
            guard try !context.readers().isEmpty else {
                throw ReturnCode.noService.because("the PC/SC service has no reader")
            }
        } catch {
            throw error as? ReturnCode ?? .noService.because("\(error)")
        }
    }

    var commandLimit: Duration { configuration.commandLimit }
    var conventions: Conventions { configuration.conventions }

    lazy var module = TerminalModule(self)

    // MARK: Card

    enum Work {
        case reading
        /// Takes nothing for granted that another program may have changed between two calls.
        case writing
    }

    /// Runs `body` on the card, and nobody else does meanwhile.
    ///
    /// - Parameter refused: what a file that cannot be used means to the caller.
    func withCard<Result>(
        _ work: Work, refused: ReturnCode, _ body: (HealthCardSession) throws -> Result
    ) throws(ReturnCode) -> Result {
        defer { endTransactions() }
        do {
            try connectCard()
            let kept = session
            if work == .writing { kept?.forgetDirectory() } else { kept?.resume() }
            do {
                return try body(openSession())
            } catch let error as HealthCardError where kept != nil && work == .reading && error.mayBeAnothersDoing {
                // Another program may have selected another directory since the last call.
                note("tried once more from the directory on: \(error)")
                kept?.forgetDirectory()
                return try body(openSession())
            }
        } catch {
            afterwards(error)
            throw ReturnCode(error, refused: refused)
        }
    }

    /// What is known of the products and SAMs met before, by this program or another.
    static let memory = CardMemory.ofUser

    /// A session on a card that was found.
    func newSession(_ channel: GuardedChannel) -> HealthCardSession {
        HealthCardSession(channel: channel, profile: profile, securityModule: module, habits: Self.memory.habits)
    }

    private func newSAM(_ channel: GuardedChannel) throws(SAMError) -> SAMCard {
        try SAMCard(channel: channel, profile: profile, memory: Self.memory.pinTries)
    }

    private func openSession() throws -> HealthCardSession {
        if let session { return session }
        let made = try newSession(connectCard())
        session = made
        return made
    }

    /// The card as the last call left it, else the one that is there now.
    @discardableResult
    func connectCard() throws -> GuardedChannel {
        if let card {
            do {
                try card.begin()
                return card
            } catch {
                dropCard()
            }
        }
        let taken = samChannel?.connection.reader
        let channel = try search(configuration.reader, except: taken) { try newSession($0).identify() }
        try channel.begin()
        card = channel
        note("card connected in reader \(channel.connection.reader)")
        return channel
    }

    func dropCard() {
        card?.abandon()
        card = nil
        session = nil
    }

    // MARK: SAM

    /// The SAM with what it remembers of the last call, else the one that is there now.
    ///
    /// - Throws: ``ReturnCode/sam``.
    func sam() throws(ReturnCode) -> SAMCard {
        do {
            let channel = try connectSAM()
            if let samCard { return samCard }
            let made = try newSAM(channel)
            samCard = made
            return made
        } catch {
            dropSAM()
            throw .lacking(.sam, error)
        }
    }

    /// Runs `body` on the SAM alone.
    func withSAM<Result>(_ body: (SAMCard) throws -> Result) throws(ReturnCode) -> Result {
        defer { endTransactions() }
        do {
            return try body(sam())
        } catch {
            afterwards(error)
            throw ReturnCode(error, refused: .sam)
        }
    }

    func connectSAM() throws -> GuardedChannel {
        if let samChannel {
            do {
                // Another program may have used the SAM since the last call.
                if try samChannel.begin() { samCard?.forgetDirectory() }
                return samChannel
            } catch {
                dropSAM()
            }
        }
        let taken = card?.connection.reader
        let groups = { readers in SAMReaders.groups(readers, card: taken) }
        let channel = try search(configuration.sam, except: taken, in: groups) { _ = try newSAM($0) }
        try channel.begin()
        samChannel = channel
        note("SAM connected in reader \(channel.connection.reader)")
        return channel
    }

    private func dropSAM() {
        samChannel?.abandon()
        samChannel = nil
        samCard = nil
    }

    // MARK: Raw commands

    enum Slot { case card, sam }

    /// Resets the card of a slot.
    /// - Returns: its answer.
    func reset(_ slot: Slot) throws(ReturnCode) -> [UInt8] {
        try raw(slot) { channel throws(ChannelError) in try channel.reset() }
    }

    /// Sends bytes as they are; what they did to card or SAM is taken for unknown afterwards.
    func transmit(_ command: [UInt8], to slot: Slot) throws(ReturnCode) -> [UInt8] {
        try raw(slot) { channel throws(ChannelError) in try channel.transmit(command) }
    }

    private func raw(
        _ slot: Slot, _ work: (GuardedChannel) throws(ChannelError) -> [UInt8]
    ) throws(ReturnCode) -> [UInt8] {
        defer { endTransactions() }
        do {
            let channel = try slot == .card ? connectCard() : connectSAM()
            if slot == .card { session = nil } else { samCard = nil }
            return try work(channel)
        } catch {
            if slot == .card { dropCard() } else { dropSAM() }
            throw .lacking(slot == .card ? .card : .sam, error)
        }
    }

    // MARK: Readers

    /// Connects the reader that was chosen; without a choice, the only one whose card is what is looked for.
    ///
    /// - Parameter groups: readers are looked through group by group, and the first in which there is one decides.
    private func search(
        _ choice: String?, except taken: ReaderName?, in groups: ([ReaderName]) -> [[ReaderName]] = { [$0] },
        _ probe: (GuardedChannel) throws -> Void
    ) throws -> GuardedChannel {
        let readers = try listedReaders()
        if let choice {
            let name = try ReaderName.choose(choice, among: readers)
            let state = try context.state(of: name)
            guard !mute.contains(state) else {
                throw ReturnCode.card.because("the card in \(name) took a command and never answered: take it out")
            }
            return try connect(name, until: .now + configuration.sharingLimit)
        }
        guard !readers.isEmpty else { throw ReaderChoiceError.noReaders }
        let own = Set(
            [configuration.reader, configuration.sam].compactMap { $0 }.compactMap {
                try? ReaderName.choose($0, among: readers)
            })
        var found: [GuardedChannel] = []
        var busy: [ReaderName] = []
        // All of them together are waited for no longer than one.
        let end = ContinuousClock.now + configuration.sharingLimit
        for group in groups(readers) where found.isEmpty && !group.isEmpty {
            found = try search(group.filter { $0 != taken && !own.contains($0) }, until: end, &busy, probe)
        }
        for reader in busy { note("another program has the card in \(reader) for itself: it was not looked at") }
        guard let only = found.first, found.count == 1 else {
            found.forEach { $0.abandon() }
            throw ReturnCode.card.because(
                found.isEmpty
                    ? "no reader has such a card"
                        + (busy.isEmpty ? "" : "; another program has that in \(busy.count) readers for itself")
                    : "\(found.count) readers have such a card: name one in the configuration")
        }
        return only
    }

    /// Connects every reader whose card is what is looked for.
    ///
    /// - Parameters:
    ///   - end: until when other programs that have a card are waited for.
    ///   - busy: grows by the readers whose card another program keeps for itself.
    private func search(
        _ readers: [ReaderName], until end: ContinuousClock.Instant, _ busy: inout [ReaderName],
        _ probe: (GuardedChannel) throws -> Void
    ) throws -> [GuardedChannel] {
        guard !readers.isEmpty else { return [] }
        var found: [GuardedChannel] = []
        for state in try context.statusChange(readers.map { ReaderState(reader: $0) }, milliseconds: 0)
        where state.isCardPresent && !mute.contains(state) {
            let channel: GuardedChannel
            do {
                channel = try connect(state.reader, until: end)
            } catch {
                guard !context.isGivenUp else { throw ReturnCode.card }
                if (error as? any ReaderFault)?.number == PCSCError.sharingViolation { busy.append(state.reader) }
                continue
            }
            defer { channel.end() }
            guard (try? probe(channel)) != nil else {
                channel.abandon()
                // The others were found on a connection that is gone.
                guard !channel.connection.isGivenUp else { throw ReturnCode.card }
                continue
            }
            found.append(channel)
        }
        return found
    }

    /// - Parameter end: until when another program that has the card for itself is waited for.
    private func connect(_ reader: ReaderName, until end: ContinuousClock.Instant) throws -> GuardedChannel {
        let state = try context.state(of: reader)
        do {
            return GuardedChannel(
                try context.connect(reader, mode: .shared, patience: max(.zero, end - .now)),
                eventCount: state.eventCount, mute: mute)
        } catch {
            if context.isGivenUp { mute.insert(reader, state.eventCount) }
            throw error
        }
    }

    /// A service that was started anew knows nothing of our context, and one that was hung up on is of no use.
    func listedReaders() throws -> [ReaderName] {
        do {
            guard !context.isGivenUp else { throw ReturnCode.card }
            return try context.readers()
        } catch {
            context = try readers.service(commandLimit: configuration.commandLimit)
            return try context.readers()
        }
    }

    // MARK: The end of a call

    func endTransactions() {
        samChannel?.end()
        card?.end()
        // Nothing works any more on a connection to the service that was hung up on.
        guard context.isGivenUp else { return }
        dropCard()
        dropSAM()
    }

    /// Forgets what an error has made worthless.
    private func afterwards(_ error: any Error) {
        switch error {
        case let error as UpdateError: afterwards(error.cause)
        case let error as HealthCardError:
            switch error.code {
            case .channel: dropCard()
            // The session remembers keys it could not prove, and that the card could not prove its own; with another
            // SAM both may be otherwise, and neither cost a try.
            case .securityModule, .notPermitted, .notGenuine, .answerToReset, .notAHealthCard, .blocked: session = nil
            default: break
            }
        case SAMError.channel: dropSAM()
        default: break
        }
    }
}

extension HealthCardError {
    /// Whether a session that thinks itself in one directory may be in another. A key that was refused is not tried
    /// again: that would cost another try.
    fileprivate var mayBeAnothersDoing: Bool {
        switch code {
        case .malformed: true
        case .refused: command?.ins != InstructionByte.externalAuthenticate
        default: false
        }
    }
}
