import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@testable import Personalization

/// A key store of invented formal keys, as a ceremony makes one.
enum FormalKeys {
    static let passphrases = ["correct horse battery", "eleven quiet giraffes"].map {
        SecretBytes(copying: Array($0.utf8))
    }
    static var custody: Custody {
        get throws {
            try Custody(
                threshold: 2, zip(["张三", "李四"], passphrases).map { .init(name: $0, passphrase: $1) }, store: "factory")
        }
    }
    static let chipBatch = "0A0B0C0D"

    static func module(for batch: Batch) throws -> SoftwareSecurityModule {
        try module(for: batch, try store(for: batch))
    }

    static func module(for batch: Batch, _ store: KeyStore) throws -> SoftwareSecurityModule {
        try SoftwareSecurityModule(
            profile: batch.profile, keys: store.keySet(for: batch.profile, chipBatch: chipBatch))
    }

    static func store(
        for batch: Batch, transportKey: [SecretBytes]? = nil
    ) throws -> KeyStore {
        let profile = batch.profile
        let published = try KeySet.test(CardProfile.bundled(overlays: ["test-keys"]))
        let day = try #require(CalendarDate("2026-11-25"))
        var store = try KeyStore(name: "factory", created: day, profile: profile)
        func drawn() throws -> [SecretBytes] { try (0..<3).map { _ in try SystemRandom.secret(16) } }
        for key in profile.keys where key.role != .transport {
            try store.add(
                KeyComponents(key: key.name, drawn(), length: 16), profile: profile, published: published, on: day)
        }
        try store.add(
            KeyComponents(key: "TK", transportKey ?? drawn(), length: 16), chipBatch: chipBatch, published: published,
            on: day)
        let layout = try #require(profile.certificate("issuer"))
        try store.add(certificate: certificate(for: batch, layout), as: layout, on: day)
        return store
    }

    /// As the root issues it, whose key never comes to a factory.
    private static func certificate(for batch: Batch, _ layout: CertificateLayout) throws -> [UInt8] {
        let root = KeySet(
            version: 1, values: [:], signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()])
        return try SoftwareSecurityModule(profile: batch.profile, keys: root).certificate(
            layout,
            values: [
                "issuerCode": batch.manifest.issuerCode, "issueDate": batch.manifest.issueDate.description,
                "validUntil": batch.manifest.validUntil.description,
            ])
    }
}

/// What will make formal cards once there are releases: the engine behind the gate, with keys of a store.
@Suite struct FormalKeysTests {
    /// The chip's own transport key: the batch's diversified by its serial (`Docs/protocol.md §2`).
    private func delivered(_ key: SecretBytes, _ serial: [UInt8]) throws -> SecretBytes {
        try SM4(key: key).deriveECB(serial + serial.map { ~$0 })
    }

    @Test func aCardWithFormalKeysFromAStoreThatWasSealedAndOpened() throws {
        let batch = try Batch(folder: Repository.formalBatch)
        let serial = Sample.serial
        let parts = try (0..<2).map { _ in try SystemRandom.secret(16) }
        let transport = try KeyComponents(key: "TK", parts, length: 16).combined()
        let file = try FormalKeys.store(for: batch, transportKey: parts).sealed(
            for: FormalKeys.custody, cost: Scrypt.Cost(n: 1024, r: 1, p: 1))
        let store = try KeyStore(
            opening: KeyStoreFile(parsing: file.bytes), passphrases: FormalKeys.passphrases)
        #expect(store.header.missing(for: batch.profile) == [])
        let module = try FormalKeys.module(for: batch, store)
        #expect(module.keyVersion == batch.profile.cryptography.formalKeyVersion)

        let card = try VirtualHealthCard.blank(
            serial: serial, profile: batch.profile, transportKey: try delivered(transport, serial))
        let reader = TestReader(card)
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
        let application = try #require(try batch.review().applications.first)
        let plan = try personalizer.plan(for: application)
        #expect(plan.image.keyVersion == 0x01)
        let made = try personalizer.run(plan, application)
        #expect(made.cost == plan.cost)
        #expect(card.lifeCycle == .activated)

        // Another module of the same store reads every byte; the certificate is the imported one.
        card.powerOff()
        card.powerOn()
        let reading = try HealthCardSession(
            channel: TestReader(card), profile: batch.profile, securityModule: FormalKeys.module(for: batch, store)
        ).read(.everyByte)
        #expect(!reading.isTestCard)
        #expect(reading.unreadable == [])
        for file in plan.image.directories.flatMap(\.files) {
            #expect(reading.files[file.path]?.bytes == file.bytes, "\(file.path)")
        }
        let issuer = try #require(plan.image.directories.flatMap(\.files).first { $0.path == "DDF1/EF05" })
        let certificate = try #require(store.header.certificates.first).bytes
        let text = issuer.bytes.hex
        #expect(text.contains(certificate.hex))

        // Another store's keys do not even make it prove itself.
        let others = try FormalKeys.module(for: batch)
        card.powerOff()
        card.powerOn()
        #expect(throws: HealthCardError.self) {
            try HealthCardSession(channel: TestReader(card), profile: batch.profile, securityModule: others)
                .read(.bytesOnly)
        }
    }

    @Test func theTransportKeyOfAnotherChipBatchIsTriedOnce() throws {
        let batch = try Batch(folder: Repository.formalBatch)
        let module = try FormalKeys.module(for: batch)
        let card = try VirtualHealthCard.blank(
            serial: Sample.serial, profile: batch.profile, transportKey: SystemRandom.secret(16))
        let reader = TestReader(card)
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
        let application = try #require(try batch.review().applications.first)
        let plan = try personalizer.plan(for: application)
        #expect(throws: PersonalizationError.transportKeyRefused(triesLeft: 5, .untouched)) {
            try personalizer.run(plan, application)
        }
        #expect(reader.count(of: 0x82) == 1)
    }

    @Test func aCertificateOfAnotherIssuerMakesNoCard() throws {
        let batch = try Batch(folder: Repository.formalBatch)
        let store = try FormalKeys.store(for: batch)
        let folder = try BatchFolder(copying: Repository.formalBatch)
        try folder.edit("batch.json", "2036-10-11", "2036-10-12")
        let other = try Batch(folder: folder.path)
        let personalizer = CardPersonalizer(
            channel: TestReader(
                try VirtualHealthCard.blank(
                    serial: Sample.serial, profile: batch.profile, transportKey: SystemRandom.secret(16))),
            batch: other, module: try FormalKeys.module(for: other, store))
        let application = try #require(try other.review().applications.first)
        do {
            _ = try personalizer.plan(for: application)
            Issue.record("the certificate was taken")
        } catch {
            guard case .securityModule(.certificateDiffers("issuer", "notAfter"), .untouched) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
