import CardProfiles
import ISO7816

/// What ends personalization: the transport key is gone, and every right is the card's own.
protocol MakingEnd: Instruction {
    /// P1-P2.
    static var parameters: [UInt8] { get }
    /// Whether the current directory is the one it is sent in.
    func isAtPlace(_ card: CardSystem) -> Bool
}

extension MakingEnd {
    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require([command.p1, command.p2] == Self.parameters, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) { try requireBody(command.data.isEmpty) }
    func checkContent(_ card: CardSystem) throws(Refusal) {
        try require(isAtPlace(card) && !card.isBlank, .conditionsNotSatisfied)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        card.stageActivated()
        return Answer()
    }
    func finish(_ card: CardSystem) { card.session.isMaking = false }
}

/// ACTIVATE FILE at the MF (ISO/IEC 7816-9:2017 §7.5, Docs/protocol.md §5).
struct ActivateFile: MakingEnd {
    static let parameters: [UInt8] = [0x00, 0x00]
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }
    func isAtPlace(_ card: CardSystem) -> Bool { card.session.directory == 0 }
}

/// `00 44 05 00` in the first directory (Docs/card.md §3.1, Docs/dialects.md §4).
struct ActivateFirstDirectory: MakingEnd {
    static let parameters: [UInt8] = [0x05, 0x00]
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }
    func isAtPlace(_ card: CardSystem) -> Bool { card.isInActivationDirectory }
}

/// `80 05 00 00` at the MF (Docs/card.md §3.1, Docs/dialects.md §2).
struct EndMaking: MakingEnd {
    static let classes: [UInt8] = [0x80]
    static let parameters: [UInt8] = [0x00, 0x00]
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }
    func isAtPlace(_ card: CardSystem) -> Bool { card.session.directory == 0 }
}

/// `80 F0 40 04 Lc name` in the directory of that name; the first directory's comes last and ends personalization
/// (Docs/card.md §3.1, Docs/dialects.md §3).
struct ActivateByName: Instruction {
    static let classes: [UInt8] = [0x80]
    var command: ReceivedCommand
    private var isLast = false
    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0x40 && command.p2 == 0x04, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) { try requireBody(!command.data.isEmpty) }
    mutating func checkContent(_ card: CardSystem) throws(Refusal) {
        let here = card.session.directory
        let directories = card.store.directories
        try require(directories[here].name == command.data, .wrongData)
        try require(!card.isBlank, .conditionsNotSatisfied)
        isLast = card.isInActivationDirectory
        guard isLast else { return }
        let below = directories.indices.filter { directories[$0].parent == here }
        try require(below.allSatisfy { card.store.isActivated($0) }, .conditionsNotSatisfied)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        if isLast { card.stageActivated() } else { card.store.stageActivated(card.session.directory) }
        return Answer()
    }
    func finish(_ card: CardSystem) { if isLast { card.session.isMaking = false } }
}

extension CardSystem {
    /// Whether the current directory is the one whose activation ends personalization.
    fileprivate var isInActivationDirectory: Bool {
        store.directories[session.directory].identifier == rules.activationDirectory
    }
}
