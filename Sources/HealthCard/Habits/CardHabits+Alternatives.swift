import ISO7816

extension CardHabits {
    /// What a READ or UPDATE is about.
    enum Subject: Sendable, Hashable {
        case taggedRecords, plainRecords, data, update
    }

    /// Refusals that may mean "not in this form" rather than "not this file".
    static let formRefusals: Set<StatusWord> = [
        .wrongLength, .incompatibleFileStructure, .commandNotAllowed, .wrongData, .functionNotSupported,
        .fileNotFound, .recordNotFound, .incorrectP1P2, .wrongP1P2, .instructionNotSupported, .classNotSupported,
    ]

    /// Refusals that may mean an extended length field.
    static let lengthRefusals: Set<StatusWord> = [.wrongLength, .noPreciseDiagnosis]

    /// Habits that a card which refused a command may have instead, the likeliest first.
    ///
    /// Those that differ in one habit come before those that differ in two, so what is learnt of a refusal is no more
    /// than what explains it. A status word only decides where to look first: makers do not agree on them.
    func alternatives(to refusal: StatusWord, for subject: Subject, isExtended: Bool) -> [CardHabits] {
        var base = self
        var found: [CardHabits] = []
        if isExtended, Self.lengthRefusals.contains(refusal) {
            base.extendedLength = false
            found = [base]
        }
        typealias Change = (CardHabits) -> [CardHabits]
        let lengths: Change = { $0.otherLengths(for: subject, isExtended: isExtended && $0.extendedLength) }
        let references: Change = { $0.otherReferences(for: subject) }
        let addresses: Change = { habits in
            var other = habits
            other.shortIdentifiers.toggle()
            return [other]
        }
        let addressFirst: Set<StatusWord> = [
            .fileNotFound, .incompatibleFileStructure, .commandNotAllowed, .wrongP1P2,
        ]
        let changes: [Change] =
            if refusal == .wrongLength {
                [lengths, references, addresses]
            } else if addressFirst.contains(refusal) {
                [addresses, references, lengths]
            } else {
                [references, addresses, lengths]
            }
        if refusal != .wrongLength {
            // A card that lacks short identifiers mostly lacks reading many as well, and answers both alike.
            found += changes[0](base) + changes[1](base)
            found += addresses(base).flatMap(references).prefix(1)
        }
        found += changes.flatMap { $0(base) }
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            found += changes[first](base).flatMap(changes[second])
        }
        return found + changes[0](base).flatMap(changes[1]).flatMap(changes[2])
    }

    private func otherLengths(for subject: Subject, isExtended: Bool) -> [CardHabits] {
        var other = self
        if isExtended {
            other.extendedLength = false
            return [other]
        }
        var smaller = self
        switch subject {
        case .update:
            guard updateBlock > Self.commonBlock else { return [] }
            smaller.updateBlock = Self.commonBlock
            return [smaller]
        case .data where readBlock > Self.commonBlock:
            other.expectedLength = expectedLength == .exact ? .zero : .exact
            // Le 00 asks for the longest block there is, so a smaller one is asked for by its length.
            smaller.expectedLength = .exact
            smaller.readBlock = Self.commonBlock
            return expectedLength == .exact ? [smaller, other] : [other, smaller]
        case .data, .taggedRecords, .plainRecords:
            other.expectedLength = expectedLength == .exact ? .zero : .exact
            return [other]
        }
    }

    private func otherReferences(for subject: Subject) -> [CardHabits] {
        switch subject {
        case .data, .update: []
        case .taggedRecords:
            [RecordReading.number, .tag, .many].filter { $0 != taggedRecords }.map { reading in
                var other = self
                other.taggedRecords = reading
                // A card that lacks it for one kind of file lacks it for the other.
                if reading != .many { other.plainRecords = .number }
                return other
            }
        case .plainRecords:
            [plainRecords == .many ? RecordReading.number : .many].map { reading in
                var other = self
                other.plainRecords = reading
                return other
            }
        }
    }
}
