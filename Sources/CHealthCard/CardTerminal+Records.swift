import CardProfiles
import HealthCard

extension CardTerminal {
    func file(_ path: String) throws(ReturnCode) -> FileDefinition {
        guard let file = profile.file(path) else { throw .noFile }
        return file
    }

    /// A whole file.
    func content(of file: FileDefinition) throws(ReturnCode) -> FileContent {
        let refused = file.structure.kind == .transparent ? ReturnCode.bytesUnreadable : .recordUnreadable
        return try withCard(.reading, refused: refused) { try $0.content(of: file) }
    }

    /// The texts of a file's items, in the order of its records or of the bytes of one record; nothing for an item whose
    /// bytes are no value of it, which hides none of the others.
    ///
    /// - Parameter record: which one of a file whose records are all alike; counted from 1, the newest first.
    /// - Throws: `argument` for a record no card has.
    /// - Returns: also the first item that could not be given.
    func texts(of path: String, record: Int32 = 1) throws(ReturnCode) -> (texts: [[UInt8]], damaged: Item?) {
        let file = try file(path)
        let number = try file.checked(record)
        let content = try content(of: file)
        let texts = file.items.map { file.text(of: $0, in: content, record: number) }
        return (texts.map { $0 ?? [] }, zip(file.items, texts).first { $0.1 == nil }?.0)
    }

    /// Writes the items that are given a text; the others stay as they are.
    func write(_ texts: [[UInt8]?], to path: String) throws(ReturnCode) {
        let file = try file(path)
        guard texts.count <= file.items.count else { throw .noFile }
        var values: [(item: Item, field: [UInt8])] = []
        for (item, text) in zip(file.items, texts) {
            if let text { values.append((item, try item.field(of: text))) }
        }
        try write(values, to: file)
    }

    /// The picture with the length before it.
    ///
    /// - Parameter limit: what the caller has room for.
    func photo(_ path: String, atMost limit: Int) throws(ReturnCode) -> [UInt8] {
        let file = try file(path)
        guard let item = file.items.first, file.shape == .photo else { throw .noFile }
        let bytes: [UInt8]
        do {
            bytes = try content(of: file).bytes
        } catch {
            // The session has looked at the length, too.
            throw error == .bytesUnreadable ? .photo : error
        }
        let length = bytes.prefix(item.prefixLength).reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= item.prefixLength + length, length <= item.capacity else {
            throw .photo.because("the length before the photo does not fit")
        }
        guard length == 0 || bytes.dropFirst(item.prefixLength).starts(with: [0xFF, 0xD8]) else {
            throw .photo.because("what the card has is not a JPEG picture")
        }
        guard item.prefixLength + length <= limit else {
            throw .photo.because("the photo has \(length) bytes, more than programs have room for (photo-limit)")
        }
        return Array(bytes.prefix(item.prefixLength + length))
    }
}

extension FileDefinition {
    /// - Throws: `argument` unless the file has this record.
    func checked(_ record: Int32) throws(ReturnCode) -> Int {
        let count = structure.kind == .linearFixed || structure.kind == .cyclic ? structure.recordCount : 1
        guard (1...Int32(clamping: max(1, count))).contains(record) else { throw .argument }
        return Int(record)
    }
}
