import Foundation
import Testing

/// Batches that must not become cards: refused by `plan` and by `personalize`, with the place named and nothing written.
@Suite("Bad batches") struct BadBatchTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the message has to name.
        let says: [String]
        let spoil: @Sendable (TestFolder) throws -> Void

        init(_ description: String, says: [String], _ spoil: @escaping @Sendable (TestFolder) throws -> Void) {
            testDescription = description
            self.says = says
            self.spoil = spoil
        }

        /// A wrong value in the row of the man of row 2.
        static func value(_ description: String, _ column: String, _ value: String, _ word: String) -> Fault {
            Fault(description, says: ["row 2", column, word]) {
                try $0.set(column, to: value, of: SampleBatch.man)
            }
        }
    }

    private static let photo = "photos/\(SampleBatch.man).jpg"

    static let faults: [Fault] = [
        // His number with the last digit another; the reply keeps the right one.
        Fault("wrong check digit", says: ["row 2", "idNumber", "check digit"]) {
            try $0.set("idNumber", to: "996469199703256671", of: SampleBatch.man)
        },
        .value("birth date against the number", "birthDate", "1997-03-26", "birth date"),
        .value("sex against the number", "sex", "2", "17th"),
        .value("no date", "birthDate", "1997-02-30", "date"),
        .value("longer than its item", "phone1", "123456789012345678901", "21 bytes"),
        .value("longer in GBK than its item", "name", "一二三四五六七八九十一二三四五六", "32 bytes"),
        .value("a character outside GBK", "address1", "示范市𠮷祥路1号", "GBK"),
        .value("a code outside its table", "nation", "57", "code"),
        .value("a code of another length", "documentType", "123", "code"),
        .value("neither true nor false", "asthma", "yes", "true"),
        .value("a required item empty", "name", "", "empty"),
        Fault("an unknown column", says: ["row 1", "job"]) {
            try $0.edit("applications.csv", "occupation,", "job,")
        },
        Fault("a missing photo", says: ["row 2", "photo", "missing"]) {
            try FileManager.default.removeItem(atPath: $0.file(photo))
        },
        Fault("a photo that is no JPEG", says: ["row 2", "photo", "JPEG"]) {
            try $0.write("GIF89a", to: photo)
        },
        Fault("a JPEG cut in the middle", says: ["row 2", "photo"]) {
            let whole = try Data(contentsOf: URL(fileURLWithPath: $0.file(photo)))
            try $0.write(whole.prefix(whole.count / 2), to: photo)
        },
        Fault("a photo without colours", says: ["row 2", "photo", "no colours"]) {
            // The head of a picture of one component.
            let head: [UInt8] = [
                0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 1, 0x9D, 1, 0x27, 1, 1, 0x11, 0, 0xFF, 0xD9,
            ]
            try $0.write(Data(head), to: photo)
        },
        Fault("another name in the bank's reply", says: ["name"]) {
            let names = try FileManager.default.contentsOfDirectory(atPath: $0.path)
            try $0.edit(names.first { $0.hasPrefix("XZY_HKYH") } ?? "", "阿卜杜拉·买买提", "阿卜杜拉")
        },
        Fault("a batch that is no JSON", says: ["batch.json"]) { try $0.write("{", to: "batch.json") },
    ]

    /// Personal data that a message must not repeat.
    private static let personal = ["阿卜杜拉", "18865589240", "1997-03-25", "测试省示范市", "123456789012345678901", "祥路"]

    @Test("Refused by plan with exit code 6, naming row and item but no value", arguments: faults)
    func plan(_ fault: Fault) async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try fault.spoil(folder)
        // Whoever's number was changed is asked for by the new one.
        let id = fault.testDescription == "wrong check digit" ? "996469199703256671" : SampleBatch.man
        let outcome = try await Programs.healthcard(["plan"] + SampleBatch.options(id, batch: folder.path))
        #expect(outcome.status == 6)
        for word in fault.says { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
        for text in Self.personal { #expect(!outcome.errors.contains(text)) }
        #expect(outcome.output.isEmpty)
    }

    @Test("Refused by personalize too, each in turn, and the chip stays blank")
    func personalize() async throws {
        let files = try TestFolder()
        let state = StateFile(path: files.file("card.json"))
        let card = try await CardInSlot.insert("5248430000000100", ["--state", state.path])
        let blank = try state.json()
        for fault in Self.faults {
            let folder = try TestFolder(copying: Programs.sampleBatch)
            try fault.spoil(folder)
            let id = fault.testDescription == "wrong check digit" ? "996469199703256671" : SampleBatch.man
            let arguments = ["personalize"] + SampleBatch.options(id, batch: folder.path) + ["--reader", card.reader]
            let outcome = try await Programs.healthcard(arguments)
            #expect(outcome.status == 6, "\(fault.testDescription)")
            for word in fault.says { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
        }
        let inspection = try await Programs.healthcard(["inspect", "--reader", card.reader, "--json"])
        #expect(try JSONValue(inspection.output)["lifeCycle"] == .text("blank"))
        try await card.stop()
        #expect(try state.json() == blank, "transactions are counted in it: there was none")
    }

    @Test("A formal batch is refused with exit code 8 before a reader is looked for")
    func formal() async throws {
        let batch = Programs.root.appendingPathComponent("Samples/formal-batch").path
        let id = SampleBatch.fields(try String(contentsOfFile: batch + "/applications.csv", encoding: .utf8))[1][0]
        for command in [["plan"], ["personalize", "--reader", "no such reader"]] {
            let outcome = try await Programs.healthcard(command + SampleBatch.options(id, batch: batch))
            #expect(outcome.status == 8)
            #expect(outcome.errors.contains("no release"))
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("Somebody who is not in the batch, and a batch that is not there")
    func nobody() async throws {
        let stranger = try await Programs.healthcard(["plan"] + SampleBatch.options("990004198501045815"))
        #expect(stranger.status == 6)
        let nowhere = try await Programs.healthcard(["plan"] + SampleBatch.options(batch: "/nowhere"))
        #expect(nowhere.status == 6)
        #expect(nowhere.errors.contains("batch.json"))
    }
}
