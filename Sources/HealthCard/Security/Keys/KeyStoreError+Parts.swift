import Messages

/// What a store has under a name.
public enum KeyStoreEntry: Message, Hashable {
    case key(String)
    case transportKey(chipBatch: String)
    case certificate(String)
}

/// A key of a store that is published.
public struct PublishedEntry: Message, Hashable {
    public let entry: KeyStoreEntry
    /// What it was published as; nil where that is not known.
    public let name: String?

    public init(_ entry: KeyStoreEntry, as name: String?) {
        self.entry = entry
        self.name = name
    }
}

/// What text has in it that is no key store; never what stands there.
public enum KeyStoreFlaw: Message, Hashable {
    case tooLong(limit: Int)
    case json(JSONError)
    case format(expected: String)
    case unknownCipher
    case nameTwice
    /// Not as such a store is spelled: another order, other blanks.
    case spelling
    case shareNumber
    case shareLength
    case custodianTwice
    case threshold(fewest: Int)
    /// A member that is not what it should be: `custodians.scrypt`.
    case member(String, Kind)

    public enum Kind: Message, Hashable {
        case text, name, number, date, object
        case list(most: Int)
        /// How many, where that is fixed.
        case hexadecimal(digits: Int?)
    }
}

/// Why custodians, and how many of them open a store, cannot be as given.
public enum CustodyProblem: Message, Hashable {
    case count(Int, fewest: Int, most: Int)
    case threshold(Int, custodians: Int, fewest: Int)
    case namedTwice
    /// The store is opened by custodians already.
    case hasCustodians
    /// This custodian has opened no share.
    case noShare(custodian: String)
}

/// What is called by a name in a store.
public enum KeyStoreName: Message, Hashable, CaseIterable {
    case store, custodian, chipBatch
}

/// What a store and a profile must have in common.
public enum KeyStoreMark: Message, Hashable, CaseIterable {
    case cipher, keyVersion
}

/// What is wrong with a line of a custodian's file. Names keys, never values.
public enum ComponentLineProblem: Message, Hashable {
    case form
    case keyTwice(String)
    case notHexadecimal(String)
    case length(String, bytes: Int, expected: Int)
    case checkForm(String)
    case check(String, computed: KeyCheckValue, stated: KeyCheckValue)
}

/// What is wrong with a certificate that was made elsewhere.
public enum CertificateFieldProblem: Message, Hashable {
    case length(bytes: Int, expected: Int)
    /// Another value than the layout's, in hexadecimal.
    case constant(String)
    case zeros
    case curve
}
