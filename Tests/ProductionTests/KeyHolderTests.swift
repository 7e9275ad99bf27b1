import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Personalization
import Synchronization
import Testing
import VirtualCard

@testable import Production

/// Keys that are nobody's `KeySet`: a line works with whoever lends it modules.
@Suite("A line whose keys are in a device") struct KeyHolderTests {
    /// Answers for one session and knows no key by its value.
    private final class DeviceModule: KeyWrappingModule {
        private let inside: any KeyWrappingModule
        let keyVersion: UInt8

        init(_ inside: any KeyWrappingModule) {
            self.inside = inside
            keyVersion = inside.keyVersion
        }

        func cryptogram(
            key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
        ) throws(SecurityModuleError) -> [UInt8] {
            try inside.cryptogram(key: key, card: card, seed: seed, original: original)
        }

        func protect(
            header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
        ) throws(SecurityModuleError) -> [UInt8] {
            try inside.protect(
                header: header, data: data, protection: protection, key: key, card: card, seed: seed)
        }

        func wrapKey(
            _ newKey: KeyDefinition, prefix: [UInt8], header: [UInt8], under: KeyDefinition, card: CardFactors,
            seed: [UInt8]
        ) throws(SecurityModuleError) -> [UInt8] {
            try inside.wrapKey(newKey, prefix: prefix, header: header, under: under, card: card, seed: seed)
        }

        func certificate(
            _ layout: CertificateLayout, values: [String: String]
        ) throws(SecurityModuleError) -> [UInt8] {
            try inside.certificate(layout, values: values)
        }

        func securityCode(
            _ rule: SecurityCodeRule, values: [ItemReference: String]
        ) throws(SecurityModuleError) -> String {
            try inside.securityCode(rule, values: values)
        }
    }

    private final class Device: KeyHolder {
        let version: UInt8
        let releaseAuthority: String? = nil
        let lent = Mutex(0)
        private let most: Int

        init(_ profile: CardProfile, most: Int = .max) {
            version = profile.cryptography.testKeyVersion
            self.most = most
        }

        func module(for profile: CardProfile) throws(SecurityModuleError) -> any KeyWrappingModule {
            let number = lent.withLock { lent in
                lent += 1
                return lent
            }
            guard number <= most else { throw .device("no session left") }
            return DeviceModule(try SoftwareSecurityModule.testKeys(profile))
        }
    }

    @Test("makes the same cards as ever, on each lane with a module of its own")
    func wholeLine() throws {
        let plant = try BatchChangedTests.Plant(keys: { Device($0) })
        let report = try plant.run()
        #expect(report.end == .finished && report.made == plant.prepared.count)
        let usual = try BatchChangedTests.Plant()
        _ = try usual.run()
        #expect(try plant.contents == usual.contents)
        let lanes = try BatchChangedTests.Plant(keys: { Device($0) })
        #expect(try lanes.run(lanes: 3).made == plant.prepared.count)
        let device = try #require(lanes.keys as? Device)
        #expect(device.lent.withLock { $0 } == 3)
    }

    @Test("with a session for one lane alone: the other one stops and says why, and every card is made")
    func oneSession() throws {
        let plant = try BatchChangedTests.Plant(keys: { Device($0, most: 1) })
        let report = try plant.run(lanes: 2)
        #expect(report.made == plant.prepared.count)
        let stopped = report.lanes.filter { $0.state == .stopped }
        #expect(stopped.count == 1 && stopped[0].reason?.text.contains("no session left") == true)
    }
}
