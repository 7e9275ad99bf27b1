import ArgumentParser
import CardProfiles
import Foundation
import Messages
import Releases

struct ReleaseRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Sign the next revocation list, with one more release in it.",
        discussion: """
            Each list contains all earlier revocations and has a number one higher; a factory that has seen a list \
            accepts no earlier one. Without a release the list is renewed as it is.
            """)

    @Argument(help: "The release to revoke.")
    var file: String?

    @OptionGroup var signerOptions: SignerOptions

    @Option(name: .long, help: "The authority's name. Default: the name in the release, or in the list before.")
    var authorityName: String?

    @Option(name: .long, help: "The reason, on one line.")
    var reason: String?

    @Option(name: .long, help: ArgumentHelp("The list before; omit it for the first one.", valueName: "file"))
    var previous: String?

    @Option(
        name: .long, help: "The last day on which this list is valid, YYYY-MM-DD. Default: until there is a later list."
    )
    var nextUpdate: String?

    @Option(name: .long, help: "The file to create.")
    var out: String

    func validate() throws {
        guard (file == nil) == (reason == nil), file != nil || previous != nil else {
            throw ValidationError(
                Terminal.words(RevokeText.reasonMissing))
        }
        try LedgerReasonText.check(reason, option: "--reason")
    }

    mutating func run() throws {
        let last = try previous.map { path in
            try ReleaseFiles.explained(path) { try RevocationList(ReleaseFiles.read(path)) }
        }
        let release = try file.map { path in
            try ReleaseFiles.explained(path) { try Release(ReleaseFiles.read(path)) }
        }
        guard let authority = authorityName ?? release?.terms.authority ?? last?.authority else {
            throw Failure(.usage, RevokeText.authorityNameMissing)
        }
        let day = try nextUpdate.map { text in
            guard let day = CalendarDate(text) else {
                throw Failure(
                    .usage, RevokeText.dayForm)
            }
            return day
        }
        let entry = release.map { RevocationList.Entry(release: $0.digest, time: .now, reason: reason ?? "") }
        try checkNoneIsLeftOut(release, last)
        let signer = try signerOptions.open()
        let memory = try RevocationMemory(of: signer.publicKey)
        if let known = try memory.last(), last.map({ $0.number < known.number || $0.digest != known.digest }) ?? true,
            last.map({ $0.number <= known.number }) ?? true
        {
            throw Self.previousWanted(known.number)
        }
        let list: RevocationList
        do {
            list = try RevocationList.signed(
                after: last, revoking: entry, authority: authority, at: .now, nextUpdate: day,
                by: signer, certificates: signerOptions.certificates())
        } catch let error as ReleaseFileError {
            throw Failure(.usage, error.flaw)
        }
        try ReleaseOutput.create(out, list.bytes)
        if !memory.remember(list) {
            Terminal.note(
                RevokeText.numberNotKept)
        }
        Terminal.print(
            RevokeText.listed(number: list.number, releases: list.entries.count))
    }

    /// A list leaves nothing out that an earlier one took back.
    private func checkNoneIsLeftOut(_ release: Release?, _ last: RevocationList?) throws {
        let named = release?.terms.revocationNumber ?? 0
        guard named > last?.number ?? 0 else { return }
        throw Self.previousWanted(named)
    }

    private static func previousWanted(_ number: Int64) -> Failure {
        Failure(
            .usage,
            RevokeText.previousNeeded(number: number))
    }
}
