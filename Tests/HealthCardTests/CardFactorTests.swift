import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

/// Which historical bytes are the card factor, on which interface, and what is none (`Docs/protocol.md §2`).
@Suite("Card factor") struct CardFactorTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    /// An edition whose factor is elsewhere. The answer of a contact card of it begins with TB1 and TC1.
    private func edition(_ rule: String) throws -> CardProfile {
        try TestProfile.edition(
            with: """
                overlay: elsewhere
                base: resident-health-card
                answerToReset: { start: 3B 6D 00 00, serialLength: 13, tail: "", checkByte: false }
                cryptography:
                  cardFactor:
                    \(rule)

                """)
    }

    private static let contact = "3B6D0000" + "0090112233445566778899AABB"

    private func contactless(_ historical: String) throws -> [UInt8] {
        let bytes = try bytes(historical)
        let body = [0x80 | UInt8(bytes.count), 0x80, 0x01] + bytes
        return [0x3B] + body + [body.reduce(0, ^)]
    }

    @Test("the first bytes, the last ones, and others between, as the profile says for each interface")
    func places() throws {
        let last = try edition("contact: { from: last, offset: 0 }")
        #expect(try HealthCardSession.cardFactor(of: bytes(Self.contact), last) == bytes("445566778899AABB"))
        let inner = try edition("contact: { from: last, offset: 2 }")
        #expect(try HealthCardSession.cardFactor(of: bytes(Self.contact), inner) == bytes("2233445566778899"))
        let first = try edition("contact: { from: first, offset: 1 }")
        #expect(try HealthCardSession.cardFactor(of: bytes(Self.contact), first) == bytes("9011223344556677"))
        // The contactless side of the same edition has its own rule.
        let answer = try contactless("01020304050607080910")
        #expect(try HealthCardSession.cardFactor(of: answer, last) == bytes("0102030405060708"))
        let other = try edition("contactlessA: { from: last, offset: 1 }")
        #expect(try HealthCardSession.cardFactor(of: answer, other) == bytes("0203040506070809"))
    }

    @Test("a type B card has no factor, unless a profile takes one from it")
    func typeB() throws {
        let answer = try contactless("1122334477818000")
        #expect(throws: HealthCardError(.answerToReset, .noFactor(on: .contactlessB))) {
            try HealthCardSession.cardFactor(of: answer, profile)
        }
        let taken = try edition("contactlessB: { from: first, offset: 0 }")
        #expect(try HealthCardSession.cardFactor(of: answer, taken) == bytes("1122334477818000"))
    }

    @Test("the virtual card shows one factor through its contacts and without them, and none as type B")
    func interfaces() throws {
        let made = try CardMaker.card(SampleCard.card(profile))
        for interface in [CardInterface.contact, .contactlessA] {
            let channel = VirtualCardChannel(card: try made.card.copy(interface: interface))
            #expect(try HealthCardSession.cardFactor(of: channel, profile) == Array(1...8))
            #expect(try SampleCard.session(channel, profile).read().isTestCard)
        }
        let channel = VirtualCardChannel(card: try made.card.copy(interface: .contactlessB))
        #expect(throws: HealthCardError(.answerToReset, .noFactor(on: .contactlessB))) {
            try SampleCard.session(channel, profile).read()
        }
    }

    // MARK: No factor

    /// Counts what it is asked for: a key is derived for each.
    private final class CountingModule: SecurityModule {
        let keyVersion: UInt8 = 0xF1
        private(set) var uses = 0

        func cryptogram(
            key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
        ) throws(SecurityModuleError) -> [UInt8] {
            uses += 1
            return [UInt8](repeating: 0, count: 8)
        }

        func protect(
            header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
        ) throws(SecurityModuleError) -> [UInt8] {
            uses += 1
            return data
        }
    }

    @Test("zeros and FF are refused before anything is sent and any key derived", arguments: [UInt8(0), 0xFF])
    func empty(_ byte: UInt8) throws {
        let card = try ScriptedCard(profile, serial: [UInt8](repeating: byte, count: 8))
        let module = CountingModule()
        let session = HealthCardSession(channel: card, profile: profile, securityModule: module, habits: nil)
        let expected = HealthCardError(.cardFactor, .emptyFactor(byte))
        #expect(throws: expected) { try session.identify() }
        #expect(throws: expected) { try session.read() }
        #expect(throws: expected) { try session.readWhatIsOpen() }
        #expect(module.uses == 0 && card.log.isEmpty)
        #expect(expected.identifier == "healthCard.cardFactor")
        #expect(!expected.advice.isEmpty && expected.chinese.hint != nil)
        // An inspection says so and shows what there is.
        let inspection = try CardInspection.inspect(card, profile: profile)
        #expect(inspection.chipSerial == [UInt8](repeating: byte, count: 8))
        #expect(inspection.factorFlaw == .emptyFactor(byte))
        #expect(inspection.text(in: .english).contains("warning: the card factor is \(Hex.encode([byte])) throughout"))
        #expect(inspection.authenticity == nil)
    }

    @Test("a serial of which seven bytes are zeros is one")
    func nearlyEmpty() throws {
        let card = try ScriptedCard(profile, serial: [0, 0, 0, 0, 0, 0, 0, 1])
        #expect(try SampleCard.session(card, profile).identify().factors.card == [0, 0, 0, 0, 0, 0, 0, 1])
    }

    // MARK: Readers that hide it

    /// A contactless reader that shows few or no historical bytes, and answers when it is asked for them, or does not.
    private final class HidingReader: CardChannel {
        let card: any CardChannel
        let answerToReset: [UInt8]
        let answer: [UInt8]
        private(set) var asked = 0
        private(set) var passedOn: [[UInt8]] = []

        init(_ card: any CardChannel, shown: [UInt8], answer: [UInt8]) {
            self.card = card
            self.answer = answer
            let body = [0x80 | UInt8(shown.count), 0x80, 0x01] + shown
            answerToReset = [0x3B] + body + [body.reduce(0, ^)]
        }

        var transmissionProtocol: TransmissionProtocol { .t1 }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
            guard command.first == 0xFF else {
                passedOn.append(command)
                return try card.transmit(command)
            }
            asked += 1
            return command == [0xFF, 0xCA, 0x01, 0x00, 0x00] ? answer : [0x6A, 0x86]
        }

        func reset() throws(ChannelError) -> [UInt8] {
            _ = try card.reset()
            return answerToReset
        }
    }

    @Test("what a reader hides it is asked for, once", arguments: [0, 5])
    func hidden(shown: Int) throws {
        let card = try CardMaker.card(SampleCard.card(profile))
        let historical = Array(try AnswerToReset(card.answerToReset).historicalBytes)
        for answer in [historical, [UInt8(historical.count + 5), 0x78, 0x77, 0x80, 0x02] + historical] {
            let reader = HidingReader(card, shown: Array(historical.prefix(shown)), answer: answer + [0x90, 0x00])
            let reading = try SampleCard.session(reader, profile).read()
            #expect(reading.isTestCard && reading.unreadable.isEmpty)
            #expect(reading.identity.factors.card == Array(1...8))
            #expect(reader.asked == 1)
            let inspection = try CardInspection.inspect(reader, profile: profile)
            #expect(inspection.chipSerial == Array(1...8) && inspection.factorFlaw == nil)
        }
    }

    @Test("a reader that does not give them is named, and nothing is sent to the card")
    func refused() throws {
        let card = try CardMaker.card(SampleCard.card(profile))
        let reader = HidingReader(card, shown: [], answer: [0x6A, 0x81])
        let expected = HealthCardError(
            .answerToReset, status: .functionNotSupported,
            .historicalBytesHidden(count: 0, needed: 8, .functionNotSupported))
        #expect(throws: expected) { try SampleCard.session(reader, profile).read() }
        #expect(reader.passedOn.isEmpty)
        #expect(expected.reason.contains("FF CA 01 00") && expected.advice.contains("another reader"))
        // Others than those it showed before are none of this card's.
        let lying = HidingReader(card, shown: [9, 9, 9], answer: Array(1...13) + [0x90, 0x00])
        #expect(throws: HealthCardError(.answerToReset, .historicalBytesHidden(count: 3, needed: 8, nil))) {
            try SampleCard.session(lying, profile).read()
        }
        // Zeros from the reader are as good as none.
        let empty = HidingReader(card, shown: [], answer: [UInt8](repeating: 0, count: 13) + [0x90, 0x00])
        #expect(throws: HealthCardError(.cardFactor, .emptyFactor(0))) {
            try SampleCard.session(empty, profile).read()
        }
    }

    @Test("what looks like type B and is type A is told by the reader")
    func likeTypeB() throws {
        let serial: [UInt8] = [0x11, 0x22, 0x33, 0x44, 0x77, 0x81, 0x80, 0x00]
        let card = try CardMaker.card(SampleCard.card(profile))
        let known = HidingReader(card, shown: serial, answer: serial + [0x90, 0x00])
        #expect(try HealthCardSession.cardFactor(of: known, profile) == serial)
        let unknown = HidingReader(card, shown: serial, answer: [0x6A, 0x81])
        #expect(throws: HealthCardError(.answerToReset, .noFactor(on: .contactlessB))) {
            try HealthCardSession.cardFactor(of: unknown, profile)
        }
    }

    @Test("a contact card with too few bytes is not asked through its reader")
    func contactCard() throws {
        let card = try ScriptedCard(profile)
        card.answerToReset = try bytes("3B6400000102030 4".replacing(" ", with: ""))
        #expect(throws: HealthCardError(.answerToReset, .historicalBytes(count: 4, needed: 8))) {
            try SampleCard.session(card, profile).identify()
        }
        #expect(card.log.isEmpty)
    }

    // MARK: What it says

    @Test("who made the chip, who the card, and its number; an unknown code is said to be one")
    func described() throws {
        let known = try #require(profile.describe(factor: [0x00, 0x90, 0x00, 0x12, 0x01, 0x02, 0x03, 0x04]))
        #expect(known.english.text == "chip maker 0090 (Fudan), card maker 0012 (unknown code), serial 01020304")
        #expect(known.chinese.text == "芯片厂商 0090（复旦）、制卡厂商 0012（未知代码）、卡片流水号 01020304")
        #expect(
            known.json.text(pretty: false)
                == #"{"chipMaker":{"code":"0090","label":"复旦","english":"Fudan"},"cardMaker":{"code":"0012"},"serial":"01020304"}"#
        )
        #expect(profile.describe(chip: "0081000000000001")?["chipMaker"]?.entry?.english == "Huada")
        #expect(profile.describe(chip: "FFFF000000000001")?["chipMaker"]?.entry == nil)
        #expect(profile.describe(factor: [1, 2]) == nil && profile.describe(chip: "no") == nil)
    }
}
