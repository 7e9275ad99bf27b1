import Foundation
import Testing

/// Our virtual SAM over PC/SC, and beside the independent one.
@Suite("Virtual SAM") struct VirtualSAMTests {
    private static let id = "99646919970325667X"

    private func virtualSAM(_ slot: VirtualSlot, _ options: [String]) async throws -> CardInSlot {
        try await CardInSlot("", slot, Programs.healthcard(), ["virtual", "--sam"] + options)
    }

    @Test("Thousands of random commands get the same answer from both SAMs of each type, to the byte")
    func answerAlike() async throws {
        let sam = "\(try Programs.healthcard()) virtual --sam --type {type} --port {port}"
        let arguments = ["--sam", sam, "--rounds", "10", "--length", "200", "--sweep"]
        let outcome = try await Programs.Running(
            Programs.python, [Programs.independent("differential_sam.py")] + arguments
        ).wait(seconds: 600)
        #expect(outcome.status == 0, "\(String(decoding: outcome.output, as: UTF8.self))\(outcome.errors)")
    }

    @Test("The comparison of SAMs can fail: a SAM that cuts its MACs elsewhere is told apart")
    func comparisonSeesADifference() async throws {
        let sam = "\(Programs.python) \(Programs.independent("wrong_sam.py")) --type {type} --port {port}"
        let arguments = [Programs.independent("differential_sam.py"), "--sam", sam, "--rounds", "5"]
        let outcome = try await Programs.run(Programs.python, arguments)
        #expect(outcome.status == 1)
        #expect(try JSONValue(outcome.output)["differences"]?.members.isEmpty == false)
    }

    @Test("A card in the manner of each maker is read through it as with the test keys")
    func makers() async throws {
        let slots = try await VirtualSlot.pair()
        let folder = FileManager.default.temporaryDirectory.appending(path: "makers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let state = folder.appending(path: "card.json").path(percentEncoded: false)
        let serial = "5248430000000401"
        var card = try await CardInSlot.insert(serial, slot: slots.card, ["--state", state])
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", Self.id, "--reader", card.reader, "--json"])
        let reading = ["read", "--reader", card.reader, "--json"]
        let expected = try await Programs.healthcard(reading)
        #expect(expected.status == 0)
        try await card.stop()
        let sam = try await virtualSAM(slots.sam, ["--type", "3"])
        for maker in ["huahong", "tongfang", "fudan", "huada"] {
            card = try await CardInSlot.insert(serial, slot: slots.card, ["--state", state, "--overlay", maker])
            let outcome = try await Programs.healthcard(reading + ["--sam", sam.reader])
            #expect(outcome.status == 0, "\(maker): \(outcome.errors)")
            #expect(outcome.output == expected.output, "\(maker)")
            try await card.stop()
        }
        try await sam.stop()
    }

    @Test("Its PIN tries outlive the process, however that ends")
    func triesOutliveTheProcess() async throws {
        let slot = try await VirtualSlot()
        let state = FileManager.default.temporaryDirectory.appending(path: "sam-\(UUID().uuidString).json")
        let options = ["--type", "2", "--pin", "24681357", "--state", state.path(percentEncoded: false)]
        var sam = try await virtualSAM(slot, options)
        let wrong = try await Programs.healthcard(["apdu", "--reader", sam.reader, "00 20 00 00 03 12 34 56"])
        #expect(String(decoding: wrong.output, as: UTF8.self).contains("63C2"))
        try await sam.stop(SIGKILL)
        sam = try await virtualSAM(slot, options)
        let told = try await Programs.healthcard(["sam", "info", "--sam", sam.reader])
        #expect(String(decoding: told.output, as: UTF8.self).contains("2 tries left"))
        let right = try await Programs.healthcard(["apdu", "--reader", sam.reader, "00 20 00 00 04 24 68 13 57"])
        #expect(String(decoding: right.output, as: UTF8.self).contains("9000"))
        try await sam.stop()
        let text = try String(contentsOf: state, encoding: .utf8)
        #expect(text.contains("\"triesLeft\" : 3") && text.contains("\"type\" : 2"))
        let other = try await Programs.healthcard(
            ["virtual", "--sam", "--type", "3", "--state", state.path(percentEncoded: false), "--port", slot.port])
        #expect(other.status == 6 && other.errors.contains("type 2, not 3"), "\(other.status) \(other.errors)")
    }

    @Test("Options that do not fit are refused before any slot is looked for")
    func refusals() async throws {
        for (options, text) in [
            (["--type", "3"], "belong to --sam"), (["--sam", "--type", "7"], "--type 7 is not a SAM"),
            (["--sam", "--pin", "12"], "4 to 16 decimal digits"),
            (["--sam", "--challenge", "0102030405060708"], "card"),
            (["--sam", "--province", "x"], "two digits"),
        ] {
            let outcome = try await Programs.healthcard(["virtual", "--port", "1", "--wait", "0"] + options)
            #expect(outcome.status != 0 && outcome.errors.contains(text), "\(options): \(outcome.errors)")
        }
    }
}
