/// Everything that takes bytes from outside, by name. A target must come back from any input without a trap.
enum FuzzTarget {
    typealias Target = @Sendable ([UInt8]) -> Void

    /// Set once, before the fuzzer starts.
    nonisolated(unsafe) static var current: Target = { _ in }

    static let all: [String: Target] = cardTargets.merging(fileTargets) { first, _ in first }
        .merging(clinicTargets) { first, _ in first }.merging(keyTargets) { first, _ in first }
        .merging(releaseTargets) { first, _ in first }.merging(testCardTargets) { first, _ in first }
        .merging(bookTargets) { first, _ in first }.merging(electronicCardTargets) { first, _ in first }
        .merging(clientTargets) { first, _ in first }

    /// A property that must hold for all input.
    static func check(_ holds: Bool, _ what: StaticString) {
        if !holds { fatalError("broken property: \(what)") }
    }
}
