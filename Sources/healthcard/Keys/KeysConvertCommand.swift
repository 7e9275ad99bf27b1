import ArgumentParser
import HealthCard
import Messages
import ShangMi

/// New custodians for the keys of a store.
struct KeysConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Give the keys of a store to other custodians, also those of an old store that one passphrase opens.",
        discussion: """
            A store of the old format, which one passphrase opens, can no longer be used to personalize cards: this \
            command seals its keys anew for custodians, --threshold of whom open them from then on. The custodians of \
            a store are exchanged in the same way: as many of the old ones as are needed open it, and the new ones \
            choose passphrases. Keys, check values, certificates and the authority stay the same. Destroy the backups \
            of the old store: whoever could open it can still open them.
            """)

    @Argument(help: "The key store's file; it is replaced.")
    var store: String

    @OptionGroup var credentialOptions: CredentialOptions
    @OptionGroup var custodyOptions: CustodyOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file whose first line is a new custodian's passphrase; one for each, in their order.", valueName: "file")
    )
    var newCredential: [String] = []

    mutating func run() throws {
        let old = try KeyStoreFile(path: store)
        try custodyOptions.check(orAsMany: Custody.fewest)
        try KeyProtection.engageForProduction()
        let keys =
            try old.isOpenedByOne
            ? KeyStore(converting: old, passphrase: credentialOptions.oldPassphrase()) : credentialOptions.open(old)
        let custody = try custodyOptions.custody(
            orAsMany: Custody.fewest, store: old.header.name, files: newCredential.map { try CredentialFile.read($0) })
        let file = try keys.sealed(for: custody)
        try file.write(to: store, replacing: old)
        for line in KeyStoreReport.lines(file.header, file) { Terminal.print(line) }
    }
}

/// Another passphrase for one custodian.
struct KeysPassphraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase", abstract: "Change the passphrase of one custodian of a key store.",
        discussion: """
            The custodian and as many others as are needed open the store; then the custodian chooses a new \
            passphrase. The old one still opens backups.
            """)

    @Argument(help: "The key store's file; it is replaced.")
    var store: String

    @Option(name: .long, help: "The custodian whose passphrase is changed.")
    var custodian: String

    @OptionGroup var credentialOptions: CredentialOptions

    @Option(name: .long, help: ArgumentHelp("A file whose first line is the new passphrase.", valueName: "file"))
    var newCredential: String?

    mutating func run() throws {
        let old = try KeyStoreFile(path: store)
        guard old.custodians.contains(custodian) else {
            let names = old.custodians.joined(separator: ", ")
            throw Failure(
                .usage,
                KeyConvertText.notACustodian(custodian: custodian, names: names))
        }
        let opening = try credentialOptions.opening(old)
        guard opening.present.contains(custodian) else {
            throw Failure(
                .usage,
                KeyConvertText.notAmongOpeners(custodian: custodian))
        }
        let passphrase =
            try newCredential.map { try CredentialFile.read($0) }
            ?? CredentialOptions.typed(for: custodian, store: old.header.name, others: [])
        let file = try opening.open().resealed(passphrase: passphrase, of: custodian, opening: opening)
        try file.write(to: store, replacing: old)
        Terminal.note(KeyConvertText.changed(custodian: custodian))
    }
}
