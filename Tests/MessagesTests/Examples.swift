import Files
import HealthCard
import ISO7816
import Messages
import ShangMi
import SystemLibraries
import Threads

@testable import CardProfiles
@testable import Ledger
@testable import PCSC

/// One message of every code of every module, for what is said of all of them.
enum Examples {
    /// What a store or a system said, in no language of ours.
    static let said = AnyMessage(VerbatimText("A"))

    /// A library that few commands need.
    static let library = MissingLibrary(.postgreSQL, missing: "libpq.so.5")

    static let all: [ExampleSet] =
        [
            // Files
            ExampleSet(
                [
                    .missing, .nameNotUTF8, .notPermitted, .notAFile(.folder), .tooLong(limit: 4096),
                    .silent(seconds: 10),
                    .slow(seconds: 12), .exposed, .system(5),
                ].map { InputFileError("a/b", $0) }),
            ExampleSet(parts: InputFileError.Kind.allCases),
            ExampleSet([ThreadError(number: 11)]),
            ExampleSet([library]),
            // ISO7816
            ExampleSet([
                APDUError.commandTooShort(count: 3), .lengthMismatch(count: 7), .responseTooShort(count: 1),
                .dataTooLong(count: 256, maximum: 255), .expectedLengthOutOfRange(257, maximum: 256),
            ]),
            ExampleSet([
                AnswerToResetError.initialCharacter(0), .truncated(expected: .named("TA1")),
                .truncated(expected: .historical(2)),
                .trailingBytes(offset: 9), .tooLong(count: 40), .checkByteMissing, .checkByte(found: 1, expected: 2),
            ]),
            ExampleSet(tlv),
            ExampleSet([
                FileControlInformation.ParseError.tlv(.empty), .notATemplate(0x70),
                .invalidValue(0x80, offset: 4),
            ]),
            ExampleSet([
                RecordTLV.ParseError.truncated(offset: 2), .valueTooLong(count: 256), .trailingBytes(offset: 5),
            ]),
            ExampleSet(ChannelError.Code.allCases.map { ChannelError($0, MalformedAnswer.endless) }),
            ExampleSet([
                CardError.channel(ChannelError(.timeout, PCSCError.removed), header), .status(.fileNotFound, header),
                .malformed(.endless, header), .command(.dataTooLong(count: 256, maximum: 255), header),
            ]),
            ExampleSet(parts: [
                MalformedAnswer.tooShort(bytes: 1), .tooLong(limit: 256), .endless, .length(bytes: 4, expected: 8),
            ]),
            ExampleSet(
                parts: (UInt16.min...UInt16.max).filter { $0 >> 12 == 6 || $0 >> 12 == 9 }.map {
                    StatusWord(rawValue: $0).meaning(for: 0xA4)
                }),
            // ShangMi
            ExampleSet([
                ShangMiError.wrongLength(.digest, expected: 32, actual: 31), .notWholeBlocks(count: 17), .malformedHex,
                .invalidPadding, .invalidPrivateKey, .invalidPublicKey, .userIDTooLong(count: 9000),
                .scryptCost(n: 3, r: 1, p: 1), .sharing(threshold: 3, shares: 2), .notAuthentic,
                .notPEM(expected: .publicKey),
                .wrongPassphrase, .certificate(.otherCurve), .library(call: "EVP_Digest", reason: "unsupported"),
            ]),
            ExampleSet(parts: Measured.allCases),
            ExampleSet(parts: PEMContent.allCases),
            ExampleSet(parts: [
                CertificateFlaw.notX509(limit: 8192), .otherCurve, .otherSignature, .noName, .unusableName,
                .chainLength(count: 9, maximum: 5), .notForSigning, .rootIsNoAuthority, .rootAlone,
                .chainBroken(reason: nil),
                .notForUse(name: "A", use: "1.2.3"),
            ]),
            ExampleSet([
                ProcessObjection.dumpable, .traced(by: 7), .loaderVariable("LD_PRELOAD"), .codeWithoutFile("anonymous"),
                .changeableCode("/x.so"),
            ]),
            // PCSC
            ExampleSet(PCSCError.table.keys.sorted().map { PCSCError(number: $0, function: "SCardConnect") }),
            ExampleSet([
                ReaderChoiceError.noReaders, .noMatch("ACS", readers: ["A", "B"]),
                .ambiguous("A", matches: ["A 1", "A 2"]),
                .choiceNeeded(readers: ["A", "B"]),
            ]),
            ExampleSet([CommandLimitError()]),
            ExampleSet(parts: [MissingAnswer(byteCount: 1)]),
            // CardProfiles
            ExampleSet([EnteredText.Problem.control("\u{7}"), .lost, .garbled]),
            ExampleSet([GBKError.notEncodable("€"), .invalid(offset: 3), .unavailable]),
            ExampleSet(IDNumber.Problem.allCases),
            ExampleSet(parts: items),
            ExampleSet(parts: SpreadsheetDamage.allCases),
            // HealthCard
            ExampleSet(HealthCardError.Code.allCases.map { HealthCardError($0, at: "DF01/EF05", .nobodyMay) }),
            ExampleSet(parts: findings),
            ExampleSet(
                parts: ([
                    .nameless(named: ["name", "code"]), .after("visitTime"), .inFuture, .moreThan("rescueCount"),
                    .longerThanStay,
                ] as [VisitContradiction.Rule]).map { VisitContradiction(item: "drugs[2].dose", rule: $0) }),
            ExampleSet(parts: [
                WriteAdvice.wrongKey(key: "STK_DF02", isProvincial: true, limit: 3, directory: "DF02"),
                .wrongKey(key: nil, isProvincial: false, limit: nil, directory: "DF02"), .otherProfile(key: "UK1_DF02"),
                .otherProtection, .directoryBlocked("DF02"), .cardBlocked, .keyLocked, .challengeLost, .wornChip,
            ]),
            ExampleSet(parts: [
                KeyUse.proveGenuine, .read("DF01"), .erase(["DF01/EF05"]), .update(["DF01/EF05", "DF01/EF06"]),
                .maintain("DF01"), .block("DF01"), .blockCard, .other,
            ]),
            ExampleSet([
                SAMError.wrongPIN(triesLeft: 2), .wrongPIN(triesLeft: 0), .wrongPIN(triesLeft: nil), .refusedBefore,
                .pinBlocked, .lastTry, .pinNeeded(header), .notAPIN, .notASAM(.fileNotFound, header),
                .levelMismatch(key: "RK_DF01"), .anotherProvince(key: "RK_DF01", sam: "43", card: "44"),
                .noSuchFile("x"),
                .refused(.conditionsNotSatisfied, header), .malformed(.mac(bytes: 3, expected: 4), header),
                .channel(ChannelError(.timeout, PCSCError.removed), header),
                .channel(ChannelError(.timeout, PCSCError.removed), nil),
                .command(.dataTooLong(count: 256, maximum: 255), header),
            ]),
            ExampleSet(parts: [
                MalformedSAMAnswer.answer(.endless), .digest(bytes: 1, expected: 32),
                .signature(bytes: 1, expected: 64),
                .ciphertext(bytes: 8, expected: 16), .mac(bytes: 3, expected: 4), .file("0016", bytes: 3, expected: 14),
            ]),
            ExampleSet([
                SecurityModuleError.cipherNeedsHardware(.sm4), .keyNotHeld("RK_DF01"), .provinceUnknown(key: "RK_DF01"),
                .wrongLength(.challenge, bytes: 7, expected: 8),
                .wrongLength(.certificate("sam"), bytes: 7, expected: 8),
                .wrongLength(.field("sam.subject"), bytes: 7, expected: 8), .dataTooLong(bytes: 300, limit: 200),
                .missingValue("notAfter"), .certificateDiffers("sam", field: "notAfter"), .noTestKeys(profile: "p"),
                .notSupported(.signVisits), .notSupported(.protectCommands), .cryptography(.invalidPadding),
                .device("HSM 12"),
                .noSAM, .unfit(.noSigner(.unnamed)), .sam(.pinBlocked),
            ]),
        ] + profiles + content + keyStores + releases + lines + testCards + electronicCard + intake + engine + agent + [
            // Ledger
            ExampleSet([
                LedgerError.unavailable(said), .full(said), .batchChanged(batch: "B"),
                .applicantHasCard(rows: [1, 2]),
                .chipUsed(chip: "0102", entry: 3), .attemptOver(attempt: 4), .releaseUsedUp(limit: 5),
                .releaseRefused(said),
                .stationMemory(said), .refused(.noOrder(rows: [1])), .unknown(said), .damaged(said),
                .misconfigured(said),
            ]),
            ExampleSet(
                parts: ([
                    .notAFile, .noFolder, .notPermitted, .folderNotPermitted, .readOnlyMedium, .tooManyFiles,
                    .notADatabase, .notALedger, .notOpened(code: 14), .notMade(code: 5),
                ] as [LedgerPlaceProblem]).map { LedgerError.place("a.sqlite", $0) }),
            ExampleSet(parts: [
                LedgerPlace.entry(1), .entryOf(1, kind: "seal"), .table("runs"), .row(table: "orders", key: "B/1"),
                .station("A"), .head(station: ""), .head(station: "A"), .countersignatures, .file, .page(2),
                .seal(name: "a.seal"),
                .schema(object: "index a"),
            ]),
            ExampleSet(parts: [
                LedgerRefusal.alreadyVoid(chip: "01", entry: 2, reason: "A", instead: .order(batch: "B")),
                .alreadyVoid(chip: "01", entry: 2, reason: "A", instead: .card(chip: "02", batch: "B")),
                .alreadyVoid(chip: "01", entry: 2, reason: "A", instead: .nothing), .hasOrder(row: 2, batch: "B"),
                .noCardYet(batch: "B", sequence: 1, row: 2),
                .noCardMade(batch: "B", sequence: 1, row: 2),
                .closed(batch: "B", sequence: 1, row: 2, entry: 3, instead: .nothing),
                .noOrder(rows: [1]), .enrolledWithout(batch: "B", rows: [1]), .enrolledWith(batch: "B", rows: [1]),
            ]),
        ]

    private static let header = CommandAPDU(cla: 0, ins: 0xA4, p1: 0, p2: 0).header

    private static let tlv: [BERTLVError] = [
        .truncated(offset: 1), .tagTooLong(offset: 1), .indefiniteLength(offset: 1), .lengthOfLength(0x85, offset: 1),
        .valueTooLong(length: 5, available: 1, offset: 2), .tooDeep(offset: 3), .empty, .trailingBytes(offset: 4),
        .inputTooLong(count: 100_000),
    ]

    private static let findings: [CardFinding] = [
        .link(ChannelError(.timeout, PCSCError.removed)), .command(.malformed(.endless, header)),
        .unaskedData(header, asked: 8, bytes: 9), .noData(header), .challengeLength(bytes: 7, expected: 8),
        .after(.record(2, of: 9), .emptyRecord(2)), .after(.offset(248, of: 3072), .noData(header)),
        .refused(.status(.memoryFailure, header), .wornChip), .refused(.status(.memoryFailure, header), nil),
        .module(.keyNotHeld("RK_DF01")),
        .keyNotHeld(
            holder: .sam(type: "4"), .read("DF01"), key: "RK_DF01",
            samTypes: [SAMTypeTitle(number: "1", title: "A"), SAMTypeTitle(number: "2", title: "B")]),
        .keyNotHeld(holder: .unnamed, .blockCard, key: "BK_CARD", samTypes: []),
        .keyRefused(key: "RK_DF01", .status(.triesLeft(2), header), triesLeft: 2),
        .keyRefused(key: "RK_DF01", .status(.authenticationMethodBlocked, header), triesLeft: nil),
        .anotherKeyRefused(key: "RK_DF01"), .nobodyMay, .keyNotProven(version: 0x13, .fileNotFound, hasNoKey: true),
        .keyNotProven(version: 0x13, .fileNotFound, hasNoKey: false), .wrongAuthentication,
        .answerToReset(.checkByteMissing), .historicalBytes(count: 3, needed: 8), .cardBlocked(.emptyRecord(1)),
        .notAHealthCard(.emptyRecord(1)), .directoryBlocked(permanently: true), .directoryBlocked(permanently: false),
        .cityCodeUnreadable(.emptyRecord(1)), .noCityCode(item: 9, name: "cityCode"), .otherCard, .notIdentified,
        .otherStateShown, .noRecord(7), .recordCount(record: 2, count: 3), .emptyRecord(2), .moreRecords(than: 9),
        .wrongTag(record: 2, found: 36, expected: 35), .wrongItemLength(record: 2, tag: 35, length: 20),
        .recordCutShort(record: 2, left: 3, size: 22), .shortBlock(bytes: 3, offset: 248, end: 3072),
        .endsEarly(byte: 9),
        .doesNotFit(bytes: 9, offset: 1, size: 8), .outOfReach(offset: 40_000, command: "READ BINARY"),
        .pictureWithoutLength, .pictureTooLong(bytes: 4000, limit: 3070), .notWritten(isVisit: true),
        .notWritten(isVisit: false), .indexUnchanged(isVisit: true), .indexUnchanged(isVisit: false), .otherContent,
        .notNoted,
        .profile(.master), .profile(.directory("DF09")), .profile(.file), .profile(.key("K")),
        .profile(.keyOfRole("maintenance", directory: "DF01")), .profile(.internalKey), .profile(.cardBlockKey),
        .profile(.cityCode), .profile(.picturePlace), .profile(.pictureLength), .profile(.way), .profile(.command("x")),
        .profile(.fileCommand), .profile(.incompleteCommand("x")),
        .profile(.unusableCommand("x", TemplateError(.missingHole, "'le' has no value", "“le”没有值"))),
        .profile(.blockableApplication("DF09", known: ["DF01", "DF02"])),
        .contradictions([
            ItemContradiction(item: "documents.documentNumber", problem: .numberOfHolder(code: "01")),
            ItemContradiction(item: "immunizations[1].vaccinationDate", problem: .inFuture),
        ]),
    ]

    private static let items: [ItemError.Problem] = [
        .tooLong(bytes: 7, limit: 6), .notEncodable("€"), .notEncodable("\u{7}"),
        .notInTable(title: "A", codes: ["1", "2"]),
        .unknownTable("t"), .form(title: "A", .fullWidth), .form(title: "A", .spreadsheet(.exponent)),
        .form(title: "A", .character("?")), .form(title: "A", .separator(".", right: "·")),
        .form(title: "A", .digitCount(3, allowed: 2...2)), .form(title: "A", .garbled), .form(title: "A", .noLetter),
        .notDigits, .wrongDigitCount(3, allowed: 6...6),
        .wrongDigitCount(3, allowed: 6...8), .notANumber, .notAnAmount(decimals: 2), .notADate, .notADateTime,
        .notAFlag,
        .idNumber(.length), .notHexadecimal, .notBase64, .wrongLength(bytes: 3, expected: 4), .wrongKind,
        .invalidText(offset: 1), .contentAfterPadding(offset: 1), .invalidDigit(offset: 1),
        .photoLength(bytes: 4000, limit: 3072), .noConverter,
    ]
}
