import CardProfiles
import HealthCard
import ISO7816
import Ledger
import Personalization
import Releases

/// A batch nothing stands against, on its way into a ledger and onto a line.
public struct BatchProduction: Sendable {
    public let prepared: PreparedBatch
    private let keys: any KeyHolder
    private let dialect: String?
    private let options: PersonalizationPlan.Options
    private let release: VerifiedRelease?

    /// - Parameters:
    ///   - keys: lends a module to each lane; in the mode of the batch.
    ///   - dialect: how this maker's chips are made; nil for the profile's own choice.
    ///   - release: what allows formal cards (``ReleaseDesk``); nil for test cards.
    public init(
        _ prepared: PreparedBatch, keys: any KeyHolder, dialect: String? = nil,
        options: PersonalizationPlan.Options = PersonalizationPlan.Options(), release: VerifiedRelease? = nil
    ) {
        self.release = release
        self.prepared = prepared
        self.keys = keys
        self.dialect = dialect
        self.options = options
    }

    private var manifest: BatchManifest { prepared.batch.manifest }
    private var profile: CardProfile { prepared.batch.profile }
    private var profileDigest: String { Hex.encode(profile.digest).lowercased() }

    /// Writes the batch into a ledger; one that is there already stays as it is.
    ///
    /// - Parameters:
    ///   - limit: enrols the first orders alone.
    ///   - replacementReasons: by row, for applicants who have a card.
    /// - Throws: ``LedgerError``, or what the batch's own order could not be read for; `.refused` for reasons of rows that
    ///   no card is made of, in which case nothing is enrolled.
    public func enrol(
        in ledger: some ProductionLedger, limit: Int = .max, replacementReasons: [Int: String] = [:]
    ) throws {
        let orders = prepared.orders()
        let batch = LedgerBatch(
            id: manifest.id, mode: manifest.mode.rawValue, profile: profile.name, profileDigest: profileDigest,
            contentDigest: prepared.contentDigest)
        let setAside = prepared.setAside.map {
            SetAsideRow(
                row: $0.row, idNumber: $0.idNumber,
                reason: LedgerReason(code: $0.code, text: $0.reason.description).visible)
        }
        var unused = Set(replacementReasons.keys)
        try ledger.enrol(batch, setAside: setAside) {
            guard let order = try orders.next() else {
                guard unused.isEmpty else { throw Self.noOrder(unused) }
                return nil
            }
            guard order.sequence <= limit else { return nil }
            unused.remove(order.row)
            return Order(
                batch: manifest.id, sequence: order.sequence, idNumber: order.idNumber, row: order.row,
                offset: order.offset, collectionPoint: order.collectionPoint,
                replacementReason: replacementReasons[order.row], contentDigest: order.contentDigest)
        }
    }

    /// Finds out whether reasons for replacements are those that a batch was enrolled with: one that is in the ledger is
    /// not changed by them.
    ///
    /// - Throws: `.refused` naming the rows of which no card would be replaced; ``LedgerError``.
    public func checkReplacements(_ reasons: [Int: String], in ledger: Ledger) throws {
        var unused = Set(reasons.keys)
        var ignored: [Int] = []
        try ledger.orders(batch: manifest.id) { status in
            guard unused.remove(status.order.row) != nil else { return }
            if status.order.replacementReason != reasons[status.order.row] { ignored.append(status.order.row) }
        }
        guard unused.isEmpty else { throw Self.noOrder(unused) }
        guard ignored.isEmpty else {
            throw LedgerError.refused(.enrolledWithout(batch: manifest.id, rows: ignored))
        }
    }

    /// Finds out whether the rows that are to be left out are those that a batch was enrolled without.
    ///
    /// - Throws: `.refused` naming the rows of which cards would be made all the same; ``LedgerError``.
    public func checkSetAside(in ledger: Ledger) throws {
        var rows = Set(prepared.setAside.map(\.row))
        try ledger.setAsideRows(batch: manifest.id) { rows.remove($0.row) }
        guard rows.isEmpty else {
            throw LedgerError.refused(.enrolledWith(batch: manifest.id, rows: rows.sorted()))
        }
    }

    private static func noOrder(_ rows: Set<Int>) -> LedgerError { .refused(.noOrder(rows: rows.sorted())) }

    /// What the ledger is told of a run.
    ///
    /// - Parameter software: its version and the digest of its file.
    public func record(software: String, operatorName: String, lanes: [LaneSetup]) -> RunRecord {
        RunRecord(
            batch: manifest.id, mode: manifest.mode.rawValue, software: software, profileDigest: profileDigest,
            releaseDigest: release?.release.digest, operatorName: operatorName,
            lanes: lanes.map(\.slot.name.visibleOnOneLine))
    }

    /// Makes each lane's maker, with a security module of its own.
    public var maker: ProductionLine.MakerFactory {
        { [self] _ in
            BatchCardMaker(
                batch: prepared.batch, module: try keys.module(for: profile),
                dialect: dialect, options: options, release: release
            ) { (order) throws(BatchError) in
                try prepared.application(at: order.offset, row: order.row)
            }
        }
    }
}
