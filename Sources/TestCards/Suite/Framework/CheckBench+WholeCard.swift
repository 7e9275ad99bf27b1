import CardProfiles
import ISO7816

/// The card as a whole, and changes at many places of one file.
extension CheckBench {
    /// Every file that somebody may read: records, or all bytes in one element.
    func wholeCard() throws(CheckStop) -> [String: [[UInt8]]] {
        var content: [String: [[UInt8]]] = [:]
        try reset()
        for directory in profile.directories where !directory.files.isEmpty {
            let readable = directory.files.filter { $0.read != .never }
            try enter(directory.name, with: readable.map(\.read))
            for file in readable {
                try selectFile(file)
                content[file.path] = try currentContent(of: file)
            }
        }
        return content
    }

    /// The content of the current file, with the rights there are.
    func currentContent(of file: FileDefinition) throws(CheckStop) -> [[UInt8]] {
        if case .transparent(let size) = file.structure { return [try readBinary(of: file, count: size)] }
        var records: [[UInt8]] = []
        for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
            let answer = try readRecord(number, of: file)
            guard answer.status.isSuccess else {
                throw fail(
                    "READ RECORD \(number) of \(file.path) answered \(answer.status)",
                    "读 \(file.path) 第 \(number) 条记录应答 \(answer.status)")
            }
            records.append(answer.data)
        }
        return records
    }

    /// The keys that reading, writing and erasing a file take.
    func keysToUse(_ file: FileDefinition) -> [KeyDefinition] {
        var keys: [KeyDefinition] = []
        let rights =
            file.structure.kind == .linearFixed ? [file.read, file.update, file.erase] : [file.read, file.update]
        for right in rights {
            if let key = profile.key(of: right), !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    /// Offsets of a transparent file at which cards go wrong: pages, half-pages, its middle and its end.
    func borders(of file: FileDefinition, width: Int = 1) -> [Int] {
        let wanted = [0, 1, 127, 128, 255, 256, 511, 1_023, 2_047, 2_048, file.size / 2, file.size - width]
        return Set(wanted).filter { $0 >= 0 && $0 + width <= file.size }.sorted()
    }

    /// Changes a file at many places; the keys of `keysToUse` are proven and the file is current.
    ///
    /// - Parameters:
    ///   - before: its content now.
    ///   - afterEach: what is to be there after each write.
    /// - Returns: what is to be there in the end.
    @discardableResult
    func changeEverywhere(
        in file: FileDefinition, from before: [[UInt8]],
        afterEach: (_ expected: [[UInt8]]) throws(CheckStop) -> Void = { _ in }
    ) throws(CheckStop) -> [[UInt8]] {
        var content = before
        switch file.structure.kind {
        case .transparent:
            guard var bytes = content.first, bytes.count == file.size else {
                throw fail("\(file.path) is not whole", "\(file.path) 内容不完整")
            }
            let width = min(4, file.size)
            for offset in borders(of: file, width: width) {
                for index in offset..<offset + width { bytes[index] = bytes[index] &+ 0x5B }
                try writeBinary(Array(bytes[offset..<offset + width]), at: offset)
                content = [bytes]
            }
            try afterEach(content)
        case .linearFixed:
            guard let flag = file.items.first?.flag else { return content }
            for (index, record) in before.enumerated() {
                let marksValid = record.first != flag.yes
                try expect(.ok, for: try mark(index + 1, of: file, valid: marksValid))
                content[index] = [marksValid ? flag.yes : flag.no]
                try afterEach(content)
            }
        case .cyclic:
            for seed in [3, 8] {
                let record = (0..<file.structure.recordSize).map { UInt8(0x41 + (seed + $0) % 26) }
                try expect(.ok, for: try update(record: 1, of: file, record))
                content = [record] + content.dropLast()
                try afterEach(content)
            }
        default:
            for (index, record) in before.enumerated() {
                let new = Array(record.prefix(2)) + record.dropFirst(2).map { $0 ^ 0x01 }
                try expect(.ok, for: try update(record: index + 1, of: file, new))
                content[index] = new
                try afterEach(content)
            }
        }
        return content
    }

    /// Fails with the first place at which a file is not what it should be.
    func expectSame(
        _ found: [[UInt8]], _ expected: [[UInt8]], _ file: FileDefinition, _ when: CheckText
    ) throws(CheckStop) {
        guard found != expected else { return }
        if file.structure.kind == .transparent {
            let pairs = zip(found.first ?? [], expected.first ?? [])
            let offset = pairs.enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? found.first?.count ?? 0
            throw fail(
                "\(file.path) is wrong from offset \(offset) \(when.en)", "\(when.zh)，\(file.path) 自偏移 \(offset) 起不符")
        }
        let number = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? found.count
        throw fail(
            "record \(number + 1) of \(file.path) is wrong \(when.en)", "\(when.zh)，\(file.path) 第 \(number + 1) 条记录不符")
    }
}
