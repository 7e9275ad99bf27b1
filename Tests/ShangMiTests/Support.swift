import Foundation
import ShangMi
import Testing

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(UInt16($0) | 0x100, radix: 16).suffix(2) }.joined()
}

func hex(_ bytes: SecretBytes) -> String { bytes.withUnsafeBytes { hex($0) } }

func bytes(_ hex: String) throws -> [UInt8] {
    try SecretBytes(hex: hex.filter { !$0.isWhitespace }).withUnsafeBytes { Array($0) }
}

let repositoryRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
