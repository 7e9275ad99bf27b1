import Messages

/// Checks one file: that its items fill it exactly, and that its commands fit.
struct FileValidation {
    let profile: CardProfile
    let file: FileDefinition
    /// false when another file of the same layout has been looked at.
    let checksItems: Bool
    let report: ProfileReport

    private var path: String { file.profilePath }

    /// Where an item was written: in its file, else in the layout the file uses.
    private func path(of item: Item) -> String { file.profilePath(of: item) }

    func run() {
        guard !file.items.isEmpty else {
            report.add(
                "'\(file.path)' has no items",
                "“\(file.path)”没有数据项",
                at: path)
            return
        }
        checkShape()
        if checksItems {
            checkNames()
            checkFormats()
        }
        switch file.structure {
        case .linearVariableTLV(let records): checkRecords(records)
        case .linearFixed(let size, let count), .cyclic(let size, let count):
            checkOffsets(upTo: size, what: "recordSize")
            checkSize(size * count)
            checkBody(size, AnyMessage("a record", "一条记录"))
        case .transparent(let size):
            checkOffsets(upTo: size, what: "size")
            if size > 0x8000 {
                report.add(
                    "'\(file.path)' is longer than the 32768 bytes an offset can reach",
                    "“\(file.path)”超过偏移可及的 32768 字节",
                    at: "\(path).size")
            }
        }
    }

    /// What is read from and written into a file of each shape.
    private func checkShape() {
        let (wanted, kinds): (AnyMessage, Set<FileKind>) =
            switch file.shape {
            case .object:
                (
                    AnyMessage("records with tags or no records", "带标签的记录或不分记录"),
                    [.linearVariableTLV, .transparent]
                )
            case .list: (AnyMessage("records without tags", "不带标签的记录"), [.linearFixed, .cyclic])
            case .index: (AnyMessage("records of fixed length", "定长记录"), [.linearFixed])
            case .photo, .visits: (AnyMessage("no records", "不分记录"), [.transparent])
            }
        if !kinds.contains(file.structure.kind) {
            report.add(
                "'\(file.path)' is \(file.structure.kind.rawValue), but its shape needs \(wanted)",
                "“\(file.path)”为 \(file.structure.kind.rawValue)，其形态需要\(wanted)",
                at: "\(path).shape")
        }
        if file.shape == .photo, file.items.count != 1 || file.items[0].format != .photo {
            report.add(
                "'\(file.path)' is a photo: expected one item of format photo",
                "“\(file.path)”是照片，应只有一个格式为 photo 的数据项",
                at: path)
        }
    }

    private func checkNames() {
        var seen: Set<String> = []
        for item in file.items {
            let name = item.group.map { "\($0.name)[\($0.index)].\(item.name)" } ?? item.name
            if !seen.insert(name).inserted {
                report.add(
                    "'\(file.path)' has two items '\(name)'",
                    "“\(file.path)”有两个数据项“\(name)”",
                    at: path(of: item))
            }
        }
    }

    /// Records 1…n without gaps, each with a one-byte tag and a length its command can carry.
    private func checkRecords(_ count: Int) {
        var expected = 1
        var sum = 0
        var tags: [UInt8: String] = [:]
        for item in file.items.sorted(by: { ($0.record ?? 0) < ($1.record ?? 0) }) {
            guard let record = item.record else {
                report.add(
                    "'\(item.name)' has an offset, expected 'record': '\(file.path)' is a file of records",
                    "“\(item.name)”写的是偏移，而“\(file.path)”是记录文件，应写“record”",
                    at: path(of: item))
                continue
            }
            if record != expected {
                report.add(
                    "'\(item.name)' is record \(record) of '\(file.path)', expected \(expected): records are numbered without gaps",
                    "“\(item.name)”是“\(file.path)”的第 \(record) 条记录，应为第 \(expected) 条：记录须连续编号",
                    at: path(of: item))
            }
            expected = record + 1
            sum += 2 + item.length
            if item.tag == 0 || item.tag == 0xFF {
                report.add(
                    "'\(item.name)' has no tag between 01 and FE",
                    "“\(item.name)”没有 01 至 FE 之间的标签",
                    at: path(of: item))
            } else if let first = tags.updateValue(item.name, forKey: item.tag) {
                report.add(
                    "'\(item.name)' has the tag \(MappingReader.spelling([item.tag])) of '\(first)'",
                    "“\(item.name)”的标签 \(MappingReader.spelling([item.tag])) 与“\(first)”的相同",
                    at: path(of: item))
            }
            checkBody(
                2 + item.length, AnyMessage("'\(item.name)' with tag and length", "“\(item.name)”连同标签和长度"),
                at: path(of: item))
        }
        if expected != count + 1 {
            report.add(
                "'\(file.path)' has \(expected - 1) records, 'records' says \(count)",
                "“\(file.path)”有 \(expected - 1) 条记录，“records”写的是 \(count)",
                at: "\(path).records")
        }
        checkSize(sum)
    }

    /// Offsets from 0 without gap or overlap.
    private func checkOffsets(upTo size: Int, what: String) {
        var expected = 0
        var reported: Set<String> = []
        for item in file.items {
            guard let offset = item.offset else {
                report.add(
                    "'\(item.name)' has a record number, expected 'offset' in '\(file.path)'",
                    "“\(item.name)”写的是记录号，“\(file.path)”中应写“offset”",
                    at: path(of: item))
                continue
            }
            if offset != expected, checksItems, reported.insert(path(of: item)).inserted {
                report.add(
                    "'\(item.name)' (item \(item.number)) is at offset \(offset) of '\(file.path)', expected \(expected): it \(offset < expected ? "overlaps what precedes it" : "leaves a gap")",
                    "“\(item.name)”（第 \(item.number) 项）在“\(file.path)”中的偏移为 \(offset)，应为 \(expected)：\(offset < expected ? "与前一项重叠" : "留有空隙")",
                    at: path(of: item))
            }
            expected = offset + item.length
        }
        if expected != size {
            report.add(
                "the items of '\(file.path)' end at \(expected), '\(what)' says \(size)",
                "“\(file.path)”的数据项止于 \(expected)，“\(what)”写的是 \(size)",
                at: "\(path).\(what)")
        }
    }

    private func checkSize(_ sum: Int) {
        if sum != file.size {
            report.add(
                "the records of '\(file.path)' are \(sum) bytes, 'size' says \(file.size)",
                "“\(file.path)”的记录共 \(sum) 字节，“size”写的是 \(file.size)",
                at: "\(path).size")
        }
    }

    private func checkBody(_ count: Int, _ what: AnyMessage, at place: String? = nil) {
        let body = profile.cryptography.bodyLength(of: count, under: file.protection)
        let most = profile.capabilities.maximumCommandData
        if body > most {
            report.add(
                "\(what) takes \(body) bytes in an update of '\(file.path)', a short command carries \(most)",
                "更新“\(file.path)”时\(what)需 \(body) 字节，一条短命令只能传送 \(most) 字节",
                at: place ?? "\(path).recordSize")
        }
    }

    // MARK: Formats

    private func checkFormats() {
        for item in file.items where item.group?.index ?? 0 == 0 {
            switch item.format {
            case .code(let name): checkTable(name, item)
            case .photo where file.shape != .photo:
                report.add(
                    "'\(item.name)' is a photo, but '\(file.path)' has another shape",
                    "“\(item.name)”是照片，但“\(file.path)”的形态不同",
                    at: path(of: item))
            default: break
            }
            checkSource(item)
        }
        if file.shape == .index, file.items.count != 1 || file.items[0].format != .flag {
            report.add(
                "'\(file.path)' is an index: expected one item of format flag",
                "“\(file.path)”是索引，应只有一个格式为 flag 的数据项",
                at: path)
        }
    }

    private func checkTable(_ name: String, _ item: Item) {
        guard let table = profile.codeTable(name) else {
            report.add(
                "'\(item.name)' uses the code table '\(name)', which is not in 'codeTables'",
                "“\(item.name)”所用的编码表“\(name)”不在“codeTables”中",
                at: path(of: item))
            return
        }
        for entry in table.entries {
            let isNumber = entry.code.utf8.allSatisfy { (0x30...0x39).contains($0) }
            let fits: Bool
            switch item.coding {
            case .ans: fits = entry.code.utf8.count <= item.length
            case .cn: fits = isNumber && entry.code.utf8.count <= 2 * item.length
            case .b: fits = isNumber && item.length == 1 && (Int(entry.code) ?? 256) <= 255
            }
            if !fits {
                report.add(
                    "the code '\(entry.code)' of '\(name)' does not fit '\(item.name)', \(item.length) byte(s) of \(item.coding.rawValue)",
                    "“\(name)”的编码“\(entry.code)”不适用于“\(item.name)”（\(item.length) 字节 \(item.coding.rawValue)）",
                    at: path(of: item))
            }
        }
    }

    private func checkSource(_ item: Item) {
        switch item.source {
        case .item(let reference) where profile.item(reference) == nil:
            report.add(
                "'\(item.name)' is taken from '\(reference)', which is not an item",
                "“\(item.name)”取自“\(reference)”，没有此数据项",
                at: path(of: item))
        case .certificate(let name):
            let size = profile.certificate(name)?.size
            if size != item.length {
                report.add(
                    "'\(item.name)' has \(item.length) bytes, the certificate '\(name)' \(size.map { "\($0)" } ?? "is not in 'certificates'")",
                    "“\(item.name)”为 \(item.length) 字节，证书“\(name)”\(size.map { "为 \($0) 字节" } ?? "不在“certificates”中")",
                    at: path(of: item))
            }
        case .constant(let text):
            do {
                _ = try ItemCodec.encode(text, as: item, profile: profile)
            } catch {
                report.add(
                    "the constant of '\(item.name)' \(error.problem)",
                    "“\(item.name)”的常量\(error.problem)",
                    at: path(of: item))
            }
        default: break
        }
    }
}

extension FileDefinition {
    /// Where the file stands in a profile.
    var profilePath: String { "directories.\(directory).files.\(name)" }

    /// Where an item, or the group it belongs to, stands in a profile.
    func profilePath(of item: Item) -> String {
        let name = item.group?.name ?? item.name
        return (layout.map { "layouts.\($0)" } ?? profilePath) + ".items.\(name)"
    }
}
