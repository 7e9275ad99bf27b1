import ShangMi
import TestCards

/// Evidence written by hand: two cards, every verdict, and texts that would break a careless writer.
enum SampleEvidence {
    static let digest = String(repeating: "0123456789abcdef", count: 4)

    static func check(_ id: String, _ family: CheckFamily, isDestructive: Bool = false) -> CheckDescription {
        CheckDescription(
            id: id, family: family, title: CheckText("Title of <\(id)> & \"more\"", "标题“\(id)”<&>"),
            clause: "card-facts §1.3; protocol §5", expectation: CheckText("status 6982", "状态字 6982"),
            isDestructive: isDestructive)
    }

    static let checks = [
        check("answerToReset.check-byte", .answerToReset), check("access.DDF1/EF05.read.without-key", .access),
        check("robustness.extended", .robustness), check("blocking.DF01", .blocking, isDestructive: true),
    ]

    static func results(failing: Bool, blocked: CheckVerdict = .passed) -> [CheckResult] {
        let fine = CheckText("as expected", "与预期一致")
        func result(_ check: Int, _ card: String, _ verdict: CheckVerdict) -> CheckResult {
            let isFailed = verdict == .failed
            return CheckResult(
                check: checks[check].id, card: card, verdict: verdict,
                got: isFailed
                    ? CheckText("9000 </failure> \u{1} & \"", "状态字 9000 <脚本>\u{0}") : fine,
                exchanges: isFailed
                    ? [
                        CheckExchange(command: "RESET", response: "3B8D8001"),
                        CheckExchange(command: "00A40000023F00", response: "9000"),
                        CheckExchange(
                            command: String(repeating: "A5", count: 4000), response: "link: <gone> & \"lost\""),
                    ] : [])
        }
        return [
            result(0, cards[0].serial, .passed), result(0, cards[1].serial, .passed),
            result(1, cards[0].serial, failing ? .failed : .passed), result(1, cards[1].serial, .passed),
            result(2, cards[0].serial, .notApplicable), result(2, cards[1].serial, .notApplicable),
            result(3, cards[1].serial, blocked),
        ]
    }

    static let cards = [
        TestedCard(
            serial: "0102030405060708", answerToReset: "3B8D80010102030405060708524843000110", isSetAside: false),
        TestedCard(serial: "1112131415161718", answerToReset: "3B8D80011112131415161718524843000110", isSetAside: true),
    ]

    /// A station made for the tests.
    static func signer(_ name: String = "desk-1") throws -> EvidenceSigner {
        let key = try SM2.PrivateKey.generate()
        return EvidenceSigner(name: name, publicKey: key.publicKey) { try key.deterministicSign(message: $0) }
    }

    static let station = EvidenceStation(name: "desk-1", fingerprint: digest)

    static func evidence(
        station: EvidenceStation = station, scope: SuiteScope = SuiteScope(suiteChecks: 4), chip: String = "THD86",
        campaign: Campaign? = nil, environment: EnvironmentRecord? = nil, campaignDigest: String = "",
        failing: Bool = false, blocked: CheckVerdict = .passed, results: [CheckResult]? = nil,
        checks: [CheckDescription] = checks, cards: [TestedCard] = cards, maker: String = "示范制卡厂 <&>",
        startedAt: String = "2026-11-25T09:00:00Z",
        times: [OperationTimes] = [
            OperationTimes(operation: "select", microseconds: [900, 1100, 950, 40_000], limit: 20_000),
            OperationTimes(operation: "read DDF1/EF05", microseconds: [12_000, 11_000, 0], limit: nil),
            OperationTimes(operation: "never", microseconds: [], limit: nil),
        ],
        traffic: [CardTraffic]? = [
            CardTraffic(
                card: "0102030405060708", commands: 30_000, resets: 2500, powerUps: 60, bytesSent: 500_000,
                bytesReceived: 400_000)
        ]
    ) -> SuiteEvidence {
        SuiteEvidence(
            station: station, chip: chip, campaign: campaign, environment: environment,
            equipment: TestEquipment(
                readers: [
                    EnvironmentRecord.Reader(
                        name: "Reader <1>", vendor: "V & Co", driverVersion: "1.2.3", serialNumber: "77")
                ], serviceVersion: "pcsc-lite 2.0.0", engineVersion: "0.2.0"),
            scope: scope, profileDigest: digest, softwareDigest: digest, campaignDigest: campaignDigest, maker: maker,
            product: "COS-X",
            productVersion: "2.1", dialect: "iso7816-9", reader: "virtual", tester: "张三", startedAt: startedAt,
            finishedAt: "2026-11-25T09:12:30Z", cards: cards, checks: checks,
            results: results ?? self.results(failing: failing, blocked: blocked), times: times, traffic: traffic)
    }
}
