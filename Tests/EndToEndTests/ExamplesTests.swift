import Foundation
import Testing

/// The programs of Examples do what they say.
@Suite("Examples") struct ExamplesTests {
    private static let folder = Programs.root.appendingPathComponent("Examples")
    private static let number = "99646919970325667X"

    /// Beside the program that is tested.
    private static func program(_ name: String) throws -> String {
        URL(fileURLWithPath: try Programs.healthcard()).deletingLastPathComponent().appendingPathComponent(name).path
    }

    private static func printed(_ outcome: Programs.Outcome) -> String {
        String(decoding: outcome.output, as: UTF8.self)
    }

    @Test("A test card is made, read, and changed with the rights of a SAM")
    func cards() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000910", slot: slots.0)
        let made = try await Programs.run(
            Self.program("MakeTestCard"), [Programs.sampleBatch, Self.number, card.reader])
        #expect(Self.printed(made).contains("made: "), "\(Self.printed(made))\(made.errors)")

        let read = Self.printed(try await Programs.run(Self.program("ReadCard"), [card.reader]))
        #expect(read.contains("阿卜杜拉·买买提") && read.contains("Allergies: "), "\(read)")

        let sam = try await CardInSlot.insert("", slot: slots.1, ["--sam", "--type", "5"])
        let changed = try await Programs.run(
            Self.program("UpdateThroughSAM"), [card.reader, sam.reader, "13900000000", "青霉素"], input: "123456\n")
        #expect(Self.printed(changed).contains("written"), "\(Self.printed(changed))\(changed.errors)")
        let again = Self.printed(try await Programs.run(Self.program("ReadCard"), [card.reader]))
        #expect(again.contains("13900000000") && again.contains("青霉素"), "\(again)")

        // The same card for hospital programs.
        let environment = ["HEALTHCARD_READER": card.reader, "HEALTHCARD_SAM_READER": sam.reader]
        let library = Programs.cInterface + "/libMHC_CardInterface.so"
        let python = try await Programs.run(
            Programs.python, [Self.folder.appendingPathComponent("Python/read_card.py").path, library],
            environment: environment)
        #expect(python.status == 0 && Self.printed(python).contains("born: 19970325"), "\(Self.printed(python))")
        let folder = try TestFolder()
        let binary = folder.file("read_card")
        try await Programs.output(
            "/usr/bin/gcc",
            [
                "-std=c99", "-Wall", "-Wextra", "-Werror", Self.folder.appendingPathComponent("C/read_card.c").path,
                "-I", Programs.cInterface, library, "-Wl,-rpath,\(Programs.cInterface)", "-o", binary,
            ])
        let ended = try await Programs.run(binary, [], environment: environment)
        #expect(ended.status == 0 && Self.printed(ended).contains("allergy 1: entered"), "\(Self.printed(ended))")
        try await sam.stop()
        try await card.stop()
    }

    @Test("What comes and goes is said")
    func readers() async throws {
        let watching = try await Programs.run(Self.program("WatchReaders"), ["2"])
        let text = Self.printed(watching)
        #expect(text.contains("the PC/SC service is there") && text.contains("plugged in"), "\(text)")
    }

    @Test("Without a reader or with a wrong word they say what to do, and end")
    func problems() async throws {
        for (name, arguments) in [
            ("ReadCard", ["nobody"]), ("MakeTestCard", []), ("UpdateThroughSAM", []),
            ("MakeTestCard", [Programs.sampleBatch, "1"]),
        ] {
            let outcome = try await Programs.run(Self.program(name), arguments)
            #expect(outcome.status == 0 && !outcome.output.isEmpty && outcome.errors.isEmpty, "\(name) \(arguments)")
        }
    }

    @Test("The page of examples names each of them")
    func page() throws {
        let page = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0 != "README.md" }
        for name in names { #expect(page.contains("(\(name)/"), "\(name)") }
    }
}
