import ArgumentParser
import CardProfiles
import Foundation
import Releases

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
            throw Failure(.usage, error.what)
        }
        try ReleaseOutput.create(out, list.bytes)
        if !memory.remember(list) {
            Terminal.note(
                Terminal.text(
                    "note: the number of this list could not be kept here; give it with --previous the next time",
                    "注意：本机未能记录清单号；下次请用 --previous 给出本清单"))
        }
        Terminal.print(
            Terminal.text(
                "list \(list.number): \(list.entries.count) release(s) revoked",
                "撤销清单第 \(list.number) 号：共撤销 \(list.entries.count) 份放行书"))
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
            Terminal.text(
                "there is a revocation list \(number) of this authority: give the last one with --previous, or what it took back would come back",
                "该机构已有第 \(number) 号撤销清单：请用 --previous 给出最近一份，否则其中撤销的内容将失效"))
    }
}
