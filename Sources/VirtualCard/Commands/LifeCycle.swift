import CardProfiles
import ISO7816

/// WRITE KEY `84 D4 01 ref 24` under the transport key (Docs/protocol.md §5).
struct WriteKey: Instruction {
    static let classes: [UInt8] = [0x84]
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    /// usage, reference, version, algorithm, tries, rights, three zeros, the key.
    private static let plainLength = 25

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0x01, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        let length = card.rules.cryptography.bodyLength(of: Self.plainLength, under: .encryptedMAC)
        try requireBody(command.data.count == length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        let isTransport = card.session.directory == 0 && command.p2 == card.rules.transportKey.reference
        try require(!isTransport, .conditionsNotSatisfied)
        guard let key = card.store.transportKey(reference: card.rules.transportKey.reference) else {
            throw Refusal(card.rules.blocking.noKeyStatus)
        }
        return KeyUse(key: key, protection: .encryptedMAC)
    }
    func checkContent(_ card: CardSystem) throws(Refusal) {
        let data = command.data
        try require(data.count == Self.plainLength, .wrongData)
        guard let usage = card.rules.usage(of: data[0]) else { throw Refusal(.wrongData) }
        let tries = usage == .externalAuthentication ? card.rules.authenticationTries : 0
        try require(data[1] == command.p2, .wrongData)
        try require(data[3] == card.rules.cryptography.algorithm, .wrongData)
        try require(data[4] == tries, .wrongData)
        try require(data[5..<9].allSatisfy { $0 == 0 }, .wrongData)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let data = command.data
        let isStaged = card.store.stageKey(
            reference: data[1], usage: data[0], version: data[2], algorithm: data[3], tries: data[4],
            value: Array(data[9...]), in: card.session.directory)
        try require(isStaged, .notEnoughMemory)
        return Answer()
    }
    func finish(_ card: CardSystem) { card.store.refreshKey(command.p2, in: card.session.directory) }
}

/// ACTIVATE FILE at the MF ends personalization (ISO/IEC 7816-9:2017 §7.5, Docs/protocol.md §5).
struct ActivateFile: Instruction {
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) { try requireBody(command.data.isEmpty) }
    func checkContent(_ card: CardSystem) throws(Refusal) {
        try require(card.session.directory == 0 && !card.store.isBlank, .conditionsNotSatisfied)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        card.store.stageActivated()
        return Answer()
    }
    func finish(_ card: CardSystem) { card.session.isMaking = false }
}

/// APPLICATION BLOCK `84 1E 00 {00|01}` (Docs/protocol.md §3, §5 Blocking).
struct ApplicationBlock: Instruction {
    static let classes: [UInt8] = [0x84]
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.mayBlockApplication, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        let modes = [card.rules.blocking.temporaryMode, card.rules.blocking.permanentMode]
        try require(command.p1 == 0 && modes.contains(command.p2), .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(command.data.count == card.rules.cryptography.mac.length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        try require(card.store.blocking(of: card.session.directory) != .permanent, card.rules.blocking.permanentStatus)
        return KeyUse(key: try card.maintenanceKey(), protection: .mac)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let isPermanent = command.p2 == card.rules.blocking.permanentMode
        card.store.stage(blocking: isPermanent ? .permanent : .temporary, of: card.session.directory)
        return Answer()
    }
}

/// APPLICATION UNBLOCK `84 18 00 00` (Docs/protocol.md §3, §5 Blocking).
struct ApplicationUnblock: Instruction {
    static let classes: [UInt8] = [0x84]
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.mayBlockApplication, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(command.data.count == card.rules.cryptography.mac.length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        let blocking = card.store.blocking(of: card.session.directory)
        try require(blocking != .permanent, card.rules.blocking.permanentStatus)
        try require(blocking == .temporary, card.rules.blocking.blockedStatus)
        return KeyUse(key: try card.maintenanceKey(), protection: .mac)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        card.store.stage(blocking: .none, of: card.session.directory)
        card.store.stage(wrongMACs: 0, in: card.session.directory)
        return Answer()
    }
}

/// CARD BLOCK `84 16 00 00` at the MF: final (Docs/protocol.md §3).
struct CardBlock: Instruction {
    static let classes: [UInt8] = [0x84]
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        let isProven = card.session.isMaking || card.session.rights.contains(card.rules.cardBlockReference)
        try require(card.session.directory == 0 && isProven, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(command.data.count == card.rules.cryptography.mac.length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        KeyUse(key: try card.maintenanceKey(), protection: .mac)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        card.store.stageBlocked()
        return Answer()
    }
}

/// GET DATA `00 CA 9F 7F`: chip production data (ISO/IEC 7816-4:2013 §11.5.2, Docs/protocol.md §4).
struct GetData: Instruction {
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkParameters(_ card: CardSystem) throws(Refusal) {
        let tag = UInt16(command.p1) << 8 | UInt16(command.p2)
        try require(tag == card.rules.productionData.tag, .referencedDataNotFound)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try require(command.data.isEmpty && command.ne != nil, .wrongLength)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let layout = card.rules.productionData
        var data = [UInt8](repeating: 0, count: max(0, layout.length))
        for field in layout.fields {
            let value =
                field.name == layout.serialField ? card.store.serial : card.options.productionData[field.name] ?? []
            for (index, byte) in value.prefix(field.length).enumerated()
            where data.indices.contains(field.offset + index) {
                data[field.offset + index] = byte
            }
        }
        return try whole(data)
    }
}

extension CardSystem {
    var mayBlockApplication: Bool {
        guard holdsBlockKey(session.directory) else { return false }
        return session.isMaking || session.rights.contains(rules.applicationBlockReference)
    }
}
