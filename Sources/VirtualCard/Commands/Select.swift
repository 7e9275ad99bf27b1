import CardProfiles
import ISO7816

/// SELECT by file identifier or name (ISO/IEC 7816-4:2013 §11.1.1, Docs/protocol.md §4, §5 Tree).
struct Select: Instruction {
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    private var target = Target.directory(0)

    private enum Target {
        case directory(Int)
        case file(Int)
    }

    init(_ command: ReceivedCommand) { self.command = command }

    /// P1 00 without a data field is the MF (ISO/IEC 7816-4:2013 §11.1.1).
    private var selectsMaster: Bool { command.p1 == 0 && command.data.isEmpty }

    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 || command.p1 == 4 && card.options.directoryNames, .incorrectP1P2)
        try require(command.p2 == 0 || command.p2 == 0x0C, .incorrectP1P2)
    }

    func checkLength(_ card: CardSystem) throws(Refusal) {
        let isLength =
            command.p1 == 0 ? command.data.count == 2 || selectsMaster : (1...16).contains(command.data.count)
        try require(isLength, .wrongLength)
    }

    mutating func checkContent(_ card: CardSystem) throws(Refusal) {
        guard let found = command.p1 == 0 ? byIdentifier(card) : byName(card) else {
            if command.p1 == 0, !card.behaviour.refusesUnknownIdentifiers {
                return target = .directory(card.session.directory)
            }
            if !card.behaviour.staysAfterFailedSelect { card.session.enter(0, keepsRights: false) }
            throw Refusal(.fileNotFound)
        }
        target = found
    }

    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        var status = StatusWord.ok
        if case .directory(let index) = target {
            switch card.store.blocking(of: index) {
            case .permanent where card.behaviour.enteringIsRefusedWhenPermanentlyBlocked:
                throw Refusal(card.rules.blocking.permanentStatus)
            case .permanent, .temporary:
                if card.behaviour.tellsBlocking { status = card.rules.blocking.temporaryStatus }
            case .none: break
            }
        }
        if command.p2 != 0, card.behaviour.givesFCIUnasked {
            return Answer(data: controlInformation(card), status: status)
        }
        guard command.ne != nil, command.p2 == 0, card.behaviour.givesFCI else { return Answer(status: status) }
        var answer = try whole(card.behaviour.controlInformation(controlInformation(card)))
        answer.status = status
        return answer
    }

    func finish(_ card: CardSystem) {
        switch target {
        case .directory(let index):
            let isSame = index == card.session.directory
            let keepsRights =
                isSame && card.options.keepsRightsOnReselect || card.behaviour.keepsRights(isSame)
                || card.behaviour.keepsRightsOnSelect(command, isSame)
            card.session.enter(index, keepsRights: keepsRights)
        case .file(let index):
            card.session.file = index
            if !card.behaviour.selectingFileKeepsRights { card.session.rights = [] }
        }
    }

    /// The current directory's files and directories, itself, its sisters, its parent, the MF; less where the maker's
    /// card reaches less.
    private func byIdentifier(_ card: CardSystem) -> Target? {
        if selectsMaster { return .directory(0) }
        let identifier = UInt16(command.data[0]) << 8 | UInt16(command.data[1])
        let directories = card.store.directories
        let current = card.session.directory
        if let file = directories[current].files.firstIndex(where: { $0.identifier == identifier }) {
            return .file(file)
        }
        guard card.options.directoryIdentifiers else {
            return directories[0].identifier == identifier ? .directory(0) : nil
        }
        func child(of parent: Int?) -> Int? {
            guard let parent else { return nil }
            return directories.firstIndex { $0.parent == parent && $0.identifier == identifier }
        }
        if let index = child(of: current) { return .directory(index) }
        let parent = directories[current].parent
        if card.behaviour.reachesGrandchildren,
            let index = directories.firstIndex(where: {
                $0.identifier == identifier && $0.parent.flatMap { directories[$0].parent } == current
            })
        {
            return .directory(index)
        }
        let sister = card.behaviour.reachesSisters ? child(of: parent) : nil
        let others =
            card.options.directoriesThroughMaster ? [current, 0] : [current, sister, parent, 0].compactMap { $0 }
        return others.first { directories[$0].identifier == identifier }.map { .directory($0) }
    }

    private func byName(_ card: CardSystem) -> Target? {
        card.store.directories.firstIndex { !$0.name.isEmpty && card.behaviour.isName($0.name, command.data) }
            .map { .directory($0) }
    }

    private func controlInformation(_ card: CardSystem) -> [UInt8] {
        let behaviour = card.behaviour
        switch target {
        case .file(let index):
            let file = card.store.directories[card.session.directory].files[index]
            let length = file.records.isEmpty ? file.size : file.records.reduce(0) { $0 + $1.count }
            let size = behaviour.sizeInFCI(length)
            let descriptor =
                [
                    behaviour.descriptorInFCI(file.descriptor, card.rules.codes), 0x01,
                    UInt8(truncatingIfNeeded: file.recordSize >> 8),
                ]
                + [UInt8(truncatingIfNeeded: file.recordSize), UInt8(truncatingIfNeeded: file.recordCount)]
            return Self.object(
                0x6F,
                Self.object(0x80, [UInt8(truncatingIfNeeded: size >> 8), UInt8(truncatingIfNeeded: size)])
                    + Self.object(0x82, descriptor)
                    + Self.object(0x83, Self.bytes(behaviour.identifierInFCI(file.identifier))))
        case .directory(let index):
            let directory = card.store.directories[index]
            let serial = behaviour.serialInFCI(card.store.serial)
            let issuer = Self.object(0xA5, [0x9F, 0x0C] + [UInt8(serial.count)] + serial)
            if directory.parent != nil {
                let name =
                    directory.name.isEmpty
                    ? Self.object(0x83, Self.bytes(directory.identifier))
                    : Self.object(0x84, behaviour.nameInFCI(directory.name))
                return Self.object(0x6F, name + issuer)
            }
            let state = card.options.lifeCycleInFCI ? card.lifeCycleByte.map { Self.object(0x8A, [$0]) } ?? [] : []
            return Self.object(0x6F, Self.object(0x83, [0x3F, 0x00]) + state + issuer)
        }
    }

    private static func bytes(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }

    /// Nothing in an FCI of this card reaches 128 bytes.
    private static func object(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        [tag, UInt8(truncatingIfNeeded: value.count)] + value
    }
}

extension CardSystem {
    var lifeCycleState: LifeCycleState {
        store.isActivated ? .activated : isBlank ? .blank : .beingMade
    }
    /// Whether anybody began to make a card of the chip: keys come first, but for files on a chip without any.
    var isBlank: Bool {
        guard !store.isActivated, store.directories.allSatisfy(\.keys.isEmpty) else { return false }
        return !rules.delivered.isEmpty || store.directories.count == 1 && store.directories[0].files.isEmpty
    }
    var lifeCycleByte: UInt8? {
        rules.lifeCycle.stateBytes[behaviour.lifeCycleInFCI(lifeCycleState)]
    }
}
