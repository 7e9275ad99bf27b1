import Files
import Glibc
import HealthCard
import ShangMi
import Synchronization

/// The SAM's PIN: typed on the agent's page, else of a file, else of the systemd credential `healthcard-sam-pin`. A PIN that
/// a SAM has refused is not given to it again, and none takes the last attempt: an agent that tries by itself would block
/// the SAM.
final class PINKeeper: Sendable {
    static let credentialName = "healthcard-sam-pin"
    private static let longestFile = 4_096

    private struct State {
        var typed: SecretBytes?
        /// SAM serial numbers, each with the PIN it refused.
        var refused: [(serial: [UInt8], pin: SecretBytes)] = []
    }

    private let file: String?
    private let credential: String?
    private let state = Mutex(State())

    init(file: String?, credentialsFolder: String?) {
        self.file = file
        credential = credentialsFolder.flatMap { $0.isEmpty ? nil : $0 + "/" + Self.credentialName }
    }

    /// Keeps a PIN that a SAM has just taken, until the agent ends.
    func keep(_ pin: SecretBytes) { state.withLock { $0.typed = pin } }

    func forget() { state.withLock { $0.typed = nil } }

    var isTyped: Bool { state.withLock { $0.typed != nil } }

    /// The PIN to send, nil where there is none that this SAM has not refused.
    ///
    /// - Throws: ``SAMError/lastTry`` where the SAM has one attempt left; ``KeyStoreError`` for a file that is not its
    ///   owner's alone.
    func pin(for serial: [UInt8], triesLeft: Int?) throws -> SecretBytes? {
        guard let pin = try state.withLock({ $0.typed }) ?? stored() else { return nil }
        guard !state.withLock({ $0.refused.contains { $0.serial == serial && $0.pin == pin } }) else { return nil }
        guard triesLeft != 1 else { throw SAMError.lastTry }
        return pin
    }

    func noteRefusal(_ pin: SecretBytes, by serial: [UInt8]) {
        state.withLock { state in
            state.refused.removeAll { $0.serial == serial && $0.pin == pin }
            if state.refused.count >= 16 { state.refused.removeFirst() }
            state.refused.append((serial, pin))
            if state.typed == pin { state.typed = nil }
        }
    }

    private func stored() throws -> SecretBytes? {
        if let file { return Self.firstLine(try PrivateFile.read(file, atMost: Self.longestFile)) }
        guard let credential, access(credential, F_OK) == 0 else { return nil }
        // systemd guards the folder, and lends the file by an access list that looks like rights of the group.
        return Self.firstLine(try PrivateFile.read(credential, atMost: Self.longestFile, access: .guarded))
    }

    private static func firstLine(_ content: SecretBytes) -> SecretBytes {
        content.withUnsafeBytes { bytes in
            let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
            return SecretBytes(copying: line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 })
        }
    }
}
