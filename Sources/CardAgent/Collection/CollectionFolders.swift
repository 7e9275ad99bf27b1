import Files
import Foundation
import Glibc
import Personalization
import Synchronization

/// The folders of batches that are collected for: every folder beside the drafts that has a `batch.json`.
final class CollectionFolders: Sendable {
    /// One of them, and why it cannot be used where that is so.
    struct Entry: Sendable {
        let name: String
        let folder: Result<ApplicationFolder, CollectionError>
    }

    static let manifest = "batch.json"
    static let draftsName = "drafts"
    private static let workName = ".work"

    let root: String
    private let overlays: [String]
    private let opened = Mutex<[String: (mark: Mark, folder: ApplicationFolder)]>([:])

    /// A `batch.json` that was changed is read again.
    private struct Mark: Equatable {
        let inode: ino_t
        let size: off_t
        let seconds: time_t
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (inode, size) = (status.st_ino, status.st_size)
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    init(root: String, overlays: [String]) {
        self.root = root
        self.overlays = overlays.filter { $0 != Batch.testKeysOverlay }
    }

    /// - Throws: ``CollectionError``.
    func prepare() throws(CollectionError) {
        var status = stat()
        guard stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .folderMissing(path: root) }
        guard access(root, R_OK | W_OK | X_OK) == 0 else { throw .notKept(file: root, SystemReason(errno)) }
        if status.st_mode & 0o077 != 0, chmod(root, 0o700) != 0 { throw .exposed(path: root, SystemReason(errno)) }
        let work = root + "/" + Self.workName
        guard mkdir(work, 0o700) == 0 || errno == EEXIST else { throw .notKept(file: work, SystemReason(errno)) }
    }

    /// All of them as they are now, by name.
    func entries() throws(CollectionError) -> [Entry] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: root) } catch {
            throw .unreadable(file: root, .system(EIO))
        }
        var entries: [Entry] = []
        if names.contains(Self.manifest) { entries.append(Entry(name: ".", folder: .failure(.batchInRoot))) }
        for name in names.sorted() where name != Self.draftsName && name.utf8.first != 0x2E {
            guard Mark(root + "/" + name + "/" + Self.manifest) != nil else { continue }
            guard Self.isName(name) else {
                entries.append(Entry(name: name, folder: .failure(.folderName(name))))
                continue
            }
            do throws(CollectionError) {
                entries.append(Entry(name: name, folder: .success(try folder(name))))
            } catch {
                entries.append(Entry(name: name, folder: .failure(error)))
            }
        }
        return entries
    }

    /// - Throws: ``CollectionError/noSuchBatch``, or why the folder cannot be used.
    func folder(_ name: String) throws(CollectionError) -> ApplicationFolder {
        guard Self.isName(name), name != Self.draftsName else { throw .noSuchBatch }
        guard let mark = Mark(root + "/" + name + "/" + Self.manifest) else {
            opened.withLock { $0[name] = nil }
            throw .noSuchBatch
        }
        let result = opened.withLock { opened -> Result<ApplicationFolder, CollectionError> in
            if let known = opened[name], known.mark == mark { return .success(known.folder) }
            do throws(CollectionError) {
                let folder = try ApplicationFolder(
                    path: root + "/" + name, aside: root + "/" + Self.workName + "/" + name, overlays: overlays)
                opened[name] = (mark, folder)
                return .success(folder)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// What may stand in an address, and leads nowhere else.
    static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), name.utf8.first != 0x2E else { return false }
        return name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
                || byte == 0x2E
        }
    }
}
