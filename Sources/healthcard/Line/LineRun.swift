import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Messages
import PCSC
import Personalization
import Production
import Releases
import ShangMi
import Synchronization
import TestCards

/// One run of a production line: check the batch, enrol it, make its cards, write its lists.
struct LineRun {
    let source: BatchSourceOptions
    let line: LineOptions
    let ledger: LedgerOptions
    let setAside: SetAsideOptions
    let keys: KeyOptions
    let release: ReleaseOptions
    let style: LineView.Style

    func run() throws {
        ProcessProtection.engage()
        let manifest = try Batch.readManifest(folder: source.batch)
        let profile = try source.profile(for: manifest)
        let files = try release.load(for: manifest.mode)
        // Formal cards want formal keys and a release; without the first the second need not be looked for.
        guard manifest.mode == .test || keys.keys != nil && files != nil else { throw PersonalizationError.noRelease }
        try checkEnvironment(profile)
        let holder = try keys.holder(for: profile)
        // Who may release is enrolled with the keys; nothing on the command line takes its place.
        let chain = try files?.enrolled(with: holder)
        // A list goes into the ledger whatever it says, so a refusal by it is the ledger's to give.
        if let files, let chain, files.lists.isEmpty {
            try files.check(chain, profile: profile, dialect: source.dialect, station: ledger.openStation())
        }
        // A rehearsal's ledger is thrown away with what it has counted.
        var formal: (Ledger, VerifiedRelease)?
        if let files, let chain {
            guard ledger.isNamed || !line.isVirtual else { throw Self.ledgerWanted }
            let book = try ledger.open()
            formal = (book, try files.admit(chain, profile: profile, dialect: source.dialect, ledger: book))
        }
        // The line asks this again for each lane; a million rows need not be checked to be told no.
        try CardPersonalizer.checkGate(
            manifest, profile: profile, keyVersion: holder.version, dialect: source.dialect, release: formal?.1)
        let batch = BatchProduction(
            try intake(manifest, profile), keys: holder, dialect: source.dialect, options: source.planOptions,
            release: formal?.1)
        let scratch = formal == nil && line.isVirtual && ledger.ledger == nil ? try ScratchLedger() : nil
        if scratch != nil, ledger.isNamed, style != .silent, style != .json {
            Terminal.note(LineRunText.notEntered)
        }
        defer { scratch?.remove() }
        // Asked before the first card, not when a night's work is to be written down.
        if scratch == nil { try BatchLists.check(folder: listFolder, batch: manifest.id) }
        let book = try formal?.0 ?? ledger.open(orElse: scratch?.path, isRehearsal: scratch != nil)
        try enrol(batch, in: book)

        let browser = try browserView(manifest)
        defer { browser?.finish() }
        let listens = line.feeder == nil || isatty(STDIN_FILENO) == 1
        let view = LineView(style, takesKeys: listens && isatty(STDIN_FILENO) == 1, rings: line.bell)
        let isBoxEmpty = Flag()
        let feeder = Mutex<FeederHandling?>(nil)
        defer { feeder.withLock { $0?.close() } }
        let setups = try line.setups(profile: profile) {
            guard let command = line.feeder else {
                return OperatorHandling(isBoxEmpty: { isBoxEmpty.isRaised }) { lane, request in
                    view.ask(lane, request)
                    browser?.ask(lane, request)
                }
            }
            let machine = try FeederHandling(["/bin/sh", "-c", command]) {
                Terminal.note(Terminal.words(LineRunText.feeder) + $0.visibleOnOneLine)
            }
            feeder.withLock { $0 = machine }
            return machine
        }
        // Only now, with readers and feeder there: what makes a card void must not be what stops the next one.
        try replaceOne(of: manifest, in: book)
        let production = ProductionLine(
            ledger: book,
            record: batch.record(
                software: EngineIdentity.current.description, operatorName: line.operatorNamed,
                lanes: setups),
            lanes: setups, settings: line.settings, maker: batch.maker
        ) { event in
            view.show(event)
            browser?.take(event)
        }
        let control = OperatorControl(production) { isBoxEmpty.raise() }
        view.follow { production.status }
        browser?.follow({ production.status }, obey: control.obey)
        try control.begin(listens: listens)
        let report: LineReport
        do {
            report = try production.run()
        } catch {
            control.end()
            view.finish()
            throw error
        }
        control.end()
        view.finish()
        try conclude(report, book, manifest, isKept: scratch == nil)
    }

    private static var ledgerWanted: Failure {
        Failure(
            .notAllowed,
            LineRunText.ledgerNeeded)
    }

    // MARK: Before

    /// Holds this station against the one the test cards were made at.
    private func checkEnvironment(_ profile: CardProfile) throws {
        guard let path = line.testedEnvironment else { return }
        let tested = try EnvironmentRecord(path: path)
        let named = release.productOptions
        let now = try EnvironmentCapture(
            product: (
                named.maker ?? tested.maker, named.product ?? tested.product,
                named.productVersion ?? tested.productVersion
            ), profile: profile, source: source, line: line, station: ledger.openStation().name
        ).record()
        try EnvironmentText.tell(now.differences(from: tested))
    }

    private func intake(_ manifest: BatchManifest, _ profile: CardProfile) throws -> PreparedBatch {
        var summary = ReportSummary()
        var progress = IntakeProgressLine()
        let isShown = style != .silent && style != .json
        let intake = BatchIntake(
            folder: source.batch, profile: try source.chosenProfile(for: manifest), setAside: try setAside.load())
        let report = try intake.run {
            summary.add($0)
        } progress: {
            if isShown { progress.show($0) }
        }
        if isShown { progress.finish() }
        guard let prepared = report.prepared, report.problemCount == 0 else {
            summary.lines(report, folder: source.batch, reportFile: nil).forEach(Terminal.note)
            throw Failure(
                .badInput,
                LineRunText.batchRefused(count: report.problemCount))
        }
        if isShown { ReportSummary.replies(report).forEach(Terminal.note) }
        return prepared
    }

    private func enrol(_ production: BatchProduction, in book: Ledger) throws {
        let manifest = production.prepared.batch.manifest
        let reasons = try line.replacementReasons()
        let isKnown = try book.batches().contains { $0.id == manifest.id }
        if isKnown, !line.resume, line.replace == nil {
            let counts = try book.counts(batch: manifest.id)
            if counts.made + counts.inWork + counts.void > 0 {
                throw Failure(
                    .usage,
                    LineRunText.batchKnown(
                        batch: manifest.id, made: counts.made, inWork: counts.inWork, waiting: counts.waiting))
            }
        }
        guard isKnown || line.replace == nil else {
            throw Failure(
                .badInput,
                LineRunText.batchUnknown(batch: manifest.id))
        }
        if isKnown {
            try production.checkSetAside(in: book)
            if !reasons.isEmpty { try production.checkReplacements(reasons, in: book) }
        }
        try production.enrol(in: book, replacementReasons: reasons)
    }

    /// `--replace`: the card is void from here on, and its applicant waits for the next one.
    private func replaceOne(of manifest: BatchManifest, in book: Ledger) throws {
        guard let number = line.replace, let reason = line.reason else { return }
        let order = try book.replaceCard(
            of: TypedIDNumber.checked(number), batch: manifest.id, reason: reason, operatorName: line.operatorNamed)
        guard style != .silent, style != .json else { return }
        Terminal.note(
            LineRunText.cardVoid(sequence: order.sequence, row: order.row))
    }

    // MARK: After

    private var listFolder: String { line.out ?? source.batch + "/out" }

    private struct ReportLine: Encodable {
        let report: LineReport
        let isBalanced: Bool
        let lists: String?
        let releasedBy: String?
    }

    private func conclude(
        _ report: LineReport, _ book: Ledger, _ manifest: BatchManifest, isKept: Bool
    ) throws {
        let folder = listFolder
        let releasedBy = try EnrolledText.releasedBy(book, manifest.mode)
        var lists: BatchLists?
        if isKept, let counts = report.counts, counts.isFinished {
            lists = try BatchLists.write(
                LedgerOutcomes(book, batch: manifest.id), batch: manifest.id, counts: counts,
                releasedBy: releasedBy, to: folder,
                language: Terminal.language)
        }
        if style == .json {
            try Terminal.printLine(
                json: ReportLine(
                    report: report, isBalanced: report.isBalanced, lists: lists.map { _ in folder },
                    releasedBy: releasedBy))
        } else if style != .silent {
            if let releasedBy { Terminal.print(Terminal.words(LineRunText.releasedBy) + releasedBy) }
            LineText.lines(of: report, lists: lists, folder: folder, isKept: isKept).forEach(Terminal.print)
        }
        try Terminal.checkOutput()
        guard report.end != .notAllowed else { throw Failure(.notAllowed, report.reason) }
        guard report.end == .finished, report.rejectedOrders == 0, report.isBalanced else {
            guard report.isBalanced else { throw Failure(.partFailed, LineText.unbalanced) }
            throw Failure(.partFailed, report.reason)
        }
    }

    /// A ledger for one rehearsal.
    private struct ScratchLedger {
        private let folder: String
        var path: String { folder + "/ledger.sqlite" }

        init() throws {
            var template = Array((NSTemporaryDirectory() + "/healthcard-rehearsal-XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else {
                throw Failure(.badInput, LineRunText.noFolder)
            }
            folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    private final class Flag: Sendable {
        private let value = Mutex(false)
        func raise() { value.withLock { $0 = true } }
        var isRaised: Bool { value.withLock { $0 } }
    }
}

/// Which software makes the cards: what a release, and an auditor, wants to know of a run.
enum Software {
    static let version = EngineIdentity.currentVersion
}
