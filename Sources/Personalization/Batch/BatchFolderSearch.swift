import CardProfiles
import Files
import Foundation
import Glibc

/// Looks through a batch folder for what may be a reply and is not read as one: a refusal in a file with almost the right
/// name would otherwise be as if it had never been sent.
struct BatchFolderSearch {
    /// The names of replies, in the order of their characters.
    private(set) var replies: [String] = []
    private(set) var problems: [BatchProblem] = []

    /// Entries that are looked at, in all folders together.
    private static let mostEntries = 100_000
    /// Files whose first bytes are looked at, and how many bytes.
    private static let mostFiles = 1000
    private static let sniffed = 65536
    /// Bytes of the longest file that may be a reply, or an archive of some.
    private static let longestFile = 1 << 40
    /// Folders inside each other that are looked through.
    private static let deepest = 3
    /// What the names of replies have in them, without marks and blanks.
    private static let marks = ["XZYHKXX", "XZYHKYH", "YCHYCXX"].map { Array($0.utf8) }
    /// Folders of systems, which nobody but the system may list.
    private static let foreign: Set<String> = ["lost+found", "System Volume Information"]

    private var entries = 0
    private var files = 0

    init(folder: String) {
        search(folder, inside: "", depth: 1)
        replies.sort()
    }

    private mutating func search(_ path: String, inside: String, depth: Int) {
        let names: [[UInt8]]
        do {
            names = try Self.names(in: path)
        } catch {
            // A folder may let its files be opened by name and not be listed: then nobody knows who was refused.
            problems.append(
                BatchProblem(
                    .fileUnreadable, .file(inside.isEmpty ? "." : inside),
                    inside.isEmpty ? "the batch folder cannot be listed" : "the folder cannot be listed",
                    remedy: "give this user the right to read it; replies and exceptions in it are not seen otherwise"))
            return
        }
        for name in names {
            entries += 1
            guard entries <= Self.mostEntries else {
                if entries == Self.mostEntries + 1 {
                    problems.append(
                        BatchProblem(
                            .fileUnreadable, .file(inside.isEmpty ? "." : inside),
                            "the batch folder holds more than \(Self.mostEntries) files and folders",
                            remedy: "keep nothing but the batch in it"))
                }
                return
            }
            look(at: name, path, inside, depth)
        }
    }

    private mutating func look(at bytes: [UInt8], _ folder: String, _ inside: String, _ depth: Int) {
        let text = String(validating: bytes, as: UTF8.self)
        let shown = inside + (text ?? (try? GBK.decode(bytes)) ?? String(decoding: bytes, as: UTF8.self))
        if inside.isEmpty, let text, VerificationFile(name: text) != nil {
            replies.append(text)
            return
        }
        if Self.hasMark(bytes) { return refuse(shown, "is not read, though its name is almost that of a reply") }
        // Names with other bytes cannot be opened here; their mark was looked for.
        guard let text else { return }
        let path = folder + "/" + text
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            let isOwn = inside.isEmpty && text == Batch.photosFolder || Self.foreign.contains(text)
            if !isOwn, depth < Self.deepest { search(path, inside: shown + "/", depth: depth + 1) }
        case S_IFREG:
            guard inside.isEmpty, ![BatchManifest.fileName, Batch.applicationsFile].contains(text) else { return }
            files += 1
            guard files <= Self.mostFiles, let what = Self.replyInside(path) else { return }
            refuse(shown, what)
        default: break
        }
    }

    private mutating func refuse(_ name: String, _ what: String) {
        let short = name.count > 120 ? String(name.prefix(120)) + "…" : name
        problems.append(
            BatchProblem(
                .replyName, .file(short), what,
                remedy: "put it into the batch folder itself, unpacked and under its own name "
                    + "(XZY_HKXX_, XZY_HKYH_ or YCH_YCXX_ and the packet number, .XML), or take it out of the folder"))
    }

    /// Whether a name has what the names of replies have, however it is spelled.
    static func hasMark(_ name: [UInt8]) -> Bool {
        var plain: [UInt8] = []
        for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
            let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            switch value {
            case 0x30...0x39, 0x41...0x5A: plain.append(UInt8(value))
            case 0x61...0x7A: plain.append(UInt8(value - 0x20))
            default: break
            }
        }
        return marks.contains { contains(plain, $0) }
    }

    /// What the first bytes of a file say: the XML of a reply, or an archive with one.
    private static func replyInside(_ path: String) -> String? {
        guard let file = try? InputFile(path, atMost: longestFile), let bytes = try? file.read(upTo: sniffed) else {
            return nil
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: Array("Rar!".utf8)) {
            let letters = bytes.filter { (0x41...0x5A).contains($0 & 0xDF) }.map { $0 & 0xDF }
            return marks.contains { contains(letters, $0) }
                ? "is an archive with a reply in it, which is not read" : nil
        }
        // In UTF-16 every other byte is 0.
        return contains(bytes.prefix(4096).filter { $0 != 0 }, Array("<PACKAGE".utf8))
            ? "is not read, though it begins as a reply does" : nil
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        for index in 0...(bytes.count - part.count) where bytes[index] == first {
            if bytes[index..<index + part.count].elementsEqual(part) { return true }
        }
        return false
    }

    private struct NotListed: Error {}

    /// The names in a folder, as the bytes they are: those from Windows may be in GBK.
    static func names(in folder: String) throws -> [[UInt8]] {
        guard !folder.utf8.contains(0), let stream = opendir(folder) else { throw NotListed() }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    Array(
                        UnsafeBufferPointer(
                            start: $0, count: strlen(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))))
                }
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
            guard names.count <= mostEntries else { return names }
            errno = 0
        }
        guard errno == 0 else { throw NotListed() }
        return names
    }
}
