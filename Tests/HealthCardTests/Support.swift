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
    private static let withoutExtendedLengthResult = Result {
        try edition(with: "overlay: short\nbase: resident-health-card\ncapabilities:\n  extendedLength: false\n")
    }
    static var withoutExtendedLength: CardProfile { get throws { try withoutExtendedLengthResult.get() } }

    /// The test-key edition with one more overlay.
    static func edition(with overlay: String) throws -> CardProfile {
        func text(_ name: String) throws -> String {
            try String(contentsOf: repository.appending(path: "CardProfiles/\(name).yaml"), encoding: .utf8)
        }
        return try CardProfile(
            yaml: text("resident-health-card"), file: "resident-health-card.yaml",
            overlays: [
                (try text("resident-health-card+test-keys"), "test-keys.yaml"), (overlay, "overlay of the test"),
            ])
    }

    static var formal: CardProfile { get throws { try formalResult.get() } }
}

func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

func hex(_ bytes: some Sequence<UInt8>) -> String { Hex.encode(bytes).lowercased() }
