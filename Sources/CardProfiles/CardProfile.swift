import ISO7816
import ShangMi

/// One description of the card, from which reading, making, simulating, testing and documenting it follow
/// (Docs/profile-format.md).
public struct CardProfile: Sendable {
    public let name: String
    public let title: String
    /// The standard and revision the profile follows.
    public let edition: String
    /// Names of the overlays it was made with, in order.
    public let overlays: [String]
    public let cryptography: CardCryptography
    public let capabilities: CardCapabilities
    public let keys: [KeyDefinition]
    /// The MF first, parents before children.
    public let directories: [DirectoryDefinition]
    public let codeTables: [String: CodeTable]
    /// What may be written into text items, by name.
    public let forms: [String: ItemForm]
    public let dialects: [String: Dialect]
    /// The dialect cards of this profile speak unless told otherwise.
    public let defaultDialect: String
    public let answerToReset: AnswerToResetLayout
    /// What may lie beside the health application.
    public let otherApplications: [OtherApplicationDefinition]
    public let productionData: ProductionDataLayout
    public let lifeCycle: LifeCycleRules
    public let blocking: BlockingRules
    public let timing: TimingRules
    public let sam: SAMRules
    public let certificates: [CertificateLayout]
    public let securityCode: SecurityCodeRule
    public let modes: ModeRules
    public let application: ApplicationRules
    public let text: TextRule
    public let links: [LinkRate]
    /// In the test-key edition alone.
    public let testKeys: TestKeyPublication?
    var form: CanonicalForm

    /// Everything the profile says, a line each, independent of comments, spelling and of what came from which overlay.
    public var canonicalForm: String { form.text }

    /// SM3 over the UTF-8 of the canonical form. Kept: every plan asks for it, and hashing the whole form each time took
    /// a sixth of what making a card takes.
    public var digest: [UInt8] { form.digest }

    /// SM3 over the canonical form without the lines about test keys: the same for a formal profile and
    /// its test-key edition, whose cards differ in their keys alone (Docs/protocol.md §9).
    public var cardDigest: [UInt8] {
        let lines = canonicalForm.split(separator: "\n").filter { !$0.hasPrefix("testKeys") }
        return SM3.hash(Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    /// The version byte of the keys in use: test keys' in the test-key edition.
    public var keyVersion: UInt8 {
        testKeys == nil ? cryptography.formalKeyVersion : cryptography.testKeyVersion
    }

    /// All elementary files, in the order of the tree.
    public var files: [FileDefinition] { directories.flatMap(\.files) }

    public func key(_ name: String) -> KeyDefinition? { keys.first { $0.name == name } }
    /// The first key of a role in a directory.
    public func key(_ role: KeyRole, in directory: String) -> KeyDefinition? {
        keys.first { $0.role == role && $0.directory == directory }
    }
    /// The first key of a role anywhere.
    public func key(_ role: KeyRole) -> KeyDefinition? { keys.first { $0.role == role } }
    /// The key of a directory by the reference commands use.
    public func key(reference: UInt8, in directory: String) -> KeyDefinition? {
        keys.first { $0.reference == reference && $0.directory == directory }
    }
    public func keys(in directory: String) -> [KeyDefinition] { keys.filter { $0.directory == directory } }

    public func directory(_ name: String) -> DirectoryDefinition? { directories.first { $0.name == name } }
    public func directory(_ identifier: FileIdentifier) -> DirectoryDefinition? {
        directories.first { $0.fileIdentifier == identifier }
    }
    /// The directories from the MF down to this one, both included.
    public func path(to name: String) -> [DirectoryDefinition] {
        var path: [DirectoryDefinition] = []
        var current = directory(name)
        while let directory = current, path.count < directories.count {
            path.insert(directory, at: 0)
            current = directory.parent.flatMap { self.directory($0) }
        }
        return path
    }

    /// A file by its path, `DDF1/EF05`.
    public func file(_ path: String) -> FileDefinition? {
        for directory in directories {
            if let file = directory.files.first(where: { $0.path == path }) { return file }
        }
        return nil
    }
    /// The files of a section: one, or the files of a visit list.
    public func files(section: String) -> [FileDefinition] { files.filter { $0.section == section } }
    /// The sections in the order of the tree, each once.
    public var sections: [String] {
        var seen: Set<String> = []
        return files.map(\.section).filter { seen.insert($0).inserted }
    }

    public func item(number: Int) -> Item? {
        for directory in directories {
            for file in directory.files {
                if let item = file.items.first(where: { $0.number == number }) { return item }
            }
        }
        return nil
    }
    /// The first item with this name in a section, outside groups.
    public func item(named name: String, in section: String) -> Item? {
        files(section: section).first?.item(named: name)
    }
    public func item(_ reference: ItemReference) -> Item? { item(named: reference.item, in: reference.section) }
    /// The file that holds an item.
    public func file(of reference: ItemReference) -> FileDefinition? {
        files.first { $0.section == reference.section && $0.item(named: reference.item) != nil }
    }

    /// The form of an item; nil for items that hold no free text.
    public func form(of item: Item) -> ItemForm? { item.form.flatMap { forms[$0] } }

    public func codeTable(_ name: String) -> CodeTable? { codeTables[name] }
    public func dialect(_ name: String) -> Dialect? { dialects[name] }
    public func certificate(_ name: String) -> CertificateLayout? { certificates.first { $0.name == name } }
}

extension CardProfile: Hashable {
    /// Profiles are equal when they say the same.
    public static func == (a: CardProfile, b: CardProfile) -> Bool {
        a.canonicalForm.utf8.elementsEqual(b.canonicalForm.utf8)
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalForm) }
}
