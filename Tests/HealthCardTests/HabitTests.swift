import CardProfiles
import Foundation
import ISO7816
import Testing
import VirtualCard

@testable import HealthCard

/// How a card of some maker differs from the best there is.
struct Maker: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout MakersCard.Quirks) -> Void
    /// Habits of such a card, set in what the profile promises.
    let habits: @Sendable (inout CardHabits) -> Void
    /// Refusals that finding out may cost at most.
    let refusals: Int

    init(
        _ name: String, refusals: Int = 1, _ change: @escaping @Sendable (inout MakersCard.Quirks) -> Void,
        _ habits: @escaping @Sendable (inout CardHabits) -> Void
    ) {
        testDescription = name
        self.refusals = refusals
        self.change = change
        self.habits = habits
    }

    static let all = [
        Maker("one like the profile", refusals: 0) { _ in
        } _: { _ in
        },
        Maker("no multi-record") {
            $0.multiRecord = false
        } _: {
            $0.taggedRecords = .number
            $0.plainRecords = .number
        },
        Maker("no multi-record in cyclic files") {
            $0.multiRecordInCyclic = false
        } _: {
            $0.plainRecords = .number
        },
        Maker("records by tag alone", refusals: 2) {
            $0.multiRecord = false
            $0.numbers = false
        } _: {
            $0.taggedRecords = .tag
            $0.plainRecords = .number
        },
        Maker("no extended length") {
            $0.extended = false
        } _: {
            $0.extendedLength = false
        },
        Maker("no short identifiers, 6A86", refusals: 3) {
            $0.shortIdentifiers = false
        } _: {
            $0.shortIdentifiers = false
        },
        Maker("no short identifiers, 6A82") {
            $0.shortIdentifiers = false
            $0.identifierRefusal = .fileNotFound
        } _: {
            $0.shortIdentifiers = false
        },
        Maker("blocks of 128 bytes, 6700", refusals: 2) {
            $0.extended = false
            $0.block = 128
        } _: {
            $0.extendedLength = false
            $0.readBlock = 128
        },
        Maker("blocks of 128 bytes, 6C80", refusals: 2) {
            $0.extended = false
            $0.block = 128
            $0.blockRefusal = .correctLength(128)
        } _: {
            $0.extendedLength = false
            $0.readBlock = 128
        },
        Maker("blocks of 128 bytes, without a word") {
            $0.extended = false
            $0.block = 128
            $0.blockRefusal = nil
        } _: {
            $0.extendedLength = false
            $0.readBlock = 128
        },
        Maker("the exact Le, 6Cxx", refusals: 0) {
            $0.length = .exact(tells: true)
        } _: { _ in
        },
        Maker("the exact Le, 6700", refusals: 0) {
            $0.length = .exact(tells: false)
        } _: { _ in
        },
        Maker("Le 00 alone", refusals: 2) {
            $0.length = .zero
            $0.extended = false
        } _: {
            $0.expectedLength = .zero
            $0.extendedLength = false
        },
        Maker("no names") {
            $0.names = false
        } _: {
            $0.directoryNames = false
        },
        Maker("the first directory by name alone", refusals: 0) {
            $0.firstOnlyByName = true
        } _: { _ in
        },
        Maker("the first directory through the MF alone", refusals: 2) {
            $0.onlyThroughMaster = true
        } _: {
            $0.directoryReach = .children
            $0.directoryNames = false
        },
        Maker("everything at once", refusals: 12) {
            $0.multiRecord = false
            $0.numbers = false
            $0.extended = false
            $0.shortIdentifiers = false
            $0.block = 128
            $0.names = false
            $0.onlyThroughMaster = true
        } _: {
            $0.taggedRecords = .tag
            $0.plainRecords = .number
            $0.extendedLength = false
            $0.shortIdentifiers = false
            $0.readBlock = 128
            $0.directoryNames = false
            $0.directoryReach = .children
        },
        Maker("Le 00 alone, by number alone, no short identifiers", refusals: 8) {
            $0.multiRecord = false
            $0.length = .zero
            $0.extended = false
            $0.shortIdentifiers = false
        } _: {
            $0.taggedRecords = .number
            $0.plainRecords = .number
            $0.expectedLength = .zero
            $0.extendedLength = false
            $0.shortIdentifiers = false
        },
    ]
}

@Suite("Habits of a maker's cards")
struct HabitTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func habits(_ change: (inout CardHabits) -> Void = { _ in }) -> CardHabits {
        var habits = CardHabits(best: profile, profile.dialect(profile.defaultDialect), .t1)
        change(&habits)
        return habits
    }

    @Test("each is found out, at the cost of few refusals, and remembered", arguments: Maker.all)
    func learning(_ maker: Maker) throws {
        let whole = try SampleCard.session(SampleCard.card(profile, visits: true), profile).read()
        let memory = TransientHabits()
        let card = MakersCard(try SampleCard.card(profile, visits: true), profile, maker.change)
        let session = try SampleCard.session(card, profile, habits: memory)
        let reading = try session.read()
        #expect(reading.unreadable.isEmpty)
        #expect(reading.files == whole.files)
        #expect(session.habits == habits(maker.habits))
        #expect(card.refused.count <= maker.refusals, "\(card.refused.map(\.header.description))")

        // Another card of the product costs nothing to find out.
        let other = MakersCard(
            try ScriptedCard(
                profile, values: SampleCard.values.merging(SampleCard.visits) { $1 }, serial: Array(0x41...0x48)),
            profile, maker.change)
        let again = try SampleCard.session(other, profile, habits: memory).read()
        #expect(again.files == whole.files)
        #expect(other.refused.isEmpty, "\(other.refused.map(\.header.description))")
        #expect(again.commands <= reading.commands)
    }

    @Test("what is remembered may be wrong", arguments: Maker.all, Maker.all)
    func healing(_ remembered: Maker, _ maker: Maker) throws {
        let memory = TransientHabits()
        let card = MakersCard(try SampleCard.card(profile), profile, maker.change)
        let product = try #require(CardProduct(answerToReset: card.answerToReset, profile: profile))
        memory.remember(habits(remembered.habits), of: product)
        #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
        _ = try card.reset()
        #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
        #expect(card.refused.isEmpty, "\(card.refused.map(\.header.description))")
    }

    @Test("a reader that carries no extended length says nothing of the card")
    func shortLink() throws {
        let memory = TransientHabits()
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, answer throws(ChannelError) in
            if command.ne ?? 0 > 256 { throw ChannelError(.commandRejected, "too long for this reader") }
            return answer
        }
        let session = try SampleCard.session(card, profile, habits: memory)
        #expect(try session.read().json() == SampleCard.json)
        #expect(card.log.filter { $0.ne ?? 0 > 256 }.count == 2)
        #expect(session.habits.extendedLength)
    }

    @Test(
        "whatever a driver calls it, a reader without extended length is read in short commands",
        arguments: ChannelError.Code.allCases)
    func driversWords(_ code: ChannelError.Code) throws {
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, answer throws(ChannelError) in
            if command.ne ?? 0 > 256 { throw ChannelError(code, "what the driver says") }
            return answer
        }
        let session = try SampleCard.session(card, profile)
        let ends: Set<ChannelError.Code> = [
            .cardRemoved, .cardReset, .serviceUnavailable, .sharingViolation, .cancelled,
        ]
        guard !ends.contains(code) else {
            #expect(throws: HealthCardError.self) { try session.read() }
            return
        }
        #expect(try session.read().json() == SampleCard.json)
        #expect(card.log.filter { $0.ne ?? 0 > 256 }.count == 2)
        #expect(session.habits.extendedLength, "it says nothing of the card")
    }

    @Test("an extended command that failed once is not held against the reader")
    func badContact() throws {
        let memory = TransientHabits()
        let card = try SampleCard.card(profile)
        card.readerName = "Bad contact \(UUID().uuidString) 00 00"
        var failures = 1
        card.misbehave = { _, command, answer throws(ChannelError) in
            if command.ne ?? 0 > 256, failures > 0 {
                failures -= 1
                throw ChannelError(.malformedResponse, "the exchange failed")
            }
            return answer
        }
        #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
        #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
        #expect(card.log.filter { $0.ne ?? 0 > 256 }.count > 2, "the next card is read in long ones")
        let name = try #require(card.readerName)
        #expect(!memory.carriesShortOnly(ReaderModel(reader: name)))
        #expect(!TransientHabits.shared.carriesShortOnly(ReaderModel(reader: name)))
    }

    @Test("a reader that carries short commands only is remembered, in every slot and for other cards")
    func shortReader() throws {
        let memory = TransientHabits()
        let kind = "Reader of \(UUID().uuidString)"
        func extended(_ reader: String?, _ memory: (any CardHabitMemory)?, carries: Bool = false) throws -> Int {
            let card = try SampleCard.card(profile)
            card.readerName = reader
            card.misbehave = { _, command, answer throws(ChannelError) in
                if !carries, command.ne ?? 0 > 256 { throw ChannelError(.malformedResponse, "the buffer is too small") }
                return answer
            }
            #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
            return card.log.filter { $0.ne ?? 0 > 256 }.count
        }
        #expect(try extended("\(kind) 00 00", memory) == 2, "asked once more before it is held against the reader")
        #expect(try extended("\(kind) 01 0A", memory) == 0)
        #expect(try extended("\(kind) 01 0A", nil) == 0, "a line remembers nothing of cards, but this of readers")
        #expect(try extended("another \(kind) 00 00", memory, carries: true) > 1)
        #expect(try extended(nil, memory) == 2)
        let path = NSTemporaryDirectory() + UUID().uuidString + "/habits.json"
        defer { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }
        let model = ReaderModel(reader: "\(kind) 02 00")
        #expect(!CardHabitFile(path: path).carriesShortOnly(model))
        CardHabitFile(path: path).rememberShortOnly(model)
        #expect(CardHabitFile(path: path).carriesShortOnly(ReaderModel(reader: "\(kind) 03 01")))
        CardHabitFile(path: path).forget()
        #expect(!CardHabitFile(path: path).carriesShortOnly(model))
    }

    @Test("a model is the name without the service's numbers")
    func models() {
        #expect(ReaderModel(reader: "ACS ACR39U 00 0F").description == "ACS ACR39U")
        #expect(ReaderModel(reader: "Reader 10").description == "Reader")
        #expect(ReaderModel(reader: "00 00").description == "00")
        #expect(ReaderModel(reader: "Reader 00 00 00").description == "Reader 00")
    }

    @Test("a file that differs from the rest does not unlearn what works for them")
    func oneFile() throws {
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, answer in
            // The occupation, in DF01, is only read record by record.
            command.ins == 0xB2 && command.p2 == 7 << 3 | 5 && answer.count == 11 + 2 ? [0x6A, 0x86] : answer
        }
        let session = try SampleCard.session(card, profile)
        #expect(try session.read().json() == SampleCard.json)
        #expect(session.habits.taggedRecords == .many)
    }

    // MARK: Inspecting

    @Test("inspect tells what was found, and spends no right on it unless asked")
    func inspection() throws {
        let card = MakersCard(try CardMaker.card(SampleCard.card(profile)), profile) {
            $0.multiRecord = false
            $0.block = 128
            $0.extended = false
            $0.onlyThroughMaster = true
        }
        let memory = TransientHabits()
        let free = try CardInspection.inspect(card, profile: profile, memory: memory)
        #expect(!card.log.contains { $0.ins == 0x82 && $0.data.contains { $0 != 0 } })
        #expect(
            free.habits.filter(\.differs).map(\.name) == [
                "taggedRecords", "plainRecords", "extendedLength", "directoryReach", "directoryNames",
            ])
        #expect(free.text(in: .english).contains("  * records with a tag  one at a time, by number\n"))
        #expect(free.text(in: .chinese).contains("  * 带标签的记录：按记录号，每次一条\n"))
        #expect(free.text(in: .english).contains("    selecting again     not tried\n"))
        #expect(
            free.json.text().contains(
                "\"taggedRecords\":{\"found\":\"one at a time, by number\",\"asInProfile\":false}"))

        _ = try card.reset()
        let whole = try CardInspection.inspect(card, profile: profile, memory: memory, provesKeys: true)
        #expect(whole.habits.first { $0.name == "readBlock" }?.text.description == "at most 128 bytes")
        #expect(whole.habits.first { $0.name == "keepsRightsOnReselect" }?.text.description == "drops rights")
        // Now it is known, to those as well who only read.
        _ = try card.reset()
        #expect(try SampleCard.session(card, profile, habits: memory).read().json() == SampleCard.json)
        #expect(card.refused.isEmpty)
    }

    @Test("a card that keeps rights when its directory is selected again", arguments: [true, false])
    func reselecting(keeps: Bool) throws {
        var options = VirtualCardOptions(profile: profile)
        options.keepsRightsOnReselect = keeps
        let card = try CardMaker.card(SampleCard.card(profile), options: options)
        let found = try CardInspection.inspect(card, profile: profile, memory: nil, provesKeys: true).habits
        let habit = try #require(found.first { $0.name == "keepsRightsOnReselect" })
        #expect(habit.text.description == (keeps ? "keeps rights" : "drops rights"))
        #expect(habit.differs == keeps)
    }

    // MARK: Writing

    @Test(
        "UPDATE BINARY in the largest blocks the card takes, found out at the cost of few refusals",
        arguments: [
            (extended: true, block: nil, short: true, commands: 1, refusals: 0),
            (false, nil, true, 13, 1), (false, 128, true, 25, 2), (false, 128, false, 25, 4), (true, nil, false, 1, 1),
        ])
    func updateBinary(_ card: (extended: Bool, block: Int?, short: Bool, commands: Int, refusals: Int)) throws {
        let front = MakersCard(try CardMaker.card(SampleCard.card(profile)), profile) {
            $0.extended = card.extended
            $0.block = card.block
            $0.shortIdentifiers = card.short
        }
        let picture = [0x0C, 0x00] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* 3) }
        let file = try #require(profile.file("DDF1/EF07"))
        let memory = TransientHabits()
        for isKnown in [false, true] {
            _ = try front.reset()
            let session = try SampleCard.session(front, profile, habits: memory)
            try session.identify()
            try session.prove("UK1_DDF1")
            let before = front.refused.count
            try session.reader.updateBinary(file, picture)
            let refusals = front.refused.count - before
            #expect(isKnown ? refusals == 0 : refusals <= card.refusals)
            let written = front.log.count { $0.ins == 0xD6 } - front.refused.count { $0.ins == 0xD6 }
            #expect(written == card.commands)
            let reading = try session.read(.everyByte)
            #expect(reading.files["DDF1/EF07"]?.bytes == picture)
            // A piece in the middle of the file, beyond what a short identifier reaches.
            try session.enter(try #require(profile.directory("DDF1")))
            try session.prove("UK1_DDF1")
            try session.reader.updateBinary(file, offset: 3000, [1, 2, 3])
            #expect(throws: ReadFailure.self) { try session.reader.updateBinary(file, offset: 3073, [1, 2]) }
        }
    }
}
