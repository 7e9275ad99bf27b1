import CardProfiles
import ISO7816

/// Files byte for byte, for programs that work file by file. The card proves that it is genuine before a key is used on
/// it, and both happen once.
extension HealthCardSession {
    /// A whole file; of a photo as much as its length says.
    ///
    /// - Throws: ``HealthCardError`` with the file's path.
    public func content(of file: FileDefinition) throws(HealthCardError) -> FileContent {
        try inDirectory(of: file, with: [file.read]) { () throws(ReadFailure) in try read(file, scope: .everything) }
    }

    /// Bytes of a transparent file, exactly so many.
    ///
    /// - Throws: ``HealthCardError`` with the file's path; `malformed` when the card gives fewer.
    public func bytes(of file: FileDefinition, in range: Range<Int>) throws(HealthCardError) -> [UInt8] {
        let bytes = try inDirectory(of: file, with: [file.read]) { () throws(ReadFailure) in
            try reader.binary(of: file, from: range.lowerBound, firstBlock: range.count) { _ in range.count }
        }
        guard bytes.count == range.count else {
            throw HealthCardError(.malformed, at: file.path, .endsEarly(byte: range.upperBound))
        }
        return bytes
    }

    /// Writes bytes into a transparent file and reads them back.
    ///
    /// - Throws: ``HealthCardError`` with the file's path; after it the file may hold some of the bytes.
    public func write(_ bytes: [UInt8], to file: FileDefinition, at offset: Int) throws(HealthCardError) {
        files[file.path] = nil
        let found = try inDirectory(of: file, with: [file.read, file.update]) { () throws(ReadFailure) in
            try reader.updateBinary(file, offset: offset, bytes)
            return try reader.binary(of: file, from: offset, firstBlock: bytes.count) { _ in bytes.count }
        }
        guard found == bytes else {
            throw HealthCardError(
                .malformed, at: file.path, .notWritten(isVisit: false))
        }
    }

    /// Calls a visit valid, or its record empty, in one command (`Docs/card.md §3.2` flows 5 and 6), and looks whether the
    /// card agrees: its answer is not authenticated.
    ///
    /// - Parameters:
    ///   - index: the index file of the visits.
    ///   - record: counted from 1.
    public func mark(_ record: Int, of index: FileDefinition, valid: Bool) throws(HealthCardError) {
        files[index.path] = nil
        try inDirectory(of: index, with: [valid ? index.update : index.erase]) { () throws(ReadFailure) in
            let command = try protectedCommand(
                valid ? .setIndex : .eraseIndex,
                [.record: .number(record), .sfi: .number(try reader.shortIdentifier(of: index))], at: index.path)
            let status = try reader.sendOnce(command, at: index.path)
            guard FileReader.isDone(status) else { throw .refused(command, status, at: index.path) }
        }
        // Where it cannot be read, by a SAM without that key or because the card has gone, its word has to do.
        guard case .records(let records)? = try? content(of: index), records.indices.contains(record - 1),
            let yes = index.items.first?.flag.yes, (records[record - 1].first == yes) != valid
        else { return }
        throw HealthCardError(
            .refused, at: index.path, .indexUnchanged(isVisit: false))
    }

    /// Takes nothing for granted that another program may have done to the card: the next file is reached by selecting
    /// its directory, and rights are won again.
    public func forgetDirectory() {
        rights = []
        isResumed = false
        reader.forgetDirectory()
    }

    /// Goes on with a card that another program may have used meanwhile.
    ///
    /// The directory is taken for current and its rights for won as long as files can be read so, for a card refuses or
    /// answers with other records where that is wrong. A key is not proven there before the directory was selected: in
    /// another one it would cost a try.
    public func resume() {
        isResumed = true
        reader.currentFile = nil
    }

    private func inDirectory<Result>(
        of file: FileDefinition, with rights: [AccessCondition], _ work: () throws(ReadFailure) -> Result
    ) throws(HealthCardError) -> Result {
        guard let directory = profile.directory(file.directory) else {
            throw HealthCardError(.profile, at: file.path, .profile(.directory(file.directory)))
        }
        let isWon = rights.allSatisfy { if case .key(let name) = $0 { self.rights.contains(name) } else { true } }
        if isResumed, identity == nil || !isWon { forgetDirectory() }
        try identify()
        if rights.contains(where: { $0 != .always }) {
            try requireGenuine()
        }
        do throws(ReadFailure) {
            try enter(directory)
            for right in rights { try prove(right) }
            return try work()
        } catch {
            throw error.error.placed(at: file.path)
        }
    }
}
