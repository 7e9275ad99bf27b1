import Messages

extension KeyStoreError {
    public var english: English {
        switch self {
        case .file(let path, let problem): .init("\(path): \(problem)", hintOf: problem)
        case .exposed(let path):
            .init(
                "\(path) may be read or changed by others than its owner: whoever did so may have it",
                hint: "run chmod 600 on it, and consider whether it must be replaced")
        case .exists(let path):
            .init("\(path) is there already", hint: "add to it with keys import, or name another file")
        case .changedMeanwhile(let path):
            .init("\(path) was changed by somebody else since it was read; nothing was written", hint: "do it again")
        case .notAKeyStore(let flaw):
            .init("this is not a key store as it was written: \(flaw)", hint: "take the file from its backup")
        case .notFormal: "this is not a store of production keys; test keys are published and kept in no store"
        case .cost(let error): "the parameters of the key store: \(error)"
        case .cannotOpen:
            .init(
                "the passphrase is another one, or the key store was changed",
                hint: "try the passphrase again, else take the file from its backup")
        case .openedByOne:
            .init(
                """
                this key store is opened by one passphrase, so by one person: such a store no longer personalizes cards
                """, hint: "run `healthcard keys convert` on it, with its custodians present")
        case .tooFewCustodians(let present, let wanted):
            .init(
                """
                the key store is opened by \(wanted) of its custodians together, and \(present, "passphrase") of them \
                \(present == 1 ? "is" : "are") there
                """, hint: "have the others come, or give a --credential for each")
        case .cannotOpenShare(let custodian):
            .init(
                "the passphrase of \(custodian) is another one, or the key store was changed",
                hint: "try the passphrase again, else take the file from its backup")
        case .custody(let problem): problem.english
        case .weakPassphrase(let weakness, let custodian):
            .init(
                "the passphrase\(custodian.map { " of \($0)" } ?? "") \(weakness)",
                hint: "take several words that do not belong together")
        case .equalPassphrases(let one, let other):
            .init("\(one) and \(other) have the same passphrase", hint: "each takes one that nobody else knows")
        case .weakComponent(let key, let component, let weakness):
            .init(
                "component \(component) of \(key) was not drawn at random: \(weakness)",
                hint: "have it drawn at random")
        case .weakKey(let key, let weakness):
            .init(
                "\(key) would be a key that was not drawn at random: \(weakness)",
                hint: "have its components drawn again")
        case .tooFewComponents(let key, let count):
            .init("\(key) has \(count, "component")", hint: "give two or more, each by its own custodian")
        case .wrongLength(let key, let component, let bytes, let expected):
            .init(
                "component \(component) of \(key) has \(bytes, "byte"), not \(expected)",
                hint: "give \(expected * 2) hexadecimal digits")
        case .zeroComponent(let key, let component):
            .init("component \(component) of \(key) is all zeros and adds nothing", hint: "have it drawn again")
        case .equalComponents(let key, let one, let other):
            .init(
                "components \(one) and \(other) of \(key) are equal and cancel each other out",
                hint: "have one drawn again")
        case .zeroKey(let key):
            .init("the components of \(key) cancel each other out", hint: "have them drawn again")
        case .sameAs(let key, let other):
            .init("\(key) would be equal to \(other)", hint: "have its components drawn again")
        case .published(let key, let name):
            .init(
                "\(key) would be the published test key \(name), which everybody knows",
                hint: "have its components drawn again")
        case .publishedKeys(let keys):
            .init(
                "the store holds published test keys, which everybody knows: \(list: keys)",
                hint: "have them drawn anew by the custodians")
        case .unknownKey(let key):
            .init(
                "the profile takes no key \(key)", hint: "transport keys are given with the label of their chip batch")
        case .alreadyHeld(let entry): .init("the store holds \(entry) already", hint: "say that it is to be replaced")
        case .name(let name):
            "\(name) must have 1 to \(KeyStoreFile.longestName) bytes without control characters"
        case .componentLine(let path, let line, let problem):
            .init("\(path), line \(line): \(problem)", hintOf: problem)
        case .componentMissing(let path, let key):
            .init("\(path) has no component of \(key), which another custodian's file has", hint: "complete it")
        case .certificate(let name, let field, let problem):
            .init(
                "certificate \(name)\(field.map { ", \($0)" } ?? ""): \(problem)",
                hint: "import the certificate that belongs to these cards")
        case .authorityTooLong(let limit):
            .init("an authority's enrolment has 1 to \(limit) bytes", hint: "give the enrolment's file")
        case .testProfile(let name):
            .init(
                "\(name) is a profile of test keys: production keys never go onto its cards",
                hint: "use the production profile")
        case .otherProfile(let mark, let store, let profile):
            .init(
                "the store was made for \(mark) \(store), the profile has \(profile)",
                hint: "use the profile the store belongs to")
        case .chipBatchNeeded(let known):
            .init("the store holds transport keys of several chip batches", hint: "choose one of \(list: known)")
        case .unknownChipBatch(let label, let known):
            .init(
                """
                the store holds no transport key of chip batch \(label)\
                \(known.isEmpty ? "" : ", only of \(list: known)")
                """, hint: "import it first")
        case .module(let error): error.english
        }
    }
}

extension KeyStoreEntry {
    public var english: English {
        switch self {
        case .key(let name): "\(name)"
        case .transportKey(let chipBatch): "the transport key of chip batch \(chipBatch)"
        case .certificate(let name): "the certificate \(name)"
        }
    }
}

extension PublishedEntry {
    public var english: English {
        entry == name.map { .key($0) } ? "\(entry)" : "\(entry)\(name.map { " (\($0))" } ?? "")"
    }
}

extension KeyStoreFlaw {
    public var english: English {
        switch self {
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .json(let error): error.english
        case .format(let expected): "format is not \"\(expected)\""
        case .unknownCipher: "cipher is not a known cipher"
        case .nameTwice: "a name appears twice"
        case .spelling: "it is not spelled as it is written"
        case .shareNumber: "custodians.share does not count from 1"
        case .shareLength: "custodians.chacha20-poly1305.sealed is not a share"
        case .custodianTwice: "a custodian appears twice"
        case .threshold(let fewest): "threshold is not from \(fewest) to the number of custodians"
        case .member(let name, let kind): "\(name) is not \(kind)"
        }
    }
}

extension KeyStoreFlaw.Kind {
    public var english: English {
        switch self {
        case .text: "a text"
        case .name: "a name"
        case .number: "a number"
        case .date: "a date"
        case .object: "an object"
        case .list(let most): "a list of at most \(most)"
        case .hexadecimal(let digits): "\(digits.map { "\($0) " } ?? "")hexadecimal digits"
        }
    }
}

extension CustodyProblem {
    public var english: English {
        switch self {
        case .count(let count, let fewest, let most):
            .init("a store has \(fewest) to \(most) custodians, not \(count)", hint: "name each of them")
        case .threshold(let threshold, let custodians, let fewest):
            .init(
                "\(threshold) of \(custodians) custodians cannot open a store", hint: "take \(fewest) to \(custodians)")
        case .namedTwice: .init("a custodian is named twice", hint: "name each once")
        case .hasCustodians: "the store has custodians already: it is opened by their passphrases"
        case .noShare(let custodian): "\(custodian) has opened no share of this store"
        }
    }
}

extension KeyStoreName {
    public var english: English {
        switch self {
        case .store: "the name of a store"
        case .custodian: "the name of a custodian"
        case .chipBatch: "the label of a chip batch"
        }
    }
}

extension KeyStoreMark {
    public var english: English {
        switch self {
        case .cipher: "the cipher"
        case .keyVersion: "the key version"
        }
    }
}

extension ComponentLineProblem {
    public var english: English {
        switch self {
        case .form: .init("is not NAME HEX [CHECK]", hint: "correct it")
        case .keyTwice(let key): .init("\(key) stands here a second time", hint: "keep one")
        case .notHexadecimal(let key):
            .init("the component of \(key) is not an even number of hexadecimal digits", hint: "correct it")
        case .length(let key, let bytes, let expected):
            .init("the component of \(key) has \(bytes, "byte"), not \(expected)", hint: "correct it")
        case .checkForm(let key):
            .init("the check value of \(key) is not six hexadecimal digits", hint: "correct it")
        case .check(let key, let computed, let stated):
            .init("the check value of \(key) is \(computed), not \(stated)", hint: "a digit is wrong")
        }
    }
}

extension CertificateFieldProblem {
    public var english: English {
        switch self {
        case .length(let bytes, let expected): "it has \(bytes, "byte"), not \(expected)"
        case .constant(let value): "it is not \(value)"
        case .zeros: "it is not zeros"
        case .curve: "it is not a point of the curve"
        }
    }
}

extension ComponentWeakness {
    public var english: English {
        switch self {
        case .repeats: "its digits repeat"
        case .counts: "its digits count up or down"
        case .fewDigits: "it is made of few different digits"
        case .mirrored: "one half of it follows from the other"
        case .text: "it spells a text"
        case .published(let name): "it is the published key \(name), which everybody knows"
        case .otherKey(let entry): "it is equal to \(entry)"
        }
    }
}

extension PassphraseWeakness {
    public var english: English {
        switch self {
        case .tooShort: "has fewer than \(KeyStore.shortestPassphrase) bytes"
        case .fewCharacters: "has fewer than \(Self.fewestCharacters) different characters"
        case .guessable: "is little more than repetitions, sequences, names and words that are guessed first"
        }
    }
}
