import Files
import ISO7816
import Messages
import ShangMi

@testable import CardProfiles
@testable import HealthCard

extension Examples {
    private static let answersToReset = [
        "3BD094FF8131FE45B0", "3B828001AABB02", "3B828001AABB",
        "3BFF9600FF81F1FE551F0300313C3D000000000000000000000000FF",
    ].compactMap { try? AnswerToReset(tolerant: Hex.decode($0) ?? []) }

    static let content: [ExampleSet] = [
        ExampleSet([json]),
        ExampleSet(parts: [
            InspectionText.answerToReset, .chipSerial, .lifeCycle, .testCard, .cityCode, .habits, .aboutHabits,
            .cardBlocked, .state(.blank), .state(.beingMade), .state(.activated), .authenticity(.testCard),
            .authenticity(.genuine), .authenticity(.notProved(.ok)), .authenticity(.notProved(nil)), .unknown,
            .flaw(.checkByteMissing), .malformed(.checkByteMissing), .tooFewHistoricalBytes(2),
            .noSerial(.checkByteMissing), .bytes(9),
        ]),
        ExampleSet(parts: [
            CardInspection.Presence.present, .temporarilyBlocked, .permanentlyBlocked, .absent(.fileNotFound), .unknown,
        ]),
        ExampleSet(parts: [
            TraceText.heading(profile: "p", digest: "01", date: "2026-10-12", isRedacted: true), .bytes("00"),
            .reset("3B"), .random("01"), .exitStatus(6),
            .total(channel: "card", commands: 2, sent: 9, received: 4, milliseconds: "1.000"),
        ]),
        ExampleSet(parts: answersToReset.flatMap { $0.explain() }),
        ExampleSet(parts: JSONError.Problem.allCases),
        ExampleSet(parts: [
            JSONShape.object, .itemObject, .objectList, .list, .flag, .wholeNumber, .text, .amount,
            .visit(not: .inpatient),
        ]),
        ExampleSet(changes.map { CardChangesError(problems: [$0]) } + [CardChangesError(problems: changes)]),
        ExampleSet([
            VisitContentError.item(item), .missing(["a"]), .missing(["a", "b"]),
            .contradictions([VisitContradiction(item: "a", rule: .inFuture)]),
            .unknownName("colour"),
            .madeByWriting("signature"), .groupTooLong("diagnoses", count: 4, limit: 3),
            .wrongJSON("symptoms", expected: .list), .malformedJSON(json), .text(offset: 3, item: 213, .notGBK),
            .text(offset: 3, item: nil, .cutShort(wanted: 3, left: 1)), .length(.data, bytes: 1, expected: 2),
            .outside(offset: 1, length: 2, limit: 2), .style(offset: 1, .digits), .profile(.otherProfile),
        ]),
        ExampleSet(parts: VisitPart.allCases),
        ExampleSet(parts: [
            VisitProfileProblem.otherProfile, .noVisits(.inpatient, profile: "p"), .otherLayout(.outpatient),
            .noFlag(index: "DF03/EF05"), .longItem(number: 1000, "a"), .notJSON(type: "T"),
            .otherItems(.inpatient, type: "T"),
        ]),
        ExampleSet(parts: [
            VisitTextProblem.cutShort(wanted: 3, left: 1), .notThreeDigits, .unknownItem, .repeated, .madeByWriting,
            .notGBK, .notDigits(impliedDecimals: 0), .notDigits(impliedDecimals: 2), .notHexadecimal(bytes: 2),
            .wrongCount(1, expected: 2), .separatorInValue, .value(.notADate),
        ]),
        ExampleSet([
            VisitError(.content(.missing(["a"]))), VisitError(.noFreeRecord(.inpatient, count: 3)),
            VisitError(.noSuchRecord(.outpatient, 6, count: 5)), VisitError(.notValid(VisitKind(rawValue: "x"), 1)),
            VisitError(.notTrusted(untrusted)), VisitError(.signing(.otherKey(.sam(type: "4")))),
            VisitError(.securityModule(.noSAM)), VisitError(.otherCard),
            VisitError(.card(HealthCardError(.notPermitted, .nobodyMay)), .done),
        ]),
        ExampleSet(parts: [
            SigningProblem.noSigner(.unnamed), .certificate(.unnamed, .empty), .notValid(.unnamed, .noDate),
            .otherKey(.unnamed),
        ]),
        ExampleSet(parts: [VisitEffect.none, .done]),
        ExampleSet(parts: [
            Certificate.Problem.empty, .length(bytes: 1, expected: 2), .constant(field: "kind"), .publicKey,
            .date(field: "notAfter"), .layout("sam"),
        ]),
        ExampleSet(parts: untrusted.problems),
        ExampleSet([
            TraceError.malformed(line: 2, .noTime), .version(2), .redacted, .noChannel(.sam), .noChannel(.card),
            .mismatch(TraceMismatch(line: 3, command: 1, expected: .random(bytes: 8), got: .end)),
            .mismatch(TraceMismatch(line: 3, command: 1, expected: .end, got: .end)),
        ]),
        ExampleSet(parts: [
            TraceFlaw.notAnObject, .noVersion, .headerIncomplete, .noTime, .notOneEvent, .unknownLink, .unknownFailure,
            .unknownChannel, .notBytes, .tooManyLines(limit: 9), .empty, .hidesBytes, .afterTheEnd, .timeRunsBackwards,
            .answerWithoutCommand, .otherChannelFails, .commandBeforeAnswer, .emptyCommand, .eventBeforeAnswer,
        ]),
        ExampleSet(parts: [
            TraceStep.end, .connection(.card), .reset(.sam), .command(.card, "READ RECORD 00B2012C", bytes: 5),
            .answer(.sam), .random(bytes: 8),
        ]),
        ExampleSet(parts: [
            UnreadReason.card(.nobodyMay), .needsKey(.wrongAuthentication), .noIndex, .indexUnread(file: "DF03/EF05"),
            .unclearMark(record: 2), .neverWritten, .photoCutShort(item: 22, name: "photo"),
            .notAPhoto(item: 22, name: "photo"),
            .item(record: 2, item), .item(record: nil, item),
        ]),
        ExampleSet(parts: UnreadableFile.Code.allCases),
        ExampleSet(parts: UpdateNote.Outcome.allCases),
    ]

    private static let json = JSONError(problem: .noColon, line: 1, column: 2)
    private static let item = ItemError(number: 14, "birthDate", .notADate)

    private static let day = CalendarDate(year: 2026, month: 1, day: 1)

    private static let untrusted = VisitVerification(
        kind: .outpatient, record: 2, certificate: nil,
        problems: [
            .unsigned, .malformedCertificate(.publicKey), .wrongSignature, .unknownRoot, .noRoot,
            .noDate, .testRootOnFormalCard,
        ] + (day.map { [.notYetValid(from: $0), .expired(on: $0)] } ?? []))

    private static let changes: [CardChangesError.Problem] = [
        .unknown("phone", near: ["phone1"]), .unknown("x", near: []),
        .ambiguous("name", candidates: ["a.name", "b.name"]),
        .writtenOnce("name", file: "DDF1/EF06"), .visit("payment", file: "DF03/EE01"),
        .listItem("allergen", section: "allergies"), .unknownList("x", lists: ["allergies"]),
        .notUpdatable("x", file: "DF01/EF01"), .required("validity.validUntil"), .givenTwice("phone1"),
        .emptyEntry("allergies"), .entryLacks("allergies.allergen"), .tooManyEntries("allergies", limit: 3),
        .notAPicture,
        .value(item), .malformedJSON(json), .noObject, .unknownSection("x", sections: ["validity", "clinical"]),
        .wrongJSON("x", expected: .objectList),
    ]

    static let keyStores: [ExampleSet] = [
        ExampleSet([
            KeyStoreError.file(path: "a", problem: .notMade(SystemReason(13))), .exposed(path: "a"), .exists(path: "a"),
            .changedMeanwhile(path: "a"), .notAKeyStore(.spelling), .notFormal, .cost(.scryptCost(n: 2, r: 1, p: 1)),
            .cannotOpen, .openedByOne, .tooFewCustodians(present: 1, wanted: 3),
            .tooFewCustodians(present: 2, wanted: 3),
            .cannotOpenShare(custodian: "A"), .custody(.namedTwice), .weakPassphrase(.guessable, custodian: "A"),
            .weakPassphrase(.tooShort, custodian: nil), .equalPassphrases("A", "B"),
            .tooFewComponents(key: "IRK", count: 1),
            .wrongLength(key: "IRK", component: 1, bytes: 8, expected: 16), .zeroComponent(key: "IRK", component: 1),
            .weakComponent(key: "IRK", component: 1, .counts), .weakKey(key: .key("IRK"), .counts),
            .equalComponents(key: "IRK", 1, 2), .zeroKey(key: "IRK"), .sameAs(key: .key("IRK"), other: .key("CVK")),
            .published(key: "IRK", as: "CVK"), .publishedKeys([PublishedEntry(.key("IRK"), as: "CVK")]),
            .publishedKeys([
                PublishedEntry(.key("IRK"), as: "IRK"), PublishedEntry(.transportKey(chipBatch: "1"), as: nil),
            ]),
            .unknownKey("XK"), .alreadyHeld(.transportKey(chipBatch: "one")), .name(.custodian),
            .componentLine(path: "a", line: 2, problem: .form), .componentMissing(path: "a", key: "IRK"),
            .certificate("issuer", field: "kind", problem: .constant("01")),
            .certificate("issuer", field: nil, problem: .length(bytes: 1, expected: 180)), .authorityTooLong(limit: 9),
            .testProfile("p"), .otherProfile(.cipher, store: "sm4", profile: "sm1"),
            .chipBatchNeeded(known: ["1", "2"]),
            .unknownChipBatch("3", known: ["1", "2"]), .unknownChipBatch("3", known: []), .module(.noSAM),
        ]),
        ExampleSet(parts: [KeyStoreEntry.key("IRK"), .transportKey(chipBatch: "one"), .certificate("issuer")]),
        ExampleSet(parts: [
            KeyStoreFlaw.tooLong(limit: 9), .json(json), .format(expected: "healthcard key store 2"), .unknownCipher,
            .nameTwice, .spelling, .shareNumber, .shareLength, .custodianTwice, .threshold(fewest: 2),
            .member("a", .text), .member("a", .name), .member("a", .number), .member("a", .date), .member("a", .object),
            .member("a", .list(most: 3)), .member("a", .hexadecimal(digits: 6)),
            .member("a", .hexadecimal(digits: nil)),
        ]),
        ExampleSet(parts: [
            CustodyProblem.count(1, fewest: 2, most: 16), .threshold(4, custodians: 3, fewest: 2), .namedTwice,
            .hasCustodians, .noShare(custodian: "A"),
        ]),
        ExampleSet(parts: KeyStoreName.allCases),
        ExampleSet(parts: KeyStoreMark.allCases),
        ExampleSet(parts: [
            ComponentLineProblem.form, .keyTwice("IRK"), .notHexadecimal("IRK"), .length("IRK", bytes: 8, expected: 16),
            .checkForm("IRK"),
        ]),
        ExampleSet(parts: [
            CertificateFieldProblem.length(bytes: 1, expected: 2), .constant("01"), .zeros, .curve,
        ]),
        ExampleSet(parts: [
            ComponentWeakness.repeats, .counts, .fewDigits, .mirrored, .text, .published("IRK"), .otherKey(.key("CVK")),
        ]),
        ExampleSet(parts: [PassphraseWeakness.tooShort, .fewCharacters, .guessable]),
        ExampleSet(parts: [
            FileProblem.input(.missing), .notMade(SystemReason(28)), .notWritten(SystemReason(30)),
            .notRead(SystemReason(5)), .folderNotOpened(SystemReason(2)), .folderNotLocked(SystemReason(4)),
            .notMadeNextToIt(SystemReason(13)), .notGivenToGroup(SystemReason(1)),
            .folderNotSynchronized(SystemReason(5)),
        ]),
        ExampleSet(parts: (1...133).map { SystemReason($0) }),
    ]
}
