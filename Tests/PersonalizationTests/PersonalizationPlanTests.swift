import CardProfiles
import Foundation
import ShangMi
import Testing

@testable import Personalization

@Suite struct PersonalizationPlanTests {
    private func plan(
        _ idNumber: String = "99646919970325667X", options: PersonalizationPlan.Options = .init()
    ) throws -> PersonalizationPlan {
        let batch = try Sample.batch()
        let image = try Sample.image(try batch.application(idNumber: idNumber), in: batch, serial: Sample.serial)
        return try PersonalizationPlan(image: image, profile: batch.profile, options: options)
    }

    /// What a card costs, by number: whoever changes the plan or the reader changes these.
    @Test func costIsPinned() throws {
        let plan = try plan()
        #expect(plan.cost == PlanCost(commands: 229, bytesOut: 7255, bytesIn: 27812))
        #expect(plan.cost(of: .open) == PlanCost(commands: 3, bytesOut: 35, bytesIn: 36))
        #expect(plan.cost(of: .structure) == PlanCost(commands: 28, bytesOut: 738, bytesIn: 56))
        #expect(plan.cost(of: .keys) == PlanCost(commands: 42, bytesOut: 966, bytesIn: 252))
        #expect(plan.cost(of: .content) == PlanCost(commands: 117, bytesOut: 5177, bytesIn: 698))
        #expect(plan.cost(of: .readBack) == PlanCost(commands: 35, bytesOut: 301, bytesIn: 26754))
        #expect(plan.cost(of: .activate) == PlanCost(commands: 4, bytesOut: 38, bytesIn: 16))
    }

    @Test func costWithoutExtendedLengthIsPinned() throws {
        let plan = try plan(options: .init(usesExtendedLength: false))
        // A picture of 2694 bytes in blocks of 255.
        #expect(plan.steps.filter { $0.content?.path == "DDF1/EF07" }.count == 11)
        #expect(plan.cost(of: .content).commands == 127)
        #expect(plan.steps.allSatisfy { $0.work == .readBack || $0.cost.bytesOut <= 260 })
    }

    @Test func costOfAPersonWithoutPhotoAndWithTenVaccines() throws {
        let plan = try plan("997058202007021687")
        #expect(!plan.steps.contains { $0.content?.path == "DDF1/EF07" })
        let vaccines = plan.steps.compactMap(\.content).filter { $0.path == "DF02/EF08" }.map(\.place)
        #expect(vaccines == (1...10).reversed().map { .record($0) }, "the form's first is written last")
        #expect(plan.cost(of: .content).commands == 134)
    }

    @Test func secondsOnEachLink() throws {
        let plan = try plan()
        let seconds = Dictionary(
            uniqueKeysWithValues: plan.links.map { ($0.bytesPerSecond, plan.cost.seconds(on: $0)) })
        #expect(seconds == [800: 43.834, 9600: 3.653, 20833: 1.683, 47000: 0.746])
    }

    @Test func directoriesAreSelectedOnlyToComeBack() throws {
        let plan = try plan()
        let selects = plan.steps.filter { $0.command?.header[1] == 0xA4 }.map(\.title)
        #expect(selects == ["SELECT MF with FCI", "SELECT DDF1", "SELECT DDF1", "SELECT MF"])
        #expect(plan.steps.filter { $0.purpose == .createDirectory }.count == 4)
        #expect(plan.steps.filter { $0.purpose == .createFile }.count == 22)
        #expect(plan.steps.filter { $0.title.hasPrefix("WRITE KEY") }.count == 21)
    }

    @Test func everyTLVRecordIsWrittenAndEmptyFilesAreNot() throws {
        let plan = try plan()
        let written = Dictionary(grouping: plan.steps.compactMap(\.content), by: \.path).mapValues(\.count)
        #expect(
            written == [
                "DDF1/EF05": 10, "DDF1/EF06": 5, "DDF1/EF07": 1, "DDF1/EF08": 6, "DF01/EF05": 4, "DF01/EF06": 9,
                "DF01/EF07": 3, "DF01/EF08": 4, "DF02/EF05": 15, "DF02/EF06": 1, "DF02/EF08": 1,
            ])
    }

    @Test func commandsByTheByte() throws {
        let steps = try plan().steps
        func command(_ title: String) -> (header: String, data: String)? {
            steps.first { $0.title == title }.flatMap { step in
                step.command.map { ($0.header.hex, ($0.data ?? $0.prefix).hex) }
            }
        }
        let directory = try #require(command("CREATE FILE DF01"))
        #expect(directory.header == "00e00000")
        #expect(directory.data == "620f8201388302df018406915600013200")
        #expect(command("CREATE FILE DDF1/EF05")?.data == "6214820505010000008302ef058801288604" + "00ffff02")
        #expect(command("CREATE FILE DDF1/EF07")?.data == "6218820501010000008302ef0780020c0288013886040405ff00")
        #expect(command("CREATE FILE DF02/EF07")?.data == "6214820506010078038302ef078801388604" + "8487ff02")
        #expect(command("CREATE FILE DF03/EF05")?.data == "6214820502010001038302ef058801288604" + "84858601")
        let key = try #require(command("WRITE KEY RK1_DF01"))
        #expect(key.header == "84d40184")
        #expect(key.data == "0184f1040600000000", "TestVectors/protocol.json writeKey")
        #expect(command("ACTIVATE FILE")?.header == "00440000")
    }

    @Test func printedFormsShowNobody() throws {
        let plan = try plan()
        let batch = try Sample.batch()
        let application = try batch.application(idNumber: "99646919970325667X")
        for text in [plan.text, String(decoding: plan.prettyJSON, as: UTF8.self)] {
            for (reference, value) in application.values where value.utf8.count > 5 && reference.section != "clinical" {
                #expect(!text.contains(value), "\(reference)")
                if let bytes = try? GBK.encode(value) {
                    #expect(!text.lowercased().contains(bytes.hex), "\(reference)")
                }
            }
            #expect(text.contains(plan.image.digest.hex))
        }
    }

    @Test func jsonIsStableAndComplete() throws {
        let plan = try plan()
        #expect(plan.json == (try self.plan()).json)
        let object = try #require(try JSONSerialization.jsonObject(with: plan.json) as? [String: Any])
        #expect(object["format"] as? String == "personalization-plan/1")
        let steps = try #require(object["steps"] as? [[String: Any]])
        #expect(steps.count == plan.steps.count)
        let commands = steps.compactMap { $0["commands"] as? Int }.reduce(0, +)
        #expect((object["cost"] as? [String: Any])?["commands"] as? Int == commands)
    }

    @Test func plansAreCompared() throws {
        let one = try plan()
        #expect(one.firstDifference(from: try plan()) == nil)
        let other = try plan("992946193907017162")
        let first = try #require(one.firstDifference(from: other))
        #expect(one.steps[first].content == PlanStep.Content(path: "DDF1/EF05", place: .record(7), count: 20))
    }

    @Test func dialectsThatCannotAreRefused() throws {
        let batch = try Sample.batch()
        let image = try Sample.image(try batch.application(idNumber: "99646919970325667X"), in: batch)
        #expect(throws: PersonalizationError.profile(.noDialect("klingon"))) {
            try PersonalizationPlan(image: image, profile: batch.profile, dialect: "klingon")
        }
    }
}
