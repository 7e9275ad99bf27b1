extension AnswerToReset {
    /// One part of the answer to reset and what it says.
    public struct Explanation: Sendable, Hashable, CustomStringConvertible {
        /// `TS`, `TA1`, `historical bytes` …
        public let name: String
        public let bytes: [UInt8]
        public let meaning: String

        /// `TA1  96  F 512, D 32: …`
        public var description: String { "\(name)  \(Hex.encode(bytes, separator: " "))  \(meaning)" }
    }

    /// What each part says, in order, every byte once.
    public func explain() -> [Explanation] {
        var lines = [
            Explanation(
                name: "TS", bytes: [bytes[0]],
                meaning: convention == .direct ? "direct convention" : "inverse convention"),
            Explanation(name: "T0", bytes: [bytes[1]], meaning: "\(historicalBytes.count) historical bytes"),
        ]
        for group in interface {
            func add(_ name: String, _ byte: UInt8?, _ meaning: (UInt8) -> String) {
                guard let byte else { return }
                lines.append(Explanation(name: "\(name)\(group.index)", bytes: [byte], meaning: meaning(byte)))
            }
            add("TA", group.ta) { meaningOfTA($0, group) }
            add("TB", group.tb) { meaningOfTB($0, group) }
            add("TC", group.tc) { meaningOfTC($0, group) }
            add("TD", group.td) { $0 & 0x0F == 15 ? "global interface bytes follow" : "T=\($0 & 0x0F) offered" }
        }
        if !historicalBytes.isEmpty {
            lines.append(
                Explanation(name: "historical bytes", bytes: historicalBytes, meaning: meaningOfHistoricalBytes))
        }
        if let checkByte {
            let meaning =
                if case .checkByte(_, let right)? = flaw {
                    "check byte, wrong: \(Hex.encode([right])) is right"
                } else {
                    "check byte, right"
                }
            lines.append(Explanation(name: "TCK", bytes: [checkByte], meaning: meaning))
        } else if flaw == .checkByteMissing {
            lines.append(Explanation(name: "TCK", bytes: [], meaning: "check byte, missing"))
        }
        let rest = Array(bytes[(historicalRange.upperBound + (checkByte == nil ? 0 : 1))...])
        if !rest.isEmpty { lines.append(Explanation(name: "more", bytes: rest, meaning: "does not belong there")) }
        return lines
    }

    private func meaningOfTA(_ byte: UInt8, _ group: InterfaceBytes) -> String {
        switch (group.index, group.type) {
        case (1, _):
            guard let rate = RateParameters(byte) else { return "reserved rate" }
            let nominal = Int(rate.bitsPerSecond(clock: Self.nominalClock))
            let common = Int(rate.bitsPerSecond(clock: Self.commonReaderClock))
            let limit = Int(rate.maximumClock / 1000)
            return "F \(rate.clockRateConversion), D \(rate.baudRateAdjustment): \(nominal) bit/s at 3571 kHz, "
                + "\(common) bit/s at 4000 kHz, clock up to \(limit) kHz"
        case (2, _):
            guard let mode = specificMode else { return "" }
            return "specific mode, T=\(mode.protocolType)"
                + (mode.usesImplicitParameters ? ", rate implied by the card" : ", rate of TA1")
                + (mode.canChange ? ", can change" : ", cannot change")
        case (_, 1): return "T=1: information field up to \(byte) bytes"
        case (_, 15):
            let classes = [(1, "A (5 V)"), (2, "B (3 V)"), (4, "C (1.8 V)")].filter { byte & $0.0 != 0 }.map(\.1)
            let stops = ["no clock stop", "clock stops low", "clock stops high", "clock stops either way"]
            return "\(stops[Int(byte >> 6)]), class \(classes.isEmpty ? "not said" : classes.joined(separator: ", "))"
        default: return "for T=\(group.type ?? 0)"
        }
    }

    private func meaningOfTB(_ byte: UInt8, _ group: InterfaceBytes) -> String {
        switch (group.index, group.type) {
        case (1, _), (2, _): "programming voltage, no longer used"
        case (_, 1): "T=1: BWI \(byte >> 4), CWI \(byte & 0x0F)"
        case (_, 15): byte == 0 ? "contact C6 not used" : "use of contact C6"
        default: "for T=\(group.type ?? 0)"
        }
    }

    private func meaningOfTC(_ byte: UInt8, _ group: InterfaceBytes) -> String {
        switch (group.index, group.type) {
        case (1, _): byte == 255 ? "shortest guard time" : "\(byte) units of extra guard time"
        case (2, _): "T=0: waiting time integer \(byte)"
        case (_, 1): byte & 1 != 0 ? "T=1: blocks end with CRC" : "T=1: blocks end with LRC"
        default: "for T=\(group.type ?? 0)"
        }
    }

    private var meaningOfHistoricalBytes: String {
        switch historicalBytes[0] {
        case 0x00: "compact TLV, then a status of three bytes"
        case 0x10: "data reference"
        case 0x80: "compact TLV"
        default: "the maker's own; a health card has its chip serial in the first 8"
        }
    }
}
