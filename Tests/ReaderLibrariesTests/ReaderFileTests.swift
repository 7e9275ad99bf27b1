import Foundation
import Messages
import PCSC
import Testing

@testable import ReaderLibraries

@Suite("The file that declares readers") struct ReaderFileTests {
    private func problem(_ text: String) -> (line: Int, problem: ReaderFileError.Problem)? {
        do throws(ReaderFileError) {
            _ = try ReaderFile(text, path: "readers.conf")
            return nil
        } catch {
            return (error.line, error.problem)
        }
    }

    @Test("Two readers, with what is usual where nothing is said")
    func good() throws {
        let file = try ReaderFile(
            """
            # The counters of the hall
            [Counter 1]
            family = decard
            library = /usr/lib/libdcrf32.so

            [ 窗口 2 ]
            family = huada
            library = /opt/huada/libSSSE32.so
            port = USB1
            slot = 0x11
            baud = 9600
            """, path: "readers.conf")
        #expect(
            file.readers == [
                ConfiguredReader(
                    name: "Counter 1", family: .decard, library: "/usr/lib/libdcrf32.so", port: "100", baud: 115_200,
                    slot: 12),
                ConfiguredReader(
                    name: "窗口 2", family: .huada, library: "/opt/huada/libSSSE32.so", port: "USB1", baud: 9_600,
                    slot: 17),
            ])
    }

    @Test("An empty file declares none")
    func empty() throws { #expect(try ReaderFile("\n# nothing\n", path: "f").readers.isEmpty) }

    private static let start = "[A]\nfamily = decard\nlibrary = /l.so\n"

    @Test(
        "Each line that is wrong is told by its number",
        arguments: [
            ("family = decard", 1, .noSection), ("[A]\nhello", 2, .notASetting),
            ("[A\nfamily = decard", 1, .notASetting),
            ("[ ]", 1, .badName), (start + "[A]", 4, .nameTwice("A")),
            (start + "color = red", 4, .unknownSetting("color")),
            (start + "family = huada", 4, .settingTwice("family")), ("\n[A]\nfamily = decard", 2, .lacking("library")),
            ("\n[A]\nlibrary = /l.so", 2, .lacking("family")), ("[A]\nfamily = acs", 2, .badFamily("acs")),
            ("[A]\nlibrary = l.so", 2, .badLibrary), (start + "port = USB1", 4, .badPort(.decard)),
            (start + "port = 32768", 4, .badPort(.decard)), (start + "port = -1", 4, .badPort(.decard)),
            ("[A]\nfamily = huada\nlibrary = /l.so\nport = U SB", 4, .badPort(.huada)),
            (start + "baud = fast", 4, .badBaud), (start + "slot = 256", 4, .badSlot),
            (start + "slot = 0x100", 4, .badSlot),
        ] as [(String, Int, ReaderFileError.Problem)])
    func bad(_ text: String, _ line: Int, _ problem: ReaderFileError.Problem) {
        let found = self.problem(text)
        #expect(found?.line == line)
        #expect(found?.problem == problem)
    }

    @Test("More readers than are sensible are refused")
    func many() {
        let text = (1...17).map { "[\($0)]\nfamily = decard\nlibrary = /l.so\n" }.joined()
        #expect(problem(text)?.problem == .tooMany(most: 16))
    }

    @Test("The file is found where the environment says, else in the user's folder")
    func found() throws {
        let folder = NSTemporaryDirectory() + "readers-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/.config/healthcard", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/.config/healthcard/readers.conf"
        try Self.start.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ReaderFile.found(environment: ["HOME": folder]).readers.map(\.name) == ["A"])
        #expect(
            try ReaderFile.found(environment: ["HOME": folder, ReaderFile.variable: "/dev/null"]).readers.isEmpty)
        #expect(throws: ReaderFileError(folder + "/none", 0, .missing)) {
            try ReaderFile.found(environment: [ReaderFile.variable: folder + "/none"])
        }
        try Data([0x5B, 0xFF, 0x5D]).write(to: URL(fileURLWithPath: path))
        #expect(throws: ReaderFileError(path, 0, .notText)) { try ReaderFile.found(environment: ["HOME": folder]) }
    }
}
