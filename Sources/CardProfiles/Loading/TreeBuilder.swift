import ISO7816

/// Builds directories, files, layouts and keys.
struct TreeBuilder {
    let report: ProfileReport

    func keys(_ root: MappingReader) -> [KeyDefinition] {
        root.entries("keys", ordered: true).compactMap { name, reader in
            defer { reader.finish() }
            let title = reader.text("title")
            let usage = reader.choice("usage", KeyUsage.self)
            let role = reader.choice("role", KeyRole.self)
            let diversification = reader.choice("diversification", KeyDiversification.self)
            var directory: String?
            var reference: UInt8 = 0
            var tries: UInt8 = 0
            if usage == .host {
                if reader.has("directory") {
                    reader.fail(
                        "directory",
                        "does not go with usage host",
                        "不能与用途 host 同时使用")
                }
            } else {
                directory = reader.text("directory")
                reference = reader.byte("reference")
                tries = UInt8(reader.integer("tries", in: 0...15))
            }
            var sam: SAMKeyAddress?
            if reader.has("sam") {
                let bytes = reader.bytes("sam", count: 2...2)
                sam = SAMKeyAddress(usage: bytes[0], identifier: bytes[1])
            }
            guard let usage, let role, let diversification else { return nil }
            return KeyDefinition(
                name: name, title: title, directory: directory, reference: reference, usage: usage, role: role,
                tries: tries, diversification: diversification, sam: sam)
        }
    }

    func layouts(_ root: MappingReader) -> [String: [Item]] {
        var layouts: [String: [Item]] = [:]
        for (name, reader) in root.entries("layouts", isOptional: true) {
            var source = ItemSource.application
            if reader.has("source") {
                let text = reader.scalar("source") ?? ""
                if let given = ItemSource(notation: text) {
                    source = given
                } else {
                    reader.fail(
                        "source",
                        "is '\(text)', \(ItemSource.expectation)",
                        "的值“\(text)”不对，\(ItemSource.expectation.chinese)")
                }
            }
            layouts[name] = ItemBuilder(report: report, standardSource: source).items(of: reader)
            reader.finish()
        }
        return layouts
    }

    func directories(_ root: MappingReader, layouts: [String: [Item]]) -> [DirectoryDefinition] {
        root.entries("directories", ordered: true).map { name, reader in
            let title = reader.text("title")
            let identifier = FileIdentifier(rawValue: reader.word("fid"))
            var dfName: [UInt8]?
            if reader.has("dfName") { dfName = reader.name("dfName", count: 1...16) }
            let parent = reader.optionalText("parent")
            let files = reader.entries("files", isOptional: true, ordered: true).compactMap { fileName, fileReader in
                defer { fileReader.finish() }
                return file(fileName, in: name, fileReader, layouts: layouts)
            }
            reader.finish()
            return DirectoryDefinition(
                name: name, title: title, fileIdentifier: identifier, dfName: dfName, parent: parent, files: files)
        }
    }

    private func file(
        _ name: String, in directory: String, _ reader: MappingReader, layouts: [String: [Item]]
    ) -> FileDefinition? {
        let title = reader.text("title")
        let identifier = FileIdentifier(rawValue: reader.word("fid"))
        let sfiByte = reader.byte("sfi")
        let structure = structure(reader)
        let size = reader.integer("size", in: 1...0xFFFF)
        let read = access("read", reader)
        let update = access("update", reader)
        let erase = reader.has("erase") ? access("erase", reader) : defaulted("erase", "never", .never, reader)
        let protection = reader.choice("protection", Protection.self)
        let initial = reader.byte("initial", default: 0)
        let section = reader.text("section")
        let shape = shape(reader)
        let items: [Item]
        let layout = reader.optionalText("layout")
        if let layout {
            if layouts[layout] == nil {
                reader.fail(
                    "layout",
                    "names '\(layout)', which is not in 'layouts'",
                    "为“\(layout)”，“layouts”中没有")
            }
            if reader.has("items") {
                reader.fail(
                    "items",
                    "does not go with 'layout'",
                    "不能与“layout”同时使用")
            }
            items = layouts[layout] ?? []
        } else {
            items = ItemBuilder(report: report, standardSource: .application).items(of: reader)
        }
        guard let sfi = ShortFileIdentifier(rawValue: sfiByte) else {
            reader.fail(
                "sfi",
                "is \(MappingReader.spelling([sfiByte])), expected 01 to 1E",
                "为 \(MappingReader.spelling([sfiByte]))，应为 01 至 1E")
            return nil
        }
        guard let structure, let protection, let shape else { return nil }
        return FileDefinition(
            path: directory + "/" + name, name: name, directory: directory, title: title,
            fileIdentifier: identifier, sfi: sfi, structure: structure, size: size, read: read, update: update,
            erase: erase, protection: protection, initialByte: initial, section: section, shape: shape, layout: layout,
            items: items)
    }

    private func defaulted(
        _ name: String, _ spelling: String, _ value: AccessCondition, _ reader: MappingReader
    ) -> AccessCondition {
        reader.record(name, spelling)
        return value
    }

    private func structure(_ reader: MappingReader) -> FileStructure? {
        switch reader.choice("structure", FileKind.self) {
        case .transparent?:
            return .transparent(size: MappingReader.decimal(reader.scalar("size") ?? "") ?? 0)
        case .linearVariableTLV?:
            return .linearVariableTLV(records: reader.integer("records", in: 1...254))
        case .linearFixed?:
            return .linearFixed(
                recordSize: reader.integer("recordSize", in: 1...255), count: reader.integer("records", in: 1...254))
        case .cyclic?:
            return .cyclic(
                recordSize: reader.integer("recordSize", in: 1...255), count: reader.integer("records", in: 1...254))
        case .directory?:
            reader.fail(
                "structure",
                "is directory: directories stand in 'directories'",
                "不能为 directory，目录写在“directories”中")
            return nil
        case nil: return nil
        }
    }

    private func access(_ name: String, _ reader: MappingReader) -> AccessCondition {
        switch reader.text(name) {
        case "always": .always
        case "never", "": .never
        case let key: .key(key)
        }
    }

    /// `object`, `list`, `photo`, `index` or `visits(INDEX FILE RECORD)`.
    private func shape(_ reader: MappingReader) -> SectionShape? {
        let text = reader.scalar("shape", isOptional: true) ?? "object"
        switch text {
        case "object", "list", "photo", "index":
            reader.record("shape", text)
            return ["object": .object, "list": .list, "photo": .photo][text] ?? .index
        default:
            let parts = Notation(text)?.argument?.split(separator: " ").map(String.init) ?? []
            guard Notation(text)?.name == "visits", parts.count == 2, let record = MappingReader.decimal(parts[1])
            else {
                reader.fail(
                    "shape",
                    "is '\(text)', expected object, list, photo, index or visits(INDEX RECORD)",
                    "的值“\(text)”不对，应为 object、list、photo、index 或 visits(INDEX RECORD)")
                return nil
            }
            reader.record("shape", "visits(\(parts[0]) \(record))")
            return .visits(index: parts[0], record: record)
        }
    }
}
