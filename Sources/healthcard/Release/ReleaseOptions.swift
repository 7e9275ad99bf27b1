import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Ledger
import Messages
import Personalization
import Production
import Releases
import ShangMi

/// What the authority has taken back, and who it is.
struct AuthorityOptions: ParsableArguments {
    @OptionGroup var whom: AuthorityOption

    @Option(
        name: .long,
        help: ArgumentHelp("The authority's last revocation list; may be repeated.", valueName: "file"))
    var revocations: [String] = []

    /// Whom to believe where nothing is enrolled.
    func trusted() throws -> [TrustedAuthority] {
        let authorities = try whom.authorities()
        guard !authorities.isEmpty else { throw AuthorityOption.missing }
        return authorities
    }

    func lists() throws -> [RevocationList] {
        try revocations.map { path in
            do throws(ReleaseFileError) {
                return try RevocationList(ReleaseFiles.bytes(path))
            } catch {
                throw ReleaseRefusal.revocationList(error)
            }
        }
    }
}

/// What a release is held against besides profile and station.
struct ProductOptions: ParsableArguments {
    @Option(name: .long, help: "The manufacturer of the cards.")
    var maker: String?

    @Option(name: .long, help: "The product: the chip and its operating system.")
    var product: String?

    @Option(name: .long, help: "The product's version.")
    var productVersion: String?

    func facts(profile: CardProfile, dialect: String?, station: Station) throws -> ProductionFacts {
        guard let maker, let product, let productVersion else {
            throw Failure(
                .usage,
                ReleaseOptionText.makerMissing)
        }
        return ProductionFacts(
            maker: maker, product: product, productVersion: productVersion, dialect: dialect, profile: profile,
            station: ReleaseTerms.StationName(name: station.name, publicKey: station.publicKey.bytes))
    }
}

/// What allows formal cards.
struct ReleaseOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The release granted on the test cards (`healthcard release`).", valueName: "file"))
    var release: String?

    @OptionGroup var authorityOptions: AuthorityOptions
    @OptionGroup var productOptions: ProductOptions

    @Option(
        name: .long,
        help: ArgumentHelp("The test report that the release rests on, to be compared with it.", valueName: "file"))
    var testReport: String?

    /// Everything read, once: what is in the files afterwards does not count.
    ///
    /// - Returns: nil without a release.
    func load(for mode: BatchManifest.Mode) throws -> ReleaseFiles? {
        guard let release else {
            guard authorityOptions.whom.authority.isEmpty, authorityOptions.revocations.isEmpty, testReport == nil
            else {
                throw Failure(.usage, ReleaseOptionText.releaseMissing)
            }
            return nil
        }
        guard mode == .formal else {
            throw Failure(
                .usage, ReleaseOptionText.notForTestCards)
        }
        let file: Release
        do throws(ReleaseFileError) {
            file = try Release(ReleaseFiles.bytes(release))
        } catch {
            throw ReleaseRefusal.malformed(error)
        }
        return ReleaseFiles(
            release: file, named: authorityOptions.whom, lists: try authorityOptions.lists(),
            reportDigest: try testReport.map { try ReleaseFiles.digest(of: $0) }, product: productOptions)
    }
}

/// A release and all it is judged by, in memory.
struct ReleaseFiles {
    let release: Release
    /// Whom the command line names; that makes nobody believed.
    let named: AuthorityOption
    let lists: [RevocationList]
    let reportDigest: String?
    let product: ProductOptions

    /// Who is enrolled with the keys.
    ///
    /// - Throws: `.authorityNotEnrolled`; `.otherAuthority` where the command line names somebody else.
    func enrolled(with keys: any KeyHolder) throws -> AuthorityChain {
        guard let document = keys.releaseAuthority else { throw ReleaseRefusal.authorityNotEnrolled(.keyStore) }
        let chain = try AuthorityChain(document)
        try named.check(against: chain)
        return chain
    }

    /// What can be said without a ledger, before one is made or written to.
    func check(_ chain: AuthorityChain, profile: CardProfile, dialect: String?, station: Station) throws {
        let verdict = ReleaseVerdict.of(
            release, trusting: [chain.current.authority], lists: lists,
            facts: try product.facts(profile: profile, dialect: dialect, station: station), reportDigest: reportDigest)
        // The list is the ledger's business too: it may know a later one.
        if let refusal = verdict.refusals.first { throw refusal }
    }

    func admit(
        _ chain: AuthorityChain, profile: CardProfile, dialect: String?, ledger: Ledger
    ) throws -> VerifiedRelease {
        try ReleaseDesk(enrolled: chain, lists: lists).admit(
            release, facts: product.facts(profile: profile, dialect: dialect, station: ledger.station), ledger: ledger,
            reportDigest: reportDigest)
    }

    static func isEnrolment(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array(AuthorityEnrolment.format.utf8)) }

    /// The enrolments of a file: one, or several one behind the other. That they are signed is not looked at.
    static func enrolments(_ bytes: [UInt8]) throws(ReleaseFileError) -> [AuthorityEnrolment] {
        try AuthorityChain.split(bytes)
    }

    private static let longestReport = 256 << 20

    /// SM3 over a file, 64 lowercase hexadecimal digits.
    static func digest(of path: String) throws -> String {
        SM3.hash(try Terminal.contents(of: path, atMost: longestReport)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    static func read(_ path: String, atMost limit: Int = Release.longestFile) throws -> [UInt8] {
        try Terminal.contents(of: path, atMost: limit)
    }

    /// A file that cannot be read is refused like one that says nothing.
    static func bytes(_ path: String) throws(ReleaseFileError) -> [UInt8] {
        do { return try read(path) } catch {
            throw ReleaseFileError(
                line: 0, .unreadable(AnyMessage(VerbatimText((error as? Failure)?.text ?? "\(error)"))))
        }
    }

    /// An error of a file, with its name.
    static func explained<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as ShangMiError {
            throw Failure(.badInput, AtPath(path, error))
        } catch let error as ReleaseFileError {
            throw Failure(.badInput, AtPath(path, error))
        }
    }
}
