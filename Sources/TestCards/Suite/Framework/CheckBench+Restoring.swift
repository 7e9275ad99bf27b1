import CardProfiles
import ISO7816

/// Checks that write leave a card as they found it, whatever comes of them.
extension CheckBench {
    /// Does work that may change a file, then puts its content back by right commands and reads it once more.
    ///
    /// - Throws: what the work throws; `failed` when the content cannot be put back.
    public func restoring(_ file: FileDefinition, _ work: () throws(CheckStop) -> Void) throws(CheckStop) {
        let before = try wholeContent(of: file)
        var stopped: CheckStop?
        do { try work() } catch { stopped = error }
        do {
            try putBack(before, into: file)
        } catch {
            throw stopped ?? error
        }
        if let stopped { throw stopped }
    }

    /// Every record, or all bytes in one element, read now.
    public func wholeContent(of file: FileDefinition) throws(CheckStop) -> [[UInt8]] {
        try resting(on: Precondition(.reading, file.path)) { () throws(CheckStop) in try readWhole(file) }
    }

    private func readWhole(_ file: FileDefinition) throws(CheckStop) -> [[UInt8]] {
        try enter(reading: file)
        if case .transparent(let size) = file.structure { return [try readBinary(of: file, count: size)] }
        var records: [[UInt8]] = []
        for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
            let answer = try readRecord(number, of: file)
            try require([.ok], answer.status, for: try recordCommand(number, of: file).header)
            records.append(answer.data)
        }
        return records
    }

    /// Writes what differs. The card may be in any state: it is reset first.
    ///
    /// - Returns: whether anything did.
    @discardableResult
    func putBack(_ wanted: [[UInt8]], into file: FileDefinition) throws(CheckStop) -> Bool {
        try reset()
        let found = try wholeContent(of: file)
        guard found != wanted else { return false }
        try enter(file.directory, with: [file.update])
        try selectFile(file)
        switch file.structure.kind {
        case .transparent: try writeBinary(wanted.first ?? [], at: 0)
        case .cyclic:
            for record in wanted.reversed() { try expect(.ok, for: update(record: 1, of: file, record)) }
        case .linearFixed:
            try restoreIndex(wanted, found, file)
        default:
            for (number, record) in wanted.enumerated() where record != found[number] {
                try expect(.ok, for: update(record: number + 1, of: file, record))
            }
        }
        try reset()
        try expect(
            try wholeContent(of: file) == wanted, "\(file.path) could not be put back as it was",
            "\(file.path) 无法恢复原内容")
        return true
    }

    private func restoreIndex(
        _ wanted: [[UInt8]], _ found: [[UInt8]], _ file: FileDefinition
    ) throws(CheckStop) {
        guard let flag = file.items.first?.flag else { return }
        for (number, record) in wanted.enumerated() where record != found[number] {
            let isValid = record.first == flag.yes
            try enter(file.directory, with: [isValid ? file.update : file.erase])
            try selectFile(file)
            try expect(.ok, for: mark(number + 1, of: file, valid: isValid))
        }
    }
}
