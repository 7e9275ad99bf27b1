import ArgumentParser
import HealthCard
import Messages

struct KeysImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Add keys, transport keys and certificates to a key store, or replace them.",
        discussion: """
            Components are typed, or brought with --components in a file of each custodian. Without --key, \
            --chip-batch and --certificate, the command prompts for the keys that the store lacks. A key that is \
            already there is replaced only after confirmation: cards personalized with it do not work with another.
            """)

    @Argument(help: "The key store's file.")
    var store: String

    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var credentialOptions: CredentialOptions

    @Option(name: .long, help: ArgumentHelp("A key to type; may be repeated.", valueName: "name"))
    var key: [String] = []

    @Option(name: .long, help: "How many custodians type.")
    var custodians = 2

    @Option(name: .long, help: ArgumentHelp("A custodian's file of components; give one for each.", valueName: "file"))
    var components: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The chip batch whose transport key is brought: the label that the chip manufacturer gave it, or its 8 \
            hexadecimal digits in the chip's production data.
            """, valueName: "label"))
    var chipBatch: String?

    @Option(name: .long, help: ArgumentHelp("A certificate, as the root issued it.", valueName: "file"))
    var certificate: String?

    @Option(name: .long, help: ArgumentHelp("With --certificate: the certificate's name.", valueName: "name"))
    var certificateName = "issuer"

    @Flag(name: .long, help: "Replace existing keys and certificates without asking.")
    var yes = false

    func validate() throws {
        guard (2...16).contains(custodians) else {
            throw ValidationError(
                Terminal.words(KeyImportText.custodiansForm))
        }
        guard components.count != 1 else {
            throw ValidationError(
                Terminal.words(KeyImportText.twoFiles))
        }
        guard components.isEmpty || key.isEmpty else {
            throw ValidationError(
                Terminal.words(KeyImportText.keyOrComponents))
        }
    }

    mutating func run() throws {
        let old = try KeyStoreFile(path: store)
        let ceremony = try KeyCeremony(profileOptions)
        try old.header.check(against: ceremony.profile)
        var keys = try credentialOptions.open(old)

        let brought: [KeyCeremony.Brought]
        if !components.isEmpty {
            brought = try ceremony.read(components)
        } else {
            let wanted = wanted(old.header, ceremony)
            brought = wanted.isEmpty ? [] : try ceremony.typed(wanted, by: (1...custodians).map { "custodian \($0)" })
        }
        let replaces = try mayReplace(brought.map(\.key), old.header, ceremony)
        try ceremony.add(brought, to: &keys, chipBatch: chipBatch, replacing: replaces)
        if let certificate {
            try ceremony.add(certificate: certificate, named: certificateName, to: &keys, replacing: replaces)
        }
        guard keys.header != old.header || !brought.isEmpty else {
            return Terminal.note(KeyImportText.nothingMissing)
        }
        let file = try keys.resealed()
        try file.write(to: store, replacing: old)
        for line in KeyStoreReport.lines(file.header, file) { Terminal.print(line) }
    }

    /// What is typed.
    private func wanted(_ header: KeyStoreFile.Header, _ ceremony: KeyCeremony) -> [String] {
        var wanted = key
        if chipBatch != nil { wanted.append(ceremony.transportKey) }
        guard wanted.isEmpty, certificate == nil else { return wanted }
        let missing = Set(header.missing(for: ceremony.profile))
        return ceremony.names.filter(missing.contains)
    }

    /// Asks before anything that is there is lost.
    private func mayReplace(
        _ names: [String], _ header: KeyStoreFile.Header, _ ceremony: KeyCeremony
    ) throws -> Bool {
        var lost = header.keys.map(\.name).filter(names.contains)
        if let chipBatch, names.contains(ceremony.transportKey),
            header.transportKeys.contains(where: { $0.name == chipBatch })
        {
            lost.append("\(ceremony.transportKey) (\(chipBatch))")
        }
        if certificate != nil, header.certificates.contains(where: { $0.name == certificateName }) {
            lost.append(Terminal.words(KeyImportText.certificate(name: certificateName)))
        }
        guard !lost.isEmpty, !yes else { return true }
        let list = lost.joined(separator: ", ")
        try Terminal.confirm(
            Terminal.words(KeyImportText.willReplace(list: list)))
        return true
    }
}
