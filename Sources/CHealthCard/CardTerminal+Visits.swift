import CardProfiles
import HealthCard

/// Visits as the interface has them: only records whose index calls them valid (`Docs/c-interface.md`).
extension CardTerminal {
    /// Bytes of a visit, as a program wants them: of text and of bytes exactly as many as it asks for.
    ///
    /// - Parameter position: 0 for the first byte; signature and certificate follow the data.
    func visitField(
        _ kind: VisitKind, record: Int32, position: Int32, length: Int32, style: FieldStyle
    ) throws(ReturnCode) -> [UInt8] {
        let (layout, file) = try visitFile(kind, record)
        let range = try VisitRange(layout, position: position, length: length)
        return try withCard(.reading, refused: .bytesUnreadable) { session in
            try Self.requireValid(layout, file, session)
            let field = try session.bytes(of: file, in: range.bytes)
            guard style.isWhole(field) else {
                throw ReturnCode.bytesUnreadable.because("the bytes are not all digits")
            }
            return style == .text ? field : style.text(of: field)
        }
    }

    /// Writes bytes of a visit. All data at once are signed, and signature and certificate written after them.
    ///
    /// - Parameter given: the bytes of the range from a program's argument; nil leaves the visit alone.
    func writeVisitField(
        _ kind: VisitKind, record: Int32, position: Int32, length: Int32,
        _ given: (VisitRange) throws(ReturnCode) -> [UInt8]?
    ) throws(ReturnCode) {
        let (layout, file) = try visitFile(kind, record)
        let range = try VisitRange(layout, position: position, length: length)
        guard let field = try given(range) else { return }
        guard field.count == range.count else { throw .argument }
        if range.isWhole { return try writeVisit(file) { () in try VisitContent(bytes: field, layout: layout) } }
        // With a signature of the program's own it is a whole visit all the same.
        if range.holdsAllData {
            try Self.check { try VisitContent(bytes: Array(field.prefix(layout.dataLength)), layout: layout) }
        }
        try withCard(.writing, refused: .bytesNotWritten) { session in
            try Self.requireValid(layout, file, session)
            try session.write(field, to: file, at: range.bytes.lowerBound)
        }
    }

    /// All items of a visit, joined with bars.
    func joinedVisit(_ kind: VisitKind, record: Int32) throws(ReturnCode) -> [UInt8] {
        let (layout, file) = try visitFile(kind, record)
        return try withCard(.reading, refused: .bytesUnreadable) { session in
            try Self.requireValid(layout, file, session)
            let bytes = try session.bytes(of: file, in: 0..<layout.dataLength)
            return try VisitContent(bytes: bytes, layout: layout).joined()
        }
    }

    /// Writes a whole visit from its items joined with bars.
    func writeJoinedVisit(_ kind: VisitKind, record: Int32, _ text: [UInt8]) throws(ReturnCode) {
        let (layout, file) = try visitFile(kind, record)
        try writeVisit(file) { () in try VisitContent(joined: text, layout: layout) }
    }

    /// Items of a visit by number: the texts of some, nothing of the others.
    func write(_ fields: [(item: Item, field: [UInt8])], toVisit file: FileDefinition) throws(ReturnCode) {
        guard case .visits = file.shape, let layout = try? VisitLayout(VisitKind(rawValue: file.section), of: profile)
        else { throw .argument }
        for (item, field) in fields { try item.check(field, profile) }
        try withCard(.writing, refused: .bytesNotWritten) { session in
            try Self.requireValid(layout, file, session)
            for (item, field) in fields { try session.write(field, to: file, at: item.offset ?? 0) }
        }
    }

    // MARK: Index

    /// - Parameter path: of an index file.
    func mark(_ record: Int32, of path: String, valid: Bool) throws(ReturnCode) {
        let index = try file(path)
        let number = try index.checked(record)
        try withCard(.writing, refused: valid ? .indexNotWritten : .indexNotErased) { session in
            try session.mark(number, of: index, valid: valid)
        }
    }

    // MARK: Steps

    /// Signs and writes a whole visit that `visit add` would take.
    private func writeVisit(_ file: FileDefinition, _ given: () throws -> VisitContent) throws(ReturnCode) {
        let visit = try Self.check(given)
        let layout = visit.layout
        try withCard(.writing, refused: .bytesNotWritten) { session in
            try Self.requireValid(layout, file, session)
            let signed = try sam().sealed(visit)
            guard signed.count == layout.size else { throw ReturnCode.sam }
            try session.write(signed, to: file, at: 0)
        }
    }

    /// - Throws: `argument` for what no visit may say, and for one without an item that every visit needs.
    @discardableResult
    private static func check(_ given: () throws -> VisitContent) throws(ReturnCode) -> VisitContent {
        do {
            let visit = try given()
            try visit.checkForWriting()
            return visit
        } catch {
            throw .argument.because("the visit: \(error)")
        }
    }

    func visitLayout(_ kind: VisitKind) throws(ReturnCode) -> VisitLayout {
        do { return try VisitLayout(kind, of: profile) } catch { throw .noFile }
    }

    private func visitFile(
        _ kind: VisitKind, _ record: Int32
    ) throws(ReturnCode) -> (layout: VisitLayout, file: FileDefinition) {
        let layout = try visitLayout(kind)
        guard layout.files.indices.contains(Int(record) - 1) else { throw .argument }
        return (layout, layout.files[Int(record) - 1])
    }

    static func requireValid(
        _ layout: VisitLayout, _ file: FileDefinition, _ session: HealthCardSession
    ) throws {
        guard case .visits(_, let record) = file.shape, let item = layout.index.items.first,
            let flag = item.field(in: try session.content(of: layout.index), record: record),
            flag.first == item.flag.yes
        else { throw ReturnCode.invalidVisit }
    }
}
