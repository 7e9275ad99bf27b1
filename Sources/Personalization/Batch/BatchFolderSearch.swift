import CardProfiles
import Files
import Foundation
import Glibc

/// Looks through a batch folder for what may be a reply and is not read as one: a refusal in a file with almost the right
/// name, in an archive or in a workbook would otherwise be as if it had never been sent. What is neither the batch's own nor
/// surely harmless is named.
struct BatchFolderSearch {
    /// The names of replies, in the order of their characters.
    private(set) var replies: [String] = []
    private(set) var problems: [BatchProblem] = []

    /// Entries that are looked at, in all folders together.
    private static let mostEntries = 100_000
    /// Files whose first bytes are looked at, and how many bytes.
    private static let mostFiles = 10_000
    private static let sniffed = 65536
    /// Bytes of the longest file whose beginning is looked at.
    private static let longestFile = 1 << 40
    /// Folders inside each other that are looked through.
    private static let deepest = 3
    /// What the names of replies have in them, without marks and blanks.
    private static let marks = ["XZYHKXX", "XZYHKYH", "YCHYCXX"].map { Array($0.utf8) }
    /// What people call files of replies and refusals.
    private static let words = ["异常", "回盘", "核查", "核验", "拒绝", "EXCEPTION", "REFUSAL"]
    /// Folders of systems, which nobody but the system may list, or which mirror others.
    private static let foreign: Set<String> = [
        "lost+found", "System Volume Information", "$RECYCLE.BIN", "__MACOSX", "@eaDir", ".git",
    ]
    private static let pictures = ["jpg", "jpeg", "png", "bmp", "gif"]

    private var entries = 0
    private var files = 0

    init(folder: String) {
        search(folder, inside: "", depth: 1)
        replies.sort()
    }

    private mutating func search(_ path: String, inside: String, depth: Int) {
        let place = inside.isEmpty ? "." : inside
        guard depth <= Self.deepest else {
            return unread(
                place, "folders deeper than \(Self.deepest) are not searched", "take this folder out of the batch"
            )
        }
        let names: [[UInt8]]
        do {
            names = try Self.names(in: path)
        } catch {
            // A folder may let its files be opened by name and not be listed: then nobody knows who was refused.
            return unread(
                place, inside.isEmpty ? "the batch folder cannot be listed" : "the folder cannot be listed",
                "give this user the right to read it; replies and exceptions in it are not seen otherwise")
        }
        for name in names {
            entries += 1
            guard entries <= Self.mostEntries else {
                if entries == Self.mostEntries + 1 {
                    unread(
                        place, "the batch folder holds more than \(Self.mostEntries) files and folders",
                        "keep nothing but the batch in it")
                }
                return
            }
            look(at: name, path, inside, depth)
        }
    }

    private mutating func look(at bytes: [UInt8], _ folder: String, _ inside: String, _ depth: Int) {
        let text = String(validating: bytes, as: UTF8.self)
        let name = text ?? (try? GBK.decode(bytes)) ?? String(decoding: bytes, as: UTF8.self)
        let shown = inside + name
        if inside.isEmpty, let text {
            if VerificationFile(name: text) != nil { return replies.append(text) }
            if [BatchManifest.fileName, Batch.applicationsFile].contains(text) { return }
        }
        if Self.hasMark(name) { return refuse(shown, "has almost the name of a reply and was not read") }
        guard let text else {
            return unread(
                shown, "has a name that is not UTF-8 and was not opened",
                "rename it, or take it out of the batch folder")
        }
        guard !Self.foreign.contains(text) else { return }
        let isPhoto = inside.hasPrefix(Batch.photosFolder + "/") && Self.isPicture(text)
        let path = folder + "/" + text
        var status = stat()
        guard lstat(path, &status) == 0 else { return unread(shown, "cannot be examined: \(Self.reason(errno))") }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink, stat(path, &status) != 0 {
            // A photo that is missing is named with its row.
            guard !isPhoto else { return }
            return unread(shown, "is a link whose target cannot be examined: \(Self.reason(errno))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where isLink && !(inside.isEmpty && text == Batch.photosFolder):
            refuse(shown, "is a link to a folder, which was not searched")
        case S_IFDIR: search(path, inside: shown + "/", depth: depth + 1)
        case S_IFREG where !isPhoto: lookInside(path, shown, text)
        default: break
        }
    }

    private mutating func lookInside(_ path: String, _ shown: String, _ name: String) {
        files += 1
        guard files <= Self.mostFiles else {
            if files == Self.mostFiles + 1 {
                unread(
                    ".", "holds more than \(Self.mostFiles) other files; the rest were not examined",
                    "keep nothing but the batch in its folder")
            }
            return
        }
        let upper = name.uppercased()
        if Self.words.contains(where: upper.contains) {
            return refuse(shown, "is named like a reply and was not read")
        }
        do throws(InputFileError) {
            let bytes = try InputFile(path, atMost: Self.longestFile).read(upTo: Self.sniffed)
            if let what = Self.kind(bytes) { refuse(shown, what) }
        } catch {
            unread(shown, error.reason)
        }
    }

    private mutating func refuse(_ name: String, _ what: String) {
        problems.append(
            BatchProblem(
                .replyName, .file(Self.short(name)), what,
                remedy: "put replies into the batch folder itself, unpacked and under their own names "
                    + "(XZY_HKXX_, XZY_HKYH_ or YCH_YCXX_ and the packet number, .XML), and take this out of the folder"
            ))
    }

    private mutating func unread(
        _ name: String, _ what: String,
        _ remedy: String = "give this user the right to read it, or take it out of the batch folder"
    ) {
        problems.append(BatchProblem(.fileUnreadable, .file(Self.short(name)), what, remedy: remedy))
    }

    private static func short(_ name: String) -> String { name.count > 120 ? String(name.prefix(120)) + "…" : name }

    private static func reason(_ code: CInt) -> String { String(cString: strerror(code)) }

    private static func isPicture(_ name: String) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).last.map { pictures.contains($0.lowercased()) }
            ?? false
    }

    /// Whether a name has what the names of replies have, however it is spelled.
    static func hasMark(_ name: String) -> Bool {
        var plain: [UInt8] = []
        for scalar in name.unicodeScalars {
            let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            switch value {
            case 0x30...0x39, 0x41...0x5A: plain.append(UInt8(value))
            case 0x61...0x7A: plain.append(UInt8(value - 0x20))
            default: break
            }
        }
        return marks.contains { contains(plain, $0) }
    }

    /// What packs other files: their beginnings, and what they are.
    private static let packed: [(head: [UInt8], what: String)] = [
        ([0x50, 0x4B, 0x03, 0x04], "an archive or a workbook"), ([0x50, 0x4B, 0x05, 0x06], "an archive or a workbook"),
        (Array("Rar!".utf8), "an archive"), ([0x1F, 0x8B], "an archive"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an archive"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "an archive"), (Array("BZh".utf8), "an archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "an archive"), ([0xD0, 0xCF, 0x11, 0xE0], "a workbook or a document"),
    ]

    /// What the first bytes of a file say that may hold a reply.
    private static func kind(_ bytes: [UInt8]) -> String? {
        if let found = packed.first(where: { bytes.starts(with: $0.head) }) {
            return "is \(found.what), which was not opened"
        }
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            return "is an archive, which was not opened"
        }
        // In UTF-16 every other byte is 0.
        let text = bytes.filter { $0 != 0 }
        if contains(text, Array("<PACKAGE".utf8)) || contains(text, Array("<RECORD".utf8)) {
            return "contains a reply and was not read"
        }
        let start = text.drop { $0 <= 0x20 || $0 >= 0x80 }
        return start.starts(with: Array("<?xml".utf8)) ? "is XML and was not read as a reply" : nil
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
