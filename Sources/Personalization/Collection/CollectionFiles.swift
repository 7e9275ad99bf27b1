import Files
import Foundation
import Glibc

/// One change of a folder: files that get a content and files that go, all of them or none.
///
/// It is written down whole before the first file is touched, and removed after the last: what a killed process had begun is
/// brought to its end when the folder is opened again.
struct CollectionChange: Codable {
    /// By name inside the folder.
    var writes: [String: Data] = [:]
    var removals: [String] = []
}

/// The files of one folder that is collected in. Everything is its owner's alone.
struct CollectionFiles: Sendable {
    let folder: String
    /// Where what is written aside lies, on the same disk: nothing half written is ever in the folder itself.
    let aside: String

    static let applications = Batch.applicationsFile
    static let provenance = "collection.csv"
    static let handover = "handover.json"
    /// Bytes of the longest of them, and of the longest change.
    static let longestFile = 256 << 20

    private var changePath: String { aside + "/change.json" }

    /// - Throws: ``CollectionError/exposed(path:_:)``, ``CollectionError/notKept(file:_:)``.
    func prepare() throws(CollectionError) {
        try Self.makePrivate(folder)
        for path in [aside, folder + "/" + Batch.photosFolder] {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw .notKept(file: path, SystemReason(errno))
            }
            try Self.makePrivate(path)
        }
    }

    /// Takes the rights of everybody else away.
    static func makePrivate(_ path: String) throws(CollectionError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .folderMissing(path: path) }
        guard status.st_mode & 0o077 != 0 else { return }
        guard chmod(path, status.st_mode & 0o700) == 0 else { throw .exposed(path: path, SystemReason(errno)) }
    }

    /// What is in a file; nil where it is not there.
    func read(_ name: String, atMost limit: Int = longestFile) throws(CollectionError) -> [UInt8]? {
        do throws(InputFileError) {
            return try InputFile.contentsIfThere(of: folder + "/" + name, atMost: limit)
        } catch {
            throw .unreadable(file: Self.shown(name), error.problem)
        }
    }

    /// Makes a change: when this returns it is on the disk, and when it throws nothing of it is, or all of it will be.
    func make(_ change: CollectionChange) throws(CollectionError) {
        guard let json = try? JSONEncoder().encode(change) else { throw .notKept(file: changePath, SystemReason(EIO)) }
        guard DurableFile.replace(changePath, with: Array(json)) else {
            throw .notKept(file: changePath, SystemReason(errno))
        }
        try carryOut(change)
    }

    /// Brings a change to its end that a killed process had begun.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func goOn() throws(CollectionError) -> Bool {
        let json: [UInt8]?
        do throws(InputFileError) {
            json = try InputFile.contentsIfThere(of: changePath, atMost: Self.longestFile * 2)
        } catch {
            throw .unreadable(file: changePath, error.problem)
        }
        guard let json else { return false }
        guard let change = try? JSONDecoder().decode(CollectionChange.self, from: Data(json)),
            (change.writes.keys + change.removals).allSatisfy(Self.isOwn)
        else { throw .unreadable(file: changePath, .system(EBADMSG)) }
        try carryOut(change)
        return true
    }

    private func carryOut(_ change: CollectionChange) throws(CollectionError) {
        for (name, content) in change.writes.sorted(by: { $0.key < $1.key }) {
            guard DurableFile.replace(folder + "/" + name, with: Array(content), aside: aside) else {
                throw .notKept(file: Self.shown(name), SystemReason(errno))
            }
        }
        for name in change.removals {
            guard unlink(folder + "/" + name) == 0 || errno == ENOENT else {
                throw .notKept(file: Self.shown(name), SystemReason(errno))
            }
        }
        unlink(changePath)
    }

    /// A photo is named after a person.
    private static func shown(_ name: String) -> String {
        name.hasPrefix(Batch.photosFolder + "/") ? Batch.photosFolder : name
    }

    /// Whether a change may name it: nothing outside the folder.
    private static func isOwn(_ name: String) -> Bool {
        if [applications, provenance, handover].contains(name) { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == Batch.photosFolder && parts[1].hasSuffix(".jpg")
            && parts[1].utf8.first != 0x2E
    }
}
