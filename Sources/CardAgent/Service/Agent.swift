import CardProfiles
import Files
import Foundation
import Glibc
import HTTPTypes
import HealthCard
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import NIOSSL
import PCSC
import Synchronization

/// The local service for hospital programs: readers, SAM and cards over HTTP, for whoever a person has let in.
public final class Agent: Sendable {
    /// How long acts that run when the agent is stopped may take to their end.
    static let farewell = Duration.seconds(60)

    private let configuration: AgentConfiguration
    private let responder: AgentResponder
    let routes: AgentRoutes
    private let board: ReaderBoard
    private let gate: Gate
    private let certificates: [AgentCertificate?]
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let stopped = Mutex<(isStopping: Bool, waiter: CheckedContinuation<Void, Never>?)>((false, nil))

    /// SHA-256 fingerprints of the certificates in use, in the order of the listeners that have one.
    public var fingerprints: [String] { certificates.compactMap { $0?.fingerprint } }

    /// Opens the state folder and reads what is in it; touches no reader and no port.
    ///
    /// - Parameter version: of the program, for `/v1/status`.
    /// - Throws: ``AgentError``; `ProfileError`.
    public init(
        _ configuration: AgentConfiguration, environment: [String: String], version: String, logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        let folder = configuration.folder(in: environment)
        try Self.makeFolder(folder)
        let profile = try Self.profile(configuration)
        let tokens = try TokenStore(path: folder + "/tokens.json")
        let journal = try AccessJournal(folder: folder + "/journal", days: configuration.journalDays)
        let door = PageDoor(code: try PageDoor.code(inFolder: folder))
        let pairings = PairingDesk()
        let events = EventLog(
            epoch: AgentSecret.encoded(try AgentSecret.random(5)), capacity: configuration.limits.events)
        let board = ReaderBoard(events: events, samReader: configuration.samReader)
        let pins = PINKeeper(file: configuration.samPINFile, credentialsFolder: environment["CREDENTIALS_DIRECTORY"])
        let usesSAM = configuration.samReader != nil
        let desk = CardDesk(
            profile: profile, board: board, pins: pins, usesSAM: usesSAM, waitingLimit: configuration.limits.waitingActs
        )
        let gate = Gate(Gate.Rules(configuration), tokens: tokens, pairings: pairings, door: door)
        let streams = EventStreams(board: board, limit: configuration.limits.streams)
        let metrics = Metrics()
        let days = DayCount(configuration.tokenDays)
        let routes = AgentRoutes(
            board: board, streams: streams,
            acts: CardActs(desk: desk, doubts: DoubtDesk(), visitRoot: configuration.visitRoot), tokens: tokens,
            pairings: pairings, door: door, gate: gate, pins: pins, journal: journal,
            idempotency: IdempotencyDesk(journal.remembered),
            collection: try configuration.collection.map {
                try CollectionDesk($0, overlays: configuration.overlays)
            }, metrics: metrics,
            pairingLimiter: RateLimiter(requestsASecond: 0.5), usesSAM: usesSAM, version: version,
            tokenDays: { days.value },
            gauges: {
                [
                    ("readers", "Readers that the service has.", board.readers.count),
                    ("event_streams", "Open event streams and WebSockets.", streams.openCount),
                    ("acts_running", "Acts on cards that run now.", desk.runningCount),
                    ("events_last", "Sequence number of the last event.", events.end.sequence),
                ]
            })
        dayCount = days
        self.folder = folder
        self.routes = routes
        self.board = board
        self.gate = gate
        responder = AgentResponder(
            table: routes.table, gate: gate,
            limiter: RateLimiter(requestsASecond: Double(configuration.limits.requestsASecond)), metrics: metrics,
            limits: configuration.limits, logger: logger)
        var certificates: [AgentCertificate?] = []
        for listener in configuration.listeners {
            guard case .address(let address, _, let tls?) = listener else {
                certificates.append(nil)
                continue
            }
            let names = ["localhost", "127.0.0.1"] + configuration.hosts.sorted() + Self.names(of: address)
            certificates.append(try AgentCertificate(tls, folder: folder, names: names))
        }
        self.certificates = certificates
        group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    }

    private let dayCount: DayCount
    let folder: String

    /// The page code, for the link that opens the agent's page.
    public static func pageCode(_ configuration: AgentConfiguration, environment: [String: String]) throws -> String {
        let folder = configuration.folder(in: environment)
        try makeFolder(folder)
        return try PageDoor.code(inFolder: folder)
    }

    /// The address of this machine that the agent of this state folder listened on last; nil where it never did.
    public static func lastAddress(_ configuration: AgentConfiguration, environment: [String: String]) -> String? {
        let path = configuration.folder(in: environment) + "/" + addressFile
        guard let bytes = try? InputFile.contentsIfThere(of: path, atMost: 256) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    private static let addressFile = "address"

    /// The first line of the access journal whose chain does not hold; nil where all of it holds.
    public static func journalFlaw(
        _ configuration: AgentConfiguration, environment: [String: String]
    ) throws -> (file: String, line: Int)? {
        try AccessJournal.flaw(inFolder: configuration.folder(in: environment) + "/journal")
    }

    /// The profile that a configuration names, with the published test keys.
    public static func profile(_ configuration: AgentConfiguration) throws -> CardProfile {
        let own = configuration.overlays.contains("test-keys") ? [] : ["test-keys"]
        return try CardProfile.bundled(configuration.profile, overlays: own + configuration.overlays)
    }

    private static func makeFolder(_ folder: String) throws(AgentError) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, 0o700) == 0 || errno == EEXIST || errno == EACCES || errno == EROFS else {
                throw .stateNotKept(file: path)
            }
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw .stateNotKept(file: folder) }
    }

    /// What a certificate has to name for a listener.
    private static func names(of address: String) -> [String] {
        guard address != "0.0.0.0", address != "::" else {
            var name = [CChar](repeating: 0, count: 256)
            guard gethostname(&name, name.count - 1) == 0 else { return [] }
            let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .lowercased()
            return HostName(host) == nil ? [] : [host]
        }
        return [address]
    }

    // MARK: Running

    /// Serves until ``stop()``.
    ///
    /// - Parameter ready: is told the addresses once they are listened on.
    /// - Throws: ``AgentError`` where an address cannot be had.
    public func run(ready: @escaping @Sendable ([String]) async -> Void) async throws {
        try routes.collection?.begin()
        var listeners: [Listener] = []
        do {
            for (listener, certificate) in zip(configuration.listeners, certificates) {
                listeners.append(
                    try await Listener.bind(
                        listener, tls: certificate?.configuration, on: group, logger: logger, channel))
            }
        } catch {
            for listener in listeners { listener.stopAccepting() }
            try? await group.shutdownGracefully()
            throw error
        }
        board.events.add(.agentStarted)
        reportUnfinished()
        let names = listeners.map(\.name)
        let bound = listeners
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await event in ReaderEvents() { self.board.note(event) } }
            for listener in bound { tasks.addTask { await listener.serve() } }
            // For `healthcard-agent page`; where it cannot be written, the code is typed.
            if let own = bound.first(where: \.isForPage) {
                _ = DurableFile.replace("\(folder)/\(Self.addressFile)", with: Array((own.name + "\n").utf8))
            }
            await ready(names)
            await untilStopped()
            // No new guests; those who listen are told; acts that run come to their end.
            board.events.add(.agentStopping)
            board.events.close()
            for listener in bound { listener.stopAccepting() }
            let end = ContinuousClock.now + Self.farewell
            while routes.acts.desk.runningCount > 0, ContinuousClock.now < end {
                try? await Task.sleep(for: .milliseconds(20))
            }
            // The answers of the last acts are on their way.
            try? await Task.sleep(for: .milliseconds(100))
            tasks.cancelAll()
        }
        try? await group.shutdownGracefully()
    }

    /// Ends ``run(ready:)``, once acts that run have come to their end.
    public func stop() {
        let waiter = stopped.withLock { stopped in
            stopped.isStopping = true
            defer { stopped.waiter = nil }
            return stopped.waiter
        }
        waiter?.resume()
    }

    private func untilStopped() async {
        await withCheckedContinuation { continuation in
            let isOver = stopped.withLock { stopped in
                if !stopped.isStopping { stopped.waiter = continuation }
                return stopped.isStopping
            }
            if isOver { continuation.resume() }
        }
    }

    /// Takes over what can change while cards are in work: hosts, origins, the rule of pairing, how long tokens hold. The
    /// rest holds from the next start on.
    ///
    /// - Returns: whether something else has changed too.
    @discardableResult
    public func reload(_ new: AgentConfiguration) -> Bool {
        gate.change(Gate.Rules(new))
        dayCount.value = new.tokenDays
        var same = new
        same.hosts = configuration.hosts
        same.origins = configuration.origins
        same.pairing = configuration.pairing
        same.tokenDays = configuration.tokenDays
        return same != configuration
    }

    /// Whether the agent's threads answer: what the watchdog of systemd is told.
    public func isAlive() async -> Bool {
        for loop in group.makeIterator() {
            guard (try? await loop.submit {}.get()) != nil else { return false }
        }
        return true
    }

    private func reportUnfinished() {
        for act in routes.journal.remembered where !act.isFinished {
            board.events.add(.actUnfinished) {
                $0.act = AgentEvent.Act(rawValue: act.entry.act)
                $0.actID = act.entry.actID
            }
            logger.warning(
                "an act was cut short before this start: its card holds the old content or the new",
                metadata: ["act": "\(act.entry.act)", "id": "\(act.entry.actID)"])
        }
    }

    private func channel(_ place: ListenerPlace, _ count: AgentChannel.Count) -> AgentChannel {
        let (responder, streams, gate) = (responder, routes.streams, gate)
        return AgentChannel(
            responder: { request, writer, channel in
                let place = place.at(port: channel.localAddress?.port)
                let response = await responder.respond(to: request, at: place)
                try await writer.write(response: response.head, body: response.body)
            }, limits: configuration.limits, isTLS: place.isTLS, count: count,
            admitsSocket: { Self.socketProtocol($0, gate, place.at(port: $1.localAddress?.port)) },
            runSocket: { channel, head in
                let place = place.at(port: channel.channel.localAddress?.port)
                guard let caller = try? Self.socketCaller(head, gate, place) else {
                    try? await channel.channel.close()
                    return
                }
                await streams.run(channel, caller: caller, lastID: Self.lastID(head))
            })
    }

    private func channel(_ place: ListenerPlace) -> AgentChannel { channel(place, connections) }

    private let connections = AgentChannel.Count()

    // MARK: WebSockets

    /// The subprotocol of a WebSocket that may be; nil for one that may not.
    private static func socketProtocol(_ head: HTTPRequestHead, _ gate: Gate, _ place: ListenerPlace) -> String? {
        let offered = head.headers[canonicalForm: "sec-websocket-protocol"]
        guard head.method == .GET, head.uri.split(separator: "?").first == "/v1/events",
            offered.contains(where: { $0 == Gate.socketProtocol }), (try? socketCaller(head, gate, place)) != nil
        else { return nil }
        return Gate.socketProtocol
    }

    private static func socketCaller(
        _ head: HTTPRequestHead, _ gate: Gate, _ place: ListenerPlace
    ) throws(AgentError) -> Caller {
        let host = head.headers.first(name: "host")
        let fields = Gate.Head(
            method: "GET", host: host, headers: HTTPFields(head.headers, splitCookie: false))
        try gate.checkHost(host, at: place)
        return try gate.caller(fields, gate.asker(fields, at: place), to: .watcher, at: place)
    }

    private static func lastID(_ head: HTTPRequestHead) -> String? {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return (try? QueryText.parse(parts[1], names: ["after"]))?["after"]
    }
}

/// A number that a new configuration changes.
final class DayCount: Sendable {
    private let days: Mutex<Int>
    init(_ value: Int) { days = Mutex(value) }
    var value: Int {
        get { days.withLock { $0 } }
        set { days.withLock { $0 = newValue } }
    }
}
