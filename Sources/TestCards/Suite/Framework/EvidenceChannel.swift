import ISO7816

/// The way to the card with a witness: keeps what crossed the link, and how long it took.
final class EvidenceChannel: CardChannel {
    private let channel: any CardChannel
    /// The latest exchanges, the oldest first.
    private(set) var exchanges: [CheckExchange] = []
    /// Of the last exchange.
    private(set) var lastDuration = Duration.zero

    /// A thousand challenges say no more than the last ones.
    private static let longestEvidence = 64

    init(_ channel: any CardChannel) { self.channel = channel }

    var answerToReset: [UInt8] { channel.answerToReset }
    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let start = ContinuousClock.now
        do throws(ChannelError) {
            let answer = try channel.transmit(command)
            lastDuration = ContinuousClock.now - start
            record(Hex.encode(command), Hex.encode(answer))
            return answer
        } catch {
            record(Hex.encode(command), error.message)
            throw error
        }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        let start = ContinuousClock.now
        do throws(ChannelError) {
            let answer = try channel.reset()
            lastDuration = ContinuousClock.now - start
            record("RESET", Hex.encode(answer))
            return answer
        } catch {
            record("RESET", error.message)
            throw error
        }
    }

    func forget() { exchanges = [] }

    private func record(_ command: String, _ response: String) {
        if exchanges.count == Self.longestEvidence { exchanges.removeFirst() }
        exchanges.append(CheckExchange(command: command, response: response))
    }
}
