import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import HealthCard

@Suite("Custodians of a key store")
struct CustodyTests {
    private func secret(_ text: String) -> SecretBytes { SampleStore.secret(text) }

    private func error(_ body: () throws -> Void) -> KeyStoreError? {
        do {
            try body()
            return nil
        } catch { return error as? KeyStoreError }
    }

    @Test("any two of three open it, in any order; one alone, one twice and a stranger do not")
    func threshold() throws {
        let store = try SampleStore.complete()
        let file = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        #expect(file.custodians == SampleStore.names && file.threshold == 2 && !file.isOpenedByOne)
        let all = SampleStore.passphrases
        for pair in [[0, 1], [1, 0], [0, 2], [2, 1]] {
            let opened = try KeyStore(opening: file, passphrases: pair.map { all[$0] })
            #expect(opened.keys == store.keys && opened.transportKeys == store.transportKeys)
        }
        for alone in all {
            #expect(throws: KeyStoreError.tooFewCustodians(present: 1, wanted: 2)) {
                try KeyStore(opening: file, passphrases: [alone])
            }
            #expect(throws: KeyStoreError.cannotOpen) { try KeyStore(opening: file, passphrases: [alone, alone]) }
            #expect(throws: KeyStoreError.cannotOpen) {
                try KeyStore(opening: file, passphrases: [alone, secret("somebody else's words")])
            }
        }
        #expect(throws: KeyStoreError.tooFewCustodians(present: 0, wanted: 2)) {
            try KeyStore(opening: file, passphrases: [])
        }
    }

    @Test("a custodian's passphrase opens the share of nobody else")
    func names() throws {
        let file = try SampleStore.file()
        var opening = try KeyStoreOpening(file)
        #expect(try opening.offer(SampleStore.passphrases[0], of: "Li Si") == nil)
        #expect(try opening.offer(SampleStore.passphrases[0], of: "nobody") == nil)
        #expect(opening.wanted == 2 && opening.absent == SampleStore.names)
        #expect(try opening.offer(SampleStore.passphrases[2], of: "custodian 3") == "custodian 3")
        #expect(opening.present == ["custodian 3"] && opening.absent == ["张三", "Li Si"])
        #expect(throws: KeyStoreError.tooFewCustodians(present: 1, wanted: 2)) { try opening.open() }
        #expect(try opening.offer(SampleStore.passphrases[0]) == "张三")
        #expect(try opening.open().header == file.header)
    }

    @Test("a share of another store, or with its names, number or threshold changed, opens nothing")
    func foreignShares() throws {
        let store = try SampleStore.complete()
        let one = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        let other = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        guard case .custodians(let id, _, let shares) = one.lock, case .custodians(_, _, let others) = other.lock
        else { return #expect(Bool(false)) }
        func opens(_ lock: KeyStoreFile.Lock) -> Bool {
            let file = KeyStoreFile(header: one.header, lock: lock, sealed: one.sealed)
            return (try? KeyStore(opening: file, passphrases: Array(SampleStore.passphrases.prefix(2)))) != nil
        }
        #expect(opens(one.lock))
        #expect(!opens(.custodians(id: id, threshold: 2, [others[0], shares[1], shares[2]])))
        #expect(!opens(.custodians(id: id, threshold: 2, Array(shares.prefix(2)))))
        #expect(!opens(.custodians(id: id, threshold: 3, shares)))
        #expect(!opens(.custodians(id: Array(id.reversed()), threshold: 2, shares)))
        let renamed = KeyStoreFile.Share(
            custodian: "王五", index: 1, derivation: shares[0].derivation, sealed: shares[0].sealed)
        #expect(!opens(.custodians(id: id, threshold: 2, [renamed, shares[1], shares[2]])))
        // The share of who is absent is authenticated with the values.
        #expect(!opens(.custodians(id: id, threshold: 2, [shares[0], shares[1], others[2]])))
    }

    @Test("what comes in while a custodian is away is there when that one opens the store")
    func absence() throws {
        let file = try SampleStore.file()
        let all = SampleStore.passphrases
        var store = try KeyStore(opening: file, passphrases: [all[0], all[1]])
        try store.add(
            SampleStore.components("TK"), chipBatch: "third", published: SampleStore.published, on: SampleStore.day)
        try store.enrol(authority: "resident-health-card-authority/1\nnumber: 1\n")
        let next = try store.resealed()
        #expect(next.sealed.nonce != file.sealed.nonce && next.lock == file.lock)
        let read = try KeyStoreFile(parsing: next.bytes)
        let opened = try KeyStore(opening: read, passphrases: [all[2], all[0]])
        #expect(opened.header.transportKeys.map(\.name).contains("third"))
        #expect(opened.header.authority == "resident-health-card-authority/1\nnumber: 1\n")
        let keys = try opened.keySet(for: TestProfile.formal, chipBatch: "third")
        #expect(keys.authority == opened.header.authority)
        // Whoever changes the authority in the file has changed the file.
        let text = String(decoding: next.bytes, as: UTF8.self)
        let changed = text.replacing("number: 1", with: "number: 2")
        #expect(changed != text)
        #expect(throws: KeyStoreError.cannotOpen) {
            try KeyStore(opening: KeyStoreFile(parsing: Array(changed.utf8)), passphrases: all)
        }
        let long = String(repeating: "x", count: KeyStoreFile.longestAuthority + 1)
        for text in ["", long] {
            #expect(error { try store.enrol(authority: text) } == .authorityTooLong(limit: 1 << 17))
        }
    }

    @Test("another passphrase for one custodian: the old one opens nothing any more, the others' stay")
    func passphrase() throws {
        let file = try SampleStore.file()
        let all = SampleStore.passphrases
        var opening = try KeyStoreOpening(file)
        for passphrase in [all[0], all[1]] { _ = try opening.offer(passphrase) }
        let store = try opening.open()
        let fresh = secret("nine violet umbrellas")
        let next = try store.resealed(passphrase: fresh, of: "Li Si", opening: opening, cost: SampleStore.cost)
        #expect(try KeyStore(opening: next, passphrases: [fresh, all[2]]).header == file.header)
        #expect(try KeyStore(opening: next, passphrases: [all[0], all[2]]).header == file.header)
        #expect(throws: KeyStoreError.cannotOpen) { try KeyStore(opening: next, passphrases: [all[1], all[2]]) }
        #expect(
            error { _ = try store.resealed(passphrase: fresh, of: "custodian 3", opening: opening) }
                == .custody(.noShare(custodian: "custodian 3")))
        #expect(
            error { _ = try store.resealed(passphrase: secret("Li Si Li Si Li"), of: "Li Si", opening: opening) }
                == .weakPassphrase(.fewCharacters, custodian: "Li Si"))
    }

    @Test("a store that one passphrase opens is converted, and does nothing else")
    func conversion() throws {
        let store = try SampleStore.complete()
        let passphrase = secret("a passphrase of the factory")
        let old = try SampleStore.old(store, under: passphrase)
        let read = try KeyStoreFile(parsing: old.bytes)
        #expect(read == old && read.isOpenedByOne && read.custodians == [] && read.threshold == 1)
        #expect(throws: KeyStoreError.openedByOne) { try KeyStore(opening: read, passphrases: [passphrase]) }
        #expect(throws: KeyStoreError.cannotOpen) {
            try KeyStore(converting: read, passphrase: secret("a passphrase of the factorY"))
        }
        let opened = try KeyStore(converting: read, passphrase: passphrase)
        #expect(throws: KeyStoreError.openedByOne) { try opened.resealed() }
        let file = try opened.sealed(for: SampleStore.custody, cost: SampleStore.cost)
        let again = try KeyStore(opening: file, passphrases: SampleStore.passphrases)
        #expect(again.header == store.header && again.keys == store.keys)
        #expect(throws: KeyStoreError.self) { try KeyStore(converting: file, passphrase: passphrase) }
    }

    @Test("fewer than two, more than sixteen, the same twice, and a threshold that cannot be")
    func rules() throws {
        func refused(_ threshold: Int, _ names: [String]) -> Bool {
            error { try Custody.check(threshold: threshold, names: names) } != nil
        }
        #expect(!refused(2, ["a", "b"]) && !refused(16, (1...16).map { "c\($0)" }))
        for (threshold, names) in [
            (1, ["a"]), (1, ["a", "b"]), (0, ["a", "b"]), (3, ["a", "b"]), (2, []), (2, ["a", "a"]),
            (2, (1...17).map { "c\($0)" }), (2, ["a", "b\n"]), (2, ["a", ""]),
            (2, ["a", String(repeating: "x", count: 65)]),
        ] { #expect(refused(threshold, names), "\(threshold) of \(names)") }
        let words = secret("correct horse battery")
        #expect(
            error {
                _ = try Custody(
                    threshold: 2, [.init(name: "a", passphrase: words), .init(name: "b", passphrase: words)], store: "s"
                )
            } == .equalPassphrases("a", "b"))
    }

    @Test("a store of published, guessable or equal keys gives none")
    func knownKeys() throws {
        let profile = try TestProfile.formal
        let complete = try SampleStore.complete()
        let known = try #require(SampleStore.published.values["CVK"])
        func given(_ change: (inout KeyStore) throws -> Void) -> KeyStoreError? {
            error {
                var store = complete
                try change(&store)
                let file = try store.sealed(for: SampleStore.custody, cost: SampleStore.cost)
                let opened = try KeyStore(opening: file, passphrases: SampleStore.passphrases)
                _ = try opened.keySet(for: profile, chipBatch: "0A0B0C0D")
            }
        }
        #expect(given { _ in } == nil)
        // As somebody seals it who has its passphrases, and holds no ceremony.
        func put(_ value: SecretBytes, at index: Int, _ store: inout KeyStore) throws {
            let entry = store.header.keys[index]
            store.keys[index] = value
            store.header.keys[index] = .init(
                name: entry.name, check: try KeyCheckValue(of: value, cipher: .sm4), components: 2, date: entry.date)
        }
        let name = complete.header.keys[0].name
        #expect(given { try put(known, at: 0, &$0) } == .publishedKeys([PublishedEntry(.key(name), as: "CVK")]))
        #expect(
            given { try put(SecretBytes(hex: "000102030405060708090A0B0C0D0E0F"), at: 0, &$0) }
                == .weakKey(key: .key(name), .counts))
        #expect(
            given { try put($0.keys[1], at: 0, &$0) }
                == .sameAs(key: .key(complete.header.keys[1].name), other: .key(name)))
        // The transport key of chips that are not these.
        #expect(
            given { store in
                let entry = store.header.transportKeys[1]
                store.transportKeys[1] = known
                store.header.transportKeys[1] = .init(
                    name: entry.name, check: try KeyCheckValue(of: known, cipher: .sm4), components: 2, date: entry.date
                )
            } == .publishedKeys([PublishedEntry(.transportKey(chipBatch: "second delivery"), as: "CVK")]))
    }
}
