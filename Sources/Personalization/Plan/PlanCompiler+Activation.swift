import CardProfiles

// MARK: The end of personalization, and what comes after it

extension PlanCompiler {
    /// Each application by itself where the maker's chips want that, then the whole (Docs/dialects.md §3).
    mutating func activate(_ transport: KeyDefinition) throws(PersonalizationError) {
        let place = dialect.activationDirectory.flatMap { profile.directory($0) }
        if dialect.templates[.activateDirectory] != nil {
            for directory in profile.directories
            where directory.parent != nil && directory.dfName != nil && directory.name != place?.name {
                try goTo(directory, phase: .activate)
                try add(
                    .activateDirectory, phase: .activate, title: "ACTIVATE \(directory.name)", work: .plain,
                    fid(directory))
            }
        }
        if let place { try goTo(place, phase: .activate) }
        var values = place.map { fid($0) } ?? [:]
        values[.reference] = .number(Int(transport.reference))
        let isErasure = dialect.command(for: .activate)?.protection != nil
        try addProtected(
            .activate, phase: .activate, title: isErasure ? "ERASE \(transport.name)" : "ACTIVATE FILE", values)
    }

    /// What waits for the card in use, by its own keys; then it is read again.
    mutating func finish(_ master: DirectoryDefinition) throws(PersonalizationError) {
        let waiting = profile.files.filter { file in
            guard dialect.initialWriting(of: file) == .afterActivation, let content = image.file(file.path) else {
                return false
            }
            return options.rewritesCyclicFiles || content.bytes.contains { $0 != content.fill }
        }
        guard !waiting.isEmpty else { return }
        try select(master, phase: .finish)
        for directory in profile.directories {
            var proven: Set<String> = []
            for file in waiting where file.directory == directory.name {
                try goTo(directory, phase: .finish)
                if case .key(let name) = file.update, proven.insert(name).inserted {
                    guard let key = profile.key(name) else { throw .profile(.noKey(name)) }
                    try authenticate(key, phase: .finish)
                }
                try write(file)
            }
        }
        try readBack(phase: .finish, only: Set(waiting.map(\.path)))
    }

    private mutating func write(_ file: FileDefinition) throws(PersonalizationError) {
        guard let content = image.file(file.path) else { throw .profile(.fileNotInImage(file.path)) }
        switch file.structure {
        case .cyclic:
            for index in cyclicRecords(of: content) {
                let place = PlanStep.Content(
                    path: file.path, place: .record(index + 1), count: content.records[index].count)
                try addProtected(
                    .appendRecord, kind: .cyclic, phase: .finish, title: "WRITE \(place)",
                    [.data: .bytes(content.records[index]), .sfi: try sfi(of: file, phase: .finish)], content: place)
            }
        case .transparent: try writeBinary(content, of: file, phase: .finish)
        case .linearVariableTLV, .linearFixed:
            throw .profile(.recordsAfterActivation(file: file.path))
        }
    }
}
