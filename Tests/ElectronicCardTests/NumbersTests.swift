import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §2`.
@Suite("Numbers of electronic cards") struct NumbersTests {
    private let vectors: Vectors
    private let keys: SoftwareKeyHolder

    init() throws {
        vectors = try Vectors.shared.get()
        keys = try SoftwareKeyHolder(
            root: SecretBytes(hex: vectors.root), protection: SecretBytes(hex: vectors.protection))
    }

    private func check(_ person: Vectors.Person, _ keys: some ElectronicCardKeyHolder) throws {
        let identity = try person.identity()
        #expect(identity.mainIndex.hex == person.mainIndex)
        #expect(MainIndex(hex: person.mainIndex.lowercased()) == identity.mainIndex)
        #expect(Hex.encode(identity.mainIndex.factor) == person.factor)
        let id = try keys.cardID(of: identity)
        #expect(id.hex == person.id)
        let validity = try keys.seal(validUntil: person.until())
        #expect(validity.hex == person.validity)
        #expect(try keys.validUntil(#require(SealedValidity(hex: person.validity))) == person.until())
        #expect(try CardCode(id: id).text == person.static)
        #expect(try CardCode(id: id, validity: validity).text == person.dynamic)
    }

    @Test("The published vector holds, value by value")
    func published() throws {
        let person = vectors.published
        #expect(person.mainIndex == "ABD17E7ED399EF68AB5660155D6E226D2C92EAC3254A4A66BED83AED0ADA1E9E")
        #expect(person.id == "98FF9F2C05145CB9305E9D8A57E072BB51180CA49E5BE5E9D41BCE3A9A571928")
        #expect(person.validity == "92FD69141DFE1553A42251E2B0196148")
        try check(person, keys)
        let root = try SM4(key: SecretBytes(hex: vectors.root))
        let factor = try person.identity().mainIndex.factor
        #expect(Hex.encode(try root.encryptECB(factor + factor.map { ~$0 })) == person.userKey)
        try check(person, SoftwareKeyHolder.test())
    }

    @Test("Every invented person has the numbers of the vectors")
    func people() throws {
        for person in vectors.people { try check(person, keys) }
    }

    @Test("The openssl command alone gives the same numbers")
    func openssl() throws {
        let outcome = try Tool.run("/bin/bash", [Repository.independent("electronic-card-openssl")])
        #expect(outcome.status == 0)
        #expect(String(decoding: outcome.output, as: UTF8.self).hasPrefix("\(vectors.people.count + 1) people"))
    }

    @Test("A program in Python gives the same numbers for 1,000 invented people, both ways")
    func independent() throws {
        let invented = try Tool.python("electronic_card.py", ["invent", "1000", "19"])
        let lines = String(decoding: invented.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1000)
        var ours: [Vectors.Person] = []
        for line in lines {
            let person = try JSONDecoder().decode(Vectors.Person.self, from: Data(line.utf8))
            try check(person, keys)
            // Of the same person another name and time, computed here first.
            let identity = try HolderIdentity(
                DocumentType(rawValue: person.type) ?? .other, number: person.number, name: person.name + "乙")
            let until = try #require(ChinaTime.time(secondsSince1970: ChinaTime.secondsSince1970(person.until()) + 1))
            let id = try keys.cardID(of: identity)
            let validity = try keys.seal(validUntil: until)
            let root = try SM4(key: SecretBytes(hex: vectors.root))
            let factor = identity.mainIndex.factor
            ours.append(
                Vectors.Person(
                    type: person.type, number: person.number, name: identity.name, validUntil: until.digits,
                    mainIndex: identity.mainIndex.hex, factor: Hex.encode(factor),
                    userKey: Hex.encode(try root.encryptECB(factor + factor.map { ~$0 })), id: id.hex,
                    validity: validity.hex, static: try CardCode(id: id).text,
                    dynamic: try CardCode(id: id, validity: validity).text))
        }
        let text = try ours.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let checked = try Tool.python("electronic_card.py", ["check"], input: Data(text.joined(separator: "\n").utf8))
        #expect(checked.status == 0, "\(String(decoding: checked.output.prefix(500), as: UTF8.self))")
    }

    @Test("A number or name that cannot be one is refused, and the error does not repeat it")
    func refused() throws {
        func refusal(_ type: DocumentType, _ number: String, _ name: String) -> ElectronicCardError? {
            do throws(ElectronicCardError) {
                _ = try HolderIdentity(type, number: number, name: name)
                return nil
            } catch {
                for text in [error.text(in: .english), error.text(in: .chinese)] where number.count > 3 {
                    #expect(!text.contains(number))
                }
                return error
            }
        }
        let number = vectors.published.number
        #expect(refusal(.residentIdentityCard, number, "甲") == nil)
        #expect(refusal(.residentIdentityCard, " \(number.lowercased()) ", " 甲　") == nil)
        #expect(refusal(.residentIdentityCard, String(number.dropLast()), "甲") == .identityNumber(.length))
        #expect(refusal(.residentIdentityCard, number.dropLast() + "1", "甲") == .identityNumber(.checkDigit))
        #expect(refusal(.residentIdentityCard, "110100201702300060", "甲")?.code == .identityNumber)
        #expect(refusal(.passport, "", "甲") == .number(.length))
        #expect(refusal(.passport, String(repeating: "A", count: 31), "甲") == .number(.length))
        #expect(refusal(.passport, "E 99000001", "甲") == .number(.characters))
        #expect(refusal(.passport, "Ｅ99000001", "甲") == .number(.characters))
        #expect(refusal(.passport, "E99000001", "") == .name(.length(limit: 255)))
        #expect(refusal(.passport, "E99000001", String(repeating: "字", count: 86)) == .name(.length(limit: 255)))
        #expect(refusal(.passport, "E99000001", "王\u{0}甲")?.code == .name)
        #expect(refusal(.passport, "E99000001", "王\u{FFFD}")?.code == .name)
        #expect(DocumentType(rawValue: "1") == nil && DocumentType(rawValue: "0A") == nil)
    }

    @Test("A key that is not held is asked for by name")
    func missingKeys() throws {
        let identity = try vectors.published.identity()
        let none = try SoftwareKeyHolder(root: nil, protection: nil)
        #expect(throws: ElectronicCardError.keyNotHeld(.root)) { try none.cardID(of: identity) }
        #expect(throws: ElectronicCardError.keyNotHeld(.protection)) {
            try none.seal(validUntil: vectors.published.until())
        }
        #expect(throws: ElectronicCardError.self) {
            try SoftwareKeyHolder(root: SecretBytes(copying: [1, 2, 3]), protection: nil)
        }
        #expect(try SoftwareKeyHolder.test().isPublished)
        #expect(try SoftwareKeyHolder(root: SecretBytes(hex: vectors.root), protection: nil).isPublished)
        let other = SecretBytes(copying: (0..<16).map { UInt8($0) })
        #expect(try !SoftwareKeyHolder(root: other, protection: other).isPublished)
    }

    @Test("A key file has 32 hexadecimal digits and belongs to its owner alone")
    func keyFiles() throws {
        let folder = try TestFolder()
        let key = vectors.root
        for (index, good) in [key, key.lowercased(), key + "\n", key + "\r\n"].enumerated() {
            let path = try folder.file("good\(index)", good)
            #expect(try ElectronicCardKeyFile.read(path) == SecretBytes(hex: key))
        }
        let bad = [
            "", String(key.dropLast()), key + "0", "G" + key.dropFirst(), key + "\n" + key, " " + key, "\0" + key,
        ]
        for (index, text) in bad.enumerated() {
            let path = try folder.file("bad\(index)", text)
            #expect(throws: (any Error).self) { try ElectronicCardKeyFile.read(path) }
        }
        let open = try folder.file("open", key, mode: 0o640)
        #expect(throws: (any Error).self) { try ElectronicCardKeyFile.read(open) }
        #expect(throws: (any Error).self) { try ElectronicCardKeyFile.read(folder.path + "/none") }
        #expect(throws: (any Error).self) { try ElectronicCardKeyFile.read(folder.path) }
    }

    @Test("A block has a time or none, and seconds are counted as the calendar does")
    func times() throws {
        #expect(SealedValidity.time(in: Vectors.bytes("20180117115003000000000000000000"))?.digits == "20180117115003")
        for block in [
            "20180117115003000000000000000001", "20180230115003000000000000000000", "20180117245003000000000000000000",
            "2018011711500A000000000000000000", "00000000000000000000000000000000",
        ] { #expect(SealedValidity.time(in: Vectors.bytes(block)) == nil) }
        #expect(ChinaTime.time(secondsSince1970: 0)?.description == "1970-01-01T08:00:00")
        #expect(ChinaTime.time(secondsSince1970: 951_753_600)?.description == "2000-02-29T00:00:00")
        #expect(ChinaTime.time(secondsSince1970: .max) == nil && ChinaTime.time(secondsSince1970: .min) == nil)
        for seconds in stride(from: -62_135_600_000, to: 253_402_000_000, by: 7_777_777_777) {
            guard let time = ChinaTime.time(secondsSince1970: seconds) else { continue }
            #expect(ChinaTime.secondsSince1970(time) == seconds)
        }
    }
}
