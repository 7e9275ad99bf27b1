import CardProfiles
import ISO7816

/// Selecting, reading, writing and blocking.
extension ActiveFaults {
    // MARK: SELECT

    func isName(_ name: [UInt8], called data: [UInt8]) -> Bool {
        guard !name.isEmpty else { return false }
        if has(.partialName), name.starts(with: data) { return true }
        if has(.nameBeginsWith), data.starts(with: name) { return true }
        return name == data
    }

    func name(inFCI name: [UInt8]) -> [UInt8] { has(.directoryNameInFCI) ? name.dropLast() : name }

    func serial(inFCI serial: [UInt8]) -> [UInt8] {
        has(.serialInFCI) ? serial.dropLast() + serial.suffix(1).map { $0 ^ 1 } : serial
    }

    func size(inFCI size: Int) -> Int { has(.sizeInFCI) ? max(0, size - 1) : size }

    func descriptor(inFCI descriptor: UInt8, _ codes: DialectCodes) -> UInt8 {
        has(.descriptorInFCI) ? codes.descriptors[.transparent] ?? descriptor : descriptor
    }

    func identifier(inFCI identifier: UInt16) -> UInt16 { has(.identifierInFCI) ? identifier.byteSwapped : identifier }

    func information(_ information: [UInt8]) -> [UInt8] {
        guard has(.lengthOfFCI), information.count > 1 else { return information }
        var wrong = information
        wrong[1] &+= 1
        return wrong
    }

    // MARK: Reading

    /// The number under which the card looks for record `number`; nil for one it does not find.
    func recordNumber(_ number: Int, of file: CardStore.File, isCyclic: Bool) -> Int? {
        if number == 0, has(.recordZero) { return 1 }
        guard isCyclic else { return number }
        if number == file.recordCount, has(.cyclicShort) { return nil }
        return has(.cyclicReversed) ? file.recordCount + 1 - number : number
    }

    func record(_ record: [UInt8]) -> [UInt8] { has(.recordShort) ? record.dropLast() : record }

    /// Where READ BINARY begins in a file of so many bytes.
    func offset(_ offset: Int, size: Int) -> Int {
        if has(.offsetHighIgnored) { return offset & 0xFF }
        return has(.offsetWraps) && size > 0 ? offset % size : offset
    }

    func status(atEnd status: StatusWord) -> StatusWord { has(.endNotReported) ? .ok : status }

    // MARK: Writing

    /// What UPDATE BINARY stores.
    func stored(_ data: [UInt8]) -> [UInt8] { has(.lastByteNotStored) ? data.dropLast() : data }

    /// The records that WRITE or ERASE RECORD of record `number` sets.
    func marked(_ number: Int, count: Int, isErasure: Bool) -> [Int] {
        if isErasure, has(.indexEraseNothing) { return [] }
        if isErasure, has(.indexEraseAll) { return Array(1...max(1, count)) }
        return !isErasure && has(.indexNext) ? [number % max(1, count) + 1] : [number]
    }

    func mark(_ value: UInt8) -> UInt8 { has(.indexWrongValue) && value == ValidMark.value ? 0x01 : value }

    // MARK: Blocking

    /// How many wrong MACs block, and how; nil: they are not counted.
    func blocking(after limit: Int) -> (count: Int, kind: CardStore.Blocking)? {
        guard !has(.wrongMACsNotCounted) else { return nil }
        return (has(.blocksTooEarly) ? limit - 1 : limit, has(.blocksForEver) ? .permanent : .temporary)
    }

    /// What APPLICATION BLOCK does.
    func blocking(asked kind: CardStore.Blocking) -> CardStore.Blocking? {
        if has(.blockIneffective) { return nil }
        return has(.blockAlwaysTemporary) ? .temporary : kind
    }
}

extension CardSystem {
    /// What the chip loses with its power, and should not.
    func loseWithPower() {
        let faults = faults
        for (index, directory) in store.directories.enumerated() {
            if faults.has(.blockLostAtReset), store.blocking(of: index) == .temporary {
                store.stage(blocking: .none, of: index)
            }
            if faults.has(.blockLostAtReset) || faults.has(.wrongMACsVolatile), store.wrongMACs(in: index) != 0 {
                store.stage(wrongMACs: 0, in: index)
            }
            guard faults.has(.triesVolatile) else { continue }
            for key in directory.keys where store.triesLeft(of: key) != key.tries {
                store.stage(triesLeft: key.tries, of: key)
            }
        }
        if faults.has(.cardBlockLostAtReset), store.isBlocked { store.stageUnblocked() }
        for update in volatileUpdates.reversed() {
            let content = store.directories[update.directory].files[update.file].content
            store.memory.stage(update.before, at: content.lowerBound + update.offset)
        }
        volatileUpdates = []
        // A chip that cannot write now has lost nothing.
        try? store.commit()
    }

    /// An update of a binary file that the chip keeps in memory that needs power.
    struct VolatileUpdate {
        let directory: Int
        let file: Int
        let offset: Int
        let before: [UInt8]
    }
}
