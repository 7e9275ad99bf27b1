import CardProfiles
import ElectronicCard
import Messages
import ShangMi

extension Examples {
    static let electronicCard: [ExampleSet] = [
        ExampleSet([
            ElectronicCardError.number(.length), .number(.characters), .identityNumber(.checkDigit),
            .name(.length(limit: 255)), .name(.character(.lost)), .keyNotHeld(.root), .keyNotHeld(.protection),
            .keyFile(path: "a/b"), .cryptography(.malformedHex), .device(.closed), .notForTests(.productionBatch),
            .notForTests(.realPerson(row: 7)), .picture(reason: "Error 403"), .library(Examples.library),
            .clockMemory(path: "a/b"),
        ]),
        ExampleSet([
            HSMError.unreachable(111), .address, .timeout(seconds: 5), .closed, .refused(code: "15"), .malformed,
        ]),
        ExampleSet(platform),
        ExampleSet(parts: Standing.allCases),
        ExampleSet(parts: UnknownReason.allCases),
        ExampleSet(parts: PaymentService.allCases),
        ExampleSet(parts: PlatformRefusal.allCases),
        ExampleSet(parts: [IdentityDifference.documentType, .number, .mainIndex, .name(.separator)]),
        ExampleSet(parts: [
            NameDifference.separator, .spelling, .rareCharacters([2, 3]), .characters([1]), .characters([]),
        ]),
        ExampleSet(parts: CardAttribute.allCases.map { Known.value($0) } + [.other("7")]),
        ExampleSet(parts: CardStatus.allCases),
        ExampleSet(parts: CardLink.allCases),
        ExampleSet(parts: HolderRelation.allCases),
    ]

    private static let platform: [PlatformError] = [
        .address, .unreachable, .timeout(seconds: 15), .certificate, .tls, .cut, .tooLong(limit: 1 << 20),
        .http(status: 500), .malformed, .answerSignature, .answerClock(seconds: -3600), .answerReplayed,
        .refused(.notFound, code: "2001"), .notOffered(.registerNewborn), .credentials(path: "a/b", entry: "appId"),
        .dialect(path: "a/b", reason: "codes.done"), .queue(path: "a/b"), .queueFull(path: "a/b", limit: 1000),
        .noLibrary, .cryptography(.malformedHex),
    ]
}
