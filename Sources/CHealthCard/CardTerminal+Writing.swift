import CardProfiles
import HealthCard

extension CardTerminal {
    /// Writes items of one file: those of a list as a new entry.
    func write(_ values: [(item: Item, field: [UInt8])], to file: FileDefinition) throws(ReturnCode) {
        guard !values.isEmpty else { return }
        let refused = file.structure.kind == .transparent ? ReturnCode.bytesNotWritten : .recordNotWritten
        var changes = CardChanges(profile: profile)
        do {
            if file.shape == .list {
                var texts: [String: String] = [:]
                for (item, field) in values { texts[item.name] = try value(of: field, item)?.text ?? "" }
                try changes.add(to: file.section, texts)
            } else {
                for (item, field) in values {
                    try changes.set("\(file.section).\(item.name)", to: value(of: field, item))
                }
            }
        } catch let error as CardChangesError {
            throw error.code(refused: refused)
        } catch {
            throw .argument
        }
        let wanted = changes
        try withCard(.writing, refused: refused) { session in _ = try session.update(wanted) }
    }

    /// By way of the bytes, in which codes of one digit may stand as `1` and `01`.
    private func value(of field: [UInt8], _ item: Item) throws -> ItemValue? {
        try ItemCodec.decode(field, as: item, profile: profile)
    }

    /// Writes the picture that follows its length; no picture where that is 0.
    ///
    /// - Throws: `photo` for a length that does not fit, or bytes that are no JPEG.
    func writePhoto(at bytes: UnsafePointer<UInt8>, to path: String) throws(ReturnCode) {
        let item = try photoItem(path)
        let length = (0..<item.prefixLength).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        guard length <= item.capacity, item.prefixLength + length <= conventions.photoLimit else {
            throw .photo.because("the length before the photo is too great")
        }
        try writePhoto((0..<length).map { bytes[item.prefixLength + $0] }, to: path)
    }

    /// Writes the picture in a file.
    func writePhoto(inFile name: String, to path: String) throws(ReturnCode) {
        let item = try photoItem(path)
        let picture = try PhotoFile.read(name, atMost: item.capacity)
        guard !picture.isEmpty else { throw .photo.because("the photo's file is empty") }
        try writePhoto(picture, to: path)
    }

    private func photoItem(_ path: String) throws(ReturnCode) -> Item {
        let file = try file(path)
        guard let item = file.items.first, file.shape == .photo else { throw .noFile }
        return item
    }

    private func writePhoto(_ picture: [UInt8], to path: String) throws(ReturnCode) {
        let (file, item) = (try file(path), try photoItem(path))
        var changes = CardChanges(profile: profile)
        do { try changes.set("\(file.section).\(item.name)", to: picture.isEmpty ? nil : .photo(picture)) } catch {
            throw .photo.because("\(error)")
        }
        let wanted = changes
        try withCard(.writing, refused: .bytesNotWritten) { session in _ = try session.update(wanted) }
    }
}

extension CardChangesError {
    fileprivate func code(refused: ReturnCode) -> ReturnCode {
        let isWrittenOnce = problems.contains {
            switch $0 {
            case .writtenOnce, .notUpdatable: true
            default: false
            }
        }
        return isWrittenOnce ? refused : .argument
    }
}
