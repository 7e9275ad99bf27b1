import CCSV
import Files
import Foundation
import ShangMi

/// One record of a CSV file.
struct CSVRecord: Equatable {
    /// The line the record begins on, counted from 1.
    let line: Int
    /// The byte the record begins at, counted from 0; of a file with a byte order mark 3 for the first.
    let offset: Int
    let fields: [String]
}

/// What stops the reading of a CSV file.
enum CSVError: Error, Equatable {
    case unreadable(InputFileError.Problem)
    /// No table of this kind.
    case form(TableForm)
    /// A quote where none may stand, or one that never ends, in this record and field (from 1).
    case malformed(line: Int, field: Int)
    case notUTF8(line: Int, field: Int)
    case fieldTooLong(line: Int, field: Int)
    /// More empty lines in a row, up to this one, than any list has.
    case emptyLines(line: Int)
    case noMemory
}

/// Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark, LF or CRLF, or with another separator) in pieces, so that memory does
/// not grow with the file. The grammar is libcsv's in its strict mode.
final class CSVReader {
    static let comma = UInt8(ascii: ",")
    /// What programs for tables write in its place.
    static let otherSeparators = [UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// Bytes read at once.
    static let chunk = 65536
    /// Bytes one field may have. A quote that is never closed would otherwise swallow the file.
    static let longestField = 65536
    /// Fields one record may have.
    static let mostFields = 4096

    /// Bytes of the longest file.
    static let longestFile = 1 << 32
    /// Empty lines in a row: a million people need none.
    static let mostEmptyLines = 10_000

    /// Where the bytes are, or where they come from.
    private let file: InputFile?
    private var memory: ArraySlice<UInt8> = []
    /// What was read and not looked at yet is `bytes[start..<end]`.
    private let bytes: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var parser = csv_parser()
    private var separator = CSVReader.comma
    private let sink: Sink
    private var isFinished = false
    /// Bytes read so far, those before the beginning included.
    private(set) var offset: Int
    /// Hashes what is read, where that was asked for.
    private var hasher: SM3.Hasher?
    /// Where the fields of a plain record begin and end in `bytes`, two numbers each.
    private let bounds: UnsafeMutablePointer<Int>

    /// - Parameters:
    ///   - offset: where to begin: 0, or the offset of a record that was read before.
    ///   - line: the line of that record.
    ///   - chunk: bytes read at once; few when one record is wanted.
    ///   - hashes: whether ``digest`` will be asked for.
    ///   - kind: what may lie at the path.
    init(
        path: String, offset: Int = 0, line: Int = 1, chunk: Int = CSVReader.chunk, hashes: Bool = false,
        kind: InputFile.Kind = .file
    ) throws(CSVError) {
        do {
            let file = try InputFile(path, atMost: Self.longestFile, kind)
            if offset > 0 { try file.seek(to: offset) }
            self.file = file
        } catch {
            throw .unreadable(error.problem)
        }
        self.offset = offset
        hasher = hashes ? SM3.Hasher() : nil
        sink = Sink(line: line, offset: offset)
        // A byte order mark comes in one piece.
        bytes = .allocate(byteCount: max(chunk, 3), alignment: 16)
        bounds = .allocate(capacity: 2 * Self.mostPlainFields)
        guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) == 0 else { throw .noMemory }
    }

    /// A table in memory.
    init(bytes: [UInt8]) throws(CSVError) {
        file = nil
        memory = bytes[...]
        offset = 0
        hasher = nil
        sink = Sink(line: 1, offset: 0)
        self.bytes = .allocate(byteCount: Self.chunk, alignment: 16)
        bounds = .allocate(capacity: 2 * Self.mostPlainFields)
        guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) == 0 else { throw .noMemory }
    }

    /// Takes another ASCII character than a comma for what stands between fields; before the first record is read.
    func separate(by separator: UInt8) {
        csv_set_delim(&parser, separator)
        self.separator = separator
    }

    /// The SM3 of all that was read.
    var digest: [UInt8]? { hasher?.finalize() }

    deinit {
        csv_free(&parser)
        bytes.deallocate()
        bounds.deallocate()
    }

    /// A record as it was found.
    enum Found {
        /// Until the next one is asked for.
        case plain(PlainRecord)
        case record(CSVRecord)
    }

    /// The next record, blank lines left out; `nil` at the end of the file.
    func next() throws(CSVError) -> CSVRecord? {
        switch try nextFound() {
        case .plain(let plain): plain.record
        case .record(let record): record
        case nil: nil
        }
    }

    /// As ``next()``, without making texts of what needs none.
    func nextFound() throws(CSVError) -> Found? {
        while true {
            // Records that stood before a flaw are delivered before the flaw is reported.
            if let record = sink.take() { return .record(record) }
            if let error = sink.error { throw error }
            guard !isFinished else { return nil }
            if sink.isBetweenRecords, parser.pstate == 0, let plain = plainRecord() { return .plain(plain) }
            guard let piece = try nextPiece() else {
                isFinished = true
                let context = Unmanaged.passUnretained(sink).toOpaque()
                if csv_fini(&parser, fieldEnded, recordEnded, context) != 0 { sink.fail(sink.malformed) }
                continue
            }
            parse(piece)
        }
    }

    /// The next bytes up to the end of a line, or as many as there is room for; nil at the end of the file.
    private func nextPiece() throws(CSVError) -> UnsafeRawBufferPointer? {
        while true {
            let found = bytes[start..<end].firstIndex { $0 == 0x0A || $0 == 0x0D }
            // What is there moves when more is read.
            if found == nil, try fill() { continue }
            guard start < end else { return nil }
            let last = found.map { $0 + 1 } ?? end
            defer { start = last }
            return UnsafeRawBufferPointer(rebasing: bytes[start..<last])
        }
    }

    /// Reads on behind what is there.
    ///
    /// - Returns: whether there is more now: neither at the end of the file nor where there is no room.
    private func fill() throws(CSVError) -> Bool {
        if start > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            bytes.copyMemory(from: rest)
            (start, end) = (0, rest.count)
        }
        guard !isAtEnd, end < bytes.count else { return false }
        let room = UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
        let count: Int
        if let file {
            do {
                count = try file.read(into: room)
            } catch {
                throw .unreadable(error.problem)
            }
        } else {
            count = min(room.count, memory.count)
            room.copyBytes(from: memory.prefix(count))
            memory = memory.dropFirst(count)
        }
        isAtEnd = count == 0
        let new = UnsafeRawBufferPointer(rebasing: bytes[end..<end + count])
        hasher?.update(bufferPointer: new)
        if offset == 0, new.starts(with: [0xEF, 0xBB, 0xBF]) {
            start += 3
            sink.skip(3)
        }
        offset += count
        end += count
        return count > 0
    }

    /// libcsv does not say at which byte a record ended: it is given the text line by line.
    private func parse(_ line: UnsafeRawBufferPointer) {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        sink.piece(line.count)
        if csv_parse(&parser, line.baseAddress, line.count, fieldEnded, recordEnded, context) != line.count {
            sink.fail(csv_error(&parser) == CSV_EPARSE ? sink.malformed : .noMemory)
        } else if parser.entry_pos > Self.longestField {
            sink.fail(sink.tooLong)
        }
    }

    // MARK: Plain records

    /// Fields that a record has which is looked at here.
    private static let mostPlainFields = 256

    /// The next record where it is a line without quotes that lies in memory to its end, and is UTF-8: what is between
    /// its separators are its fields, blanks around them left out as libcsv does. Nil for any other.
    private func plainRecord() -> PlainRecord? {
        guard let base = bytes.baseAddress, start < end else { return nil }
        var index = start
        switch bytes[index] {
        // An empty line, or one that may be.
        case 0x0A, 0x0D, 0x20, 0x09: return nil
        default: break
        }
        var fields = 0
        var first = start
        var all: UInt8 = 0
        func add(_ last: Int) {
            var (from, to) = (first, last)
            while from < to, bytes[from] == 0x20 || bytes[from] == 0x09 { from += 1 }
            while from < to, bytes[to - 1] == 0x20 || bytes[to - 1] == 0x09 { to -= 1 }
            bounds[2 * fields] = from
            bounds[2 * fields + 1] = to
            fields += 1
        }
        scan: while true {
            guard index < end else { return nil }
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            all |= byte
            if byte == separator {
                // Room for the last one stays.
                guard fields < Self.mostPlainFields - 1 else { return nil }
                add(index)
                first = index + 1
            } else if byte < 0x30 {
                switch byte {
                case 0x22: return nil
                case 0x0A, 0x0D: break scan
                default: break
                }
            }
            index += 1
        }
        add(index)
        guard index - start <= Self.longestField,
            all < 0x80 || UTF8Bytes.areValid(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
        else { return nil }
        let isReturn = bytes[index] == 0x0D
        let isPair = isReturn && index + 1 < end && bytes[index + 1] == 0x0A
        let length = index + (isPair ? 2 : 1) - start
        start += length
        let (line, offset) = sink.passed(length, endedWithCarriageReturn: isReturn && !isPair)
        return PlainRecord(
            line: line, offset: offset, bytes: UnsafeRawBufferPointer(bytes),
            bounds: UnsafeBufferPointer(start: bounds, count: 2 * fields))
    }
}

/// A record without quotes where it was read, in UTF-8.
struct PlainRecord {
    let line: Int
    let offset: Int
    fileprivate let bytes: UnsafeRawBufferPointer
    fileprivate let bounds: UnsafeBufferPointer<Int>

    var count: Int { bounds.count / 2 }

    subscript(field: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[bounds[2 * field]..<bounds[2 * field + 1]])
    }

    var record: CSVRecord {
        CSVRecord(
            line: line, offset: offset,
            fields: (0..<count).map { String(decoding: self[$0], as: UTF8.self) })
    }
}

/// What libcsv's two callbacks write to.
private final class Sink {
    private var records: [CSVRecord] = []
    private var fields: [String] = []
    private var line: Int
    /// The first byte of the record that is being read, and the first after the piece that is.
    private var start: Int
    private var end: Int
    private var newlinesInside = 0
    private var emptyLines = 0
    private var endedWithCarriageReturn = false
    private(set) var error: CSVError?

    init(line: Int, offset: Int) {
        self.line = line
        start = offset
        end = offset
    }

    var malformed: CSVError { .malformed(line: line, field: fields.count + 1) }
    var tooLong: CSVError { .fieldTooLong(line: line, field: fields.count + 1) }

    /// Whether nothing of a record was met yet.
    var isBetweenRecords: Bool { fields.isEmpty && start == end }

    func fail(_ error: CSVError) {
        if self.error == nil { self.error = error }
    }

    /// Bytes that belong to no record.
    func skip(_ count: Int) {
        start += count
        end += count
    }

    /// So many bytes are about to be parsed, a line or a part of one.
    func piece(_ count: Int) { end += count }

    /// The record that ended, at most one a piece.
    func take() -> CSVRecord? { records.popLast() }

    /// A record of a line that was not parsed here.
    ///
    /// - Returns: its line and its first byte.
    func passed(_ count: Int, endedWithCarriageReturn isReturn: Bool) -> (line: Int, offset: Int) {
        let found = (line, start)
        end += count
        start = end
        line += 1
        emptyLines = 0
        endedWithCarriageReturn = isReturn
        return found
    }

    func field(_ bytes: UnsafeRawBufferPointer) {
        endedWithCarriageReturn = false
        guard error == nil else { return }
        guard bytes.count <= CSVReader.longestField, fields.count < CSVReader.mostFields else { return fail(tooLong) }
        guard !bytes.isEmpty else { return fields.append("") }
        let text = String(decoding: bytes.bindMemory(to: UInt8.self), as: UTF8.self)
        // Decoding mends what is not UTF-8, and then the text is not what was read; String(validating:as:) is slow.
        guard Self.isSame(text, bytes) else { return fail(.notUTF8(line: line, field: fields.count + 1)) }
        newlinesInside += bytes.count { $0 == 0x0A }
        fields.append(text)
    }

    private static func isSame(_ text: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var text = text
        return text.withUTF8 { own in
            guard let one = own.baseAddress, let other = bytes.baseAddress else { return own.count == bytes.count }
            return own.count == bytes.count && memcmp(one, other, bytes.count) == 0
        }
    }

    /// `terminator` is the byte that ended the line, -1 at the end of the file. With CSV_REPALL_NL the LF of a CRLF
    /// arrives as an empty line of its own, which is how lines are counted as an editor counts them.
    func record(_ terminator: CInt) {
        defer { start = end }
        if fields.isEmpty, terminator == 0x0A, endedWithCarriageReturn {
            endedWithCarriageReturn = false
            return
        }
        endedWithCarriageReturn = terminator == 0x0D
        guard error == nil else { return }
        if fields.isEmpty {
            emptyLines += 1
            if emptyLines > CSVReader.mostEmptyLines { fail(.emptyLines(line: line)) }
        } else {
            emptyLines = 0
            records.append(CSVRecord(line: line, offset: start, fields: fields))
        }
        fields.removeAll(keepingCapacity: true)
        line += 1 + newlinesInside
        newlinesInside = 0
    }
}

private func fieldEnded(_ bytes: UnsafeMutableRawPointer?, _ count: Int, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        .field(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
}

private func recordEnded(_ terminator: CInt, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().record(terminator)
}
