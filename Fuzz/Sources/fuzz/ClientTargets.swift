@testable import CardInterfaceService

/// What thin clients of the C interface send.
extension FuzzTarget {
    static let clientTargets: [String: Target] = [
        "client-call": { bytes in
            guard let call = try? WireCall(bytes), let callMemory,
                let placed = try? PlacedArguments(call.arguments, of: call.function, in: callMemory)
            else { return }
            defer { callMemory.clear() }
            // What opens would reach for the readers of this machine.
            guard !call.function.opens else { return }
            _ = call.function.run(placed)
        },
        "client-introduction": { bytes in
            var reader = FrameReader(bytes)
            _ = try? Greeting.introduction(&reader)
            _ = try? Greeting.nonce(bytes)
        },
    ]

    nonisolated(unsafe) private static let callMemory = CallMemory()
}
