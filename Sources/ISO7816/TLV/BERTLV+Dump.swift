extension BERTLV {
    /// The data object and all inside it, a line each, two blanks deeper for each template:
    /// ```
    /// 6F 0F  FCI template
    ///   84 0D  DF name  57 53 2E 53 59 53 2E 44 44 46 30 31  |WS.SYS.DDF01|
    /// ```
    /// It shows every value: not for logs where values may be personal data.
    public func dump() -> String { Self.dump([self]) }

    static func dump(_ objects: some Sequence<BERTLV>) -> String {
        var lines: [String] = []
        for object in objects {
            lines.append(object.line(depth: 0))
            var ends: [Int32] = [object.end]
            for inner in object.descendants {
                while let last = ends.last, inner.start >= last { ends.removeLast() }
                lines.append(inner.line(depth: ends.count))
                if inner.isConstructed { ends.append(inner.end) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func line(depth: Int) -> String {
        let length = storage[Int(start) + tag.count..<Int(valueStart)]
        var parts = [String(repeating: "  ", count: depth) + "\(tag) \(Hex.encode(length))"]
        if let name = Self.names[tag] { parts.append(name) }
        if !isConstructed, count > 0 {
            parts.append(Hex.encode(value, separator: " "))
            if value.allSatisfy({ (0x20...0x7E).contains($0) }) {
                parts.append("|\(String(decoding: value, as: UTF8.self))|")
            }
        }
        return parts.joined(separator: "  ")
    }

    /// Names of ISO/IEC 7816-4:2013 §7.4 and §8, as far as they mean the same wherever they stand.
    private static let names: [BERTag: String] = [
        0x62: "FCP template", 0x64: "FMD template", 0x6F: "FCI template", 0xA5: "proprietary, BER-TLV",
        0x4F: "application identifier", 0x50: "application label", 0x61: "application template",
        0xBF0C: "issuer discretionary data", 0x9F0C: "issuer data of the FCI",
        0x82: "file descriptor", 0x83: "file identifier", 0x84: "DF name", 0x88: "short EF identifier",
        0x8A: "life cycle status", 0x87: "proprietary security attribute", 0x86: "proprietary security attribute",
        0x80: "number of data bytes",
    ]
}

extension BERTLV.Objects: CustomStringConvertible {
    /// As `dump()`.
    public var description: String { dump() }

    /// The data objects and all inside them, as `BERTLV.dump()`.
    public func dump() -> String { BERTLV.dump(self) }
}
