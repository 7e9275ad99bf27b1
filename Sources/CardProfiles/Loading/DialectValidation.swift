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
            report.add("'\(path)' has no command \(purpose.rawValue)", at: "\(path).commands")
        }
        if dialect.phases.contains(.activate), dialect.templates[.activate] == nil,
            dialect.templates[.activateDirectory] == nil
        {
            report.add("'\(path)' activates, but has no command activate", at: "\(path).commands")
        }
        for file in profile.files { check(file, dialect, path) }
        if !dialect.isPreStructured, dialect.codes.descriptors[.directory] == nil {
            report.add("'\(path)' has no descriptor for directory", at: "\(path).codes.descriptors")
        }
        for key in profile.keys where key.usage != .host && dialect.codes.usages[key.usage] == nil {
            report.add(
                "'\(path)' has no byte for the usage \(key.usage.rawValue) of '\(key.name)'", at: "\(path).codes.usages"
            )
        }
        if let name = dialect.activationDirectory, profile.directory(name) == nil {
            report.add("'\(path)' activates '\(name)', which is no directory", at: "\(path).activationDirectory")
        }
        if dialect.codes.keyFile != nil, dialect.templates[.createKeyFile] == nil {
            report.add("'\(path)' has key files, but no command createKeyFile", at: "\(path).commands")
        }
        for name in dialect.codes.keyRights.keys.sorted() where profile.key(name) == nil {
            report.add("'\(path)' has a right of '\(name)', which is no key", at: "\(path).codes.rights.keys")
        }
        if !dialect.phases.contains(.finish),
            let file = profile.files.first(where: { dialect.initialWriting(of: $0) == .afterActivation })
        {
            report.add(
                "'\(path)' writes '\(file.path)' after activation, but has no phase finish", at: "\(path).phases")
        }
        for file in dialect.writingExceptions.keys where profile.file(file) == nil {
            report.add("'\(path)' has an exception for '\(file)', which is no file", at: "\(path).writingExceptions")
        }
        checkRights(dialect, path)
    }

    private func check(_ file: FileDefinition, _ dialect: Dialect, _ path: String) {
        let kind = file.structure.kind
        if !dialect.isPreStructured, dialect.templates[.createFile] != nil,
            dialect.commands(for: .createFile, kind: kind).isEmpty
        {
            report.add("'\(path)' has no command createFile for \(kind.rawValue)", at: "\(path).commands.createFile")
        }
        if !dialect.isPreStructured, dialect.codes.descriptors[kind] == nil {
            report.add("'\(path)' has no descriptor for \(kind.rawValue)", at: "\(path).codes.descriptors")
        }
        if dialect.codes.protections[file.protection] == nil {
            report.add(
                "'\(path)' has no byte for the protection \(file.protection.rawValue)", at: "\(path).codes.protections")
        }
        guard case .with(let protection) = dialect.initialWriting(of: file) else { return }
        let purpose = Dialect.writingPurpose(of: kind, protection)
        if dialect.commands(for: purpose, kind: kind).isEmpty {
            report.add(
                "'\(path)' writes '\(file.path)' with \(protection.rawValue), but has no command \(purpose.rawValue)",
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
                        "'\(path)' cannot tell the right of '\(name)' from always or never", at: "\(path).codes.rights")
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
