/// The details most entries have, those of a card's beginning and of its making, read and written without the detour over a
/// general reader of JSON. Nothing else is read here, and nothing is written that would not be read the same.
struct PlainDetail {
    private var rest: Substring.UTF8View

    /// - Returns: nil for any other text, which may be a detail all the same.
    static func read(_ text: String) -> EntryDetail? {
        var reader = PlainDetail(rest: text[...].utf8)
        return reader.read()
    }

    /// - Returns: nil for a detail with anything else in it.
    static func text(of detail: EntryDetail) -> String? {
        guard let sequence = detail.sequence else { return nil }
        var text = "{"
        if let attempt = detail.attempt { text += "\"attempt\":\(attempt)," }
        if let card = detail.card {
            text += "\"card\":{\"bytesIn\":\(card.bytesIn),\"bytesOut\":\(card.bytesOut),\"commands\":\(card.commands),"
            text += "\"imageDigest\":\"\(card.imageDigest)\",\"milliseconds\":\(card.milliseconds),"
            text += "\"wasContinued\":\(card.wasContinued)},"
        }
        if let number = detail.number { text += "\"number\":\(number)," }
        if let release = detail.release { text += "\"release\":\"\(release)\"," }
        text += "\"sequence\":\(sequence)}"
        return read(text) == detail ? text : nil
    }

    private mutating func read() -> EntryDetail? {
        var detail = EntryDetail()
        guard take("{") else { return nil }
        if take("\"attempt\":") {
            guard let attempt = integer(), take(",") else { return nil }
            detail.attempt = attempt
        }
        if take("\"card\":{") {
            guard let card = card(), take("},") else { return nil }
            detail.card = card
        }
        if take("\"number\":") {
            guard let number = integer(), take(",") else { return nil }
            detail.number = Int(number)
        }
        if take("\"release\":\"") {
            guard let release = plain(), take("\",") else { return nil }
            detail.release = release
        }
        guard take("\"sequence\":"), let sequence = integer(), take("}"), rest.isEmpty else { return nil }
        detail.sequence = Int(sequence)
        return detail
    }

    private mutating func card() -> MadeCard? {
        guard take("\"bytesIn\":"), let bytesIn = integer(), take(",\"bytesOut\":"), let bytesOut = integer(),
            take(",\"commands\":"), let commands = integer(), take(",\"imageDigest\":\""), let digest = plain(),
            take("\",\"milliseconds\":"), let milliseconds = integer(), take(",\"wasContinued\":")
        else { return nil }
        let wasContinued = take("true")
        guard wasContinued || take("false") else { return nil }
        return MadeCard(
            imageDigest: digest, commands: Int(commands), bytesOut: Int(bytesOut), bytesIn: Int(bytesIn),
            milliseconds: Int(milliseconds), wasContinued: wasContinued)
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard rest.starts(with: wanted) else { return false }
        rest = rest.dropFirst(wanted.count)
        return true
    }

    /// A number as it is written: no sign but a minus, no zero before others, no more than 18 digits.
    private mutating func integer() -> Int64? {
        let isNegative = take("-")
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...18).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        guard !isNegative || value != 0 else { return nil }
        rest = rest.dropFirst(digits.count)
        return isNegative ? -value : value
    }

    /// Letters and digits, which need no escape.
    private mutating func plain() -> String? {
        let text = rest.prefix {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
        }
        rest = rest.dropFirst(text.count)
        return String(Substring(text))
    }
}
