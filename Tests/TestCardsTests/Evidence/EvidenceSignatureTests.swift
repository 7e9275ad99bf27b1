import Foundation
import Messages
import ShangMi
import TestCards
import Testing

@Suite("Evidence: whose it is") struct EvidenceSignatureTests {
    private let signer: EvidenceSigner
    private let evidence: SuiteEvidence
    private let bytes: [UInt8]
    private let signature: [UInt8]

    init() throws {
        signer = try SampleEvidence.signer()
        evidence = SampleEvidence.evidence(station: signer.station, failing: true)
        bytes = try evidence.fileBytes()
        signature = try EvidenceSignature(evidence, by: signer, at: "2026-11-25T09:12:31Z").fileBytes
    }

    private func read(_ evidence: [UInt8], _ signature: [UInt8]?) throws -> SignedEvidence {
        try SignedEvidence(evidence: evidence, signature: signature)
    }

    private func edited(_ old: String, _ new: String) throws -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let edit = text.replacing(old, with: new)
        try #require(edit != text, "\(old) is not in the evidence")
        return Array(edit.utf8)
    }

    @Test("What a station signed is read back, with the station's name and fingerprint")
    func right() throws {
        let signed = try read(bytes, signature)
        #expect(signed.evidence == evidence)
        #expect(signed.signature?.station == signer.station)
        #expect(try signed.signature?.evidenceDigest == evidence.digest())
        #expect(signer.station.fingerprint.utf8.count == 64)
    }

    @Test("A changed byte of the evidence is refused, wherever it is, and the station is named")
    func everyByte() throws {
        // Each byte of the head and of the end, and a sample of what is between.
        let places = Array(0..<120) + stride(from: 120, to: bytes.count, by: 37) + Array(bytes.count - 40..<bytes.count)
        for place in places {
            var changed = bytes
            changed[place] ^= 1
            let error = #expect(throws: ReportError.self, "byte \(place)") { try read(changed, signature) }
            #expect(error?.description.contains(signer.station.description) == true)
        }
        for changed in [bytes + [0x0A], Array(bytes.dropLast()), [], [0x0A], bytes + bytes] {
            #expect(throws: ReportError.self) { try read(changed, signature) }
        }
    }

    @Test(
        "Edits that leave right evidence behind are refused",
        arguments: [
            ("\"verdict\":\"failed\"", "\"verdict\":\"passed\""), ("示范制卡厂", "另一制卡厂"), ("\"THD86\"", "\"THD89\""),
            ("COS-X", "COS-Y"), ("access.DDF1/EF05.read.without-key", "access.DDF1/EF06.read.without-key"),
            ("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", String(repeating: "a", count: 64)),
            ("1112131415161718", "1112131415161719"), ("张三", "李四"), ("\"suiteChecks\":4", "\"suiteChecks\":3"),
            ("\"isSetAside\":true", "\"isSetAside\":false"), ("2026-11-25T09:12:30Z", "2026-11-26T09:12:30Z"),
            ("Reader <1>", "Reader <2>"), ("40000", "1000"),
        ])
    func rightEdits(_ old: String, _ new: String) throws {
        let changed = try edited(old, new)
        #expect(throws: ReportError.self) { try read(changed, signature) }
        // The edit itself is one that nothing but the signature finds.
        #expect(throws: Never.self) { try SuiteEvidence(fileBytes: changed) }
    }

    @Test("Every byte of the signature counts, and it has one spelling")
    func everySignatureByte() throws {
        for place in signature.indices {
            var changed = signature
            changed[place] ^= 1
            #expect(throws: ReportError.self, "byte \(place)") { try read(bytes, changed) }
        }
        let text = String(decoding: signature, as: UTF8.self)
        for changed in [
            text.uppercased(), text + "\n", String(text.dropLast()), text.replacing("\n", with: "\r\n"), "", "\n",
            text.replacing("station: ", with: "station:  "), text + "note: 1\n", "\u{FEFF}" + text,
            text.replacing("campaign: none\n", with: ""), text.replacing("none", with: "None"),
            text.replacing("station: desk-1\n", with: "station: desk-1\nstation: desk-2\n"),
            text.replacing("desk-1", with: "desk 1"), text.replacing("/1\n", with: "/2\n"),
        ] {
            #expect(changed != text)
            #expect(throws: ReportError.self, "\(changed)") { try read(bytes, Array(changed.utf8)) }
        }
    }

    @Test("Evidence of one run with the signature of another, or of another station, is refused")
    func spliced() throws {
        let other = SampleEvidence.evidence(station: signer.station, failing: false)
        #expect(throws: ReportError.self) { try read(other.fileBytes(), signature) }
        let stranger = try SampleEvidence.signer("desk-1")
        // The stranger signs what names the station; what names the stranger is the stranger's.
        #expect(throws: ReportError.self) { try EvidenceSignature(evidence, by: stranger, at: "2026-11-25T09:12:31Z") }
        let theirs = SampleEvidence.evidence(station: stranger.station, failing: false)
        let signed = try EvidenceSignature(theirs, by: stranger, at: "2026-11-25T09:12:31Z").fileBytes
        #expect(throws: ReportError.self) { try read(bytes, signed) }
        #expect(try read(theirs.fileBytes(), signed).signature?.station == stranger.station)
        // A key that signs everything anew, and leaves the station's name in the evidence.
        let text = String(decoding: signed, as: UTF8.self).replacing(
            try theirs.digest(), with: try evidence.digest())
        #expect(throws: ReportError.self) { try read(bytes, Array(text.utf8)) }
    }

    @Test("A signature that names another campaign than the evidence is refused")
    func otherCampaign() throws {
        let digest = String(repeating: "c", count: 64)
        let evidence = SampleEvidence.evidence(station: signer.station, campaignDigest: digest)
        let right = try EvidenceSignature(evidence, by: signer, at: "2026-11-25T09:12:31Z").fileBytes
        _ = try read(evidence.fileBytes(), right)
        let text = String(decoding: right, as: UTF8.self).replacing(digest, with: "none")
        #expect(throws: ReportError.self) { try read(evidence.fileBytes(), Array(text.utf8)) }
    }

    @Test("Evidence without its signature is refused; that of older software is read, unsigned and never passed")
    func unsigned() throws {
        #expect(throws: ReportError.unsigned(path: "evidence.json")) { try read(bytes, nil) }
        let old = try Self.older(SampleEvidence.evidence())
        let unsigned = try read(old, nil)
        #expect(unsigned.signature == nil && unsigned.evidence.station == nil)
        #expect(unsigned.evidence.missing == [.olderSoftware])
        let report = try Report(unsigned.evidence)
        #expect(report.verdict == .incomplete && !report.isWhole && !report.isSigned)
        for language in Language.allCases {
            let html = HTMLReport(report, language: language).text
            #expect(html.contains(language == .chinese ? "未签名" : "UNSIGNED"))
        }
        #expect(throws: ReportError.self) { try read(old, signature) }
    }

    @Test("Nothing of the newer format hides in the older one, and nothing of the newer one may be missing")
    func mixedFormats() throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let old = text.replacing("resident-health-card-evidence/2", with: "resident-health-card-evidence/1")
        #expect(throws: ReportError.self) { try Report(SuiteEvidence(fileBytes: Array(old.utf8))) }
        let newer = try String(decoding: Self.older(evidence), as: UTF8.self).replacing(
            "resident-health-card-evidence/1", with: "resident-health-card-evidence/2")
        #expect(throws: ReportError.self) { try Report(SuiteEvidence(fileBytes: Array(newer.utf8))) }
        let third = text.replacing("resident-health-card-evidence/2", with: "resident-health-card-evidence/3")
        #expect(throws: ReportError.self) { try Report(SuiteEvidence(fileBytes: Array(third.utf8))) }
    }

    /// As software wrote it that signed nothing.
    private static func older(_ evidence: SuiteEvidence) throws -> [UInt8] {
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(evidence.fileBytes())) as? [String: Any])
        for key in ["station", "chip", "campaign", "environment", "equipment", "scope"] { object[key] = nil }
        object["format"] = SuiteEvidence.unsignedFormat
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return Array(data) + [0x0A]
    }
}

@Suite("Evidence: stations an authority has enrolled") struct EnrolledStationsTests {
    private let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test("Name and fingerprint, with 16 or 64 digits; a name is not enough")
    func entries() {
        #expect(EnrolledStations.Entry("desk@0123456789abcdef") != nil)
        #expect(EnrolledStations.Entry("desk@\(digest)") != nil)
        for text in [
            "desk", "desk@", "@0123456789abcdef", "desk@0123456789abcde", "desk@0123456789ABCDEF",
            "a b@0123456789abcdef",
            "desk@0123456789abcdef@x", "desk@0123456789abcdeg", "", "desk@\(digest)0", " desk@0123456789abcdef",
        ] {
            #expect(EnrolledStations.Entry(text) == nil, "\(text)")
        }
    }

    @Test("A file: comments and blank lines say nothing, any other line is named")
    func file() throws {
        let text = "# stations\n\n  desk-1@0123456789abcdef  \r\n\tdesk-2@\(digest)\n#desk-3@x"
        let stations = try EnrolledStations(fileBytes: Array(text.utf8))
        #expect(stations.entries.map(\.name) == ["desk-1", "desk-2"])
        let error = #expect(throws: EnrolledStations.LineError.self) {
            try EnrolledStations(fileBytes: Array("#\ndesk-1\n".utf8))
        }
        #expect(error?.line == 2)
        #expect(throws: EnrolledStations.LineError.self) { try EnrolledStations(fileBytes: [0xFF, 0xFE]) }
        #expect(try EnrolledStations(fileBytes: []).entries.isEmpty)
    }

    @Test("A station is enrolled by its name and its fingerprint, both")
    func contains() throws {
        let stations = try EnrolledStations(fileBytes: Array("desk-1@0123456789abcdef\n".utf8))
        #expect(stations.contains(EvidenceStation(name: "desk-1", fingerprint: digest)))
        #expect(!stations.contains(EvidenceStation(name: "desk-2", fingerprint: digest)))
        #expect(!stations.contains(EvidenceStation(name: "desk-1", fingerprint: String(digest.reversed()))))
        #expect(!EnrolledStations().contains(EvidenceStation(name: "desk-1", fingerprint: digest)))
    }
}
