import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@Suite("Updating a card")
struct UpdateTests {
    private let profile: CardProfile
    private let stock: CardStock

    init() throws {
        profile = try TestProfile.shared
        stock = try CardStock()
    }

    private func isUpdating(_ command: [UInt8]) -> Bool { [0xDC, 0xD6, 0xD2, 0x0C].contains(command[1]) }

    /// Updates a chip and gives the report with the number of commands that wrote.
    private func update(
        _ channel: VirtualCardChannel, _ make: (inout CardChanges) throws -> Void
    ) throws -> (report: UpdateReport, writing: Int) {
        var writing = 0
        channel.intercept = { (command, _) throws(ChannelError) in
            if isUpdating(command) { writing += 1 }
            return nil
        }
        defer { channel.intercept = nil }
        _ = try channel.reset()
        let report = try stock.session(channel).update(stock.changes(make))
        return (report, writing)
    }

    /// Every item of the profile that may be updated.
    private var updatable: [(file: FileDefinition, item: Item)] {
        profile.files.filter { $0.update != .never && [.object, .photo].contains($0.shape) }
            .flatMap { file in file.items.map { (file, $0) } }
    }

    @Test("every item the card allows is written and read back, whatever its value", arguments: 1...8)
    func everyItem(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let channel = try stock.channel()
        var wanted: [String: String] = [:]
        for (file, item) in updatable { wanted["\(file.section).\(item.name)"] = item.someText(profile, &numbers) }
        let (report, writing) = try update(channel) { changes in
            for (name, text) in wanted { try changes.set(name, to: text) }
        }
        #expect(report.records.count == updatable.count)
        #expect(report.records(.written).count == writing)
        #expect(report.records(.notWritten).isEmpty && report.records(.inDoubt).isEmpty)
        _ = try channel.reset()
        let document = try stock.session(channel).read().document
        for (file, item) in updatable where file.shape == .object {
            let name = "\(file.section).\(item.name)"
            let found = document.value(ItemReference(section: file.section, item: item.name))
            #expect(found?.text == wanted[name], "\(name)")
        }
        #expect(try ItemValue.photo(#require(document.picture)).text == wanted["photo.photo"])
        // Nothing else has changed, and a second time there is nothing to do.
        let again = try update(channel) { changes in
            for (name, text) in wanted { try changes.set(name, to: text) }
        }
        #expect(again.writing == 0)
        #expect(again.report.records(.alreadySo).count == updatable.count)
    }

    @Test("every item that a card may be without is emptied")
    func clearing() throws {
        let channel = try stock.channel()
        let before = try stock.content(channel)
        _ = try update(channel) { changes in
            for (file, item) in updatable where !item.isRequired { try changes.clear("\(file.section).\(item.name)") }
        }
        let after = try stock.content(channel)
        for (file, item) in updatable {
            guard let number = item.record, case .records(let records)? = after[file.path] else { continue }
            let value = Array(records[number - 1].dropFirst(2))
            #expect((value == ItemCodec.emptyValue(item)) != item.isRequired, "\(file.path) \(item.name)")
        }
        #expect(after["DDF1/EF07"] == .bytes([0, 0]))
        #expect(after["DDF1/EF05"] == before["DDF1/EF05"])
        // The picture is not only out of sight.
        _ = try channel.reset()
        let bytes = try stock.session(channel).read(.everyByte).files["DDF1/EF07"]
        #expect(bytes == .bytes([UInt8](repeating: 0, count: 3074)))
    }

    @Test("only what differs is written, and nothing else changes")
    func onlyDifferences() throws {
        let channel = try stock.channel()
        let before = try stock.content(channel)
        let (report, writing) = try update(channel) { changes in
            try changes.set("phone1", to: "18865589240")
            try changes.set("phone2", to: "010-62850000")
            try changes.set("payment1", to: "2")
            try changes.set("diabetes", to: "true")
        }
        #expect(writing == 1)
        #expect(
            report.records.map(\.outcome) == [.alreadySo, .written, .alreadySo, .alreadySo])
        #expect(
            report.records.map(\.place) == [
                "DDF1/EF08 record 2", "DDF1/EF08 record 3", "DDF1/EF08 record 4", "DF02/EF05 record 8",
            ])
        #expect(report.records[1].items == ["validity.phone2"])
        #expect(
            report.json.text().contains(
                #"{"file":"DDF1/EF08","record":3,"items":["validity.phone2"],"outcome":"written"}"#))
        let after = try stock.content(channel)
        for (path, content) in before where path != "DDF1/EF08" { #expect(after[path] == content, "\(path)") }
    }

    @Test("nothing to do costs no writing command and no update right")
    func nothingToDo() throws {
        let channel = try stock.channel()
        var authentications = 0
        channel.intercept = { (command, _) throws(ChannelError) in
            if command[1] == 0x82 { authentications += 1 }
            return nil
        }
        let report = try stock.session(channel).update(
            stock.changes {
                try $0.set("phone1", to: "18865589240")
                try $0.set("psychiatric", to: "false")
                try $0.add(to: "allergies", ["allergen": "花生", "allergyReaction": "皮疹"])
                try $0.setPhoto(SampleCard.picture)
            })
        #expect(report.records.allSatisfy { $0.outcome == .alreadySo })
        #expect(authentications == 2)
    }

    @Test("counts of commands")
    func counts() throws {
        func count(_ make: (inout CardChanges) throws -> Void) throws -> Int {
            try update(stock.channel(), make).report.commands
        }
        // Identify 2, prove 1, read right 2, read 1, update right 2, write 2, verify 1.
        #expect(try count { try $0.set("phone1", to: "1") } == 11)
        // Each further item of the file: a challenge and a command.
        #expect(
            try count {
                try $0.set("phone1", to: "1"); try $0.set("payment2", to: "1")
            } == 13)
        // Another directory: one more to get there.
        #expect(try count { try $0.set("asthma", to: "true") } == 12)
        #expect(
            try count {
                try $0.set("asthma", to: "true"); try $0.set("psychiatric", to: "true")
            } == 18)
        #expect(try count { try $0.add(to: "allergies", ["allergen": "x"]) } == 12)
        #expect(try count { try $0.setPhoto(picture(2000)) } == 10)
        #expect(try count { try $0.setPhoto(nil) } == 10)
        #expect(try count { _ in } == 3)
    }

    // MARK: Lists

    private func allergens(_ channel: VirtualCardChannel) throws -> [String] {
        _ = try channel.reset()
        guard case .list(let entries)? = try stock.session(channel).read().document["allergies"]?.content else {
            return []
        }
        return entries.map { entry in
            guard case .item(_, let value)? = entry.nodes.first else { return "" }
            return value.text
        }
    }

    @Test("the newest comes first and the oldest falls out")
    func order() throws {
        let channel = try stock.channel()
        #expect(try allergens(channel) == ["花生"])
        let first = try update(channel) {
            try $0.add(to: "allergies", ["allergen": "b"])
            try $0.add(to: "allergies", ["allergen": "c"])
        }
        #expect(first.writing == 2)
        #expect(first.report.records.map(\.record) == [1, 2])
        #expect(try allergens(channel) == ["c", "b", "花生"])
        _ = try update(channel) { try $0.add(to: "allergies", ["allergen": "d"]) }
        #expect(try allergens(channel) == ["d", "c", "b"])
    }

    @Test("an entry that is the newest already is not added again; an older one is")
    func again() throws {
        let channel = try stock.channel()
        for (allergen, written) in [("x", 1), ("x", 0), ("y", 1), ("x", 1)] {
            let result = try update(channel) { try $0.add(to: "allergies", ["allergen": allergen]) }
            #expect(result.writing == written)
        }
        #expect(try allergens(channel) == ["x", "y", "x"])
    }

    @Test("a list as it was read, with an entry in front, adds that entry alone")
    func fromReading() throws {
        let channel = try stock.channel()
        let json = #"{"allergies":[{"allergen":"新"},{"allergen":"花生","allergyReaction":"皮疹"}]}"#
        let result = try update(channel) { try $0.merge(json: json.utf8) }
        #expect(result.writing == 1)
        #expect(result.report.records.map(\.outcome) == [.written, .alreadySo])
        #expect(try allergens(channel) == ["新", "花生"])
        #expect(try update(channel) { try $0.merge(json: json.utf8) }.writing == 0)
    }

    @Test("whatever is added to whatever list, it begins with that afterwards", arguments: 1...30)
    func anyList(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let channel = try stock.channel()
        var list = try allergens(channel)
        for _ in 0..<4 {
            let added = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in
                ["a", "b"].randomElement(using: &numbers) ?? ""
            }
            let (_, writing) = try update(channel) {
                for name in added { try $0.add(to: "allergies", ["allergen": name]) }
            }
            let wanted = Array(added.reversed())
            let needed =
                wanted.indices.first { wanted[$0...].elementsEqual(list.prefix(wanted.count - $0)) } ?? wanted.count
            #expect(writing == needed)
            list = Array((wanted.prefix(needed) + list).prefix(3))
            #expect(try allergens(channel) == list)
        }
    }

    @Test("a dry comparison writes nothing and says what would be")
    func comparison() throws {
        let channel = try stock.channel()
        var writing = 0
        channel.intercept = { (command, _) throws(ChannelError) in
            if isUpdating(command) { writing += 1 }
            return nil
        }
        let report = try stock.session(channel).compare(
            stock.changes {
                try $0.set("phone1", to: "1")
                try $0.set("diabetes", to: "true")
            })
        #expect(report.records.map(\.outcome) == [.notWritten, .alreadySo])
        #expect(writing == 0)
        #expect(try stock.content(channel) == stock.content(stock.channel()))
    }

    @Test("cards of other habits: single records, short commands, T=0")
    func otherCards() throws {
        for t0 in [false, true] {
            for multi in [false, true] {
                let stock = try CardStock {
                    $0.behavesAsT0 = t0
                    $0.multiRecordRead = multi
                    $0.extendedLength = multi
                    $0.commandChaining = !t0
                }
                let channel = try stock.channel()
                let report = try stock.session(channel).update(
                    stock.changes {
                        try $0.set("phone1", to: "1")
                        try $0.set("payment3", to: "8")
                        try $0.setPhoto(picture(700))
                        try $0.set("education", to: "1")
                        try $0.add(to: "immunizations", ["vaccine": "x", "vaccinationDate": "2026-01-02"])
                    })
                #expect(report.records.allSatisfy { $0.outcome == .written })
                let content = try stock.content(channel)
                #expect(content["DDF1/EF07"] == .bytes([0x02, 0xBC] + picture(700)))
            }
        }
    }

    /// Whether a record or binary command names its file by a short identifier.
    private static func isShort(_ command: [UInt8]) -> Bool {
        switch command[1] {
        case 0xB2, 0xDC: command[3] >> 3 != 0
        case 0xB0, 0xD6: command[2] & 0x80 != 0
        default: false
        }
    }

    @Test(
        "cards that know no short identifiers, or know them in READ alone",
        arguments: [[0xB0, 0xB2, 0xDC, 0xD6], [0xDC, 0xD6]])
    func noShortIdentifiers(refusing instructions: [UInt8]) throws {
        let channel = try stock.channel()
        channel.intercept = { (command, _) throws(ChannelError) in
            instructions.contains(command[1]) && Self.isShort(command) ? [0x6A, 0x86] : nil
        }
        let report = try stock.session(channel).update(
            stock.changes {
                try $0.set("phone1", to: "1")
                try $0.setPhoto(picture(700))
                try $0.set("psychiatric", to: "true")
                try $0.set("asthma", to: "true")
            })
        #expect(report.records.allSatisfy { $0.outcome == .written })
        #expect(try stock.content(channel)["DDF1/EF07"] == .bytes([0x02, 0xBC] + picture(700)))
    }
}

extension CardDocument {
    var picture: [UInt8]? {
        guard case .photo(let picture)? = self["photo"]?.content else { return nil }
        return picture
    }
}
