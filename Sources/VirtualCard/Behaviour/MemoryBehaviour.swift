/// What a chip keeps of what it is told to keep: every write, for good, there and nowhere else (Docs/protocol.md §5,
/// Writing). Each decision sees one write at a time, by the place it goes to.
package struct MemoryBehaviour: Sendable {
    /// How long a write lasts; nil: everything lasts.
    package var lasting: (@Sendable (_ place: StoredPlace, _ before: [UInt8], _ after: [UInt8]) -> Lasting)?
    /// Whether a write, or a part of it, waits until the next command, and is lost with the power before that.
    package var waiting: (@Sendable (StoredPlace) -> Waiting)?
    /// What is written besides.
    package var alsoWritten: (@Sendable (StoredPlace, [UInt8]) -> [StoredWrite])?
    /// What becomes of a write to a place that was written so many times since the chip was activated.
    package var wear: (@Sendable (StoredPlace, _ writes: Int) -> Wear)?
    /// What UPDATE RECORD stores.
    package var record: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Where UPDATE BINARY stores its data in a file of so many bytes.
    package var binary: @Sendable (_ offset: Int, _ data: [UInt8], _ size: Int) -> [(offset: Int, data: [UInt8])] = {
        offset, data, _ in [(offset, data)]
    }
    /// A cyclic file takes no record that is equal to its newest.
    package var dropsEqualRecords = false
    /// An update by what is there already is refused.
    package var refusesEqualUpdates = false

    package init() {}

    var isShaping: Bool { lasting != nil || waiting != nil || alsoWritten != nil || wear != nil }

    package enum Lasting: Sendable { case forGood, untilPowerOff, untilWarmReset, untilReset }
    package enum Waiting: Sendable { case none, half, whole }
    package enum Wear: Sendable { case none, fails, keepsOld }
}

/// Where in its memory a chip writes, as the card's structure names it.
package struct StoredPlace: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case retryCounter, keyValue, blocking, wrongMACs
        case binary, record, fixedRecord, cyclicRecord
        /// Which record of a cyclic file is the newest.
        case newest
        case other
    }

    package var kind = Kind.other
    /// File identifiers; 0 where there is none.
    package var directory: UInt16 = 0
    package var file: UInt16 = 0
    /// From 1: the number of a record with a tag, the slot of one of fixed size; the reference of a key; 0: none.
    package var number = 0
    /// In the record or the file.
    package var offset = 0

    package init() {}
}

package struct StoredWrite: Sendable {
    package var place: StoredPlace
    package var bytes: [UInt8]

    package init(_ place: StoredPlace, _ bytes: [UInt8]) {
        self.place = place
        self.bytes = bytes
    }
}

/// How a chip takes commands apart and answers them, beyond the commands it has (Docs/protocol.md §4, §5).
package struct LinkBehaviour: Sendable {
    /// What a command is taken for, before anything else is looked at.
    package var command: @Sendable (ReceivedCommand) -> ReceivedCommand = { $0 }
    /// The answer to a command that the page does not have; nil: there is none.
    package var hidden: @Sendable (ReceivedCommand) -> (data: [UInt8], status: UInt16)? = { _ in nil }
    /// What becomes of an answer; `waiting` is what GET RESPONSE fetches next.
    package var answer: (@Sendable (ReceivedCommand, LinkAnswer) -> LinkAnswer)?
    /// Seconds a command takes in a directory and file (identifiers; nil: none is current), 0 or more.
    package var pause: (@Sendable (ReceivedCommand, _ directory: UInt16, _ file: UInt16?) -> Double)?

    package init() {}
}

package struct LinkAnswer: Sendable, Hashable {
    package var data: [UInt8]
    package var status: UInt16
    package var waiting: [UInt8] = []

    package init(data: [UInt8], status: UInt16, waiting: [UInt8] = []) {
        (self.data, self.status, self.waiting) = (data, status, waiting)
    }
}

/// Challenges a chip has given.
package struct ChallengeCount: Sendable, Hashable {
    /// Since it was activated, the one asked for included; the others likewise.
    package var total = 0
    package var sincePower = 0
    package var sinceReset = 0
}

/// Whose retry counters are full again.
package enum RefilledCounters: Sendable { case none, directory, card }
