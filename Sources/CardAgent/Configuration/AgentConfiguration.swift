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

        public init() {}
    }

    /// First collection at the counter (`Docs/collection.md`).
    public struct Collection: Sendable, Hashable {
        /// The folder of the batches' folders.
        public var folder: String
        /// Who collects and verifies.
        public var institution: String
        /// WS 218; empty where there is none.
        public var institutionCode = ""
        /// Where cards are handed out; the institution where nothing else is said.
        public var collectionPoint: String

        public init(folder: String, institution: String) {
            self.folder = folder
            self.institution = institution
            collectionPoint = institution
        }
    }

    public static let standardPorts = 8327...8336

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
    /// Nil: nothing is collected.
    public var collection: Collection?
    public var limits = Limits()
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
