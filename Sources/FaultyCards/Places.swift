import VirtualCard

/// File identifiers of the card, by the names that the profile gives its files.
enum Place {
    static let first: UInt16 = 0xDDF1
    static let basic: UInt16 = 0xDF01
    static let clinical: UInt16 = 0xDF02
    static let visits: UInt16 = 0xDF03
    static let contacts: UInt16 = 0xEF06
    static let allergies: UInt16 = 0xEF07
    static let immunizations: UInt16 = 0xEF08
    static let inpatientIndex: UInt16 = 0xEF05
    static let outpatientIndex: UInt16 = 0xEF06
}

extension StoredPlace {
    init(_ kind: Kind, _ directory: UInt16, _ file: UInt16, number: Int = 0, offset: Int = 0) {
        self.init()
        (self.kind, self.directory, self.file, self.number, self.offset) = (kind, directory, file, number, offset)
    }
}

extension CardBehaviour {
    /// Writes to some places do not last.
    mutating func forget(
        _ lasting: MemoryBehaviour.Lasting, _ isForgotten: @escaping @Sendable (StoredPlace) -> Bool
    ) {
        memory.lasting = { [right = memory.lasting] place, before, after in
            isForgotten(place) ? lasting : right?(place, before, after) ?? .forGood
        }
    }

    /// Writes to some places set something else too.
    mutating func alsoWrite(_ others: @escaping @Sendable (StoredPlace, [UInt8]) -> [StoredWrite]) {
        memory.alsoWritten = { [right = memory.alsoWritten] place, bytes in
            others(place, bytes) + (right?(place, bytes) ?? [])
        }
    }

    /// Of an answer of some command something else comes.
    mutating func answer(
        _ operation: Operation, _ change: @escaping @Sendable (ReceivedCommand, LinkAnswer) -> LinkAnswer
    ) {
        link.answer = { [right = link.answer] command, answer in
            let answer = right?(command, answer) ?? answer
            return command.ins == operation.rawValue ? change(command, answer) : answer
        }
    }

    /// What a warm reset leaves of a session, and should not.
    mutating func afterWarmReset(_ keep: @escaping @Sendable (_ new: inout CardSession, _ old: CardSession) -> Void) {
        sessionAfterWarmReset = { [right = sessionAfterWarmReset] old in
            var new = right?(old) ?? CardSession()
            keep(&new, old)
            return new
        }
    }
}

extension ReceivedCommand {
    /// Where READ or UPDATE BINARY begins.
    var binaryOffset: Int { p1 & 0x80 != 0 ? Int(p2) : Int(p1) << 8 | Int(p2) }
    var namesShortIdentifier: Bool { p1 & 0x80 != 0 }
}
