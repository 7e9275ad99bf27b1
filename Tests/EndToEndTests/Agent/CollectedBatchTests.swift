import CardProfiles
import Foundation
import HealthCard
import Testing
import VirtualCard

/// Thirty people at the counter: from the form over the intake and the line to their cards.
@Suite("Agent: first collection") struct CollectedBatchTests {
    /// An invented person of region 99.
    private struct Person {
        let number: Int
        var values: [String: String]
        let photo: String

        var id: String { values["idNumber"] ?? "" }
        var isChild: Bool { number % 6 == 5 }
    }

    /// GB 11643, once more.
    private static func idNumber(_ birth: String, _ sequence: Int) -> String {
        let digits = "990100" + birth.filter(\.isNumber) + String(sequence + 1000).suffix(3)
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + (Int(String($1.0)) ?? 0) * $1.1 }
        return digits + String(Array("10X98765432")[sum % 11])
    }

    private static let surnames = Array("赵钱孙李周吴郑王冯陈")

    private static func people() throws -> [Person] {
        let folder = Programs.root.appendingPathComponent("Samples/original-photos").path
        let photos = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return (0..<30).map { number in
            let year = number % 6 == 5 ? 2014 + number % 5 : 1950 + number
            let birth = "\(year)-0\(number % 9 + 1)-1\(number % 10)"
            let id = idNumber(birth, 100 + number)
            let isMan = (100 + number) % 2 == 1
            var values = [
                "idNumber": id, "name": "\(surnames[number % 10])测试\(surnames[(number / 10 + 3) % 10])",
                "sex": isMan ? "1" : "2", "nation": "01", "birthDate": birth, "phone1": "138000000\(10 + number)",
                "payment1": String(number % 8 + 1), "addressType1": "1",
                "address1": "测试省示范市第\(number + 1)街道\(number + 7)号",
                "contactName1": "联系\(surnames[number % 10])", "contactRelation1": "5",
                "contactPhone1": "0731-885\(10_000 + number)", "bloodABO": String(number % 5 + 1),
                "bloodRh": String(number % 3 + 1), "documentType": "01", "documentNumber": id,
            ]
            if number % 4 == 0 {
                values["allergen1"] = "青霉素"
                values["allergyReaction1"] = "皮疹, \"重\""
                values["diabetes"] = "true"
            }
            if number % 5 == 0 {
                values["vaccine1"] = "乙肝疫苗"
                values["vaccinationDate1"] = "2020-05-0\(number % 9 + 1)"
            }
            if number % 7 == 0 { values["nation"] = "05" }
            return Person(number: number, values: values, photo: folder + "/" + photos[number % photos.count])
        }
    }

    private static let guardian = [
        "guardianName": "监护甲", "guardianIdNumber": idNumber("1980-03-04", 77), "guardianRelation": "5",
    ]

    // MARK: The counter

    private struct Counter {
        let agent: AgentProgram
        let token: String

        func ask(_ method: String, _ path: String, _ body: Any? = nil) async throws -> HTTPAnswer {
            let text = try body.map {
                String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
            }
            return try await agent.ask(method, "/v1/collection" + path, body: text, token: token)
        }

        func begin(_ batch: String = "batch") async throws -> String {
            let begun = try await ask("POST", "/drafts", ["batch": batch, "collector": "张采集"])
            try #require(begun.status == 201, "\(begun.body)")
            return begun.text("id")
        }

        @discardableResult
        func fill(_ draft: String, _ values: [String: String], guardian: Bool) async throws -> HTTPAnswer {
            var all = values
            all["source"] = "counter"
            all["collectionPoint"] = "示范卫生服务中心"
            let saved = try await ask(
                "PUT", "/drafts/\(draft)",
                ["values": all, "documents": ["01", "02"], "guardianDocuments": guardian ? ["01"] : [String]()])
            try #require(saved.status == 200, "\(saved.body)")
            return saved
        }

        func photograph(_ draft: String, _ path: String) async throws {
            let jpeg = try Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString()
            let taken = try await ask("PUT", "/drafts/\(draft)/photo", ["jpeg": jpeg, "source": "camera"])
            try #require(taken.status == 200, "\(taken.body)")
        }

        func codes(_ answer: HTTPAnswer, _ field: String) -> [String] {
            (answer.json["problems"]?.elements ?? []).filter { $0["field"]?.text == field }.compactMap {
                $0["code"]?.text
            }
        }
    }

    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        let batch = folder.file("batch")
        try FileManager.default.createDirectory(atPath: batch, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Programs.sampleBatch + "/batch.json", toPath: batch + "/batch.json")
        return folder
    }

    private func yaml(_ folder: TestFolder) -> String {
        "collection: { folder: \(folder.path), institution: 示范卫生服务中心, institutionCode: 12345678-9 }\n"
    }

    @Test("Thirty people, with guardians, duplicates, wrong numbers and kills, come back as cards with every field")
    func thirtyPeople() async throws {
        let folder = try folder()
        var agent = try await AgentProgram(yaml(folder))
        var counter = Counter(agent: agent, token: try await agent.pair(["collect"]))
        let people = try Self.people()
        var expected: [String: [String: String]] = [:]
        for var person in people {
            let draft = try await counter.begin()
            if person.number % 10 == 3 {
                // One digit is another: the check character says so, in the field.
                var wrong = Array(person.id)
                wrong[9] = wrong[9] == "9" ? "8" : "9"
                var values = person.values
                values["idNumber"] = String(wrong)
                let saved = try await counter.fill(draft, values, guardian: false)
                #expect(counter.codes(saved, "idNumber") == ["valueWrong"])
                try await counter.photograph(draft, person.photo)
                #expect(try await counter.ask("POST", "/drafts/\(draft)/submit").status == 422)
            }
            if person.isChild {
                let saved = try await counter.fill(draft, person.values, guardian: false)
                #expect(saved.json["guardianNeeded"] == .flag(true))
                #expect(counter.codes(saved, "guardianName") == ["guardianMissing"])
                #expect(counter.codes(saved, "guardianDocuments") == ["guardianDocumentsMissing"])
                person.values.merge(Self.guardian) { $1 }
            }
            if person.number % 10 == 7 {
                let copy = try await counter.begin()
                let earlier = people[person.number - 1]
                let saved = try await counter.fill(copy, earlier.values, guardian: false)
                #expect(counter.codes(saved, "idNumber") == ["duplicateRow"])
                #expect(try await counter.ask("DELETE", "/drafts/\(copy)").status == 204)
            }
            let complete = try await counter.fill(draft, person.values, guardian: person.isChild)
            #expect(counter.codes(complete, "photo") == (person.number % 10 == 3 ? [] : ["photoMissing"]))
            try await counter.photograph(draft, person.photo)
            if person.number % 10 == 1 {
                // What the agent has answered is on the disk.
                kill(agent.program.identifier, SIGKILL)
                _ = try await agent.program.wait()
                agent.removesFolder = false
                agent = try await AgentProgram(yaml(folder), folder: agent.folder)
                counter = Counter(agent: agent, token: counter.token)
                let drafts = try await counter.ask("GET", "/drafts").json["drafts"]?.elements ?? []
                #expect(drafts.map { $0["id"]?.text } == [draft])
                let found = try await counter.ask("GET", "/drafts/\(draft)")
                #expect(found.json["values"]?["address1"]?.text == person.values["address1"])
                #expect(found.json["hasPhoto"] == .flag(true) && found.json["problems"]?.elements == [])
            }
            let kept = try await counter.ask("POST", "/drafts/\(draft)/submit")
            try #require(kept.status == 200, "\(person.number): \(kept.body)")
            #expect(kept.json["row"] == .number(Double(person.number + 2)))
            // Asked again, it says the same and takes nothing twice.
            #expect(try await counter.ask("POST", "/drafts/\(draft)/submit").body == kept.body)
            expected[person.id] = person.values
        }
        try await correctOne(counter, people[4], &expected)
        #expect(try await counter.ask("GET", "/drafts").json["drafts"]?.elements == [])
        let over = try await counter.ask("POST", "/batches/batch/handover", ["collector": "李主任"])
        #expect(over.status == 200, "\(over.body)")
        #expect(try await counter.ask("POST", "/drafts", ["batch": "batch"]).code == "collection.handedOver")
        for person in people {
            #expect(!agent.log.contains(person.id) && !agent.log.contains(person.values["name"] ?? "?"))
        }
        try await agent.stop()
        try checkFolder(folder.file("batch"), people)
        try await make(folder, expected)
    }

    /// A collected application is opened again, and another address takes the old one's place.
    private func correctOne(
        _ counter: Counter, _ person: Person, _ expected: inout [String: [String: String]]
    ) async throws {
        let listed = try await counter.ask("GET", "/batches/batch/applications").json["applications"]?.elements ?? []
        #expect(listed.count == 30)
        let id = try #require(listed[person.number]["id"]?.text)
        #expect(listed[person.number]["idNumber"]?.text?.contains("**********") == true)
        let opened = try await counter.ask("POST", "/batches/batch/applications/\(id)/reopen")
        #expect(opened.status == 201)
        // A draft is open: the batch is not handed over without it.
        let early = try await counter.ask("POST", "/batches/batch/handover", ["collector": "李主任"])
        #expect(early.code == "collection.draftsOpen")
        var values = person.values
        values["address1"] = "测试省示范市新街1号"
        try await counter.fill(opened.text("id"), values, guardian: false)
        let kept = try await counter.ask("POST", "/drafts/\(opened.text("id"))/submit")
        #expect(kept.json["row"] == .number(Double(person.number + 2)), "\(kept.body)")
        expected[person.id] = values
    }

    private func checkFolder(_ batch: String, _ people: [Person]) throws {
        func mode(_ path: String) throws -> Int {
            (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0) & 0o777
        }
        #expect(try mode(batch) == 0o700)
        #expect(try mode(batch + "/photos") == 0o700)
        let photos = try FileManager.default.contentsOfDirectory(atPath: batch + "/photos").map { "photos/" + $0 }
        #expect(photos.count == 30)
        for name in ["applications.csv", "collection.csv", "handover.json"] + photos {
            #expect(try mode(batch + "/" + name) == 0o600, "\(name.hasPrefix("photos/") ? "a photo" : name)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: batch).sorted()
        #expect(names == ["applications.csv", "batch.json", "collection.csv", "handover.json", "photos"])
        let rows = SampleBatch.fields(try String(contentsOfFile: batch + "/collection.csv", encoding: .utf8))
        #expect(rows.count == 31)
        for (index, row) in rows.enumerated().dropFirst() {
            let note = Dictionary(uniqueKeysWithValues: zip(rows[0], row))
            #expect(note["row"] == String(index + 1))
            #expect(note["institution"] == "示范卫生服务中心" && note["institutionCode"] == "12345678-9")
            #expect(note["collector"] == "张采集" && note["through"] == "program PACS" && note["photoSource"] == "camera")
            #expect(note["documents"] == "01 02")
            #expect(note["guardianDocuments"] == (people[index - 1].isChild ? "01" : ""))
            #expect((note["begun"] ?? "") < (note["collected"] ?? ""))
        }
    }

    // MARK: The factory

    private func make(_ folder: TestFolder, _ expected: [String: [String: String]]) async throws {
        let batch = folder.file("batch")
        let check = try await Programs.healthcard(["batch", "check", batch, "--format", "json"])
        #expect(check.status == 0, "\(String(decoding: check.output, as: UTF8.self)) \(check.errors)")
        let summary = try JSONValue(check.output)["summary"]
        #expect(summary?["sound"] == .number(30) && summary?["problems"] == .number(0))
        let handover = try JSONValue(Data(contentsOf: URL(fileURLWithPath: batch + "/handover.json")))
        #expect(handover["contentDigest"]?.text == summary?["contentDigest"]?.text)
        let line = try await Programs.healthcard([
            "personalize", "--batch", batch, "--lanes", "virtual:2", "--virtual-chips", folder.file("chips"),
            "--ledger", folder.file("ledger"), "--out", folder.file("lists"), "--quiet",
        ])
        #expect(line.status == 0, "\(line.errors)")
        let profile = try CardContents.profile()
        var cards = 0
        let made = folder.file("chips/made")
        for name in try FileManager.default.contentsOfDirectory(atPath: made) where name.hasSuffix(".json") {
            let card = try VirtualHealthCard.open(path: made + "/" + name, serial: nil, profile: profile)
            let reading = try HealthCardSession(
                channel: VirtualCardChannel(card: card), profile: profile,
                securityModule: SoftwareSecurityModule.testKeys(profile)
            ).read()
            #expect(reading.unreadable == [])
            let json = try JSONValue(Data(reading.document.json.text().utf8))
            let values = try #require(expected[json["holder"]?["idNumber"]?.text ?? ""])
            for (column, text) in values where !column.hasPrefix("guardian") {
                #expect(Self.value(column, in: json) == text, "\(column)")
            }
            let number = json["holder"]?["idNumber"]?.text ?? ""
            let kept = try Data(contentsOf: URL(fileURLWithPath: batch + "/photos/\(number).jpg"))
            #expect(kept.count > 0 && (json["photo"]?.text?.count ?? 0) > 1_000)
            cards += 1
        }
        #expect(cards == 30)
    }

    /// What a card has of a column, wherever it stands.
    private static func value(_ column: String, in card: JSONValue) -> String? {
        if let last = column.last, let index = last.wholeNumberValue, index > 0 {
            let name = String(column.dropLast())
            for list in ["allergies", "immunizations"] {
                let entries = card[list]?.elements ?? []
                if entries.indices.contains(index - 1), let text = entries[index - 1][name]?.text { return text }
            }
        }
        for (_, section) in card.members {
            switch section[column] {
            case .text(let text)?: return text
            case .flag(let flag)?: return String(flag)
            default: continue
            }
        }
        return nil
    }

    // MARK: Who may

    @Test("Without the right, from another origin, or where nothing is configured, nothing is collected")
    func rights() async throws {
        let folder = try folder()
        let agent = try await AgentProgram(yaml(folder))
        let reader = try await agent.pair(["read-holder"])
        #expect(try await agent.ask("GET", "/v1/collection", token: reader).code == "agent.rightMissing")
        #expect(try await agent.ask("GET", "/v1/collection").code == "agent.tokenNeeded")
        let foreign = ["Origin": "https://his.example"]
        #expect(try await agent.ask("GET", "/v1/collection", foreign).code == "agent.foreignOrigin")
        let session = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"\#(agent.pageCode)"}"#)
        let page = session.text("session")
        #expect(try await agent.ask("GET", "/v1/collection", token: page).status == 200)
        #expect(try await agent.ask("GET", "/v1/collection", foreign, token: page).code == "agent.foreignOrigin")
        for path in ["/collect", "/collect.js", "/collect-form.js", "/collect-texts.js", "/collect.css"] {
            #expect(try await agent.ask("GET", path).status == 200, "\(path)")
        }
        for name in ["..", "drafts", ".work", "x/../batch", "none"] {
            #expect(try await agent.ask("GET", "/v1/collection/batches/\(name)/form", token: page).status >= 400)
        }
        // Another agent in the same folder would write over the first one's drafts.
        let second = try await Programs.run(
            AgentProgram.path(),
            ["--config", try writeConfiguration(folder)])
        #expect(second.status == 2, "\(second.errors)")
        let off = try await AgentProgram()
        let token = try await off.pair(["collect"])
        #expect(try await off.ask("GET", "/v1/collection", token: token).code == "collection.off")
    }

    private func writeConfiguration(_ folder: TestFolder) throws -> String {
        let path = folder.file("second.yaml")
        try ("listen: [{ address: 127.0.0.1, port: 0 }]\nstate: \(folder.file("second-state"))\n" + yaml(folder)).write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("A folder that cannot be used is named with why, and the others are collected for")
    func unusableFolders() async throws {
        let folder = try folder()
        let broken = folder.file("broken")
        try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: true)
        try "{".write(toFile: broken + "/batch.json", atomically: true, encoding: .utf8)
        let foreign = folder.file("foreign")
        try FileManager.default.copyItem(atPath: Programs.sampleBatch, toPath: foreign)
        let agent = try await AgentProgram(yaml(folder))
        let counter = Counter(agent: agent, token: try await agent.pair(["collect"]))
        let batches = try await counter.ask("GET", "").json["batches"]?.elements ?? []
        let states = Dictionary(
            uniqueKeysWithValues: batches.map {
                ($0["name"]?.text ?? "", $0["problems"]?.elements.first?["code"]?.text)
            })
        #expect(states["broken"] == "collection.noBatch")
        #expect(states["foreign"] == "collection.otherColumns")
        #expect(states["batch"] == .some(nil))
        _ = try await counter.begin()
    }
}
