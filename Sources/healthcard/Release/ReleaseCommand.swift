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
        commandName: "release",
        abstract: "Releases, which allow production cards: grant, show, verify and revoke them.",
        discussion: """
            A release is a small signed file: the authority that has read the test report allows production cards of \
            one manufacturer's product by one profile, for a limited time (Docs/releases.md). Without a valid release, \
            `healthcard personalize` produces no production card and reports why.
            """,
        subcommands: [
            ReleaseGrantCommand.self, ReleaseShowCommand.self, ReleaseVerifyCommand.self, ReleaseRevokeCommand.self,
            ReleaseListCommand.self, ReleaseStationCommand.self, ReleaseAuthorityCommand.self,
        ])
}

struct ReleaseStationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: "Show how a release identifies this station and its ledger.",
        discussion: """
            For `release grant --station … --ledger-id … --after-head …`; a ledger that does not exist yet is created. \
            The head is its last entry: a ledger that was put back to before that entry refuses a release that names \
            it, so that a limit can be granted in parts.
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    mutating func run() throws {
        let ledger = try ledgerOptions.open()
        let station = ReleaseTerms.StationName(
            name: ledger.station.name, publicKey: ledger.station.publicKey.bytes)
        let identity = try ledger.identity()
        let head = try ledger.headOfAll()
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
