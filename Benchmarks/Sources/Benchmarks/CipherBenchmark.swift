import CPeers
import ShangMi

/// A new SM4 key and one block under it: what every secured command costs twice.
enum CipherBenchmark {
    static func row() throws -> Row {
        guard peer_sm4_prepare() == 1 else { throw BenchmarkError("libcrypto gives the C peer no SM4") }
        let keys: [[UInt8]] = [[UInt8](0..<16), [UInt8](16..<32)]
        let secrets = keys.map { SecretBytes(copying: $0) }
        let cipher = try SM4(key: secrets[0])
        var block = [UInt8](repeating: 0, count: 16)
        var peerBlock = block
        let rounds = 200
        let flat = keys[0] + keys[1]
        let pair = try Pair.measure(samples: 2_000, operations: rounds, clock: peer_thread_cpu) {
            for round in 0..<rounds {
                try cipher.rekey(secrets[round & 1])
                block = try cipher.encryptECB(block)
            }
        } peer: {
            _ = peer_sm4_rekey(flat, &peerBlock, rounds)
        }
        guard block == peerBlock else { throw BenchmarkError("SM4 and its peer do not agree") }
        return Row(
            what: "SM4: new key and one block", ours: Report.nanoseconds(pair.ours), peerName: "C, libcrypto",
            peer: Report.nanoseconds(pair.peer), ratio: pair.ratio, aim: .atMost(1.3))
    }
}
