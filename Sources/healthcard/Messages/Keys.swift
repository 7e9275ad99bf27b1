import HealthCard
import Messages

/// What it says to people.
enum PassphraseText: Message {
    case onlyOne(count: Int)
    case ask(owner: PassphraseOwner)
    case askNew(owner: PassphraseOwner, bytes: Int)
    case again
    case differ
    case missing
    case howMany(threshold: Int, all: Int)
    case askCustodian(custodian: String)
    case otherNumber(custodians: Int, files: Int)
    case takenAlready
}

/// What it says to people.
enum CeremonyText: Message {
    case noTerminal
    case turn(number: Int, all: Int, name: String, digits: Int, keys: Int)
    case component(number: Int, key: String)
    case brokenOff
    case notHexadecimal(digits: Int)
    case checkValue(check: KeyCheckValue)
    case checkValues(path: String)
    case folderNotMade(folder: String)
    case giveTo(number: Int, path: String)
    case chipBatchNeeded(key: String)
    case noCertificate(name: String, known: String)
}

/// What it says to people.
enum KeyOptionText: Message {
    case withoutKeys
    case lacks(keys: String, missing: String)
}

/// What it says to people.
enum KeyProtectionText: Message {
    case note
    case noKeyOpened
    case mayBeLookedInto
    case coreFile
    case swapped
    case inDump
}

/// What it says to people.
enum KeyAuthorityText: Message {
    case onlyThisAuthority
    case enrolled
    case notAuthenticated
}

/// What it says to people.
enum KeyStoreText: Message {
    case components(count: Int)
    case formal
    case threshold(count: Int, names: String)
    case onePassphrase
    case keys
    case transportKeys
    case certificates
    case notAuthenticated
    case unknown(names: String)
    case lacks(store: String, names: String)
    case complete
}

/// What it says to people.
enum KeyConvertText: Message {
    case notACustodian(custodian: String, names: String)
    case notAmongOpeners(custodian: String)
    case changed(custodian: String)
}

/// What it says to people.
enum KeyCreateText: Message {
    case custodiansForm
    case generateWithInto
    case generateAlone
    case twoFiles
    case folderNotWritable(folder: String)
    case written(store: String)
    case stillMissing(missing: String)
}

/// What it says to people.
enum KeyImportText: Message {
    case custodiansForm
    case twoFiles
    case keyOrComponents
    case nothingMissing
    case certificate(name: String)
    case willReplace(list: String)
}
