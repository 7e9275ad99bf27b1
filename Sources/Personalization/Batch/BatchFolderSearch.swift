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

    private let photosFolder: String

    init(folder: String) {
        photosFolder = PhotoFolder(folder: folder).name
        search(folder, inside: "", depth: 1)
        replies.sort()
    }

    private mutating func search(_ path: String, inside: String, depth: Int) {
        let place = inside.isEmpty ? "." : inside
        guard depth <= Self.deepest else {
            return refuse(place, .tooDeep(limit: Self.deepest))
        }
        let names: [[UInt8]]
        do {
            names = try Self.names(in: path)
        } catch {
            // A folder may let its files be opened by name and not be listed: then nobody knows who was refused.
            return refuse(place, inside.isEmpty ? .batchNotListed : .folderNotListed)
        }
        for name in names {
            entries += 1
            guard entries <= Self.mostEntries else {
                if entries == Self.mostEntries + 1 {
                    refuse(place, .tooManyEntries(limit: Self.mostEntries))
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
        if Self.hasMark(name) { return refuse(shown, .mayBeReply(.nearName)) }
        guard let text else {
            return refuse(shown, .nameNotUTF8)
        }
        guard !Self.foreign.contains(text) else { return }
        let isPhoto = inside.hasPrefix(photosFolder + "/") && Self.isPicture(text)
        let path = folder + "/" + text
        var status = stat()
        guard lstat(path, &status) == 0 else { return refuse(shown, .notExamined(errno)) }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink, stat(path, &status) != 0 {
            // A photo that is missing is named with its row.
            guard !isPhoto else { return }
            return refuse(shown, .brokenLink(errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where isLink && !(inside.isEmpty && text == photosFolder):
            refuse(shown, .mayBeReply(.linkToFolder))
        case S_IFDIR: search(path, inside: shown + "/", depth: depth + 1)
        case S_IFREG where !isPhoto: lookInside(path, shown, text)
        default: break
        }
    }

    private mutating func lookInside(_ path: String, _ shown: String, _ name: String) {
        files += 1
        guard files <= Self.mostFiles else {
            if files == Self.mostFiles + 1 {
                refuse(".", .tooManyFiles(limit: Self.mostFiles))
            }
            return
        }
        let upper = name.uppercased()
        if Self.words.contains(where: upper.contains) {
            return refuse(shown, .mayBeReply(.namedSo))
        }
        do throws(InputFileError) {
            let bytes = try InputFile(path, atMost: Self.longestFile).read(upTo: Self.sniffed)
            if let likeness = Self.kind(bytes) { refuse(shown, .mayBeReply(likeness)) }
        } catch {
            refuse(shown, .otherUnreadable(error.problem))
        }
    }

    private mutating func refuse(_ name: String, _ finding: FileFinding) {
        problems.append(BatchProblem(.file(finding), .file(Self.short(name))))
    }

    private static func short(_ name: String) -> String { name.count > 120 ? String(name.prefix(120)) + "…" : name }

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
    private static let packed: [(head: [UInt8], likeness: ReplyLikeness)] = [
        ([0x50, 0x4B, 0x03, 0x04], .archiveOrWorkbook), ([0x50, 0x4B, 0x05, 0x06], .archiveOrWorkbook),
        (Array("Rar!".utf8), .archive), ([0x1F, 0x8B], .archive), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .archive),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .archive), (Array("BZh".utf8), .archive),
        ([0x28, 0xB5, 0x2F, 0xFD], .archive), ([0xD0, 0xCF, 0x11, 0xE0], .workbookOrDocument),
    ]

    /// What the first bytes of a file say that may hold a reply.
    private static func kind(_ bytes: [UInt8]) -> ReplyLikeness? {
        if let found = packed.first(where: { bytes.starts(with: $0.head) }) { return found.likeness }
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            return .archive
        }
        // In UTF-16 every other byte is 0.
        let text = bytes.filter { $0 != 0 }
        if contains(text, Array("<PACKAGE".utf8)) || contains(text, Array("<RECORD".utf8)) {
            return .containsReply
        }
        let start = text.drop { $0 <= 0x20 || $0 >= 0x80 }
        return start.starts(with: Array("<?xml".utf8)) ? .xml : nil
    }

    /// Whether a file packs others.
    static func isPacked(_ bytes: [UInt8]) -> Bool {
        packed.contains { bytes.starts(with: $0.head) }
            || bytes.count > 262 && bytes[257..<262].elementsEqual("ustar".utf8)
    }

    static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
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
