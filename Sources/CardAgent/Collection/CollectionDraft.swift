import Files
import Foundation
import Glibc
import Personalization

/// An application that is being filled in.
struct CollectionDraft: Sendable, Hashable, Codable {
    let id: String
    /// The folder of its batch.
    let batch: String
    /// By column of `applications.csv`, as they were entered.
    var values: [String: String]
    var documents: [String] = []
    var guardianDocuments: [String] = []
    var collector: String
    /// Who began it: `page`, or a program.
    let through: String
    /// RFC 3339, UTC.
    let begun: String
    var saved: String
    var photoSource: Provenance.PhotoSource?
    /// The application that it comes in the place of.
    var replaces: String?
}

/// Drafts on the disk: a file each and one for its photo, whole or as they were before, their owner's alone.
struct DraftStore: Sendable {
    static let most = 200
    private static let longestFile = 1 << 20
    static let longestPhoto = 16 << 20

    let folder: String

    /// - Throws: ``CollectionError/notKept(file:_:)``.
    func prepare() throws(CollectionError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST, chmod(folder, 0o700) == 0 else {
            throw .notKept(file: folder, SystemReason(errno))
        }
    }

    /// Letters and digits: nothing that leads elsewhere.
    static func isID(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }

    private func path(_ id: String, _ ending: String) -> String { "\(folder)/\(id).\(ending)" }

    /// The ids of all, those that cannot be read too.
    var ids: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter(Self.isID).sorted()
    }

    /// - Throws: ``CollectionError/noSuchDraft``, ``CollectionError/draftUnreadable``.
    func read(_ id: String) throws(CollectionError) -> CollectionDraft {
        guard Self.isID(id) else { throw .noSuchDraft }
        let bytes: [UInt8]?
        do throws(InputFileError) {
            bytes = try InputFile.contentsIfThere(of: path(id, "json"), atMost: Self.longestFile)
        } catch { throw .draftUnreadable }
        guard let bytes else { throw .noSuchDraft }
        guard let draft = try? JSONDecoder().decode(CollectionDraft.self, from: Data(bytes)), draft.id == id else {
            throw .draftUnreadable
        }
        return draft
    }

    func write(_ draft: CollectionDraft) throws(CollectionError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(draft) else { throw .notKept(file: folder, SystemReason(EIO)) }
        guard DurableFile.replace(path(draft.id, "json"), with: Array(json)) else {
            throw .notKept(file: folder, SystemReason(errno))
        }
    }

    /// Nil as long as there is none.
    func photo(_ id: String) throws(CollectionError) -> [UInt8]? {
        guard Self.isID(id) else { throw .noSuchDraft }
        do throws(InputFileError) {
            return try InputFile.contentsIfThere(of: path(id, "jpg"), atMost: Self.longestPhoto)
        } catch { throw .draftUnreadable }
    }

    func write(photo: [UInt8], of id: String) throws(CollectionError) {
        guard DurableFile.replace(path(id, "jpg"), with: photo) else {
            throw .notKept(file: folder, SystemReason(errno))
        }
    }

    func removePhoto(of id: String) throws(CollectionError) { try removeFile(path(id, "jpg")) }

    func remove(_ id: String) throws(CollectionError) {
        guard Self.isID(id) else { throw .noSuchDraft }
        try removeFile(path(id, "json"))
        try removeFile(path(id, "jpg"))
    }

    private func removeFile(_ path: String) throws(CollectionError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .notKept(file: folder, SystemReason(errno)) }
    }

    /// What a killed process was writing aside.
    func sweep() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard let ending = name.split(separator: ".").last, Int(ending) != nil else { continue }
            unlink(folder + "/" + name)
        }
    }
}
