import CardProfiles
import HealthCard
import ISO7816
import Testing

@Suite("Cards that refuse, vanish or lie")
struct RefusalTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func error(_ card: ScriptedCard) throws -> HealthCardError? {
        do {
            _ = try SampleCard.session(card, profile).read()
            return nil
        } catch let error as HealthCardError {
            return error
        }
    }

    @Test("removed at any command")
    func removal() throws {
        let commands = try SampleCard.session(SampleCard.card(profile), profile).read().commands
        for index in 1...commands {
            let card = try SampleCard.card(profile)
            card.misbehave = { number, _, answer throws(ChannelError) in
                if number >= index { throw ChannelError(.cardRemoved, "the card was removed; insert it again") }
                return answer
            }
            let error = try #require(try error(card), "command \(index)")
            #expect(error.code == .channel)
            #expect(error.channel == .cardRemoved)
            #expect(card.log.count == index)
        }
    }

    @Test("another kind of card")
    func otherCard() throws {
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, answer in command.ins == 0xA4 ? [0x6A, 0x82] : answer }
        #expect(try error(card)?.code == .notAHealthCard)
        #expect(card.log.count <= 2)
    }

    @Test("answers to reset without a card factor", arguments: ["3B00", "3B", "", "3B8780010102030405060706", "3BFF"])
    func answerToReset(hex: String) throws {
        let card = try SampleCard.card(profile)
        card.answerToReset = try bytes(hex)
        #expect(try error(card)?.code == .answerToReset)
        // What a reader may have hidden of a contactless answer it is asked for; the card is asked nothing.
        #expect(card.log.count == (hex == "3B8780010102030405060706" ? 1 : 0))
        #expect(card.log.allSatisfy { $0 == .readerHistoricalBytes })
    }

    @Test("a check byte that is wrong, missing or followed by more: the card is read, and the flaw is told")
    func checkByte() throws {
        let right = try SampleCard.card(profile).answerToReset
        for answer in [right.dropLast() + [(right.last ?? 0) ^ 0x55], Array(right.dropLast()), right + [0x00]] {
            let card = try SampleCard.card(profile)
            card.answerToReset = Array(answer)
            let reading = try SampleCard.session(card, profile).read()
            #expect(reading.json() == SampleCard.json)
            #expect(reading.identity.answerToResetFlaw != nil)
            let inspection = try CardInspection.inspect(card, profile: profile, memory: nil)
            #expect(inspection.chipSerial == Array(1...8))
            #expect(inspection.text(in: .english).contains("warning: "))
            #expect(inspection.text(in: .english).contains("too few") == false)
            // To make a card by, it is not good enough.
            #expect(throws: HealthCardError.self) { try HealthCardSession.cardFactor(of: Array(answer), profile) }
        }
        #expect(try SampleCard.session(SampleCard.card(profile), profile).read().identity.answerToResetFlaw == nil)
    }

    @Test("a card of another system, and one with keys of another version")
    func notGenuine() throws {
        let card = try SampleCard.card(profile)
        card.wrongKeys = ["IRK"]
        #expect(try error(card)?.code == .notGenuine)
        #expect(!card.log.contains { $0.ins == 0x82 })
        let formal = try SampleCard.card(profile)
        formal.misbehave = { _, command, answer in command.ins == 0x88 ? [0x6A, 0x88] : answer }
        let refused = try #require(try error(formal))
        #expect(refused.code == .notGenuine)
        #expect(refused.status == .referencedDataNotFound)
    }

    @Test("a wrong key costs one try in all, and every file it guards is listed with the reason")
    func wrongKey() throws {
        let card = try SampleCard.card(profile)
        card.wrongKeys = ["RK1_DF01"]
        let reading = try SampleCard.session(card, profile).read()
        #expect(card.log.filter { $0.ins == 0x82 }.count == 2)
        #expect(reading.files.count == 4)
        let lost = Set(reading.unreadable.map(\.file))
        #expect(lost.count == profile.files.count - 4)
        #expect(reading.unreadable.first?.reason.description.contains("63C5") == true)
        #expect(
            reading.json().contains(
                #""unreadable":[{"file":"DF01/EF05","section":"address","code":"refused","reason":"RK1_DF01"#))
        // What was not read is not there, and is not empty.
        for section in ["address", "allergies", "clinical", "outpatient"] {
            #expect(!reading.json().contains("\"\(section)\":"), "\(section)")
            #expect(reading.document[section]?.unread == .refused)
        }
        #expect(reading.document.isIncomplete)
    }

    @Test("blocked directories")
    func blocked() throws {
        let card = try SampleCard.card(profile)
        card.blocks = ["DF01": .fileDeactivated, "DF02": .permanentlyBlocked]
        let reading = try SampleCard.session(card, profile).read()
        let lost = Dictionary(grouping: reading.unreadable, by: { $0.file.prefix(4) })
        #expect(lost["DF01"]?.count == 4)
        #expect(lost["DF02"]?.count == 4)
        #expect(lost["DF01"]?.first?.reason.description.contains("temporarily") == true)
        #expect(lost["DF02"]?.first?.reason.description.contains("permanently") == true)
        #expect(reading.unreadable.allSatisfy { $0.code == .blocked && !$0.isShown && $0.item == nil })
        for section in ["address", "allergies", "clinical"] { #expect(!reading.json().contains("\"\(section)\":")) }
        #expect(reading.document.text(profile: profile, in: .english).contains("过敏") == true)
        #expect(reading.document.text(profile: profile, in: .english).contains("not read: blocked"))
        #expect(reading.files["DF03/EF05"] != nil)
        let first = try SampleCard.card(profile)
        first.blocks = ["DDF1": .fileDeactivated]
        #expect(try error(first)?.code == .blocked)
        first.blocks = ["DDF1": .permanentlyBlocked]
        #expect(try error(first)?.code == .blocked)
        first.misbehave = { _, _, _ in [0x6A, 0x81] }
        let dead = try error(first)
        #expect(dead?.code == .blocked)
        #expect(dead?.status == .functionNotSupported)
    }

    @Test("a file that is not there, and one with a wrong tag")
    func missing() throws {
        let card = try SampleCard.card(profile)
        card.files["DF02/EF06"] = nil
        card.files["DF01/EF07"] = .records([[34, 1, 0x1F], [36, 1, 0x10], [36, 3, 0, 0, 0]])
        card.files["DF02/EF08"] = .records([[UInt8]](repeating: [1, 2, 3], count: 10))
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.map(\.file) == ["DF01/EF07", "DF02/EF06", "DF02/EF08"])
        #expect(reading.unreadable[0].reason.description.contains("tag 36 where item 35 belongs"))
    }

    private static func records(_ file: String, _ card: ScriptedCard) throws -> [[UInt8]] {
        guard case .records(let records)? = card.files[file] else { throw FileMissing(file: file) }
        return records
    }

    private static func content(_ file: String, _ card: ScriptedCard) throws -> [UInt8] {
        guard case .bytes(let bytes)? = card.files[file] else { throw FileMissing(file: file) }
        return bytes
    }

    private struct FileMissing: Error { let file: String }

    @Test("a visit that is listed and was never written is said to be, and reads as no facts")
    func emptyVisit() throws {
        let card = try SampleCard.card(profile, visits: true)
        let visit = try Self.content("DF03/ED05", card)
        card.files["DF03/ED05"] = .bytes(visit.map { _ in 0 })
        let reading = try SampleCard.session(card, profile).read()
        let found = try #require(reading.unreadable.first)
        #expect(reading.unreadable.count == 1 && found.section == "outpatient" && found.record == 5)
        #expect(found.code == .damaged && found.reason.description.contains("nothing was ever written"))
        #expect(!reading.json().contains("\"outpatient\":") && reading.document.isIncomplete)
    }

    @Test("a field of spaces is an empty one")
    func blanks() throws {
        let card = try SampleCard.card(profile)
        var allergies = try Self.records("DF02/EF07", card)
        allergies[0].replaceSubrange(20..<40, with: [UInt8](repeating: 0x20, count: 20))
        card.files["DF02/EF07"] = .records(allergies)
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.isEmpty && reading.json().contains("\"allergies\":[{\"allergen\":\"花生\"}]"))
    }

    @Test("visits that were not asked for are not said to be none")
    func visitsNotAskedFor() throws {
        let card = try SampleCard.card(profile, visits: true)
        let reading = try SampleCard.session(card, profile).read(ReadScope(visits: .none))
        #expect(reading.document["inpatient"] == nil && reading.document["outpatient"] == nil)
        #expect(!reading.json().contains("patient\":"))
    }

    @Test("one bad character hides neither its neighbours nor the rest: U+FFFD stands in its place")
    func oneBadCharacter() throws {
        let card = try SampleCard.card(profile)
        var allergies = try Self.records("DF02/EF07", card)
        var holder = try Self.records("DDF1/EF06", card)
        // Half a character at the end, as programs leave it that cut a text at the length of its field.
        allergies[0].replaceSubrange(0..<20, with: try GBK.encode("青霉素钠") + [0xD6] + [UInt8](repeating: 0, count: 11))
        // Another text after the padding.
        allergies[1].replaceSubrange(0..<20, with: Array("abc\0\0de".utf8) + [UInt8](repeating: 0, count: 13))
        // An identity number with a byte that is no character, a date that is none.
        holder[4][5] = 0xFF
        holder[3] = [14, 4, 0x19, 0x9A, 0x03, 0x25]
        card.files["DF02/EF07"] = .records(allergies)
        card.files["DDF1/EF06"] = .records(holder)
        let reading = try SampleCard.session(card, profile).read()
        let text = reading.json()
        #expect(text.contains("青霉素钠\u{FFFD}") && text.contains("\"allergyReaction\":\"皮疹\""))
        #expect(text.contains("\"allergen\":\"abc\u{FFFD}de\""))
        #expect(text.contains("\"idNumber\":\"996\u{FFFD}6919970325667X\""))
        #expect(!text.contains("\"birthDate\":"))
        let found = reading.unreadable.map { "\($0.section) \($0.record ?? 0) \($0.item ?? "") \($0.isShown)" }
        #expect(
            found == [
                "holder 0 birthDate false", "holder 0 idNumber true", "allergies 1 allergen true",
                "allergies 2 allergen true",
            ])
        #expect(reading.unreadable.allSatisfy { $0.code == .damaged })
        #expect(reading.document.text(profile: profile, in: .english).contains("[1] damaged: allergen"))
    }

    @Test("half a number or half a code is in no element of FHIR; half a sentence is, and both are named")
    func damagedInFHIR() throws {
        let card = try SampleCard.card(profile)
        var holder = try Self.records("DDF1/EF06", card)
        var validity = try Self.records("DDF1/EF08", card)
        var allergies = try Self.records("DF02/EF07", card)
        // A name, a sex, a telephone number and an allergen, each with a byte that is no character.
        holder[0][4] = 0xFF
        holder[1][2] = 0xFF
        let phone = try #require(validity.firstIndex { $0.dropFirst(2).starts(with: Array("1".utf8)) })
        validity[phone][5] = 0xFF
        allergies[0][2] = 0xFF
        card.files["DDF1/EF06"] = .records(holder)
        card.files["DDF1/EF08"] = .records(validity)
        card.files["DF02/EF07"] = .records(allergies)
        let reading = try SampleCard.session(card, profile).read()
        let number = try #require(
            reading.document.value(ItemReference(section: "validity", item: "phone1"))?.text, "it is shown")
        #expect(number.contains("\u{FFFD}"))
        let text = reading.fhir(profile: profile).text()
        #expect(!text.contains(number) && text.contains(#""system":"phone","_value":{"extension":[{"url":"#))
        #expect(text.contains(#""valueCode":"error""#))
        let sentences = text.components(separatedBy: "\u{FFFD}").count - 1
        #expect(sentences >= 2, "name and allergen are shown as far as they go")
        #expect(text.contains("OperationOutcome"))
    }

    @Test("an identity number whose check digit is wrong is shown, named, and nobody's identifier")
    func wrongCheckDigit() throws {
        let card = try SampleCard.card(profile)
        var holder = try Self.records("DDF1/EF06", card)
        let place = try #require(holder.firstIndex { $0.count == 20 && $0.starts(with: [15, 18]) })
        let last = holder[place][19]
        holder[place][19] = last == 0x31 ? 0x32 : 0x31
        card.files["DDF1/EF06"] = .records(holder)
        let reading = try SampleCard.session(card, profile).read()
        let finding = try #require(reading.unreadable.first)
        #expect(reading.unreadable.count == 1 && finding.item == "idNumber" && finding.isShown)
        #expect(finding.code == .damaged && finding.reason.description.contains("check digit"))
        #expect(reading.json().contains(#""idNumber":"#) && !reading.document.isIncomplete)
        let number = String(decoding: holder[place].dropFirst(2), as: UTF8.self)
        #expect(!reading.fhir(profile: profile).text().contains(number))
    }

    @Test("a list whose only entry is damaged is not an empty list")
    func damagedList() throws {
        let card = try SampleCard.card(profile)
        var allergies = try Self.records("DF02/EF07", card)
        allergies[0] = [UInt8](repeating: 0xFF, count: 20) + [UInt8](repeating: 0, count: allergies[0].count - 20)
        card.files["DF02/EF07"] = .records(allergies)
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.document["allergies"]?.unread == .damaged)
        #expect(!reading.json().contains("\"allergies\":"))
        #expect(reading.document.isIncomplete)
    }

    @Test("a record that cannot be read hides none of the others, and is called by its number")
    func oneRecord() throws {
        let card = try SampleCard.card(profile)
        var allergies = try Self.records("DF02/EF07", card)
        var holder = try Self.records("DDF1/EF06", card)
        let first = allergies[0]
        allergies[2] = first
        allergies[0] = [UInt8](repeating: 0xFF, count: 20) + [UInt8](repeating: 0, count: first.count - 20)
        allergies[1] = Array(first.dropLast(3))
        holder[3] = [14, 2, 0x19, 0x97]
        card.files["DF02/EF07"] = .records(allergies)
        card.files["DDF1/EF06"] = .records(holder)
        let reading = try SampleCard.session(card, profile).read()
        let found = reading.unreadable.map { "\($0.section) \($0.record ?? 0) \($0.item ?? "")" }
        #expect(Set(found) == ["holder 0 birthDate", "allergies 1 allergen", "allergies 2 "])
        #expect(reading.json().contains("\"name\":") && reading.document["allergies"]?.unread == nil)
        guard case .list(let entries)? = reading.document["allergies"]?.content else {
            Issue.record("no allergies")
            return
        }
        #expect(entries.count == 1)
        let text = reading.document.text(profile: profile, in: .english)
        #expect(text.contains("\n  [3]\n"), "\(text)")
        #expect(text.contains("  [1] damaged: allergen"), "\(text)")
        #expect(reading.document.isIncomplete)
    }

    @Test("bytes that are no JPEG are no photo without a word")
    func noPicture() throws {
        let card = try SampleCard.card(profile)
        var photo = try Self.content("DDF1/EF07", card)
        photo[2] ^= 0x5A
        card.files["DDF1/EF07"] = .bytes(photo)
        let damage = try #require(try SampleCard.session(card, profile).read().unreadable.first)
        #expect(damage.item == "photo" && damage.isShown && damage.reason.description.contains("not a JPEG"))
    }

    @Test("a photo that is refused is not asked for by records")
    func refusedPhoto() throws {
        let whole = try SampleCard.card(profile)
        _ = try SampleCard.session(whole, profile).read()
        let card = try SampleCard.card(profile)
        card.files["DDF1/EF07"] = nil
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.map(\.file) == ["DDF1/EF07"])
        #expect(card.log.count { $0.ins == 0xB2 } == whole.log.count { $0.ins == 0xB2 })
    }

    @Test("a picture that is cut short is shown, and said to be")
    func cutPicture() throws {
        let card = try SampleCard.card(profile)
        var photo = try Self.content("DDF1/EF07", card)
        for index in 1_000..<photo.count { photo[index] = 0 }
        card.files["DDF1/EF07"] = .bytes(photo)
        let reading = try SampleCard.session(card, profile).read()
        let damage = try #require(reading.unreadable.first)
        #expect(reading.unreadable.count == 1 && damage.section == "photo" && damage.code == .damaged)
        #expect(damage.isShown && damage.reason.description.contains("cut short"))
        #expect(reading.json().contains("\"photo\":"))
        #expect(!reading.document.isIncomplete)
        #expect(reading.document.text(profile: profile, in: .english).contains("damaged: photo"))
    }

    @Test("a mark of an index that is neither yes nor no is said, and is not an empty list")
    func mark() throws {
        let card = try SampleCard.card(profile, visits: true)
        var marks = try Self.records("DF03/EF06", card)
        marks[2] = [0x5A]
        card.files["DF03/EF06"] = .records(marks)
        card.files["DF03/EF05"] = .records([[0xFF], [0x01], [0xFF]])
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.map(\.section) == ["inpatient", "outpatient"])
        #expect(reading.unreadable.map(\.record) == [2, 3])
        #expect(reading.unreadable.allSatisfy { $0.item?.hasSuffix("Valid") == true && $0.code == .damaged })
        #expect(reading.document["inpatient"]?.unread == .damaged)
        #expect(reading.document["outpatient"]?.unread == nil)
        #expect(!reading.json().contains("\"inpatient\":") && reading.json().contains("\"outpatient\":["))
        let found = try SampleCard.session(card, profile).visitMarks(.outpatient)
        #expect(found.listed == [5] && found.unclear == [reading.unreadable[1]])
    }

    @Test("an index that cannot be read leaves no empty list behind")
    func noIndex() throws {
        let card = try SampleCard.card(profile, visits: true)
        card.files["DF03/EF05"] = nil
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.document["inpatient"]?.unread == .refused)
        #expect(!reading.json().contains("\"inpatient\":"))
        #expect(reading.json().contains("\"outpatient\":[{\"record\":5"))
    }

    @Test("bytes that are no value: the item is listed, the rest of its file is there")
    func noValue() throws {
        let card = try SampleCard.card(profile)
        var records = try Self.records("DDF1/EF06", card)
        records[0] = [11, 30] + [UInt8](repeating: 0xFF, count: 30)
        card.files["DDF1/EF06"] = .records(records)
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.map(\.file) == ["DDF1/EF06"])
        #expect(reading.unreadable[0].reason.description.contains("item 11 name"))
        #expect(reading.json().contains("\"holder\":{\"sex\":\"1\""))
    }

    /// Each command in turn is answered with rubbish; then every command from there on.
    @Test(
        "rubbish ends in an error or a listed file, in bounded work",
        arguments: [
            "", "90", "9000", "6110", "6100", "6C10", "6C00", "6282", "FFFF9000", "0101319000", "6A82", "6A86", "6D00",
            "6F00", "63C0", "6983",
        ])
    func rubbish(hex: String) throws {
        let junk = try bytes(hex)
        let commands = try SampleCard.session(SampleCard.card(profile), profile).read().commands
        for index in 1...commands {
            for forEver in index % 4 == 1 ? [false, true] : [false] {
                let card = try SampleCard.card(profile)
                card.misbehave = { number, _, answer in number == index || (forEver && number > index) ? junk : answer }
                _ = try error(card)
                #expect(card.log.count < 400, "\(hex) at \(index): \(card.log.count) commands")
            }
        }
    }

    @Test("an answer that never ends, and one longer than was asked for")
    func endless() throws {
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, _ in
            command.ins == 0xA4 ? [0x90, 0x00] : [UInt8](repeating: 1, count: 16) + [0x61, 0x10]
        }
        #expect(try error(card) != nil)
        #expect(card.log.count < 200)
        let long = try SampleCard.card(profile)
        long.misbehave = { _, command, answer in
            command.ins == 0xB0 ? [UInt8](repeating: 1, count: 70_000) + [0x90, 0x00] : answer
        }
        let reading = try SampleCard.session(long, profile).read()
        #expect(reading.unreadable.map(\.file) == ["DDF1/EF07"])
    }

    @Test("a picture that says it is longer than its file")
    func pictureLength() throws {
        let card = try SampleCard.card(profile)
        card.files["DDF1/EF07"] = .bytes([0x0C, 0x01] + [UInt8](repeating: 1, count: 3072))
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.map(\.file) == ["DDF1/EF07"])
        #expect(!reading.json().contains("\"photo\":"))
    }
}
