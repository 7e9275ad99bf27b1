import CardProfiles
import ISO7816

extension HealthCardSession {
    /// Reads the card: proves that it is genuine, wins each directory's read right once, reads every file.
    ///
    /// A file that cannot be read does not stop the others; it is listed with its reason. After one wrong
    /// authentication no other key is tried, since every further one would cost a try as well.
    ///
    /// - Throws: ``HealthCardError``: `notGenuine` before anything but the issuer file has been read; `channel` when the
    ///   card goes away.
    public func read(_ scope: ReadScope = .everything) throws(HealthCardError) -> CardReading {
        let identity = try identify(readingWholeFile: wantsFreeFile(scope))
        let isTestCard = try requireGenuine()
        // An earlier reading may have read less of a file, or before it was written.
        files = files.filter { $0.key == freeFile }
        let unreadable = try readFiles(scope) { _ in true }
        let document = CardDocument(
            profile: profile, files: files, unreadable: unreadable,
            scope: scope.decodesItems ? scope : ReadScope(sections: []))
        return CardReading(
            identity: identity, isTestCard: isTestCard, files: files, document: document, commands: commands)
    }

    /// Reads what the scope wants and has not been read, directory by directory; gives what could not be read.
    func readFiles(
        _ scope: ReadScope, where isWanted: (FileDefinition) -> Bool
    ) throws(HealthCardError) -> [UnreadableFile] {
        var unreadable: [UnreadableFile] = []
        for directory in profile.directories {
            let wanted = directory.files.filter { files[$0.path] == nil && wants($0, scope) && isWanted($0) }
            guard !wanted.isEmpty else { continue }
            do {
                try read(wanted, in: directory, scope, &unreadable)
            } catch {
                switch error {
                case .card(let error): throw error
                case .step(let error): unreadable += wanted.map { UnreadableFile($0, error) }
                }
            }
        }
        return unreadable
    }

    private func wantsFreeFile(_ scope: ReadScope) -> Bool {
        profile.file(of: profile.cryptography.provinceFactor.item).map { wants($0, scope) } ?? false
    }

    /// The file the card was identified by: nobody can write it again.
    private var freeFile: String? { profile.file(of: profile.cryptography.provinceFactor.item)?.path }

    /// Identifies the card and has it prove its key, which costs no try.
    ///
    /// - Returns: whether it is a test card.
    /// - Throws: ``HealthCardError`` of code `notGenuine`, or as ``identify()``.
    @discardableResult
    func requireGenuine() throws(HealthCardError) -> Bool {
        guard case .genuine(let isTestCard) = try authenticateInternally() else { throw notGenuine() }
        return isTestCard
    }

    func notGenuine() -> HealthCardError {
        switch authenticity {
        case .refused(let status):
            return HealthCardError(
                .notGenuine, status: status,
                .keyNotProven(
                    version: securityModule.keyVersion, status, hasNoKey: status == profile.blocking.noKeyStatus))
        default:
            return HealthCardError(.notGenuine, .wrongAuthentication)
        }
    }

    func wants(_ file: FileDefinition, _ scope: ReadScope) -> Bool {
        switch file.shape {
        case .visits:
            return scope.visits != .none && scope.wants(section: file.section)
        case .index:
            return scope.visits != .none
                && profile.files.contains { scope.wants(section: $0.section) && $0.isVisit(of: file) }
        case .object, .list, .photo:
            return scope.wants(section: file.section)
        }
    }

    private func read(
        _ wanted: [FileDefinition], in directory: DirectoryDefinition, _ scope: ReadScope,
        _ unreadable: inout [UnreadableFile]
    ) throws(ReadFailure) {
        try enter(directory)
        for file in wanted {
            do throws(ReadFailure) {
                switch shouldRead(file, scope) {
                case true?:
                    try prove(file.read)
                    files[file.path] = try read(file, scope: scope, &unreadable)
                case false?: continue
                case nil: unreadable.append(withoutIndex(file, unreadable))
                }
            } catch {
                guard case .step(let error) = error else { throw error }
                unreadable.append(UnreadableFile(file, error))
            }
        }
    }

    /// Whether a visit is to be read, nil when its index could not be; everything else is.
    private func shouldRead(_ file: FileDefinition, _ scope: ReadScope) -> Bool? {
        guard scope.visits == .valid, case .visits(let path, let record) = file.shape else { return true }
        guard let index = profile.file(path), let content = files[path] else { return nil }
        return isVisit(record, validIn: content, of: index, profile)
    }

    private func withoutIndex(_ file: FileDefinition, _ unreadable: [UnreadableFile]) -> UnreadableFile {
        guard case .visits(let path, _) = file.shape else { return UnreadableFile(file, .damaged, .noIndex) }
        let code = unreadable.first { $0.file == path }?.code ?? .damaged
        return UnreadableFile(file, code, .indexUnread(file: path))
    }

    /// As much of a file as there is: where one record stands against reading all of them, the others are read alone.
    private func read(
        _ file: FileDefinition, scope: ReadScope, _ unreadable: inout [UnreadableFile]
    ) throws(ReadFailure) -> FileContent {
        do throws(ReadFailure) {
            return try read(file, scope: scope)
        } catch {
            guard file.structure.recordCount > 1, case .step(let first) = error, scope.decodesItems,
                first.code == .refused || first.code == .malformed
            else { throw error }
            var records: [[UInt8]] = []
            var failures: [UnreadableFile] = []
            for number in 1...file.structure.recordCount {
                do throws(ReadFailure) {
                    records += try reader.records([number], of: file)
                } catch .step(let reason) {
                    records.append([])
                    failures.append(UnreadableFile(file, record: number, reason))
                } catch {
                    throw error
                }
            }
            guard failures.count < records.count else { throw error }
            unreadable += failures
            return .records(records)
        }
    }

    func read(_ file: FileDefinition, scope: ReadScope) throws(ReadFailure) -> FileContent {
        guard case .transparent(let size) = file.structure else { return .records(try reader.records(of: file)) }
        guard !scope.wholeFiles, file.shape == .photo, let item = file.items.first else {
            return .bytes(try reader.binary(of: file, firstBlock: size) { _ in size })
        }
        let block = profile.capabilities.maximumResponseData
        let bytes = try reader.binary(of: file, firstBlock: block) { (start) throws(ReadFailure) in
            guard start.count >= item.prefixLength else { throw .file(.pictureWithoutLength) }
            let length = start.prefix(item.prefixLength).reduce(0) { $0 << 8 | Int($1) }
            guard length <= item.capacity else {
                throw .file(.pictureTooLong(bytes: length, limit: item.capacity))
            }
            return item.prefixLength + length
        }
        return .bytes(bytes)
    }
}

extension FileDefinition {
    fileprivate func isVisit(of index: FileDefinition) -> Bool {
        guard case .visits(let path, _) = shape else { return false }
        return path == index.path
    }
}
