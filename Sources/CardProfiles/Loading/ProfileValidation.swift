import ISO7816

/// Checks what no single entry can know: references, uniqueness, sizes.
struct ProfileValidation {
    let profile: CardProfile
    let report: ProfileReport

    func run() {
        checkKeys()
        checkTree()
        var layouts: Set<String> = []
        for file in profile.files {
            checkAccess(of: file)
            let isFirst = file.layout.map { layouts.insert($0).inserted } ?? true
            FileValidation(profile: profile, file: file, checksItems: isFirst, report: report).run()
        }
        checkSections()
        checkItemNumbers()
        checkForms()
        checkReferences()
        for dialect in profile.dialects.values { DialectValidation(profile: profile, report: report).check(dialect) }
        if profile.dialects[profile.defaultDialect] == nil {
            report.add(
                "'defaultDialect' is '\(profile.defaultDialect)', which is not in 'dialects'",
                "“defaultDialect”为 \(profile.defaultDialect)，“dialects”中没有",
                at: "defaultDialect")
        }
    }

    /// Reports entries that share something that must be their own; the later one is to blame.
    private func unique<Element, Value: Hashable>(
        _ elements: [Element], _ value: (Element) -> Value?, report problem: (Element, Element) -> Void
    ) {
        var seen: [Value: Element] = [:]
        for element in elements {
            guard let key = value(element) else { continue }
            if let first = seen[key] { problem(element, first) } else { seen[key] = element }
        }
    }

    private func hex(_ byte: UInt8) -> String { MappingReader.spelling([byte]) }

    // MARK: Keys

    private func checkKeys() {
        for directory in profile.directories.map(\.name) {
            unique(profile.keys(in: directory), \.reference) { key, first in
                report.add(
                    "'\(key.name)' has the reference \(hex(key.reference)), which '\(first.name)' has in \(directory)",
                    "“\(key.name)”的标识 \(hex(key.reference)) 与 \(directory) 中“\(first.name)”的相同",
                    at: "keys.\(key.name).reference")
            }
        }
        unique(profile.keys, \.sam) { key, first in
            report.add(
                "'\(key.name)' has the same address in the SAM as '\(first.name)'",
                "“\(key.name)”在 SAM 卡中的地址与“\(first.name)”相同",
                at: "keys.\(key.name).sam")
        }
        for key in profile.keys {
            if ["always", "never"].contains(key.name) {
                report.add(
                    "'\(key.name)' is a right, it cannot be the name of a key",
                    "“\(key.name)”是权限，不能用作密钥名称",
                    at: "keys.\(key.name)")
            }
            if let directory = key.directory, profile.directory(directory) == nil {
                report.add(
                    "'\(key.name)' lies in '\(directory)', which is not in 'directories'",
                    "“\(key.name)”位于“\(directory)”，“directories”中没有此目录",
                    at: "keys.\(key.name).directory")
            }
            if let sam = key.sam, !(1...3).contains(sam.levels) || ![6, 7, 8].contains(sam.type) {
                report.add(
                    "'\(key.name)' has P1 \(hex(sam.usage)) in the SAM, expected 1 to 3 levels (bits 8-6) of type 6, 7 or 8",
                    "“\(key.name)”在 SAM 卡中的 P1 为 \(hex(sam.usage))，应为类型 6、7 或 8 的 1 至 3 级（第 8 至 6 位）",
                    at: "keys.\(key.name).sam")
            }
            if key.usage == .externalAuthentication, key.tries == 0 {
                report.add(
                    "'\(key.name)' has no tries: nobody could authenticate",
                    "“\(key.name)”没有可用次数，无法进行认证",
                    at: "keys.\(key.name).tries")
            }
        }
        for role in [KeyRole.transport, .internalAuthentication] where profile.key(role) == nil {
            report.add(
                "no key has the role \(role.rawValue)",
                "没有 \(role.rawValue) 类密钥",
                at: "keys")
        }
    }

    // MARK: Tree

    private func checkTree() {
        let directories = profile.directories
        guard let master = directories.first else {
            report.add(
                "'directories' is empty, expected the MF first",
                "“directories”为空，首项应为 MF",
                at: "directories")
            return
        }
        if master.fileIdentifier != .masterFile || master.parent != nil || master.dfName != nil {
            report.add(
                "'\(master.name)' is first and must be the MF: fid 3F00, no parent, no dfName",
                "“\(master.name)”为首项，应为 MF：fid 3F00，没有 parent 和 dfName",
                at: "directories.\(master.name)")
        }
        for (index, directory) in directories.enumerated().dropFirst() {
            checkParent(of: directory, among: directories[..<index])
        }
        unique(directories, \.dfName) { directory, first in
            report.add(
                "'\(directory.name)' has the dfName of '\(first.name)'",
                "“\(directory.name)”的 dfName 与“\(first.name)”的相同",
                at: "directories.\(directory.name).dfName")
        }
        for directory in directories { checkIdentifiers(in: directory) }
    }

    private func checkParent(of directory: DirectoryDefinition, among before: ArraySlice<DirectoryDefinition>) {
        let path = "directories.\(directory.name).parent"
        guard let parent = directory.parent else {
            report.add(
                "'\(directory.name)' has no parent, and only the first directory may be without",
                "“\(directory.name)”没有 parent，只有首个目录可以没有",
                at: path)
            return
        }
        if before.contains(where: { $0.name == parent }) { return }
        if profile.directory(parent) == nil {
            report.add(
                "'\(directory.name)' hangs under '\(parent)', which is not in 'directories'",
                "“\(directory.name)”的上级“\(parent)”不在“directories”中",
                at: path)
        } else if isCyclic(directory) {
            report.add(
                "'\(directory.name)' hangs under itself by way of '\(parent)'",
                "“\(directory.name)”经由“\(parent)”成了自身的下级",
                at: path)
        } else {
            report.add(
                "'\(directory.name)' stands before its parent '\(parent)': parents come first",
                "“\(directory.name)”写在上级“\(parent)”之前，上级须在前",
                at: path)
        }
    }

    private func isCyclic(_ directory: DirectoryDefinition) -> Bool {
        var current: DirectoryDefinition? = directory
        for _ in 0..<profile.directories.count {
            current = current?.parent.flatMap { profile.directory($0) }
            if current?.name == directory.name { return true }
        }
        return false
    }

    /// Files and directories of one directory, and what SELECT reaches from it, must differ.
    private func checkIdentifiers(in directory: DirectoryDefinition) {
        struct Entry {
            let name: String
            let path: String
            let identifier: FileIdentifier
        }
        var entries: [Entry] = [Entry(name: directory.name, path: "", identifier: directory.fileIdentifier)]
        for child in profile.directories where child.parent == directory.name {
            entries.append(
                Entry(name: child.name, path: "directories.\(child.name).fid", identifier: child.fileIdentifier))
        }
        for file in directory.files {
            entries.append(
                Entry(
                    name: file.name, path: "directories.\(directory.name).files.\(file.name).fid",
                    identifier: file.fileIdentifier))
        }
        unique(entries, \.identifier) { entry, first in
            report.add(
                "'\(entry.name)' has the fid \(entry.identifier) of '\(first.name)'",
                "“\(entry.name)”的 fid \(entry.identifier) 与“\(first.name)”的相同",
                at: entry.path)
        }
        for entry in entries.dropFirst() where [0x3F00, 0x3FFF, 0xFFFF, 0].contains(entry.identifier.rawValue) {
            report.add(
                "'\(entry.name)' has the reserved fid \(entry.identifier)",
                "“\(entry.name)”的 fid \(entry.identifier) 是保留值",
                at: entry.path)
        }
        unique(directory.files, \.sfi) { file, first in
            report.add(
                "'\(file.path)' has the short identifier \(hex(file.sfi.rawValue)) of '\(first.path)'",
                "“\(file.path)”的短标识 \(hex(file.sfi.rawValue)) 与“\(first.path)”的相同",
                at: "directories.\(directory.name).files.\(file.name).sfi")
        }
    }

    // MARK: Access

    private func checkAccess(of file: FileDefinition) {
        let path = file.profilePath
        for (name, access) in [("read", file.read), ("update", file.update), ("erase", file.erase)] {
            guard case .key(let key) = access else { continue }
            guard let definition = profile.key(key) else {
                report.add(
                    "'\(file.path)' needs the key '\(key)', which is not in 'keys'",
                    "“\(file.path)”需要密钥“\(key)”，“keys”中没有",
                    at: "\(path).\(name)")
                continue
            }
            if definition.usage != .externalAuthentication || definition.directory != file.directory {
                report.add(
                    "'\(file.path)' needs the key '\(key)', which is not an external authentication key of \(file.directory)",
                    "“\(file.path)”需要密钥“\(key)”，它不是 \(file.directory) 的外部认证密钥",
                    at: "\(path).\(name)")
            }
        }
        if file.protection != .plain, profile.key(.maintenance, in: file.directory) == nil {
            report.add(
                "'\(file.path)' is protected, but no key of \(file.directory) has the role maintenance",
                "“\(file.path)”受保护，但 \(file.directory) 没有 maintenance 类密钥",
                at: "\(path).protection")
        }
    }

    // MARK: Sections and items

    private func checkSections() {
        var first: [String: FileDefinition] = [:]
        for file in profile.files {
            let path = file.profilePath
            if let other = first[file.section] {
                guard case .visits = file.shape, case .visits = other.shape, file.items == other.items else {
                    report.add(
                        "'\(file.path)' has the section '\(file.section)' of '\(other.path)': only visits with the same items share one",
                        "“\(file.path)”的数据组“\(file.section)”与“\(other.path)”的相同，只有数据项相同的就诊记录可以共用",
                        at: "\(path).section")
                    continue
                }
            } else {
                first[file.section] = file
            }
            if case .visits(let index, let record) = file.shape {
                let target = profile.file(index)
                if target?.shape != .index || !(1...max(1, target?.structure.recordCount ?? 0)).contains(record) {
                    report.add(
                        "'\(file.path)' says record \(record) of '\(index)' is its index, expected a file of shape index with that record",
                        "“\(file.path)”的索引是“\(index)”的第 \(record) 条记录，应为形态 index 且有该记录的文件",
                        at: "\(path).shape")
                }
            }
        }
    }

    /// Numbers are unique in the profile, but for files that share a layout.
    private func checkItemNumbers() {
        var seen: [Int: (file: FileDefinition, item: Item)] = [:]
        var reported: Set<String> = []
        for file in profile.files {
            for item in file.items {
                guard let (other, first) = seen[item.number] else {
                    seen[item.number] = (file, item)
                    continue
                }
                if file.layout != nil, other.layout == file.layout, other.path != file.path { continue }
                let path = file.profilePath(of: item)
                guard reported.insert(path).inserted else { continue }
                report.add(
                    "'\(item.name)' in '\(file.path)' has the number \(item.number) of '\(first.name)' in '\(other.path)'",
                    "“\(file.path)”中“\(item.name)”的编号 \(item.number) 与“\(other.path)”中“\(first.name)”的相同",
                    at: path)
            }
        }
    }

    private func checkForms() {
        for file in profile.files {
            for item in file.items {
                guard let form = item.form, profile.forms[form] == nil else { continue }
                report.add(
                    "'\(item.name)' in '\(file.path)' has the form '\(form)', which is not in 'forms'",
                    "“\(file.path)”中“\(item.name)”的书写形式“\(form)”不在“forms”中",
                    at: file.profilePath(of: item))
            }
        }
    }

    private func checkReferences() {
        func check(_ reference: ItemReference, _ path: String) {
            if profile.item(reference) == nil {
                report.add(
                    "'\(path)' names '\(reference)', which is not an item",
                    "“\(path)”指向“\(reference)”，没有此数据项",
                    at: path)
            }
        }
        check(profile.cryptography.provinceFactor.item, "cryptography.provinceFactor.item")
        if profile.sam.thirdFactor.item != profile.cryptography.provinceFactor.item {
            report.add(
                "'sam.thirdFactor.item' is another than 'cryptography.provinceFactor.item': both are of one item",
                "“sam.thirdFactor.item”与“cryptography.provinceFactor.item”不同，两者应为同一数据项",
                at: "sam.thirdFactor.item")
        }
        let rules = profile.application
        for (name, reference) in [
            ("idNumber", rules.idNumber), ("name", rules.name), ("birthDate", rules.birthDate), ("sex", rules.sex),
            ("issueDate", rules.issueDate), ("validUntil", rules.validUntil), ("photo", rules.photo),
        ] {
            check(reference, "application.\(name)")
        }
        check(rules.identityDocument.type, "application.identityDocument.type")
        check(rules.identityDocument.number, "application.identityDocument.number")
        for reference in rules.notBeforeBirth { check(reference, "application.notBeforeBirth") }
        for part in profile.securityCode.input { check(part.item, "securityCode.input") }
        if profile.key(profile.securityCode.key)?.role != .securityCode {
            report.add(
                "'securityCode.key' names '\(profile.securityCode.key)', expected a key of role securityCode",
                "“securityCode.key”为 \(profile.securityCode.key)，应为 securityCode 类密钥",
                at: "securityCode.key")
        }
        if let published = profile.testKeys {
            for certificate in profile.certificates {
                for name in [certificate.signer, certificate.subject] where !published.signatureKeys.contains(name) {
                    report.add(
                        "'testKeys.signatureKeys' lacks '\(name)', which a certificate needs",
                        "“testKeys.signatureKeys”缺少证书所需的“\(name)”",
                        at: "testKeys")
                }
            }
        }
        CardFactorValidation(profile: profile, report: report).run()
    }
}
