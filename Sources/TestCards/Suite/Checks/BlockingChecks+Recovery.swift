import CardProfiles
import ISO7816
import Messages

/// A check that ended early may leave a directory blocked, wrong MACs counted, or attempts lost: neither the next check nor
/// whoever uses the card is to find that.
extension BlockingChecks {
    /// Puts right what the check left, as far as the card lets it be done.
    ///
    /// - Returns: what was found and could not simply be put right: every block, and every counter that stays.
    static func recover(_ bench: CheckBench, isDestructive: Bool) -> [CardRecovery] {
        let (touched, refused) = (bench.touched, bench.unheld?.precondition)
        let mayHaveChanged = bench.link.mayHaveChanged
        let kept = bench.keptFiles
        bench.isTryingAgain = true
        defer { bench.isTryingAgain = false }
        var found: [CardRecovery] = []
        for subject in bench.profile.directories.compactMap({ Subject($0.name, bench.profile) })
        where touched.contains(subject.name) {
            let isRefused = refused == Precondition(.messaging, subject.name)
            if let recovery = settled(bench, subject, rightWasRefused: isRefused) { found.append(recovery) }
        }
        // After destructive checks keys are locked on purpose.
        guard !isDestructive else { return found }
        found += bench.profile.keys.compactMap { attempts(bench, $0) }
        guard mayHaveChanged else { return found }
        let stuck = Set(found.filter { $0.finding == .staysBlocked || $0.finding == .countStays }.map(\.place))
        return found + kept.compactMap { content(bench, $0.file, $0.content, stuck) }
    }

    /// Puts a file back that the check was about to change when it ended.
    private static func content(
        _ bench: CheckBench, _ file: FileDefinition, _ wanted: [[UInt8]], _ stuck: Set<String>
    ) -> CardRecovery? {
        // Wrong MACs more would be counted there.
        let isSafe = !stuck.contains(file.directory) && bench.broken[Precondition(.messaging, file.directory)] == nil
        do throws(CheckStop) {
            guard isSafe else {
                try bench.reset()
                return try bench.wholeContent(of: file) == wanted
                    ? nil : CardRecovery(place: file.path, finding: .contentStays)
            }
            return try bench.putBack(wanted, into: file) ? CardRecovery(place: file.path, finding: .restored) : nil
        } catch {
            return CardRecovery(place: file.path, finding: .contentStays, reason: error.text)
        }
    }

    private static func settled(
        _ bench: CheckBench, _ subject: Subject, rightWasRefused: Bool
    ) -> CardRecovery? {
        let name = subject.name
        func finding(_ finding: CardRecovery.Finding, _ stop: CheckStop? = nil) -> CardRecovery {
            CardRecovery(
                place: name, finding: finding, key: finding == .unblocked ? subject.lock.name : nil,
                reason: stop?.text)
        }
        do throws(CheckStop) {
            if try isBlocked(bench, subject) { return try unblocked(bench, subject, finding) }
        } catch {
            let isBlocked = bench.failedStep?.step.answered == bench.profile.blocking.permanentStatus.description
            return finding(isBlocked ? .staysBlocked : .countStays, error)
        }
        // One more could block what then nothing unblocks: its MAC would be refused too.
        if rightWasRefused, bench.wrongMACs[name, default: 0] >= bench.profile.blocking.wrongMACs - 1 {
            return finding(.countStays, .failed(Precondition(.messaging, name).fails))
        }
        do throws(CheckStop) {
            try forget(bench, subject)
            return nil
        } catch {
            // A card may be blocked and not say so when the directory is selected.
            guard bench.failedStep?.step.answered == bench.profile.blocking.blockedStatus.description else {
                return finding(.countStays, error)
            }
            do throws(CheckStop) {
                _ = try isBlocked(bench, subject)
                return try unblocked(bench, subject, finding)
            } catch {
                return finding(.staysBlocked, error)
            }
        }
    }

    /// From a reset, in the directory.
    private static func isBlocked(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) -> Bool {
        try bench.reset()
        _ = try bench.factors()
        return try bench.enter(subject.name, expecting: [.ok, bench.profile.blocking.temporaryStatus]).status != .ok
    }

    private static func unblocked(
        _ bench: CheckBench, _ subject: Subject, _ finding: (CardRecovery.Finding, CheckStop?) -> CardRecovery
    ) throws(CheckStop) -> CardRecovery {
        do throws(CheckStop) {
            try unblock(bench, subject)
            bench.wrongMACs[subject.name] = nil
        } catch {
            return finding(.staysBlocked, error)
        }
        // An unblocked directory counts from zero; a right command shows it.
        try? forget(bench, subject)
        return finding(.unblocked, nil)
    }

    /// A right command: wrong MACs before it count no more.
    private static func forget(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        try bench.reset()
        let kept = try bench.keep(subject.use.file)
        try bench.reset()
        try bench.approach(subject.use.file, proving: [subject.use.key])
        try bench.useAndRestore(subject.use.right, of: subject.use.file, kept)
    }

    /// Gives a key its attempts back; not by the last one, unless the card has accepted the key before.
    private static func attempts(_ bench: CheckBench, _ key: KeyDefinition) -> CardRecovery? {
        guard let left = bench.attemptsLeft[key.name], left > 0, bench.broken[Precondition(.key, key.name)] == nil,
            bench.unheld?.precondition != Precondition(.key, key.name)
        else { return nil }
        guard left > 2 || bench.accepted.contains(key.name) else {
            return CardRecovery(place: key.name, finding: .attemptsStay)
        }
        do throws(CheckStop) {
            try bench.reset()
            _ = try bench.factors()
            try bench.enter(key.directory ?? "")
            try bench.prove(key)
            return nil
        } catch {
            return CardRecovery(place: key.name, finding: .attemptsStay, reason: error.text)
        }
    }
}

extension CheckStop {
    /// What it says.
    var text: CheckText {
        switch self {
        case .failed(let text), .notApplicable(let text), .notRun(let text): text
        }
    }
}
