import ISO7816
import Testing

@testable import VirtualCard

/// A power cut between any two bytes written leaves each command's effect entirely before or entirely after.
@Suite struct PowerCutTests {
    /// Some commands that write, each with what leads to it.
    enum Act: String, CaseIterable, Sendable {
        case writeKey, replaceKey, createDirectory, createFile, newRecord, updateRecord, cyclicAppend, photoBlock
        case writeIndex, activate, wrongAuthentication, rightAfterWrong, wrongMAC, thirdWrongMAC, applicationBlock,
            cardBlock

        var stage: Stage {
            switch self {
            case .writeKey, .replaceKey, .createDirectory, .createFile: .opened
            case .newRecord: .structured
            case .activate: .made
            default: .activated
            }
        }

        /// Sends everything but the last command, which it returns.
        func prepare(_ terminal: Terminal) throws -> String {
            switch self {
            case .writeKey, .replaceKey:
                if self == .replaceKey { try terminal.writeKey("03", "BK_MF", usage: "01", tries: "06") }
                terminal.challenge()
                let plain = hex("0103f1040600000000") + (terminal.keys["IRK"] ?? [])
                return try terminal.secure("84d40103", plain, "TK")
            case .createDirectory: return "00e00000116" + "20f8201388302df018406915600013200"
            case .createFile: return "00e0000016621482050201000" + "1058302ef06880130860400858601"
            case .newRecord:
                terminal.must(OrderOfChecksTests.df01)
                terminal.challenge()
                return try terminal.secure("04dc012c", hex("150102"), "STK_DF01")
            case .updateRecord, .wrongMAC, .thirdWrongMAC:
                terminal.must(OrderOfChecksTests.df01)
                try terminal.prove("85", "UK1_DF01")
                if self == .thirdWrongMAC {
                    for _ in 0..<2 {
                        terminal.challenge()
                        terminal.send(try terminal.secure("04dc022c", [], "STK_DF01", spoiling: true))
                    }
                }
                terminal.challenge()
                let record = [22, 100] + [UInt8](repeating: 0x5A, count: 100)
                return try terminal.secure("04dc022c", record, "STK_DF01", spoiling: self != .updateRecord)
            case .cyclicAppend:
                terminal.must("00a4040006915600013201")
                try terminal.prove("87", "UK3_DF02")
                terminal.challenge()
                return try terminal.secure("04dc0043", [UInt8](repeating: 9, count: 24), "STK_DF02")
            case .photoBlock:
                terminal.must(OrderOfChecksTests.ddf1)
                try terminal.prove("05", "UK1_DDF1")
                return "00d68700ff" + String(repeating: "a7", count: 255)
            case .writeIndex:
                terminal.must("00a4040006915600013202")
                try terminal.prove("85", "UK1_DF03")
                terminal.challenge()
                return try terminal.secure("84d2022c", nil, "STK_DF03")
            case .activate:
                try terminal.open()
                return "00440000"
            case .wrongAuthentication, .rightAfterWrong:
                let wrong = "0082000311" + String(repeating: "00", count: 16) + "f1"
                terminal.challenge()
                guard self == .rightAfterWrong else { return wrong }
                terminal.send(wrong)
                terminal.challenge()
                return try terminal.authenticate("03", "BK_MF")
            case .applicationBlock:
                terminal.must(OrderOfChecksTests.df01)
                try terminal.prove("83", "LK_DF01")
                terminal.challenge()
                return try terminal.secure("841e0000", nil, "STK_DF01")
            case .cardBlock:
                try terminal.prove("03", "BK_MF")
                terminal.challenge()
                return try terminal.secure("84160000", nil, "STK_MF")
            }
        }
    }

    @Test("At every byte of a command", arguments: Act.allCases)
    func everyByte(_ act: Act) throws {
        // The card in its stage is made once and copied.
        let stage = try act.stage.terminal()
        let opened = act.stage == .opened || act.stage == .structured
        func terminal() throws -> Terminal {
            let card = try stage.card.copy()
            card.setRandomSource { Array(seed.prefix($0)) }
            let terminal = try Terminal(card)
            if opened { try terminal.open() }
            return terminal
        }
        let whole = try terminal()
        let command = try act.prepare(whole)
        let before = whole.card.state
        let start = whole.card.writtenByteCount
        #expect(whole.send(command) != "-")
        let after = whole.card.state
        let count = whole.card.writtenByteCount - start
        #expect(before != after && count > 3)
        var outcomes: Set<Bool> = []
        for cut in 0...count {
            let terminal = try terminal()
            let last = try act.prepare(terminal)
            terminal.card.cutPower(afterBytes: cut)
            let answer = terminal.send(last)
            #expect((answer == "-") == (cut < count))
            // Once more during the mending, then for good.
            terminal.card.cutPower(afterBytes: cut % 7)
            terminal.card.powerOn()
            terminal.card.cutPower(afterBytes: nil)
            terminal.card.powerOn()
            let state = terminal.card.state
            #expect(state == before || state == after, "cut before byte \(cut) of \(count)")
            outcomes.insert(state == after)
            if cut == count { #expect(state == after, "the command was acknowledged") }
        }
        #expect(outcomes == [false, true])
    }

    @Test("A write that fails answers 6581 and changes nothing", arguments: Act.allCases)
    func memoryFailure(_ act: Act) throws {
        let terminal = try act.stage.terminal()
        if act.stage == .structured { try terminal.open() }
        let command = try act.prepare(terminal)
        let before = terminal.card.state
        terminal.card.failWrites(1)
        #expect(terminal.send(command) == "6581")
        #expect(terminal.card.state == before)
        if act == .photoBlock { terminal.must(command) }
    }

    @Test("The channel's hooks: removal at a command, power cut at a written byte, an answer in the card's place")
    func channel() throws {
        let channel = VirtualCardChannel(card: try blankCard())
        #expect(channel.transmissionProtocol == .t1)
        #expect(Hex.encode(channel.answerToReset) == "3B8D8001010203040506070852484300015C")
        channel.commandsUntilRemoval = 1
        #expect(try channel.transmit(hex("0084000008")).count == 10)
        #expect(throws: ChannelError(.cardRemoved, "")) { try channel.transmit(hex("0084000008")) }
        #expect(throws: ChannelError(.cardRemoved, "")) { try channel.reset() }
        channel.insert()
        channel.intercept = { _, index in index == 3 ? hex("6f00") : nil }
        #expect(try channel.transmit(hex("0084000008")).count == 10)
        #expect(try channel.transmit(hex("0084000008")) == hex("6f00"))
        channel.card.powerOff()
        #expect(throws: ChannelError(.cardUnresponsive, "")) { try channel.transmit(hex("0084000008")) }
        #expect(try channel.reset() == channel.answerToReset)
        #expect(channel.commandCount == 5)
    }
}
