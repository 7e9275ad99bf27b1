import CardProfiles
import HealthCard
import Photos

extension CardTerminal {
    /// Writes items of one file: those of a list as a new entry.
    func write(_ values: [(item: Item, field: [UInt8])], to file: FileDefinition) throws(ReturnCode) {
        guard !values.isEmpty else { return }
        // What the command line takes for no value at all. Here an empty text leaves its item alone, and blanks are none.
        for (item, field) in values where item.isBlank(field) {
            throw .argument.because("item \(item.number) is given nothing but blanks")
        }
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

    /// Writes the picture that follows its length.
    ///
    /// - Throws: `photo` for a length that does not fit, and for what no photo of a card can be made of.
    func writePhoto(at bytes: UnsafeRawPointer, to path: String) throws(ReturnCode) {
        let item = try photoItem(path)
        let length = try CallerMemory.whole(bytes, item.prefixLength).reduce(0) { $0 << 8 | Int($1) }
        try checkPhoto(length, item)
        try writePhoto(CallerMemory.whole(bytes + item.prefixLength, length), to: path)
    }

    /// Writes a picture that a program has in a buffer.
    func writePhoto(_ picture: [UInt8], to path: String) throws(ReturnCode) {
        let item = try photoItem(path)
        try checkPhoto(picture.count, item)
        // What is written can be read by the same program: a photo that has to be made anew does not become too large.
        try writePhoto(picture, to: path, capacity: min(item.capacity, conventions.photoLimit - item.prefixLength))
    }

    private func checkPhoto(_ length: Int, _ item: Item) throws(ReturnCode) {
        guard length <= item.capacity, item.prefixLength + length <= conventions.photoLimit else {
            throw .photo.because("the length before the photo is too great")
        }
    }

    /// Writes the picture in a file.
    func writePhoto(inFile name: String, to path: String) throws(ReturnCode) {
        let item = try photoItem(path)
        let picture: [UInt8]
        do {
            picture = try DistantCall.current?.photo(inFile: name) ?? PhotoFile(path: name).bytes
        } catch {
            throw ReturnCode(error, refused: .photo)
        }
        try writePhoto(picture, to: path, capacity: item.capacity)
    }

    private func photoItem(_ path: String) throws(ReturnCode) -> Item {
        let file = try file(path)
        guard let item = file.items.first, file.shape == .photo else { throw .noFile }
        return item
    }

    /// Writes what the intake would make of a picture: whole and sound within the limits as it is, but for a camera's
    /// notes; else fitted.
    private func writePhoto(_ picture: [UInt8], to path: String, capacity: Int) throws(ReturnCode) {
        let (file, item) = (try file(path), try photoItem(path))
        var changes = CardChanges(profile: profile)
        do {
            let fitted = try PhotoFitting(profile.application.portrait, capacity: capacity).fit(picture)
            try changes.set("\(file.section).\(item.name)", to: .photo(fitted))
        } catch {
            throw ReturnCode(error, refused: .photo)
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
