import ISO7816

/// What of a command and its answer may be seen, and what is only counted.
///
/// Headers, lengths and status words always are. What a PIN has to do with never is.
struct TraceRedaction {
    var level: TracingChannel.Redaction
    /// The command whose answer GET RESPONSE fetches.
    private(set) var answered: UInt8 = 0

    init(_ level: TracingChannel.Redaction) { self.level = level }

    /// VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and the SAM's own change of PIN.
    private static let pinCommands: Set<UInt8> = [0x20, 0x24, 0x2C, 0x5E]
    /// SELECT, CREATE FILE, ACTIVATE FILE, and the life-cycle commands of other dialects: names and structures.
    private static let openCommands: Set<UInt8> = [0xA4, 0xE0, 0x44, 0xF0, 0x05]
    /// SELECT's template, GET CHALLENGE's random bytes. Not GET DATA's: production data has the chip's serial.
    private static let openAnswers: Set<UInt8> = [0xA4, 0x84]

    static func isAboutPIN(_ ins: UInt8) -> Bool { pinCommands.contains(ins) }

    /// - Returns: nil for bytes that are no command APDU: then no more than a header may be shown.
    mutating func command(_ bytes: [UInt8]) -> TraceBytes? {
        let ins = bytes.count > 1 ? bytes[1] : 0
        if ins != InstructionByte.getResponse { answered = ins }
        guard let command = try? CommandAPDU(bytes) else { return nil }
        guard !command.data.isEmpty, !shows(command.ins, Self.openCommands) else { return TraceBytes(bytes) }
        // Short and extended forms differ in the bytes around the data alone.
        let isExtended = bytes.count > 4 && bytes[4] == 0
        let body = isExtended ? 7 : 5
        var visible = TraceBytes(Array(bytes.prefix(body)))
        visible.hide(command.data.count)
        visible.show(Array(bytes.dropFirst(body + command.data.count)))
        return visible
    }

    /// - Returns: nil for bytes without a status word.
    func answer(_ bytes: [UInt8]) -> TraceBytes? {
        guard let answer = try? ResponseAPDU(bytes) else { return nil }
        guard !answer.data.isEmpty, !shows(answered, Self.openAnswers) else { return TraceBytes(bytes) }
        var visible = TraceBytes()
        visible.hide(answer.data.count)
        visible.show(answer.status.bytes)
        return visible
    }

    /// The historical bytes tell one card from all others, and so does the check byte over them.
    ///
    /// - Parameter serial: which of the historical bytes do; nil: all.
    /// - Returns: nothing but a count for what is no answer to reset.
    static func answerToReset(_ bytes: [UInt8], hiding serial: Range<Int>?) -> TraceBytes {
        var visible = TraceBytes()
        guard let parsed = try? AnswerToReset(tolerant: bytes) else {
            visible.hide(bytes.count)
            return visible
        }
        let count = parsed.historicalBytes.count
        let start = parsed.historicalRange.lowerBound
        // The check byte, and whatever else there is.
        let rest = bytes.count - start - count
        let hidden = (serial ?? 0..<count).clamped(to: 0..<count)
        visible.show(Array(bytes[..<(start + hidden.lowerBound)]))
        visible.hide(hidden.count)
        visible.show(Array(bytes[(start + hidden.upperBound)..<(start + count)]))
        visible.hide(rest)
        return visible
    }

    private func shows(_ ins: UInt8, _ open: Set<UInt8>) -> Bool {
        switch level {
        case .personalDataAndSecrets: open.contains(ins)
        case .pinsOnly: !Self.isAboutPIN(ins)
        }
    }
}
