import CardProfiles
import HealthCard

/// The terminal's SAM, looked for when it is needed first: what needs no key works without one.
final class TerminalModule: SigningModule {
    private unowned let terminal: CardTerminal

    init(_ terminal: CardTerminal) { self.terminal = terminal }

    /// The session asks after the first cryptogram; without a SAM nothing comes of the answer.
    var keyVersion: UInt8 { (try? terminal.sam())?.keyVersion ?? terminal.profile.keyVersion }

    private func sam() throws(SecurityModuleError) -> SAMCard {
        do { return try terminal.sam() } catch { throw .noSAM }
    }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try sam().cryptogram(key: key, card: card, seed: seed, original: original)
    }

    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try sam().protect(
            header: header, data: data, protection: protection, key: key, card: card, seed: seed)
    }

    func signingCertificate() throws(SecurityModuleError) -> [UInt8] { try sam().signingCertificate() }

    func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] { try sam().sign(data) }
}
