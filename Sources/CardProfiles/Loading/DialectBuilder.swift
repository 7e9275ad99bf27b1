import ISO7816

/// Builds dialects and their command templates.
struct DialectBuilder {
    let report: ProfileReport

    func dialects(_ root: MappingReader) -> [String: Dialect] {
        let common = commands("commands", of: root, isOptional: true)
        var dialects: [String: Dialect] = [:]
        for (name, reader) in root.entries("dialects") {
            let title = reader.text("title")
            let phases = phases(reader)
            let isPreStructured = reader.flag("preStructured", default: false)
            let throughMaster = reader.flag("directoriesThroughMaster", default: false)
            let reselectDropsRights = reader.flag("reselectDropsRights", default: true)
            // What the reference dialect does without is not in its canonical form.
            let activationDirectory = reader.optionalText("activationDirectory")
            let chip = reader.has("chip") ? reader.choice("chip", ChipConvention.self) ?? .iso7816 : .iso7816
            let codes = codes(reader)
            let writing = writing(reader)
            let exceptions = writingExceptions(reader)
            let own = commands("commands", of: reader, isOptional: false)
            reader.finish()
            dialects[name] = Dialect(
                name: name, title: title, templates: common.merging(own) { _, mine in mine }, codes: codes,
                phases: phases, writing: writing, writingExceptions: exceptions, isPreStructured: isPreStructured,
                directoriesThroughMaster: throughMaster, reselectDropsRights: reselectDropsRights,
                activationDirectory: activationDirectory, chip: chip)
        }
        return dialects
    }

    private func phases(_ reader: MappingReader) -> [PersonalizationPhase] {
        var phases: [PersonalizationPhase] = []
        for text in reader.list("phases") {
            guard let phase = PersonalizationPhase(rawValue: text), !phases.contains(phase) else {
                let known = PersonalizationPhase.allCases.map(\.rawValue).joined(separator: ", ")
                reader.fail(
                    "phases",
                    "has '\(text)', expected each once of: \(known)",
                    "的值“\(text)”不对，应为下列各一次：\(known)")
                continue
            }
            phases.append(phase)
        }
        return phases
    }

    private func codes(_ parent: MappingReader) -> DialectCodes {
        let reader = parent.mapping("codes")
        let rights = reader.mapping("rights")
        let codes = DialectCodes(
            descriptors: bytes("descriptors", FileKind.self, reader),
            always: rights.byte("always"), never: rights.byte("never"), keyRights: keyRights(rights),
            protections: bytes("protections", Protection.self, reader),
            usages: bytes("usages", KeyUsage.self, reader), keyFile: keyFile(reader))
        rights.finish()
        reader.finish()
        return codes
    }

    private func keyRights(_ rights: MappingReader) -> [String: UInt8] {
        guard rights.has("keys") else { return [:] }
        let reader = rights.mapping("keys")
        let names = reader.names
        return names.reduce(into: [:]) { $0[$1] = reader.byte($1) }
    }

    private func keyFile(_ codes: MappingReader) -> DialectCodes.KeyFile? {
        guard codes.has("keyFile") else { return nil }
        let reader = codes.mapping("keyFile")
        defer { reader.finish() }
        return DialectCodes.KeyFile(
            identifier: FileIdentifier(rawValue: reader.word("fid")), descriptor: reader.byte("descriptor"),
            bytesPerKey: reader.integer("bytesPerKey", in: 1...255),
            bytesPerFile: reader.integer("bytesPerFile", in: 0...255))
    }

    /// Bytes by the names of an enumeration.
    private func bytes<T: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, _ type: T.Type, _ parent: MappingReader
    ) -> [T: UInt8] where T.RawValue == String {
        let reader = parent.mapping(name)
        var bytes: [T: UInt8] = [:]
        for value in T.allCases where reader.has(value.rawValue) { bytes[value] = reader.byte(value.rawValue) }
        reader.finish()
        return bytes
    }

    private func writing(_ parent: MappingReader) -> [FileKind: InitialWriting] {
        let reader = parent.mapping("writing")
        var writing: [FileKind: InitialWriting] = [:]
        for kind in FileKind.allCases where kind != .directory {
            writing[kind] = initialWriting(kind.rawValue, reader)
        }
        reader.finish()
        return writing
    }

    /// By path, `DDF1/EF05`.
    private func writingExceptions(_ parent: MappingReader) -> [String: InitialWriting] {
        guard parent.has("writingExceptions") else { return [:] }
        let reader = parent.mapping("writingExceptions")
        return reader.names.reduce(into: [:]) { $0[$1] = initialWriting($1, reader) }
    }

    private func initialWriting(_ name: String, _ reader: MappingReader) -> InitialWriting {
        let text = reader.text(name, default: "none")
        switch text {
        case "none": return .none
        case "afterActivation": return .afterActivation
        default:
            guard let protection = Protection(rawValue: text) else {
                reader.fail(
                    name,
                    "is '\(text)', expected plain, mac, encryptedMAC, none or afterActivation",
                    "的值“\(text)”不对，应为 plain、mac、encryptedMAC、none 或 afterActivation")
                return .none
            }
            return .with(protection)
        }
    }

    // MARK: Templates

    private func commands(
        _ name: String, of parent: MappingReader, isOptional: Bool
    ) -> [CommandPurpose: DialectCommands] {
        let reader = parent.mapping(name, isOptional: isOptional)
        var commands: [CommandPurpose: DialectCommands] = [:]
        for purpose in CommandPurpose.allCases where reader.has(purpose.rawValue) {
            if reader.isMapping(purpose.rawValue) {
                let kinds = reader.mapping(purpose.rawValue)
                var byKind: [FileKind: [CommandTemplate]] = [:]
                for kind in FileKind.allCases where kinds.has(kind.rawValue) {
                    byKind[kind] = templates(kind.rawValue, for: purpose, kinds)
                }
                kinds.finish()
                commands[purpose] = DialectCommands(any: [], byKind: byKind)
            } else {
                commands[purpose] = DialectCommands(
                    any: templates(purpose.rawValue, for: purpose, reader), byKind: [:])
            }
        }
        reader.finish()
        return commands
    }

    /// One template, or a list of templates sent one after the other.
    private func templates(_ name: String, for purpose: CommandPurpose, _ reader: MappingReader) -> [CommandTemplate] {
        guard let node = reader.node(name) else { return [] }
        let lines: [ProfileNode]
        if case .sequence(let list) = node.content { lines = list } else { lines = [node] }
        var templates: [CommandTemplate] = []
        for (index, line) in lines.enumerated() {
            guard case .scalar(let text, _) = line.content, !line.isNull else {
                report.add(
                    "'\(reader.inner(name))' has \(line.kind), expected a template",
                    "“\(reader.inner(name))”是\(line.kind)，应为命令模板",
                    at: line.location)
                continue
            }
            do throws(TemplateError) {
                let template = try CommandTemplate(text)
                let foreign = template.holes.subtracting(purpose.holes).map(\.rawValue).sorted()
                guard foreign.isEmpty else {
                    let known = purpose.holes.map(\.rawValue).sorted().joined(separator: ", ")
                    report.add(
                        "'\(reader.inner(name))' has the hole '\(foreign[0])', known here: \(known)",
                        "“\(reader.inner(name))”中有占位符“\(foreign[0])”，此处可用：\(known)",
                        at: line.location)
                    continue
                }
                reader.record("\(name)[\(index)]", template.description)
                templates.append(template)
            } catch {
                report.add(
                    "'\(reader.inner(name))' is not a template: \(error)",
                    "“\(reader.inner(name))”不是命令模板：\(error)",
                    at: line.location)
            }
        }
        return templates
    }
}
