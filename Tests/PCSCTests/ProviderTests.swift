import ISO7816
import Messages
import Testing

@testable import PCSC

/// A card that counts its resets and answers with them.
private final class PaperCard: CardChannel, @unchecked Sendable {
    let answerToReset: [UInt8]
    var transmissionProtocol: TransmissionProtocol { .t1 }
    private(set) var resets = (cold: 0, warm: 0)

    init(_ byte: UInt8) { answerToReset = [0x3B, 0x01, byte] }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] { command + [0x90, 0x00] }

    func reset() throws(ChannelError) -> [UInt8] {
        resets.cold += 1
        return answerToReset
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        resets.warm += 1
        return answerToReset
    }
}

/// A provider that there is no way to.
private struct NoReaders: ReaderProvider {
    static let error = PCSCError(number: PCSCError.noService, function: "SCardEstablishContext")
    func service(commandLimit: Duration?) throws -> any ReaderService { throw Self.error }
}

private func error(_ number: UInt32) -> PCSCError { PCSCError(number: number, function: "") }

@Suite("Readers of a provider") struct ProviderTests {
    @Test("A card is found, connected, used, and given back reset")
    func life() throws {
        let readers = ChannelReaders(["A", "B"])
        let service = try readers.service()
        #expect(try service.readers() == ["A", "B"])
        #expect(throws: error(PCSCError.noSmartcard)) { try service.connect("A") }
        #expect(throws: error(PCSCError.unknownReader)) { try service.connect("C") }
        #expect(throws: error(PCSCError.noSmartcard)) { try service.waitForCard(in: "A", milliseconds: 0) }
        let card = PaperCard(7)
        readers.insert(card, into: "A")
        #expect(try service.waitForCard(in: "A", milliseconds: 0) == [0x3B, 0x01, 7])
        do {
            let connection = try service.connect("A")
            #expect(connection.transmissionProtocol == .t1)
            #expect(connection.readerName == "A")
            #expect(try connection.transmit([1, 2]) == [1, 2, 0x90, 0x00])
            #expect(try service.state(of: "A").isInUse)
        }
        #expect(card.resets == (0, 1))
        #expect(try !service.state(of: "A").isInUse)
        try service.connect("A").disconnect(.unpower)
        #expect(card.resets == (1, 1))
        let left = try service.connect("A")
        left.finalDisposition = .leave
        try left.disconnect(.leave)
        #expect(card.resets == (1, 1))
    }

    @Test("One has a card for himself, or several share it and are told of each other's resets")
    func sharing() throws {
        let readers = ChannelReaders(["A"])
        readers.insert(PaperCard(1), into: "A")
        let service = try readers.service()
        do {
            let alone = try service.connect("A")
            for mode in [ShareMode.exclusive, .shared] {
                #expect(throws: error(PCSCError.sharingViolation)) {
                    try service.connect("A", mode: mode, patience: .milliseconds(5))
                }
            }
            try alone.disconnect(.leave)
        }
        let one = try service.connect("A", mode: .shared)
        let two = try service.connect("A", mode: .shared)
        #expect(throws: error(PCSCError.sharingViolation)) { try service.connect("A") }
        try one.withTransaction { one in
            #expect(throws: ChannelError(.sharingViolation, "")) { try two.transmit([0]) }
            _ = try one.transmit([0])
        }
        _ = try two.transmit([0])
        try one.withTransaction(endingWith: .reset) { _ in }
        #expect(throws: ChannelError(.cardReset, "")) { try two.transmit([0]) }
        try two.reconnect(.leave)
        _ = try two.transmit([0])
    }

    @Test("A card that is taken out is told of, also when another comes into its place")
    func removed() throws {
        let readers = ChannelReaders(["A"])
        readers.insert(PaperCard(1), into: "A")
        let service = try readers.service()
        let connection = try service.connect("A")
        readers.remove(from: "A")
        readers.insert(PaperCard(2), into: "A")
        #expect(throws: ChannelError(.cardRemoved, "")) { try connection.transmit([0]) }
        #expect(throws: ChannelError(.cardRemoved, "")) { try connection.withTransaction { _ in } }
        #expect(try service.connect("A").answerToReset == [0x3B, 0x01, 2])
        readers.unplug("A")
        #expect(throws: ChannelError(.readerUnavailable, "")) { try connection.transmit([0]) }
    }

    @Test("What comes and goes is an event; without a service none starts")
    func events() async {
        let readers = ChannelReaders(["A"])
        var events = ReaderEvents(of: readers).makeAsyncIterator()
        #expect(await events.next() == .readerAdded("A"))
        readers.insert(PaperCard(1), into: "A")
        #expect(await events.next() == .cardInserted("A", answerToReset: [0x3B, 0x01, 1]))
        readers.plug("B")
        #expect(await events.next() == .readerAdded("B"))
        readers.insert(PaperCard(2), into: "B", isMute: true)
        #expect(await events.next() == .cardMute("B"))
        readers.unplug("A")
        #expect(await events.next() == .cardRemoved("A"))
        #expect(await events.next() == .readerRemoved("A"))
    }

    @Test("Providers joined: one list, each card where it lies, and one that is not to be had takes nothing away")
    func joined() throws {
        let (one, two) = (ChannelReaders(["A"]), ChannelReaders(["B"]))
        two.insert(PaperCard(2), into: "B")
        let service = try JoinedReaders([one, NoReaders(), two]).service()
        #expect(try service.readers() == ["A", "B"])
        #expect(service.fault(of: nil)?.number == PCSCError.noService)
        #expect(try service.connect("B").answerToReset == [0x3B, 0x01, 2])
        #expect(throws: NoReaders.error) { try service.connect("C") }
        let states = try service.statusChange([ReaderState(reader: "A"), ReaderState(reader: "B")], milliseconds: 0)
        #expect(states.map(\.isCardPresent) == [false, true])
        #expect(throws: error(PCSCError.timeout)) { try service.statusChange(states, milliseconds: 1) }
        one.insert(PaperCard(1), into: "A")
        #expect(try service.statusChange(states, milliseconds: nil).map(\.isCardPresent) == [true, true])
        #expect(throws: NoReaders.error) { try JoinedReaders([NoReaders(), ChannelReaders([])]).service().readers() }
        #expect(try JoinedReaders([]).service().readers().isEmpty)
    }

    @Test("Joined providers are watched each by itself, and only a service's end is one")
    func joinedEvents() async {
        let (one, two) = (ChannelReaders(["A"]), ChannelReaders(["B"]))
        two.insert(PaperCard(2), into: "B")
        var events = ReaderEvents(of: JoinedReaders([one, NoReaders(), two])).makeAsyncIterator()
        var seen: Set<ReaderEvent> = []
        while seen.count < 3, let event = await events.next() { seen.insert(event) }
        #expect(
            seen == [.readerAdded("A"), .readerAdded("B"), .cardInserted("B", answerToReset: [0x3B, 0x01, 2])])
    }
}
