import Foundation

/// How entries are written out.
public enum LedgerExportFormat: String, Sendable, Hashable, CaseIterable {
    /// A JSON object a line, its members named as ``LedgerEntry``'s.
    case jsonLines
    /// RFC 4180 with a header row and CRLF.
    case csv
}

extension Ledger {
    /// Writes out all entries, one after the other; memory does not grow with their number.
    ///
    /// - Parameters:
    ///   - masksIDNumbers: shows the region (6 characters) and the last two alone. The chain of such an export cannot be
    ///     checked.
    ///   - write: takes a piece of UTF-8.
    public func export(
        _ format: LedgerExportFormat, masksIDNumbers: Bool = false, to write: (Data) throws -> Void
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if format == .csv {
            try write(
                Data(
                    "sequence,time,station,run,kind,batch,idNumber,chip,lane,detail,request,previousHash,hash\r\n".utf8)
            )
        }
        try entries { entry in
            let entry = masksIDNumbers ? entry.masked : entry
            switch format {
            case .jsonLines: try write(encoder.encode(entry) + Data("\n".utf8))
            case .csv: try write(Data(entry.csv.utf8))
            }
        }
    }
}

extension LedgerEntry {
    /// The same with the middle of its ID number hidden.
    public var masked: LedgerEntry {
        let hidden = max(0, idNumber.count - 8)
        let number = idNumber.prefix(6) + String(repeating: "*", count: hidden) + idNumber.dropFirst(6 + hidden)
        return LedgerEntry(
            sequence: sequence, time: time, station: station, run: run, kind: kind, batch: batch,
            idNumber: String(number), chip: chip, lane: lane, detail: detail, request: request,
            previousHash: previousHash, hash: hash)
    }

    fileprivate var csv: String {
        let fields = [
            String(sequence), time, station, String(run), kind, batch, idNumber, chip, lane, detail, request,
            previousHash,
            hash,
        ]
        return fields.map { field in
            let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }
            return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        }.joined(separator: ",") + "\r\n"
    }
}
