import Files
import Foundation
import Ledger
import Messages
import Releases
import ShangMi

/// Which revocation list of a key was the last one made here: two lists of one number would each leave out what the other
/// takes back, and a list that is not the last must not be gone on from.
///
/// A small file for each key beside the standard ledger (`$XDG_STATE_HOME/healthcard/revocations`). It is a help for whoever
/// has the key, not a guard against them.
struct RevocationMemory {
    struct Last {
        let number: Int64
        let digest: String
    }

    private let path: String

    init(of key: SM2.PublicKey) throws {
        let folder = try Station.standardFolder().parentFolder + "/revocations"
        path = folder + "/" + TrustedAuthority.pinned(key).fingerprint
    }

    /// Nil where nothing is remembered.
    ///
    /// - Throws: for a file that cannot be read or says something else: a list may have been made, and its number is not
    ///   known.
    func last() throws -> Last? {
        guard let bytes = try InputFile.contentsIfThere(of: path, atMost: 200) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, let number = Int64(words[0]), number > 0 else {
            throw Failure(
                .badInput,
                Terminal.words(RevocationMemoryText.unreadable(path: path)),
                hint: Terminal.words(RevocationMemoryText.remedy))
        }
        return Last(number: number, digest: words[1])
    }

    /// - Returns: false where it could not be written.
    func remember(_ list: RevocationList) -> Bool {
        let folder = path.parentFolder
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data("\(list.number) \(list.digest)\n".utf8).write(to: URL(filePath: path), options: .atomic)
            return true
        } catch {
            return false
        }
    }
}
