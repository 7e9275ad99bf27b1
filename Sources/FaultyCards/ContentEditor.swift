import CardProfiles
import ISO7816
import VirtualCard

/// A card's state, changed where the profile says that something is. What the profile does not have is left as it is.
struct ContentEditor {
    private(set) var state: CardState
    let profile: CardProfile
    private let dialect: Dialect?

    init(_ state: CardState, _ profile: CardProfile) {
        self.state = state
        self.profile = profile
        dialect = profile.dialect(state.dialect ?? profile.defaultDialect)
    }

    // MARK: Places

    private func index(of directory: String) -> Int? {
        guard let definition = profile.directory(directory) else { return nil }
        let identifier = definition.fileIdentifier.description
        return state.directories.firstIndex { $0.identifier == identifier }
    }

    mutating func edit(directory name: String, _ change: (inout CardState.Directory) -> Void) {
        guard let index = index(of: name) else { return }
        change(&state.directories[index])
    }

    mutating func edit(file: FileDefinition?, _ change: (inout CardState.File) -> Void) {
        guard let file else { return }
        edit(directory: file.directory) { directory in
            let identifier = file.fileIdentifier.description
            guard let index = directory.files.firstIndex(where: { $0.identifier == identifier }) else { return }
            change(&directory.files[index])
        }
    }

    mutating func remove(file: FileDefinition?) {
        guard let file else { return }
        edit(directory: file.directory) { $0.files.removeAll { $0.identifier == file.fileIdentifier.description } }
    }

    mutating func edit(key name: String, _ change: (inout CardState.Key) -> Void) {
        guard let key = profile.key(name), let home = key.directory else { return }
        edit(directory: home) { directory in
            guard let index = directory.keys.firstIndex(where: { $0.reference == Hex.encode([key.reference]) }) else {
                return
            }
            change(&directory.keys[index])
        }
    }

    mutating func remove(key name: String) {
        guard let key = profile.key(name), let home = key.directory else { return }
        edit(directory: home) { $0.keys.removeAll { $0.reference == Hex.encode([key.reference]) } }
    }

    /// nil for a key that the card does not hold.
    func value(ofKey name: String) -> String? {
        guard let key = profile.key(name), let home = key.directory.flatMap(index) else { return nil }
        return state.directories[home].keys.first { $0.reference == Hex.encode([key.reference]) }?.value
    }

    // MARK: Values

    /// The file that holds an item, `holder.name`.
    func file(of item: String) -> FileDefinition? {
        let parts = item.split(separator: ".").map(String.init)
        guard parts.count == 2 else { return nil }
        return profile.file(of: ItemReference(section: parts[0], item: parts[1]))
    }

    private func definition(_ item: String) -> Item? {
        let parts = item.split(separator: ".").map(String.init)
        return parts.count == 2 ? profile.item(named: parts[1], in: parts[0]) : nil
    }

    /// Changes a record of tag, length and value; the length follows the value.
    mutating func edit(record item: String, _ change: (_ tag: inout UInt8, _ value: inout [UInt8]) -> Void) {
        guard let number = definition(item)?.record else { return }
        edit(file: file(of: item)) { file in
            guard var records = file.records, records.indices.contains(number - 1),
                let record = Hex.decode(records[number - 1]), var tag = record.first
            else { return }
            var value = Array(record.dropFirst(2))
            change(&tag, &value)
            records[number - 1] = Hex.encode([tag, UInt8(truncatingIfNeeded: value.count)] + value)
            file.records = records
        }
    }

    mutating func edit(_ item: String, _ change: (inout [UInt8]) -> Void) {
        edit(record: item) { _, value in change(&value) }
    }

    /// nil when it is in no record file.
    func value(of item: String) -> [UInt8]? {
        guard let number = definition(item)?.record, let file = file(of: item), let home = index(of: file.directory),
            let found = state.directories[home].files.first(where: {
                $0.identifier == file.fileIdentifier.description
            }),
            let records = found.records, records.indices.contains(number - 1)
        else { return nil }
        return Hex.decode(records[number - 1]).map { Array($0.dropFirst(2)) }
    }

    mutating func edit(content file: FileDefinition?, _ change: (inout [UInt8]) -> Void) {
        edit(file: file) { file in
            guard var bytes = file.content.flatMap(Hex.decode) else { return }
            change(&bytes)
            file.content = Hex.encode(bytes)
        }
    }

    /// The first and the last file of a section.
    func first(_ section: String) -> FileDefinition? { profile.files(section: section).first }
    func last(_ section: String) -> FileDefinition? { profile.files(section: section).last }

    /// Digits F become 0.
    static func zeroed(_ byte: UInt8) -> UInt8 {
        (byte >> 4 == 0xF ? 0 : byte & 0xF0) | (byte & 0xF == 0xF ? 0 : byte & 0xF)
    }

    // MARK: Rights

    /// What a file asks for, as the dialect writes it; nothing where the dialect has no such code.
    mutating func edit(
        _ right: WritableKeyPath<CardState.Access, String>, of file: FileDefinition?, to code: String?
    ) {
        guard let code else { return }
        edit(file: file) { $0.access[keyPath: right] = code }
    }

    /// The byte of a kind of file; nil where the dialect has none.
    func descriptor(_ kind: FileKind) -> String? { dialect?.codes.descriptors[kind].map { Hex.encode([$0]) } }

    /// The byte of a right; nil where the dialect has none.
    func code(_ access: AccessCondition) -> String? { dialect?.code(of: access, in: profile).map { Hex.encode([$0]) } }

    /// The byte of the right that a key of a file's directory wins: the first of its role, or another.
    func code(_ role: KeyRole, for file: FileDefinition?, skipping: Int = 0) -> String? {
        guard let file else { return nil }
        let keys = profile.keys(in: file.directory).filter { $0.role == role }
        return keys.indices.contains(skipping) ? code(.key(keys[skipping].name)) : nil
    }

    func code(_ protection: Protection) -> String? { dialect?.codes.protections[protection].map { Hex.encode([$0]) } }
}
