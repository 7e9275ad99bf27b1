import CPeers
import ISO7816
import SwiftASN1

/// BER-TLV: from the bytes of an answer to a value one can navigate, everything in it checked.
enum TLVBenchmark {
    /// The FCI of a payment system directory, 43 bytes, 8 objects, tags swift-asn1 takes.
    static let fci: [UInt8] = {
        var bytes: [UInt8] = [0x6F, 0x29, 0x84, 0x0E]
        bytes += Array("1PAY.SYS.DDF01".utf8)
        bytes += [0xA5, 0x17, 0x50, 0x0A]
        bytes += Array("HEALTHCARD".utf8)
        bytes += [0x87, 0x01, 0x01, 0x5F, 0x2D, 0x02, 0x7A, 0x68, 0x88, 0x01, 0x01]
        return bytes
    }()

    /// A constructed object of 64 children, 2 KB.
    static let template: [UInt8] = {
        var bytes: [UInt8] = [0xE1, 0x82, 0x08, 0x00]
        for index: UInt8 in 0..<64 {
            bytes += [0x80 + index % 31, 30]
            bytes += [UInt8](repeating: index, count: 30)
        }
        return bytes
    }()

    static func rows() throws -> [Row] {
        [
            try row("43-byte FCI to a navigable value", fci, 6, parse, peerParse),
            try row("43-byte FCI, and visit every object", fci, 5, visit, peerVisit),
            try row("2 KB template, 64 children, to a navigable value", template, 8, parse, peerParse),
            try row("2 KB template, and visit every object", template, 5, visit, peerVisit),
        ]
    }

    private static func row(
        _ what: String, _ bytes: [UInt8], _ aim: Double, _ ours: ([UInt8]) throws -> Int,
        _ peer: ([UInt8]) throws -> Int
    ) throws -> Row {
        guard try ours(bytes) == peer(bytes) else { throw BenchmarkError("\(what): the two do not agree") }
        let rounds = 200
        let before = peer_allocations()
        for _ in 0..<rounds { sink &+= UInt64(try ours(bytes)) }
        let allocations = peer_allocations() - before
        guard allocations == 0 else { throw BenchmarkError("\(what): \(allocations) allocations in \(rounds) rounds") }
        let pair = try Pair.measure(samples: 1_000, operations: rounds, clock: peer_thread_cpu) {
            for _ in 0..<rounds { sink &+= UInt64(try ours(bytes)) }
        } peer: {
            for _ in 0..<rounds { sink &+= UInt64(try peer(bytes)) }
        }
        return Row(
            what: what,
            ours: "\(Report.nanoseconds(pair.ours)), nothing allocated",
            peerName: "swift-asn1", peer: Report.nanoseconds(pair.peer), ratio: 1 / pair.ratio, aim: .atLeast(aim))
    }

    private static func parse(_ bytes: [UInt8]) throws -> Int { try BERTLV(bytes).count }

    private static func peerParse(_ bytes: [UInt8]) throws -> Int {
        let node = try BER.parse(bytes)
        guard case .constructed = node.content else { throw BenchmarkError("not constructed") }
        return node.encodedBytes.count - (bytes.count > 255 ? 4 : 2)
    }

    /// Bytes of all primitive values.
    private static func visit(_ bytes: [UInt8]) throws -> Int {
        try BERTLV(bytes).descendants.reduce(0) { $1.isConstructed ? $0 : $0 + $1.count }
    }

    private static func peerVisit(_ bytes: [UInt8]) throws -> Int { visit(try BER.parse(bytes)) }

    private static func visit(_ node: ASN1Node) -> Int {
        switch node.content {
        case .primitive(let value): value.count
        case .constructed(let children): children.reduce(0) { $0 + visit($1) }
        }
    }
}
