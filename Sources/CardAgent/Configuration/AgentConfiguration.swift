import Foundation
import Logging

/// What the agent is told by its file (`Docs/agent.md`). Everything has a default: without a file the agent serves this
/// machine.
public struct AgentConfiguration: Sendable, Hashable {
    /// Where the agent can be reached.
    public enum Listener: Sendable, Hashable, CustomStringConvertible {
        /// - Parameter ports: the first free one is taken.
        case address(String, ports: ClosedRange<Int>, TLS?)
        case socket(path: String, mode: UInt16)

        /// `127.0.0.1:8327-8336`, `unix:/run/…`.
        public var description: String {
            switch self {
            case .socket(let path, _): return "unix:\(path)"
            case .address(let address, let ports, _):
                let shown = address.contains(":") ? "[\(address)]" : address
                let range = ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
                return "\(shown):\(range)"
            }
        }

        /// Whether nobody but this machine can reach it.
        public var isThisMachine: Bool {
            switch self {
            case .socket: true
            case .address(let address, _, _): address == "::1" || address.hasPrefix("127.")
            }
        }
    }

    /// Where thin clients of the C interface can reach the agent: this machine only.
    public enum ClientPlace: Sendable, Hashable, CustomStringConvertible {
        /// - Parameter group: whose the socket becomes; nil for the agent's own.
        case socket(path: String, mode: UInt16, group: String?)
        case port(String, Int)

        /// `unix:/run/…`, `127.0.0.1:8337`.
        public var description: String {
            switch self {
            case .socket(let path, _, _): "unix:\(path)"
            case .port(let address, let port): "\(address.contains(":") ? "[\(address)]" : address):\(port)"
            }
        }
    }

    public enum TLS: Sendable, Hashable {
        /// Made at the first start and kept in the state folder.
        case own
        case files(certificate: String, key: String)
    }

    public enum PairingRule: String, Sendable, Hashable, CaseIterable {
        /// Any page may ask; a person decides.
        case open
        /// Only origins of the configuration may ask.
        case listed
        /// Nobody may ask.
        case off
    }

    public struct Limits: Sendable, Hashable {
        /// Bytes of a request's body.
        public var body = 1 << 20
        /// Bytes of a request's header.
        public var head = 16 << 10
        public var connections = 512
        /// Open event streams and WebSockets.
        public var streams = 256
        /// Requests a second of one caller; four times as many at once.
        public var requestsASecond = 200
        /// Acts that wait for one reader; a quarter of them of one caller.
        public var waitingActs = 32
        /// Seconds for a request's header, and for its body.
        public var requestSeconds = 10
        /// Seconds until a connection without a request is closed.
        public var idleSeconds = 60
        /// Events that are kept for those who come back.
        public var events = 4_096
        /// Processes with the thin client at once.
        public var clients = 64

        public init() {}
    }

    public static let standardPorts = 8327...8336

    /// None unless the configuration says so.
    public var clientPlaces: [ClientPlace] = []
    public var listeners: [Listener] = [.address("127.0.0.1", ports: standardPorts, nil)]
    /// Names, beside the address itself, by which the agent is called.
    public var hosts: Set<String> = []
    /// Pages that may use the agent once they are paired, and may ask where ``pairing`` is `listed`.
    public var origins: Set<WebOrigin> = []
    public var pairing = PairingRule.open
    /// How long a token holds.
    public var tokenDays = 365
    /// Nil: the folder that systemd gives, else the user's.
    public var stateFolder: String?
    public var profile = "resident-health-card"
    public var overlays: [String] = []
    /// The SAM's reader: exact name, unique part of it. Nil: test cards only.
    public var samReader: String?
    public var samPINFile: String?
    /// The root that vouches for visits: 64 bytes; nil for the published test root.
    public var visitRoot: [UInt8]?
    /// How long the access journal is kept.
    public var journalDays = 365
    public var limits = Limits()
    public var counter = CounterSettings()
    public var logLevel = Logger.Level.info

    public init() {}

    /// Where tokens, page code, certificate and journal are kept.
    public func folder(in environment: [String: String]) -> String {
        if let stateFolder { return stateFolder }
        // systemd separates several by colons; the first is ours.
        if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(given) }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/healthcard-agent" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/healthcard-agent" }
        return "/var/lib/healthcard-agent"
    }
}
