import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Ledger
import Messages
import Personalization
import Releases

struct ReleaseShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a release, a revocation list, an enrolment or an act contains; nothing is verified.",
        discussion: "With --ledger or --keys, also shows who is enrolled there; without a file, only that.")

    @Argument(help: "The file.")
    var file: String?

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: ArgumentHelp("A key store; it is not opened.", valueName: "store"))
    var keys: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Shown: Encodable {
        let id, maker, product, productVersion, dialect, profile, profileDigest, reportDigest: String
        let acceptedNotRun: [String]
        let engineVersion, softwareDigest: String?
        let validFrom, validUntil: String
        let limit: Int?
        let stations: [String]
        let ledger: String?
        let ledgerHead: String?
        let revocationList: Int64
        let authority, authorityKey, signedAt, digest: String
        let certificates: [String]
        let enrolledInLedger, enrolledInKeys: String?
    }

    private struct Enrolled: Encodable {
        let enrolledInLedger, enrolledInKeys: String?
    }

    mutating func run() throws {
        guard file != nil || ledgerOptions.isNamed || keys != nil else {
            throw Failure(.usage, ReleaseShowText.whatToShow)
        }
        // A ledger of the environment is asked only where nothing else is.
        let isAsked = ledgerOptions.ledger != nil || file == nil && keys == nil
        let ledger = isAsked ? try EnrolledText.label(in: ledgerOptions) : nil
        let store = try keys.map(EnrolledText.label(inStore:))
        if let file {
            try show(file, ledger, store)
        } else if json {
            try Terminal.print(json: Enrolled(enrolledInLedger: ledger, enrolledInKeys: store))
        }
        guard !json else { return }
        if let ledger { Terminal.print("enrolled-in-ledger: \(ledger)") }
        if let store { Terminal.print("enrolled-in-keys: \(store)") }
    }

    private func show(_ file: String, _ ledger: String?, _ store: String?) throws {
        let bytes = try ReleaseFiles.read(file)
        if ReleaseFiles.isEnrolment(bytes) {
            for enrolment in try ReleaseFiles.explained(file, { try ReleaseFiles.enrolments(bytes) }) {
                SignedFileText.lines(enrolment).forEach(Terminal.print)
            }
            return
        }
        if bytes.starts(with: Array(TwoPersonAct.format.utf8)) {
            let act = try ReleaseFiles.explained(file) { try TwoPersonAct(bytes) }
            return SignedFileText.lines(act).forEach(Terminal.print)
        }
        let release = try ReleaseFiles.explained(file) { try Release(bytes) }
        guard json else {
            // The file is its own best description; its parts' digests are for programs.
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            where !["profile-part: ", "certificate: ", "signature: "].contains(where: line.hasPrefix) {
                Terminal.print(String(line))
            }
            Terminal.print("digest: \(release.digest)")
            return
        }
        let terms = release.terms
        try Terminal.print(
            json: Shown(
                id: terms.id, maker: terms.maker, product: terms.product, productVersion: terms.productVersion,
                dialect: terms.dialect, profile: terms.profile.name, profileDigest: terms.profile.digest,
                reportDigest: terms.reportDigest, acceptedNotRun: terms.acceptedNotRun,
                engineVersion: terms.engineVersion,
                softwareDigest: terms.softwareDigest, validFrom: terms.validFrom.description,
                validUntil: terms.validUntil.description, limit: terms.limit,
                stations: terms.stations.map(\.description), ledger: terms.ledger,
                ledgerHead: terms.ledgerHead?.description,
                revocationList: terms.revocationNumber, authority: terms.authority,
                authorityKey: release.authorityKey, signedAt: terms.signedAt.description, digest: release.digest,
                certificates: release.certificates.map(\.name),
                enrolledInLedger: ledger, enrolledInKeys: store))
    }
}

/// Who may release, as lists and pages show it.
enum EnrolledText {
    static let nobody = Terminal.words(ReleaseShowText.nobody)

    static func label(of authority: EnrolledAuthority?) -> String {
        guard let authority else { return nobody }
        // A ledger's own document: whether it is right says `ledger verify`.
        return (try? AuthorityEnrolment(Array(authority.document.utf8)).label) ?? authority.digest
    }

    /// For lists of a batch: whose releases its formal cards were made under.
    static func releasedBy(_ ledger: Ledger, _ mode: BatchManifest.Mode) throws(LedgerError) -> String? {
        mode == .formal ? label(of: try ledger.authority()) : nil
    }

    static func label(in options: LedgerOptions) throws -> String {
        label(of: try options.openExisting().authority())
    }

    static func label(inStore path: String) throws -> String {
        guard let document = try KeyStoreFile(path: path).header.authority else { return nobody }
        return try AuthorityChain(document).current.label
    }
}

struct ReleaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a revocation list revokes, or the releases that a ledger counts by."
    )

    @Option(name: .long, help: ArgumentHelp("A revocation list; it is not verified.", valueName: "file"))
    var revocations: String?

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        if let revocations {
            let list = try ReleaseFiles.explained(revocations) { try RevocationList(ReleaseFiles.read(revocations)) }
            struct Line: Encodable { let release, time, reason: String }
            let lines = list.entries.map {
                Line(release: $0.release, time: $0.time.description, reason: $0.reason)
            }
            if json { return try Terminal.print(json: lines) }
            Terminal.print("\(list.authority) \(list.number) \(list.issuedAt)")
            for line in lines { Terminal.print("\(line.release) \(line.time) \(line.reason)") }
            return
        }
        let releases = try ledgerOptions.openExisting().releases()
        if json { return try Terminal.print(json: releases) }
        for release in releases {
            Terminal.print(
                "\(release.digest) \(release.id) \(release.used)/\(release.limit.map(String.init) ?? "∞")"
                    + (release.drawn > 0 ? " +\(release.drawn)" : ""))
        }
    }
}
