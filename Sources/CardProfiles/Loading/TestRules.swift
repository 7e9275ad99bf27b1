import ISO7816

/// What tells a test card from a formal one: part of the program, whatever a profile or an overlay says
/// (`Docs/protocol.md §9`). An overlay is signed by nobody; where it could say which region is the test region, or which
/// keys are the published ones, cards of real people would be made without a release.
extension CardProfile {
    private static let builtInTest = Result { try builtInTestEdition() }

    /// The region of an identity number that test cards alone may have, as it is built in.
    ///
    /// - Throws: ``ProfileError`` when the program's own profile does not load.
    package static func builtInTestRegion() throws -> String { try builtInTest.get().modes.testRegion }

    /// The rules this profile has otherwise than the program, by their names in the profile; empty for what may make test
    /// cards.
    ///
    /// Looked at: the test region, which item is the identity number and where it lies and comes from, the two key
    /// versions, what is printed on a test card's face, and in a test-key edition what the published keys are.
    ///
    /// - Throws: ``ProfileError`` when the program's own profile does not load.
    package func changedTestRules() throws -> [String] {
        let own = try Self.builtInTest.get()
        var changed: [String] = []
        func compare(_ name: String, _ isSame: Bool) { if !isSame { changed.append(name) } }
        compare("modes.testRegion", modes.testRegion.utf8.elementsEqual(own.modes.testRegion.utf8))
        compare("modes.testFaceText", modes.testFaceText == own.modes.testFaceText)
        compare("cryptography.keyVersions.formal", cryptography.formalKeyVersion == own.cryptography.formalKeyVersion)
        compare("cryptography.keyVersions.test", cryptography.testKeyVersion == own.cryptography.testKeyVersion)
        let number = application.idNumber
        compare("application.idNumber", number == own.application.idNumber)
        compare(number.description, place(of: number) == own.place(of: own.application.idNumber))
        if let testKeys, let published = own.testKeys {
            compare("testKeys.prefix", testKeys.prefix.utf8.elementsEqual(published.prefix.utf8))
            // A key that is not among the published ones would be one of somebody's own.
            compare("testKeys.keys", Set(keys.map(\.name)).isSubset(of: testKeys.keys))
        }
        return changed
    }

    private struct Place: Equatable {
        let item: Item?
        let path: String?
        let identifiers: [FileIdentifier]
        let sfi: ShortFileIdentifier?
        let structure: FileStructure?
    }

    /// An item with where a reader finds it on the card.
    private func place(of reference: ItemReference) -> Place {
        let file = file(of: reference)
        return Place(
            item: item(reference), path: file?.path,
            identifiers: (file.map { path(to: $0.directory).map(\.fileIdentifier) } ?? [])
                + (file.map { [$0.fileIdentifier] } ?? []),
            sfi: file?.sfi, structure: file?.structure)
    }
}
