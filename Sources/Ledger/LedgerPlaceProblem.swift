import Files
import Glibc
import Messages

/// Why nothing that lies somewhere can be used as a ledger.
public enum LedgerPlaceProblem: Message, Hashable {
    /// A folder, a device or a pipe.
    case notAFile
    /// The folder it is to lie in is not there.
    case noFolder
    /// This user may not read or write the file.
    case notPermitted
    /// This user may not write into the folder, where files beside the ledger are made.
    case folderNotPermitted
    case readOnlyMedium
    case tooManyFiles
    case notADatabase
    /// A file, or a database, that is not a ledger's.
    case notALedger
    /// Another reason; the database's own code for it.
    case notOpened(code: Int)
    /// The same of the system, an `errno`.
    case notMade(code: Int32)

    /// Finds out why a file cannot be opened as a database.
    ///
    /// - Parameter code: the database's own, for what cannot be found out.
    init(at path: String, code: Int) {
        let folder = path.parentFolder
        var status = stat()
        var medium = statvfs()
        if stat(folder, &status) != 0 {
            self = errno == EACCES ? .folderNotPermitted : .noFolder
        } else if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            self = .notAFile
        } else if statvfs(folder, &medium) == 0, medium.f_flag & UInt(ST_RDONLY) != 0 {
            self = .readOnlyMedium
        } else if access(path, R_OK | W_OK) != 0, errno == EACCES || errno == EPERM {
            self = .notPermitted
        } else if access(folder, W_OK | X_OK) != 0 {
            self = .folderNotPermitted
        } else {
            self = .notOpened(code: code)
        }
    }
}
