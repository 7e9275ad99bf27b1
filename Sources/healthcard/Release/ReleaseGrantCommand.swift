import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Messages
import Personalization
import Releases
import ShangMi
import TestCards

struct ReleaseGrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Sign a release for production cards, on the basis of a test report without failures.",
        discussion: """
            Refused (exit code 8) for a report that has failures, was edited, or is not of the whole suite, and for \
            evidence that no enrolled station has signed (--evidence-station, --evidence-stations). Manufacturer, \
            product, version and dialect are those of the report. A limit counts in one ledger: bind it to that ledger \
            with --ledger-id, or to stations, or each ledger has a limit of its own (`healthcard release station`).
            """)

    @Option(
        name: .long,
        help: "The test report: report.json, with evidence.json and its signature next to it or one folder up.")
    var report: String

    @OptionGroup var evidenceStationOptions: EvidenceStationOptions

    @OptionGroup var signerOptions: SignerOptions

    @Option(name: .long, help: "The authority's name. Default: the name in --certificate.")
    var authorityName: String?

    @Option(name: .long, help: "The last day, YYYY-MM-DD, Beijing time.")
    var validUntil: String

    @Option(name: .long, help: "The first day, YYYY-MM-DD. Default: today.")
    var validFrom: String?

    @Option(name: .long, help: "How many cards may be produced in all. Default: no limit.")
    var limit: Int?

    @Option(
        name: .long, help: "A station that may produce them, NAME or NAME@FINGERPRINT; may be repeated. Default: any.")
    var station: [String] = []

    @Option(name: .long, help: "The only ledger they may be entered in. Default: any.")
    var ledgerId: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The last entry of that ledger, as `release station` prints it: a ledger without it is refused, so that \
            a limit granted in parts keeps counting.
            """, valueName: "seq:hash"))
    var afterHead: String?

    @Option(name: .long, help: "The release's name. Default: R- and the beginning of the report's digest.")
    var id: String?

    @Option(name: .long, help: "The version of the software that personalized the test cards, if it is not this one.")
    var engineVersion: String?

    @Flag(name: .long, help: "Allow only that very build, not every build of its version.")
    var sameBuild = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The authority's last revocation list: production then requires it or a later one.", valueName: "file"))
    var revocations: String?

    @OptionGroup var profileOptions: ProfileOptions

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            """
            Checks that may be missing because the readers cannot do them: a name, or a part of one between dots, \
            such as power-cut; may be repeated.
            """, valueName: "check"))
    var acceptNotRun: [String] = []

    @Option(name: .long, help: "The file to create.")
    var out: String

    mutating func run() throws {
        let filed = try filedReport()
        let found = filed.report.evidence
        let certificates = try signerOptions.certificates()
        guard let authority = authorityName ?? certificates.first?.name else {
            throw Failure(.usage, GrantText.authorityNameMissing)
        }
        let digest = filed.digest
        var terms = ReleaseTerms(
            id: id ?? "R-" + digest.prefix(12), maker: found.maker, product: found.product,
            productVersion: found.productVersion, dialect: found.dialect,
            profile: ProfileFingerprint(try profileOptions.load(testKeys: false)), reportDigest: digest,
            validFrom: try day(validFrom, "--valid-from") ?? today(),
            validUntil: try day(validUntil, "--valid-until") ?? today(), authority: authority, signedAt: .now)
        terms.limit = limit
        // What was let pass is signed with it.
        terms.acceptedNotRun = Set(acceptNotRun).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        terms.stations = try station.map(Self.station)
        terms.ledger = ledgerId
        terms.ledgerHead = try afterHead.map(Self.head)
        terms.engineVersion = try engine(of: found)
        terms.softwareDigest = sameBuild ? found.softwareDigest : nil
        if let revocations {
            terms.revocationNumber = try ReleaseFiles.explained(revocations) {
                try RevocationList(ReleaseFiles.read(revocations)).number
            }
        }
        let signer = try signerOptions.open()
        // What was taken back here is wanted by production, whether or not its list was named.
        let last = try RevocationMemory(of: signer.publicKey).last()?.number ?? 0
        terms.revocationNumber = max(terms.revocationNumber, last)
        let release = try sign(terms, signer, certificates)
        try ReleaseOutput.create(out, release.bytes)
        if terms.limit != nil, terms.ledger == nil {
            Terminal.note(
                GrantText.limitPerLedger)
        }
        // Nobody signs it unawares.
        if !filed.report.cured.isEmpty {
            Terminal.note(TestCardRunText.failedBefore(count: filed.report.cured.count))
        }
        Terminal.print(Terminal.words(GrantText.released) + "\(terms.id) \(release.digest)")
    }

    private func sign(
        _ terms: ReleaseTerms, _ signer: some ReleaseSigner, _ certificates: [SM2Certificate]
    ) throws -> Release {
        do {
            return try terms.signed(by: signer, certificates: certificates)
        } catch let error as ReleaseFileError {
            throw Failure(.usage, error.flaw)
        }
    }

    /// The report, which must be to the byte what its evidence gives, and that a whole suite's without a failure.
    private func filedReport() throws -> FiledReport {
        let filed: FiledReport
        do throws(ReportError) {
            filed = try FiledReport(path: report)
        } catch {
            if case .file = error { throw Failure(.badInput, error) }
            throw Failure(.notAllowed, error)
        }
        try evidenceStationOptions.check(filed)
        let review = try EvidenceReview(
            filed.report.evidence, formal: profileOptions.load(testKeys: false),
            test: profileOptions.load(testKeys: true), accepting: acceptNotRun)
        guard review.problems.isEmpty else {
            throw Failure(.notAllowed, review.problems.map { $0.text(in: Terminal.language) }.joined(separator: "\n"))
        }
        return filed
    }

    /// The report names the build; which version that is, is known of this one alone.
    private func engine(of found: SuiteEvidence) throws -> String {
        if let engineVersion { return engineVersion }
        guard found.softwareDigest == EngineIdentity.current.softwareDigest else {
            throw Failure(
                .usage,
                GrantText.otherBuild)
        }
        return EngineIdentity.currentVersion
    }

    private static func head(_ text: String) throws -> ReleaseTerms.LedgerHead {
        guard let head = ReleaseTerms.LedgerHead(text) else {
            throw Failure(
                .usage,
                GrantText.headForm)
        }
        return head
    }

    private static func station(_ text: String) throws -> ReleaseTerms.StationName {
        guard let station = ReleaseTerms.StationName(text) else {
            throw Failure(
                .usage,
                GrantText.stationForm)
        }
        return station
    }

    private func day(_ text: String?, _ option: String) throws -> CalendarDate? {
        guard let text else { return nil }
        guard let day = CalendarDate(text) else {
            throw Failure(.usage, GrantText.dayForm(option: option))
        }
        return day
    }

    private func today() throws -> CalendarDate {
        guard let day = ReleaseTime.now.day else { throw Failure(.bug, "the clock says no date") }
        return day
    }
}
