import CardProfiles
import ISO7816

/// WRITE KEY `84 D4 01 ref` under the transport key (Docs/protocol.md §5, Docs/dialects.md §2, §5).
struct WriteKey: Instruction {
    static let classes: [UInt8] = [0x84]
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    /// A key as it arrives.
    private struct Content {
        let usage: UInt8
        let version: UInt8
        let algorithm: UInt8
        let tries: UInt8
        /// What it wins; nil where that is its reference.
        let right: UInt8?
        let value: [UInt8]
    }

    private var content: Content?
    private var isErasure = false

    private static let valueLength = 16
    /// usage, reference, version, algorithm, tries, rights, three zeros.
    private static let headLength = 9
    /// usage, use, change, right, version, algorithm, tries.
    private static let bankHeadLength = 7

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0x01, .incorrectP1P2)
    }
    mutating func checkLength(_ card: CardSystem) throws(Refusal) {
        let cryptography = card.rules.cryptography
        isErasure = card.rules.convention == .erasedTransportKey && isTransport(card)
        let head = card.rules.convention == .pboc ? Self.bankHeadLength : Self.headLength
        let length =
            isErasure
            ? Self.headLength + cryptography.mac.length
            : cryptography.bodyLength(of: head + Self.valueLength, under: .encryptedMAC)
        try requireBody(command.data.count == length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        try require(!isTransport(card) || isErasure, .conditionsNotSatisfied)
        guard let key = card.store.transportKey(reference: card.rules.transportKey.reference) else {
            throw Refusal(card.rules.blocking.noKeyStatus)
        }
        return KeyUse(key: key, protection: isErasure ? .mac : .encryptedMAC)
    }
    mutating func checkContent(_ card: CardSystem) throws(Refusal) {
        let data = command.data
        if isErasure {
            let wanted = [0xFF, command.p2] + [UInt8](repeating: 0, count: Self.headLength - 2)
            try require(data == wanted, .wrongData)
            return try require(!card.isBlank, .conditionsNotSatisfied)
        }
        let content = card.rules.convention == .pboc ? bankContent(data, card) : isoContent(data)
        guard let content, let usage = card.rules.usage(of: content.usage) else { throw Refusal(.wrongData) }
        let tries = usage == .externalAuthentication ? card.rules.authenticationTries : 0
        try require(content.algorithm == card.rules.cryptography.algorithm, .wrongData)
        try require(content.tries == tries, .wrongData)
        if card.rules.convention == .pboc { try findPlace(in: card) }
        self.content = content
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let content else {
            card.stageActivated()
            return Answer()
        }
        let isStaged = card.store.stageKey(
            reference: command.p2, usage: content.usage, version: content.version, algorithm: content.algorithm,
            tries: content.tries, right: content.right, value: content.value, in: card.session.directory)
        try require(isStaged, .notEnoughMemory)
        return Answer()
    }
    func finish(_ card: CardSystem) {
        if isErasure { card.session.isMaking = false }
        card.store.refreshKey(command.p2, in: card.session.directory)
    }

    private func isTransport(_ card: CardSystem) -> Bool {
        card.session.directory == 0 && command.p2 == card.rules.transportKey.reference
    }

    private func isoContent(_ data: [UInt8]) -> Content? {
        guard data.count == Self.headLength + Self.valueLength, data[1] == command.p2,
            data[5..<9].allSatisfy({ $0 == 0 })
        else { return nil }
        return Content(
            usage: data[0], version: data[2], algorithm: data[3], tries: data[4], right: nil,
            value: Array(data[Self.headLength...]))
    }

    /// The key may be used by everyone and changed by nobody; what wins a state says which.
    private func bankContent(_ data: [UInt8], _ card: CardSystem) -> Content? {
        let codes = card.rules.codes
        guard data.count == Self.bankHeadLength + Self.valueLength, data[1] == codes.always, data[2] == codes.never
        else { return nil }
        let winsNothing = card.rules.usage(of: data[0]) != .externalAuthentication
        guard winsNothing == (data[3] == codes.never), data[3] != codes.always else { return nil }
        return Content(
            usage: data[0], version: data[4], algorithm: data[5], tries: data[6], right: data[3],
            value: Array(data[Self.bankHeadLength...]))
    }

    /// Keys lie in the key file of their directory, as many as it has room for.
    private func findPlace(in card: CardSystem) throws(Refusal) {
        let directory = card.store.directories[card.session.directory]
        guard let rule = card.rules.codes.keyFile,
            let file = directory.files.first(where: { $0.descriptor == rule.descriptor })
        else { throw Refusal(.fileNotFound) }
        let isReplaced = directory.keys.contains { $0.reference == command.p2 }
        let count = directory.keys.count + (isReplaced ? 0 : 1)
        try require(count * rule.bytesPerKey <= file.recordSize, .notEnoughMemory)
    }
}
