import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import HealthCard

@Suite("Key files")
struct KeyFileTests {
    // MARK: The store on the disk

    @Test("a store is its owner's alone, and is never made over another")
    func store() throws {
        let folder = try KeyFolder()
        let path = folder.file("store")
        let file = try SampleStore.file()
        try file.write(to: path, replacing: nil)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try KeyStoreFile(path: path) == file)
        #expect(throws: KeyStoreError.exists(path: path)) { try file.write(to: path, replacing: nil) }
        let other = try SampleStore.file()
        #expect(throws: KeyStoreError.changedMeanwhile(path: path)) { try other.write(to: path, replacing: other) }
        #expect(try KeyStoreFile(path: path) == file)
        try other.write(to: path, replacing: file)
        #expect(try KeyStoreFile(path: path) == other)
        #expect(try folder.names == ["store"])
        for mode in [0o640, 0o604, 0o620, 0o666] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: KeyStoreError.exposed(path: path)) { try KeyStoreFile(path: path) }
        }
    }

    @Test("a link to a store stays one")
    func link() throws {
        let folder = try KeyFolder()
        let (path, link) = (folder.file("store"), folder.file("link"))
        let file = try SampleStore.file()
        try file.write(to: path, replacing: nil)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let other = try SampleStore.file()
        try other.write(to: link, replacing: file)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try KeyStoreFile(path: path) == other)
    }

    @Test("what is no file, is missing, is too long or stands nowhere is told")
    func noFile() throws {
        let folder = try KeyFolder()
        func problem(_ path: String) -> String? {
            do throws(KeyStoreError) {
                _ = try KeyStoreFile(path: path)
                return nil
            } catch {
                guard case .file(path, let problem) = error else { return nil }
                return problem.description
            }
        }
        #expect(problem(folder.file("none"))?.contains("no such file") == true)
        #expect(problem(folder.path)?.contains("not a file") == true)
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(problem(pipe)?.contains("not a file") == true)
        let long = try folder.write("long", String(repeating: " ", count: KeyStoreFile.longestFile + 1))
        #expect(problem(long)?.contains("longer") == true)
        #expect(throws: KeyStoreError.self) {
            try SampleStore.file().write(to: folder.file("no/such/store"), replacing: nil)
        }
    }

    /// The new file is whole before it takes the old one's name, so an end at any moment before leaves the old one.
    @Test("where nothing can be written the old store stays, and nothing beside it")
    func unwritable() throws {
        let folder = try KeyFolder()
        let path = folder.file("store")
        let file = try SampleStore.file()
        try file.write(to: path, replacing: nil)
        let other = try SampleStore.file()
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(throws: KeyStoreError.self) { try other.write(to: "/proc/self/store", replacing: nil) }
        #expect(try KeyStoreFile(path: path) == file)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == before)
    }

    @Test("many writers at once: one wins, the others are told, and the store is whole")
    func race() async throws {
        let folder = try KeyFolder()
        let path = folder.file("store")
        let first = try SampleStore.file()
        try first.write(to: path, replacing: nil)
        let files = try (0..<8).map { _ in try SampleStore.file() }
        let winners = await withTaskGroup(of: KeyStoreFile?.self) { group in
            for file in files {
                group.addTask {
                    do throws(KeyStoreError) {
                        try file.write(to: path, replacing: first)
                        return file
                    } catch { return nil }
                }
            }
            return await group.reduce(into: [KeyStoreFile]()) { if let file = $1 { $0.append(file) } }
        }
        #expect(winners.count == 1)
        #expect(try [KeyStoreFile(path: path)] == winners)
        #expect(try folder.names == ["store"])
    }

    // MARK: Custodians' files

    private let first = "6A1F90C35BE2074D88F1B5263C79DE04"
    private let second = "93D80E417AB5C6622F904C1D83E7F158"

    @Test("lines of names, components and check values, in any case and with comments")
    func custodian() throws {
        let check = try KeyCheckValue(of: SecretBytes(hex: first), cipher: .sm4)
        let folder = try KeyFolder()
        let path = try folder.write("one", "# ours\n\nIRK \(first) \(check)\r\n\tCVK\t\(second.lowercased())\n")
        let file = try CustodianFile(path: path, cipher: .sm4)
        #expect(file.entries.map(\.key) == ["IRK", "CVK"])
        #expect(try file.entries.map(\.component) == [SecretBytes(hex: first), SecretBytes(hex: second)])
        #expect(file.entries[0].check == check)
    }

    @Test("bad lines are told by number, and no digit of a component with them")
    func badLines() throws {
        let folder = try KeyFolder()
        let lines = [
            "IRK", "IRK \(first) 000000", "IRK \(first) 12", "IRK \(first.dropLast())", "IRK \(first)00",
            "IRK \(first.dropLast(2))", "IRK \(first.dropLast())G", "IRK \(first) 000000 x", "CVK \(first)",
            "IRK \u{FF10}\(first)",
        ]
        for line in lines {
            let path = try folder.write("bad", "CVK \(second)\n\(line)\n")
            do throws(KeyStoreError) {
                _ = try CustodianFile(path: path, cipher: .sm4)
                Issue.record("\(line) was taken")
            } catch {
                guard case .componentLine(path, 2, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(!error.description.contains(first.prefix(8)))
            }
        }
        let open = try folder.write("open", "IRK \(first)\n", mode: 0o644)
        #expect(throws: KeyStoreError.exposed(path: open)) { try CustodianFile(path: open, cipher: .sm4) }
    }

    @Test("what is written for a custodian is read again; a key one of them lacks is told")
    func written() throws {
        let folder = try KeyFolder()
        let drawn = try ["IRK", "CVK"].map { (key: $0, component: try SystemRandom.secret(16)) }
        let path = folder.file("one")
        try PrivateFile.create(path, CustodianFile.text(drawn, cipher: .sm4))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let one = try CustodianFile(path: path, cipher: .sm4)
        #expect(one.entries.map(\.component) == drawn.map(\.component))
        #expect(throws: KeyStoreError.exists(path: path)) {
            try PrivateFile.create(path, CustodianFile.text(drawn, cipher: .sm4))
        }
        let other = try CustodianFile(path: folder.write("two", "CVK \(first)\n"), cipher: .sm4)
        #expect(throws: KeyStoreError.componentMissing(path: other.path, key: "IRK")) {
            try CustodianFile.components(of: [one, other])
        }
        let third = try CustodianFile(path: folder.write("three", "CVK \(first)\nIRK \(second)\n"), cipher: .sm4)
        let keys = try CustodianFile.components(of: [one, third])
        #expect(keys.map(\.key) == ["IRK", "CVK"])
        #expect(try keys[0].components == [drawn[0].component, SecretBytes(hex: second)])
    }

    @Test("a typed component: hexadecimal digits, blanks between them")
    func typed() throws {
        let line = SecretBytes(copying: Array("6a1f 90c3 5be2 074d 88f1 b526 3c79 de04".utf8))
        #expect(try CustodianFile.typed(line) == SecretBytes(hex: first))
        for text in ["0", "0g", "é0"] { #expect(CustodianFile.typed(SecretBytes(copying: Array(text.utf8))) == nil) }
    }
}
