import CardProfiles
import ISO7816

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
        if let blocking = card.behaviour.blocking(isPermanent ? .permanent : .temporary) {
            card.store.stage(blocking: blocking, of: card.session.directory)
        }
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
        if !card.behaviour.liftsPermanentBlocking {
            try require(blocking != .permanent, card.rules.blocking.permanentStatus)
        }
        try require(blocking != .none, card.rules.blocking.blockedStatus)
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
        let isProven = card.session.isMaking || card.hasProven(card.rules.cardBlockReference)
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
        if card.behaviour.blocksCard { card.store.stageBlocked() }
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
        let serial = card.behaviour.serialInProductionData(card.store.serial)
        var data = [UInt8](repeating: 0, count: max(0, layout.length))
        for field in layout.fields {
            let value =
                field.name == layout.serialField ? serial : card.options.productionData[field.name] ?? []
            for (index, byte) in value.prefix(field.length).enumerated()
            where data.indices.contains(field.offset + index) {
                data[field.offset + index] = byte
            }
        }
        return try whole(card.behaviour.productionData(data))
    }
}

extension CardSystem {
    /// Whether what a key of the current directory wins was won.
    func hasProven(_ reference: UInt8) -> Bool {
        store.key(reference, in: session.directory).map { session.rights.contains($0.right) } ?? false
    }
    var mayBlockApplication: Bool {
        guard holdsBlockKey(session.directory) else { return false }
        return session.isMaking || hasProven(rules.applicationBlockReference)
    }
}
