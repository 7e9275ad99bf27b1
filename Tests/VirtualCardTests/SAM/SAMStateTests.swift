import CardProfiles
import Foundation
import ISO7816
import Testing

@testable import VirtualCard

/// The PIN and its tries: across resets, power cuts and the end of the process (Docs/protocol.md §6).
@Suite struct SAMStateTests {
    private static let wrong = "0020000003999999"
    private static let change = "805e010007123456ff12345f"

    private func path() -> String { NSTemporaryDirectory() + "sam-" + UUID().uuidString + ".json" }

    private func open(_ path: String, type: Int = 3, _ change: (inout VirtualSAMOptions) -> Void = { _ in }) throws
        -> SAMReader
    {
        var options = VirtualSAMOptions()
        change(&options)
        let profile = try #require(Fixtures.profile)
        return SAMReader(try VirtualSAM.open(path: path, type: type, profile: profile, options: options))
    }

    @Test("Tries outlive a reset, the right PIN restores them, a blocked PIN stays blocked")
    func tries() throws {
        let reader = try SAMReader()
        #expect(reader.send(Self.wrong) == "63c2")
        reader.sam.powerOn()
        #expect(reader.send("00200000") == "63c2")
        reader.must(SAMReader.pin)
        for answer in ["63c2", "63c1", "63c0", "6983"] { #expect(reader.send(Self.wrong) == answer) }
        reader.sam.powerOff()
        reader.sam.powerOn()
        #expect(reader.send(SAMReader.pin) == "6983")
        #expect(reader.send(Self.change) == "6983")
        #expect(reader.sam.triesLeft == 0)
    }

    /// A command that writes, on a SAM with two tries left.
    enum Act: String, CaseIterable, Sendable {
        case wrongPIN, rightPIN, changePIN, wrongChange
        var command: String {
            switch self {
            case .wrongPIN: SAMStateTests.wrong
            case .rightPIN: SAMReader.pin
            case .changePIN: SAMStateTests.change
            case .wrongChange: "805e010007999999ff12345f"
            }
        }
    }

    @Test("Power lost at any byte leaves a PIN command done or not done", arguments: Act.allCases)
    func powerCuts(_ act: Act) throws {
        func reader() throws -> SAMReader {
            let reader = try SAMReader()
            #expect(reader.send(Self.wrong) == "63c2")
            return reader
        }
        let whole = try reader()
        let before = whole.sam.state
        let start = whole.sam.writtenByteCount
        #expect(whole.send(act.command) != "-")
        let after = whole.sam.state
        let count = whole.sam.writtenByteCount - start
        #expect(before != after && count > 3)
        var outcomes: Set<Bool> = []
        for cut in 0...count {
            let reader = try reader()
            reader.sam.cutPower(afterBytes: cut)
            #expect((reader.send(act.command) == "-") == (cut < count))
            reader.sam.cutPower(afterBytes: cut % 5)
            reader.sam.powerOn()
            reader.sam.cutPower(afterBytes: nil)
            reader.sam.powerOn()
            let state = reader.sam.state
            #expect(state == before || state == after, "cut before byte \(cut) of \(count)")
            outcomes.insert(state == after)
            if cut == count { #expect(state == after, "the command was acknowledged") }
        }
        #expect(outcomes == [false, true])
    }

    @Test("A write that fails answers 6581, changes nothing and verifies nothing", arguments: Act.allCases)
    func failedWrites(_ act: Act) throws {
        let reader = try SAMReader()
        #expect(reader.send(Self.wrong) == "63c2")
        let before = reader.sam.state
        reader.sam.failWrites(1)
        #expect(reader.send(act.command) == "6581")
        #expect(reader.sam.state == before)
        #expect(reader.send("80cc0200") == "6982")
    }

    @Test("A process that ends without notice loses no answered command")
    func survives() throws {
        let path = path()
        do {
            let reader = try open(path) { $0.pin = "4711" }
            #expect(reader.send("0020000002" + "4712") == "63c2")
            #expect(reader.send("805e010006" + "4711ff" + "246813") == "9000")
            #expect(reader.send("0020000003" + "246814") == "63c2")
            // Neither power off nor save.
        }
        let reader = try open(path)
        #expect(reader.sam.triesLeft == 2 && reader.sam.state.pin == "246813" && reader.sam.state.sequence == 3)
        reader.must("0020000003246813")
        reader.sam.powerOff()
        #expect(reader.sam.saveError == nil)
        let json = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(json.contains("\"pin\" : \"246813\"") && json.contains("\"triesLeft\" : 3"))
    }

    @Test("A state file that cannot be is an error with its place")
    func badFiles() throws {
        let path = path()
        _ = try open(path)
        let good = try String(contentsOfFile: path, encoding: .utf8)
        let changes = [
            ("\"triesLeft\" : 3", "\"triesLeft\" : 4", "triesLeft: it is 4"),
            ("\"type\" : 3", "\"type\" : 4", "type 4, not 3"),
            ("\"pin\" : \"123456\"", "\"pin\" : \"12a456\"", "wrong at pin"),
            ("\"pin\" : \"123456\"", "\"pin\" : \"\"", "wrong at pin"),
            ("\"pin\" : \"123456\"", "\"pin\" : \"12345678901234567\"", "wrong at pin"),
            ("virtual-sam/1", "virtual-sam/2", "wrong at format"), ("0000000000000003", "03", "serial"),
            ("\"sequence\"", "\"sequences\"", "sequence: it is missing"), ("{", "[", "not JSON"),
        ]
        for (old, new, text) in changes {
            try #require(good.contains(old))
            try good.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: false, encoding: .utf8)
            try? FileManager.default.removeItem(atPath: path + ".journal")
            do {
                _ = try open(path)
                Issue.record("it was opened: \(new)")
            } catch let error as VirtualCardError {
                #expect(error.description.contains(text), "\(error)")
                #expect(!error.description.contains("12a456"))
            }
        }
        try good.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: VirtualCardError.self) { try open(path, type: 5) }
        #expect(throws: VirtualCardError.self) { try open(path) { $0.serial = serial } }
        let first = try open(path)
        #expect(throws: VirtualCardError.self) { try open(path) }
        #expect(first.sam.triesLeft == 3)
    }

    @Test("In a channel: removal at a command, and an answer in the SAM's place")
    func channel() throws {
        let channel = VirtualSAMChannel(sam: try SAMReader().sam)
        channel.commandsUntilRemoval = 1
        #expect(try channel.transmit(hex(SAMReader.pin)) == hex("9000"))
        #expect(throws: ChannelError(.cardRemoved, "")) { try channel.transmit(hex(SAMReader.pin)) }
        channel.insert()
        #expect(try channel.transmit(hex("00200000")) == hex("63c3"))
        channel.intercept = { command, _ in command[1] == 0x20 ? hex("6983") : nil }
        #expect(try channel.transmit(hex(SAMReader.pin)) == hex("6983"))
        #expect(try channel.reset() == channel.sam.answerToReset)
    }
}
