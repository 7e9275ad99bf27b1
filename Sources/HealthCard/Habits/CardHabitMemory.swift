import CardProfiles
import ISO7816
import Synchronization

/// A product: all cards whose answers to reset differ in nothing but the chip's serial, on one kind of link.
public struct CardProduct: Sendable, Hashable, CustomStringConvertible {
    /// The answer to reset in hexadecimal, `--` for each byte that belongs to the chip alone; `/T0` on such a link.
    public let description: String

    /// - Returns: nil for an answer to reset that is none, or too short for the card factor.
    public init?(
        answerToReset: [UInt8], transmissionProtocol: TransmissionProtocol = .t1, profile: CardProfile
    ) {
        guard let parsed = try? AnswerToReset(tolerant: answerToReset) else { return nil }
        guard let factor = profile.factorRange(in: parsed) else { return nil }
        // The check byte behind the historical bytes tells of the serial as well.
        let end = parsed.historicalRange.upperBound
        let text = answerToReset.indices.map { index in
            factor.contains(index) || index >= end ? "--" : Hex.encode([answerToReset[index]])
        }
        description = text.joined() + (transmissionProtocol == .t0 ? "/T0" : "")
    }
}

/// Remembers what was found out about products, so that a second card of one costs no commands to find out.
///
/// It may forget at any time, and be wrong: a reader finds out anew what does not work.
public protocol CardHabitMemory: AnyObject, Sendable {
    func habits(of product: CardProduct) -> CardHabits?
    func remember(_ habits: CardHabits, of product: CardProduct)

    /// Whether a reader was found to carry no command with length fields of three bytes.
    func carriesShortOnly(_ reader: ReaderModel) -> Bool
    func rememberShortOnly(_ reader: ReaderModel)
}

extension CardHabitMemory {
    public func carriesShortOnly(_ reader: ReaderModel) -> Bool { false }
    public func rememberShortOnly(_ reader: ReaderModel) {}
}

/// All readers of one kind and driver: their names differ in nothing but the two numbers that the service counts readers
/// and their slots by.
public struct ReaderModel: Sendable, Hashable, CustomStringConvertible {
    /// `ACS ACR39U ICC Reader`.
    public let description: String

    /// - Parameter name: as the service lists it, `ACS ACR39U ICC Reader 00 00`.
    public init(reader name: String) {
        description = ReaderNameParts(name).model
    }
}

/// The memory of a process; it may be used from any thread.
public final class TransientHabits: CardHabitMemory {
    /// The one that readers use unless told otherwise.
    public static let shared = TransientHabits()

    private let known = Mutex<[CardProduct: CardHabits]>([:])
    private let shortReaders = Mutex<Set<ReaderModel>>([])
    /// Products and readers of one clinic are few; more are somebody's invention.
    private static let limit = 256

    public init() {}

    public func habits(of product: CardProduct) -> CardHabits? { known.withLock { $0[product] } }

    public func remember(_ habits: CardHabits, of product: CardProduct) {
        known.withLock { known in
            guard known[product] != nil || known.count < Self.limit else { return }
            known[product] = habits
        }
    }

    public func carriesShortOnly(_ reader: ReaderModel) -> Bool { shortReaders.withLock { $0.contains(reader) } }

    public func rememberShortOnly(_ reader: ReaderModel) {
        shortReaders.withLock { readers in
            if readers.count < Self.limit { readers.insert(reader) }
        }
    }
}
