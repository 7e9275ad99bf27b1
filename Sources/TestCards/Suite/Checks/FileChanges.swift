import CardProfiles
import ISO7816

/// Changes that can be told from what was before, and undone by `restoring`.
extension CheckBench {
    /// All records, or the first bytes of a transparent file in one element; from a reset.
    func look(at file: FileDefinition) throws(CheckStop) -> [[UInt8]] {
        try reset()
        guard file.structure.kind == .transparent else { return try wholeContent(of: file) }
        try enter(reading: file)
        let count = min(file.size, 64, profile.capabilities.maximumBinaryData)
        return [try readBinary(of: file, count: count)]
    }

    /// Stands before a file with the rights to read and change it, and gives a command that does, ready to be sent.
    ///
    /// - Parameter before: what `look(at:)` gave.
    /// - Returns: also what `look(at:)` is to give after it.
    func prepareChange(
        of file: FileDefinition, from before: [[UInt8]]
    ) throws(CheckStop) -> (command: CommandAPDU, after: [[UInt8]]) {
        let flag = file.items.first?.flag
        let marksValid = before.first?.first == flag?.no
        let isErasing = file.structure.kind == .linearFixed && !marksValid
        var keys: [KeyDefinition] = []
        for right in [file.read, isErasing ? file.erase : file.update] {
            if let key = profile.key(of: right), !keys.contains(key) { keys.append(key) }
        }
        try approach(file, proving: keys)
        let first = before.first ?? []
        switch file.structure.kind {
        case .transparent:
            let new = first.map { ~$0 }
            let command = try command(.updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes(new)])
            return (command, [new])
        case .linearFixed:
            let mark = (marksValid ? flag?.yes : flag?.no) ?? file.initialByte
            return (try self.mark(1, of: file, valid: marksValid), [[mark]] + before.dropFirst())
        case .cyclic:
            let new = first.map { $0 ^ 0x01 }
            return (try update(record: 1, of: file, new), [new] + before.dropLast())
        default:
            let new = Array(first.prefix(2)) + first.dropFirst(2).map { $0 ^ 0x01 }
            return (try update(record: 1, of: file, new), [new] + before.dropFirst())
        }
    }
}
