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
            report.add("'\(file.path)' has no items", at: path)
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
            checkBody(size, "a record")
        case .transparent(let size):
            checkOffsets(upTo: size, what: "size")
            if size > 0x8000 {
                report.add("'\(file.path)' is longer than the 32768 bytes an offset can reach", at: "\(path).size")
            }
        }
    }

    /// What is read from and written into a file of each shape.
    private func checkShape() {
        let (wanted, kinds): (String, Set<FileKind>) =
            switch file.shape {
            case .object: ("records with tags or no records", [.linearVariableTLV, .transparent])
            case .list: ("records without tags", [.linearFixed, .cyclic])
            case .index: ("records of fixed length", [.linearFixed])
            case .photo, .visits: ("no records", [.transparent])
            }
        if !kinds.contains(file.structure.kind) {
            report.add(
                "'\(file.path)' is \(file.structure.kind.rawValue), but its shape needs \(wanted)", at: "\(path).shape")
        }
        if file.shape == .photo, file.items.count != 1 || file.items[0].format != .photo {
            report.add("'\(file.path)' is a photo: expected one item of format photo", at: path)
        }
    }

    private func checkNames() {
        var seen: Set<String> = []
        for item in file.items {
            let name = item.group.map { "\($0.name)[\($0.index)].\(item.name)" } ?? item.name
            if !seen.insert(name).inserted { report.add("'\(file.path)' has two items '\(name)'", at: path(of: item)) }
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
                    at: path(of: item))
                continue
            }
            if record != expected {
                report.add(
                    "'\(item.name)' is record \(record) of '\(file.path)', expected \(expected): records are numbered "
                        + "without gaps", at: path(of: item))
            }
            expected = record + 1
            sum += 2 + item.length
            if item.tag == 0 || item.tag == 0xFF {
                report.add("'\(item.name)' has no tag between 01 and FE", at: path(of: item))
            } else if let first = tags.updateValue(item.name, forKey: item.tag) {
                report.add(
                    "'\(item.name)' has the tag \(MappingReader.spelling([item.tag])) of '\(first)'", at: path(of: item)
                )
            }
            checkBody(2 + item.length, "'\(item.name)' with tag and length", at: path(of: item))
        }
        if expected != count + 1 {
            report.add("'\(file.path)' has \(expected - 1) records, 'records' says \(count)", at: "\(path).records")
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
                    "'\(item.name)' has a record number, expected 'offset' in '\(file.path)'", at: path(of: item))
                continue
            }
            if offset != expected, checksItems, reported.insert(path(of: item)).inserted {
                let what = offset < expected ? "overlaps what precedes it" : "leaves a gap"
                report.add(
                    "'\(item.name)' (item \(item.number)) is at offset \(offset) of '\(file.path)', expected "
                        + "\(expected): it \(what)", at: path(of: item))
            }
            expected = offset + item.length
        }
        if expected != size {
            report.add("the items of '\(file.path)' end at \(expected), '\(what)' says \(size)", at: "\(path).\(what)")
        }
    }

    private func checkSize(_ sum: Int) {
        if sum != file.size {
            report.add("the records of '\(file.path)' are \(sum) bytes, 'size' says \(file.size)", at: "\(path).size")
        }
    }

    private func checkBody(_ count: Int, _ what: String, at place: String? = nil) {
        let body = profile.cryptography.bodyLength(of: count, under: file.protection)
        let most = profile.capabilities.maximumCommandData
        if body > most {
            report.add(
                "\(what) takes \(body) bytes in an update of '\(file.path)', a short command carries \(most)",
                at: place ?? "\(path).recordSize")
        }
    }

    // MARK: Formats

    private func checkFormats() {
        for item in file.items where item.group?.index ?? 0 == 0 {
            switch item.format {
            case .code(let name): checkTable(name, item)
            case .photo where file.shape != .photo:
                report.add("'\(item.name)' is a photo, but '\(file.path)' has another shape", at: path(of: item))
            default: break
            }
            checkSource(item)
        }
        if file.shape == .index, file.items.count != 1 || file.items[0].format != .flag {
            report.add("'\(file.path)' is an index: expected one item of format flag", at: path)
        }
    }

    private func checkTable(_ name: String, _ item: Item) {
        guard let table = profile.codeTable(name) else {
            report.add("'\(item.name)' uses the code table '\(name)', which is not in 'codeTables'", at: path(of: item))
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
                    "the code '\(entry.code)' of '\(name)' does not fit '\(item.name)', \(item.length) byte(s) of "
                        + item.coding.rawValue, at: path(of: item))
            }
        }
    }

    private func checkSource(_ item: Item) {
        switch item.source {
        case .item(let reference) where profile.item(reference) == nil:
            report.add("'\(item.name)' is taken from '\(reference)', which is no item", at: path(of: item))
        case .certificate(let name):
            let size = profile.certificate(name)?.size
            if size != item.length {
                report.add(
                    "'\(item.name)' has \(item.length) bytes, the certificate '\(name)' "
                        + (size.map { "\($0)" } ?? "is not in 'certificates'"), at: path(of: item))
            }
        case .constant(let text):
            do {
                _ = try ItemCodec.encode(text, as: item, profile: profile)
            } catch {
                report.add("the constant of '\(item.name)' \(error.problem)", at: path(of: item))
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
