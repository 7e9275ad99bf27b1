import Files
import Foundation

/// The folder that a batch's lists go to. It holds the lists of one batch: those of another one are left alone, and so is
/// everything that is no list.
struct ListFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    private static let summary = "summary.json"
    private static let longestSummary = 1 << 24

    /// What a summary says first, and all that is asked of it.
    private struct Owner: Codable {
        let batch: String
    }

    /// Makes the folder and finds out whether the batch's lists can be written to it; its lists stay.
    ///
    /// - Throws: `.otherBatch`; `.file` when nothing can be written there.
    func check(batch: String) throws(BatchListsError) {
        try make()
        _ = try lists(of: batch)
        let probe = path + "/.healthcard-\(UUID().uuidString)"
        let file = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .file(path, .file(.notWritten(SystemReason(errno)))) }
        close(file)
        unlink(probe)
    }

    /// Takes the lists of an earlier time away, so that none of its packing lists lies among those to come, and leaves
    /// word whose lists they are.
    func begin(batch: String) throws(BatchListsError) {
        try make()
        do {
            for name in try lists(of: batch) { try FileManager.default.removeItem(atPath: path + "/" + name) }
        } catch let error as BatchListsError {
            throw error
        } catch {
            throw .file(path, .system(error.localizedDescription))
        }
        guard let owner = try? JSONEncoder().encode(Owner(batch: batch)) else {
            throw .file(path, .noJSON)
        }
        try write(summary: owner)
    }

    func write(summary: Data) throws(BatchListsError) {
        let file = path + "/" + Self.summary
        guard
            FileManager.default.createFile(atPath: file, contents: summary, attributes: [.posixPermissions: 0o600])
        else { throw .file(file, .file(.notWritten(SystemReason(errno)))) }
    }

    private func make() throws(BatchListsError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(path, .system(error.localizedDescription))
        }
    }

    /// The names of this batch's lists of an earlier time.
    private func lists(of batch: String) throws(BatchListsError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter(Self.isList).sorted()
        } catch {
            throw .file(path, .system(error.localizedDescription))
        }
        guard !names.isEmpty else { return [] }
        for name in names {
            var status = stat()
            guard lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw .file(path + "/" + name, .notAFile)
            }
        }
        guard names.contains(Self.summary) else { throw .otherBatch(folder: path, batch: nil) }
        let owner = owner
        guard owner == batch else { throw .otherBatch(folder: path, batch: owner) }
        return names
    }

    /// Whose lists these are, as their summary says.
    private var owner: String? {
        guard let bytes = try? InputFile.contents(of: path + "/" + Self.summary, atMost: Self.longestSummary) else {
            return nil
        }
        return (try? JSONDecoder().decode(Owner.self, from: Data(bytes)))?.batch
    }

    /// `summary.json`, and `rejects`, `scrap` and `packing-` with a number, each in a format that lists have.
    private static func isList(_ name: String) -> Bool {
        if name == summary { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, ListFormat(rawValue: String(parts[1])) != nil else { return false }
        if parts[0] == "rejects" || parts[0] == "scrap" { return true }
        let number = parts[0].dropFirst("packing-".count)
        return parts[0].hasPrefix("packing-") && number.count >= 4 && number.allSatisfy { $0.isASCII && $0.isNumber }
    }
}

extension BatchLists {
    /// Finds out before the first card whether a batch's lists can be written to a folder, which is made.
    ///
    /// - Throws: ``BatchListsError``.
    public static func check(folder: String, batch: String) throws(BatchListsError) {
        try ListFolder(folder).check(batch: batch)
    }
}
