import CardProfiles
import ISO7816

extension HealthCardSession {
    // MARK: State

    /// Whether an application is blocked. Needs no key.
    ///
    /// - Parameter name: `DF02`.
    /// - Throws: ``HealthCardError``: `profile` for a directory that cannot be blocked, `blocked` when the whole card is.
    public func blockState(of name: String) throws(HealthCardError) -> BlockState {
        let (directory, _) = try application(name)
        try identify()
        return try step(at: name) { () throws(ReadFailure) in BlockState(try enterAnew(directory)) }
    }

    /// ``BlockState/permanent`` for a blocked card, which does nothing else any more. Needs no key.
    ///
    /// - Throws: ``HealthCardError``: `notAHealthCard` for any other card that does not select its MF.
    public func cardBlockState() throws(HealthCardError) -> BlockState {
        guard let master = profile.directories.first else { throw HealthCardError(.profile, .profile(.master)) }
        do {
            _ = try enterAnew(master)
            return .open
        } catch {
            if reader.lastSelection == profile.blocking.cardBlockedStatus { return .permanent }
            let failure = error.error
            guard case .step = error else { throw failure }
            throw HealthCardError(.notAHealthCard, at: master.name, status: failure.status, failure.finding)
        }
    }

    // MARK: Applications

    /// Blocks an application: nobody can use it until it is unblocked; a permanent block is never lifted.
    ///
    /// GET CHALLENGE and EXTERNAL AUTHENTICATE with the key that blocks, then APPLICATION BLOCK with a MAC under the
    /// directory's maintenance key (`Docs/protocol.md §3`). What is so already is left alone.
    ///
    /// - Parameter name: `DF02`.
    public func blockApplication(
        _ name: String, permanently: Bool = false
    ) throws(BlockError) -> BlockReport {
        let mode = permanently ? profile.blocking.permanentMode : profile.blocking.temporaryMode
        return try change(
            name, to: permanently ? .permanent : .temporary, by: .blockApplication, [.mode: .number(Int(mode))])
    }

    /// Lifts a temporary block.
    ///
    /// - Parameter name: `DF02`.
    public func unblockApplication(_ name: String) throws(BlockError) -> BlockReport {
        try change(name, to: .open, by: .unblockApplication, [:])
    }

    private func change(
        _ name: String, to wanted: BlockState, by purpose: CommandPurpose, _ values: [CommandHole: HoleValue]
    ) throws(BlockError) -> BlockReport {
        let before: BlockState
        do throws(HealthCardError) {
            let (_, key) = try application(name)
            try requireGenuine()
            before = try blockState(of: name)
            if before == wanted {
                return BlockReport(directory: name, before: before, after: before, commands: commands)
            }
            guard before != .permanent else {
                throw HealthCardError(
                    .blocked, at: name, status: reader.lastSelection, .directoryBlocked(permanently: true))
            }
            try step(at: name) { () throws(ReadFailure) in try prove(key.name) }
        } catch {
            throw BlockError(cause: error, directory: name, isInDoubt: false)
        }
        try send(blocking: purpose, values, of: name, inside: name)
        do throws(HealthCardError) {
            let after = try blockState(of: name)
            guard after == wanted else { throw Self.unchanged(at: name) }
            return BlockReport(directory: name, before: before, after: after, commands: commands)
        } catch {
            throw BlockError(cause: error, directory: name, isInDoubt: true)
        }
    }

    /// An application that can be blocked, and the key that does it.
    private func application(_ name: String) throws(HealthCardError) -> (DirectoryDefinition, KeyDefinition) {
        guard let directory = profile.directory(name), let key = profile.key(.applicationBlock, in: name) else {
            let names = profile.directories.map(\.name).filter { profile.key(.applicationBlock, in: $0) != nil }
            throw HealthCardError(.profile, .profile(.blockableApplication(name, known: names)))
        }
        return (directory, key)
    }

    // MARK: The card

    /// Blocks the card for ever: its MF with the key for it, then CARD BLOCK with a MAC (`Docs/protocol.md §3`).
    public func blockCard() throws(BlockError) -> BlockReport {
        let name: String
        do throws(HealthCardError) {
            if try cardBlockState() == .permanent {
                return BlockReport(directory: nil, before: .permanent, after: .permanent, commands: commands)
            }
            guard let key = profile.key(.cardBlock), let directory = key.directory.flatMap({ profile.directory($0) })
            else {
                throw HealthCardError(.profile, .profile(.cardBlockKey))
            }
            name = directory.name
            try requireGenuine()
            try step(at: name) { () throws(ReadFailure) in
                _ = try enterAnew(directory)
                try prove(key.name)
            }
        } catch {
            throw BlockError(cause: error, directory: nil, isInDoubt: false)
        }
        try send(blocking: .blockCard, [:], of: nil, inside: name)
        do throws(HealthCardError) {
            guard try cardBlockState() == .permanent else { throw Self.unchanged(at: name) }
            return BlockReport(directory: nil, before: .open, after: .permanent, commands: commands)
        } catch {
            throw BlockError(cause: error, directory: nil, isInDoubt: true)
        }
    }

    // MARK: Steps

    private static func unchanged(at place: String) -> HealthCardError {
        HealthCardError(.malformed, at: place, .otherStateShown)
    }

    /// Sends the command that counts, once.
    private func send(
        blocking purpose: CommandPurpose, _ values: [CommandHole: HoleValue], of name: String?, inside place: String
    ) throws(BlockError) {
        let command: CommandAPDU
        do {
            command = try protectedCommand(purpose, values, at: place)
        } catch {
            throw BlockError(cause: error.error.placed(at: place), directory: name, isInDoubt: false)
        }
        let status: StatusWord
        do {
            status = try reader.sendOnce(command, at: place)
        } catch {
            throw BlockError(cause: error.error.placed(at: place), directory: name, isInDoubt: true)
        }
        guard !FileReader.isDone(status) else { return }
        throw BlockError(
            cause: HealthCardError(
                .refused, at: place, command: command.header, status: status,
                .refused(.status(status, command.header), advice(for: status, in: place))),
            directory: name, isInDoubt: status.mayHaveChangedMemory)
    }
}

extension BlockState {
    init(_ entry: FileReader.Entry) {
        switch entry {
        case .open: self = .open
        case .temporarilyBlocked: self = .temporary
        case .permanentlyBlocked: self = .permanent
        }
    }
}
