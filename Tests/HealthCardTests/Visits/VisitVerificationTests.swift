import CardProfiles
import HealthCard
import ShangMi
import Testing

@Suite("Trusting visits")
struct VisitVerificationTests {
    /// A visit as a test SAM signs it, without a card.
    private func signed(_ kind: VisitKind = .outpatient) throws -> Visit {
        let profile = try TestProfile.shared
        let module = try SoftwareSecurityModule.testKeys(profile)
        let content = try VisitSamples.content(kind)
        return try Visit(
            record: 1, bytes: content.bytes + module.sign(content.bytes) + module.signingCertificate(),
            layout: content.layout)
    }

    private func trust(on date: String? = nil) throws -> VisitTrust {
        var trust = try VisitCard.trust(TestProfile.shared)
        trust.date = try date.map { try #require(CalendarDate($0)) }
        return trust
    }

    @Test("a signed visit is trusted, and its certificate says whose it is")
    func good() throws {
        for kind in [VisitKind.inpatient, .outpatient] {
            let verification = try signed(kind).verified(by: trust(), isTestCard: true)
            #expect(verification.isTrusted)
            #expect(verification.certificate?.text(.terminal) == "990101000001")
            #expect(verification.certificate?.text(.subject) == "9156000132990000000002")
            #expect(verification.certificate?.notAfter == CalendarDate("2045-12-31"))
        }
    }

    @Test("a bit turned anywhere in data, signature or certificate is found", arguments: [0, 7])
    func tampered(_ bit: Int) throws {
        let visit = try signed()
        let layout = visit.content.layout
        // Every byte of signature and certificate; of the data one in every item, the first and the last.
        var places = Set(layout.dataLength..<layout.size)
        for item in layout.items { places.formUnion([item.offset ?? 0, (item.offset ?? 0) + item.length - 1]) }
        for place in places.sorted() {
            var bytes = visit.bytes
            bytes[place] ^= 1 << bit
            let changed = try Visit(record: 1, bytes: bytes, layout: layout)
            let problems = try changed.verified(by: trust(), isTestCard: true).problems
            #expect(!problems.isEmpty, "byte \(place)")
            if place < layout.dataLength + 64 { #expect(problems.contains(.wrongSignature), "byte \(place)") }
        }
    }

    @Test("a signature of other data, or data in another kind of place, is no signature")
    func swapped() throws {
        let visit = try signed()
        let other = try VisitSamples.random(.outpatient, seed: 1)
        let mixed = try Visit(
            record: 1, bytes: other.bytes + visit.signature + visit.certificateBytes, layout: other.layout)
        #expect(try mixed.verified(by: trust(on: "2026-10-08"), isTestCard: true).problems == [.wrongSignature])
    }

    @Test("dates, of the visit or as given")
    func dates() throws {
        let visit = try signed()
        func problems(_ date: String) throws -> [VisitVerification.Problem] {
            try visit.verified(by: trust(on: date), isTestCard: true).problems
        }
        let first = try #require(CalendarDate("2026-01-01"))
        let last = try #require(CalendarDate("2045-12-31"))
        #expect(try problems("2026-01-01").isEmpty)
        #expect(try problems("2045-12-31").isEmpty)
        #expect(try problems("2025-12-31") == [.notYetValid(from: first)])
        #expect(try problems("2046-01-01") == [.expired(on: last)])
        var old = visit.content
        try old.set(.dateTime(#require(CalendarDateTime("2001-01-01T00:00:00"))), for: "visitTime")
        let module = try SoftwareSecurityModule.testKeys(TestProfile.shared)
        let early = try Visit(
            record: 1, bytes: old.bytes + module.sign(old.bytes) + visit.certificateBytes, layout: old.layout)
        #expect(try early.verified(by: trust(), isTestCard: true).problems == [.notYetValid(from: first)])
    }

    @Test("roots: none given, another one, the published one on a formal card")
    func roots() throws {
        let visit = try signed()
        let stranger = try TrustAnchor(publicKey: SM2.PrivateKey(seed: SM3.hash([1])).publicKey.bytes)
        #expect(visit.verified(by: VisitTrust(anchors: []), isTestCard: true).problems == [.noRoot])
        #expect(visit.verified(by: VisitTrust(anchors: [stranger]), isTestCard: true).problems == [.unknownRoot])
        #expect(try visit.verified(by: trust(), isTestCard: false).problems == [.testRootOnFormalCard])
        let both = VisitTrust(anchors: try trust().anchors + [stranger])
        #expect(visit.verified(by: both, isTestCard: true).isTrusted)
        #expect(throws: ShangMiError.self) { try TrustAnchor(publicKey: [UInt8](repeating: 1, count: 64)) }
        #expect(throws: SecurityModuleError.self) {
            try TrustAnchor.testRoot(TestProfile.formal, of: #require(TestProfile.formal.certificate("sam")))
        }
    }

    @Test("unsigned, and certificates that are none")
    func malformed() throws {
        let visit = try signed()
        func problems(_ signature: [UInt8], _ certificate: [UInt8]) throws -> [VisitVerification.Problem] {
            try Visit(
                record: 1, bytes: visit.content.bytes + signature + certificate, layout: visit.content.layout
            ).verified(by: trust(), isTestCard: true).problems
        }
        let zeros = [UInt8](repeating: 0, count: 190)
        #expect(try problems(Array(zeros.prefix(64)), zeros) == [.unsigned])
        #expect(try problems(visit.signature, zeros) == [.unsigned])
        #expect(try problems([UInt8](repeating: 0xFF, count: 64), visit.certificateBytes) == [.wrongSignature])
        for (field, problem) in [
            ("format", Certificate.Problem.constant(field: "format")), ("kind", .constant(field: "kind")),
            ("algorithm", .constant(field: "algorithm")), ("publicKey", .publicKey),
            ("notAfter", .date(field: "notAfter")),
        ] {
            var certificate = visit.certificateBytes
            let place = try #require(visit.content.layout.certificateLayout.field(field))
            certificate.replaceSubrange(
                place.offset..<place.offset + place.length, with: [UInt8](repeating: 0xEE, count: place.length))
            #expect(try problems(visit.signature, certificate) == [.malformedCertificate(problem)])
        }
        let layout = visit.content.layout.certificateLayout
        for length in [0, 1, 189, 191] {
            #expect(throws: Certificate.Problem.length(bytes: length, expected: 190)) {
                try Certificate([UInt8](repeating: 0, count: length), layout: layout)
            }
        }
    }

    @Test("an issuer certificate is read by its own layout")
    func issuer() throws {
        let profile = try TestProfile.shared
        let layout = try #require(profile.certificate("issuer"))
        let bytes = try SoftwareSecurityModule.testKeys(profile).certificate(
            layout, values: ["issuerCode": "990100000", "issueDate": "2026-10-12", "validUntil": "2036-10-12"])
        let certificate = try Certificate(bytes, layout: layout)
        #expect(certificate.isSigned(by: try TrustAnchor.testRoot(profile, of: layout).publicKey))
        #expect(certificate.notBefore == CalendarDate("2026-10-12"))
        #expect(certificate.text(.issuer) == "990100000" && certificate.text(.terminal) == nil)
    }

    @Test("a visit that is not to be trusted is not erased, unless one insists")
    func reimbursing() throws {
        let card = try VisitCard.fresh()
        _ = try card.session().writeVisit(VisitSamples.content(.outpatient))
        let written = card.channel.card.writtenByteCount
        let error = #expect(throws: VisitError.self) {
            try card.session().reimburseVisit(.outpatient, record: 1, ifTrustedBy: VisitTrust(anchors: []))
        }
        guard case .notTrusted(let verification)? = error?.problem else { return }
        #expect(verification.problems == [.noRoot])
        #expect(card.channel.card.writtenByteCount == written)
        _ = try card.session().reimburseVisit(.outpatient, record: 1, ifTrustedBy: nil)
        #expect(try card.visits(.outpatient).isEmpty)
    }
}
