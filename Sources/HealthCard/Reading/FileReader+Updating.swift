import CardProfiles
import ISO7816

extension FileReader {
    /// Writes into a transparent file in the largest blocks the card takes: extended, short, or of 128 bytes.
    ///
    /// The right to update has been won before. Where it ends with an error, the blocks before that have been written:
    /// read the file again to know.
    ///
    /// - Parameters:
    ///   - offset: 0-32767.
    ///   - data: not beyond the end of the file.
    func updateBinary(_ file: FileDefinition, offset: Int = 0, _ data: [UInt8]) throws(ReadFailure) {
        guard offset >= 0, offset + data.count <= file.size else {
            throw .file(.doesNotFit(bytes: data.count, offset: offset, size: file.size))
        }
        var written = 0
        while written < data.count {
            let place = offset + written
            guard place < 0x8000 else { throw .file(.outOfReach(offset: place, command: "UPDATE BINARY")) }
            var count = 0
            _ = try exchange(file, .update) { (habits) throws(ReadFailure) in
                let isShort = place <= 0xFF && currentFile != file.path && habits.shortIdentifiers
                count = min(data.count - written, updateBlock(habits))
                var values = address(file, isCurrent: !isShort)
                values[.offset] = .number(place)
                values[.data] = .bytes(Array(data[written..<written + count]))
                return Form(
                    command: try command(isShort ? .updateBinaryShort : .updateBinary, values), isCurrent: !isShort)
            }
            written += count
        }
    }

    private func updateBlock(_ habits: CardHabits) -> Int {
        habits.extendedLength ? max(profile.capabilities.maximumExtendedData, habits.updateBlock) : habits.updateBlock
    }

    /// What stands for a file in P2 of a record command: its short identifier, or 0 once it has been selected. The MAC of
    /// a protected command covers P2, so this comes before the challenge.
    func shortIdentifier(of file: FileDefinition) throws(ReadFailure) -> Int {
        guard !habits.shortIdentifiers else { return Int(file.sfi.rawValue) }
        try select(file)
        return 0
    }
}
