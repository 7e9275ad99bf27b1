import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import HealthCard

@Suite("Key store")
struct KeyStoreTests {
    @Test("what was put in comes out: values, check values, certificates")
    func thereAndBack() throws {
        let store = try SampleStore.complete()
        let file = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        let read = try KeyStoreFile(parsing: file.bytes)
        #expect(read == file)
        let opened = try KeyStore(opening: read, passphrases: Array(SampleStore.passphrases.prefix(2)))
        #expect(opened.header == store.header)
        let profile = try TestProfile.formal
        for label in ["0A0B0C0D", "second delivery"] {
            let before = try store.keySet(for: profile, chipBatch: label)
            let after = try opened.keySet(for: profile, chipBatch: label)
            #expect(before.values == after.values)
            #expect(Set(after.values.keys) == Set(profile.keys.map(\.name)))
            #expect(after.version == 0x01)
            #expect(after.certificates["issuer"]?.count == 180)
            for entry in opened.header.keys {
                let value = try #require(after.values[entry.name])
                let block = try SM4(key: value).encryptECB([UInt8](repeating: 0, count: 16))
                #expect(entry.check.bytes == Array(block.prefix(3)))
            }
        }
        #expect(opened.header.missing(for: profile) == [])
    }

    @Test("the same store sealed twice shares no salt, nonce or ciphertext, and no value stands in the file")
    func sealing() throws {
        let store = try SampleStore.complete()
        let one = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        let other = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        func drawn(_ file: KeyStoreFile) throws -> [[UInt8]] {
            guard case .custodians(let id, _, let shares) = file.lock else { return [] }
            return [id, file.sealed.nonce, file.sealed.bytes]
                + shares.flatMap { [$0.derivation.salt, $0.sealed.nonce, $0.sealed.bytes] }
        }
        let all = try drawn(one) + drawn(other)
        #expect(all.count == 24 && Set(all).count == 24)
        let text = String(decoding: one.bytes, as: UTF8.self).uppercased()
        for value in try store.keySet(for: TestProfile.formal, chipBatch: "0A0B0C0D").values.values {
            #expect(!text.contains(value.withUnsafeBytes { Hex.encode($0) }))
        }
    }

    @Test("a key is the exclusive or of its components")
    func combination() throws {
        let parts = [try bytes("6A1F90C35BE2074D88F1B5263C79DE04"), try bytes("93D80E417AB5C6622F904C1D83E7F158")]
        let components = try KeyComponents(key: "CVK", parts.map { SecretBytes(copying: $0) }, length: 16)
        #expect(try components.combined() == SecretBytes(hex: "F9C79E822157C12FA761F93BBF9E2F5C"))
    }

    @Test("a changed bit of any byte of the file is found, and every shorter file too")
    func everyByte() throws {
        let file = try SampleStore.small()
        let passphrases = Array(SampleStore.passphrases.suffix(2))
        let text = file.bytes
        var refusals: Set<String> = []
        func open(_ text: [UInt8]) -> KeyStoreError? {
            do throws(KeyStoreError) {
                let read = try KeyStoreFile(parsing: text)
                _ = try KeyStore(opening: read, passphrases: passphrases)
                return nil
            } catch { return error }
        }
        #expect(open(text) == nil)
        for index in text.indices {
            var changed = text
            // Every bit has its turn; bit 5 turns small letters into capital ones, which read the same.
            changed[index] ^= index.isMultiple(of: 2) ? 0x20 : 1 << UInt8(index / 2 % 8)
            let error = open(changed)
            #expect(error != nil, "byte \(index)")
            if let error { refusals.insert(error.description) }
        }
        for count in stride(from: 0, to: text.count, by: 7) { #expect(open(Array(text.prefix(count))) != nil) }
        #expect(open(text + [0x20]) != nil)
        #expect(open([0xEF, 0xBB, 0xBF] + text) != nil)
        let secret = text.split(separator: UInt8(ascii: "\"")).filter { $0.count > 24 }
        for refusal in refusals {
            #expect(!secret.contains { refusal.contains(String(decoding: $0, as: UTF8.self)) }, "\(refusal)")
        }
    }

    @Test("another passphrase is told as a change of the file is")
    func wrongPassphrase() throws {
        let file = try SampleStore.file()
        for text in ["", "correct horse batterY", "correct horse battery "] {
            #expect(throws: KeyStoreError.cannotOpen) {
                try KeyStore(opening: file, passphrases: [SampleStore.secret(text), SampleStore.passphrases[1]])
            }
        }
        var sealed = file.sealed.bytes
        sealed[0] ^= 1
        let changed = KeyStoreFile(
            header: file.header, lock: file.lock, sealed: .init(nonce: file.sealed.nonce, bytes: sealed))
        #expect(throws: KeyStoreError.cannotOpen) {
            try KeyStore(opening: changed, passphrases: SampleStore.passphrases)
        }
    }

    @Test("a cost out of bounds is refused while reading", arguments: [1 << 30, 1 << 62, 512, 0, -1024, 1025])
    func excessiveCost(n: Int) throws {
        let file = try SampleStore.file()
        let text = String(decoding: file.bytes, as: UTF8.self)
        let changed = text.replacing("\"n\": 1024", with: "\"n\": \(n)")
        #expect(changed != text)
        #expect(throws: KeyStoreError.cost(.scryptCost(n: n, r: 1, p: 1))) {
            try KeyStoreFile(parsing: Array(changed.utf8))
        }
    }

    @Test("stores of other modes, formats, ciphers and spellings are refused")
    func otherStores() throws {
        let text = String(decoding: try SampleStore.file().bytes, as: UTF8.self)
        func error(_ old: String, _ new: String) -> KeyStoreError? {
            guard text.contains(old) else { return nil }
            do throws(KeyStoreError) {
                _ = try KeyStoreFile(parsing: Array(text.replacing(old, with: new, maxReplacements: 1).utf8))
                return nil
            } catch { return error }
        }
        #expect(error("\"formal\"", "\"test\"") == .notFormal)
        #expect(error("store 2\"", "store 3\"") == .notAKeyStore(.format(expected: "healthcard key store 2")))
        #expect(error("store 2\"", "store 1\"") == .notAKeyStore(.member("scrypt", .object)))
        #expect(error("\"share\": 2", "\"share\": 1") == .notAKeyStore(.shareNumber))
        #expect(error("\"Li Si\"", "\"张三\"") == .notAKeyStore(.custodianTwice))
        for threshold in ["0", "1", "4", "-2"] {
            #expect(
                error("\"threshold\": 2", "\"threshold\": \(threshold)")
                    == .notAKeyStore(.threshold(fewest: 2)))
        }
        #expect(error("\"sm4\"", "\"des\"") == .notAKeyStore(.unknownCipher))
        #expect(error("\"r\": 1", "\"r\":  1") == .notAKeyStore(.spelling))
        #expect(error("\"r\": 1", "\"r\": 33") == .cost(.scryptCost(n: 1024, r: 33, p: 1)))
        #expect(error("\"CVK\"", "\"IRK\"") == .notAKeyStore(.nameTwice))
        #expect(error("\"keys\"", "\"kees\"") == .notAKeyStore(.member("keys", .list(most: 1024))))
        #expect(error("\"2026-11-25\"", "\"2026-11-31\"") == .notAKeyStore(.member("created", .date)))
    }

    // MARK: What may be a key

    @Test("components that are none")
    func components() throws {
        let one = try SystemRandom.secret(16)
        let two = try SystemRandom.secret(16)
        let zeros = SecretBytes(count: 16) { _ in }
        func error(_ parts: [SecretBytes]) -> KeyStoreError? {
            do throws(KeyStoreError) {
                _ = try KeyComponents(key: "IRK", parts, length: 16).combined()
                return nil
            } catch { return error }
        }
        #expect(error([one, two]) == nil)
        #expect(error([]) == .tooFewComponents(key: "IRK", count: 0))
        #expect(error([one]) == .tooFewComponents(key: "IRK", count: 1))
        #expect(error([one, zeros]) == .zeroComponent(key: "IRK", component: 2))
        #expect(error([one, two, one]) == .equalComponents(key: "IRK", 1, 3))
        #expect(
            error([SecretBytes(copying: [1]), one])
                == .wrongLength(key: "IRK", component: 1, bytes: 1, expected: 16))
        let both = SecretBytes(count: 16) { bytes in
            one.withUnsafeBytes { one in
                two.withUnsafeBytes { two in for index in bytes.indices { bytes[index] = one[index] ^ two[index] } }
            }
        }
        #expect(error([one, two, both]) == .zeroKey(key: "IRK"))
    }

    @Test("a value that another key or everybody has, and names the profile has not")
    func refusedKeys() throws {
        let profile = try TestProfile.formal
        let day = try SampleStore.day
        let published = try SampleStore.published
        var store = try SampleStore.empty()
        func pair(_ key: String, _ value: SecretBytes) throws -> KeyComponents {
            let mask = try SystemRandom.secret(16)
            let rest = SecretBytes(count: 16) { bytes in
                value.withUnsafeBytes { value in
                    mask.withUnsafeBytes { for index in bytes.indices { bytes[index] = value[index] ^ $0[index] } }
                }
            }
            return try KeyComponents(key: key, [mask, rest], length: 16)
        }
        func error(_ components: KeyComponents, replacing: Bool = false) -> KeyStoreError? {
            do throws(KeyStoreError) {
                try store.add(components, profile: profile, published: published, on: day, replacing: replacing)
                return nil
            } catch { return error }
        }
        let value = try SystemRandom.secret(16)
        #expect(error(try pair("IRK", value)) == nil)
        #expect(error(try pair("CVK", value)) == .sameAs(key: .key("CVK"), other: .key("IRK")))
        #expect(error(try SampleStore.components("IRK")) == .alreadyHeld(.key("IRK")))
        #expect(error(try pair("IRK", value), replacing: true) == nil, "a key may be given again as it is")
        #expect(error(try SampleStore.components("IRK"), replacing: true) == nil)
        for name in ["TK", "ROOT", "IRK "] {
            #expect(error(try SampleStore.components(name)) == .unknownKey(name))
        }
        for (name, known) in published.values {
            #expect(error(try pair("CVK", known)) == .published(key: "CVK", as: name))
        }
        let transport = try SystemRandom.secret(16)
        try store.add(pair("TK", transport), chipBatch: "one", published: published, on: day)
        #expect(throws: KeyStoreError.sameAs(key: .key("TK"), other: .transportKey(chipBatch: "one"))) {
            try store.add(pair("TK", transport), chipBatch: "two", published: published, on: day)
        }
        #expect(throws: KeyStoreError.alreadyHeld(.transportKey(chipBatch: "one"))) {
            try store.add(SampleStore.components("TK"), chipBatch: "one", published: published, on: day)
        }
        for label in ["", "a\nb", String(repeating: "x", count: 65)] {
            #expect(throws: KeyStoreError.name(.chipBatch)) {
                try store.add(SampleStore.components("TK"), chipBatch: label, published: published, on: day)
            }
        }
        #expect(store.header.keys.count == 1 && store.header.transportKeys.count == 1)
    }

    // MARK: Against a profile

    @Test("what is missing is told by name")
    func missing() throws {
        let profile = try TestProfile.formal
        var store = try SampleStore.empty()
        let all = profile.keys.map(\.name) + ["certificate issuer"]
        #expect(store.header.missing(for: profile) == all)
        try store.add(
            SampleStore.components("CVK"), profile: profile, published: SampleStore.published, on: SampleStore.day)
        try store.add(
            SampleStore.components("TK"), chipBatch: "one", published: SampleStore.published, on: SampleStore.day)
        #expect(store.header.missing(for: profile) == all.filter { $0 != "CVK" && $0 != "TK" })
    }

    @Test("formal keys never serve a profile of test keys, another cipher or version")
    func otherProfiles() throws {
        let store = try SampleStore.complete()
        let test = try TestProfile.shared
        #expect(throws: KeyStoreError.testProfile(test.name)) { try store.keySet(for: test) }
        #expect(throws: KeyStoreError.testProfile(test.name)) {
            try KeyStore(name: "x", created: SampleStore.day, profile: test)
        }
        #expect(throws: SecurityModuleError.noTestKeys(profile: try TestProfile.formal.name)) {
            try KeySet.test(TestProfile.formal)
        }
    }

    @Test("the transport key is that of the chip batch")
    func chipBatches() throws {
        let store = try SampleStore.complete()
        let profile = try TestProfile.formal
        let known = ["0A0B0C0D", "second delivery"]
        #expect(throws: KeyStoreError.chipBatchNeeded(known: known)) { try store.keySet(for: profile) }
        #expect(throws: KeyStoreError.unknownChipBatch("third", known: known)) {
            try store.keySet(for: profile, chipBatch: "third")
        }
        let one = try store.keySet(for: profile, chipBatch: known[0]).values
        let other = try store.keySet(for: profile, chipBatch: known[1]).values
        #expect(one["TK"] != other["TK"] && one["CVK"] == other["CVK"])
        #expect(try SampleStore.empty().keySet(for: profile).values.isEmpty)
        // GET DATA 9F7F: 10 bytes, the serial, the batch, zeros.
        let data = [UInt8](repeating: 9, count: 18) + [0x0A, 0x0B, 0x0C, 0x0D] + [UInt8](repeating: 0, count: 20)
        #expect(store.header.chipBatch(ofProductionData: data, profile) == "0A0B0C0D")
        #expect(store.header.chipBatch(ofProductionData: Array(data.prefix(21)), profile) == nil)
        #expect(store.header.chipBatch(ofProductionData: [UInt8](repeating: 0, count: 42), profile) == nil)
    }

    // MARK: Certificates

    @Test("a certificate made elsewhere is given for its own cards alone")
    func certificates() throws {
        let profile = try TestProfile.formal
        let layout = try #require(profile.certificate("issuer"))
        let keys = try SampleStore.complete().keySet(for: profile, chipBatch: "0A0B0C0D")
        let module = try SoftwareSecurityModule(profile: profile, keys: keys)
        #expect(module.keyVersion == 1)
        let values = SampleStore.certificateValues
        #expect(try module.certificate(layout, values: values) == keys.certificates["issuer"])
        for (name, other, field) in [
            ("issuerCode", "9156000132430000000002", "issuer"), ("issueDate", "2026-10-13", "notBefore"),
            ("validUntil", "20361012", "notAfter"),
        ] {
            #expect(throws: SecurityModuleError.certificateDiffers("issuer", field: field)) {
                try module.certificate(layout, values: values.merging([name: other]) { $1 })
            }
            #expect(throws: SecurityModuleError.missingValue(name)) {
                try module.certificate(layout, values: values.filter { $0.key != name })
            }
        }
    }

    @Test("bytes that are no certificate are not taken")
    func badCertificates() throws {
        let layout = try #require(try TestProfile.formal.certificate("issuer"))
        let good = try SampleStore.certificate()
        var store = try SampleStore.empty()
        let day = try SampleStore.day
        func field(_ bytes: [UInt8]) -> String? {
            do throws(KeyStoreError) {
                try store.add(certificate: bytes, as: layout, on: day)
                return nil
            } catch {
                guard case .certificate("issuer", let field, _) = error else { return "\(error)" }
                return field ?? "the whole"
            }
        }
        #expect(field([]) == "the whole")
        #expect(field(good + [0]) == "the whole")
        for (offset, name) in [(0, "format"), (1, "kind"), (24, "serial"), (41, "reserved"), (60, "publicKey")] {
            var changed = good
            changed[offset] ^= 1
            #expect(field(changed) == name)
        }
        #expect(field(good) == nil)
        #expect(field(good) == KeyStoreError.alreadyHeld(.certificate("issuer")).description)
    }
}
