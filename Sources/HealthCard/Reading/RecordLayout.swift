import CardProfiles
import ISO7816

/// The records a file must have: tags and lengths as the profile says (`Docs/card.md §1.3`).
struct RecordLayout {
    /// The value length of each record, with its tag where records have one.
    private let records: [(tag: UInt8?, length: Int)]

    init(_ file: FileDefinition) {
        switch file.structure {
        case .transparent:
            records = []
        case .linearVariableTLV(let count):
            records = (0..<count).map { index in
                let item = file.item(record: index + 1)
                return (item?.tag ?? 0, item?.length ?? 0)
            }
        case .linearFixed(let size, let count), .cyclic(let size, let count):
            records = Array(repeating: (nil, size), count: count)
        }
    }

    var count: Int { records.count }
    var hasTags: Bool { records.first?.tag != nil }

    /// The tag of a record, counted from 0.
    func tag(of index: Int) -> UInt8? { records.indices.contains(index) ? records[index].tag : nil }

    /// Bytes of one record, counted from 0, tag and length included.
    func bytes(of index: Int) -> Int {
        guard records.indices.contains(index) else { return 0 }
        return records[index].length + (records[index].tag == nil ? 0 : 2)
    }

    /// Bytes of as many whole records from this one on as fit; of this one where not even it does.
    func bytes(from index: Int, fitting limit: Int) -> Int {
        var sum = bytes(of: index)
        for next in records.indices.dropFirst(index + 1) {
            guard sum + bytes(of: next) <= limit else { break }
            sum += bytes(of: next)
        }
        return min(sum, limit)
    }

    /// Whole records of an answer that starts with this record, at least one.
    func split(_ data: [UInt8], from index: Int) throws(ReadFailure) -> [[UInt8]] {
        guard !data.isEmpty else { throw .file(.emptyRecord(index + 1)) }
        var found: [[UInt8]] = []
        var offset = 0
        while offset < data.count {
            let number = index + found.count
            guard number < records.count else {
                throw .file(.moreRecords(than: records.count))
            }
            let (tag, length) = records[number]
            let size = tag == nil ? length : length + 2
            if let tag {
                guard data[offset] == tag else {
                    throw .file(.wrongTag(record: number + 1, found: data[offset], expected: tag))
                }
                guard offset + 1 < data.count, Int(data[offset + 1]) == length else {
                    throw .file(.wrongItemLength(record: number + 1, tag: tag, length: length))
                }
            }
            guard size > 0, offset + size <= data.count else {
                throw .file(.recordCutShort(record: number + 1, left: data.count - offset, size: size))
            }
            found.append(Array(data[offset..<offset + size]))
            offset += size
        }
        return found
    }
}
