import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import HealthCard

/// Stores of invented keys, at a cost that lets a test open thousands.
enum SampleStore {
    static let names = ["张三", "Li Si", "custodian 3"]
    static let passphrases = ["correct horse battery", "eleven quiet giraffes", "石榴 under a wet bridge"].map(secret)

    static func secret(_ text: String) -> SecretBytes { SecretBytes(copying: Array(text.utf8)) }

    /// Two of three.
    static var custody: Custody {
        get throws {
            try Custody(
                threshold: 2, zip(names, passphrases).map { Custody.Custodian(name: $0, passphrase: $1) },
                store: "factory")
        }
    }

    /// A store as it was sealed under one passphrase, before there were custodians.
    static func old(_ store: KeyStore, under passphrase: SecretBytes) throws -> KeyStoreFile {
        let derivation = KeyStoreFile.Derivation(try cost, salt: try SystemRandom.bytes(32))
        let nonce = try SystemRandom.bytes(12)
        let empty = KeyStoreFile(
            header: store.header, lock: .passphrase(derivation), sealed: .init(nonce: nonce, bytes: []))
        let values = (store.keys + store.transportKeys).flatMap { $0.withUnsafeBytes { Array($0) } }
        let sealed = try ChaCha20Poly1305.seal(
            SecretBytes(copying: values), associatedData: empty.associatedData, nonce: nonce,
            key: derivation.key(of: passphrase))
        return KeyStoreFile(header: empty.header, lock: empty.lock, sealed: .init(nonce: nonce, bytes: sealed))
    }
    static var cost: Scrypt.Cost { get throws { try Scrypt.Cost(n: KeyStoreFile.smallestN, r: 1, p: 1) } }
    static var day: CalendarDate { get throws { try #require(CalendarDate("2026-11-25")) } }
    static var published: KeySet { get throws { try .test(TestProfile.shared) } }

    static func empty() throws -> KeyStore { try KeyStore(name: "factory", created: day, profile: TestProfile.formal) }

    static func components(_ key: String, count: Int = 2) throws -> KeyComponents {
        try KeyComponents(key: key, (0..<count).map { _ in try SystemRandom.secret(16) }, length: 16)
    }

    /// Everything the formal profile wants, and transport keys of two chip batches.
    static func complete() throws -> KeyStore {
        var store = try empty()
        let profile = try TestProfile.formal
        for key in profile.keys where key.role != .transport {
            try store.add(components(key.name), profile: profile, published: published, on: day)
        }
        for label in ["0A0B0C0D", "second delivery"] {
            try store.add(components("TK", count: 3), chipBatch: label, published: published, on: day)
        }
        let layout = try #require(profile.certificate("issuer"))
        try store.add(certificate: certificate(), as: layout, on: day)
        return store
    }

    static let certificateValues = [
        "issuerCode": "9156000132430000000001", "issueDate": "2026-10-12", "validUntil": "2036-10-11",
    ]

    /// As a root makes one whose key never comes to a factory.
    static func certificate() throws -> [UInt8] {
        let profile = try TestProfile.formal
        let keys = KeySet(
            version: 1, values: [:], signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()])
        return try SoftwareSecurityModule(profile: profile, keys: keys).certificate(
            #require(profile.certificate("issuer")), values: certificateValues)
    }

    /// Some of everything: short enough to be spoilt at every byte.
    static func small() throws -> KeyStoreFile {
        var store = try empty()
        let profile = try TestProfile.formal
        for name in ["IRK", "CVK"] {
            try store.add(components(name), profile: profile, published: published, on: day)
        }
        try store.add(components("TK"), chipBatch: "0A0B0C0D", published: published, on: day)
        try store.add(certificate: certificate(), as: #require(profile.certificate("issuer")), on: day)
        return try store.sealed(for: custody, cost: cost)
    }

    static func file() throws -> KeyStoreFile { try complete().sealed(for: custody, cost: cost) }
}

/// A folder of a test; it goes when the test ends.
final class KeyFolder {
    let path = NSTemporaryDirectory() + "keys-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = file(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
