import Files
import Glibc
import ISO7816
import Messages
import PCSC
import Synchronization
import Threads

/// Readers that are reached by libraries of their makers, as a file declares them. Cards are looked for a few times a
/// second, while somebody watches.
///
/// Whoever uses the same reader in this process shares it as PC/SC has it shared: for oneself, or with transactions. Other
/// processes cannot: the library of the maker keeps them out, or does not.
public final class LibraryReaders: ReaderProvider, @unchecked Sendable {
    private let configured: [ConfiguredReader]
    private let bench: ChannelReaders
    private let devices: [ReaderName: LibraryDevice]
    private let limit: Mutex<Duration?>
    private let seen = Mutex<[ReaderName: Look]>([:])
    /// One looks at a time.
    private let looking = Mutex(())

    /// What the last look at a reader gave.
    private struct Look {
        var next = ContinuousClock.now
        var fault: (any ReaderFault)?
        var answerToReset: [UInt8]?
    }

    /// How often cards are looked for, where the library tells without switching the card on.
    private static let period = Duration.milliseconds(250)
    /// And where it does not: each look resets the card.
    private static let longPeriod = Duration.seconds(1)

    public init(_ readers: [ConfiguredReader]) {
        configured = readers
        bench = ChannelReaders([])
        limit = Mutex(CommandLimit.inForce)
        var threads: [String: LibraryQueue] = [:]
        var ports: [[String]: LibraryDevice] = [:]
        var devices: [ReaderName: LibraryDevice] = [:]
        for reader in readers {
            let thread = threads[reader.library] ?? LibraryQueue("reader library")
            threads[reader.library] = thread
            let key = [reader.library, reader.family.rawValue, reader.port]
            let device = ports[key] ?? LibraryDevice(reader, on: thread)
            ports[key] = device
            devices[ReaderName(reader.name)] = device
        }
        self.devices = devices
    }

    public func service(commandLimit: Duration?) -> any ReaderService {
        // A line of production watches over its lanes itself, but cannot end a call of a library.
        limit.withLock { $0 = commandLimit ?? CommandLimit.inForce }
        return LibraryService(self, bench.line())
    }

    fileprivate var names: [ReaderName] { configured.map { ReaderName($0.name) } }
    fileprivate var isStuck: Bool { devices.values.contains { $0.thread.isStuck } }

    fileprivate func fault(of reader: ReaderName) -> (any ReaderFault)? { seen.withLock { $0[reader]?.fault } }

    /// Looks at the readers that were not looked at just now.
    fileprivate func look() {
        looking.withLock { _ in
            for reader in configured {
                let name = ReaderName(reader.name)
                let last = seen.withLock { $0[name] }
                if let last, ContinuousClock.now < last.next { continue }
                look(at: reader, name)
            }
        }
    }

    /// Looks, and runs `body` before anybody looks again: a look may reset a card that nobody is connected to.
    fileprivate func looking<Result>(at reader: ReaderName, _ body: () throws -> Result) throws -> Result {
        try looking.withLock { _ in
            if let only = configured.first(where: { ReaderName($0.name) == reader }) { look(at: only, reader) }
            if let fault = fault(of: reader) { throw fault }
            return try body()
        }
    }

    private enum Content {
        case empty, mute
        case card([UInt8])
        /// What was there still is.
        case same
    }

    private func look(at reader: ConfiguredReader, _ name: ReaderName) {
        guard let device = devices[name] else { return }
        let state = bench.content(of: name)
        let limit = limit.withLock { $0 }
        var next = Self.period
        do {
            let (content, isTold) = try device.use(reader.name, limit: limit) {
                functions, handle throws(FunctionFault) -> (Content, Bool) in
                let isThere = try functions.hasCard(handle, reader.slot)
                switch isThere {
                case false?: return (.empty, true)
                case true? where state.isCardPresent: return (.same, true)
                // Switching it on would take its rights from whoever works on it.
                case nil where state.isInUse: return (.same, false)
                default: break
                }
                do throws(FunctionFault) {
                    return (.card(try functions.powerOn(handle, reader.slot)), isThere != nil)
                } catch  where error.meaning == .noCard {
                    return (.empty, isThere != nil)
                } catch  where error.meaning != .readerGone {
                    // Without a word of whether there is one, a slot that gives nothing is empty.
                    return (isThere == true ? .mute : .empty, isThere != nil)
                }
            }
            if !isTold { next = Self.longPeriod }
            bench.plug(name)
            note(content, reader, device, limit)
            seen.withLock { $0[name, default: Look()].fault = nil }
        } catch {
            bench.remove(from: name)
            bench.unplug(name)
            let fault = error as? any ReaderFault
            seen.withLock {
                $0[name, default: Look()].fault =
                    fault ?? PCSCError(number: PCSCError.internalError, function: reader.name)
            }
        }
        seen.withLock { $0[name, default: Look()].next = .now + next }
    }

    private func note(_ content: Content, _ reader: ConfiguredReader, _ device: LibraryDevice, _ limit: Duration?) {
        let name = ReaderName(reader.name)
        let state = bench.content(of: name)
        switch content {
        case .same: return
        case .empty: bench.remove(from: name)
        case .mute:
            guard !state.isMute else { return }
            bench.remove(from: name)
            bench.insert(card([], reader, device, limit), into: name, isMute: true)
        case .card(let answerToReset):
            if state.isCardPresent, !state.isMute, state.answerToReset == answerToReset { return }
            bench.remove(from: name)
            bench.insert(card(answerToReset, reader, device, limit), into: name)
        }
    }

    private func card(
        _ answerToReset: [UInt8], _ reader: ConfiguredReader, _ device: LibraryDevice, _ limit: Duration?
    ) -> sending LibraryCard {
        let name = ReaderName(reader.name)
        return LibraryCard(reader, on: device, answerToReset: answerToReset, limit: limit) { [weak self] in
            self?.bench.remove(from: name)
        }
    }
}

/// A line to such readers: the bench's, with a look at the readers before each answer.
private final class LibraryService: ReaderService, @unchecked Sendable {
    private let library: LibraryReaders
    private let bench: any ReaderService
    private let isCancelled = Mutex(false)

    /// How often it is looked whether it is time to look.
    private static let tick = Duration.milliseconds(100)

    init(_ library: LibraryReaders, _ bench: any ReaderService) {
        self.library = library
        self.bench = bench
    }

    var isGivenUp: Bool { library.isStuck }

    func readers() -> [ReaderName] {
        library.look()
        return library.names
    }

    func fault(of reader: ReaderName?) -> (any ReaderFault)? { reader.flatMap { library.fault(of: $0) } }

    func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection {
        try library.looking(at: reader) { () throws in try bench.connect(reader, terms) }
    }

    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws -> [ReaderState] {
        isCancelled.withLock { $0 = false }
        let end = milliseconds.map { ContinuousClock.now + .milliseconds(Int($0)) }
        while true {
            library.look()
            do {
                return try bench.statusChange(states, milliseconds: 0)
            } catch let fault as any ReaderFault where fault.number == PCSCError.timeout {
                if isCancelled.withLock({ $0 }) {
                    throw PCSCError(number: PCSCError.cancelled, function: "SCardGetStatusChange")
                }
                if let end, ContinuousClock.now >= end { throw fault }
            }
            sleepFor(end.map { min(Self.tick, max(.zero, $0 - .now)) } ?? Self.tick)
        }
    }

    func cancel() { isCancelled.withLock { $0 = true } }
}
