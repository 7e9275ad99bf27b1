import ISO7816
import ShangMi

/// SM3 over what one card is made of: a row as it was decoded and checked, and its photo's file (`Docs/batch.md`, An
/// order's digest). It is taken at intake and again before the card is made, so that what was checked is what is made.
///
/// A value: several threads may digest at once.
struct OrderContent: Sendable {
    /// The value of the first field.
    static let format = "resident-health-card-order/1"
    /// In place of a photo's digest, where the police reply excuses it.
    static let noPhoto = "absent"

    private let columns: ApplicationColumns
    /// By place in ``ApplicationColumns/orderedItems``: the two fields before the text.
    let heads: [[UInt8]]

    /// Bytes most rows take.
    private static let usualLength = 2048

    init(columns: ApplicationColumns) {
        self.columns = columns
        heads = columns.orderedItems.map { Self.fields(["item", $0.reference.description]) }
    }

    /// 32 bytes.
    ///
    /// - Parameter photo: SM3 of the photo's file; nil for a row that may lack one.
    func digest(of row: CheckedRow, photo: [UInt8]?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.usualLength)
        Self.append(Self.format, to: &bytes)
        for (place, text) in row.texts.enumerated() {
            guard let text, heads.indices.contains(place) else { continue }
            bytes += heads[place]
            Self.append(text, to: &bytes)
        }
        for entry in row.entryTexts {
            let list = columns.orderedLists[entry.list]
            bytes += Self.fields([
                "entry", list.section, String(entry.index + 1), list.items[entry.item].name, entry.text,
            ])
        }
        for column in ApplicationColumns.GuardianColumn.allCases {
            guard let text = row.guardianTexts[column] else { continue }
            bytes += Self.fields(["guardian", columns.name(of: column), text])
        }
        for extra in row.extras { bytes += Self.fields(["extra", extra.name, extra.text]) }
        bytes += photo.map(Self.photoFields) ?? Self.noPhotoFields
        return SM3.hash(bytes)
    }

    /// The last fields.
    ///
    /// - Parameter digest: SM3 of the photo's file.
    static func photoFields(_ digest: [UInt8]) -> [UInt8] { fields(["photo", Hex.encode(digest).lowercased()]) }

    /// Those of a row that may lack a photo.
    static let noPhotoFields = fields(["photo", noPhoto])

    /// Bytes of the last fields at most.
    static let photoRoom = photoFields([UInt8](repeating: 0, count: SM3.byteCount)).count

    /// What rows and their photos hash to, in their order; of a row with a flawed photo nothing that means anything.
    ///
    /// - Parameter contents: has room for the last fields behind the content of each row.
    static func digests(
        of rows: [(row: RowScreen.Row, finding: PhotoChecker.Finding)], _ contents: inout [UInt8]
    ) -> [[UInt8]] {
        contents.withUnsafeMutableBytes { bytes in
            var messages: [UnsafeRawBufferPointer] = []
            messages.reserveCapacity(rows.count)
            for (row, finding) in rows {
                let fields = finding.flaw == nil ? photoFields(finding.digest) : noPhotoFields
                UnsafeMutableRawBufferPointer(rebasing: bytes[row.content.upperBound...]).copyBytes(from: fields)
                messages.append(
                    UnsafeRawBufferPointer(
                        rebasing: bytes[row.content.lowerBound..<row.content.upperBound + fields.count]))
            }
            return SM3.hashes(messages)
        }
    }

    static func fields(_ texts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in texts { append(text, to: &bytes) }
        return bytes
    }

    /// A field as the ledger has them: UTF-8 behind its length in four bytes, most significant first.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
    }
}
