import ArgumentParser
import Files
import Foundation
import HealthCard
import Messages

struct KeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a key store from components of two or more custodians.",
        discussion: """
            Without further options each custodian types a component of every key of the profile, which is not shown, \
            and sees its check value; at the end everybody sees the check value of each key, and each custodian \
            chooses a passphrase and types it twice. From then on --threshold of them open the store together; nobody \
            can alone. With --components each custodian brings a file of lines NAME HEX [CHECK] that nobody else can \
            read; with --credential, once for each custodian and in their order, a file with the passphrase.

            --generate draws the components from this machine's random numbers, where no HSM is there to draw them: at \
            that moment this machine, and whoever administers it, could know every key. The custodians carry away the \
            files it writes, from which the store can be created again.

            Transport keys come with the chips from their manufacturer: use `healthcard keys import --chip-batch`, or \
            --chip-batch here with a component of the transport key.
            """)

    @Argument(help: "The file to create; it must not exist yet.")
    var store: String

    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var credentialOptions: CredentialOptions
    @OptionGroup var custodyOptions: CustodyOptions

    @Option(name: .long, help: "The store's name. Default: the file's name.")
    var name: String?

    @Option(
        name: .long,
        help: "How many custodians type components or have them drawn. Default: as many as --custodian names, else two."
    )
    var custodians: Int?

    @Option(name: .long, help: ArgumentHelp("A custodian's file of components; give one for each.", valueName: "file"))
    var components: [String] = []

    @Flag(
        name: .long, help: "Draw the components here, and write each custodian's file to the folder given with --into.")
    var generate = false

    @Option(
        name: .long, help: ArgumentHelp("With --generate: the folder for the custodians' files.", valueName: "folder"))
    var into: String?

    @Option(
        name: .long, help: ArgumentHelp("The chip batch whose transport key is brought as well.", valueName: "label"))
    var chipBatch: String?

    @Option(name: .long, help: ArgumentHelp("The issuer's certificate, as the root issued it.", valueName: "file"))
    var certificate: String?

    /// How many bring components.
    private var count: Int {
        components.isEmpty
            ? custodians ?? (custodyOptions.names.isEmpty ? 2 : custodyOptions.names.count) : components.count
    }

    func validate() throws {
        guard (2...16).contains(count) || components.count == 1 else {
            throw ValidationError(
                Terminal.words(KeyCreateText.custodiansForm))
        }
        guard generate == (into != nil) else {
            throw ValidationError(Terminal.words(KeyCreateText.generateWithInto))
        }
        guard !generate || components.isEmpty && chipBatch == nil else {
            throw ValidationError(
                Terminal.words(KeyCreateText.generateAlone))
        }
        guard components.count != 1 else {
            throw ValidationError(
                Terminal.words(KeyCreateText.twoFiles))
        }
    }

    mutating func run() throws {
        // Custodians are not to type in vain.
        guard !FileManager.default.fileExists(atPath: store) else { throw KeyStoreError.exists(path: store) }
        let folder = store.parentFolder
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Failure(.badInput, KeyCreateText.folderNotWritable(folder: folder))
        }
        try KeyProtection.engageForProduction()
        try custodyOptions.check(orAsMany: count)
        let ceremony = try KeyCeremony(profileOptions)
        let title = name ?? URL(fileURLWithPath: store).lastPathComponent
        var keys = try KeyStore(name: title, created: ceremony.today, profile: ceremony.profile)
        let wanted = ceremony.names + (chipBatch == nil ? [] : [ceremony.transportKey])
        // Nothing is drawn before it can be sealed; who types sees all check values first.
        let files = try credentialOptions.files()
        func custody() throws -> Custody { try custodyOptions.custody(orAsMany: count, store: title, files: files) }
        let early = generate || !components.isEmpty || !files.isEmpty ? try custody() : nil
        let brought: [KeyCeremony.Brought]
        if let into {
            brought = try ceremony.drawn(wanted, custodians: count, into: into)
        } else if components.isEmpty {
            brought = try ceremony.typed(wanted, by: custodyOptions.names(orAsMany: count))
        } else {
            brought = try ceremony.read(components)
        }
        try ceremony.add(brought, to: &keys, chipBatch: chipBatch)
        if let certificate { try ceremony.add(certificate: certificate, named: "issuer", to: &keys) }
        // All of them compare these with what they know while they can still break off.
        for line in KeyStoreReport.lines(keys.header) { Terminal.print(line) }
        let file = try keys.sealed(for: early ?? custody())
        try file.write(to: store, replacing: nil)
        Terminal.note(KeyCreateText.written(store: store))
        let missing = file.header.missing(for: ceremony.profile).joined(separator: ", ")
        if !missing.isEmpty {
            Terminal.note(
                KeyCreateText.stillMissing(missing: missing))
        }
    }
}
