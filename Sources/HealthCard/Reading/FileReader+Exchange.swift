import CardProfiles
import ISO7816

extension FileReader {
    /// A command as it goes out under some habits.
    struct Form {
        let command: CommandAPDU
        /// It means the current file, which has to be selected first.
        let isCurrent: Bool
        /// How it finds records, if it reads any: a single record needs less than the card may have.
        var reading: CardHabits.RecordReading?

        var isExtended: Bool { command.data.count > 255 || command.ne ?? 0 > 256 }
    }

    /// An answer with the habits and the Le that won it.
    struct Success {
        let data: [UInt8]
        let habits: CardHabits
        let expected: Int
        let isExtended: Bool
    }

    /// Sends a READ or UPDATE as the card's habits are, and where it refuses, in every other form it may have meant.
    /// What works is learnt.
    ///
    /// - Parameter form: the command under given habits; nil where they do not apply.
    /// - Throws: a refusal that no form explains, or the first one when all forms are refused.
    func exchange(
        _ file: FileDefinition, _ subject: CardHabits.Subject, _ form: (CardHabits) throws(ReadFailure) -> Form?
    ) throws(ReadFailure) -> Success {
        var candidates = [linkHabits]
        var tried: Set<CommandAPDU> = []
        var firstRefusal: ReadFailure?
        var lastStatus: StatusWord?
        var refusedByLink: Form?
        while !candidates.isEmpty {
            let candidate = candidates.removeFirst()
            guard isAllowed(candidate), let form = try form(candidate), tried.insert(form.command).inserted else {
                continue
            }
            if form.isCurrent { try select(file) }
            guard let (answer, expected) = try attempt(form, at: file.path) else {
                // Nothing is known of the card, but that this link carries no long commands.
                isLinkShort = true
                refusedByLink = form
                candidates = [linkHabits]
                continue
            }
            // Whatever the card says to it, a short command has got through, and says nothing of its long ones.
            let isShortened = isLinkShort
            if let form = refusedByLink, subject != .update { try askLinkAgain(form, at: file.path) }
            refusedByLink = nil
            if isSuccess(answer, subject) {
                if !form.isCurrent { currentFile = file.path }
                keep(candidate, subject, form, expected: expected, isShortened: isShortened)
                return Success(
                    data: answer.data, habits: candidate, expected: expected ?? 0, isExtended: form.isExtended)
            }
            let refusal = ReadFailure.refused(form.command, answer.status)
            guard mayMeanTheForm(answer.status, form) else {
                guard !answer.status.isSuccess else {
                    throw .file(.noData(form.command.header))
                }
                throw refusal
            }
            if !form.isCurrent { currentFile = nil }
            firstRefusal = firstRefusal ?? refusal
            // Another status word than before: this candidate is nearer to the truth, so go on from it.
            if answer.status != lastStatus {
                candidates =
                    candidate.alternatives(to: answer.status, for: subject, isExtended: form.isExtended) + candidates
            }
            lastStatus = answer.status
        }
        throw firstRefusal ?? .file(.profile(.fileCommand))
    }

    /// Once may be a bad contact; what fails again where short commands get through is the reader, and remembered of its
    /// model. Nothing that changes a card is sent twice to find that out.
    private func askLinkAgain(_ form: Form, at place: String) throws(ReadFailure) {
        guard try attempt(form, at: place) == nil else {
            isLinkShort = false
            return
        }
        rememberShortLink()
    }

    /// The card's habits, as far as the link carries them.
    var linkHabits: CardHabits {
        var habits = habits
        if isLinkShort { habits.extendedLength = false }
        return habits
    }

    private func isAllowed(_ candidate: CardHabits) -> Bool {
        candidate.limited(to: limits) == candidate && !(isLinkShort && candidate.extendedLength)
            && (candidate.taggedRecords != .tag || dialect?.command(for: .readRecordByTag) != nil)
    }

    private func isSuccess(_ answer: ResponseAPDU, _ subject: CardHabits.Subject) -> Bool {
        if subject == .update { return answer.status.isSuccess }
        return (answer.status.isSuccess || answer.status == .endOfFile) && !answer.data.isEmpty
    }

    private func mayMeanTheForm(_ status: StatusWord, _ form: Form) -> Bool {
        CardHabits.formRefusals.contains(status) || status.correctLength != nil
            || form.isExtended && CardHabits.lengthRefusals.contains(status)
    }

    /// The answer and the Le it came by, which is another than the command's after 6Cxx.
    ///
    /// - Returns: nil when an extended command did not get through at all, though the card may still be there. Drivers
    ///   have many words for a reader without a buffer for it (the exchange failed, the buffer is too small, not
    ///   supported, no answer): the next, short command tells.
    private func attempt(_ form: Form, at place: String) throws(ReadFailure) -> (ResponseAPDU, Int?)? {
        var command = form.command
        do {
            let answer = try send(command, correctsLength: false, at: place)
            guard let length = answer.status.correctLength, answer.data.isEmpty, command.data.isEmpty,
                let asked = command.ne, length != asked
            else { return (answer, command.ne) }
            command.ne = length
        } catch .step where form.isExtended {
            return nil
        } catch .card(let error) where form.isExtended && !Self.endings.contains(error.channel ?? .cardRemoved) {
            return nil
        }
        return (try send(command, correctsLength: false, at: place), command.ne)
    }

    /// What ends the work with the card however long the command was.
    private static let endings: Set<ChannelError.Code> = [
        .cardRemoved, .cardReset, .serviceUnavailable, .sharingViolation, .cancelled,
    ]

    /// Learns what worked. Nothing that has worked before is unlearnt by one file that differs.
    private func keep(
        _ candidate: CardHabits, _ subject: CardHabits.Subject, _ form: Form, expected: Int?, isShortened: Bool
    ) {
        var learnt = candidate
        if isShortened { learnt.extendedLength = habits.extendedLength }
        if let asked = form.command.ne, let expected, asked != expected, asked <= 256 {
            if asked == 256, candidate.expectedLength == .zero { learnt.expectedLength = .exact }
            if expected == 256 { learnt.expectedLength = .zero }
        }
        learn(learnt)
        var worked: Set<Habit> = []
        if !form.isCurrent { worked.insert(.shortIdentifiers) }
        switch subject {
        case .taggedRecords where form.reading == candidate.taggedRecords: worked.insert(.taggedRecords)
        case .plainRecords where form.reading == candidate.plainRecords: worked.insert(.plainRecords)
        default: break
        }
        prove(worked)
    }
}
