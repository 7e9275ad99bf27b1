import Foundation

/// A library that is loaded into the program before its own, and kills it at a call that changes a file
/// (`Tests/Support/deadly_calls.c`).
final class DeadlyCalls: Sendable {
    enum How: String, Sendable, CaseIterable {
        case before, torn, after
    }

    private let folder: TestFolder
    private var library: String { folder.file("deadly_calls.so") }

    init() async throws {
        folder = try TestFolder()
        try await Programs.output(
            "/usr/bin/gcc",
            ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", library]
                + [Programs.root.appendingPathComponent("Tests/Support/deadly_calls.c").path, "-ldl"])
    }

    /// The environment of a program that dies at a call, from 1; nil: that lives.
    func environment(under path: String, at call: Int?, _ how: How, log: String? = nil) -> [String: String] {
        var environment = ["LD_PRELOAD": library, "DEADLY_UNDER": path, "DEADLY_HOW": how.rawValue]
        if let call { environment["DEADLY_AT"] = String(call) }
        if let log { environment["DEADLY_LOG"] = log }
        return environment
    }
}
