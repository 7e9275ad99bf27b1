import ISO7816

/// The mistakes this card's operating system makes; none on a right card and before activation.
///
/// The operating system asks where it could be wrong, and the answer without faults is always what Docs/protocol.md says.
struct ActiveFaults: Sendable {
    let active: Set<SystemFault>

    static let none = ActiveFaults([])

    init(_ active: Set<SystemFault>) { self.active = active }

    func has(_ fault: SystemFault) -> Bool { !active.isEmpty && active.contains(fault) }

    // MARK: Checks that are forgotten

    /// A step of Docs/protocol.md §5 "Order of checks".
    enum Check { case right, parameters, length }

    /// Runs a check, unless the card forgets it for this command.
    func check(_ check: Check, _ command: ReceivedCommand, _ body: () throws(Refusal) -> Void) throws(Refusal) {
        guard !active.isEmpty else { return try body() }
        do { try body() } catch {
            guard Self.forgotten(check, command).contains(where: active.contains) else { throw error }
        }
    }

    private static func forgotten(_ check: Check, _ command: ReceivedCommand) -> [SystemFault] {
        switch (check, command.ins) {
        case (.right, 0xDC): [.updateRightNotAsked]
        case (.right, 0x0C): [.eraseRightNotAsked]
        case (.right, 0xB0): command.p1 & 0x80 != 0 ? [.shortIdentifierUnchecked] : []
        case (.right, 0xB2):
            (command.p2 >> 3 != 0 ? [.shortIdentifierUnchecked] : [])
                + (command.p2 & 7 == RecordPlace.Mode.fromNumber.rawValue ? [.allRecordsUnchecked] : [])
        case (.right, 0x18): [.unblockWithoutRight]
        case (.right, 0x16): [.cardBlockWithoutRight]
        case (.right, 0xE0): [.createAfterActivation]
        case (.right, 0x44), (.right, 0x05), (.right, 0xF0): [.activateAgain]
        case (.parameters, 0x82), (.parameters, 0x88): [.parametersIgnored]
        case (.parameters, 0xCA): [.productionTag]
        case (.length, 0x84): [.challengeLengthIgnored]
        default: []
        }
    }

    // MARK: What a command looks like

    /// A command whose Lc and Le do not fit its bytes, as a card reads it that does not look behind Lc.
    func withoutTrailingBytes(_ bytes: [UInt8]) -> ReceivedCommand? {
        guard has(.trailingBytesIgnored), bytes.count > 5, bytes[4] != 0 else { return nil }
        return ReceivedCommand(Array(bytes.prefix(5 + Int(bytes[4]))), allowsExtended: false)
    }

    /// The longest short command: header, Lc, 255 bytes, Le.
    private static let longestShort = 261

    func isMuted(by bytes: [UInt8]) -> Bool { has(.mute) && bytes.count > Self.longestShort }

    func limit(_ command: inout ReceivedCommand) {
        guard has(.extendedCut), command.isExtended, let ne = command.ne, ne > 256 else { return }
        command.ne = 256
    }

    // MARK: Status words

    /// What a refusal is answered with.
    func status(_ right: StatusWord) -> StatusWord {
        guard !active.isEmpty else { return right }
        for (fault, expected, wrong) in Self.wrongStatus where expected == right && active.contains(fault) {
            return wrong
        }
        return right
    }

    private static let wrongStatus: [(SystemFault, StatusWord, StatusWord)] = [
        (.statusFileNotFound, .fileNotFound, .wrongData), (.statusRecordNotFound, .recordNotFound, .fileNotFound),
        (.statusParameters, .incorrectP1P2, .wrongP1P2), (.statusKeyNotFound, .referencedDataNotFound, .fileNotFound),
        (.statusLength, .wrongLength, .wrongData),
        (.statusInstruction, .instructionNotSupported, .classNotSupported),
        (.statusClass, .classNotSupported, .instructionNotSupported),
        (.statusSecurity, .securityStatusNotSatisfied, .conditionsNotSatisfied),
        (.statusLocked, .authenticationMethodBlocked, .triesLeft(0)),
        (.statusChallenge, .referenceDataNotUsable, .conditionsNotSatisfied),
        (.statusMessaging, .incorrectSecureMessagingData, .securityStatusNotSatisfied),
        (.statusOffset, .wrongP1P2, .notEnoughMemory),
        (.statusStructure, .incompatibleFileStructure, .commandNotAllowed),
        (.statusNoFile, .commandNotAllowed, .conditionsNotSatisfied),
    ]

    // MARK: Answer to reset

    /// - Parameters:
    ///   - answer: what a right card answers.
    ///   - serial: where the serial stands in it.
    ///   - hasCheckByte: the last byte is TCK.
    func answerToReset(_ answer: [UInt8], serial: Range<Int>, hasCheckByte: Bool) -> [UInt8] {
        guard !active.isEmpty, let last = answer.indices.last else { return answer }
        var bytes = answer
        if has(.answerToResetSerial), bytes.indices.contains(serial.upperBound - 1) {
            bytes[serial.upperBound - 1] ^= 1
        }
        if has(.answerToResetHistory), bytes.indices.contains(serial.upperBound) { bytes[serial.upperBound] ^= 1 }
        guard hasCheckByte else { return bytes }
        bytes[last] = bytes[1..<last].reduce(0, ^)
        if has(.answerToResetCheckByte) { bytes[last] ^= 0xFF }
        return bytes
    }
}
