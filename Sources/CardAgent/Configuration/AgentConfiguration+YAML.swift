import Files
import Glibc
import ISO7816
import Logging
import Yams

extension AgentConfiguration {
    /// A configuration file in YAML, at most 64 KB.
    ///
    /// - Throws: ``ConfigurationError`` with every problem, each with file and line.
    public static func load(_ path: String) throws(ConfigurationError) -> AgentConfiguration {
        let bytes: [UInt8]
        do { bytes = try InputFile.contents(of: path, atMost: 64 << 10) } catch { throw .file(error) }
        return try AgentConfiguration(yaml: String(decoding: bytes, as: UTF8.self), file: path)
    }

    /// - Parameter file: the name that problems are reported with.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        var reader = ConfigurationReader(file: file)
        self.init()
        if let root = reader.root(of: yaml) { read(root, &reader) }
        guard reader.problems.isEmpty else { throw .problems(reader.problems) }
    }

    private mutating func read(_ root: Node, _ reader: inout ConfigurationReader) {
        let entries = reader.map(
            root, "the file",
            keys: [
                "listen", "hosts", "origins", "pairing", "tokenDays", "state", "profile", "overlays", "sam",
                "visitRoot", "journalDays", "collection", "limits", "log",
            ])
        if let node = entries["listen"] { listeners = Self.listeners(node, &reader) }
        if let node = entries["hosts"] {
            hosts = Set(
                reader.texts(node, "hosts").compactMap { text, node in
                    guard let host = HostName(text), host.port == nil else {
                        reader.report(.notAHost(text), node)
                        return nil
                    }
                    return host.name
                })
        }
        if let node = entries["origins"] {
            origins = Set(
                reader.texts(node, "origins").compactMap { text, node in
                    guard let origin = WebOrigin(text) else {
                        reader.report(.notAnOrigin(text), node)
                        return nil
                    }
                    return origin
                })
        }
        if let node = entries["pairing"] { pairing = reader.choice(node, "pairing") ?? pairing }
        if let node = entries["tokenDays"] { tokenDays = reader.number(node, "tokenDays", 1...3650) ?? tokenDays }
        if let node = entries["state"] { stateFolder = reader.path(node, "state") }
        if let node = entries["profile"] { profile = reader.text(node, "profile") ?? profile }
        if let node = entries["overlays"] { overlays = reader.texts(node, "overlays").map(\.0) }
        if let node = entries["sam"] {
            let sam = reader.map(node, "sam", keys: ["reader", "pinFile"])
            if let node = sam["reader"] {
                samReader = reader.text(node, "reader")
            } else {
                reader.report(.missing("sam.reader"), node)
            }
            if let node = sam["pinFile"] { samPINFile = reader.path(node, "pinFile") }
        }
        if let node = entries["visitRoot"] {
            visitRoot = reader.text(node, "visitRoot").flatMap { Hex.decode($0) }
            if visitRoot?.count != 64 { reader.report(.notAKey("visitRoot"), node) }
        }
        if let node = entries["journalDays"] { journalDays = reader.number(node, "journalDays", 1...36_500) ?? 365 }
        if let node = entries["collection"] { collection = Collection(node, &reader) }
        if let node = entries["limits"] { limits.read(node, &reader) }
        if let node = entries["log"] {
            logLevel = reader.choice(node, "log", Logger.Level.allCases.map { ($0.rawValue, $0) }) ?? logLevel
        }
    }

    private static func listeners(_ node: Node, _ reader: inout ConfigurationReader) -> [Listener] {
        guard let sequence = reader.list(node, "listen") else { return [] }
        if sequence.isEmpty { reader.report(.empty("listen"), node) }
        return sequence.compactMap { listener($0, &reader) }
    }

    private static func listener(_ node: Node, _ reader: inout ConfigurationReader) -> Listener? {
        let entries = reader.map(node, "listen", keys: ["address", "port", "socket", "mode", "tls"])
        if let socket = entries["socket"] {
            if entries["address"] != nil { reader.report(.both("address", "socket"), node) }
            let mode = entries["mode"].flatMap { reader.text($0, "mode") } ?? "0660"
            guard let bits = UInt16(mode, radix: 8), bits <= 0o777 else {
                reader.report(.notANumber("mode", range: "0000 - 0777"), node)
                return nil
            }
            return reader.path(socket, "socket").map { .socket(path: $0, mode: bits) }
        }
        guard let place = entries["address"] else {
            reader.report(.missing("address"), node)
            return nil
        }
        guard let address = reader.text(place, "address") else { return nil }
        guard isAddress(address) else {
            reader.report(.notAnAddress(address), place)
            return nil
        }
        var ports = standardPorts
        if let node = entries["port"], let text = reader.text(node, "port") {
            guard let range = Self.ports(text) else {
                reader.report(.notPorts(text), node)
                return nil
            }
            ports = range
        }
        let listener = Listener.address(address, ports: ports, entries["tls"].flatMap { tls($0, &reader) })
        if !listener.isThisMachine, entries["tls"] == nil { reader.report(.needsTLS(address), node) }
        return listener
    }

    private static func tls(_ node: Node, _ reader: inout ConfigurationReader) -> TLS? {
        if node.scalar?.string == "own" { return .own }
        let entries = reader.map(node, "tls", keys: ["certificate", "key"])
        for key in ["certificate", "key"] where entries[key] == nil { reader.report(.missing("tls.\(key)"), node) }
        guard let certificate = entries["certificate"].flatMap({ reader.path($0, "certificate") }),
            let key = entries["key"].flatMap({ reader.path($0, "key") })
        else { return nil }
        return .files(certificate: certificate, key: key)
    }

    static func isAddress(_ text: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    /// `8327` or `8327-8336`; 0 lets the system choose.
    static func ports(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1],
            (0...65_535).contains(first), (first...65_535).contains(last), first > 0 || parts.count == 1
        else { return nil }
        return first...last
    }

    /// What `--listen` takes: `127.0.0.1:8327`, `[::1]:8327`, `unix:/path`. Nil for anything else, and for an address that
    /// the network can reach: that needs a configuration file with TLS.
    public static func listener(argument text: String) -> Listener? {
        if text.hasPrefix("unix:/") { return .socket(path: String(text.dropFirst(5)), mode: 0o660) }
        guard let colon = text.lastIndex(of: ":"), let ports = ports(String(text[text.index(after: colon)...])) else {
            return nil
        }
        var address = text[..<colon]
        if address.first == "[", address.last == "]" { address = address.dropFirst().dropLast() }
        if address == "localhost" { address = "127.0.0.1" }
        guard isAddress(String(address)) else { return nil }
        let listener = Listener.address(String(address), ports: ports, nil)
        return listener.isThisMachine ? listener : nil
    }
}

extension AgentConfiguration.Limits {
    fileprivate mutating func read(_ node: Node, _ reader: inout ConfigurationReader) {
        let all: [(String, WritableKeyPath<Self, Int>, ClosedRange<Int>)] = [
            ("body", \.body, 1_024...(64 << 20)), ("head", \.head, 1_024...(80 << 10)),
            ("connections", \.connections, 4...10_000), ("streams", \.streams, 1...10_000),
            ("requestsASecond", \.requestsASecond, 1...100_000), ("waitingActs", \.waitingActs, 4...1_000),
            ("requestSeconds", \.requestSeconds, 1...600), ("idleSeconds", \.idleSeconds, 1...3_600),
            ("events", \.events, 16...100_000),
        ]
        let entries = reader.map(node, "limits", keys: all.map(\.0))
        for (name, path, range) in all {
            if let node = entries[name], let number = reader.number(node, name, range) { self[keyPath: path] = number }
        }
    }
}
