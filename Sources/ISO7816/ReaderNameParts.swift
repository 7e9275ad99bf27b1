/// What the name of a reader tells: the service makes it of the driver's name, a serial number in parentheses where the
/// reader has one, and two numbers of two hexadecimal digits, by which it counts readers and their slots.
/// `ACS ACR39U ICC Reader (AB-12) 01 00`.
public struct ReaderNameParts: Sendable, Hashable {
    /// All readers of one kind and driver, and where they have one of one serial number: the name without its numbers.
    public let model: String
    /// What stands in parentheses at the end of the model; nil without, and for what holds a blank or is not ASCII.
    public let serial: String?
    /// The name without the number of the slot: what all slots of one reader share. Nil without both numbers.
    public let device: String?
    /// The number of the slot; nil without both numbers.
    public let slot: Int?

    /// - Parameter name: as the service lists it.
    public init(_ name: String) {
        var words = name.split(separator: " ", omittingEmptySubsequences: false)
        var numbers: [Substring] = []
        while numbers.count < 2, words.count > 1, let last = words.last, Self.isNumber(last) {
            numbers.append(last)
            words.removeLast()
        }
        model = words.joined(separator: " ")
        if numbers.count == 2, let number = numbers.first {
            slot = Int(number, radix: 16)
            device = String(name.dropLast(number.count + 1))
        } else {
            (slot, device) = (nil, nil)
        }
        serial = Self.serial(in: model)
    }

    private static func isNumber(_ word: Substring) -> Bool {
        word.utf8.count == 2 && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
    }

    private static func serial(in model: String) -> String? {
        guard model.hasSuffix(")"), let start = model.lastIndex(of: "(") else { return nil }
        let serial = model[model.index(after: start)...].dropLast()
        return !serial.isEmpty && serial.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? String(serial) : nil
    }
}
