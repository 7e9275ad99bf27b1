import Files
import Messages
import VirtualCard

@testable import CardProfiles

extension Examples {
    static let profiles: [ExampleSet] = [
        ExampleSet([
            ProfileError([problem(line: 0, AnyMessage(FileProblem.input(.missing)))]),
            ProfileError([
                problem(line: 3, AnyMessage("'keys' is nothing, expected a mapping", "“keys”是空，应为映射")),
                problem(line: 4, AnyMessage("is not UTF-8 text", "不是 UTF-8 文本")),
            ]),
        ]),
        ExampleSet(parts: [problem(line: 1, AnyMessage("is not UTF-8 text", "不是 UTF-8 文本"))]),
        ExampleSet(TemplateError.Code.allCases.map { TemplateError($0, "expected ')'", "此处应为“)”", column: 3) }),
        ExampleSet([
            VirtualCardError.serialLength(expected: 8, actual: 7), .cipherUnavailable("sm1"), .profile(.keyLength),
            .state(place: "serial", problem: .missing), .state(place: nil, problem: .notJSON),
            .file(path: "a", problem: .inUse), .notAPIN, .link(.unknownHost("h", "A")),
        ]),
        ExampleSet(parts: [
            VirtualProfileProblem.noTestKeys, .noTestKeysForSAM, .noSAMAddress(key: "IRK", samType: 4),
            .level(key: "IRK", 4), .noCertificateLayout("sam"), .noSignatureKey("root"),
            .signatureKey("root", AnyMessage(VerbatimText("A"))), .certificateTooLong("sam", fileBytes: 190),
            .certificateNotSigned("sam", AnyMessage(VerbatimText("A"))), .noFieldValue("sam.serial", bytes: 8),
            .noSAMType(9, known: ["1", "2"]), .notAProvince("x"), .noProvinceField(file: "a", field: "b"),
            .noDialect("x"), .roles(["transport", "cardBlock"]), .keyLength, .noCode(dialect: "a", file: "DF01/EF05"),
            .memoryTooSmall,
        ]),
        ExampleSet(parts: [
            CardStateProblem.notWritable, .missing, .wrongKind, .notJSON, .outOfRange, .unreadable, .mustBe("1"),
            .range(1, 30), .found(4, 0, 3), .bytesRange(1, 65_000), .negative, .otherProfile("p"),
            .neededUntilActivation,
            .length(bytes: 7, expected: 8), .tooManyAttempts, .firstIsMaster, .notEarlierDirectory,
            .longName(limit: 16),
            .keyTwice, .noSuchKind, .recordForm, .recordLength, .fileTooLarge, .noRoom, .doesNotFit, .notHexadecimal,
            .otherSAMType(4, wanted: 3), .otherSAM("01"), .pin,
        ]),
        ExampleSet(parts: [
            CardFileProblem.file(.input(.missing)), .system(SystemReason(13)), .call("open", SystemReason(13)), .inUse,
            .folderNotMade, .noRandomSerial(AnyMessage(VerbatimText("A"))), .holdsChip("01"),
            .error(AnyMessage(VerbatimText("A"))), .memoryUnreadable, .lineOutsideMemory(2), .lineDamaged(2),
            .impossiblePIN, .olderThanJournal("a.journal"),
        ]),
        ExampleSet(parts: [
            VirtualLinkProblem.unknownHost("h", "A"), .nobodyListens(host: "h", port: 35963, SystemReason(111)),
        ]),
    ]

    private static func problem(line: Int, _ message: AnyMessage) -> ProfileProblem {
        ProfileProblem(file: "card.yaml", line: line, message)
    }
}
