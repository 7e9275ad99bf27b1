import ISO7816
import VirtualCard

/// INS of the commands that faults are about.
enum Operation: UInt8 {
    case eraseRecord = 0x0C
    case cardBlock = 0x16
    case applicationUnblock = 0x18
    case externalAuthenticate = 0x82
    case getChallenge = 0x84
    case internalAuthenticate = 0x88
    case readBinary = 0xB0
    case readRecord = 0xB2
    case getData = 0xCA
    case writeRecord = 0xD2
    case updateBinary = 0xD6
    case updateRecord = 0xDC
    case createFile = 0xE0
    /// Of the conventions: ACTIVATE FILE, the end of making, activation by name.
    case activateFile = 0x44
    case endMaking = 0x05
    case activateByName = 0xF0

    static let activation: [Operation] = [.activateFile, .endMaking, .activateByName]
    /// Those that a right of a file lets through.
    static let usingRights: Set<UInt8> = [
        Operation.readBinary, .readRecord, .writeRecord, .updateBinary, .updateRecord, .eraseRecord,
    ].reduce(into: []) { $0.insert($1.rawValue) }
}

extension CardBehaviour {
    /// Leaves out a step of the order of checks for a command.
    mutating func omit(
        _ step: CheckStep, of operation: Operation,
        where condition: @escaping @Sendable (ReceivedCommand) -> Bool = { _ in true }
    ) {
        omits = { [right = omits] in right($0, $1) || $0 == step && $1.ins == operation.rawValue && condition($1) }
    }

    /// Something of the session before is still there after a reset.
    mutating func afterReset(_ keep: @escaping @Sendable (_ new: inout CardSession, _ old: CardSession) -> Void) {
        sessionAfterReset = { [right = sessionAfterReset] old in
            var new = right(old)
            keep(&new, old)
            return new
        }
    }

    mutating func answer(_ wrong: StatusWord, insteadOf expected: StatusWord) {
        refusal = { [right = refusal] in $0 == expected ? wrong : right($0) }
    }

    mutating func acceptAnyMAC(of operations: [Operation]) {
        let instructions = operations.map(\.rawValue)
        acceptsMAC = { [right = acceptsMAC] in instructions.contains($2.ins) || right($0, $1, $2) }
    }

    /// Long against the few milliseconds that a command may take, and short enough for a suite of a thousand. One
    /// directory is slow: a suite that reads a whole card would take hours otherwise.
    mutating func slow(_ operations: [Operation]) {
        let instructions = operations.map(\.rawValue)
        delay = { [right = delay] in $1 && instructions.contains($0) ? 0.15 : right($0, $1) }
    }
}

extension [UInt8] {
    /// These bytes with some bits of one of them turned over; unchanged where there is no such byte.
    func flipped(at index: Int?, by mask: UInt8 = 1) -> [UInt8] {
        guard let index, indices.contains(index) else { return self }
        var bytes = self
        bytes[index] ^= mask
        return bytes
    }

    /// Whether the first bytes are the same.
    func agrees(with other: [UInt8], in count: Int) -> Bool { prefix(count) == other.prefix(count) }
}
