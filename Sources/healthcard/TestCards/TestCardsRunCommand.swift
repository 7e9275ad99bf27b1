import ArgumentParser
import CardProfiles
import Foundation
import ISO7816
import Messages
import PCSC
import ReaderLibraries
import Releases
import TestCards

struct TestCardsRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Put cards to every check of the suite and write the evidence.",
        discussion: """
            Destructive checks are done on cards set aside only, and last. This station signs the evidence. The whole \
            suite on a campaign's cards is kept in CAMPAIGN/evidence.json (what was there moves to CAMPAIGN/earlier); \
            a run with --only, --case or --fault, or one that was stopped, in a folder of its own in CAMPAIGN/parts. \
            --failed adds its results to CAMPAIGN/evidence.json, which keeps both. Exit code 7: a check failed, or was \
            not run, or the run was not the whole suite.
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

    @Option(
        name: .customLong("case"), parsing: .singleValue,
        help: ArgumentHelp("Run only the check of this name (`testcards list`); may be repeated.", valueName: "check"))
    var cases: [String] = []

    @Flag(
        name: .long,
        help: ArgumentHelp(
            """
            Run only what failed in the campaign's evidence, and what could not be run because of it, on the same \
            cards; the results are added to the evidence.
            """
        ))
    var failed = false

    @Option(name: .long, help: "Who tests. Default: the campaign's tester, else the user's name.")
    var tester: String?

    @Option(name: .long, help: "A new file for the evidence. Default: in the campaign's folder, else none.")
    var out: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder of the station that signs the evidence; made when it is missing.",
            discussion: "Default: HEALTHCARD_STATION, else that of this user."))
    var station: String?

    @Flag(name: .long, help: "A line of JSON for each result on standard output, and a summary.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        guard lanes == nil || reader.isEmpty else {
            throw ValidationError(Terminal.words(TestCardRunText.lanesOrReader))
        }
        guard faultOptions.fault.isEmpty || lanes != nil else {
            throw ValidationError(
                Terminal.words(TestCardRunText.faultWithout))
        }
        guard
            !failed
                || folder != nil && only.isEmpty && cases.isEmpty && out == nil && dialect == nil
                    && faultOptions.fault.isEmpty
        else { throw ValidationError(Terminal.words(TestCardRunText.failedForm)) }
        guard endurance.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError(Terminal.words(TestCardRunText.enduranceForm))
        }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        if faultOptions.listFaults { return FaultOptions.list() }
        let campaign = try folder.map { try CampaignFolder(path: $0) }
        let profile = try campaign.map { try $0.testProfile() } ?? profileOptions.load(testKeys: true)
        try campaign?.campaign.check(profile)
        let desk = try EvidenceDesk(campaign, out: out, station: station)
        let again = try failed ? campaign.map { try RunAgain($0, desk, profile) } : nil
        var options = SuiteOptions()
        options.enduranceWrites = endurance ?? again?.enduranceWrites ?? 0
        options.only = only
        options.cases = again?.checks ?? Set(cases)
        let suite = try ConformanceSuite(
            profile: profile, dialect: dialect ?? campaign?.campaign.dialect, options: options)
        let faults = try faultOptions.load()
        let source = TestCardSource(
            campaign: campaign, profile: profile, dialect: suite.dialect.name, faults: faults, isSetAside: setAside)
        let whole = try ConformanceSuite(profile: profile, dialect: suite.dialect.name).list.count
        let scope = SuiteScope(
            suiteChecks: whole, only: only + (again?.checks ?? Set(cases)).sorted(), faults: faults.map(\.name).sorted()
        )
        let evidence =
            try lanes.map { try source.virtual($0) { try judge($0, suite, scope, desk, again, reader: "virtual") } }
            ?? source.inReaders(reader) { cards, name in try judge(cards, suite, scope, desk, again, reader: name) }
        try conclude(evidence, desk)
    }

    private func judge(
        _ cards: [CardInHand], _ suite: ConformanceSuite, _ scope: SuiteScope, _ desk: EvidenceDesk,
        _ again: RunAgain?, reader: String
    ) throws -> SuiteEvidence {
        let view = SuiteView(isJSON: json, isQuiet: quiet)
        let isStopped = try StopSignal()
        defer { isStopped.end() }
        let start = Self.now
        let findings = suite.run(
            cards: cards, wanted: again.map { again in { again.wants($0, on: $1) } },
            isCancelled: { isStopped.isRaised }, progress: view.show)
        view.finish()
        let about = desk.campaign?.campaign
        let tester = tester ?? about?.tester ?? NSUserName()
        if let again, !isStopped.isRaised {
            return try again.added(
                findings,
                SuiteRun(
                    startedAt: start, finishedAt: Self.now, tester: tester, reader: reader,
                    equipment: Self.equipment(cards), cards: [], cases: [], addedTo: nil))
        }
        return SuiteEvidence(
            station: desk.station, chip: about?.chip ?? "-", campaign: about, environment: desk.environment,
            equipment: Self.equipment(cards),
            scope: SuiteScope(
                suiteChecks: scope.suiteChecks, only: scope.only, faults: scope.faults, isStopped: isStopped.isRaised),
            profileDigest: Hex.encode(suite.profile.cardDigest).lowercased(),
            softwareDigest: EngineIdentity.current.softwareDigest, campaignDigest: desk.campaign?.digest ?? "",
            maker: about?.maker ?? "-", product: about?.product ?? "-", productVersion: about?.productVersion ?? "-",
            dialect: suite.dialect.name, reader: reader, tester: tester,
            startedAt: start, finishedAt: Self.now, cards: findings.cards, checks: suite.list,
            results: findings.results, times: findings.times, traffic: findings.traffic)
    }

    static var now: String { Date().formatted(Date.ISO8601FormatStyle()) }

    /// The readers of the cards that are in one, as their drivers tell.
    private static func equipment(_ cards: [CardInHand]) -> TestEquipment {
        let readers = cards.compactMap { ($0.channel as? any ReaderConnection)?.reader }
        let service = readers.isEmpty ? nil : try? SystemReaders().service()
        return TestEquipment(
            readers: readers.compactMap { name in service.map { EnvironmentCapture.reader(name, $0) } },
            serviceVersion: readers.isEmpty ? "" : EnvironmentCapture.serviceVersion(),
            engineVersion: EngineIdentity.currentVersion)
    }

    private struct Summary: Encodable {
        let verdict: ReportVerdict
        let cards: Int
        let checks: Int
        let passed: Int
        let failed: Int
        let notApplicable: Int
        let notRun: Int
        /// Of the failures.
        let causes: Int
        /// Results that failed in an earlier run of the same evidence, and were passed now.
        let failedBefore: Int
        let isWhole: Bool
        let evidenceDigest: String
        /// Where the evidence is, and who signed it; nil where none is kept.
        let evidence: String?
        let station: String?
    }

    private func conclude(_ evidence: SuiteEvidence, _ desk: EvidenceDesk) throws {
        let report = try Report(evidence)
        let path = try desk.keep(evidence)
        let summary = Summary(
            verdict: report.verdict, cards: evidence.cards.count, checks: report.checks.count,
            passed: report.checks(.passed), failed: report.checks(.failed),
            notApplicable: report.checks(.notApplicable), notRun: report.checks(.notRun),
            causes: report.causes.count, failedBefore: report.cured.count,
            isWhole: report.isWhole, evidenceDigest: report.evidenceDigest, evidence: path,
            station: path.map { _ in desk.station.description })
        if json {
            try Terminal.printLine(json: summary)
        } else {
            Terminal.print(
                TestCardRunText.summary(
                    checks: summary.checks, cards: summary.cards, passed: summary.passed, failed: summary.failed,
                    notApplicable: summary.notApplicable, notRun: summary.notRun))
            ReportText.sayCauses(report)
            if let path {
                Terminal.print(
                    TestCardRunText.evidence(station: "\(desk.station)", path: path))
            }
        }
        try Terminal.checkOutput()
        switch report.verdict {
        case .passed: return
        case .failed:
            throw Failure(.partFailed, TestCardRunText.failed(count: summary.failed))
        case .incomplete where !report.missing.isEmpty:
            throw Failure(
                .partFailed,
                PartialRunText(missing: report.missing.map(\.text)))
        case .incomplete:
            throw Failure(
                .partFailed,
                TestCardRunText.notRun(count: summary.notRun))
        }
    }
}
