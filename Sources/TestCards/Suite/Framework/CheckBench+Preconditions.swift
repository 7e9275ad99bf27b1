import CardProfiles
import ISO7816
import Messages

/// Why something many checks rest on does not hold, and which check met it first.
struct BrokenPrecondition: Sendable {
    /// The identifier of the check.
    let check: String
    let got: CheckText
}

/// What is known to be broken is not asked for again: that protects the card's counters, and one cause is one finding.
extension CheckBench {
    /// Does work that stands for a precondition.
    ///
    /// - Throws: `notRun` without doing it where the precondition is known not to hold; else what the work throws.
    @discardableResult
    func resting<Result>(
        on precondition: Precondition, _ work: () throws(CheckStop) -> Result
    ) throws(CheckStop) -> Result {
        try need(precondition)
        do {
            return try work()
        } catch {
            // The innermost one counts.
            if case .failed = error, unheld?.stop != error { unheld = (precondition, error) }
            throw error
        }
    }

    /// - Throws: `notRun` where the precondition is known not to hold.
    func need(_ precondition: Precondition) throws(CheckStop) {
        guard !isTryingAgain, let broken = broken[precondition] else { return }
        // A card that is set aside may be blocked.
        if precondition.kind == .wrongMACs, isDestructive { return }
        waitsFor = broken.check
        throw .notRun(
            CheckText(
                "\(precondition.fails) (first found by \(broken.check))",
                "\(precondition.fails)（首见于 \(broken.check)）"))
    }

    /// What the check that just failed with `stop` rested on in vain; nil where it failed by something of its own.
    func unmet(by stop: CheckStop) -> Precondition? {
        unheld?.stop == stop ? unheld?.precondition : nil
    }

    /// Tries a precondition once more by itself, from a reset: only what fails again is a cause.
    func blame(_ precondition: Precondition, on check: String, _ got: CheckText) -> Bool {
        guard holdsNot(precondition) else { return false }
        mark(precondition, by: check, got)
        return true
    }

    /// Marks a precondition as broken by a check.
    func mark(_ precondition: Precondition, by check: String, _ got: CheckText) {
        if broken[precondition] == nil { broken[precondition] = BrokenPrecondition(check: check, got: got) }
    }

    /// Whether it fails again from a reset. Where trying would cost the last attempts, what was seen is enough.
    private func holdsNot(_ precondition: Precondition) -> Bool {
        isTryingAgain = true
        defer { isTryingAgain = false }
        do throws(CheckStop) {
            try reset()
            switch precondition.kind {
            case .factors: try factors()
            case .directory: try enter(precondition.place)
            case .file:
                guard let file = file(precondition.place) else { return false }
                try enter(file.directory)
                try selectFile(file)
            case .key:
                let key = try key(precondition.place)
                if let left = attemptsLeft[key.name], left < 3 { return true }
                try factors()
                try enter(key.directory ?? "")
                try prove(key)
            case .reading:
                guard let file = file(precondition.place) else { return false }
                try readAgain(file)
            case .messaging:
                guard let use = ProtectedUse.all(profile).first(where: { $0.file.directory == precondition.place })
                else { return false }
                let kept = try use.begin(self)
                try useAndRestore(use.right, of: use.file, kept)
            case .wrongMACs: return true
            }
            return false
        } catch {
            if case .failed = error { return true }
            return false
        }
    }

    private func file(_ path: String) -> FileDefinition? { profile.files.first { $0.path == path } }

    private func readAgain(_ file: FileDefinition) throws(CheckStop) {
        try factors()
        try enter(reading: file)
        guard file.structure.kind != .transparent else {
            _ = try readBinary(of: file, count: min(16, file.size))
            return
        }
        let answer = try readRecord(1, of: file)
        try expect(answer.status.isSuccess, "not read", "未读出")
    }

    // MARK: What is counted

    /// Notes what an answer says of the card's counters.
    func count(_ command: CommandAPDU, _ status: StatusWord) {
        if command.ins == InstructionByte.externalAuthenticate, let key = keyInUse {
            if status.isSuccess {
                attemptsLeft[key.name] = nil
                accepted.insert(key.name)
            } else if let left = status.triesLeft {
                attemptsLeft[key.name] = left
            } else if status == .authenticationMethodBlocked {
                attemptsLeft[key.name] = 0
            }
        }
        keyInUse = nil
        countMAC(command.cla, status)
    }

    /// The same of bytes that were sent as they are.
    func countMAC(_ cla: UInt8?, _ status: StatusWord) {
        guard let cla, cla & Self.secureMessaging != 0, let directory = currentDirectory else { return }
        touched.insert(directory)
        if status.isSuccess {
            wrongMACs[directory] = nil
        } else if status == .incorrectSecureMessagingData {
            wrongMACs[directory, default: 0] += 1
        }
    }

    /// A session of the library writes in a directory: it says nothing of its commands here, and stops at the first one
    /// that is refused.
    func beginsSession(in directory: String) throws(CheckStop) {
        try need(Precondition(.messaging, directory))
        touched.insert(directory)
        wrongMACs[directory, default: 0] += 1
    }

    static let secureMessaging: UInt8 = 0x04
}

extension Securing {
    /// Nothing about it is wrong on purpose.
    var isRight: Bool {
        with == nil && derivation == .right && protection == nil && seed == nil && takesChallenge && frame == nil
            && macHeader == nil && macBody == nil && mac == nil && data == nil
    }
}
