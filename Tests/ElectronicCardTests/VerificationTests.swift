import CardProfiles
import Foundation
import ShangMi
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §4`.
@Suite("Verifying codes") struct VerificationTests {
    private let keys: SoftwareKeyHolder
    private let person: HolderIdentity
    private let other: HolderIdentity
    private let until: CalendarDateTime

    init() throws {
        let vectors = try Vectors.shared.get()
        keys = try .test()
        person = try vectors.published.identity()
        other = try vectors.people[1].identity()
        until = try #require(CalendarDateTime("2026-11-30T12:00:00"))
    }

    private func time(_ offset: Int) throws -> CalendarDateTime {
        try #require(ChinaTime.time(secondsSince1970: ChinaTime.secondsSince1970(until) + offset))
    }

    private func fixed() throws -> CardCode { try CardCode(id: keys.cardID(of: person)) }

    private func dynamic(_ keys: SoftwareKeyHolder? = nil) throws -> CardCode {
        try CardCode(id: self.keys.cardID(of: person), validity: (keys ?? self.keys).seal(validUntil: until))
    }

    private func verify(
        _ code: CardCode, as identity: HolderIdentity? = nil, validity: Bool = true, offset: Int = -60,
        rules: CodeVerifier.Rules = .init(), keys: (any ElectronicCardKeyHolder)? = nil
    ) throws -> Verification {
        var verifier = CodeVerifier(keys: keys ?? self.keys, rules: rules)
        return try verifier.verify(code, as: identity, checksValidity: validity, at: time(offset))
    }

    @Test("What is proved follows from what is asked for, and nothing asked proves nothing")
    func standings() throws {
        let valid = try verify(dynamic())
        #expect(valid.standing == .validityVerified && valid.verified?.validUntil == until)
        #expect(valid.verified?.holder == nil)
        let both = try verify(dynamic(), as: person)
        #expect(both.standing == .personVerified && both.proved == [.person, .validity])
        #expect(both.verified?.holder == person && both.verified?.validUntil == until)
        let fixed = try verify(fixed(), as: person, validity: false)
        #expect(fixed.standing == .personVerified && fixed.verified?.holder == person)
        let recognized = try verify(dynamic(), validity: false)
        #expect(recognized.standing == .recognized && recognized.verified == nil && recognized.asked == [])
        let none = try verify(self.fixed())
        #expect(none.standing == .recognized && none.validity == .none && none.verified == nil)
        // The person alone does not prove the validity that was asked for.
        let half = try verify(self.fixed(), as: person)
        #expect(half.standing == .personVerified && half.proved == [.person] && half.verified == nil)
        #expect(both.usesPublishedKeys)
    }

    @Test("A code of somebody else, under another root or of another name is another person's")
    func people() throws {
        #expect(try verify(dynamic(), as: other).standing == .otherPerson)
        let renamed = try HolderIdentity(.residentIdentityCard, number: person.number, name: person.name + "甲")
        #expect(try verify(fixed(), as: renamed, validity: false).standing == .otherPerson)
        let root = SecretBytes(copying: (0..<16).map { UInt8($0) })
        let otherKeys = try SoftwareKeyHolder(root: root, protection: nil)
        let verification = try verify(fixed(), as: person, validity: false, keys: otherKeys)
        #expect(
            verification.standing == .otherPerson && verification.verified == nil && !verification.usesPublishedKeys)
        // Also an expired one: that it is another's says more.
        #expect(try verify(dynamic(), as: other, offset: 9_999).standing == .otherPerson)
    }

    @Test("Validity ends when its second is over, and is not believed far ahead")
    func windows() throws {
        let code = try dynamic()
        #expect(try verify(code, offset: 0).standing == .validityVerified)
        #expect(try verify(code, offset: 1).standing == .expired)
        #expect(try verify(code, offset: 1).validity == .expired(at: until))
        #expect(try verify(code, offset: 1, rules: .init(tolerance: 1)).standing == .validityVerified)
        #expect(try verify(code, offset: 2, rules: .init(tolerance: 1)).standing == .expired)
        #expect(try verify(code, offset: -1800).standing == .validityVerified)
        #expect(try verify(code, offset: -1801).standing == .notYetPossible)
        #expect(try verify(code, offset: -1801, rules: .init(tolerance: 1)).standing == .validityVerified)
        #expect(try verify(code, offset: -61, rules: .init(longestValidity: 60)).standing == .notYetPossible)
        #expect(try verify(code, offset: -10 * 365 * 86_400).standing == .notYetPossible)
        #expect(try verify(code, offset: 10 * 365 * 86_400).standing == .expired)
        for standing in [1, -1801].map({ try? verify(code, offset: $0).verified }) { #expect(standing == .some(nil)) }
    }

    @Test("A validity under another protection key, or changed, is unreadable")
    func unreadable() throws {
        let key = SecretBytes(copying: (0..<16).map { UInt8($0) })
        let stranger = try SoftwareKeyHolder(root: nil, protection: key)
        #expect(try verify(dynamic(stranger)).standing == .validityUnreadable)
        let text = try dynamic().text
        let changed = text.dropLast() + (text.last == "0" ? "1" : "0")
        let code = try #require(Recognition(of: changed).code)
        #expect(try verify(code).standing == .validityUnreadable)
    }

    @Test("A clock that is set back is noticed, within a run and from one to the next")
    func clock() throws {
        let code = try dynamic()
        var verifier = CodeVerifier(keys: keys, rules: .init(tolerance: 5))
        #expect(try verifier.verify(code, checksValidity: true, at: time(100)).standing == .expired)
        #expect(try verifier.verify(code, checksValidity: true, at: time(-10)).standing == .clockSetBack)
        #expect(try verifier.verify(code, checksValidity: true, at: time(-10)).verified == nil)
        #expect(try verifier.verify(code, checksValidity: true, at: time(95)).standing == .expired)
        #expect(verifier.clockMemory.latest == (try time(100)))
        let folder = try TestFolder()
        let path = try folder.file("clock")
        try verifier.clockMemory.save(to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        var next = CodeVerifier(keys: keys, clock: try ClockMemory(file: path))
        #expect(try next.verify(code, checksValidity: true, at: time(-10)).standing == .clockSetBack)
        // Whose code it is does not depend on any clock.
        let person = try next.verify(code, as: person, checksValidity: false, at: time(-10))
        #expect(person.standing == .personVerified)
        #expect(try ClockMemory(file: folder.file("none")).latest == nil)
        let foreign = try folder.file("foreign", "2026-11-30T12:00:00\n")
        #expect(throws: ElectronicCardError.clockMemory(path: foreign)) { try ClockMemory(file: foreign) }
        #expect(throws: ElectronicCardError.self) { try verifier.clockMemory.save(to: folder.path + "/no/clock") }
    }

    @Test("An id of 48 digits proves no person, and a missing key is said")
    func limits() throws {
        let short = try #require(Recognition(of: fixed().idDigits.prefix(48) + ":1").code)
        let verification = try verify(short, as: person, validity: false)
        #expect(verification.person == .notComputable && verification.standing == .recognized)
        #expect(verification.verified == nil)
        let none = try SoftwareKeyHolder(root: nil, protection: nil)
        for code in [short, try dynamic()] {
            #expect(throws: ElectronicCardError.keyNotHeld(.root)) {
                try verify(code, as: person, validity: false, keys: none)
            }
        }
        #expect(throws: ElectronicCardError.keyNotHeld(.protection)) { try verify(dynamic(), keys: none) }
    }
}
