import ISO7816
import Testing

@Suite struct TransmitTests {
    private let select = CommandAPDU(cla: 0, ins: 0xA4, p1: 0, p2: 0, data: [0xDD, 0xF1], ne: 256)
    private let read = CommandAPDU.readRecord(1, ne: 256)

    @Test func sendsWhatItIsGivenAndNothingElse() throws {
        let card = try ScriptedCard(answers: "9000")
        #expect(try card.send(select) == ResponseAPDU(status: .ok))
        #expect(card.sent == ["00A4000002DDF100"])
    }

    @Test func fetchesWhatWaits() throws {
        let card = try ScriptedCard(answers: "6103", "AABB6101", "CC9000")
        #expect(try card.send(select) == ResponseAPDU(data: [0xAA, 0xBB, 0xCC], status: .ok))
        #expect(card.sent == ["00A4000002DDF100", "00C0000003", "00C0000001"])
    }

    @Test func fetches256BytesFor6100() throws {
        let card = try ScriptedCard(answers: "6100", "9000")
        #expect(try card.send(select).status == .ok)
        #expect(card.sent.last == "00C0000000")
    }

    @Test func keepsDataThatCameBefore61() throws {
        let card = try ScriptedCard(answers: "01026101", "036282")
        #expect(try card.send(read) == ResponseAPDU(data: [1, 2, 3], status: .endOfFile))
    }

    @Test func correctsTheLengthOfGetResponseOnce() throws {
        let card = try ScriptedCard(answers: "6110", "6C02", "AABB9000")
        #expect(try card.send(select) == ResponseAPDU(data: [0xAA, 0xBB], status: .ok))
        #expect(card.sent == ["00A4000002DDF100", "00C0000010", "00C0000002"])
    }

    @Test func correctsTheLengthOnce() throws {
        let card = try ScriptedCard(answers: "6C03", "6C04", "9000")
        #expect(try card.send(read).status == .correctLength(4))
        #expect(card.sent == ["00B2010400", "00B2010403"])
    }

    @Test func correctsTheLengthAndThenFetches() throws {
        let card = try ScriptedCard(answers: "6C00", "6101", "AA9000")
        #expect(try card.send(CommandAPDU.readRecord(1, ne: 8)) == ResponseAPDU(data: [0xAA], status: .ok))
        #expect(card.sent == ["00B2010408", "00B2010400", "00C0000001"])
    }

    @Test func doesNotRepeatAfterDataCame() throws {
        let card = try ScriptedCard(answers: "AA6C03")
        #expect(try card.send(read) == ResponseAPDU(data: [0xAA], status: .correctLength(3)))
        #expect(card.commands.count == 1)
    }

    @Test func leavesContinuationsToTheCallerOnRequest() throws {
        var options = TransmitOptions()
        options.followsRemaining = false
        options.correctsLength = false
        #expect(try ScriptedCard(answers: "6103").send(select, options: options).status == .remaining(3))
        #expect(try ScriptedCard(answers: "6C03").send(select, options: options).status == .correctLength(3))
    }

    @Test(
        arguments: [
            (0x00, 0x00), (0x01, 0x01), (0x04, 0x00), (0x0F, 0x03), (0x13, 0x03), (0x80, 0x00), (0x84, 0x00),
            (0x81, 0x01), (0x40, 0x40), (0x65, 0x45), (0xBF, 0x00), (0xC1, 0x00),
        ] as [(UInt8, UInt8)])
    func getResponseKeepsTheLogicalChannelAlone(cla: UInt8, expected: UInt8) throws {
        let card = try ScriptedCard(answers: "6101", "AA9000")
        _ = try card.send(CommandAPDU(cla: cla, ins: 0xB2, p1: 1, p2: 4, ne: 256))
        #expect(card.commands.last?.first == expected)
    }

    @Test func givesUpACardThatPromisesForEver() throws {
        for answer in [[0x61, 0x01], [0xAA, 0x61, 0x01]] as [[UInt8]] {
            let card = ScriptedCard { _ in answer }
            #expect(throws: CardError.malformed(.endless, read.header)) {
                try card.send(read)
            }
            #expect(card.commands.count <= 1025)
        }
        let flood = ScriptedCard { _ in [UInt8](repeating: 0, count: 256) + [0x61, 0x00] }
        #expect(throws: CardError.malformed(.tooLong(limit: 65536), read.header)) {
            try flood.send(read)
        }
        #expect(flood.commands.count <= 258)
    }

    @Test(arguments: [[], [0x90]] as [[UInt8]])
    func refusesAnAnswerWithoutStatus(answer: [UInt8]) {
        let card = ScriptedCard { _ in answer }
        #expect(throws: CardError.self) { try card.send(read) }
    }

    @Test func chainsOnRequestAlone() throws {
        var options = TransmitOptions()
        options.chains = true
        options.maximumData = 2
        let command = CommandAPDU(cla: 0x80, ins: 0xD6, p1: 0, p2: 0, data: [1, 2, 3, 4, 5], ne: 8)
        let card = try ScriptedCard(answers: "9000", "9000", "9000")
        #expect(try card.send(command, options: options).status == .ok)
        #expect(card.sent == ["90D60000020102", "90D60000020304", "80D60000010508"])

        let whole = try ScriptedCard(answers: "9000")
        _ = try whole.send(command)
        #expect(whole.sent == ["80D6000005010203040508"])
    }

    @Test func aRefusedLinkEndsTheChain() throws {
        var options = TransmitOptions()
        options.chains = true
        options.maximumData = 2
        let card = try ScriptedCard(answers: "6884")
        let command = CommandAPDU(cla: 0, ins: 0xD6, p1: 0, p2: 0, data: [1, 2, 3])
        #expect(try card.send(command, options: options).status == .commandChainingNotSupported)
        #expect(card.commands.count == 1)
    }

    @Test func t0CarriesNoLeBesideData() throws {
        let card = try ScriptedCard(.t0, answers: "6102", "AABB9000", "9000", "9000", "9000")
        #expect(try card.send(select).data == [0xAA, 0xBB])
        _ = try card.send(.activateFile)
        _ = try card.send(.getChallenge())
        _ = try card.send(CommandAPDU.readRecord(1, ne: 4096))
        #expect(card.sent == ["00A4000002DDF1", "00C0000002", "0044000000", "0084000008", "00B2010400"])
    }

    @Test func t0DoesNotRepeatACommandWithData() throws {
        let card = try ScriptedCard(.t0, answers: "6C08", "9000")
        #expect(try card.send(select).status == .correctLength(8))
        #expect(card.commands.count == 1)
    }

    @Test func t0NeedsChainingForLongData() throws {
        let card = ScriptedCard(.t0) { _ in [0x90, 0x00] }
        let command = CommandAPDU(cla: 0, ins: 0xD6, p1: 0, p2: 0, data: [UInt8](repeating: 0, count: 256))
        #expect(throws: CardError.command(.dataTooLong(count: 256, maximum: 255), command.header)) {
            try card.send(command)
        }
        #expect(card.commands.isEmpty)
        var options = TransmitOptions()
        options.chains = true
        #expect(try card.send(command, options: options).status == .ok)
        #expect(card.commands.map(\.count) == [260, 6])
    }

    @Test func executeWantsTheStatusItExpects() throws {
        #expect(throws: CardError.status(.fileNotFound, select.header)) {
            try ScriptedCard(answers: "6A82").execute(select)
        }
        #expect(
            try ScriptedCard(answers: "6283").execute(select, expecting: [.ok, .fileDeactivated]).status.rawValue
                == 0x6283)
    }

    @Test func errorsNeverShowData() throws {
        let secret = CommandAPDU.verify(pin: [0x12, 0x34, 0x56])
        for error in [
            CardError.status(.triesLeft(2), secret.header), .malformed(.tooShort(bytes: 1), secret.header),
            .channel(ChannelError(.timeout, "no answer"), secret.header),
            .command(.lengthMismatch(count: 3), secret.header),
        ] {
            #expect(error.description.contains("00 20 00 00"))
            #expect(!error.description.contains("12 34"))
        }
    }
}
