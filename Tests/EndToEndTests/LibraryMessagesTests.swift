import Foundation
import Testing

/// Whatever libraries print on standard error themselves does not reach anybody: it may hold text of a file, and it is
/// nothing that a person could act on.
@Suite("Messages of libraries") struct LibraryMessagesTests {
    /// What libxml2, fontconfig, GLib and Pango, libjpeg and libpq begin or mark their lines with.
    private static let marks = [
        "parser error", "encoding error", "I/O warning", "conversion failed", "Fontconfig", "Pango", "GLib", "WARNING",
        "CRITICAL", "Corrupt JPEG", "Premature end", "libpq", "NOTICE", "I/O error", "^",
    ]

    private func check(_ outcome: Programs.Outcome, _ location: SourceLocation = #_sourceLocation) {
        for mark in Self.marks {
            #expect(!outcome.errors.contains(mark), "\(outcome.errors)", sourceLocation: location)
        }
    }

    @Test(
        "A reply in another character set than it declares",
        arguments: ["UTF-16", "UCS-4", "GB18030", "Shift_JIS", "ISO-2022-JP", "EUC-KR", "Big5", "x-nothing"])
    func characterSets(declared: String) async throws {
        let batch = try TestFolder(copying: Programs.sampleBatch)
        let reply = try #require(
            FileManager.default.contentsOfDirectory(atPath: batch.path).first { $0.hasPrefix("XZY_HKYH") })
        let text = try batch.text(reply).replacing("UTF-8", with: declared)
        var bytes = Data(text.utf8)
        bytes.insert(contentsOf: [0xFF, 0x81, 0x30, 0xFE, 0x1B, 0x24], at: bytes.count / 2)
        try batch.write(bytes, to: reply)
        let outcome = try await Programs.healthcard(["batch", "check", batch.path])
        #expect(outcome.status == 6)
        check(outcome)
        // Nothing but the summary of the check, which names the file.
        #expect(!outcome.errors.contains("<"))
    }

    @Test("Pictures that are cut short, and pictures of noise")
    func pictures() async throws {
        let batch = try TestFolder(copying: Programs.sampleBatch)
        let whole = try Data(contentsOf: URL(fileURLWithPath: batch.file("photos/\(SampleBatch.man).jpg")))
        for (index, applicant) in SampleBatch.applicants.prefix(12).enumerated() {
            var bytes = whole
            if index % 2 == 0 {
                bytes = bytes.prefix(whole.count * (index + 1) / 16)
            } else {
                for place in stride(from: 300 + index, to: bytes.count, by: 37) {
                    bytes[place] ^= UInt8(17 * index & 0xFF)
                }
            }
            try batch.write(bytes, to: "photos/\(applicant.id).jpg")
        }
        let outcome = try await Programs.healthcard(["batch", "check", batch.path])
        #expect(outcome.status == 6)
        check(outcome)
    }

    @Test("A report on a machine whose fonts are in disorder")
    func fonts() async throws {
        let folder = try TestFolder()
        let campaign = folder.file("campaign")
        func testcards(_ arguments: [String], _ more: [String: String] = [:]) async throws -> Programs.Outcome {
            try await Programs.healthcard(
                ["testcards"] + arguments,
                environment: ["HEALTHCARD_STATION": folder.file("station")].merging(more) { $1 })
        }
        let new = try await testcards([
            "new", campaign, "--maker", "M", "--chip", "C", "--product", "P", "--product-version", "1", "--cards", "1",
        ])
        try #require(new.status == 0, "\(new.errors)")
        for step in [["make", campaign, "--lanes", "virtual:1", "--quiet"], ["run", campaign, "--lanes", "virtual"]] {
            let outcome = try await testcards(step)
            try #require([0, 7].contains(outcome.status), "\(outcome.errors)")
        }
        try folder.write("<fontconfig><dir>/nowhere</dir><match", to: "broken.conf")
        for fonts in [folder.file("nowhere.conf"), folder.file("broken.conf")] {
            let outcome = try await testcards(
                ["report", campaign],
                [
                    "FONTCONFIG_FILE": fonts, "XDG_CACHE_HOME": "/dev/null", "G_MESSAGES_DEBUG": "all",
                    "PANGOCAIRO_BACKEND": "nonsense", "LIBXML_TEST": "1",
                ])
            check(outcome)
        }
    }

    @Test("A password file that libpq passes over")
    func passwordFile() async throws {
        let folder = try TestFolder()
        try folder.write("*:*:*:*:x\n", to: "pgpass")
        chmod(folder.file("pgpass"), 0o644)
        let outcome = try await Programs.healthcard(
            ["ledger", "head", "--ledger", "postgres://nobody@127.0.0.1:1/cards", "--station", folder.file("station")],
            environment: ["PGPASSFILE": folder.file("pgpass")])
        #expect(outcome.status == 7, "\(outcome.errors)")
        check(outcome)
    }
}
