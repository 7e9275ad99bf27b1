import Foundation
import Testing

/// Each program's order of calls, made by the check itself, with whoever watches over the process's memory.
@Suite("Every program's calls run with tools that watch over memory", .serialized) struct CInterfaceSanitizerTests {
    /// Those of `healthcard c-interface check` that are right for every library.
    private static let programs = [
        "dialogs", "scratch-buffer", "small-buffers", "control", "item-table", "desk", "visits", "visit-parts",
        "sam-keeper", "forwarding", "specification",
    ]

    private func withCards(_ serial: String, _ body: ([String: String]) async throws -> Void) async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert(serial, slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert("5248435300001005", slot: slots.sam, ["--sam", "--type", "5"])
        try await body([
            "HEALTHCARD_READER": card.reader, "HEALTHCARD_SAM_READER": sam.reader, "HEALTHCARD_CONFIG": "/dev/null",
        ])
        try await sam.stop()
        try await card.stop()
    }

    /// What makes a program's calls in one process.
    private func probe(_ program: String, by executable: String? = nil) throws -> [String] {
        [
            try executable ?? Programs.healthcard(), "c-interface", "probe",
            Programs.cInterface + "/libMHC_CardInterface.so",
            program,
            "--write",
        ]
    }

    private func expectSound(_ outcome: Programs.Outcome, _ program: String) {
        let lines = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(program): \(outcome.errors.suffix(6_000))")
        #expect(lines.contains("finished"), "\(program): \(lines.suffix(500))")
        #expect(!lines.contains("deviation"), "\(program): \(lines.suffix(4_000))")
    }

    @Test("With the address sanitizer's allocator and copying functions in the process")
    func addressSanitizer() async throws {
        let named = try await Programs.output("/usr/bin/gcc", ["-print-file-name=libasan.so"])
        let runtime = String(decoding: named, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        try await withCards("52484300000006CA") { environment in
            let more = ["LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"]
            for program in Self.programs {
                let words = try probe(program)
                let outcome = try await Programs.run(
                    words[0], Array(words.dropFirst()), input: "123456\n",
                    environment: environment.merging(more) { $1 })
                expectSound(outcome, program)
                #expect(!outcome.errors.contains("AddressSanitizer"), "\(program)")
            }
        }
    }

    @Test("Under valgrind")
    func valgrind() async throws {
        // valgrind 3.19 cannot read all that the linker writes for debuggers, and gives up.
        let folder = try TestFolder()
        let stripped = folder.file("healthcard")
        try await Programs.output("/usr/bin/strip", ["-o", stripped, Programs.healthcard()])
        try await withCards("52484300000006CB") { environment in
            for program in Self.programs {
                let running = try Programs.Running(
                    "/usr/bin/valgrind", ["--error-exitcode=9"] + probe(program, by: stripped), input: "123456\n",
                    environment: environment)
                let outcome = try await running.wait(seconds: 600)
                expectSound(outcome, program)
                #expect(outcome.errors.contains("ERROR SUMMARY: 0 errors"), "\(program)")
            }
        }
    }
}
