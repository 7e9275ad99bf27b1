import Messages

extension PassphraseText {
    var english: English {
        switch self {
        case .onlyOne(let count): "one passphrase is wanted here, and \(count) files are given"
        case .ask(let owner): "passphrase of \(owner): "
        case .askNew(let owner, let bytes): "new passphrase of \(owner), \(bytes) bytes or more: "
        case .again: "again: "
        case .differ: "the two differ"
        case .missing: "no passphrase: give --credential or HEALTHCARD_KEYS_CREDENTIAL, or type it at a terminal"
        case .howMany(let threshold, let all):
            "\(threshold) of \(all) custodians open this key store. Whoever is not here types nothing."
        case .askCustodian(let custodian): "passphrase of custodian \(custodian): "
        case .otherNumber(let custodians, let files):
            "\(custodians) custodians want a passphrase each, and \(files) files are given; give one for each, in the order of the custodians"
        case .takenAlready: "another custodian has taken this passphrase"
        }
    }
}

extension CeremonyText {
    var english: English {
        switch self {
        case .noTerminal: "components are typed at a terminal; without one give --components for each custodian"
        case .turn(let number, let all, let name, let digits, let keys):
            "\(number) of \(all), \(name): \(digits) hexadecimal digits for each of \(keys) keys. Nothing is shown; nobody else looks on."
        case .component(let number, let key): "\(key), component \(number): "
        case .brokenOff: "broken off; nothing was written"
        case .notHexadecimal(let digits): "not \(digits) hexadecimal digits; again"
        case .checkValue(let check): "  check value \(check)"
        case .checkValues(let path): "\(path): check values of the components"
        case .folderNotMade(let folder): "\(folder) cannot be made"
        case .giveTo(let number, let path): "\(path): give it to custodian \(number) alone, and keep no copy here"
        case .chipBatchNeeded(let key): "\(key) is a transport key: say of which chips with --chip-batch"
        case .noCertificate(let name, let known): "the profile has no certificate '\(name)'; it has \(known)"
        }
    }
}

extension KeyOptionText {
    var english: English {
        switch self {
        case .withoutKeys: "--chip-batch and --credential go with --keys"
        case .lacks(let keys, let missing): "\(keys) lacks: \(missing)"
        }
    }
}

extension KeyProtectionText {
    var english: English {
        switch self {
        case .note: "note: "
        case .noKeyOpened: "no key is opened here: "
        case .mayBeLookedInto: "other processes of this user may look into this one"
        case .coreFile: "a crash may write a core file"
        case .swapped: "keys may be swapped out to a disk: the limit of locked memory is too low (ulimit -l)"
        case .inDump: "keys would be in a dump of this process"
        }
    }
}

extension KeyAuthorityText {
    var english: English {
        switch self {
        case .onlyThisAuthority: "With these keys cards will be made under releases of this authority alone."
        case .enrolled: "enrolled: "
        case .notAuthenticated: "not authenticated: `healthcard keys check` opens the store"
        }
    }
}

extension KeyStoreText {
    var english: English {
        switch self {
        case .components(let count): "\(count) components"
        case .formal: "formal"
        case .threshold(let count, let names): "\(count) of \(names)"
        case .onePassphrase: "one passphrase: convert it (keys convert)"
        case .keys: "keys, with their check values:"
        case .transportKeys: "transport keys, by chip batch:"
        case .certificates: "certificates:"
        case .notAuthenticated: "not authenticated: `healthcard keys check` opens the store"
        case .unknown(let names): "unknown to the profile: \(names)"
        case .lacks(let store, let names): "\(store) lacks: \(names); add them with `healthcard keys import`"
        case .complete: "complete"
        }
    }
}

extension KeyConvertText {
    var english: English {
        switch self {
        case .notACustodian(let custodian, let names):
            "\(custodian) is not a custodian of this store, which has: \(names)"
        case .notAmongOpeners(let custodian): "\(custodian) has to be among those who open the store"
        case .changed(let custodian): "\(custodian) has a new passphrase"
        }
    }
}

extension KeyCreateText {
    var english: English {
        switch self {
        case .custodiansForm: "--custodians takes 2 to 16: nobody may know a key alone"
        case .generateWithInto: "--generate and --into go together"
        case .generateAlone: "--generate draws what others would bring: it excludes --components and --chip-batch"
        case .twoFiles: "give --components for two custodians or more"
        case .folderNotWritable(let folder): "\(folder) cannot be written to"
        case .written(let store): "\(store) is written"
        case .stillMissing(let missing): "still to be imported: \(missing)"
        }
    }
}

extension KeyImportText {
    var english: English {
        switch self {
        case .custodiansForm: "--custodians takes 2 to 16: nobody may know a key alone"
        case .twoFiles: "give --components for two custodians or more"
        case .keyOrComponents: "--key and --components exclude each other"
        case .nothingMissing: "nothing is missing; nothing was done"
        case .certificate(let name): "certificate \(name)"
        case .willReplace(let list):
            "\(list) will be replaced. Cards made with what is there will not work with what comes."
        }
    }
}
