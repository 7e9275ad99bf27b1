import CardProfiles
import Foundation
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §9`.
@Suite("Codes to scan") struct PictureTests {
    private struct Found: Decodable {
        let file: String
        let plain: [String]
        let photograph: [String: [String]]
    }

    @Test("An independent decoder reads the same text out of a picture, and out of photographs of it")
    func decoded() throws {
        let vectors = try Vectors.shared.get()
        let folder = try TestFolder()
        var texts: [String: String] = [:]
        for (index, person) in (vectors.people.prefix(4) + [vectors.published]).enumerated() {
            for text in [person.static, person.dynamic, person.dynamic + "::35020001001"] {
                let code = try #require(Recognition(of: text).code)
                let picture = try CodePicture(of: code, as: .png)
                #expect(picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
                let path = folder.path + "/\(index)-\(texts.count).png"
                try Data(picture.bytes).write(to: URL(fileURLWithPath: path))
                texts[path] = text
                let drawing = String(decoding: try CodePicture(of: code, as: .svg).bytes, as: UTF8.self)
                #expect(drawing.contains("<svg") && !drawing.contains(person.number))
            }
        }
        let outcome = try Tool.python("electronic_pictures.py", texts.keys.sorted())
        #expect(outcome.status == 0)
        let found = try String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map {
            try JSONDecoder().decode(Found.self, from: Data($0.utf8))
        }
        #expect(found.count == texts.count)
        for picture in found {
            let text = try #require(texts[picture.file])
            #expect(picture.plain == [text])
            #expect(picture.photograph.count == 7)
            for (shape, read) in picture.photograph { #expect(read == [text], "\(shape)") }
        }
    }

    @Test("Codes are made for people of the test region only, and verify under the published keys")
    func issuing() throws {
        let vectors = try Vectors.shared.get()
        let issuer = try TestCodeIssuer(profile: .bundled(overlays: ["test-keys"]))
        let until = try #require(CalendarDateTime("2026-11-30T12:00:00"))
        let person = try vectors.people[0].identity()
        let codes = try issuer.codes(for: person, row: 2, validUntil: until)
        #expect(codes.fixed.text == vectors.people[0].static)
        var verifier = CodeVerifier(keys: try SoftwareKeyHolder.test())
        let verified = try verifier.verify(codes.dynamic, as: person, checksValidity: true, at: until).verified
        #expect(verified?.holder == person && verified?.validUntil == until)
        // Of Beijing, and without any region.
        for stranger in [try vectors.published.identity(), try vectors.people[7].identity()] {
            #expect(throws: ElectronicCardError.notForTests(.realPerson(row: 7))) {
                try issuer.codes(for: stranger, row: 7, validUntil: until)
            }
        }
    }
}
