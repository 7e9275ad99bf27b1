import ShangMi

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
            check(report.digest == SuiteEvidence.hex(SM3.hash(file)), "the paper names the digest of report.json")
            check(evidence.missing.isEmpty || report.verdict != .passed, "a part is never passed")
            // Without a signature only what older software wrote is read.
            let isRead = (try? FiledReport(report: file, evidence: bytes, signature: nil)) != nil
            check(isRead == (evidence.format == SuiteEvidence.unsignedFormat), "a report is its evidence's")
        },
        "evidence-signature": { bytes in
            guard let signature = try? EvidenceSignature(fileBytes: bytes, of: "evidence.json") else { return }
            check(signature.fileBytes == bytes, "a signature is spelled in one way")
        },
        "stations": { bytes in
            guard let stations = try? EnrolledStations(fileBytes: bytes) else { return }
            for entry in stations.entries {
                check([16, 64].contains(entry.fingerprint.utf8.count), "a whole fingerprint")
            }
        },
        "campaign": { bytes in
            guard let campaign = try? Campaign(json: bytes), let written = try? campaign.bytes() else { return }
            check((try? Campaign(json: written)) == campaign, "what was read is written and read again")
        },
    ]
}
