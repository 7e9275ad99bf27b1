@testable import TestCards

/// What a campaign and its evidence are read from: files that pass through many hands before a release rests on them.
extension FuzzTarget {
    static let testCardTargets: [String: Target] = [
        "evidence": { bytes in
            guard let evidence = try? SuiteEvidence(fileBytes: bytes) else { return }
            check((try? evidence.fileBytes()) == bytes, "evidence is spelled in one way")
            guard let report = try? Report(evidence) else { return }
            _ = JUnitReport(report).text
            _ = HTMLReport(report, language: .chinese).text
            guard let file = try? ReportFile(report).bytes() else { return }
            check((try? FiledReport(report: file, evidence: bytes)) != nil, "a report is its evidence's")
        },
        "campaign": { bytes in
            guard let campaign = try? Campaign(json: bytes), let written = try? campaign.bytes() else { return }
            check((try? Campaign(json: written)) == campaign, "what was read is written and read again")
        },
    ]
}
