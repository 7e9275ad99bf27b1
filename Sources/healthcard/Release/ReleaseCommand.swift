import ArgumentParser
import Foundation
import HealthCard
import Ledger
import Releases
import ShangMi

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Approve test cards: grant, show, verify and revoke releases.",
        discussion: """
            A release is a small signed file: the authority that has read the test report allows formal cards of one \
            maker's product by one profile, for a time (Docs/releases.md). Without one that holds, \
            `healthcard personalize` makes no formal card and says why.

              healthcard release authority new --key authority.pem --public-key authority.pub.pem
              healthcard release grant --report report.json --key authority.pem --authority-name NAME \
            --valid-until 2027-11-30 --out product.release
              healthcard release verify product.release --authority authority.pub.pem
              healthcard release revoke product.release --key authority.pem --reason TEXT --out revocations.txt
            """,
        subcommands: [
            ReleaseGrantCommand.self, ReleaseShowCommand.self, ReleaseVerifyCommand.self, ReleaseRevokeCommand.self,
            ReleaseListCommand.self, ReleaseStationCommand.self, ReleaseAuthorityCommand.self,
        ])
}

struct ReleaseAuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "The keys of who approves: make one, look at one.",
        subcommands: [AuthorityNewCommand.self, AuthorityShowCommand.self])
}

struct AuthorityNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make an SM2 key under a passphrase, and the public key factories pin.",
        discussion: """
            For certificates, `openssl req -new -key FILE` makes a request of the key; the root signs it with SM2 and \
            SM3, with key usage digitalSignature.
            """)

    @Option(name: .long, help: "The file for the private key; it must not be there.")
    var key: String

    @Option(name: .long, help: "The file for the public key; it must not be there.")
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
            Terminal.text("fingerprint ", "指纹 ") + TrustedAuthority.pinned(made.publicKey).fingerprint)
    }
}

struct AuthorityShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the fingerprint of a public key or a root, to be compared by telephone.")

    @Argument(help: "The public key or the certificate, in PEM.")
    var file: String

    mutating func run() throws {
        let authority = try ReleaseFiles.explained(file) {
            try TrustedAuthority(pem: ReleaseFiles.read(file, atMost: 16384))
        }
        if case .root(let certificate, _) = authority {
            Terminal.print(Terminal.text("root ", "根证书 ") + certificate.name)
        }
        Terminal.print(Terminal.text("fingerprint ", "指纹 ") + authority.fingerprint)
    }
}

struct ReleaseStationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: "Show what a release names this station and its ledger by.",
        discussion: "For `release grant --station … --ledger-id …`; a ledger that is not there yet is made.")

    @OptionGroup var ledgerOptions: LedgerOptions

    mutating func run() throws {
        let ledger = try ledgerOptions.open()
        let station = ReleaseTerms.StationName(
            name: ledger.station.name, publicKey: ledger.station.publicKey.bytes)
        Terminal.print("--station \(station) --ledger-id \(try ledger.identity())")
    }
}

/// Files that say what was decided are made once.
enum ReleaseOutput {
    static func create(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw Failure(
                .badInput, Terminal.text("\(path) cannot be made: \(reason)", "无法创建 \(path)：\(reason)"))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw Failure(.badInput, Terminal.text("\(path) cannot be written", "无法写入 \(path)"))
        }
    }
}
