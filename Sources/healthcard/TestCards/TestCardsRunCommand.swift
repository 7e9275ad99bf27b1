import ArgumentParser
import CardProfiles
import Foundation
import ISO7816
import PCSC
import Releases
import TestCards

struct TestCardsRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Put cards to every check of the suite and write the evidence.",
        discussion: """
            A campaign's cards, in readers:   healthcard testcards run CAMPAIGN --reader all
            A campaign's virtual cards:       healthcard testcards run CAMPAIGN --lanes virtual
            Any card, met for the first time: healthcard testcards run --reader NAME [--set-aside]
            What the suite says to a mistake: healthcard testcards run --lanes virtual:1 --fault NAME

            Destructive checks are done on cards set aside alone, and last. Exit code 7: a check failed, or was not run.
            """)

    @Argument(help: "The campaign's folder. Without it any card is judged by the profile.")
    var folder: String?

    @Option(
        name: .shortAndLong, parsing: .upToNextOption,
        help: "The readers the cards are in: all, or names, parts of names, numbers. Default: all but the SAM's.")
    var reader: [String] = []

    @Option(
        name: .long,
        help: "virtual: the campaign's virtual chips in this process; virtual:N: N cards made for the purpose.")
    var lanes: String?

    @OptionGroup var faultOptions: FaultOptions
    @OptionGroup var profileOptions: ProfileOptions

    @Option(name: .long, help: "The dialect of the card. Default: the campaign's, else the profile's own.")
    var dialect: String?

    @Flag(name: .long, help: "Without a campaign: the card may be spoiled, destructive checks are done.")
    var setAside = false

    @Option(name: .long, help: "Writes of the endurance checks; without it there are none.")
    var endurance: Int?

    @Option(name: .long, parsing: .singleValue, help: "Only checks whose name begins with this; may be repeated.")
    var only: [String] = []

    @Option(name: .long, help: "Who tests. Default: the campaign's tester, else the user's name.")
    var tester: String?

    @Option(name: .long, help: "The evidence. Default: evidence.json in the campaign's folder, else none.")
    var out: String?

    @Flag(name: .long, help: "A line of JSON for each result on standard output, and a summary.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        guard lanes == nil || reader.isEmpty else {
            throw ValidationError(Terminal.text("give --lanes or --reader", "--lanes 与 --reader 请只给其一"))
        }
        guard faultOptions.fault.isEmpty || lanes != nil else {
            throw ValidationError(
                Terminal.text("--fault belongs to --lanes virtual:N", "--fault 须与 --lanes virtual:N 同用"))
        }
        guard endurance.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError(Terminal.text("--endurance takes 1 to 1,000,000", "--endurance 应为 1 至 1000000"))
        }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        if faultOptions.listFaults { return FaultOptions.list() }
        let campaign = try folder.map { try CampaignFolder(path: $0) }
        let profile = try campaign.map { try $0.testProfile() } ?? profileOptions.load(testKeys: true)
        try campaign?.campaign.check(profile)
        var options = SuiteOptions()
        options.enduranceWrites = endurance ?? 0
        options.only = only
        let suite = try ConformanceSuite(
            profile: profile, dialect: dialect ?? campaign?.campaign.dialect, options: options)
        let source = TestCardSource(
            campaign: campaign, profile: profile, dialect: suite.dialect.name, faults: try faultOptions.load(),
            isSetAside: setAside)
        let evidence =
            try lanes.map { try source.virtual($0) { try judge($0, suite, campaign, reader: "virtual") } }
            ?? source.inReaders(reader) { cards, name in try judge(cards, suite, campaign, reader: name) }
        try conclude(evidence, campaign)
    }

    private func judge(
        _ cards: [CardInHand], _ suite: ConformanceSuite, _ campaign: CampaignFolder?, reader: String
    ) throws -> SuiteEvidence {
        let view = SuiteView(isJSON: json, isQuiet: quiet, cards: cards.count)
        let isStopped = StopSignal()
        defer { isStopped.end() }
        let start = Self.now
        let findings = suite.run(cards: cards, isCancelled: { isStopped.isRaised }, progress: view.show)
        view.finish()
        let about = campaign?.campaign
        return SuiteEvidence(
            profileDigest: Hex.encode(suite.profile.cardDigest).lowercased(),
            softwareDigest: EngineIdentity.current.softwareDigest, campaignDigest: campaign?.digest ?? "",
            maker: about?.maker ?? "-", product: about?.product ?? "-", productVersion: about?.productVersion ?? "-",
            dialect: suite.dialect.name, reader: reader, tester: tester ?? about?.tester ?? NSUserName(),
            startedAt: start, finishedAt: Self.now, cards: findings.cards, checks: suite.list,
            results: findings.results, times: findings.times)
    }

    private static var now: String { Date().formatted(Date.ISO8601FormatStyle()) }

    private struct Summary: Encodable {
        let verdict: ReportVerdict
        let cards: Int
        let checks: Int
        let passed: Int
        let failed: Int
        let notApplicable: Int
        let notRun: Int
        let evidenceDigest: String
    }

    private func conclude(_ evidence: SuiteEvidence, _ campaign: CampaignFolder?) throws {
        let report = try Report(evidence)
        if let path = out ?? campaign?.evidencePath {
            let bytes = try evidence.fileBytes()
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
                throw Failure(.badInput, Terminal.text("\(path) cannot be written", "无法写入 \(path)"))
            }
        }
        let summary = Summary(
            verdict: report.verdict, cards: evidence.cards.count, checks: report.checks.count,
            passed: report.checks(.passed), failed: report.checks(.failed),
            notApplicable: report.checks(.notApplicable), notRun: report.checks(.notRun),
            evidenceDigest: report.evidenceDigest)
        if json {
            try Terminal.printLine(json: summary)
        } else {
            Terminal.print(
                Terminal.text(
                    "\(summary.checks) checks on \(summary.cards) card(s): \(summary.passed) passed, \(summary.failed) failed, \(summary.notApplicable) not applicable, \(summary.notRun) not run",
                    "\(summary.cards) 张卡、\(summary.checks) 项检测：通过 \(summary.passed)，不通过 \(summary.failed)，不适用 \(summary.notApplicable)，未执行 \(summary.notRun)"
                ))
        }
        try Terminal.checkOutput()
        switch report.verdict {
        case .passed: return
        case .failed:
            throw Failure(.partFailed, Terminal.text("\(summary.failed) check(s) failed", "\(summary.failed) 项检测不通过"))
        case .incomplete:
            throw Failure(
                .partFailed,
                Terminal.text("\(summary.notRun) check(s) were not run", "\(summary.notRun) 项检测未执行"))
        }
    }
}
