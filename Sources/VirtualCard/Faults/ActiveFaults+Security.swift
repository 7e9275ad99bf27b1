import CardProfiles
import Foundation

/// Challenges, keys, MACs and rights.
extension ActiveFaults {
    // MARK: Challenges

    /// - Parameters:
    ///   - random: what a right card answers.
    ///   - count: challenges since the chip was made, this one included.
    func challenge(_ random: [UInt8], count: UInt8) -> [UInt8] {
        if has(.challengeConstant) { return random.map { _ in 0x5A } }
        if has(.challengeCounts) { return random.dropLast().map { _ in 0x5A } + [count] }
        if has(.challengeHalf) { return random.enumerated().map { $0.offset < random.count / 2 ? $0.element : 0 } }
        if has(.challengeShort) { return Array(random.prefix(random.count / 2)) }
        return random
    }

    /// The seed of a command that came without a challenge.
    func seedWithoutChallenge(length: Int) -> [UInt8]? {
        has(.challengeNotNeeded) ? [UInt8](repeating: 0, count: length) : nil
    }

    /// Whether a challenge serves again.
    func keepsChallenge(_ protection: Protection) -> Bool {
        has(protection == .plain ? .challengeReusable : .challengeReusableUpdate)
    }

    // MARK: Keys

    func isLocked(triesLeft: UInt8) -> Bool {
        if has(.lockMissing) { return false }
        return triesLeft <= (has(.lockTooEarly) ? 1 : 0)
    }

    /// What a failed authentication leaves of so many tries.
    func tries(after left: UInt8) -> UInt8 {
        let cost: UInt8 = has(.triesNotCounted) ? 0 : has(.triesTwoAtOnce) ? 2 : 1
        return left > cost ? left - cost : 0
    }

    func accepts(cryptogram: [UInt8], expected: [UInt8]) -> Bool {
        if has(.cryptogramUnchecked) { return true }
        return isEqual(cryptogram, expected, halves: .cryptogramHalf)
    }

    private func isEqual(_ a: [UInt8], _ b: [UInt8], halves fault: SystemFault) -> Bool {
        has(fault) ? a.prefix(b.count / 2) == b.prefix(b.count / 2) : a == b
    }

    // MARK: Secure messaging

    /// What the MAC of a command is computed over.
    func messageOfMAC(_ command: ReceivedCommand, macLength: Int) -> [UInt8] {
        let body = Array(command.data.dropLast(macLength))
        if has(.macWithoutHeader) { return body }
        var said = command
        if has(.macLengthExcluded) { said.data = body }
        if has(.macIgnoresParameters) { (said.p1, said.p2) = (0, 0) }
        return said.headerAndLength + body
    }

    /// Where the MAC is taken from; nil: as the profile says.
    var truncation: Truncation? { has(.macRightmost) ? .rightmost : nil }

    func accepts(mac: [UInt8], expected: [UInt8], for command: ReceivedCommand) -> Bool {
        if has(.macUnchecked) { return true }
        switch command.ins {
        case 0xD2, 0x0C: if has(.indexMACUnchecked) { return true }
        case 0x18: if has(.unblockWithoutMAC) { return true }
        default: break
        }
        return isEqual(mac, expected, halves: .macHalf)
    }

    // MARK: Rights

    /// Whether rights that were won open what they should not.
    func opens(_ right: UInt8, of file: CardStore.File, with rights: Set<UInt8>, never: UInt8) -> Bool {
        guard right != never, !rights.isEmpty else { return false }
        return has(.anyKeyOpens) || has(.anyKeyReads) && right == file.read
    }

    /// What a command that used a right leaves of the session.
    func afterUse(_ command: ReceivedCommand, _ session: inout CardSession) {
        guard has(.rightsUsedUp), [0xB0, 0xB2, 0xD2, 0xD6, 0xDC, 0x0C].contains(command.ins) else { return }
        session.rights = []
    }

    /// What the chip still knows after a reset.
    func session(after old: CardSession) -> CardSession {
        var new = CardSession()
        if has(.rightsSurviveReset) {
            new.leftovers = old.leftovers
            new.leftovers[old.directory, default: []].formUnion(old.rights)
        }
        if has(.directoryAfterReset) { new.directory = old.directory }
        if has(.challengeSurvivesReset) { new.challenge = old.challenge }
        return new
    }

    // MARK: Time

    /// Long against the few milliseconds that a command may take, and short enough for a suite of a thousand.
    private static let slowness = 0.15

    /// One directory alone is slow: a suite that reads a whole card would take hours otherwise.
    func wait(_ bytes: [UInt8], in directory: CardStore.Directory) {
        guard !active.isEmpty, bytes.count > 1, directory.parent == 0 else { return }
        let isSlow =
            bytes[1] == 0x82 && has(.slowAuthentication) || [0xB0, 0xB2].contains(bytes[1]) && has(.slowReading)
        if isSlow { Thread.sleep(forTimeInterval: Self.slowness) }
    }
}
