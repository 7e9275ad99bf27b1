import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test("JSON: order kept, what must be escaped is, nothing else")
    func json() throws {
        let value = JSONValue.object([
            .init("z", .string("\"\\/\n\u{1}·▌")), .init("a", .array([.number(-3), .boolean(true), .array([])])),
            .init("m", .object([])),
        ])
        #expect(value.text() == #"{"z":"\"\\/\u000a\u0001·▌","a":[-3,true,[]],"m":{}}"#)
        #expect(
            value.text(pretty: true) == """
                {
                  "z": "\\"\\\\/\\u000a\\u0001·▌",
                  "a": [
                    -3,
                    true,
                    []
                  ],
                  "m": {}
                }
                """)
        let parsed = try JSONSerialization.jsonObject(with: Data(value.text().utf8)) as? [String: Any]
        #expect(parsed?["z"] as? String == "\"\\/\n\u{1}·▌")
    }

    @Test("every section is there for an empty card, lists too, in the order of the page")
    func emptyCard() throws {
        let profile = try TestProfile.shared
        let document = try SampleCard.session(ScriptedCard(profile), profile).read().document
        let names = [
            "issuer", "holder", "photo", "validity", "address", "contacts", "occupation", "documents", "clinical",
            "special", "allergies", "immunizations", "inpatient", "outpatient",
        ]
        #expect(document.sections.map(\.name) == names)
        guard case .object(let members) = document.json else {
            Issue.record("no object")
            return
        }
        // A picture that is not there is an empty item, not an empty section.
        #expect(members.map(\.name) == names.filter { $0 != "photo" })
        #expect(document.value(ItemReference(section: "issuer", item: "cityCode")) == .digits("990100"))
        #expect(document.value(ItemReference(section: "holder", item: "name")) == nil)
        #expect(document.text(profile: profile, in: .english).contains("ABO") == false)
    }

    @Test("a file that was read neither well nor badly cannot be: everything asked for is in the files or listed")
    func nothingIsSilent() throws {
        let profile = try TestProfile.shared
        for lost in profile.files where lost.path != "DDF1/EF05" {
            let card = try SampleCard.card(profile, visits: true)
            card.files[lost.path] = nil
            let reading = try SampleCard.session(card, profile).read(.everyByte)
            for file in profile.files {
                let isListed = reading.unreadable.contains { $0.file == file.path }
                #expect((reading.files[file.path] != nil) != isListed, "\(lost.path) lost, \(file.path)")
            }
            #expect(reading.unreadable.map(\.file) == [lost.path])
        }
    }
}
