import ArgumentParser
import CardProfiles
import Foundation
import Ledger
import Releases

struct ReleaseShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a release or a revocation list says; nothing is verified.")

    @Argument(help: "The file.")
    var file: String

    @Flag(name: .long, help: "JSON.")
    var json = false

    private struct Shown: Encodable {
        let id, maker, product, productVersion, dialect, profile, profileDigest, reportDigest: String
        let acceptedNotRun: [String]
        let engineVersion, softwareDigest: String?
        let validFrom, validUntil: String
        let limit: Int?
        let stations: [String]
        let ledger: String?
        let revocationList: Int64
        let authority, authorityKey, signedAt, digest: String
        let certificates: [String]
    }

    mutating func run() throws {
        let bytes = try ReleaseFiles.read(file)
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
                revocationList: terms.revocationNumber, authority: terms.authority,
                authorityKey: release.authorityKey, signedAt: terms.signedAt.description, digest: release.digest,
                certificates: release.certificates.map(\.name)))
    }
}

struct ReleaseVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say everything that stands against a release; exit code 8 when anything does.",
        discussion: """
            Signature, authority, dates and revocation always; with --maker, --product and --product-version also \
            those, the profile, the dialect and the station; with --test-report the report.
            """)

    @Argument(help: "The release.")
    var file: String

    @OptionGroup var authorityOptions: AuthorityOptions
    @OptionGroup var productOptions: ProductOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: "The dialect cards are made by. Default: the profile's own.")
    var dialect: String?

    @Option(name: .long, help: "The test report.")
    var testReport: String?

    @Flag(name: .long, help: "JSON.")
    var json = false

    private struct Found: Encodable {
        let code: String
        let text: String
    }

    private struct Verdict: Encodable {
        let holds: Bool
        let digest: String?
        let refusals: [Found]
    }

    mutating func run() throws {
        let refusals: [ReleaseRefusal]
        var digest: String?
        do {
            let release = try Release(ReleaseFiles.bytes(file))
            digest = release.digest
            refusals = try verdict(release)
        } catch let error as ReleaseFileError {
            refusals = [.malformed(error)]
        } catch let refusal as ReleaseRefusal {
            refusals = [refusal]
        }
        if json {
            try Terminal.print(
                json: Verdict(
                    holds: refusals.isEmpty, digest: digest,
                    refusals: refusals.map { Found(code: $0.code, text: $0.description) }))
        } else if refusals.isEmpty {
            Terminal.print(Terminal.text("it holds: ", "有效：") + (digest ?? ""))
        }
        try Terminal.checkOutput()
        guard refusals.isEmpty else {
            throw Failure(.notAllowed, refusals.map(\.description).joined(separator: "\n"))
        }
    }

    private func verdict(_ release: Release) throws -> [ReleaseRefusal] {
        let isFactual = productOptions.maker != nil || productOptions.product != nil
        let facts =
            isFactual
            ? try productOptions.facts(
                profile: profileOptions.load(testKeys: false), dialect: dialect, station: ledgerOptions.openStation())
            : nil
        return ReleaseVerdict.of(
            release, trusting: try authorityOptions.trusted(), lists: try authorityOptions.lists(), facts: facts,
            reportDigest: try testReport.map { try ReleaseFiles.digest(of: $0) }
        ).refusals
    }
}

struct ReleaseRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Sign the next revocation list, with a release more in it.",
        discussion: """
            Each list holds all that were revoked before and has a number one higher; a factory that has seen a list \
            takes no earlier one. Without a release the list is renewed as it is.
            """)

    @Argument(help: "The release to revoke.")
    var file: String?

    @OptionGroup var signerOptions: SignerOptions

    @Option(name: .long, help: "The authority's name. Default: that of the release, or of the list before.")
    var authorityName: String?

    @Option(name: .long, help: "Why; a line.")
    var reason: String?

    @Option(name: .long, help: ArgumentHelp("The list before; left out for the first one.", valueName: "file"))
    var previous: String?

    @Option(name: .long, help: "The last day this list will do, YYYY-MM-DD. Default: until there is a later one.")
    var nextUpdate: String?

    @Option(name: .long, help: "The file to make.")
    var out: String

    func validate() throws {
        guard (file == nil) == (reason == nil), file != nil || previous != nil else {
            throw ValidationError(
                Terminal.text("a release goes with --reason", "撤销放行书须给出 --reason"))
        }
    }

    mutating func run() throws {
        let last = try previous.map { path in
            try ReleaseFiles.explained(path) { try RevocationList(ReleaseFiles.read(path)) }
        }
        let release = try file.map { path in
            try ReleaseFiles.explained(path) { try Release(ReleaseFiles.read(path)) }
        }
        guard let authority = authorityName ?? release?.terms.authority ?? last?.authority else {
            throw Failure(.usage, Terminal.text("--authority-name is wanted", "缺少 --authority-name"))
        }
        let day = try nextUpdate.map { text in
            guard let day = CalendarDate(text) else {
                throw Failure(
                    .usage, Terminal.text("--next-update takes YYYY-MM-DD", "--next-update 应为 YYYY-MM-DD"))
            }
            return day
        }
        let entry = release.map { RevocationList.Entry(release: $0.digest, time: .now, reason: reason ?? "") }
        let list: RevocationList
        do {
            list = try RevocationList.signed(
                after: last, revoking: entry, authority: authority, at: .now, nextUpdate: day,
                by: signerOptions.open(), certificates: signerOptions.certificates())
        } catch let error as ReleaseFileError {
            throw Failure(.usage, error.what)
        }
        try ReleaseOutput.create(out, list.bytes)
        Terminal.print(
            Terminal.text(
                "list \(list.number): \(list.entries.count) release(s) revoked",
                "撤销清单第 \(list.number) 号：共撤销 \(list.entries.count) 份放行书"))
    }
}

struct ReleaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a revocation list has taken back, or the releases a ledger counts by."
    )

    @Option(name: .long, help: ArgumentHelp("A revocation list; nothing of it is verified.", valueName: "file"))
    var revocations: String?

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "JSON.")
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
                "\(release.digest) \(release.id) \(release.used)/\(release.limit.map(String.init) ?? "∞")")
        }
    }
}
