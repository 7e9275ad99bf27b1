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

    private let file: InputFile?
    /// Bytes that are in memory already.
    private var memory: ArraySlice<UInt8> = []
    private let chunk: Int
    private let isForOne: Bool
    private var parser = csv_parser()
    private let sink: Sink
    private var ready: ArraySlice<CSVRecord> = []
    private var isFinished = false
    /// Bytes read so far, those before the beginning included.
    private(set) var offset: Int
    /// Hashes what is read, where that was asked for.
    private var hasher: SM3.Hasher?

    /// - Parameters:
    ///   - offset: where to begin: 0, or the offset of a record that was read before.
    ///   - line: the line of that record.
    ///   - chunk: bytes read at once; few when one record is wanted.
    ///   - isForOne: when one record is wanted: nothing behind it is parsed.
    ///   - hashes: whether ``digest`` will be asked for.
    ///   - kind: what may lie at the path.
    init(
        path: String, offset: Int = 0, line: Int = 1, chunk: Int = CSVReader.chunk, isForOne: Bool = false,
        hashes: Bool = false, kind: InputFile.Kind = .file
    ) throws(CSVError) {
        do {
            let file = try InputFile(path, atMost: Self.longestFile, kind)
            if offset > 0 { try file.seek(to: offset) }
            self.file = file
        } catch {
            throw .unreadable(error.problem)
        }
        self.isForOne = isForOne
        self.chunk = chunk
        self.offset = offset
        hasher = hashes ? SM3.Hasher() : nil
        sink = Sink(line: line, offset: offset)
        guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) == 0 else { throw .noMemory }
    }

    /// A table in memory.
    init(bytes: [UInt8], isForOne: Bool = false) throws(CSVError) {
        file = nil
        memory = bytes[...]
        self.isForOne = isForOne
        chunk = Self.chunk
        offset = 0
        hasher = nil
        sink = Sink(line: 1, offset: 0)
        guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) == 0 else { throw .noMemory }
    }

    /// Takes another ASCII character than a comma for what stands between fields; before the first record is read.
    func separate(by separator: UInt8) { csv_set_delim(&parser, separator) }

    /// The SM3 of all that was read.
    var digest: [UInt8]? { hasher?.finalize() }

    deinit { csv_free(&parser) }

    /// The next record, blank lines left out; `nil` at the end of the file.
    func next() throws(CSVError) -> CSVRecord? {
        while ready.isEmpty {
            // Records that stood before a flaw are delivered before the flaw is reported.
            if let error = sink.error { throw error }
            guard !isFinished else { return nil }
            try fill()
        }
        return ready.popFirst()
    }

    private func fill() throws(CSVError) {
        let bytes: [UInt8]
        do {
            // A byte order mark comes in one piece.
            bytes = try file?.read(upTo: max(chunk, 3)) ?? Array(memory.prefix(chunk))
            memory = memory.dropFirst(chunk)
        } catch {
            throw .unreadable(error.problem)
        }
        if bytes.isEmpty {
            isFinished = true
            let context = Unmanaged.passUnretained(sink).toOpaque()
            if csv_fini(&parser, fieldEnded, recordEnded, context) != 0 { sink.fail(sink.malformed) }
        } else {
            bytes.withUnsafeBytes { hasher?.update(bufferPointer: $0) }
            let mark = offset == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            offset += bytes.count
            sink.skip(mark)
            bytes.withUnsafeBytes { parse(UnsafeRawBufferPointer(rebasing: $0[mark...])) }
        }
        ready = sink.take()[...]
    }

    /// libcsv does not say at which byte a record ended: it is given the text line by line.
    private func parse(_ bytes: UnsafeRawBufferPointer) {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        var rest = bytes[...]
        while !rest.isEmpty, sink.error == nil, !(isForOne && sink.hasRecord) {
            let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? rest.endIndex
            let line = UnsafeRawBufferPointer(rebasing: rest[..<end])
            sink.piece(line.count)
            if csv_parse(&parser, line.baseAddress, line.count, fieldEnded, recordEnded, context) != line.count {
                sink.fail(csv_error(&parser) == CSV_EPARSE ? sink.malformed : .noMemory)
            } else if parser.entry_pos > Self.longestField {
                sink.fail(sink.tooLong)
            }
            rest = rest[end...]
        }
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

    var hasRecord: Bool { !records.isEmpty }

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

    func take() -> [CSVRecord] {
        defer { records.removeAll(keepingCapacity: true) }
        return records
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
