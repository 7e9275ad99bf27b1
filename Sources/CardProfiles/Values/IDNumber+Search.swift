extension IDNumber {
    /// Whether a text has an identity number in it: eighteen characters in a row that are one.
    public static func isFound(in text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 18 else { return false }
        return (0...bytes.count - 18).contains { start in
            var characters = bytes[start..<start + 18]
            if characters[start + 17] == UInt8(ascii: "x") { characters[start + 17] = UInt8(ascii: "X") }
            return (try? IDNumber(String(decoding: characters, as: UTF8.self))) != nil
        }
    }
}
