import CCSV
import Foundation

/// One record of a CSV file.
struct CSVRecord: Equatable {
    /// The line the record begins on, counted from 1.
    let line: Int
    let fields: [String]
}

/// What stops the reading of a CSV file.
enum CSVError: Error, Equatable {
    case unreadable
    /// A quote where none may stand, or one that never ends, in this record and field (from 1).
    case malformed(line: Int, field: Int)
    case notUTF8(line: Int, field: Int)
    case fieldTooLong(line: Int, field: Int)
    case noMemory
}

/// Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark, LF or CRLF) in pieces, so that memory does
/// not grow with the file. The grammar is libcsv's in its strict mode.
final class CSVReader {
    /// Bytes read and parsed at once.
    static let chunk = 65536
    /// Bytes one field may have. A quote that is never closed would otherwise swallow the file.
    static let longestField = 65536
    /// Fields one record may have.
    static let mostFields = 4096

    private let file: FileHandle
    private var parser = csv_parser()
    private let sink = Sink()
    private var ready: ArraySlice<CSVRecord> = []
    private var isFirstChunk = true
    private var isFinished = false

    init(path: String) throws(CSVError) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unreadable }
        self.file = file
        guard csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) == 0 else { throw .noMemory }
    }

    deinit {
        csv_free(&parser)
        try? file.close()
    }

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
        var bytes: Data
        do {
            bytes = try file.read(upToCount: Self.chunk) ?? Data()
        } catch {
            throw .unreadable
        }
        let context = Unmanaged.passUnretained(sink).toOpaque()
        if bytes.isEmpty {
            isFinished = true
            if csv_fini(&parser, fieldEnded, recordEnded, context) != 0 { sink.fail(sink.malformed) }
        } else {
            if isFirstChunk, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
            isFirstChunk = false
            let parsed = bytes.withUnsafeBytes {
                csv_parse(&parser, $0.baseAddress, $0.count, fieldEnded, recordEnded, context)
            }
            if parsed != bytes.count {
                sink.fail(csv_error(&parser) == CSV_EPARSE ? sink.malformed : .noMemory)
            } else if parser.entry_pos > Self.longestField {
                sink.fail(sink.tooLong)
            }
        }
        ready = sink.take()[...]
    }
}

/// What libcsv's two callbacks write to.
private final class Sink {
    private var records: [CSVRecord] = []
    private var fields: [String] = []
    private var line = 1
    private var newlinesInside = 0
    private var endedWithCarriageReturn = false
    private(set) var error: CSVError?

    var malformed: CSVError { .malformed(line: line, field: fields.count + 1) }
    var tooLong: CSVError { .fieldTooLong(line: line, field: fields.count + 1) }

    func fail(_ error: CSVError) {
        if self.error == nil { self.error = error }
    }

    func take() -> [CSVRecord] {
        defer { records.removeAll(keepingCapacity: true) }
        return records
    }

    func field(_ bytes: UnsafeRawBufferPointer) {
        endedWithCarriageReturn = false
        guard error == nil else { return }
        guard bytes.count <= CSVReader.longestField, fields.count < CSVReader.mostFields else { return fail(tooLong) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return fail(.notUTF8(line: line, field: fields.count + 1))
        }
        newlinesInside += bytes.count { $0 == 0x0A }
        fields.append(text)
    }

    /// `terminator` is the byte that ended the line, -1 at the end of the file. With CSV_REPALL_NL the LF of a CRLF
    /// arrives as an empty line of its own, which is how lines are counted as an editor counts them.
    func record(_ terminator: CInt) {
        if fields.isEmpty, terminator == 0x0A, endedWithCarriageReturn {
            endedWithCarriageReturn = false
            return
        }
        endedWithCarriageReturn = terminator == 0x0D
        guard error == nil else { return }
        if !fields.isEmpty { records.append(CSVRecord(line: line, fields: fields)) }
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
