import ISO7816
import Personalization

/// A card whose power can be taken away at a chosen moment: a virtual one, or a reader with a switch.
public protocol CardPower: AnyObject {
    /// Bytes written to the card's memory so far; nil where they cannot be counted.
    var writtenByteCount: Int? { get }

    /// The power goes instead of writing one byte more than this; nil takes that back. Until `restore` nothing is
    /// answered then.
    func cut(afterWrittenBytes count: Int?)

    /// Takes the card out.
    func remove()

    /// Puts it in, or the power on, again.
    func restore()
}

/// A card given to the suite.
public struct CardInHand {
    public let channel: any CardChannel
    /// What the card is to hold, when that is known.
    public let image: CardImage?
    /// For checks after which no card is issued any more.
    public let isSetAside: Bool
    /// nil: the card is only reset.
    public let power: (any CardPower)?
    /// The same card through its other interface, contactless where ``channel`` is contact; nil: it is in one reader.
    public let otherInterface: (any CardChannel)?

    public init(
        channel: any CardChannel, image: CardImage? = nil, isSetAside: Bool = false,
        power: (any CardPower)? = nil, otherInterface: (any CardChannel)? = nil
    ) {
        self.otherInterface = otherInterface
        self.channel = channel
        self.image = image
        self.isSetAside = isSetAside
        self.power = power
    }
}

/// Power that counts how often it came.
final class CountedPower: CardPower {
    private let power: any CardPower
    private(set) var restored = 0

    init(_ power: any CardPower) { self.power = power }

    var writtenByteCount: Int? { power.writtenByteCount }
    func cut(afterWrittenBytes count: Int?) { power.cut(afterWrittenBytes: count) }
    func remove() { power.remove() }
    func restore() {
        restored += 1
        power.restore()
    }
}
