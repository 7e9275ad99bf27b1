import ArgumentParser
import Foundation
import HealthCard
import Messages
import ShangMi

/// Where passphrases come from: never from an argument or an environment value, which every process of the machine may
/// read.
struct CredentialOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            A file whose first line is a passphrase, readable only by its owner. To open a key store, give one for \
            each custodian who opens it, in any order.
            """,
            discussion: """
                Default: the files that HEALTHCARD_KEYS_CREDENTIAL names, separated by colons, else the systemd \
                credentials healthcard-keys-1, healthcard-keys-2 and so on (healthcard-keys where one is needed), else \
                a prompt.
                """, valueName: "file"))
    var credential: [String] = []

    // MARK: Files

    /// The passphrases of files; none where none is named.
    private func stored() throws -> [SecretBytes] {
        let environment = ProcessInfo.processInfo.environment
        let named =
            credential.isEmpty
            ? (environment["HEALTHCARD_KEYS_CREDENTIAL"] ?? "").split(separator: ":").map(String.init) : credential
        if !named.isEmpty { return try named.map { try CredentialFile.read($0) } }
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else { return [] }
        // systemd guards the folder, and lends the files by an access list that looks like rights of the group.
        let numbered = (1...Custody.most).map { "healthcard-keys-\($0)" }
        return try (numbered + ["healthcard-keys"]).map { folder + "/" + $0 }.filter {
            FileManager.default.fileExists(atPath: $0)
        }.map { try CredentialFile.read($0, access: .guarded) }
    }

    private func one() throws -> SecretBytes? {
        let stored = try stored()
        guard stored.count <= 1 else {
            throw Failure(
                .usage,
                PassphraseText.onlyOne(count: stored.count))
        }
        return stored.first
    }

    // MARK: One passphrase

    /// The passphrase of something that one person opens.
    ///
    /// - Parameters:
    ///   - owner: what it opens.
    func passphrase(of owner: PassphraseOwner = .key) throws -> SecretBytes {
        try KeyProtection.engageForPassphrase()
        if let stored = try one() { return stored }
        guard let typed = Terminal.secret(Terminal.words(PassphraseText.ask(owner: owner))) else {
            throw Self.missing()
        }
        return typed
    }

    /// A passphrase for something that one person opens: typed twice, as often as it takes.
    func newPassphrase(of owner: PassphraseOwner = .key) throws -> SecretBytes {
        try KeyProtection.engageForPassphrase()
        if let stored = try one() {
            if let weakness = PassphraseWeakness(of: stored, names: []) {
                throw KeyStoreError.weakPassphrase(weakness, custodian: nil)
            }
            return stored
        }
        return try Self.typedTwice(owner) { passphrase in
            if let weakness = PassphraseWeakness(of: passphrase, names: []) {
                throw KeyStoreError.weakPassphrase(weakness, custodian: nil)
            }
        }
    }

    private static func typedTwice(
        _ owner: PassphraseOwner, check: (SecretBytes) throws -> Void
    ) throws -> SecretBytes {
        let shortest = KeyStore.shortestPassphrase
        while true {
            let first = Terminal.secret(
                Terminal.words(PassphraseText.askNew(owner: owner, bytes: shortest)))
            guard let first else { throw missing() }
            do { try check(first) } catch let error as KeyStoreError {
                Terminal.note(error)
                continue
            } catch let error as Failure {
                Terminal.note(error.text)
                continue
            }
            guard let second = Terminal.secret(Terminal.words(PassphraseText.again)) else { throw missing() }
            if first == second { return first }
            Terminal.note(PassphraseText.differ)
        }
    }

    static func missing() -> Failure {
        Failure(
            .usage,
            PassphraseText.missing)
    }

    // MARK: A key store

    /// Opens a store, with as many of its custodians as it takes; closes the process first.
    ///
    /// - Throws: ``Failure`` of code 8 for a process that is given no keys, ``KeyStoreError``.
    func open(_ file: KeyStoreFile) throws -> KeyStore { try opening(file).open() }

    /// A store that can be opened, and who opened it.
    func opening(_ file: KeyStoreFile) throws -> KeyStoreOpening {
        try KeyProtection.engageForProduction()
        var opening = try KeyStoreOpening(file)
        for passphrase in try stored() where opening.wanted > 0 {
            guard try opening.offer(passphrase) != nil else { throw KeyStoreError.cannotOpen }
        }
        guard opening.wanted > 0 else { return opening }
        guard Terminal.inputIsTerminal else {
            guard !opening.present.isEmpty else { throw Self.missing() }
            throw KeyStoreError.tooFewCustodians(present: opening.present.count, wanted: file.threshold)
        }
        Terminal.note(
            PassphraseText.howMany(threshold: file.threshold, all: file.custodians.count))
        for custodian in opening.absent where opening.wanted > 0 { try ask(custodian, &opening) }
        guard opening.wanted <= 0 else {
            throw KeyStoreError.tooFewCustodians(present: opening.present.count, wanted: file.threshold)
        }
        return opening
    }

    /// Asks a custodian, three times at most.
    private func ask(_ custodian: String, _ opening: inout KeyStoreOpening) throws {
        for left in (0..<3).reversed() {
            let prompt = Terminal.words(PassphraseText.askCustodian(custodian: custodian))
            guard let typed = Terminal.secret(prompt) else { throw Self.missing() }
            if typed.count == 0 { return }
            if try opening.offer(typed, of: custodian) != nil { return }
            let error = KeyStoreError.cannotOpenShare(custodian: custodian)
            guard left > 0 else { throw error }
            Terminal.note(error)
        }
    }

    /// The passphrase of a store of the old format.
    func oldPassphrase() throws -> SecretBytes {
        try KeyProtection.engageForProduction()
        return try passphrase(of: .keyStore)
    }
}

/// A file whose first line is a passphrase.
enum CredentialFile {
    private static let longest = 4096

    static func read(_ path: String, access: PrivateFile.Access = .ownerAlone) throws -> SecretBytes {
        try PrivateFile.read(path, atMost: longest, access: access).withUnsafeBytes { content in
            let end = content.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? content.count
            return SecretBytes(count: end) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: content[..<end])) }
        }
    }
}

/// Who is to open a store.
struct CustodyOptions: ParsableArguments {
    @Option(
        name: .customLong("custodian"),
        help: ArgumentHelp(
            "A custodian's name; give one for each. Each has a passphrase of their own.",
            discussion: "Default: custodian 1, custodian 2 and so on.", valueName: "name"))
    var names: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many custodians open the store together. Default: more than half of them, but at least two.",
            valueName: "number"))
    var threshold: Int?

    /// - Parameter count: how many there are where none is named.
    func names(orAsMany count: Int) -> [String] {
        names.isEmpty ? (1...max(1, count)).map { "custodian \($0)" } : names
    }

    private func threshold(of count: Int) -> Int { threshold ?? max(Custody.fewest, count / 2 + 1) }

    /// What is wrong with them, before anybody types.
    func check(orAsMany count: Int) throws {
        let names = names(orAsMany: count)
        try Custody.check(threshold: threshold(of: names.count), names: names)
    }

    /// Asks each custodian for a passphrase, or takes it from a file of each, in the order of the names.
    func custody(orAsMany count: Int, store: String, files: [SecretBytes]) throws -> Custody {
        let names = names(orAsMany: count)
        guard files.isEmpty || files.count == names.count else {
            throw Failure(
                .usage,
                PassphraseText.otherNumber(custodians: names.count, files: files.count))
        }
        var custodians: [Custody.Custodian] = []
        for (index, name) in names.enumerated() {
            let passphrase =
                try files.isEmpty
                ? CredentialOptions.typed(for: name, store: store, others: custodians.map(\.passphrase)) : files[index]
            custodians.append(.init(name: name, passphrase: passphrase))
        }
        return try Custody(threshold: threshold(of: names.count), custodians, store: store)
    }
}

extension CredentialOptions {
    /// The passphrases of files, for the custodians of a new store.
    func files() throws -> [SecretBytes] { try stored() }

    /// A custodian's new passphrase.
    static func typed(for custodian: String, store: String, others: [SecretBytes]) throws -> SecretBytes {
        try typedTwice(.custodian(custodian)) { passphrase in
            try Custody.check(passphrase, of: custodian, store: store)
            guard !others.contains(passphrase) else {
                throw Failure(
                    .usage,
                    PassphraseText.takenAlready)
            }
        }
    }
}
