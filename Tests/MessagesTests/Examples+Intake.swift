import CardProfiles
import Files
import Messages
import Personalization
import Photos

/// Those of the intake of batches.
extension Examples {
    static let intake: [ExampleSet] = [
        // CardProfiles
        ExampleSet(parts: relations),
        // Photos
        ExampleSet(photos),
        // Personalization
        ExampleSet(findings.map { BatchProblem($0, .row(2), item: "name") }),
        ExampleSet(parts: findings),
        ExampleSet(parts: [
            BatchProblem(.table(.quote), .row(2), column: 7), BatchProblem(.file(.noMemory), .file("a.xml")),
            BatchProblem(.file(.noMemory), .record(file: "a.xml", number: 2)),
            BatchProblem(.file(.noRoomForNotes(nil)), .temporaryFolder),
        ]),
        ExampleSet([BatchError([BatchProblem(.table(.columnMissing), .row(1), item: "sex")])]),
        ExampleSet(parts: BatchProblem.Code.allCases),
        ExampleSet(collection),
        ExampleSet(parts: [
            CollectionFinding.noCollector, .text(.lost), .tooLong(limit: 9), .noDocuments, .noGuardianDocuments,
            .notADocument,
        ]),
        ExampleSet(parts: Verifier.allCases),
        ExampleSet(parts: [
            SetAsideReason(problems: []),
            SetAsideReason(problems: [BatchProblem(.row(.missing), .row(2), item: "sex")]),
        ]),
    ]

    private static let collection: [CollectionError] = [
        .off, .folderMissing(path: "/a"), .inUse(path: "/a"), .exposed(path: "/a", SystemReason(1)),
        .notKept(file: "a.csv", SystemReason(28)), .unreadable(file: "a.csv", .missing),
        .noBatch(BatchError([BatchProblem(.file(.noMemory), .file("batch.json"))])), .folderName("a b"), .batchInRoot,
        .otherColumns(file: "a.csv"), .filesApart, .handedOver, .tooMany(limit: 9), .noSuchBatch, .noSuchDraft,
        .noSuchApplication, .draftUnreadable, .tooManyDrafts(limit: 9), .incomplete(count: 2), .photoChanged, .noPhoto,
        .draftsOpen(count: 1), .nothingCollected, .batchRefused(count: 3),
    ]

    private static let relations: [ValueRelationProblem] = [
        .birthDateOfNumber(column: "idNumber"), .sexOfNumber(column: "idNumber"), .numberOfHolder(code: "01"),
        .birthAfterIssue, .beforeBirth, .afterIssue, .inFuture, .endsBeforeIssue,
    ]

    private static let photos: [PhotoFlaw] = [
        .missing, .otherFormat("png"), .ambiguous, .unreadable, .empty, .fileTooLong(bytes: 9, limit: 8), .notJPEG,
        .damaged,
        .tooManyPixels(width: 1, height: 2, limit: 1), .printColours,
        .tiny(width: 1, height: 2, neededWidth: 3, neededHeight: 4), .wrongRatio(width: 1, height: 2, cropped: 50),
        .grey, .blank, .doesNotFit(limit: 3072), .library(Examples.library),
    ]

    private static let place = RecordPlace(file: "XZY_HKXX_1.XML", record: 3)

    private static let findings: [BatchFinding] =
        files.map { .file($0) } + manifest.map { .manifest($0) } + tables.map { .table($0) } + rows.map { .row($0) }
        + guardians.map { .guardian($0) } + replies.map { .reply($0) } + verification.map { .verification($0) }
        + photos.map { .photo(PhotoFinding($0)) } + choices.map { .choice($0) }

    private static let files: [FileFinding] =
        [
            .noManifest(.missing), .unreadable(.notPermitted), .namedOtherwise(["a.csv"]),
            .otherOfAlmostTheName(["A.csv"]),
            .linkToNothing, .photoFolders(["photo", "photos"]), .noMemory, .empty, .changed, .noRoomForNotes(13),
            .noRoomForNotes(nil), .tooDeep(limit: 3), .batchNotListed, .folderNotListed, .tooManyEntries(limit: 9),
            .tooManyFiles(limit: 9), .nameNotUTF8, .notExamined(13), .brokenLink(2), .otherUnreadable(.notPermitted),
            .otherUnreadable(.system(5)),
        ] + ReplyLikeness.allCases.map { .mayBeReply($0) }

    private static let manifest: [ManifestFinding] = [
        .tooLong(limit: 9), .notAnObject, .notJSON(AnyMessage(of: InputFileError("a", .missing))), .keyMissing,
        .keyUnknown,
        .blank, .text(.lost), .notDigits, .notADate, .notOneOf(["formal", "test"]), .notObjects,
        .validUntilBeforeIssue, .authorityTwice, .approvalAfterIssue, .approvalMissing(by: "health"),
        .approvalUnknown(known: ["health", "finance"]), .value(.notDigits), .profileIsAFile,
        .profileUnusable(AnyMessage(of: InputFileError("a", .missing))), .unknownField,
    ]

    private static let tables: [TableFinding] =
        [
            .columnUnknown, .columnRepeated, .columnMissing, .valueWithoutColumn, .fieldCount(3, header: 4), .quote,
            .notUTF8, .emptyLines(limit: 9), .fieldTooLong(limit: 9), .roundedColumn(numbers: 4),
            .spreadsheet(values: 3, columns: ["phone1", "phone2"], hasMore: true),
            .spreadsheet(values: 1, columns: ["phone1"], hasMore: false),
        ] + tableForms.map { .form($0) }

    private static let tableForms: [TableForm] = [
        .workbook, .oldWorkbook, .openWorkbook, .archive, .document, .html, .xml, .json, .utf16, .nul,
        .separatorLine, .separator("|"), .noTable, .noRows,
    ]

    private static let rows: [RowFinding] =
        [
            .missing, .missingInEntry, .value(.notADate), .value(.wrongKind), .damaged(.exponent), .text(.lost),
            .notOneOf(["online", "counter"]), .testRegion("99"), .notTestRegion("99"), .duplicate(earlier: 2),
        ] + relations.map { .relation($0) }

    private static let guardians: [GuardianFinding] = [
        .missing(childBelow: 16), .missing(childBelow: nil), .name(.fullWidth), .number(.length), .damaged(.formula),
        .applicant, .belowAge(years: 18), .relation(title: "A", codes: ["1", "2"]),
    ]

    private static let replies: [ReplyFinding] =
        [
            .unopened(.notPermitted), .unread(Examples.library), .otherCharacters(.notUTF8(isDeclared: true, byte: 9)),
            .otherCharacters(.notUTF8(isDeclared: false, byte: 9)), .otherCharacters(.isUTF8), .foreignBytes(line: 3),
            .notXML(line: 3), .notReadToItsEnd(.file(.system(5))), .packetNumber,
            .packetType(expected: "11", isException: true), .packetType(expected: "02", isException: false),
            .recordCount(announced: 3, found: 4), .recordCount(announced: nil, found: 4), .headElement,
            .tooManyRecords(1001, limit: 1000), .recordNumber, .lacks(idElement: "ZJHM", nameElement: "XM"),
            .notAnIdentityNumber, .repeated(record: 3, isSameFile: true), .repeated(record: 3, isSameFile: false),
            .contradiction(record: 3, file: "XZY_HKXX_1.XML", .police), .unattributed(hasShape: true, .bank),
            .unattributed(hasShape: false, .police), .stranger(.bank),
        ] + RecordFlaw.allCases.map { .record($0) }
        + [
            ReplyStop.file(.notPermitted), .notXML, .fourByteCharacters, .encoding, .tags(limit: 9), .text(limit: 9),
            .tag(limit: 9), .comment(limit: 9),
        ].map { .stopped($0) }

    private static let verification: [VerificationFinding] = [
        .inNoReply(.police), .dot(place, .bank, right: "·"), .spelling(place, .police), .otherName(place, .bank),
        .refusedByBank(place, reason: "A"), .refusedByBank(place, reason: nil), .noSuchNumber(place),
        .otherPoliceName(place), .policeException(place, code: "77"), .policeException(place, code: nil),
    ]

    private static let choices: [ChoiceFinding] = [
        .notARow, .noSuchRow(9), .noSuchApplicant(line: 2), .notARowAndReason, .numberForRow, .rowTwice(9),
        .reason(.blank),
        .reason(.tooLong(limit: 200)), .reason(.idNumber), .reason(.damaged(.formula)), .reason(.text(.lost)),
        .notInBatch,
    ]
}
