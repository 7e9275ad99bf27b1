import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import ShangMi

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The key store for production cards: create, import, check, list, convert.",
        discussion: """
            A key is brought in components: each of two or more custodians holds 32 hexadecimal digits of it, the key \
            is their exclusive or, and nobody knows it alone. Check values (six digits) show whether what was typed is \
            correct; no command shows a component or a key. The store is one file. Each custodian has a passphrase; \
            --threshold of them open the store together, and nobody can alone. If too many passphrases are lost, the \
            keys must be brought again.

            Passphrases are typed at a prompt, or come from --credential FILE, one for each custodian, from \
            HEALTHCARD_KEYS_CREDENTIAL (names of files, separated by colons), or from the systemd credentials \
            healthcard-keys-1 and so on. Only the installed program opens keys (Scripts/install). Docs/keys.md \
            describes the ceremony, the file, the installation and what it protects against.
            """,
        subcommands: [
            KeysCreateCommand.self, KeysImportCommand.self, KeysCheckCommand.self, KeysListCommand.self,
            KeysConvertCommand.self, KeysPassphraseCommand.self, KeysAuthorityCommand.self,
        ])
}

/// What a store says of itself, for people and for programs.
enum KeyStoreReport {
    /// - Parameter file: who opens it; nil before it is sealed.
    static func lines(_ header: KeyStoreFile.Header, _ file: KeyStoreFile? = nil) -> [String] {
        func line(_ label: KeyStoreLabel, _ value: String) -> String { Terminal.labelled(label, value) }
        func list(_ entries: [KeyStoreFile.Entry]) -> [String] {
            let width = max(10, entries.map(\.name.count).max() ?? 0)
            return entries.map { entry in
                "  " + entry.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + "\(entry.check)  "
                    + Terminal.words(KeyStoreText.components(count: entry.components)) + "  \(entry.date)"
            }
        }
        var lines = [
            line(.keyStore, header.name), line(.created, header.created.description),
            line(.mode, Terminal.words(KeyStoreText.formal)),
            line(.keyVersion, Hex.encode([header.keyVersion])),
            line(.cipher, header.cipher.rawValue.uppercased()),
        ]
        if let file, !file.isOpenedByOne {
            let names = file.custodians.joined(separator: ", ")
            lines.append(
                line(.openedBy, Terminal.words(KeyStoreText.threshold(count: file.threshold, names: names))))
        } else if file != nil {
            lines.append(
                line(.openedBy, Terminal.words(KeyStoreText.onePassphrase)))
        }
        lines.append(Terminal.words(KeyStoreText.keys))
        lines += list(header.keys)
        lines.append(Terminal.words(KeyStoreText.transportKeys))
        lines += list(header.transportKeys)
        lines.append(Terminal.words(KeyStoreText.certificates))
        lines += header.certificates.map { "  \($0.name)  SM3 \(Hex.encode(SM3.hash($0.bytes).prefix(4)))  \($0.date)" }
        return lines
    }

    static func members(_ file: KeyStoreFile) -> [JSONValue.Member] {
        let header = file.header

        func list(_ entries: [KeyStoreFile.Entry], _ name: String) -> JSONValue {
            .array(
                entries.map { entry in
                    .object([
                        .init(name, .string(entry.name)), .init("check", .string(entry.check.description)),
                        .init("components", .number(entry.components)),
                        .init("date", .string(entry.date.description)),
                    ])
                })
        }
        let certificates = header.certificates.map { certificate in
            JSONValue.object([
                .init("name", .string(certificate.name)), .init("bytes", .string(Hex.encode(certificate.bytes))),
                .init("date", .string(certificate.date.description)),
            ])
        }
        return [
            .init("name", .string(header.name)), .init("created", .string(header.created.description)),
            .init("mode", .string("formal")), .init("keyVersion", .string(Hex.encode([header.keyVersion]))),
            .init("cipher", .string(header.cipher.rawValue)), .init("keys", list(header.keys, "name")),
            .init("transportKeys", list(header.transportKeys, "chipBatch")),
            .init("certificates", .array(certificates)),
            .init("custodians", .array(file.custodians.map { .string($0) })),
            .init("threshold", .number(file.threshold)),
        ]
    }
}

struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what a key store says it holds; no passphrase is needed.",
        discussion: """
            What is listed is not authenticated: whoever can write to the file may have changed it. `healthcard keys \
            check` opens the store and authenticates it.
            """)

    @Argument(help: "The key store's file.")
    var store: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let file = try KeyStoreFile(path: store)
        if json { return Terminal.print(JSONValue.object(KeyStoreReport.members(file)).text(pretty: true)) }
        for line in KeyStoreReport.lines(file.header, file) { Terminal.print(line) }
        Terminal.note(
            KeyStoreText.notAuthenticated
        )
    }
}

struct KeysCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Open a key store, and check that it is unchanged and holds what the profile needs.",
        discussion: """
            Compare the check values with those in the record of the ceremony. Exit code 6 if the store cannot be \
            opened, or if something is missing, which is then named.
            """)

    @Argument(help: "The key store's file.")
    var store: String

    @OptionGroup var credentialOptions: CredentialOptions
    @OptionGroup var profileOptions: ProfileOptions

    @Flag(name: .long, help: "Print JSON, including what is missing.")
    var json = false

    mutating func run() throws {
        let file = try KeyStoreFile(path: store)
        let profile = try profileOptions.load(testKeys: false)
        try file.header.check(against: profile)
        let opened = try credentialOptions.open(file)
        try opened.checkForPublishedKeys(profile)
        let header = opened.header
        let missing = header.missing(for: profile)
        let unknown = header.unknown(to: profile)
        if json {
            let members =
                KeyStoreReport.members(file) + [
                    .init("missing", .array(missing.map { .string($0) })),
                    .init("unknown", .array(unknown.map { .string($0) })),
                    .init("complete", .boolean(missing.isEmpty)),
                    .init("memoryIsLocked", .boolean(ProcessProtection.current.memory.isLocked)),
                ]
            Terminal.print(JSONValue.object(members).text(pretty: true))
        } else {
            for line in KeyStoreReport.lines(header, file) { Terminal.print(line) }
            if !unknown.isEmpty {
                let names = unknown.joined(separator: " ")
                Terminal.print(KeyStoreText.unknown(names: names))
            }
        }
        guard missing.isEmpty else {
            let names = missing.joined(separator: ", ")
            throw Failure(
                .badInput,
                KeyStoreText.lacks(store: store, names: names))
        }
        if !json { Terminal.print(KeyStoreText.complete) }
    }
}
