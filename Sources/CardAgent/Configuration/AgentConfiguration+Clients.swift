import Yams

extension AgentConfiguration {
    static func clientPlaces(_ node: Node, _ reader: inout ConfigurationReader) -> [ClientPlace] {
        (reader.list(node, "clients") ?? []).compactMap { clientPlace($0, &reader) }
    }

    private static func clientPlace(_ node: Node, _ reader: inout ConfigurationReader) -> ClientPlace? {
        let entries = reader.map(node, "clients", keys: ["socket", "mode", "group", "address", "port"])
        if let socket = entries["socket"] {
            if entries["address"] != nil { reader.report(.both("address", "socket"), node) }
            let mode = entries["mode"].flatMap { reader.text($0, "mode") } ?? "0660"
            guard let bits = UInt16(mode, radix: 8), bits <= 0o777 else {
                reader.report(.notANumber("mode", range: "0000 - 0777"), node)
                return nil
            }
            let group = entries["group"].flatMap { reader.text($0, "group") }
            return reader.path(socket, "socket").map { .socket(path: $0, mode: bits, group: group) }
        }
        guard let place = entries["address"] else {
            reader.report(.missing("socket"), node)
            return nil
        }
        guard let address = reader.text(place, "address") else { return nil }
        // What is said there is not hidden from the network.
        guard isAddress(address), Listener.address(address, ports: standardPorts, nil).isThisMachine else {
            reader.report(.notAnAddress(address), place)
            return nil
        }
        guard let node = entries["port"] else {
            reader.report(.missing("port"), place)
            return nil
        }
        return reader.number(node, "port", 0...65_535).map { .port(address, $0) }
    }

    /// What `--clients` takes: `unix:/path`, `127.0.0.1:8337`, `[::1]:8337`. Nil for anything else.
    public static func clientPlace(argument text: String) -> ClientPlace? {
        guard let listener = listener(argument: text) else { return nil }
        switch listener {
        case .socket(let path, let mode): return .socket(path: path, mode: mode, group: nil)
        case .address(let address, let ports, _):
            return ports.count == 1 ? .port(address, ports.lowerBound) : nil
        }
    }
}
