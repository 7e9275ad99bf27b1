import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ShangMi

/// Where the passphrase of a key store comes from: never from an argument or an environment value, which every process
/// of the machine may read.
struct CredentialOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The file whose first line is the passphrase of the key store; its owner's alone.",
            discussion: "Default: the file HEALTHCARD_KEYS_CREDENTIAL names, else the systemd credential "
                + "healthcard-keys, else it is asked for.", valueName: "file"))
    var credential: String?

    private static let longestFile = 4096

    /// The passphrase of a file; nil where none is named.
    private func stored() throws -> SecretBytes? {
        let environment = ProcessInfo.processInfo.environment
        let named = credential ?? environment["HEALTHCARD_KEYS_CREDENTIAL"]
        if let named, !named.isEmpty { return Self.line(try PrivateFile.read(named, atMost: Self.longestFile)) }
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else { return nil }
        let path = folder + "/healthcard-keys"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        // systemd guards the folder, and lends the file by an access list that looks like rights of the group.
        return Self.line(try PrivateFile.read(path, atMost: Self.longestFile, mayBeShared: true))
    }

    private static func line(_ content: SecretBytes) -> SecretBytes {
        content.withUnsafeBytes { SecretBytes(copying: $0.prefix { $0 != 0x0A && $0 != 0x0D }) }
    }

    func passphrase() throws -> SecretBytes {
        if let stored = try stored() { return stored }
        guard let typed = Terminal.secret(Terminal.text("passphrase of the key store: ", "密钥库口令：")) else {
            throw Self.missing()
        }
        return typed
    }

    /// A passphrase for a new store: typed twice, as often as it takes.
    func newPassphrase() throws -> SecretBytes {
        let shortest = KeyStore.shortestPassphrase
        if let stored = try stored() {
            guard stored.count >= shortest else { throw KeyStoreError.weakPassphrase(minimum: shortest) }
            return stored
        }
        while true {
            let first = Terminal.secret(
                Terminal.text(
                    "new passphrase of the key store, \(shortest) bytes or more: ", "设置密钥库口令（至少 \(shortest) 字节）："))
            guard let first else { throw Self.missing() }
            guard first.count >= shortest else {
                Terminal.note(Terminal.text("too short", "口令过短"))
                continue
            }
            guard let second = Terminal.secret(Terminal.text("again: ", "再次输入：")) else { throw Self.missing() }
            if first == second { return first }
            Terminal.note(Terminal.text("the two differ", "两次输入不同"))
        }
    }

    private static func missing() -> Failure {
        Failure(
            .usage,
            Terminal.text(
                "no passphrase: give --credential or HEALTHCARD_KEYS_CREDENTIAL, or type it at a terminal",
                "缺少口令：请用 --credential 或 HEALTHCARD_KEYS_CREDENTIAL 给出，或在终端输入"))
    }
}

/// The formal keys that cards are made with.
struct KeyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key store of formal production (`healthcard keys`).",
            discussion: "Default: the published keys, which make test cards alone.", valueName: "store"))
    var keys: String?

    @OptionGroup var credentialOptions: CredentialOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Which chips these are: the label of their transport key in the store.",
            discussion: "Needed where the store holds several.", valueName: "label"))
    var chipBatch: String?

    func validate() throws {
        guard keys != nil || chipBatch == nil && credentialOptions.credential == nil else {
            throw ValidationError(
                Terminal.text(
                    "--chip-batch and --credential go with --keys", "--chip-batch 与 --credential 须与 --keys 同用"))
        }
    }

    /// Who holds the keys: the store, opened, or the published ones for a profile of test keys.
    ///
    /// A module belongs to one session on one thread; ``keySet(for:)`` is for several.
    func module(for profile: CardProfile) throws -> SoftwareSecurityModule {
        try SoftwareSecurityModule(profile: profile, keys: keySet(for: profile))
    }

    /// The keys themselves, to be shared by the modules of several lanes.
    ///
    /// - Throws: ``Failure`` of code 6 where something is missing, ``KeyStoreError``.
    func keySet(for profile: CardProfile) throws -> KeySet {
        guard let keys else { return try .test(profile) }
        let file = try KeyStoreFile(path: keys)
        try file.header.check(against: profile)
        let missing = file.header.missing(for: profile).joined(separator: ", ")
        guard missing.isEmpty else {
            throw Failure(.badInput, Terminal.text("\(keys) lacks: \(missing)", "\(keys) 缺少：\(missing)"))
        }
        KeyProtection.engage()
        let store = try KeyStore(opening: file, passphrase: credentialOptions.passphrase())
        return try store.keySet(for: profile, chipBatch: chipBatch)
    }
}

/// Closes the process before it holds a key, and says what the system does not allow.
enum KeyProtection {
    @discardableResult
    static func engage() -> ProcessProtection {
        let protection = ProcessProtection.engage()
        for shortfall in ProcessProtection.Shortfall.allCases where protection.shortfalls.contains(shortfall) {
            Terminal.note(Terminal.text("note: ", "注意：") + text(shortfall))
        }
        return protection
    }

    private static func text(_ shortfall: ProcessProtection.Shortfall) -> String {
        switch shortfall {
        case .dumpable:
            Terminal.text("other processes of this user may look into this one", "本用户的其他进程可查看本进程内存")
        case .coreFiles: Terminal.text("a crash may write a core file", "崩溃时可能写出 core 文件")
        case .unlockedMemory:
            Terminal.text(
                "keys may be swapped out to a disk: the limit of locked memory is too low (ulimit -l)",
                "密钥可能被换出到磁盘：锁定内存上限过低（ulimit -l）")
        case .dumpedMemory:
            Terminal.text("keys would be in a dump of this process", "本进程的内存转储中会含有密钥")
        }
    }
}
