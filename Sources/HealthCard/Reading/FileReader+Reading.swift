import CardProfiles
import ISO7816

extension FileReader {
    /// All records of a record file, each checked against the profile.
    func records(of file: FileDefinition) throws(ReadFailure) -> [[UInt8]] {
        try byEveryWay(file) { (isCurrent) throws(ReadFailure) in
            if file.structure.recordCount > 1, self.abilities.multiRecord {
                if let records = try self.manyRecords(of: file, isCurrent: isCurrent) { return records }
                guard let records = try self.singleRecords(of: file, isCurrent: isCurrent) else { return nil }
                self.abilities.multiRecord = false
                return records
            }
            return try self.singleRecords(of: file, isCurrent: isCurrent)
        }
    }

    /// A transparent file from its start.
    ///
    /// - Parameters:
    ///   - firstBlock: how many bytes to read before `wanted` can tell more, at least 1.
    ///   - wanted: how many bytes are wanted, given the first block.
    func binary(
        of file: FileDefinition, firstBlock: Int, wanted: ([UInt8]) throws(ReadFailure) -> Int
    ) throws(ReadFailure) -> [UInt8] {
        var data = try byEveryWay(file) { (isCurrent) throws(ReadFailure) in
            try self.block(of: file, at: 0, min(firstBlock, file.size), isCurrent: isCurrent)
        }
        let end = min(try wanted(data), file.size)
        while data.count < end {
            // The file is current since its first block was read.
            guard let block = try block(of: file, at: data.count, end - data.count, isCurrent: true) else {
                throw .file("the card stopped reading at offset \(data.count) of \(end)")
            }
            guard data.count + block.count >= end || block.count >= Self.smallestBlock else {
                throw .file("the card gives only \(block.count) bytes at offset \(data.count) of \(end)")
            }
            data += block
        }
        return data
    }

    /// By short identifier, and by SELECT where the card knows none. `read` gives nil when the card lacks that way.
    private func byEveryWay<Result>(
        _ file: FileDefinition, _ read: (_ isCurrent: Bool) throws(ReadFailure) -> Result?
    ) throws(ReadFailure) -> Result {
        if abilities.shortIdentifiers, let result = try read(false) { return result }
        try select(file)
        guard let result = try read(true) else { throw .file("the card refuses every form of READ") }
        abilities.shortIdentifiers = false
        return result
    }

    /// Refusals that may mean "not in this form" rather than "not this file".
    private static let formRefusals: Set<StatusWord> = [
        .wrongLength, .incompatibleFileStructure, .commandNotAllowed, .wrongData, .functionNotSupported,
        .fileNotFound, .incorrectP1P2, .wrongP1P2, .instructionNotSupported, .classNotSupported,
    ]

    /// Refusals that may mean an extended Le.
    private static let lengthRefusals: Set<StatusWord> = [.wrongLength, .noPreciseDiagnosis]

    /// Bytes a card must give at a time to be worth reading on: less is no card that wants to be read.
    private static let smallestBlock = 16

    /// Sends a READ, with an extended Le where that saves commands; learns when the card or its reader has none.
    ///
    /// - Parameter length: the length of the answer to expect, exactly, given the longest one there may be: over T=0 a
    ///   wrong Le costs a command.
    /// - Returns: the answer's data, at least a byte; nil for a refusal that may mean the form.
    private func read(
        _ file: FileDefinition, _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue],
        length: (_ limit: Int) -> Int
    ) throws(ReadFailure) -> [UInt8]? {
        let capabilities = profile.capabilities
        var values = values
        let extended = abilities.extended ? length(capabilities.maximumExtendedData) : 0
        if extended > capabilities.maximumResponseData {
            values[.length] = .number(extended)
            let command = try command(purpose, values)
            if let answer = try attempt(command, at: file.path), !Self.lengthRefusals.contains(answer.status) {
                return try data(of: answer, to: command)
            }
            abilities.extended = false
        }
        values[.length] = .number(max(1, length(capabilities.maximumResponseData)))
        let command = try command(purpose, values)
        return try data(of: send(command, at: file.path), to: command)
    }

    /// Nil when the command did not get through at all, though the card is still there. A driver whose reader has no
    /// buffer for it says no more than that the exchange failed; a card that is mute fails the next command too.
    private func attempt(_ command: CommandAPDU, at place: String) throws(ReadFailure) -> ResponseAPDU? {
        do {
            return try send(command, at: place)
        } catch .step {
            return nil
        } catch .card(let error) where error.channel == .cardUnresponsive {
            return nil
        }
    }

    private func data(of answer: ResponseAPDU, to command: CommandAPDU) throws(ReadFailure) -> [UInt8]? {
        if answer.status.isSuccess || answer.status == .endOfFile, !answer.data.isEmpty { return answer.data }
        if Self.formRefusals.contains(answer.status) { return nil }
        guard !answer.status.isSuccess else { throw .file("command \(command.header) was answered without data") }
        throw .refused(command, answer.status)
    }

    // MARK: Records and blocks

    /// As many whole records an answer as fit (`Docs/protocol.md §4`).
    private func manyRecords(of file: FileDefinition, isCurrent: Bool) throws(ReadFailure) -> [[UInt8]]? {
        let layout = RecordLayout(file)
        var records: [[UInt8]] = []
        while records.count < layout.count {
            let answer = try read(
                file, .readRecordsFrom, address(file, isCurrent, [.record: .number(records.count + 1)])
            ) { layout.bytes(from: records.count, fitting: $0) }
            guard let answer else {
                if records.isEmpty { return nil }
                throw .file("the card stopped reading at record \(records.count + 1) of \(layout.count)")
            }
            try records.append(contentsOf: layout.split(answer, from: records.count))
        }
        return records
    }

    private func singleRecords(of file: FileDefinition, isCurrent: Bool) throws(ReadFailure) -> [[UInt8]]? {
        let layout = RecordLayout(file)
        var records: [[UInt8]] = []
        while records.count < layout.count {
            let number = records.count + 1
            let answer = try read(file, .readRecord, address(file, isCurrent, [.record: .number(number)])) {
                min(layout.bytes(of: records.count), $0)
            }
            guard let answer else {
                if records.isEmpty { return nil }
                throw .file("the card stopped reading at record \(number) of \(layout.count)")
            }
            let record = try layout.split(answer, from: records.count)
            guard record.count == 1 else { throw .file("record \(number) was answered with \(record.count) records") }
            records += record
        }
        return records
    }

    private func block(
        of file: FileDefinition, at offset: Int, _ length: Int, isCurrent: Bool
    ) throws(ReadFailure) -> [UInt8]? {
        guard offset < 0x8000 else { throw .file("offset \(offset) is beyond what READ BINARY reaches") }
        let purpose = isCurrent ? CommandPurpose.readBinary : .readBinaryShort
        return try read(file, purpose, address(file, isCurrent, [.offset: .number(offset)])) { min(length, $0) }
    }

    /// The short identifier in the record commands is 0 for the file that is current.
    private func address(
        _ file: FileDefinition, _ isCurrent: Bool, _ values: [CommandHole: HoleValue]
    ) -> [CommandHole: HoleValue] {
        values.merging([.sfi: .number(isCurrent ? 0 : Int(file.sfi.rawValue))]) { $1 }
    }
}
