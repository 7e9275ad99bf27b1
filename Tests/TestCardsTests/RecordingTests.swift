import ISO7816
import Testing

@testable import TestCards

/// What of a card's answers becomes evidence.
@Suite struct RecordingTests {
    private final class Talker: CardChannel {
        let answerToReset: [UInt8] = [0x3B, 0x00]
        let transmissionProtocol = TransmissionProtocol.t1
        let answer: [UInt8]

        init(answer: [UInt8]) { self.answer = answer }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] { answer }
        func reset() throws(ChannelError) -> [UInt8] { answerToReset }
    }

    @Test("An answer longer than a card can hold is kept to a bound and its length said; the check sees all of it")
    func longAnswers() throws {
        for (count, kept) in [(2, 4), (4_096, 8_192), (4_097, 8_192 + 16), (65_535, 8_192 + 17)] {
            let channel = RecordingChannel(Talker(answer: [UInt8](repeating: 0x41, count: count)))
            #expect(try channel.transmit([0, 0x84, 0, 0, 8]).count == count)
            let response = try #require(channel.evidence.last).response
            #expect(response.utf8.count == kept, "\(count)")
            #expect(response.hasSuffix(count > 4_096 ? "... (\(count) bytes)" : "4141"))
        }
    }

    @Test("A thousand answers of 64 KiB leave no more than a check can show")
    func manyLongAnswers() throws {
        let channel = RecordingChannel(Talker(answer: [UInt8](repeating: 0, count: 65_535)))
        for _ in 0..<1_000 { _ = try channel.transmit([0, 0xB0, 0, 0, 0]) }
        #expect(channel.evidence.reduce(0) { $0 + $1.response.utf8.count } < 600_000)
    }
}
