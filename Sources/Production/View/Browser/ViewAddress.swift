import Glibc

/// Where a line is shown to browsers: an IP address of this machine and a port, `127.0.0.1:8330`, `[::1]:8330`.
public struct ViewAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without brackets.
    let address: String
    /// 0 lets the system choose.
    var port: Int

    /// Nil for what is no address with a port, and for `0.0.0.0` and `::`: whoever looks calls the view by its address, and
    /// a request that calls it otherwise is refused.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        var address = text[..<colon]
        let isBracketed = address.first == "[" && address.last == "]"
        if isBracketed { address = address.dropFirst().dropLast() }
        if address == "localhost" { address = "127.0.0.1" }
        self.address = String(address)
        self.port = port
        guard isIPv6 == isBracketed, let bytes, bytes.contains(where: { $0 != 0 }) else { return nil }
    }

    var isIPv6: Bool { address.contains(":") }

    /// The address as it is on the network; nil for what is none.
    var bytes: [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        return inet_pton(isIPv6 ? AF_INET6 : AF_INET, address, &bytes) == 1 ? bytes : nil
    }

    /// Whether nobody but this machine can reach it.
    public var isThisMachine: Bool { address == "::1" || address.hasPrefix("127.") }

    /// As `Host` and addresses have it.
    public var description: String { (isIPv6 ? "[\(address)]" : address) + ":\(port)" }

    /// Names by which a request may call it; the scheme's own port is left out by browsers.
    var hosts: Set<String> {
        var names = [isIPv6 ? "[\(address)]" : address]
        if isThisMachine { names.append("localhost") }
        return Set(names.flatMap { port == 80 ? [$0, "\($0):80"] : ["\($0):\(port)"] })
    }
}
