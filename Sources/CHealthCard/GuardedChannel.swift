import ISO7816
import PCSC

/// A card that other programs may use between two calls: a transaction begins with the first command of a call and ends
/// with the call.
final class GuardedChannel: CardChannel {
    let connection: CardConnection
    private var transaction: Transaction?

    init(_ connection: CardConnection) { self.connection = connection }

    var answerToReset: [UInt8] { connection.answerToReset }
    var transmissionProtocol: TransmissionProtocol { connection.transmissionProtocol }

    /// Waits for other programs.
    /// - Returns: whether a transaction begins; false within one.
    /// - Throws: `cardRemoved`, `cardReset` when the card is no longer as the last call left it.
    @discardableResult
    func begin() throws(ChannelError) -> Bool {
        guard transaction == nil else { return false }
        do { transaction = try connection.beginTransaction() } catch { throw error.channelError }
        return true
    }

    func end() { transaction = nil }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try begin()
        return try connection.transmit(command)
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try begin()
        return try connection.reset()
    }

    /// Lets go of a card that is another's by now: it is not reset under the hands of who uses it.
    func abandon() {
        connection.finalDisposition = .leave
        transaction = nil
    }
}
