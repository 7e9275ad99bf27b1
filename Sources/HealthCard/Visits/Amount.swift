/// A decimal number that is never rounded: money, a dose. Not negative. In JSON a string, `"12.50"`.
public struct Amount: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// All digits as one number.
    public let units: Int
    /// How many of the digits stand after the point, 0...18.
    public let decimals: Int

    /// `units` with the last `decimals` digits after the point; nil for what no amount can be.
    public init?(units: Int, decimals: Int) {
        guard units >= 0, (0...18).contains(decimals) else { return nil }
        self.units = units
        self.decimals = decimals
    }

    /// From digits, and perhaps a point and more digits; nil for anything else, or more than 18 digits.
    public init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.flatMap { Array($0) }
        guard parts.allSatisfy({ !$0.isEmpty }), digits.count <= 18,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.init(
            units: digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, decimals: parts.count == 2 ? parts[1].count : 0)
    }

    /// With all its decimals.
    public var description: String {
        let digits = String(units)
        guard decimals > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// Whole part and fraction without trailing zeros: what two amounts of the same value have in common.
    private var normal: (whole: Int, fraction: String) {
        let text = description
        guard decimals > 0 else { return (units, "") }
        var fraction = text.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        return (Int(text.dropLast(decimals + 1)) ?? 0, String(fraction))
    }

    /// `12.5` equals `12.50`.
    public static func == (one: Amount, other: Amount) -> Bool { one.normal == other.normal }

    public static func < (one: Amount, other: Amount) -> Bool { one.normal < other.normal }

    public func hash(into hasher: inout Hasher) {
        let (whole, fraction) = normal
        hasher.combine(whole)
        hasher.combine(fraction)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let amount = Amount(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no amount like 12.50")
        }
        self = amount
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
