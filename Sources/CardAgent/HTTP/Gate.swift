import Foundation
import HTTPTypes
import Synchronization

/// Where a request came in.
struct ListenerPlace: Sendable, Hashable {
    /// Nil for a socket of this machine's file system.
    let address: String?
    var port: Int?
    let isThisMachine: Bool
    let isTLS: Bool

    /// The place of one connection: the port that the system chose is known by then.
    func at(port: Int?) -> ListenerPlace {
        var place = self
        place.port = address == nil ? nil : port
        return place
    }

    /// Names by which this listener is called by itself.
    func owns(_ host: HostName) -> Bool {
        guard let address, let port else { return host.name == "localhost" }
        guard host.port ?? (isTLS ? 443 : 80) == port else { return false }
        let isAny = address == "0.0.0.0" || address == "::"
        if isThisMachine || isAny, host.isThisMachine { return true }
        return host.name == (address.contains(":") ? "[\(address)]" : address)
    }
}

/// Who asks, once that is settled.
struct Caller: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// The agent's own page, or a program of this machine without a token: may watch readers, and nothing of a card.
        case watcher
        /// The agent's own page, opened with the page code.
        case page
        case token(AccessToken)
    }

    let kind: Kind
    /// Of a page that is not the agent's own.
    let origin: WebOrigin?

    var token: AccessToken? {
        if case .token(let token) = kind { return token }
        return nil
    }

    /// One line of every queue and limit.
    var line: String {
        switch kind {
        case .watcher: origin?.description ?? "local"
        case .page: "page"
        case .token(let token): token.id
        }
    }

    var name: String {
        switch kind {
        case .watcher: origin?.description ?? "local"
        case .page: "page"
        case .token(let token): token.holder.description
        }
    }
}

/// Who may ask for what. Every request passes here, once, before anything is done for it.
final class Gate: Sendable {
    /// What a path needs.
    enum Access: Sendable, Hashable {
        /// The agent's page and its description: nothing of readers, cards or persons.
        case everyone
        /// Programs of this machine, the agent's own page, and whoever has a token.
        case watcher
        /// A token with one of these rights.
        case right(Set<AccessRight>)
        /// The agent's own page, or a token with this right.
        case pageOr(AccessRight)
        /// Any token: it is about the token itself.
        case anyToken
        /// Whoever asks for a token, or waits for one.
        case asker
        /// The agent's own page, once; it shows its code.
        case pageDoor
        /// The agent's own page after that.
        case page
        /// Programs of this machine.
        case machine
    }

    struct Rules: Sendable, Hashable {
        var hosts: Set<String>
        var origins: Set<WebOrigin>
        var pairing: AgentConfiguration.PairingRule

        init(_ configuration: AgentConfiguration) {
            hosts = configuration.hosts
            origins = configuration.origins
            pairing = configuration.pairing
        }
    }

    /// The head of a request, as far as it matters here.
    struct Head: Sendable {
        let method: String
        let host: String?
        let headers: HTTPFields
    }

    private let tokens: TokenStore
    private let pairings: PairingDesk
    private let door: PageDoor
    private let now: @Sendable () -> Date
    private let rules: Mutex<Rules>

    init(
        _ rules: Rules, tokens: TokenStore, pairings: PairingDesk, door: PageDoor,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.tokens = tokens
        self.pairings = pairings
        self.door = door
        self.now = now
        self.rules = Mutex(rules)
    }

    /// A configuration that was read again.
    func change(_ rules: Rules) { self.rules.withLock { $0 = rules } }

    // MARK: Host and origin

    /// DNS rebinding ends here: a page whose name was made to lead to this machine still sends that name.
    func checkHost(_ host: String?, at place: ListenerPlace) throws(AgentError) {
        guard let host = host.flatMap({ HostName($0.lowercased()) }) else { throw .foreignHost }
        if place.owns(host) { return }
        let isNamed = rules.withLock { $0.hosts.contains(host.name) }
        guard isNamed, place.port == nil || host.port ?? (place.isTLS ? 443 : 80) == place.port else {
            throw .foreignHost
        }
    }

    enum Asker: Sendable, Hashable {
        /// No page: browsers tell of theirs.
        case program
        case ownPage
        case page(WebOrigin)
        /// A page of no origin that could be named: a sandbox, a file, an extension.
        case unnamed
        /// A page of another origin that did not say which: an image, a script, a frame, a link.
        case hidden(isNavigation: Bool)
    }

    /// Where a request comes from. The host was checked before.
    func asker(_ head: Head, at place: ListenerPlace) -> Asker {
        let own = "\(place.isTLS ? "https" : "http")://\(head.host?.lowercased() ?? "")"
        if let text = head.headers[.origin] {
            if text == own { return .ownPage }
            return WebOrigin(text).map { .page($0) } ?? .unnamed
        }
        if let site = head.headers[.secFetchSite] {
            switch site {
            case "same-origin": return .ownPage
            // Typed into the address bar.
            case "none": return .program
            default:
                let isNavigation =
                    head.headers[.secFetchMode] == "navigate" && head.headers[.secFetchDest] == "document"
                return .hidden(isNavigation: isNavigation && head.method == "GET")
            }
        }
        if let referer = head.headers[.referer] {
            return referer == own || referer.hasPrefix(own + "/") ? .ownPage : .hidden(isNavigation: false)
        }
        return .program
    }

    /// Whether a page of this origin may read the agent's answers at all.
    func knows(_ origin: WebOrigin) -> Bool {
        rules.withLock { $0.origins.contains(origin) } || tokens.has(origin, at: now()) || pairings.isAsking(origin)
    }

    /// Whether a page of this origin may ask for a token.
    func checkAsking(_ origin: WebOrigin) throws(AgentError) {
        let (isListed, rule) = rules.withLock { ($0.origins.contains(origin), $0.pairing) }
        switch rule {
        case .off: throw .pairingOff
        case .listed where !isListed: throw .pairingOff
        case .open where !isListed && !origin.isTrustworthy: throw .insecureOrigin
        case .open, .listed: break
        }
    }

    /// What a preflight is answered (Fetch standard §4.8): whether this page may send such a request at all.
    func admitsPreflight(_ origin: WebOrigin, to access: Access) -> Bool {
        switch access {
        case .asker: (try? checkAsking(origin)) != nil || knows(origin)
        case .watcher, .right, .pageOr, .anyToken: knows(origin)
        case .everyone, .pageDoor, .page, .machine: false
        }
    }

    // MARK: Callers

    /// - Throws: ``AgentError`` for everything that may not be.
    func caller(
        _ head: Head, _ asker: Asker, to access: Access, at place: ListenerPlace
    ) throws(AgentError) -> Caller {
        var origin: WebOrigin?
        switch asker {
        case .program, .ownPage: break
        case .page(let foreign): origin = foreign
        case .unnamed: throw .foreignOrigin
        case .hidden(let isNavigation):
            // Following a link to the agent's page is no secret and does nothing.
            guard access == .everyone, isNavigation else { throw .foreignOrigin }
        }
        let secret = try bearer(head)
        switch access {
        case .everyone:
            guard origin == nil else { throw .foreignOrigin }
            return Caller(kind: .watcher, origin: nil)
        case .machine:
            guard origin == nil else { throw .foreignOrigin }
            guard place.isThisMachine else { throw .thisMachineOnly }
            return Caller(kind: .watcher, origin: nil)
        case .pageDoor, .page:
            guard origin == nil else { throw .foreignOrigin }
            guard place.isThisMachine else { throw .thisMachineOnly }
            if access == .pageDoor { return Caller(kind: .watcher, origin: nil) }
            guard let secret else { throw .tokenNeeded }
            guard door.isOpen(secret) else { throw .pageOnly }
            return Caller(kind: .page, origin: nil)
        case .asker:
            if let origin, !knows(origin) { try checkAsking(origin) }
            return Caller(kind: .watcher, origin: origin)
        case .watcher:
            if let secret {
                if asker == .ownPage, place.isThisMachine, door.isOpen(secret) {
                    return Caller(kind: .page, origin: nil)
                }
                return Caller(kind: .token(try token(secret, origin)), origin: origin)
            }
            guard let origin else {
                guard place.isThisMachine else { throw .tokenNeeded }
                return Caller(kind: .watcher, origin: nil)
            }
            throw knows(origin) ? .tokenNeeded : .foreignOrigin
        case .anyToken, .right, .pageOr:
            if case .pageOr = access, let secret, origin == nil, place.isThisMachine, door.isOpen(secret) {
                return Caller(kind: .page, origin: nil)
            }
            guard let secret else {
                if let origin, !knows(origin) { throw .foreignOrigin }
                throw .tokenNeeded
            }
            let token = try token(secret, origin)
            let rights: Set<AccessRight>? =
                switch access {
                case .right(let rights): rights
                case .pageOr(let right): [right]
                default: nil
                }
            if let rights, rights.isDisjoint(with: token.rights) {
                throw .rightMissing(rights.sorted { $0.rawValue < $1.rawValue }.first ?? .readHolder)
            }
            return Caller(kind: .token(token), origin: origin)
        }
    }

    /// The token, where it belongs to whoever sends it: a page of its origin, or a program where it is a program's.
    private func token(_ secret: String, _ origin: WebOrigin?) throws(AgentError) -> AccessToken {
        guard let token = tokens.find(secret, at: now()), token.holder.origin == origin else {
            if let origin, !knows(origin) { throw .foreignOrigin }
            throw .tokenRefused
        }
        return token
    }

    /// Subprotocol of WebSockets that carry events, and the prefix of one that carries the token: browsers let a page set no
    /// other header, and an address would be kept in histories and logs.
    static let socketProtocol = "healthcard.events.v1"
    static let socketTokenPrefix = "healthcard.token."

    private func bearer(_ head: Head) throws(AgentError) -> String? {
        if let text = head.headers[.authorization] {
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].lowercased() == "bearer", (8...128).contains(parts[1].utf8.count) else {
                throw .tokenRefused
            }
            return String(parts[1])
        }
        guard let offered = head.headers[.secWebSocketProtocol] else { return nil }
        return offered.split(separator: ",").map { $0.filter { $0 != " " } }.first {
            $0.hasPrefix(Self.socketTokenPrefix)
        }
        .map { String($0.dropFirst(Self.socketTokenPrefix.count)) }
    }
}

extension HTTPField.Name {
    private static func named(_ name: StaticString) -> HTTPField.Name {
        // A name that is no name does not happen: each is written out here.
        HTTPField.Name("\(name)") ?? .referer
    }

    static let secFetchSite = named("Sec-Fetch-Site")
    static let secFetchMode = named("Sec-Fetch-Mode")
    static let secFetchDest = named("Sec-Fetch-Dest")
    static let idempotencyKey = named("Idempotency-Key")
    static let lastEventID = named("Last-Event-ID")
    static let privateNetworkRequest = named("Access-Control-Request-Private-Network")
    static let privateNetworkAllow = named("Access-Control-Allow-Private-Network")
    static let idempotencyReplayed = named("Idempotency-Replayed")
    static let cardToken = named("HealthCard-Card")
}
