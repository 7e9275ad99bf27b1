import ISO7816
import Messages

extension ChipAdvice {
    public var english: English {
        switch state {
        case .untouched: "nothing was written: the chip can be used"
        case .halfMade: "the chip may be half made: do not issue it"
        case .doubtful: "the chip may be finished or not: do not issue it before it has been looked at"
        }
    }
}

extension PersonalizationError {
    public var english: English {
        switch self {
        case .batch(let error): error.english
        case .noRelease:
            .init(
                "the batch is formal and there is no release that allows making formal cards",
                hint: "give the release of its test cards, or make test cards with a batch of mode \"test\"")
        case .release(let refusal): refusal.english
        case .wrongKeys(let expected, let found):
            .init(
                """
                the security module holds keys of version \([found].hex), this batch needs \([expected].hex)
                """, hint: "use the module that belongs to its mode")
        case .profile(let flaw): .init("\(flaw)", hint: "correct the profile")
        case .unusableCard(let card): card.english
        case .transportKeyRefused(let tries, let state):
            .init(
                """
                the transport key is not this chip's; \
                \(tries.map { "\($0) tries left before it locks" } ?? Self.untold); \
                it was not tried again
                """, hint: "find out which key the chip was delivered with; \(state.advice)")
        case .refused(let position, let status, let state):
            .init("the card answered \(status) to \(position)", hint: "\(state.advice)")
        case .interrupted(let position, let error, let state):
            .init(
                "\(error), at \(position)", hint: "\(error.hint(in: .english).map { "\($0); " } ?? "")\(state.advice)")
        case .unreadable(let position, let error, let state):
            .init(
                "\(error), at \(position)", hint: "\(error.hint(in: .english).map { "\($0); " } ?? "")\(state.advice)")
        case .readBackDiffers(let differences, let state):
            .init(
                """
                the card does not hold what was written: \(clauses: Array(differences.prefix(8)))\
                \(differences.count > 8 ? " and \(differences.count - 8) more" : "")
                """, hint: "\(state.advice)")
        case .securityModule(let error, let state): .init("\(error)", hint: "\(state.advice)")
        }
    }

    private static let untold: English = "the card does not tell how many tries are left"
}

extension UnusableCard {
    public var english: English { .init("\(what); nothing was written", hint: hint) }

    private var hint: English {
        switch self {
        case .emptyFactor:
            "set the whole box aside and return it to the chip manufacturer: its chips cannot be told apart"
        case .hiddenFactor: "make the card through its contacts, or in another reader"
        default: "put in a blank chip"
        }
    }

    private var what: English {
        switch self {
        case .emptyFactor(let byte):
            "the chip's serial number is \(Hex.encode([byte])) throughout: no key is derived from it"
        case .hiddenFactor(let finding): "\(finding)"
        case .noSerial: "the answer to reset has no chip serial; this is not a chip of the profile"
        case .beingMade: "the chip is half made; set it aside"
        case .activated: "the chip is a finished card"
        case .blocked: "the card is blocked for good"
        case .notBlank: "the chip is not blank: it is a card, finished or not"
        case .unknown(let status):
            "the card does not say that it is blank\(status.map { " (it answers \($0))" } ?? "")"
        }
    }
}

extension PlanPosition {
    public var english: English { "command \(index) (\(title))" }
}

extension CardImage.Difference {
    public var english: English { "\(path)\(record.map { " record \($0)" } ?? ""): \(what)" }
}

extension CardImage.Difference.Kind {
    public var english: English {
        switch self {
        case .otherChip: "is for another chip"
        case .otherKeys: "has other keys"
        case .keysOfOtherKind: "has keys of another version or province"
        case .otherMode: "has keys of the other mode"
        case .missing: "is missing"
        case .unexpected: "is not expected"
        case .structure: "has another structure"
        case .otherPerson: "holds what was not written for this applicant"
        case .length(let count, let expected): "has \(count) bytes, \(expected) are expected"
        case .bytes(let count, let first): "differs in \(count) byte(s), the first at offset \(first)"
        case .unreadable(let reason): "cannot be read (\(reason))"
        }
    }
}

extension ProfileFlaw {
    public var english: English {
        switch self {
        case .noDialect(let name): "there is no dialect '\(name)'"
        case .noMasterOrTransportKey: "the profile has no MF or no transport key"
        case .noDirectoryOfBlankChips: "the profile has no directory whose absence shows a blank chip"
        case .noFileOfBlankChips: "the profile has no file whose records show a blank chip"
        case .noItem(let name): "there is no item \(name)"
        case .noKey(let name): "there is no key \(name)"
        case .noKeyOfRole(let role, let directory): "\(directory) has no key of the role \(role)"
        case .noAlgorithm: "the cipher has no algorithm byte"
        case .fewDigits(let item, let digits): "\(item) has fewer than \(digits) digits"
        case .noItemForRecord(let record, let file): "\(file) has no item for record \(record)"
        case .itemTooLong(let item): "item \(item) is too long for a record"
        case .itemOutsideRecord(let item): "item \(item) does not lie in its record"
        case .itemOutsideFile(let item): "item \(item) does not lie in its file"
        case .fewRecords(let file): "\(file) has too few records for its section"
        case .refersToItself(let item): "\(item) refers to itself"
        case .noValueForSecurityCode(let item): "\(item), which the security code covers, has no value"
        case .noCertificate(let item): "item \(item) asks for a certificate the profile does not lay out in its length"
        case .certificateSource(let source): "a certificate asks for \(source), which batches do not have"
        case .notInImage(let directory): "the image has no directory \(directory)"
        case .fileNotInImage(let file): "the image has no file \(file)"
        case .noCommand(let command, let dialect, let structure):
            """
            the dialect \(dialect) has no command '\(command)'\
            \(structure.map { " for files of the structure \($0)" } ?? "")
            """
        case .unusableCommand(let command, let dialect, let reason):
            "command '\(command)' of the dialect \(dialect): \(reason)"
        case .keyInClear(let command): "command '\(command)' would send a key in clear"
        case .noCode(let file, let dialect): "the dialect \(dialect) has no code for the kind or a right of \(file)"
        case .fileNotEmpty(let file, let dialect): "the dialect \(dialect) does not write \(file), which is not empty"
        case .noWayToWrite(let file, let dialect): "the dialect \(dialect) has no way to write \(file)"
        case .recordsAfterActivation(let file):
            "\(file) cannot wait for activation: a card in use gets no new records"
        case .notReadBack(let reason): "the image cannot be read back: \(reason)"
        case .transportKeyNotProven(let dialect): "the dialect \(dialect) never proves the transport key"
        case .neverReadsBack(let dialect): "the dialect \(dialect) never reads a card back"
        case .tooLong(let bytes): "a command of \(bytes) bytes does not fit an APDU"
        case .stepLacksData(let step): "\(step) lacks data"
        case .stepLacksProtection(let step): "\(step) lacks data or protection"
        case .stepLacksKeyPlace(let step): "\(step) has no place for a key alone"
        case .stepHasOtherHoles(let step): "\(step) has other holes than a cryptogram and an original"
        case .stepLacksHeader(let step): "\(step) has no header of four bytes"
        }
    }
}
