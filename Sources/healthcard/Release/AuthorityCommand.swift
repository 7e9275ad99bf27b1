import ArgumentParser
import Foundation
import HealthCard
import Messages
import Releases
import ShangMi

struct ReleaseAuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "The authority: create a key, show one, draw up who may release.",
        subcommands: [AuthorityNewCommand.self, AuthorityEnrolCommand.self, AuthorityShowCommand.self])
}

struct AuthorityNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Create an SM2 key under a passphrase, and the public key to be enrolled.",
        discussion: """
            For the authority, and for each of the people at the factory who sign (`healthcard sign`). For \
            certificates, `openssl req -new -key FILE` makes a request for the key; the root signs it with SM2 and \
            SM3, with the key usage digitalSignature and a policy or extended key usage of the authority's own.
            """)

    @Option(name: .long, help: "The file for the private key; it must not exist yet.")
    var key: String

    @Option(name: .long, help: "The file for the public key; it must not exist yet.")
    var publicKey: String

    @OptionGroup var credentialOptions: CredentialOptions

    mutating func run() throws {
        KeyProtection.engage()
        let made = try SM2.PrivateKey.generate()
        let passphrase = try credentialOptions.newPassphrase()
        let pem = try made.encryptedPEM(passphrase: passphrase)
        try PrivateFile.create(key, SecretBytes(copying: Array(pem.utf8)))
        try ReleaseOutput.create(publicKey, Array(made.publicKey.pem().utf8))
        Terminal.print(
            Terminal.words(AuthorityText.fingerprint) + TrustedAuthority.pinned(made.publicKey).fingerprint)
    }
}

struct AuthorityShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the fingerprint of a public key or a root, to be compared by telephone.")

    @Argument(help: "The public key or the certificate, in PEM.")
    var file: String

    mutating func run() throws {
        let pem = try ReleaseFiles.read(file, atMost: 16384)
        let key = try ReleaseFiles.explained(file) {
            guard pem.starts(with: Array("-----BEGIN CERTIFICATE".utf8)) else { return try SM2.PublicKey(pem: pem) }
            let certificate = try SM2Certificate(pem: pem)
            Terminal.print(Terminal.words(AuthorityText.certificate) + certificate.name)
            return certificate.publicKey
        }
        Terminal.print(Terminal.words(AuthorityText.fingerprint) + TrustedAuthority.pinned(key).fingerprint)
    }
}

struct AuthorityEnrolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Draw up who may release, for two people to sign.",
        discussion: """
            Two of the people named in the file sign it (`healthcard sign`); a later one, with --after, is signed by \
            two people of the one before, or by its authority. `healthcard keys authority` enters it in the key store, \
            and the first release in a ledger. Without an enrolment no production card is produced; no option of the \
            line takes its place (Docs/releases.md).
            """)

    @Option(name: .long, help: "The authority's name.")
    var name: String

    @OptionGroup var whom: AuthorityOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "One of the people at the factory who sign, and the file of their public key; give two or more.",
            valueName: "name=pem"))
    var person: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("The enrolment that is in force, or all of them, one after the other.", valueName: "file"))
    var after: String?

    @Option(name: .long, help: "The file to create.")
    var out: String

    mutating func run() throws {
        let persons = try person.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Failure(.usage, AuthorityText.personForm)
            }
            let key = try ReleaseFiles.explained(parts[1]) {
                try SM2.PublicKey(pem: ReleaseFiles.read(parts[1], atMost: 16384))
            }
            return Signatory(name: parts[0], key: key)
        }
        guard let authority = try whom.authorities().first else { throw AuthorityOption.missing }
        let draft: AuthorityEnrolment
        do throws(ReleaseFileError) {
            draft = try AuthorityEnrolment.draft(
                after: previous(), name: name, authority: authority, persons: persons, at: .now)
        } catch {
            throw Failure(
                .usage,
                error.flaw.what(in: Terminal.language)
                    + Terminal.words(AuthorityText.peopleRule))
        }
        try ReleaseOutput.create(out, draft.bytes)
        SignedFileText.lines(draft).forEach(Terminal.print)
        Terminal.note(
            AuthorityText.sign(out: out))
    }

    private func previous() throws(ReleaseFileError) -> AuthorityEnrolment? {
        guard let after else { return nil }
        return try ReleaseFiles.enrolments(ReleaseFiles.bytes(after)).last
    }
}

/// Whom to believe where nothing is enrolled: to draw up an enrolment, and to verify a release on a machine without keys.
struct AuthorityOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who may release: a public key, the certificate of a root, or an enrolment; may be repeated.",
            discussion: "Give a root together with --authority-signer and --authority-policy.", valueName: "file"))
    var authority: [String] = []

    @Option(name: .long, help: ArgumentHelp("With a root: the signer whose certificates count.", valueName: "name"))
    var authoritySigner: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            With a root: the object identifier that the signer's certificate carries for releases, as a policy or \
            an extended key usage of the authority's own.
            """, valueName: "oid"))
    var authorityPolicy: String?

    static let missing = Failure(
        .usage,
        AuthorityText.missing)

    /// Those that are named; none is believed for that by a line.
    func authorities() throws -> [TrustedAuthority] {
        try authority.map { path in
            let bytes = try ReleaseFiles.read(path)
            return try ReleaseFiles.explained(path) {
                guard !ReleaseFiles.isEnrolment(bytes) else {
                    let all = try ReleaseFiles.enrolments(bytes)
                    if all.first?.number == 1 { return try AuthorityChain(all).current.authority }
                    guard let last = all.last else { throw Self.missing }
                    return last.authority
                }
                return try TrustedAuthority(pem: bytes, signer: authoritySigner, policy: authorityPolicy)
            }
        }
    }

    /// - Throws: `.otherAuthority` for one that is not the one enrolled.
    func check(against chain: AuthorityChain) throws {
        let enrolled = chain.current
        for path in authority {
            let bytes = try ReleaseFiles.read(path)
            try ReleaseFiles.explained(path) {
                guard !ReleaseFiles.isEnrolment(bytes) else {
                    guard let last = try ReleaseFiles.enrolments(bytes).last, last.digest == enrolled.digest else {
                        throw ReleaseRefusal.otherAuthority(enrolled: enrolled.label, given: path)
                    }
                    return
                }
                // A root may be named by its certificate alone here: which signer counts is enrolled.
                var (signer, policy) = (authoritySigner, authorityPolicy)
                if case .root(_, let enrolledSigner, let enrolledPolicy) = enrolled.authority {
                    (signer, policy) = (signer ?? enrolledSigner, policy ?? enrolledPolicy)
                }
                let given = try TrustedAuthority(pem: bytes, signer: signer, policy: policy)
                guard given == enrolled.authority else {
                    throw ReleaseRefusal.otherAuthority(enrolled: enrolled.label, given: given.shortFingerprint)
                }
            }
        }
    }
}
