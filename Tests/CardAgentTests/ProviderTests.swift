import CardProfiles
import Foundation
import HealthCard
import PCSC
import Testing
import VirtualCard

@testable import CardAgent

@Suite("Cards of a provider") struct ProviderTests {
    @Test("A card in a reader that is not PC/SC's gets a token, and its act the card of that token alone")
    func act() async throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let readers = ChannelReaders(["Counter"])
        let events = EventLog(epoch: "e", capacity: 100)
        let board = ReaderBoard(events: events, samReader: nil)
        let desk = CardDesk(
            profile: profile, board: board, pins: PINKeeper(file: nil, credentialsFolder: nil), readers: readers,
            usesSAM: false, waitingLimit: 4,
            memory: CardMemory(habits: TransientHabits(), pinTries: TransientPINTries()))
        let card = try VirtualHealthCard.blank(serial: [0x52, 0x48, 0x43, 0, 0, 0, 4, 1], profile: profile)
        readers.insert(VirtualCardChannel(card: card), into: "Counter")
        var watch = ReaderEvents(of: readers).makeAsyncIterator()
        func take(_ count: Int) async { for _ in 0..<count { if let event = await watch.next() { board.note(event) } } }
        await take(2)
        func token() throws -> String {
            guard case .card(let token)? = board.readers.first?.content else { throw AgentError.noSuchCard }
            return token.description
        }
        let caller = ActCaller(line: "t", name: "t", tokenID: nil, right: .readHolder)
        let first = try token()
        let result = try await desk.run(.inspect, on: first, for: caller) { tools in
            try CardInspection.lifeCycle(of: tools.channel, profile: profile)
        }
        #expect(result.value == .blank)
        // Another chip in the same place is another card.
        readers.remove(from: "Counter")
        let other = try VirtualHealthCard.blank(serial: [0x52, 0x48, 0x43, 0, 0, 0, 4, 2], profile: profile)
        readers.insert(VirtualCardChannel(card: other), into: "Counter")
        await #expect(throws: AgentError.otherCard) { try await desk.run(.inspect, on: first, for: caller) { _ in } }
        await take(2)
        await #expect(throws: AgentError.cardGone) { try await desk.run(.inspect, on: first, for: caller) { _ in } }
        _ = try await desk.run(.inspect, on: token(), for: caller) { _ in }
    }
}
