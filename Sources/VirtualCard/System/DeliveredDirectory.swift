import CardProfiles

/// A directory that a chip has before anybody makes a card of it, with its files and without a key or a record
/// (Docs/dialects.md §1).
struct DeliveredDirectory: Sendable {
    let identifier: UInt16
    let name: [UInt8]
    /// Its place among all; nil for the MF.
    let parent: Int?
    let files: [CardStore.NewFile]

    static func all(
        of profile: CardProfile, _ dialect: Dialect
    ) throws(VirtualCardError) -> [DeliveredDirectory] {
        var directories: [DeliveredDirectory] = []
        for definition in profile.directories {
            var files: [CardStore.NewFile] = []
            for file in definition.files { files.append(try newFile(file, profile, dialect)) }
            directories.append(
                DeliveredDirectory(
                    identifier: definition.fileIdentifier.rawValue, name: definition.dfName ?? [],
                    parent: definition.parent.flatMap { name in profile.directories.firstIndex { $0.name == name } },
                    files: files))
        }
        return directories
    }

    private static func newFile(
        _ file: FileDefinition, _ profile: CardProfile, _ dialect: Dialect
    ) throws(VirtualCardError) -> CardStore.NewFile {
        guard let descriptor = dialect.codes.descriptors[file.structure.kind],
            let protection = dialect.codes.protections[file.protection],
            let read = dialect.code(of: file.read, in: profile),
            let update = dialect.code(of: file.update, in: profile),
            let erase = dialect.code(of: file.erase, in: profile)
        else { throw .profile(.noCode(dialect: dialect.name, file: file.path)) }
        var new = CardStore.NewFile(
            identifier: file.fileIdentifier.rawValue, descriptor: descriptor, sfi: file.sfi.rawValue,
            access: [read, update, erase, protection])
        new.initial = file.initialByte
        switch file.structure {
        case .transparent(let size): new.size = size
        case .linearVariableTLV: break
        case .linearFixed(let size, let count), .cyclic(let size, let count):
            (new.recordSize, new.recordCount, new.size) = (size, count, size * count)
        }
        return new
    }
}

extension CardStore {
    /// What the maker put on the chip.
    /// - Throws: `profile` when the memory is too small for it.
    func deliver(_ directories: [DeliveredDirectory]) throws(VirtualCardError) {
        for (index, directory) in directories.enumerated() {
            if let parent = directory.parent {
                try settle(stageDirectory(directory.identifier, name: directory.name, in: parent))
            }
            for file in directory.files { try settle(stageFile(file, in: index)) }
        }
    }

    private func settle(_ isStaged: Bool) throws(VirtualCardError) {
        guard isStaged, (try? commit()) != nil else {
            throw .profile(.memoryTooSmall)
        }
    }
}
