import Foundation
import Testing

/// Memory does not grow with the rows of a batch.
@Suite("Batch memory") struct BatchMemoryTests {
    /// Kibibytes that a hundred thousand rows may take above a thousand: the scratch database's pages in memory, and a
    /// few for what the allocator keeps. A hundred thousand rows held in memory would take a hundred megabytes.
    private static let most = 32 * 1024

    /// Checks an invented batch and gives the most memory the program had at once, in KiB.
    private func peak(people: Int) async throws -> Int {
        let folder = try TestFolder()
        let script = Programs.root.appendingPathComponent("Scripts/invent-batch").path
        try await Programs.output(
            Programs.python, [script, folder.path, "--people", String(people), "--no-photos"])
        let measuring = """
            import resource, subprocess, sys
            out = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            print(out)
            """
        let run = try Programs.Running(
            Programs.python, ["-c", measuring, Programs.healthcard(), "batch", "check", folder.path])
        let outcome = try await run.wait(seconds: 900)
        let text = String(decoding: outcome.output, as: UTF8.self)
        try #require(text.contains("\(people) rows, \(people) sound"), "\(text) \(outcome.errors)")
        return try #require(text.split(separator: "\n").first.flatMap { Int($0) })
    }

    @Test("A hundred thousand rows take hardly more than a thousand")
    func flat() async throws {
        let few = try await peak(people: 1_000)
        let many = try await peak(people: 100_000)
        #expect(many - few < Self.most, "\(few) KiB, \(many) KiB")
    }
}
