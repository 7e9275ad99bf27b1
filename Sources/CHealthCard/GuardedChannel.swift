import ISO7816
import PCSC

/// A card that other programs may use between two calls: a transaction begins with the first command of a call and ends
/// with the call.
final class GuardedChannel: CardChannel {
    let connection: any ReaderConnection
    private var transaction: Transaction?
    private let eventCount: UInt16
    private let mute: MuteCards

    /// - Parameter eventCount: of its reader when it was connected.
    init(_ connection: any ReaderConnection, eventCount: UInt16, mute: MuteCards) {
        self.connection = connection
        self.eventCount = eventCount
        self.mute = mute
    }

    var answerToReset: [UInt8] { connection.answerToReset }
    var transmissionProtocol: TransmissionProtocol { connection.transmissionProtocol }
    var readerName: String? { connection.readerName }

    /// Waits for other programs.
    /// - Returns: whether a transaction begins; false within one.
    /// - Throws: `cardRemoved`, `cardReset` when the card is no longer as the last call left it.
    @discardableResult
    func begin() throws(ChannelError) -> Bool {
        guard transaction == nil else { return false }
        do { transaction = try connection.beginTransaction() } catch { throw ChannelError(of: error) }
        return true
    }

    func end() { transaction = nil }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try begin()
        return try remembering { () throws(ChannelError) in try connection.transmit(command) }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try begin()
        return try remembering { () throws(ChannelError) in try connection.reset() }
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        try begin()
        return try remembering { () throws(ChannelError) in try connection.warmReset() }
    }

    private func remembering(_ work: () throws(ChannelError) -> [UInt8]) throws(ChannelError) -> [UInt8] {
        do throws(ChannelError) {
            return try work()
        } catch {
            if connection.isGivenUp { mute.insert(connection.reader, eventCount) }
            throw error
        }
    }

    /// Lets go of a card that is another's by now: it is not reset under the hands of who uses it.
    func abandon() {
        connection.finalDisposition = .leave
        transaction = nil
    }
}

/// Cards that took a command and never answered. While it is the same card in the reader, nobody waits for it again.
final class MuteCards {
    /// By reader: the service's count of cards put in and taken out.
    private var counts: [ReaderName: UInt16] = [:]

    func insert(_ reader: ReaderName, _ eventCount: UInt16) { counts[reader] = eventCount }

    func contains(_ state: ReaderState) -> Bool {
        guard let count = counts[state.reader] else { return false }
        if state.isCardPresent, state.eventCount == count { return true }
        counts[state.reader] = nil
        return false
    }
}
