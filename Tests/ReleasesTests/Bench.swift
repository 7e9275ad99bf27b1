import CardProfiles
import Foundation
import HealthCard
import Ledger
import Personalization
import PostgreSQLServer
import Production
import ShangMi
import Synchronization
import Testing
import VirtualCard

@testable import Releases

enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let formalBatch = root + "/Samples/formal-batch"
    static let sampleBatch = root + "/Samples/sample-batch"
}

/// A folder that goes with its test.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "release-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A clock somebody turns.
final class Clock: Sendable {
    private let time: Mutex<ReleaseTime>
    init(_ time: ReleaseTime) { self.time = Mutex(time) }
    var now: ReleaseTime { time.withLock { $0 } }
    func turn(to time: ReleaseTime) { self.time.withLock { $0 = time } }
}

/// Two people at the factory whose signatures stand for it, with those whom they made an authority.
struct Factory {
    static let persons: [(name: String, key: SM2.PrivateKey)] =
        (try? [("张三", .generate()), ("李四", .generate()), ("王五", .generate())]) ?? []

    static var signatories: [Signatory] { persons.map { Signatory(name: $0.name, key: $0.key.publicKey) } }

    /// - Parameter signers: who signs it; the first two by default.
    static func enrolment(
        after previous: AuthorityEnrolment? = nil, _ authority: TrustedAuthority, name: String = "卫生部",
        persons: [Signatory] = signatories, at time: ReleaseTime = .now, signedBy signers: [SM2.PrivateKey]? = nil
    ) throws -> AuthorityEnrolment {
        var enrolment = try AuthorityEnrolment.draft(
            after: previous, name: name, authority: authority, persons: persons, at: time)
        for signer in signers ?? Self.persons.prefix(2).map(\.key) { enrolment = try enrolment.signed(by: signer) }
        return enrolment
    }

    static func chain(_ authority: TrustedAuthority, name: String = "卫生部") throws -> AuthorityChain {
        try AuthorityChain([enrolment(authority, name: name)])
    }
}

/// An authority, a factory with a ledger, and a release that is right: each attack spoils one thing.
struct Bench {
    static let key = try? SM2.PrivateKey.generate()
    private static let enrolled = Result { try Factory.chain(.pinned(#require(key).publicKey)) }
    static let profile = Result { try CardProfile.bundled() }
    static let day: Int64 = 86400

    let folder: Folder
    let authority: SM2.PrivateKey
    let profile: CardProfile
    let location: LedgerLocation
    let ledger: Ledger
    let clock: Clock
    /// Who is enrolled with the keys.
    var chain: AuthorityChain
    var lists: [RevocationList] = []
    var terms: ReleaseTerms
    var facts: ProductionFacts
    var engine = EngineIdentity(version: "0.2.0", softwareDigest: String(repeating: "5", count: 64))

    /// - Parameter isShared: the ledger is in a PostgreSQL server, else in a SQLite file.
    init(isShared: Bool = false) throws {
        folder = try Folder()
        let shared = try isShared ? PostgreSQLServer.shared().makeSharedDatabase() : nil
        if let shared { try Ledger.create(LedgerLocation(shared.owner), stationRole: shared.stationRole) }
        location = try LedgerLocation(shared?.station ?? folder.path + "/ledger.sqlite")
        authority = try #require(Self.key)
        profile = try Self.profile.get()
        ledger = try Ledger.open(location, station: Station.open(folder: folder.path + "/station", name: "S1"))
        // The ledger's own entries bear the machine's time.
        clock = Clock(.now)
        chain = try Self.enrolled.get()
        let today = try #require(clock.now.day)
        let later = try #require(clock.now.advanced(bySeconds: 300 * Self.day).day)
        terms = ReleaseTerms(
            id: "R-1", maker: "华大", product: "CIU98", productVersion: "2.1", dialect: profile.defaultDialect,
            profile: ProfileFingerprint(profile), reportDigest: String(repeating: "7", count: 64),
            engineVersion: "0.2.0", validFrom: today, validUntil: later, authority: "卫生部",
            signedAt: clock.now.advanced(bySeconds: -60))
        facts = ProductionFacts(
            maker: "华大", product: "CIU98", productVersion: "2.1", dialect: nil, profile: profile,
            station: ReleaseTerms.StationName(name: ledger.station.name, publicKey: ledger.station.publicKey.bytes))
    }

    func release() throws -> Release { try terms.signed(by: authority) }

    func desk() -> ReleaseDesk {
        ReleaseDesk(enrolled: chain, lists: lists, engine: engine) { [clock] in clock.now }
    }

    @discardableResult
    func admit(_ release: Release? = nil, report: String? = nil) throws -> VerifiedRelease {
        try desk().admit(release ?? self.release(), facts: facts, ledger: ledger, reportDigest: report)
    }

    /// Why it is not admitted; nil when it is.
    func refusal(_ release: Release? = nil, report: String? = nil) throws -> ReleaseRefusal? {
        do {
            try admit(release, report: report)
            return nil
        } catch let refusal as ReleaseRefusal {
            return refusal
        }
    }

    func list(
        after previous: RevocationList? = nil, revoking release: Release? = nil, by signer: SM2.PrivateKey? = nil,
        nextUpdate: CalendarDate? = nil, at time: ReleaseTime? = nil
    ) throws -> RevocationList {
        let entry = release.map {
            RevocationList.Entry(release: $0.digest, time: clock.now, reason: "chips answer wrong MACs")
        }
        return try RevocationList.signed(
            after: previous, revoking: entry, authority: terms.authority, at: time ?? clock.now, nextUpdate: nextUpdate,
            by: signer ?? authority)
    }

    /// A release whose file was changed after it was signed.
    func edited(_ label: String, _ value: String) throws -> Release {
        var isChanged = false
        let lines = String(decoding: try release().bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { line in
            guard line.hasPrefix(label + ": "), !isChanged else { return String(line) }
            isChanged = true
            return "\(label): \(value)"
        }
        try #require(isChanged)
        return try Release(Array(lines.joined(separator: "\n").utf8))
    }
}

/// Formal production: a batch, keys drawn for it, and chips with their transport key.
struct Production {
    let batch: Batch
    let keys: KeySet
    let production: BatchProduction
    let setups: [LaneSetup]
    let made: MadeCards

    final class MadeCards: Sendable {
        private let serials = Mutex<[String]>([])
        func add(_ serial: String) { serials.withLock { $0.append(serial) } }
        var count: Int { serials.withLock { $0.count } }
    }

    static func keys(_ profile: CardProfile, version: UInt8? = nil, for chain: AuthorityChain? = nil) throws -> KeySet {
        var values: [String: SecretBytes] = [:]
        for key in profile.keys { values[key.name] = try SystemRandom.secret(profile.cryptography.keyLength) }
        return KeySet(
            version: version ?? profile.cryptography.formalKeyVersion, values: values,
            signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()], authority: chain?.document)
    }

    init(
        _ bench: Bench, release: VerifiedRelease?, lanes: Int = 2, onChip: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        let report = try BatchIntake(folder: Repository.formalBatch).run { _ in }
        let prepared = try #require(report.prepared)
        batch = prepared.batch
        let profile = prepared.batch.profile
        let transport = try SystemRandom.secret(profile.cryptography.keyLength)
        var values: [String: SecretBytes] = [:]
        for key in profile.keys {
            values[key.name] =
                key.role == .transport ? transport : try SystemRandom.secret(profile.cryptography.keyLength)
        }
        keys = KeySet(
            version: profile.cryptography.formalKeyVersion, values: values,
            signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()], authority: bench.chain.document)
        production = BatchProduction(prepared, keys: keys, release: release)
        let made = MadeCards()
        let count = Mutex(0)
        let next: @Sendable () -> Int = {
            count.withLock { count in
                count += 1; return count
            }
        }
        setups = (0..<lanes).map { lane in
            let slot = ChannelSlot(
                "virtual \(lane)",
                trays: { channel, tray in
                    if tray == .made { made.add(Self.serial(channel.answerToReset)) }
                },
                box: { _ in
                    onChip(next())
                    guard let serial = try? SystemRandom.bytes(8),
                        let key = try? VirtualHealthCard.transportKey(
                            ofBatch: transport, serial: serial, profile: profile),
                        let card = try? VirtualHealthCard.blank(serial: serial, profile: profile, transportKey: key)
                    else { return nil }
                    return VirtualCardChannel(card: card)
                })
            return LaneSetup(slot: slot, handling: slot)
        }
        self.made = made
    }

    private static func serial(_ answer: [UInt8]) -> String { answer.map { String($0, radix: 16) }.joined() }

    func line(_ ledger: Ledger) throws -> ProductionLine {
        ProductionLine(
            ledger: ledger, record: production.record(software: "tests", operatorName: "tester", lanes: setups),
            lanes: setups, maker: production.maker)
    }
}
