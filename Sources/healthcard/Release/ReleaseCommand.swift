import ArgumentParser
import Files
import Foundation
import HealthCard
import Ledger
import Messages
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
              healthcard release authority enrol --name NAME --authority authority.pub.pem --person NAME=PEM \
            --person NAME=PEM --out authority.txt
              healthcard sign authority.txt --key person.pem      (two people, then `healthcard keys authority`)
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

struct ReleaseStationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: "Show what a release names this station and its ledger by.",
        discussion: """
            For `release grant --station … --ledger-id … --after-head …`; a ledger that is not there yet is made. The \
            head is its last entry: a release that names it is refused by a ledger that was put back to before it, which \
            is how a limit is granted in parts.
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    mutating func run() throws {
        let ledger = try ledgerOptions.open()
        let station = ReleaseTerms.StationName(
            name: ledger.station.name, publicKey: ledger.station.publicKey.bytes)
        let identity = try ledger.identity()
        let head = try ledger.head()
        Terminal.print(
            "--station \(station) --ledger-id \(identity)"
                + (head.map { " --after-head \($0.sequence):\($0.hash)" } ?? ""))
    }
}

/// Files that say what was decided are made once.
enum ReleaseOutput {
    static func create(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = SystemReason(errno)
            throw Failure(
                .badInput, ReleaseFileText.notMade(reason: reason, path: path))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw Failure(.badInput, ReleaseFileText.notWritten(path: path))
        }
    }

    /// Puts another content in the place of a file, or leaves it as it is. What a link leads to is replaced, not the link.
    static func replace(_ name: String, _ bytes: [UInt8]) throws {
        let path =
            realpath(name, nil).map { resolved in
                defer { free(resolved) }
                return String(cString: resolved)
            } ?? name
        let beside = path + ".new"
        try create(beside, bytes)
        guard rename(beside, path) == 0 else {
            unlink(beside)
            throw Failure(.badInput, ReleaseFileText.notWritten(path: path))
        }
    }
}
