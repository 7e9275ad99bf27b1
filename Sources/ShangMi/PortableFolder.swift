import CLinux
import Glibc

/// A folder that the program runs from on systems of other makers and ages (`Docs/packages.md`): `bin` starts the loader of
/// `lib`, and that runs the program of `libexec` with the C library of the same age.
enum PortableFolder {
    struct Place: Hashable {
        let folder: String
        /// The name of the program's file.
        let program: String
        /// What starts it again.
        var launcher: String { folder + "/bin/" + program }
    }

    /// Where this program runs from; nil for a program that was started itself.
    static let current: Place? = {
        guard let started, started.split(separator: "/").last?.hasPrefix("ld") == true,
            let maps = ProcessStart.contents(of: "/proc/self/maps")
        else { return nil }
        return place(ofProgramAt: healthcard_program_headers(), maps: maps, started: started)
    }()

    /// The file that the system says was started: the program itself, or a loader that was told to run it.
    static var started: String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        guard count > 0, count < path.count else { return nil }
        return String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Parameters:
    ///   - address: where the program's headers are.
    ///   - maps: as of `/proc/PID/maps`.
    ///   - started: the file that was started.
    static func place(ofProgramAt address: UInt, maps: String, started: String) -> Place? {
        guard let image = image(at: address, maps: maps), image != started else { return nil }
        let parts = image.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "libexec" else { return nil }
        return Place(folder: parts.dropLast(2).map { "/" + $0 }.joined(), program: String(parts[parts.count - 1]))
    }

    /// The file that is mapped at an address.
    private static func image(at address: UInt, maps: String) -> String? {
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard words.count > 5, let dash = words[0].firstIndex(of: "-"),
                let begin = UInt(words[0][..<dash], radix: 16),
                let end = UInt(words[0][words[0].index(after: dash)...], radix: 16), (begin..<end).contains(address)
            else { continue }
            let path = words[5].drop { $0 == " " }
            return path.hasPrefix("/") ? String(path) : nil
        }
        return nil
    }

    /// Has the C library take the converters of character sets that lie in the folder: the system's belong to another C
    /// library, or are not installed. The C library looks at the variable once, and no program that is started from here
    /// is to see it.
    static func useConverters() {
        guard getenv("GCONV_PATH") == nil, let place = current else { return }
        let converters = place.folder + "/lib/gconv"
        guard access(converters, X_OK) == 0, setenv("GCONV_PATH", converters, 1) == 0 else { return }
        if let converter = iconv_open("UTF-16BE", "GBK"), Int(bitPattern: converter) != -1 { iconv_close(converter) }
        unsetenv("GCONV_PATH")
    }
}
