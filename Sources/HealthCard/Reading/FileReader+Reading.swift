import CardProfiles
import ISO7816

extension FileReader {
    /// All records of a record file, each checked against the profile.
    func records(of file: FileDefinition) throws(ReadFailure) -> [[UInt8]] {
        let layout = RecordLayout(file)
        var records: [[UInt8]] = []
        while records.count < layout.count { records += try self.records(of: file, layout, from: records.count) }
        return records
    }

    /// Some records of a record file by number, in that order.
    func records(_ numbers: [Int], of file: FileDefinition) throws(ReadFailure) -> [[UInt8]] {
        let layout = RecordLayout(file)
        var found: [Int: [UInt8]] = [:]
        for number in numbers where found[number] == nil {
            guard (1...max(1, layout.count)).contains(number) else { throw .file(.noRecord(number)) }
            let read = try records(of: file, layout, from: number - 1, alone: numbers.count == 1)
            for (offset, record) in read.enumerated() { found[number + offset] = record }
        }
        return numbers.compactMap { found[$0] }
    }

    /// A record, counted from 0, and those after it that come with it.
    private func records(
        of file: FileDefinition, _ layout: RecordLayout, from index: Int, alone: Bool = false
    ) throws(ReadFailure) -> [[UInt8]] {
        let subject = layout.hasTags ? CardHabits.Subject.taggedRecords : .plainRecords
        let success: Success
        do throws(ReadFailure) {
            success = try exchange(file, subject) { (habits) throws(ReadFailure) in
                try recordForm(file, layout, index, alone, habits)
            }
        } catch {
            guard index > 0, !alone else { throw error }
            throw error.after(.record(index + 1, of: layout.count))
        }
        let found = try layout.split(success.data, from: index)
        guard found.count == 1 || reading(success.habits, layout, alone) == .many else {
            throw .file(.recordCount(record: index + 1, count: found.count))
        }
        return found
    }

    /// A transparent file from its start or some byte of it.
    ///
    /// - Parameters:
    ///   - start: the first byte; not beyond the end of the file.
    ///   - firstBlock: how many bytes to read before `wanted` can tell more, at least 1.
    ///   - wanted: how many bytes are wanted, given the first block.
    func binary(
        of file: FileDefinition, from start: Int = 0, firstBlock: Int, wanted: ([UInt8]) throws(ReadFailure) -> Int
    ) throws(ReadFailure) -> [UInt8] {
        var data: [UInt8] = []
        let size = max(0, file.size - start)
        var end = min(max(firstBlock, 1), size)
        var isFirst = true
        // What a block brought that should have brought more.
        var brought: Int?
        while data.count < end {
            let offset = start + data.count
            guard offset < 0x8000 else { throw .file(.outOfReach(offset: offset, command: "READ BINARY")) }
            let success: Success
            do throws(ReadFailure) {
                success = try exchange(file, .data) { (habits) throws(ReadFailure) in
                    try blockForm(file, offset, end - data.count, atMost: brought, habits)
                }
            } catch {
                guard !data.isEmpty else { throw error }
                throw error.after(.offset(offset, of: start + end))
            }
            let block = success.data.prefix(file.size - offset)
            data += block
            // The block before was short for no want of data: that is how long this card's blocks are.
            if let brought, brought < habits.readBlock { learn(readBlock: brought) }
            if isFirst {
                isFirst = false
                end = min(max(try wanted(data), min(end, data.count)), size)
            }
            guard data.count >= end || block.count >= CardHabits.smallestBlock else {
                throw .file(.shortBlock(bytes: block.count, offset: offset, end: start + end))
            }
            let isShort = data.count < end && !success.isExtended && block.count < habits.readBlock
            brought = isShort ? block.count : nil
        }
        return Array(data.prefix(end))
    }

    private func learn(readBlock: Int) {
        var learnt = habits
        learnt.readBlock = readBlock
        learn(learnt)
    }

    // MARK: Commands

    private func reading(
        _ habits: CardHabits, _ layout: RecordLayout, _ alone: Bool
    ) -> CardHabits.RecordReading {
        let reading = layout.hasTags ? habits.taggedRecords : habits.plainRecords
        return reading == .many && (alone || layout.count == 1) ? .number : reading
    }

    private func recordForm(
        _ file: FileDefinition, _ layout: RecordLayout, _ index: Int, _ alone: Bool, _ habits: CardHabits
    ) throws(ReadFailure) -> Form? {
        let reading = reading(habits, layout, alone)
        var values = address(file, isCurrent: !habits.shortIdentifiers)
        let purpose: CommandPurpose
        let length: (Int) -> Int
        switch reading {
        case .many:
            purpose = .readRecordsFrom
            length = { layout.bytes(from: index, fitting: $0) }
            values[.record] = .number(index + 1)
        case .number:
            purpose = .readRecord
            length = { min(layout.bytes(of: index), $0) }
            values[.record] = .number(index + 1)
        case .tag:
            guard let tag = layout.tag(of: index) else { return nil }
            purpose = .readRecordByTag
            length = { min(layout.bytes(of: index), $0) }
            values[.tag] = .number(Int(tag))
        }
        values[.length] = .number(expected(habits, limit: profile.capabilities.maximumResponseData, length))
        return Form(command: try command(purpose, values), isCurrent: !habits.shortIdentifiers, reading: reading)
    }

    private func blockForm(
        _ file: FileDefinition, _ offset: Int, _ count: Int, atMost limit: Int?, _ habits: CardHabits
    ) throws(ReadFailure) -> Form? {
        // A short identifier leaves a byte for the offset; the file is current after the first block anyway.
        let isCurrent = offset > 0 || !habits.shortIdentifiers
        var values = address(file, isCurrent: isCurrent)
        values[.offset] = .number(offset)
        let block = min(habits.readBlock, limit ?? habits.readBlock)
        values[.length] = .number(expected(habits, limit: block) { min(count, $0) })
        return Form(command: try command(isCurrent ? .readBinary : .readBinaryShort, values), isCurrent: isCurrent)
    }

    /// Le: exactly what is to come, since over T=0 another one costs a command; extended where that saves commands.
    private func expected(_ habits: CardHabits, limit: Int, _ length: (Int) -> Int) -> Int {
        let long = habits.extendedLength ? length(profile.capabilities.maximumExtendedData) : 0
        if long > profile.capabilities.maximumResponseData { return long }
        return habits.expectedLength == .zero ? 256 : max(1, length(limit))
    }

    /// The short identifier in the record commands is 0 for the file that is current.
    func address(_ file: FileDefinition, isCurrent: Bool) -> [CommandHole: HoleValue] {
        [.sfi: .number(isCurrent ? 0 : Int(file.sfi.rawValue))]
    }
}
