import Files
import Ledger
import Messages
import ShangMi

@testable import Production
@testable import Releases
@testable import TestCards

extension Examples {
    private static let file = ReleaseFileError(line: 2, .missing("id"))

    static let releases: [ExampleSet] = [
        ExampleSet([
            ReleaseRefusal.missing, .malformed(file), .signature, .authorityUnknown("A"), .certificate(.flaw(.noName)),
            .authorityNotEnrolled(.keyStore), .authorityNotEnrolled(.ledger),
            .otherAuthority(enrolled: "A", given: "B"),
            .enrolment(.notFollowing), .notSigned(.ofItsPeople(count: 1)), .otherMaker(released: "A", given: "B"),
            .otherProduct(released: "A", given: "B"), .otherProductVersion(released: "1", given: "2"),
            .otherDialect(released: "a", given: "b"), .profileChanged(parts: []),
            .profileChanged(parts: ["keys", "files"]),
            .profileChanged(parts: (1...9).map { "part\($0)" }), .notYetValid(from: "2026-01-01"),
            .expired(until: "2026-01-01"), .revoked(reason: "A"), .revocationListOlder(number: 1, seen: 2),
            .revocationListMissing(number: 2), .revocationListForked(number: 2),
            .revocationListStale(until: "2026-01-01"),
            .revocationList(file), .revocationListNotUsed(authority: "A"), .usedUp(limit: 5), .otherStation("A"),
            .otherLedger, .ledgerHeadMissing(sequence: 3), .clockSetBack(now: "2026-01-01", last: "2026-01-02"),
            .otherEngine(released: "1", running: "2"), .otherReport, .testKeysLoaded(["IRK"]),
            .formalKeysLoaded(["IRK"]),
            .keyNotChecked("IRK"), .testRulesChanged(["modes.testRegion"]), .testRegionApplicant, .notInLedger,
            .ledgerChanged(AnyMessage(VerbatimText("A"))),
        ]),
        ExampleSet(parts: [
            SignerProblem.otherName(certificate: "A", file: "B"), .flaw(.noName), .chain(.invalidPublicKey),
        ]),
        ExampleSet(parts: [
            EnrolmentProblem.file(file), .none, .number(1, next: 2), .notFollowing,
            .earlier(ReleaseTime(seconds: 0), before: ReleaseTime(seconds: 1)), .enteredOtherwise,
        ]),
        ExampleSet(parts: [
            SignaturesMissing.unknownKey("0102"), .ofItsPeople(count: 1), .ofThePeopleBefore(count: 1),
            .ofEnrolledPeople(count: 1),
        ]),
        ExampleSet([file, ReleaseFileError(line: 0, .notUTF8)]),
        ExampleSet(parts: [
            ReleaseFileFlaw.unreadable(AnyMessage(VerbatimText("A"))), .tooLong(limit: 9), .notUTF8, .noLineEnd,
            .lineTooLong,
            .controlCharacter, .otherFormat(expected: "healthcard release 1"), .missing("id"), .tooOften("id"),
            .unexpected,
            .value("id", .text), .linesBefore("station", .twice), .fewPeople, .previous, .deed(["destroy", "adopt"]),
            .sharedKey, .signedAlready, .signaturesFull(most: 18), .signerDiffers, .untrusted, .endsBeforeItBegins,
            .validTooLong, .doesNotFit(.release),
        ]),
        ExampleSet(parts: ReleaseFileFlaw.LineFault.allCases),
        ExampleSet(parts: ReleaseFileFlaw.Kind.allCases),
        ExampleSet(parts: [
            ReleaseValueKind.text, .number, .numberFromOne, .time, .day, .dayOrNone, .digest, .digestOrNone, .signature,
            .certificate, .key, .objectIdentifier, .station, .limit(most: 9), .head,
        ]),
    ]

    private static let reason = LedgerReason(code: "writeFailed", text: "A")
    private static let lane = LaneName(number: 1, reader: "A")

    static let lines: [ExampleSet] = [
        ExampleSet([
            LineError.gate(.release(.authorityUnknown("A"))), .noLanes(reason), .noLanes(nil), .ledger(.full(said)),
            .hasRun,
        ]),
        ExampleSet([
            LineViewError.addressTaken("127.0.0.1:1"), .notListening("127.0.0.1:1", SystemReason(99)), .noRandomness,
            .notStarted(SystemReason(11)),
        ]),
        ExampleSet(parts: ViewRefusal.allCases),
        ExampleSet([
            SlotError.noCard, .mute, .stillThere, .inUse("SCARD_E_SHARING_VIOLATION"), .gone("SCARD_E_UNKNOWN_READER"),
            .cancelled,
        ]),
        ExampleSet([
            HandlingError.jammed("A"), .silent(seconds: 5), .ended(.gone), .nonsense(.helloTwice), .slot(.mute),
            .cancelled,
        ]),
        ExampleSet(parts: [
            FeederEnd.noProgram, .noSocket(SystemReason(24)), .notStarted(AnyMessage(SystemReason(2))), .toldToQuit,
            .readsNoMore(SystemReason(32)), .closedOutput, .exited(status: 3), .signalled(9), .gone,
        ]),
        ExampleSet(parts: [
            FeederNonsense.version(2, expected: 1), .readsNothing, .lineTooLong(limit: 4096), .notAnAnswer(bytes: 6),
            .helloTwice, .notAsked(id: 4), .hello(to: "LOAD"), .emptyToUnload,
        ]),
        ExampleSet([
            BatchListsError.file("a", .notAFile), .otherBatch(folder: "a", batch: "B"),
            .otherBatch(folder: "a", batch: nil),
            .ledger(.full(said)),
        ]),
        ExampleSet(parts: [
            ListFileProblem.file(.notMade(SystemReason(13))), .system("A"), .noJSON, .notAFile,
        ]),
        ExampleSet(
            parts: [
                ListText.rejects, .scrap, .packing(point: nil), .packing(point: "A"), .sequence, .row, .idNumber, .chip,
                .state,
                .reason, .code, .voidCard(chip: "01", AnyMessage(reason)), .begun(chip: "01"), .notBegun, .cards(2),
                .rows(1),
                .chips(0),
            ].filter { $0.english.what != "No." }),
        ExampleSet(parts: [
            LineReason.noWork, .boxEmpty, .stopped, .operatorStopped, .operatorStoppedNow, .inputEnded, .finished,
            .cardsWanted(begun: 1), .lanesStopped(last: reason), .lanesStopped(last: nil), .readerStuck(seconds: 30),
            .sameChipTwice, .madeBefore(entry: 3), .chipMade(entry: 3), .chipRejected(entry: 3, reason),
            .chipVoid(entry: 3, reason), .otherBatch("B"), .halfMade, .finishedElsewhere, .noOrder,
            .otherCard(chip: "01"),
            .otherCardInReader(chip: "01"), .cardAway(chip: "01", seconds: 60, code: "cardRemoved"), .notRecorded,
            .notToBeIssued(.attemptOver(attempt: 4)), .sameError(lanes: 2, reason), .inARow(3, reason),
            .transportKeyOfBox(refused: 3, code: "transportKeyRefused"), .transportKey(code: "transportKeyRefused"),
            .chipsFailed(codes: ["writeFailed", "refused"], last: reason), .noReason,
        ]),
        ExampleSet(parts: [
            OpenCardPlace.inLane(lane), .takenOut(lane), .takenOutOrSilent(lane), .rejectTray(lane), .deadReader(lane),
            .notSeen,
        ]),
        ExampleSet(parts: [OpenCardAdvice.goOn, .mayBeFinished, .rescue, .lookForIt]),
        ExampleSet(parts: [BatchChange(row: 2, problem: nil), BatchChange(row: 2, problem: "photoMissing")]),
        ExampleSet(parts: [
            LineViewText.pauseKey, .resumeKey, .stopKey, .stopNowKey, .boxEmptyKey, .made(1), .rejected(1),
            .setAside(1),
            .void(1), .left(1), .rate("3.4"), .timeLeft(LineDuration(seconds: 400)), .state(.making, why: nil),
            .state(.stopped, why: reason), .insertBlank, .insertBegun(["01", "02"], hasMore: true),
            .remove(.made, why: nil),
            .remove(.reject, why: reason), .putBack(chip: "01", why: reason),
            .ledgerTrouble(AnyMessage(VerbatimText("A"))), .stopping, .pausing, .pausedUntilKey, .paused, .moreLanes(2),
            .lane(made: 1, rejected: 2),
        ]),
        ExampleSet(parts: [0, 61, 4000].map { LineDuration(seconds: $0) }),
    ]

    static let testCards: [ExampleSet] = [
        ExampleSet([
            ReportError.evidence(.spelling), .file(path: "a", problem: .noEvidence), .reportDiffers(path: "a"),
            .unsigned(path: "a"), .signature(path: "a", station: "A", problem: .otherKey), .drawing(nil), .drawing("A"),
            .notAdded(.nothingFailed), .library(Examples.library),
        ]),
        ExampleSet(parts: [
            AdditionProblem.noEvidence, .nothingFailed, .otherStation("A"), .otherSoftware, .otherSubject,
            .strangeCard("01"), .otherBuild("01"), .noCard(["01", "02"]),
        ]),
        ExampleSet(parts: [
            EvidenceFlaw.notWritable, .notJSON(format: "3"), .spelling, .checkTwice, .cardTwice, .unknownCheck("a"),
            .unknownCard, .twoResults("a"), .runs, .profileDigest, .digest, .time, .duration,
            .otherStation(signer: "A"),
            .notSigned(by: "A"), .format("3", orUnsigned: "2"), .foreignMembers, .membersMissing, .stationForm,
            .negativeScope, .noCampaignDigest, .campaign(.exists(path: "a")), .differsFromCampaign("maker"),
        ]),
        ExampleSet(parts: [
            SignatureProblem.otherKey, .changed(after: "2026-01-01T00:00:00Z"), .otherStation("A"), .otherStation(nil),
            .otherCampaign,
        ]),
        ExampleSet(parts: [
            CampaignFileProblem.file(.notMade(SystemReason(13))), .system(SystemReason(28)), .notAFolder,
            .existsAlready,
            .notAFile, .earlierNotKept, .missing, .noEvidence, .differs(from: "b"), .signature(.form), .campaignMissing,
            .environmentMissing, .notAnObject(limit: 9), .notCards, .notAnEnvironment, .notJSON,
            .evidence(.notWritable),
        ]),
        ExampleSet(parts: [
            SignatureFileFlaw.notText, .lines(format: "A"), .missing("station"), .form, .spelling,
        ]),
        ExampleSet([
            CampaignError.value(file: "campaign.json", key: "maker", problem: .text),
            .file(path: "a", problem: .notCards),
            .exists(path: "a"), .profileChanged(campaign: "01", now: "02"), .photo(.blank),
        ]),
        ExampleSet(parts: [
            CampaignValueProblem.unknownKey, .missing, .wrongType, .format("1"), .text, .cards(most: 100), .setAside,
            .days,
            .notADay, .testRegion,
        ]),
        ExampleSet([
            SuiteError.noDialect("a", known: ["b", "c"]), .repeatedCheck("a"), .unknownCheck("a", like: []),
            .unknownCheck("a", like: ["b", "c"]),
        ]),
        ExampleSet(parts: Precondition.Kind.allCases.map { Precondition($0, "DF01").holds }),
        ExampleSet(parts: Precondition.Kind.allCases.map { Precondition($0, "DF01").fails }),
        ExampleSet(parts: [
            ReportProblem.edited, .failed(["a"]), .notRun(["a"]), .lacks((1...9).map { "check\($0)" }),
            .strange(["a", "b"]),
            .otherProfile(name: "p"), .noCards, .part([CheckText("the run was stopped", "检测已中止")]), .noCampaign,
            .otherCards(["01", "02"]),
        ]),
    ]
}
