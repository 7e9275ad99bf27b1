import ArgumentParser
import CardProfiles
import Files
import Foundation
import ISO7816
import Messages
import Personalization
import TestCards

struct TestCardsCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare two runs: subject, environment, profile, checks, results and times.",
        discussion: """
            A and B are the folders of campaigns, parts or reports, or evidence.json files. The evidence must be, to \
            the byte, what its station signed. Times are compared by their medians; a difference of a tenth or less is \
            not shown.
            """)

    @Argument(help: "A campaign, a part, a report's folder, or an evidence.json.")
    var a: String

    @Argument(help: "Another one.")
    var b: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Output: Encodable {
        let comparison: EvidenceComparison
        let profile: [ProfileLine]
        /// Why lines of the profile cannot be compared; nil where they were.
        let profileUnknown: String?
    }

    mutating func run() throws {
        let (one, other) = (try Self.evidence(a), try Self.evidence(b))
        let comparison = EvidenceComparison(one, other)
        let profiles = (try? Self.lines(one), try? Self.lines(other))
        let isKnown = profiles.0 != nil && profiles.1 != nil
        let lines = ProfileLine.differences(profiles.0 ?? [], profiles.1 ?? [])
        if json {
            return try Terminal.print(
                json: Output(
                    comparison: comparison, profile: isKnown ? lines : [],
                    profileUnknown: isKnown ? nil : Terminal.words(CompareText.profileUnknown)))
        }
        for difference in comparison.subject {
            Terminal.print(CompareText.subject(difference.name, from: difference.a, to: difference.b))
        }
        if isKnown {
            for line in lines { Terminal.print("\(line.isAdded ? "+" : "-") \(line.text)") }
        } else {
            Terminal.note(CompareText.profileUnknown)
        }
        for check in comparison.onlyInA { Terminal.print(CompareText.onlyIn("A", check: check)) }
        for check in comparison.onlyInB { Terminal.print(CompareText.onlyIn("B", check: check)) }
        for check in comparison.redefined { Terminal.print(CompareText.redefined(check: check)) }
        for result in comparison.results {
            Terminal.print(CompareText.result(check: result.check, from: result.a, to: result.b, got: result.got))
        }
        for time in comparison.times {
            Terminal.print(CompareText.time(operation: time.operation, from: time.a, to: time.b))
        }
        Terminal.print(
            CompareText.summary(
                checks: comparison.commonChecks, results: comparison.results.count, times: comparison.times.count,
                subject: comparison.subject.count + (isKnown ? lines.count : 0)))
    }

    private static func evidence(_ path: String) throws -> SuiteEvidence {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(.badInput, TestCardReportText.missing(source: path))
        }
        guard !isFolder.boolValue else {
            return try SignedEvidence(path: path + "/" + FiledReport.evidenceName).evidence
        }
        if path.hasSuffix(FiledReport.reportName) { return try FiledReport(path: path).report.evidence }
        return try SignedEvidence(path: path).evidence
    }

    /// Of the profile the cards were tested by, where it is here and still the same.
    private static func lines(_ evidence: SuiteEvidence) throws -> [String] {
        let profile = try CardProfile.bundled(
            evidence.campaign?.profile ?? "resident-health-card",
            overlays: [Batch.testKeysOverlay] + (evidence.campaign?.overlays ?? []))
        let digests = [profile.cardDigest, profile.digest].map { Hex.encode($0).lowercased() }
        guard digests.contains(evidence.profileDigest) else {
            throw Failure(.badInput, CompareText.profileUnknown)
        }
        return profile.canonicalForm.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("testKeys") }
    }
}

/// A line of the profile that one of two runs had.
struct ProfileLine: Encodable {
    let text: String
    /// In B and not in A.
    let isAdded: Bool

    /// The lines of a canonical form are in one order, whatever the order of the file was.
    static func differences(_ one: [String], _ other: [String]) -> [ProfileLine] {
        let (old, new) = (Set(one), Set(other))
        return one.filter { !new.contains($0) }.map { ProfileLine(text: $0, isAdded: false) }
            + other.filter { !old.contains($0) }.map { ProfileLine(text: $0, isAdded: true) }
    }
}
