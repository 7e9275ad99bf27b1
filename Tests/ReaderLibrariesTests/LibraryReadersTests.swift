import CardProfiles
import Foundation
import HealthCard
import ISO7816
import PCSC
import Synchronization
import Testing
import VirtualCard

@testable import ReaderLibraries

@Suite("Readers by a library of their maker", .serialized) struct LibraryReadersTests {
    private static let challenge: [UInt8] = [0x00, 0x84, 0x00, 0x00, 0x08]
    private static let builds: [(ReaderFamily, [String])] = [
        (.decard, []), (.huada, []), (.decard, ["-DWITHOUT_STATUS"]), (.huada, ["-DWITHOUT_STATUS"]),
    ]

    @Test("A card is seen, used, reset, taken out and put in again, whatever the library can tell", arguments: builds)
    func comesAndGoes(_ family: ReaderFamily, _ options: [String]) throws {
        let library = try MakersLibrary(options)
        let port = try MakersLibrary.freePort()
        let (card, link) = try MakersLibrary.card(1, port: port)
        defer { link.stop() }
        let name = ReaderName("Counter")
        let service = try LibraryReaders([library.reader(family, port)]).service()
        #expect(try service.readers() == [name])
        #expect(try service.waitForCard(in: name, milliseconds: 30_000) == card.answerToReset)
        let first = try service.state(of: name).eventCount
        do {
            let connection = try service.connect(name)
            #expect(connection.answerToReset == card.answerToReset)
            #expect(connection.reader == name)
            let answer = try connection.transmit(Self.challenge)
            #expect(answer.count == 10 && answer.suffix(2) == [0x90, 0x00])
            #expect(try connection.reset() == card.answerToReset)
            #expect(try service.state(of: name).isInUse)
            // A longer command and answer than a byte can count.
            #expect(try connection.transmit([0x00, 0xB0, 0x81, 0x00, 0x00, 0x01, 0x00]).count >= 2)
            link.remove()
            #expect(throws: ChannelError.self) { try connection.transmit(Self.challenge) }
            try eventually("empty") { try !service.state(of: name).isCardPresent }
            #expect(throws: ChannelError(.cardRemoved, "")) { try connection.transmit(Self.challenge) }
        }
        #expect(throws: PCSCError(number: PCSCError.noSmartcard, function: "")) { try service.connect(name) }
        link.insert()
        _ = try service.waitForCard(in: name, milliseconds: 30_000)
        #expect(try service.state(of: name).eventCount == first &+ 2)
        #expect(try service.connect(name).transmit(Self.challenge).suffix(2) == [0x90, 0x00])
    }

    @Test("Whoever has a card for himself has it alone, until he lets go", arguments: [ReaderFamily.decard, .huada])
    func sharing(_ family: ReaderFamily) throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (_, link) = try MakersLibrary.card(2, port: port)
        defer { link.stop() }
        let readers = LibraryReaders([library.reader(family, port)])
        let service = try readers.service()
        let other = try readers.service()
        _ = try service.waitForCard(in: "Counter", milliseconds: 30_000)
        let mine = try service.connect("Counter")
        #expect(throws: PCSCError(number: PCSCError.sharingViolation, function: "")) {
            try other.connect("Counter", patience: .milliseconds(20))
        }
        try mine.disconnect(.reset)
        let shared = try other.connect("Counter", mode: .shared)
        #expect(try shared.withTransaction(endingWith: .reset) { try $0.transmit(Self.challenge) }.count == 10)
    }

    @Test("A health card is identified through it", arguments: [ReaderFamily.decard, .huada])
    func identified(_ family: ReaderFamily) throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (card, link) = try MakersLibrary.card(3, port: port)
        defer { link.stop() }
        let service = try LibraryReaders([library.reader(family, port)]).service()
        _ = try service.waitForCard(in: "Counter", milliseconds: 30_000)
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let connection = try service.connect("Counter")
        #expect(try CardInspection.lifeCycle(of: connection, profile: profile) == .blank)
        #expect(
            try HealthCardSession.cardFactor(of: connection.answerToReset, profile, tolerant: true)
                == HealthCardSession.cardFactor(of: card.answerToReset, profile, tolerant: true))
    }

    @Test("Readers and cards that come and go are events, and a reader unplugged is told by its name")
    func events() async throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (card, link) = try MakersLibrary.card(4, port: port)
        defer { link.stop() }
        let readers = LibraryReaders([library.reader(.huada, port)])
        var events = ReaderEvents(of: readers, retryInterval: .milliseconds(20)).makeAsyncIterator()
        #expect(await events.next() == .readerAdded("Counter"))
        #expect(await events.next() == .cardInserted("Counter", answerToReset: card.answerToReset))
        link.remove()
        #expect(await events.next() == .cardRemoved("Counter"))
        link.insert()
        #expect(await events.next() == .cardInserted("Counter", answerToReset: card.answerToReset))
        try library.raise("gone")
        #expect(await events.next() == .cardRemoved("Counter"))
        #expect(await events.next() == .readerRemoved("Counter"))
        let service = try readers.service()
        #expect(try service.readers() == ["Counter"])
        #expect(
            (service.fault(of: "Counter") as? ReaderLibraryError)?.code == .notOpened
                || (service.fault(of: "Counter") as? ReaderLibraryError)?.code == .gone)
        try library.raise(nil)
        #expect(await events.next() == .readerAdded("Counter"))
        #expect(await events.next() == .cardInserted("Counter", answerToReset: card.answerToReset))
    }

    @Test("A reader unplugged while a card is worked on", arguments: [ReaderFamily.decard, .huada])
    func gone(_ family: ReaderFamily) throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (_, link) = try MakersLibrary.card(5, port: port)
        defer { link.stop() }
        let service = try LibraryReaders([library.reader(family, port)]).service()
        _ = try service.waitForCard(in: "Counter", milliseconds: 30_000)
        let connection = try service.connect("Counter")
        try library.raise("gone")
        do throws(ChannelError) {
            _ = try connection.transmit(Self.challenge)
            Issue.record("a command went through a reader that is gone")
        } catch {
            #expect(error.code == .readerUnavailable)
            #expect((error.reason as? ReaderLibraryError)?.code == .gone)
        }
        #expect(throws: ReaderLibraryError.self) { try service.connect("Counter") }
        #expect(throws: ReaderLibraryError.self) { try service.waitForCard(in: "Counter", milliseconds: 0) }
    }

    @Test("A command that does not come back is given up, and nothing is asked of the library until it has")
    func hanging() throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (_, link) = try MakersLibrary.card(6, port: port)
        defer { link.stop() }
        let service = LibraryReaders([library.reader(.huada, port)]).service(commandLimit: .seconds(1))
        _ = try service.waitForCard(in: "Counter", milliseconds: 30_000)
        let connection = try service.connect("Counter")
        try library.raise("hang")
        #expect(throws: ChannelError(.timeout, "")) { try connection.transmit(Self.challenge) }
        #expect(connection.isGivenUp)
        #expect(service.isGivenUp)
        let start = ContinuousClock.now
        #expect(throws: (any Error).self) { try connection.transmit(Self.challenge) }
        #expect(throws: (any Error).self) { try service.connect("Counter") }
        #expect(ContinuousClock.now - start < .seconds(1))
        try library.raise(nil)
        try eventually("the call is back") { !service.isGivenUp }
        try eventually("the card is back") { (try? service.state(of: "Counter").isCardPresent) == true }
    }

    @Test("What is wrong with a library is said: it is missing, no library, another maker's, others' to change")
    func libraries() throws {
        let library = try MakersLibrary(["-DWITHOUT_EXCHANGE"])
        func fault(_ path: String, _ family: ReaderFamily = .decard) throws -> ReaderLibraryError? {
            let reader = ConfiguredReader(name: "Counter", family: family, library: path, port: "31999")
            let service = try LibraryReaders([reader]).service()
            #expect(try service.readers() == ["Counter"])
            #expect(throws: ReaderLibraryError.self) { try service.connect("Counter") }
            return service.fault(of: "Counter") as? ReaderLibraryError
        }
        #expect(try fault("/none.so") == .notLoaded(library: "/none.so", reason: "No such file or directory"))
        #expect(
            try fault(library.path) == .functionMissing(library: library.path, function: "dc_cpuapduInt"))
        let text = library.folder.appendingPathComponent("text.so").path
        try "not a library".write(toFile: text, atomically: true, encoding: .utf8)
        #expect(try fault(text)?.code == .notLoaded)
        #expect(chmod(text, 0o666) == 0)
        #expect(try fault(text) == .exposed(library: text))
        #expect(
            try fault(library.path, .huada) == .notOpened(reader: "Counter", function: "ICC_Reader_Open", code: -11))
    }

    @Test("Two readers of one library, one of which is not there: the other works")
    func two() throws {
        let library = try MakersLibrary()
        let port = try MakersLibrary.freePort()
        let (card, link) = try MakersLibrary.card(7, port: port)
        defer { link.stop() }
        let absent = ConfiguredReader(name: "Absent", family: .huada, library: library.path, port: "USB7")
        let service = try LibraryReaders([absent, library.reader(.decard, port)]).service()
        #expect(try service.readers() == ["Absent", "Counter"])
        #expect(service.fault(of: "Absent") != nil)
        #expect(try service.waitForCard(in: "Counter", milliseconds: 30_000) == card.answerToReset)
        let states = try service.statusChange(
            [ReaderState(reader: "Absent"), ReaderState(reader: "Counter")], milliseconds: 0)
        #expect(states.map(\.isUnknown) == [true, false])
    }
}
