import CPeers
import Foundation

/// The virtual readers that `Scripts/with-virtual-readers` lends.
struct VirtualReaders {
    /// TCP ports of the slots, in the order of `names`.
    let ports: [String]
    let names: [String]

    init() throws {
        guard let list = ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] else {
            throw BenchmarkError("no virtual readers: start me through Benchmarks/run")
        }
        ports = list.split(separator: ",").map(String.init)
        var buffer = [CChar](repeating: 0, count: 4096)
        let used = peer_readers(&buffer, buffer.count)
        names = buffer.prefix(used).split(separator: 0).map { String(decoding: $0.map(UInt8.init), as: UTF8.self) }
        guard names.count >= ports.count else {
            throw BenchmarkError("\(ports.count) virtual readers were promised and \(names.count) are there")
        }
    }

    /// The C peer's connection to the card in a reader, as soon as the daemon has seen the card.
    static func connect(_ reader: String) throws -> OpaquePointer {
        let deadline = peer_monotonic() + 10_000_000_000
        while true {
            var card: OpaquePointer?
            let status = peer_card_open(reader, &card)
            if let card { return card }
            guard peer_monotonic() < deadline else {
                throw BenchmarkError("no card in \(reader): \(String(UInt32(truncatingIfNeeded: status), radix: 16))")
            }
            usleep(20_000)
        }
    }

    /// The daemon sees a card leave about 400 ms later; the next one must not be taken for it.
    static func waitUntilEmpty(_ reader: String) {
        for _ in 0..<200 {
            var card: OpaquePointer?
            _ = peer_card_open(reader, &card)
            guard let card else { return }
            peer_card_close(card)
            usleep(20_000)
        }
    }
}
