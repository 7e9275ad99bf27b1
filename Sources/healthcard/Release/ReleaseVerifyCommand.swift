import ArgumentParser
import Foundation
import Messages
import Releases

struct ReleaseVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "List every reason why a release is not valid; exit code 8 if there is any.",
        discussion: """
            Always checks signature, authority, dates and revocation; with --maker, --product and --product-version \
            also those, the profile, the dialect and the station; with --test-report the report.
            """)

    @Argument(help: "The release.")
    var file: String

    @OptionGroup var authorityOptions: AuthorityOptions
    @OptionGroup var productOptions: ProductOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: "The dialect used to personalize the cards. Default: the profile's own.")
    var dialect: String?

    @Option(name: .long, help: "The test report.")
    var testReport: String?

    @Flag(name: .long, help: "Print JSON.")
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
                    refusals: refusals.map { Found(code: $0.code.rawValue, text: $0.description) }))
        } else if refusals.isEmpty {
            Terminal.print(Terminal.words(ReleaseVerifyText.holds) + (digest ?? ""))
        }
        try Terminal.checkOutput()
        guard refusals.isEmpty else {
            throw Failure(.notAllowed, refusals.map(Terminal.words).joined(separator: "\n"))
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
