import CardProfiles

/// A visit as it lies on a card.
public struct Visit: Sendable, Hashable {
    /// From 1: the record of the index, the number of the file.
    public let record: Int
    public let content: VisitContent
    /// SM2 over the SM3 digest of the data, r ‖ s; as the card gives it.
    public let signature: [UInt8]
    /// Of the SAM that signed, as the card gives it.
    public let certificateBytes: [UInt8]

    public var kind: VisitKind { content.layout.kind }

    /// - Parameter bytes: the whole record: data ‖ signature ‖ certificate.
    /// - Throws: `VisitContentError.length`.
    public init(record: Int, bytes: [UInt8], layout: VisitLayout) throws(VisitContentError) {
        guard bytes.count == layout.size else {
            throw .length(.whole, bytes: bytes.count, expected: layout.size)
        }
        self.record = record
        content = try VisitContent(bytes: Array(bytes.prefix(layout.dataLength)), layout: layout)
        signature = Array(bytes[layout.dataLength...].prefix(layout.signature.length))
        certificateBytes = Array(bytes.suffix(layout.certificate.length))
    }

    /// Data ‖ signature ‖ certificate.
    public var bytes: [UInt8] { content.bytes + signature + certificateBytes }

    /// As a card with this visit alone would be shown: with `Docs/items.md`'s JSON and a text for people.
    public var document: CardDocument {
        let layout = content.layout
        var index = [[UInt8]](
            repeating: [UInt8](repeating: layout.index.initialByte, count: layout.index.structure.recordSize),
            count: layout.index.structure.recordCount)
        if let item = layout.index.items.first, index.indices.contains(record - 1),
            let valid = try? ItemCodec.encode(.flag(true), as: item, profile: layout.profile)
        {
            index[record - 1] = valid
        }
        var files: [String: FileContent] = [layout.index.path: .records(index)]
        if layout.files.indices.contains(record - 1) { files[layout.files[record - 1].path] = .bytes(bytes) }
        return CardDocument(
            profile: layout.profile, files: files, scope: ReadScope(sections: [layout.kind.rawValue]))
    }
}

extension Visit {
    /// The JSON of `Docs/items.md`, with its record number, signature and certificate; what is no value is listed under
    /// `unreadable`.
    public var json: JSONValue {
        guard case .object(let members) = document.json,
            case .array(let entries)? = members.first(where: { $0.name == kind.rawValue })?.value,
            case .object(let visit)? = entries.first
        else { return .object([]) }
        return .object(visit + members.filter { $0.name == "unreadable" })
    }
}
