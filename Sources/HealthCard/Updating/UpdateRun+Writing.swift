import CardProfiles
import ISO7816

/// How one writing command ended when it did not succeed.
enum WriteFailure: Error {
    /// The card said no, or nothing was sent: what was there is still there.
    case refused(HealthCardError)
    /// It was sent, and what came back does not say whether the card has done it.
    case lost(HealthCardError)

    var error: HealthCardError {
        switch self {
        case .refused(let error), .lost(let error): error
        }
    }
}

extension UpdateRun {
    mutating func write(_ difference: Difference) throws(HealthCardError) {
        let file = difference.file
        session.files[file.path] = nil
        switch difference.state {
        case .records(let records):
            for (number, old, new) in records {
                try write(file, number, doubt: .records([number], old: [old], new: [new])) {
                    (session) throws(WriteFailure) in
                    try session.write(.updateRecord, [.record: .number(number), .data: .bytes(new)], to: file)
                }
            }
            try verify(file, .records(records.map(\.number), old: records.map(\.old), new: records.map(\.new)))
        case .entries(let now, let missing):
            var now = now
            for (index, entry) in missing.enumerated() {
                let next = Array(([entry] + now).prefix(now.count))
                let question = UpdateDoubt.Question.records(Array(1...now.count), old: now, new: next)
                try write(file, missing.count - index, doubt: question) { (session) throws(WriteFailure) in
                    try session.write(.appendRecord, [.data: .bytes(entry)], to: file)
                }
                now = next
            }
            try verify(file, .records(Array(1...now.count), old: [], new: now))
        case .picture(let old, let new):
            let question = UpdateDoubt.Question.photo(new: new, oldStart: old.start)
            try write(file, nil, doubt: question) { (session) throws(WriteFailure) in
                try session.write(picture: new, over: old, to: file)
            }
            try verify(file, question)
        }
    }

    /// Runs the command of one record and keeps book of how it ended.
    private mutating func write(
        _ file: FileDefinition, _ number: Int?, doubt question: UpdateDoubt.Question,
        _ command: (HealthCardSession) throws(WriteFailure) -> Void
    ) throws(HealthCardError) {
        let place = number.map { "\(file.path) record \($0)" } ?? file.path
        try session.announce(.update(doubt(file, number, question)), at: place)
        do {
            try command(session)
            mark(file, number, .written)
        } catch {
            let cause = error.error.placed(at: place)
            guard case .lost = error else { throw cause }
            mark(file, number, .inDoubt)
            let doubt = doubt(file, number, question)
            // A card that still answers can be asked at once.
            switch try? session.answer(to: doubt, file) {
            case .new?: mark(file, number, .written)
            case .old?: mark(file, number, .notWritten)
            case .noPhoto?, .other?, nil: self.doubt = doubt
            }
            throw cause
        }
    }

    private func doubt(
        _ file: FileDefinition, _ number: Int?, _ question: UpdateDoubt.Question
    ) -> UpdateDoubt {
        let items = records.first { $0.file == file.path && $0.record == number }?.items ?? []
        return UpdateDoubt(
            file: file.path, record: number, items: items, cardFactor: session.identity?.factors.card ?? [],
            question: question)
    }

    /// Reads what was written; a card that confirmed one thing and holds another is a fault of its own.
    private mutating func verify(_ file: FileDefinition, _ question: UpdateDoubt.Question) throws(HealthCardError) {
        let isSo = try session.step(at: file.path) { () throws(ReadFailure) in
            switch question {
            case .records(let numbers, _, let new): try session.reader.records(numbers, of: file) == new
            case .photo(let new, _): try session.oldPicture(of: file, comparedWith: new, isExpected: true).bytes == new
            }
        }
        guard !isSo else { return }
        for record in records where record.file == file.path && record.outcome == .written {
            mark(file, record.record, .inDoubt)
            doubt = doubt ?? doubt(file, record.record, question)
        }
        throw HealthCardError(.malformed, at: file.path, .otherContent)
    }
}

extension HealthCardSession {
    /// Sends one writing command of a file in the current directory, protected as its template says.
    func write(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue], to file: FileDefinition
    ) throws(WriteFailure) {
        var isCurrent = !reader.habits.shortIdentifiers
        while true {
            let command: CommandAPDU
            do {
                if isCurrent { try reader.select(file) }
                let sfi = isCurrent ? 0 : Int(file.sfi.rawValue)
                command = try protectedCommand(
                    purpose, values.merging([.sfi: .number(sfi)]) { $1 }, at: file.path)
            } catch {
                throw .refused(error.error)
            }
            let status = try send(writing: command, to: file)
            guard !FileReader.isDone(status) else {
                reader.currentFile = file.path
                return
            }
            // Refused for its form before anything was done: perhaps the card knows short identifiers in READ alone.
            guard !isCurrent, CardHabits.formRefusals.contains(status) else {
                throw refusal(of: command, status, file)
            }
            reader.currentFile = nil
            isCurrent = true
        }
    }

    /// A command that may have changed the card once it has been sent.
    func send(writing command: CommandAPDU, to file: FileDefinition) throws(WriteFailure) -> StatusWord {
        do {
            return try reader.sendOnce(command, at: file.path)
        } catch {
            throw .lost(error.error)
        }
    }

    /// What a refused update means, and what to do about it.
    func refusal(of command: CommandAPDU, _ status: StatusWord, _ file: FileDefinition) -> WriteFailure {
        let error = HealthCardError(
            .refused, at: file.path, command: command.header, status: status,
            .refused(.status(status, command.header), advice(for: status, in: file.directory)))
        return status.mayHaveChangedMemory ? .lost(error) : .refused(error)
    }

    /// What to do after a refused writing command in a directory.
    func advice(for status: StatusWord, in directory: String) -> WriteAdvice? {
        let blocking = profile.blocking
        let maintenance = profile.key(.maintenance, in: directory)
        switch status {
        case .incorrectSecureMessagingData:
            let blocks = profile.key(.applicationBlock, in: directory) != nil
            return .wrongKey(
                key: maintenance?.name, isProvincial: maintenance?.sam?.levels == 1,
                limit: blocks ? blocking.wrongMACs : nil, directory: directory)
        case blocking.noKeyStatus: return .otherProfile(key: maintenance?.name)
        case .securityStatusNotSatisfied: return .otherProtection
        case blocking.blockedStatus: return .directoryBlocked(directory)
        case blocking.cardBlockedStatus: return .cardBlocked
        case .authenticationMethodBlocked: return .keyLocked
        case blocking.noChallengeStatus: return .challengeLost
        case .memoryFailure: return .wornChip
        default: return nil
        }
    }
}
