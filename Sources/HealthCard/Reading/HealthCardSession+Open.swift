import CardProfiles
import ISO7816

extension HealthCardSession {
    /// Reads as much as this card gives: everything when it proves its key, else what anybody may read, with the
    /// reason for the rest. Proving costs no try, so a card of other keys loses nothing.
    ///
    /// - Throws: ``HealthCardError`` as ``read(_:)`` does, but for `notGenuine` where the card has no key of this version
    ///   or answers as one with other keys.
    public func readWhatIsOpen(_ scope: ReadScope = .everything) throws(HealthCardError) -> CardReading {
        do {
            return try read(scope)
        } catch {
            guard error.code == .notGenuine else { throw error }
            let identity = try identify()
            let closed = profile.files.filter { files[$0.path] == nil && $0.read != .always && wants($0, scope) }
            let unreadable =
                try readFiles(scope) { $0.read == .always }
                + closed.map { UnreadableFile($0, .needsKey, .needsKey(error.finding)) }
            let document = CardDocument(profile: profile, files: files, unreadable: unreadable, scope: scope)
            return CardReading(
                identity: identity, isTestCard: false, files: files, document: document, commands: commands)
        }
    }
}
