/// Checks that a dialect can make every file and key of the profile.
struct DialectValidation {
    let profile: CardProfile
    let report: ProfileReport

    func check(_ dialect: Dialect) {
        let path = "dialects.\(dialect.name)"
        var needed: [CommandPurpose] = [.selectMaster, .selectDirectory, .getChallenge, .externalAuthenticate]
        if !dialect.isPreStructured { needed += [.createDirectory, .createFile] }
        if dialect.phases.contains(.keys) { needed.append(.writeKey) }
        for purpose in needed where dialect.templates[purpose] == nil {
            report.add(
                "'\(path)' has no command \(purpose.rawValue)",
                "“\(path)”没有命令 \(purpose.rawValue)",
                at: "\(path).commands")
        }
        if dialect.phases.contains(.activate), dialect.templates[.activate] == nil,
            dialect.templates[.activateDirectory] == nil
        {
            report.add(
                "'\(path)' activates, but has no command activate",
                "“\(path)”要激活，但没有命令 activate",
                at: "\(path).commands")
        }
        for file in profile.files { check(file, dialect, path) }
        if !dialect.isPreStructured, dialect.codes.descriptors[.directory] == nil {
            report.add(
                "'\(path)' has no descriptor for directory",
                "“\(path)”没有 directory 的描述字节",
                at: "\(path).codes.descriptors")
        }
        for key in profile.keys where key.usage != .host && dialect.codes.usages[key.usage] == nil {
            report.add(
                "'\(path)' has no byte for the usage \(key.usage.rawValue) of '\(key.name)'",
                "“\(path)”没有“\(key.name)”的用途 \(key.usage.rawValue) 的字节",
                at: "\(path).codes.usages")
        }
        if let name = dialect.activationDirectory, profile.directory(name) == nil {
            report.add(
                "'\(path)' activates '\(name)', which is not a directory",
                "“\(path)”激活“\(name)”，没有此目录",
                at: "\(path).activationDirectory")
        }
        if dialect.codes.keyFile != nil, dialect.templates[.createKeyFile] == nil {
            report.add(
                "'\(path)' has key files, but no command createKeyFile",
                "“\(path)”有密钥文件，但没有命令 createKeyFile",
                at: "\(path).commands")
        }
        for name in dialect.codes.keyRights.keys.sorted() where profile.key(name) == nil {
            report.add(
                "'\(path)' has a right of '\(name)', which is not a key",
                "“\(path)”中有“\(name)”的权限，没有此密钥",
                at: "\(path).codes.rights.keys")
        }
        if !dialect.phases.contains(.finish),
            let file = profile.files.first(where: { dialect.initialWriting(of: $0) == .afterActivation })
        {
            report.add(
                "'\(path)' writes '\(file.path)' after activation, but has no phase finish",
                "“\(path)”在激活后写“\(file.path)”，但没有阶段 finish",
                at: "\(path).phases")
        }
        for file in dialect.writingExceptions.keys where profile.file(file) == nil {
            report.add(
                "'\(path)' has an exception for '\(file)', which is not a file",
                "“\(path)”中有“\(file)”的例外，没有此文件",
                at: "\(path).writingExceptions")
        }
        checkRights(dialect, path)
    }

    private func check(_ file: FileDefinition, _ dialect: Dialect, _ path: String) {
        let kind = file.structure.kind
        if !dialect.isPreStructured, dialect.templates[.createFile] != nil,
            dialect.commands(for: .createFile, kind: kind).isEmpty
        {
            report.add(
                "'\(path)' has no command createFile for \(kind.rawValue)",
                "“\(path)”没有用于 \(kind.rawValue) 的命令 createFile",
                at: "\(path).commands.createFile")
        }
        if !dialect.isPreStructured, dialect.codes.descriptors[kind] == nil {
            report.add(
                "'\(path)' has no descriptor for \(kind.rawValue)",
                "“\(path)”没有 \(kind.rawValue) 的描述字节",
                at: "\(path).codes.descriptors")
        }
        if dialect.codes.protections[file.protection] == nil {
            report.add(
                "'\(path)' has no byte for the protection \(file.protection.rawValue)",
                "“\(path)”没有保护方式 \(file.protection.rawValue) 的字节",
                at: "\(path).codes.protections")
        }
        guard case .with(let protection) = dialect.initialWriting(of: file) else { return }
        let purpose = Dialect.writingPurpose(of: kind, protection)
        if dialect.commands(for: purpose, kind: kind).isEmpty {
            report.add(
                "'\(path)' writes '\(file.path)' with \(protection.rawValue), but has no command \(purpose.rawValue)",
                "“\(path)”以 \(protection.rawValue) 方式写“\(file.path)”，但没有命令 \(purpose.rawValue)",
                at: "\(path).commands")
        }
    }

    /// A key's reference must not look like the byte for always or never.
    private func checkRights(_ dialect: Dialect, _ path: String) {
        for file in profile.files {
            for access in [file.read, file.update, file.erase] {
                guard case .key(let name) = access, let code = dialect.code(of: access, in: profile) else { continue }
                if [dialect.codes.always, dialect.codes.never].contains(code) {
                    report.add(
                        "'\(path)' cannot tell the right of '\(name)' from always or never",
                        "“\(path)”中“\(name)”的权限与 always 或 never 的字节相同",
                        at: "\(path).codes.rights")
                }
            }
        }
    }
}

extension Dialect {
    /// The command that writes content of a structure before activation.
    public static func writingPurpose(of kind: FileKind, _ protection: Protection) -> CommandPurpose {
        switch (kind, protection) {
        case (.transparent, _), (.directory, _): .writeBinary
        case (.cyclic, .plain): .writeCyclicRecordPlain
        case (.cyclic, _): .writeCyclicRecord
        case (_, .plain): .writeRecordPlain
        case (_, _): .writeRecord
        }
    }
}
