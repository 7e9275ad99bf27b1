import Files
import Glibc

/// One agent for a state folder: two would write over each other's tokens and break the journal's chain. The claim ends with
/// the process, however that ends.
final class StateClaim: Sendable {
    static let addressFile = "address"
    private static let lockFile = "lock"

    private let descriptor: CInt

    /// - Throws: ``AgentError/stateInUse(folder:address:)``, ``AgentError/stateNotKept(file:)``.
    init(folder: String) throws(AgentError) {
        let path = "\(folder)/\(Self.lockFile)"
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .stateNotKept(file: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .stateInUse(folder: folder, address: Self.address(inFolder: folder))
        }
    }

    deinit { close(descriptor) }

    /// Where the agent of a folder listened last; nil where it never did.
    static func address(inFolder folder: String) -> String? {
        guard let bytes = try? InputFile.contentsIfThere(of: "\(folder)/\(addressFile)", atMost: 256) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
