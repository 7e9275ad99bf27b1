import Files
import HealthCard
import ISO7816
import Messages
import PCSC
import Personalization
import Releases

/// Those of making a card.
extension Examples {
    static let engine: [ExampleSet] = [
        ExampleSet(errors), ExampleSet(parts: cards),
        ExampleSet(parts: ChipState.allCases.map(\.advice)),
        ExampleSet(parts: differences), ExampleSet(parts: profileFlaws),
    ]

    private static let position = PlanPosition(index: 3, phase: .open, title: "GET CHALLENGE")
    private static let select = CommandAPDU(cla: 0, ins: 0xA4, p1: 0, p2: 0).header
    private static let reason = AnyMessage(of: InputFileError("a", .missing))

    private static let errors: [PersonalizationError] = [
        .batch(BatchError([BatchProblem(.row(.missing), .row(2))])), .noRelease, .release(.notInLedger),
        .wrongKeys(expected: 1, found: 0xF1),
        .profile(.noAlgorithm),
        .unusableCard(.activated), .transportKeyRefused(triesLeft: 5, .untouched),
        .transportKeyRefused(triesLeft: nil, .untouched), .refused(position, .memoryFailure, .halfMade),
        .interrupted(position, .malformed(.endless, select), .halfMade),
        .unreadable(position, HealthCardError(.refused, at: "DF01", .nobodyMay), .doubtful),
        .readBackDiffers(differences, .doubtful), .securityModule(.noSAM, .untouched),
    ]

    private static let cards: [UnusableCard] = [
        .noSerial, .emptyFactor(0xFF), .hiddenFactor(.noFactor(on: .contactlessB)), .beingMade, .activated, .blocked,
        .notBlank, .unknown(.fileNotFound), .unknown(nil),
    ]

    private static let differences: [CardImage.Difference] = [
        CardImage.Difference.Kind.otherChip, .otherKeys, .keysOfOtherKind, .otherMode, .missing, .unexpected,
        .structure, .otherPerson, .length(3, expected: 4), .bytes(3, first: 0), .unreadable("A"),
    ].map { CardImage.Difference(path: "DF01/EF05", record: 2, what: $0) }

    private static let profileFlaws: [ProfileFlaw] = [
        .noDialect("x"), .noMasterOrTransportKey, .noDirectoryOfBlankChips, .noFileOfBlankChips, .noItem("a.b"),
        .noKey("K"), .noKeyOfRole("update", directory: "DF01"), .noAlgorithm, .fewDigits("a.b", digits: 2),
        .noItemForRecord(2, file: "DF01/EF05"), .itemTooLong(7), .itemOutsideRecord(7), .itemOutsideFile(7),
        .fewRecords(file: "DF01/EF05"), .refersToItself("a.b"), .noValueForSecurityCode("a.b"),
        .noCertificate(item: 5), .certificateSource("x"), .notInImage(directory: "DF01"),
        .fileNotInImage("DF01/EF05"), .noCommand("x", dialect: "d", structure: nil),
        .noCommand("x", dialect: "d", structure: "cyclic"), .unusableCommand("x", dialect: "d", reason),
        .keyInClear(command: "x"), .noCode(file: "DF01/EF05", dialect: "d"), .fileNotEmpty("DF01/EF05", dialect: "d"),
        .noWayToWrite("DF01/EF05", dialect: "d"), .recordsAfterActivation(file: "DF01/EF05"), .notReadBack(reason),
        .transportKeyNotProven(dialect: "d"), .neverReadsBack(dialect: "d"), .tooLong(bytes: 300),
        .stepLacksData("s"), .stepLacksProtection("s"), .stepLacksKeyPlace("s"), .stepHasOtherHoles("s"),
        .stepLacksHeader("s"),
    ]
}
