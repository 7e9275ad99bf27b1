import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing

/// The repository, from where this file lies.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The test-key edition, loaded once.
enum TestProfile {
    private static let result = Result { try CardProfile.bundled(overlays: ["test-keys"]) }
    private static let formalResult = Result { try CardProfile.bundled() }
    static var shared: CardProfile { get throws { try result.get() } }
    static var formal: CardProfile { get throws { try formalResult.get() } }
}

func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

func hex(_ bytes: some Sequence<UInt8>) -> String { Hex.encode(bytes).lowercased() }
