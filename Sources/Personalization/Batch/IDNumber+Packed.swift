import CardProfiles

extension IDNumber {
    /// The number behind ``packed``; nil for what no number packs to.
    init?(packed: UInt64) {
        var rest = packed
        var characters: [UInt8] = []
        for _ in 0..<18 {
            let digit = UInt8(rest % 11)
            characters.append(digit == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + digit)
            rest /= 11
        }
        guard rest == 0, let number = try? IDNumber(String(decoding: characters.reversed(), as: UTF8.self)) else {
            return nil
        }
        self = number
    }
}
