import Messages

/// Puts overlays on a profile, builds the model and checks it as a whole.
struct ProfileLoader {
    /// The version of the format this code reads.
    static let format = 1

    /// - Parameter isKnown: the sources are the program's own, and known to be right together: nothing is looked for that
    ///   could be wrong, and nothing noted for those who would have to be told.
    static func load(
        yaml: String, file: String, overlays: [(yaml: String, file: String)], isKnown: Bool = false
    ) throws(ProfileError) -> CardProfile {
        if isKnown, let profile = loadKnown(yaml: yaml, file: file, overlays: overlays) { return profile }
        var problems: [ProfileProblem] = []
        var root: ProfileNode?
        var names: [String] = []
        do throws(ProfileError) { root = try YAMLReading.read(yaml, file: file) } catch { problems += error.problems }
        let base = root.flatMap { text("profile", of: $0) }
        for overlay in overlays {
            do throws(ProfileError) {
                let node = try YAMLReading.read(overlay.yaml, file: overlay.file)
                guard let (name, changes) = header(node, base: base, problems: &problems) else { continue }
                names.append(name)
                root?.merge(changes, at: "", problems: &problems)
            } catch { problems += error.problems }
        }
        let report = ProfileReport(files: [file] + overlays.map(\.file))
        problems.forEach(report.add)
        guard let root else {
            try report.finish()
            throw ProfileError(problems)
        }
        if var profile = build(MappingReader(root, path: "", report: report), overlays: names, report: report) {
            ProfileValidation(profile: profile, report: report).run()
            try report.finish()
            let text = report.canonicalForm()
            profile.form = CanonicalForm { text }
            return profile
        }
        try report.finish()
        throw ProfileError([
            ProfileProblem(file: file, line: 0, AnyMessage("cannot be read as a profile", "不能作为卡片描述文件读取"))
        ])
    }

    /// Nil where something is wrong after all.
    private static func loadKnown(
        yaml: String, file: String, overlays: [(yaml: String, file: String)]
    ) -> CardProfile? {
        guard var root = try? YAMLReading.read(yaml, file: file, isKnown: true) else { return nil }
        var problems: [ProfileProblem] = []
        var names: [String] = []
        let base = text("profile", of: root)
        for overlay in overlays {
            guard let node = try? YAMLReading.read(overlay.yaml, file: overlay.file, isKnown: true),
                let (name, changes) = header(node, base: base, problems: &problems)
            else { return nil }
            names.append(name)
            root.merge(changes, at: "", problems: &problems)
        }
        guard problems.isEmpty else { return nil }
        let report = ProfileReport(files: [file] + overlays.map(\.file), isSilent: true)
        var profile = build(MappingReader(root, path: "", report: report), overlays: names, report: report)
        profile?.form = CanonicalForm {
            do {
                return try load(yaml: yaml, file: file, overlays: overlays).canonicalForm
            } catch {
                // The form of no profile: whoever compares finds another.
                return "\(error)"
            }
        }
        return report.problems.isEmpty ? profile : nil
    }

    private static func text(_ key: String, of node: ProfileNode) -> String? {
        guard case .mapping(let entries) = node.content,
            case .scalar(let text, _)? = entries.first(where: { $0.key == key })?.value.content
        else { return nil }
        return text
    }

    /// Checks that an overlay says what it is and that it belongs to the base; gives its name and the rest of it.
    private static func header(
        _ node: ProfileNode, base: String?, problems: inout [ProfileProblem]
    ) -> (name: String, changes: ProfileNode)? {
        func add(_ english: English, _ chinese: Chinese, _ location: ProfileLocation) {
            problems.append(ProfileProblem(file: location.file, line: location.line, AnyMessage(english, chinese)))
        }
        guard case .mapping(let entries) = node.content else {
            add(
                "the overlay is \(node.kind), expected a mapping",
                "差异描述文件是\(node.kind)，应为映射",
                node.location)
            return nil
        }
        guard let name = text("overlay", of: node), MappingReader.isName(name) else {
            add(
                "the overlay does not say its name in 'overlay'",
                "差异描述文件没有在“overlay”中写明名称",
                node.location)
            return nil
        }
        let baseEntry = entries.first { $0.key == "base" }
        if let base, text("base", of: node) != base {
            add(
                "'base' does not name the profile below, '\(base)'",
                "“base”写的不是所用的卡片描述文件“\(base)”",
                baseEntry?.location ?? node.location)
        }
        let changes = entries.filter { $0.key != "overlay" && $0.key != "base" }
        for change in changes where change.key == "profile" || change.key == "format" {
            add(
                "'\(change.key)' belongs to the profile itself: an overlay cannot change it",
                "“\(change.key)”属于卡片描述文件本身，差异描述文件不能更改",
                change.location)
        }
        return (name, ProfileNode(content: .mapping(changes), location: node.location))
    }

    private static func build(
        _ root: MappingReader, overlays: [String], report: ProfileReport
    ) -> CardProfile? {
        let name = root.text("profile")
        if !MappingReader.isName(name), !name.isEmpty {
            root.fail(
                "profile",
                "is '\(name)', which is not a name",
                "的值“\(name)”不是名称")
        }
        _ = root.integer("format", in: format...format)
        let title = root.text("title")
        let edition = root.text("edition")
        let rules = RulesBuilder(report: report)
        let tree = TreeBuilder(report: report)
        let issuing = IssuingRulesBuilder(report: report)
        let keys = tree.keys(root)
        let cryptography = rules.cryptography(root)
        let capabilities = rules.capabilities(root)
        let directories = tree.directories(root, layouts: tree.layouts(root))
        let codeTables = issuing.codeTables(root)
        let forms = issuing.forms(root)
        let dialects = DialectBuilder(report: report).dialects(root)
        let defaultDialect = root.text("defaultDialect")
        let answerToReset = rules.answerToReset(root)
        let otherApplications = OtherApplicationBuilder().applications(root)
        let productionData = rules.productionData(root)
        let lifeCycle = rules.lifeCycle(root)
        let blocking = rules.blocking(root)
        let timing = rules.timing(root)
        let sam = issuing.sam(root, keys: keys)
        let certificates = issuing.certificates(root)
        let securityCode = issuing.securityCode(root)
        let modes = issuing.modes(root)
        let application = issuing.application(root)
        let text = issuing.text(root)
        let links = issuing.links(root)
        let testKeys = issuing.testKeys(root, keys: keys, certificates: certificates)
        root.finish()
        guard let cryptography, let sam, let securityCode, let application, let text else { return nil }
        return CardProfile(
            name: name, title: title, edition: edition, overlays: overlays, cryptography: cryptography,
            capabilities: capabilities, keys: keys, directories: directories, codeTables: codeTables,
            forms: forms, dialects: dialects, defaultDialect: defaultDialect, answerToReset: answerToReset,
            otherApplications: otherApplications, productionData: productionData, lifeCycle: lifeCycle,
            blocking: blocking, timing: timing, sam: sam, certificates: certificates, securityCode: securityCode,
            modes: modes, application: application, text: text, links: links, testKeys: testKeys,
            form: CanonicalForm { "" })
    }
}
