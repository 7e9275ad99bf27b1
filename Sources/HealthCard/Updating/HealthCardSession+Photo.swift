import CardProfiles
import ISO7816

/// The picture a card holds before it gets another.
struct OldPicture {
    /// The file from its start, as far as it was read.
    let start: [UInt8]
    /// What its length field says; nil where that is more than fits.
    let length: Int?
    /// The picture, where it was read to its end.
    let bytes: [UInt8]?
}

extension HealthCardSession {
    /// Reads as much of the picture as tells whether it is the wanted one: of another length, only its start.
    ///
    /// - Parameter isExpected: the wanted picture is likely to be there; then all of it is asked for at once.
    func oldPicture(
        of file: FileDefinition, comparedWith wanted: [UInt8], isExpected: Bool
    ) throws(ReadFailure) -> OldPicture {
        guard let item = file.items.first, item.prefixLength > 0 else { throw .file(.profile(.pictureLength)) }
        func length(_ start: [UInt8]) -> Int { start.prefix(item.prefixLength).reduce(0) { $0 << 8 | Int($1) } }
        let size = item.prefixLength + wanted.count
        let firstBlock = isExpected ? size : min(size, profile.capabilities.maximumResponseData)
        let start = try reader.binary(of: file, firstBlock: firstBlock) { (start) throws(ReadFailure) in
            guard start.count >= item.prefixLength else { throw .file(.pictureWithoutLength) }
            return length(start) == wanted.count ? size : item.prefixLength
        }
        let found = length(start)
        let isWhole = start.count >= item.prefixLength + found
        return OldPicture(
            start: Array(start.prefix(item.prefixLength + found)), length: found <= item.capacity ? found : nil,
            bytes: isWhole ? Array(start.dropFirst(item.prefixLength).prefix(found)) : nil)
    }

    /// Writes a picture so that no moment shows half of one: in one command, extended or chained, else with length
    /// zero first and the block that holds the length last. What the old picture had beyond the new one's end is wiped.
    func write(picture: [UInt8], over old: OldPicture, to file: FileDefinition) throws(WriteFailure) {
        guard let item = file.items.first,
            let whole = try? ItemCodec.encode(
                .photo(picture), as: item, profile: profile)
        else { throw .refused(HealthCardError(.profile, at: file.path, .profile(.picturePlace))) }
        let end = item.prefixLength + max(picture.count, min(old.length ?? item.capacity, item.capacity))
        let content = Array(whole.prefix(end))
        if !reader.habits.shortIdentifiers {
            do { try reader.select(file) } catch { throw .refused(error.error) }
        }
        let isPlain = reader.dialect?.command(for: .updateBinary)?.protection == nil
        if isPlain, content.count > maximumBlock {
            let isShortEnough = content.count <= profile.capabilities.maximumExtendedData
            if reader.linkHabits.extendedLength, isShortEnough, try writeExtended(content, picture, old, file) {
                return
            }
            if profile.capabilities.commandChaining, try writeChained(content, file) { return }
        }
        try writeBlocks(content, item, file)
    }

    /// The most plain data one short UPDATE BINARY carries.
    private var maximumBlock: Int {
        let limit = reader.habits.updateBlock
        guard let protection = reader.dialect?.command(for: .updateBinary)?.protection?.protection else { return limit }
        return (1...max(1, limit)).last { profile.cryptography.bodyLength(of: $0, under: protection) <= limit } ?? 1
    }

    /// Refusals that mean "not so long", and leave the file as it was.
    private static let lengthRefusals = CardHabits.formRefusals.union(CardHabits.lengthRefusals).union([
        .commandChainingNotSupported, .lastCommandOfChainExpected,
    ])

    /// False when the card or its reader takes no command of that length, and nothing has changed.
    private func writeExtended(
        _ content: [UInt8], _ picture: [UInt8], _ old: OldPicture, _ file: FileDefinition
    ) throws(WriteFailure) -> Bool {
        let command = try binaryCommand(content, at: 0, of: file)
        let failure: WriteFailure
        do throws(WriteFailure) {
            let status = try send(writing: command, to: file)
            guard !FileReader.isDone(status) else { return true }
            if Self.lengthRefusals.contains(status) { return false }
            throw refusal(of: command, status, file)
        } catch {
            guard case .lost = error else { throw error }
            failure = error
        }
        // A reader that lacks the buffer for it says no more than that the exchange failed: the card knows.
        guard let found = try? oldPicture(of: file, comparedWith: picture, isExpected: false) else { throw failure }
        if found.bytes == picture { return true }
        guard found.start.starts(with: old.start) else { throw failure }
        return false
    }

    /// False when the card takes no chain, and nothing has changed.
    private func writeChained(_ content: [UInt8], _ file: FileDefinition) throws(WriteFailure) -> Bool {
        let command = try binaryCommand(content, at: 0, of: file)
        let links = command.chained(maximum: reader.habits.updateBlock)
        for (index, link) in links.enumerated() {
            let status: StatusWord
            do {
                status = try send(writing: link, to: file)
            } catch {
                // A chain is carried out when its last link has come (ISO/IEC 7816-4:2013 §5.3.3).
                throw index + 1 < links.count ? .refused(error.error) : error
            }
            guard !FileReader.isDone(status) else { continue }
            if Self.lengthRefusals.contains(status) { return false }
            throw refusal(of: link, status, file)
        }
        return true
    }

    /// The length as zero, then the blocks from the last to the first, which brings the length.
    private func writeBlocks(_ content: [UInt8], _ item: Item, _ file: FileDefinition) throws(WriteFailure) {
        guard content.count > maximumBlock else { return try writeBlock(content, at: 0, of: file) }
        try writeBlock(Array(repeating: 0, count: item.prefixLength), at: 0, of: file)
        var size = maximumBlock
        var end = content.count
        while end > 0 {
            let start = (end - 1) / size * size
            do {
                try writeBlock(Array(content[start..<end]), at: start, of: file)
                end = start
            } catch {
                guard size > CardHabits.commonBlock, error.error.status == .wrongLength else {
                    // The old picture is gone by now, whatever the card says: it must be looked at.
                    throw .lost(error.error)
                }
                size = CardHabits.commonBlock
            }
        }
    }

    private func writeBlock(_ block: [UInt8], at offset: Int, of file: FileDefinition) throws(WriteFailure) {
        var command = try binaryCommand(block, at: offset, of: file)
        var status = try send(writing: command, to: file)
        if reader.currentFile != file.path, CardHabits.formRefusals.contains(status) {
            // Perhaps the card knows short identifiers in READ alone.
            do { try reader.select(file) } catch { throw .refused(error.error) }
            command = try binaryCommand(block, at: offset, of: file)
            status = try send(writing: command, to: file)
        }
        guard FileReader.isDone(status) else { throw refusal(of: command, status, file) }
        reader.currentFile = file.path
    }

    /// UPDATE BINARY of the current file, else by short identifier, which makes it current.
    private func binaryCommand(
        _ data: [UInt8], at offset: Int, of file: FileDefinition
    ) throws(WriteFailure) -> CommandAPDU {
        let isCurrent = reader.currentFile == file.path
        do {
            return try protectedCommand(
                isCurrent ? .updateBinary : .updateBinaryShort,
                [
                    .data: .bytes(data), .offset: .number(offset),
                    .sfi: .number(isCurrent ? 0 : Int(file.sfi.rawValue)),
                ], at: file.path)
        } catch {
            throw .refused(error.error)
        }
    }
}
