import CardProfiles
import Foundation
import PCSC
import ReaderLibraries
import VirtualCard

struct LibraryTestError: Error { let description: String }

/// `Tests/Support/reader_library.c`, built, and a card for its slot.
final class MakersLibrary {
    let folder: URL
    let path: String
    private let flag: URL

    /// - Parameter options: `-DWITHOUT_STATUS` …
    init(_ options: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("reader-library-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("reader.so").path
        flag = folder.appendingPathComponent("flag")
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/reader_library.c")
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
        compiler.arguments = [
            "-Wall", "-Werror", "-shared", "-fPIC", "-DREADER_LIBRARY_FLAG=\"\(flag.path)\"", "-o", path, source.path,
        ]
        compiler.arguments? += options
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw LibraryTestError(description: "the library is not built") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// `gone`, `hang`; nil: all is well.
    func raise(_ word: String?) throws {
        try word.map { try Data($0.utf8).write(to: flag) } ?? FileManager.default.removeItem(at: flag)
    }

    /// A port that nobody listens on, below those that Decard's functions can name.
    static func freePort() throws -> UInt16 {
        for _ in 0..<200 {
            let port = UInt16.random(in: 20_000...32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isFree = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw LibraryTestError(description: "no free port")
    }

    func reader(_ family: ReaderFamily, _ port: UInt16, name: String = "Counter") -> ConfiguredReader {
        ConfiguredReader(
            name: name, family: family, library: path, port: family == .decard ? "\(port)" : "TCP\(port)")
    }

    /// A card for the slot at a port, put in as soon as somebody opens the reader, and again after each closing.
    static func card(_ number: UInt8, port: UInt16) throws -> (card: VirtualHealthCard, link: VPCDLink) {
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let card = try VirtualHealthCard.blank(serial: [0x52, 0x4C, 0, 0, 0, 0, 1, number], profile: profile)
        var options = VPCDLink.Options(port: port)
        options.patience = 600
        options.reconnects = true
        let link = VPCDLink(chip: card, options: options)
        link.start()
        return (card, link)
    }
}

/// Waits until something is so; not for ever.
func eventually(_ what: String, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(60)
    while try !condition() {
        guard ContinuousClock.now < end else { throw LibraryTestError(description: "never: \(what)") }
        usleep(20_000)
    }
}
