import Foundation
import ShangMi
import Testing

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(UInt16($0) | 0x100, radix: 16).suffix(2) }.joined()
}

func hex(_ bytes: SecretBytes) -> String { bytes.withUnsafeBytes { hex($0) } }

func bytes(_ hex: String) throws -> [UInt8] {
    try SecretBytes(hex: hex).withUnsafeBytes { Array($0) }
}

let testVectors = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TestVectors")

/// `TestVectors/shangmi.json`: the published examples, and deterministic signatures of an independent calculation.
struct Vectors: Decodable {
    struct Hash: Decodable { let source, message, digest: String }
    struct Cipher: Decodable { let key, plain, once, millionTimes: String }
    struct Signature: Decodable {
        let `private`, `public`, userID, message, z, digest, nonce, signature: String
    }
    struct Deterministic: Decodable {
        let key: String
        let userID, message: String?
        let digest, signature: String
    }

    let sm3: [Hash]
    let sm4: Cipher
    let sm2: Signature
    let sm2Deterministic: [Deterministic]

    static var shared: Vectors {
        get throws {
            try JSONDecoder().decode(
                Vectors.self, from: Data(contentsOf: testVectors.appending(path: "shangmi.json")))
        }
    }
}
