import Messages
import Synchronization
import Threads

/// The readers of several providers, one list after the other. A provider that cannot be reached takes nothing from the
/// others: it is told of by ``ReaderService/fault(of:)``.
public struct JoinedReaders: ReaderProvider {
    public let parts: [any ReaderProvider]

    public init(_ providers: [any ReaderProvider]) { parts = providers.flatMap(\.parts) }

    public var hasService: Bool { parts.contains { $0.hasService } }

    public func service(commandLimit: Duration?) throws -> any ReaderService {
        guard parts.count != 1 else { return try parts[0].service(commandLimit: commandLimit) }
        return JoinedService(parts, commandLimit)
    }
}

/// One line to each provider, made when it is first wanted, and again after it failed.
private final class JoinedService: ReaderService {
    private struct Part {
        let provider: any ReaderProvider
        var service: (any ReaderService)?
        var fault: (any ReaderFault)?
        var readers: Set<ReaderName> = []
    }

    private struct State {
        var parts: [Part]
        var isCancelled = false
    }

    private let commandLimit: Duration?
    private let state: Mutex<State>

    /// How often each is looked at while several are waited for.
    private static let period = Duration.milliseconds(100)

    init(_ providers: [any ReaderProvider], _ commandLimit: Duration?) {
        self.commandLimit = commandLimit
        state = Mutex(State(parts: providers.map { Part(provider: $0) }))
    }

    var isGivenUp: Bool { state.withLock { $0.parts.contains { $0.service?.isGivenUp == true } } }

    private var count: Int { state.withLock { $0.parts.count } }

    private func service(at index: Int) throws -> any ReaderService {
        if let open = state.withLock({ $0.parts[index].service }) { return open }
        let provider = state.withLock { $0.parts[index].provider }
        let new = try provider.service(commandLimit: commandLimit)
        state.withLock { $0.parts[index].service = new }
        return new
    }

    func readers() throws -> [ReaderName] {
        var all: [ReaderName] = []
        var first: (any Error)?
        for index in 0..<count {
            do {
                let listed = try service(at: index).readers()
                state.withLock {
                    $0.parts[index].readers = Set(listed)
                    $0.parts[index].fault = nil
                }
                all += listed.filter { !all.contains($0) }
            } catch {
                first = first ?? error
                state.withLock {
                    $0.parts[index].service = nil
                    $0.parts[index].readers = []
                    $0.parts[index].fault = error as? any ReaderFault
                }
            }
        }
        // "No readers" would be a guess where the only ones there may be could not be asked for.
        if all.isEmpty, let first { throw first }
        return all
    }

    func fault(of reader: ReaderName?) -> (any ReaderFault)? {
        guard let reader else { return state.withLock { $0.parts.lazy.compactMap(\.fault).first } }
        guard let index = owner(of: reader) else { return nil }
        return state.withLock { $0.parts[index].service }?.fault(of: reader)
    }

    private func owner(of reader: ReaderName) -> Int? {
        state.withLock { $0.parts.firstIndex { $0.readers.contains(reader) } }
    }

    /// The line to a reader, also to one that has come since the list was made.
    private func owning(_ reader: ReaderName) throws -> Int {
        if let index = owner(of: reader) { return index }
        _ = try readers()
        guard let index = owner(of: reader) else {
            throw state.withLock { $0.parts.lazy.compactMap(\.fault).first }
                ?? PCSCError(number: PCSCError.unknownReader, function: "SCardConnect")
        }
        return index
    }

    func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection {
        try service(at: owning(reader)).connect(reader, terms)
    }

    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws -> [ReaderState] {
        state.withLock { $0.isCancelled = false }
        var groups: [Int: [Int]] = [:]
        for (place, entry) in states.enumerated() { groups[try owning(entry.reader), default: []].append(place) }
        if groups.count == 1, let only = groups.keys.first {
            return try service(at: only).statusChange(states, milliseconds: milliseconds)
        }
        let end = milliseconds.map { ContinuousClock.now + .milliseconds(Int($0)) }
        while true {
            var now = states
            var isChanged = false
            for (index, places) in groups {
                guard let seen = try look(at: places.map { states[$0] }, index) else { continue }
                isChanged = true
                for (place, entry) in zip(places, seen) { now[place] = entry }
            }
            if isChanged { return now }
            if state.withLock({ $0.isCancelled }) {
                throw PCSCError(number: PCSCError.cancelled, function: "SCardGetStatusChange")
            }
            if let end, ContinuousClock.now >= end {
                throw PCSCError(number: PCSCError.timeout, function: "SCardGetStatusChange")
            }
            sleepFor(end.map { min(Self.period, max(.zero, $0 - .now)) } ?? Self.period)
        }
    }

    /// Nil where nothing is otherwise.
    private func look(at states: [ReaderState], _ index: Int) throws -> [ReaderState]? {
        do {
            return try service(at: index).statusChange(states, milliseconds: 0)
        } catch let fault as any ReaderFault where fault.number == PCSCError.timeout {
            return nil
        }
    }

    func cancel() {
        let services = state.withLock { state in
            state.isCancelled = true
            return state.parts.compactMap(\.service)
        }
        for service in services { service.cancel() }
    }
}
