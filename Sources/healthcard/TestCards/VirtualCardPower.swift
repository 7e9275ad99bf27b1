import TestCards
import VirtualCard

/// The power of a virtual card in this process: the suite may cut it before any byte is written.
final class VirtualCardPower: CardPower {
    private let channel: VirtualCardChannel

    init(_ channel: VirtualCardChannel) { self.channel = channel }

    var writtenByteCount: Int? { channel.card.writtenByteCount }
    func cut(afterWrittenBytes count: Int?) { channel.card.cutPower(afterBytes: count) }
    func remove() { channel.remove() }
    func restore() {
        channel.card.cutPower(afterBytes: nil)
        channel.insert()
    }
}
