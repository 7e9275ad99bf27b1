import CardProfiles
import ISO7816

/// A file that a command works on: the current one or the one a short identifier names, and who may do what with it.
struct FileAccess {
    let directory: Int
    let index: Int
    let file: CardStore.File
    let kind: FileKind

    /// The file of a short identifier (0: the current file); it becomes the current one.
    /// - Throws: 6986 without a current file, 6A82 for an identifier that no file here has, 6A86 for 31, which is none,
    ///   and on a card without short identifiers.
    init(_ card: CardSystem, sfi: UInt8) throws(Refusal) {
        directory = card.session.directory
        let files = card.store.directories[directory].files
        var chosen = card.session.file
        if sfi != 0 {
            guard card.options.shortFileIdentifiers, ShortFileIdentifier(rawValue: sfi) != nil else {
                throw Refusal(.incorrectP1P2)
            }
            guard let found = files.firstIndex(where: { $0.sfi == sfi }) else { throw Refusal(.fileNotFound) }
            chosen = found
            if card.behaviour.shortIdentifierBecomesCurrent { card.session.file = found }
        }
        guard let current = chosen, files.indices.contains(current),
            let kind = card.rules.kind(of: files[current].descriptor)
        else { throw Refusal(.commandNotAllowed) }
        index = current
        file = files[current]
        self.kind = kind
    }

    var isRecordFile: Bool { kind != .transparent }

    /// Whether a right of the file (`always`, `never`, or a key that must have been proven) is there. Before activation
    /// the transport key stands in for all.
    func allows(_ right: UInt8, _ card: CardSystem) -> Bool {
        if card.session.isMaking { return true }
        if right == card.rules.codes.always { return true }
        let rights = card.session.rights
        return right != card.rules.codes.never && rights.contains(right)
            || card.behaviour.opens(right, right == file.read, rights, card.rules.codes.never)
    }

    /// How an update has to come: as the file says, or by its kind while the transport key is proven.
    func protection(_ card: CardSystem) -> Protection? {
        guard card.session.isMaking else { return card.rules.protection(of: file.protection) }
        guard isRecordFile else { return .plain }
        guard card.rules.convention == .plainUntilActivated else { return .encryptedMAC }
        return kind == .linearVariableTLV ? .plain : card.rules.protection(of: file.protection)
    }

    func record(_ number: UInt8, _ card: CardSystem) -> Range<Int>? {
        let isCyclic = kind == .cyclic
        return card.behaviour.recordNumber(Int(number), file.recordCount, isCyclic)
            .flatMap { card.store.record($0, of: file, isCyclic: isCyclic) }
    }
}

extension CardSystem {
    /// The key that protects commands of the current directory (STK).
    func maintenanceKey() throws(Refusal) -> CardStore.Key {
        var depth = 0
        var directory = store.directories[session.directory]
        while let parent = directory.parent {
            directory = store.directories[parent]
            depth += 1
        }
        let reference = rules.maintenanceReferences[min(depth, rules.maintenanceReferences.count - 1)]
        guard let key = store.key(reference, in: session.directory), rules.usage(of: key.usage) == .maintenance else {
            throw Refusal(rules.blocking.noKeyStatus)
        }
        return key
    }
}
