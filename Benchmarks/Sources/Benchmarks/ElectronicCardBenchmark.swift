import CPeers
import CardProfiles
import ElectronicCard
import Foundation

/// What a counter does with a code: recognize it, and verify with the root whose it is. Beside a Python program that does the
/// same by a regular expression, hashlib and the package cryptography.
enum ElectronicCardBenchmark {
    private static let text =
        "98FF9F2C05145CB9305E9D8A57E072BB51180CA49E5BE5E9D41BCE3A9A571928:0:92FD69141DFE1553A42251E2B0196148"
    private static let person = ["01", "11010020171225006X", "电子健康卡"]
    /// Nanoseconds that each may take, whatever the peer takes.
    private static let limits = (recognize: 5_000.0, verify: 20_000.0)

    private struct Peer: Decodable {
        let recognize: Double
        let verify: Double
    }

    static func rows() throws -> [Row] {
        let peer = try peer()
        let bytes = Array(text.utf8)
        let identity = try HolderIdentity(.residentIdentityCard, number: person[1], name: person[2])
        guard let code = Recognition(of: bytes).code, let now = CalendarDateTime("2018-01-17T11:49:00") else {
            throw BenchmarkError("the code is not recognized")
        }
        var verifier = CodeVerifier(keys: try SoftwareKeyHolder.test())
        let recognizing = try measure { sink &+= Recognition(of: bytes).code == nil ? 0 : 1 }
        let verifying = try measure {
            let verification = try verifier.verify(code, as: identity, checksValidity: true, at: now)
            guard verification.standing == .personVerified else { throw BenchmarkError("the code is not verified") }
        }
        guard recognizing <= limits.recognize, verifying <= limits.verify else {
            throw BenchmarkError("recognizing takes \(recognizing) ns, verifying \(verifying) ns")
        }
        return [
            row("electronic card: recognize a code, at most 5 µs", recognizing, peer.recognize, 1),
            row("electronic card: verify both, at most 20 µs", verifying, peer.verify, 5),
        ]
    }

    private static func row(_ what: String, _ ours: Double, _ peer: Double, _ aim: Double) -> Row {
        Row(
            what: what, ours: Report.nanoseconds(ours), peerName: "Python", peer: Report.nanoseconds(peer),
            ratio: peer / ours, aim: .atLeast(aim))
    }

    /// The median nanoseconds of one operation.
    private static func measure(_ operation: () throws -> Void) rethrows -> Double {
        let rounds = 200
        var samples: [Double] = []
        for _ in 0..<500 {
            let start = peer_thread_cpu()
            for _ in 0..<rounds { try operation() }
            samples.append(Double(peer_thread_cpu() - start) / Double(rounds))
        }
        return median(samples)
    }

    private static func peer() throws -> Peer {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [
                CardBenchmark.root.appending(path: "Benchmarks/peers/electronic_card.py").path(percentEncoded: false),
                text,
            ]
            + person
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkError("electronic_card.py failed") }
        return try JSONDecoder().decode(Peer.self, from: output)
    }
}
