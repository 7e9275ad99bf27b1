import CardProfiles
import Foundation
import HealthCard
import Messages
import ShangMi

/// Custodians bring their components, by keyboard, by file or drawn here; each sees the check value of what is theirs.
struct KeyCeremony {
    typealias Brought = (key: String, components: [SecretBytes])

    let profile: CardProfile
    /// The test keys, none of which may become a formal key.
    let published: KeySet
    let today: CalendarDate

    init(_ options: ProfileOptions) throws {
        profile = try options.load(testKeys: false)
        published = try Self.published(options)
        let day = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        guard let year = day.year, let month = day.month, let number = day.day,
            let today = CalendarDate(year: year, month: month, day: number)
        else { throw Failure(.bug, "the clock says no date") }
        self.today = today
    }

    /// Those of the profile's own test edition, where it has one.
    private static func published(_ options: ProfileOptions) throws -> KeySet {
        if let own = try? options.load(testKeys: true), own.testKeys != nil { return try .test(own) }
        return try .test(CardProfile.bundled(overlays: ["test-keys"]))
    }

    /// What the transport key is called in custodians' files.
    var transportKey: String { profile.key(.transport)?.name ?? "TK" }

    /// Every key a store of this profile holds by its name.
    var names: [String] { profile.keys.filter { $0.role != .transport }.map(\.name) }

    private var length: Int { profile.cryptography.keyLength }
    private var cipher: CardCipher { profile.cryptography.cipher }

    // MARK: Bringing components

    /// One custodian after the other types a component of each key, without it being shown.
    ///
    /// - Parameter names: of the custodians, one for each.
    func typed(_ keys: [String], by names: [String]) throws -> [Brought] {
        guard Terminal.inputIsTerminal else {
            throw Failure(
                .usage,
                CeremonyText.noTerminal)
        }
        var brought = keys.map { (key: $0, components: [SecretBytes]()) }
        for (index, name) in names.enumerated() {
            let custodian = index + 1
            Terminal.note(
                CeremonyText.turn(number: custodian, all: names.count, name: name, digits: length * 2, keys: keys.count)
            )
            for index in brought.indices {
                let component = try component(brought[index], custodian)
                brought[index].components.append(component)
            }
        }
        return brought
    }

    /// Asks until it is a component.
    private func component(_ brought: Brought, _ custodian: Int) throws -> SecretBytes {
        let key = brought.key
        while true {
            let prompt = Terminal.words(CeremonyText.component(number: custodian, key: key))
            guard let line = Terminal.secret(prompt) else {
                throw Failure(.usage, CeremonyText.brokenOff)
            }
            guard let component = CustodianFile.typed(line) else {
                Terminal.note(
                    CeremonyText.notHexadecimal(digits: length * 2))
                continue
            }
            do {
                try KeyComponents.check(component, number: custodian, of: key, length: length)
                if let name = published.name(of: component) {
                    throw KeyStoreError.weakComponent(key: key, component: custodian, .published(name))
                }
                if let other = brought.components.firstIndex(of: component) {
                    throw KeyStoreError.equalComponents(key: key, other + 1, custodian)
                }
                let check = try KeyCheckValue(of: component, cipher: cipher)
                Terminal.note(CeremonyText.checkValue(check: check))
                return component
            } catch let error as KeyStoreError {
                Terminal.note(error)
            }
        }
    }

    /// A file of each custodian.
    func read(_ paths: [String]) throws -> [Brought] {
        let files = try paths.map { path in try CustodianFile(path: path, cipher: cipher) }
        for file in files {
            Terminal.note(CeremonyText.checkValues(path: file.path))
            for entry in file.entries {
                Terminal.note("  " + entry.key.padding(toLength: 12, withPad: " ", startingAt: 0) + "\(entry.check)")
            }
        }
        return try CustodianFile.components(of: files)
    }

    /// Draws components by the system's random numbers, and writes a file for each custodian.
    func drawn(_ keys: [String], custodians: Int, into folder: String) throws -> [Brought] {
        let brought = try keys.map { key in
            (key: key, components: try (0..<custodians).map { _ in try drawn() })
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(.badInput, CeremonyText.folderNotMade(folder: folder))
        }
        for custodian in 1...custodians {
            let path = folder + "/custodian-\(custodian).txt"
            let text = try CustodianFile.text(
                brought.map { ($0.key, $0.components[custodian - 1]) }, cipher: cipher)
            try PrivateFile.create(path, text)
            Terminal.note(
                CeremonyText.giveTo(number: custodian, path: path))
        }
        return brought
    }

    /// By chance, and looking so too.
    private func drawn() throws -> SecretBytes {
        while true {
            let component = try SystemRandom.secret(length)
            if ComponentWeakness(of: component) == nil { return component }
        }
    }

    // MARK: Taking them

    /// Puts what was brought into the store.
    ///
    /// - Parameters:
    ///   - chipBatch: whose transport key it is that is among them.
    ///   - replaces: whether keys that are there may be replaced.
    func add(
        _ brought: [Brought], to store: inout KeyStore, chipBatch: String?, replacing replaces: Bool = false
    ) throws {
        for (key, components) in brought {
            let components = try KeyComponents(key: key, components, length: length)
            guard key == transportKey else {
                try store.add(components, profile: profile, published: published, on: today, replacing: replaces)
                continue
            }
            guard let chipBatch else {
                throw Failure(
                    .usage,
                    CeremonyText.chipBatchNeeded(key: key))
            }
            try store.add(
                components, chipBatch: chipBatch, published: published, on: today, replacing: replaces)
        }
    }

    func add(
        certificate path: String, named name: String, to store: inout KeyStore, replacing replaces: Bool = false
    ) throws {
        guard let layout = profile.certificate(name) else {
            let known = profile.certificates.map(\.name).joined(separator: ", ")
            throw Failure(
                .usage,
                CeremonyText.noCertificate(name: name, known: known))
        }
        try store.add(
            certificate: Terminal.contents(of: path, atMost: 4096), as: layout, on: today, replacing: replaces)
    }
}
