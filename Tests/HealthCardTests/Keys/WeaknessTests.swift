import ISO7816
import ShangMi
import Testing

@testable import HealthCard

@Suite("Components and passphrases nobody drew")
struct WeaknessTests {
    @Test(
        "a component that repeats, counts, has few digits, mirrors itself or spells a text is refused with the reason",
        arguments: [
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ComponentWeakness.repeats),
            ("12341234123412341234123412341234", .repeats),
            ("6A1F90C35BE2074D6A1F90C35BE2074D", .repeats), ("6A1F906A1F906A1F906A1F906A1F906A", .repeats),
            ("000102030405060708090A0B0C0D0E0F", .counts), ("00112233445566778899AABBCCDDEEFF", .counts),
            ("FFEEDDCCBBAA99887766554433221100", .counts), ("F0EFEEEDECEBEAE9E8E7E6E5E4E3E2E1", .counts),
            ("0123456789ABCDEFFEDCBA9876543210", .counts), ("0123456789ABCDEF0123456789ABCDEF", .repeats),
            ("12345678901234567890123456789012", .repeats), ("01020304050607080900010203040506", .counts),
            ("00000000000000000000000000000001", .counts), ("FF00FF00FF00FF00FF00FF00FF00FF01", .counts),
            ("6A1F90C35BE2075B1FE26A90C307906A", .fewDigits), ("6A1F90C35BE2074D4D07E25BC3901F6A", .mirrored),
            ("6A1F90C35BE2074D95E06F3CA41DF8B2", .mirrored), ("6865616C7468206361726420746F6D31", .text),
        ])
    func components(digits: String, weakness: ComponentWeakness) throws {
        let component = try SecretBytes(hex: digits)
        let found = ComponentWeakness(of: component)
        #expect(found == weakness)
        #expect(throws: KeyStoreError.weakComponent(key: "IRK", component: 2, weakness)) {
            try KeyComponents(key: "IRK", [SystemRandom.secret(16), component], length: 16)
        }
        let said = KeyStoreError.weakComponent(key: "IRK", component: 2, weakness).description
        #expect(said.contains("was not drawn at random: ") && !said.contains(digits.prefix(6)))
    }

    /// The same ones each time: of what is really drawn, one in 8 million is text by chance.
    @Test("what looks drawn is taken, twenty thousand times")
    func drawn() throws {
        for number in 0..<10_000 {
            let drawn = SM3.hash(Array("component \(number)".utf8))
            for half in [drawn.prefix(16), drawn.suffix(16)] {
                let weakness = ComponentWeakness(of: SecretBytes(copying: Array(half)))
                #expect(weakness == nil, "\(Hex.encode(half))")
            }
        }
    }

    @Test("components that are sound and make a key that is not are refused")
    func combined() throws {
        let one = try SystemRandom.bytes(16)
        let other = one.enumerated().map { $1 ^ UInt8($0) }
        let parts = [one, other].map { SecretBytes(copying: $0) }
        #expect(throws: KeyStoreError.weakKey(key: .key("IRK"), .counts)) {
            try KeyComponents(key: "IRK", parts, length: 16).combined()
        }
    }

    @Test("a component that is a published key, or a key of the store, is refused")
    func known() throws {
        let profile = try TestProfile.formal
        let published = try SampleStore.published
        var store = try SampleStore.empty()
        func error(_ key: String, _ component: SecretBytes) throws -> KeyStoreError? {
            let components = try KeyComponents(key: key, [SystemRandom.secret(16), component], length: 16)
            let day = try SampleStore.day
            do throws(KeyStoreError) {
                try store.add(components, profile: profile, published: published, on: day)
                return nil
            } catch { return error }
        }
        let known = try #require(published.values["CVK"])
        #expect(try error("IRK", known) == .weakComponent(key: "IRK", component: 2, .published("CVK")))
        #expect(try error("IRK", SystemRandom.secret(16)) == nil)
        #expect(try error("CVK", store.keys[0]) == .weakComponent(key: "CVK", component: 2, .otherKey(.key("IRK"))))
    }

    @Test(
        "passphrases that are short, repeat, count, or are made of names and the commonest words are refused",
        arguments: [
            ("", [PassphraseWeakness.tooShort]), ("elevenbytes", [.tooShort]), ("aaaaaaaaaaaaaaaa", [.fewCharacters]),
            ("abababababababab", [.fewCharacters]), ("123451234512345", [.fewCharacters]),
            ("abcdefghijklmnop", [.guessable]),
            ("1234567890123456", [.guessable]), ("qwertyuiop[]asdf", [.guessable]),
            ("poiuytrewq0987654321", [.guessable]),
            ("passwordpassword", [.fewCharacters, .guessable]), ("Password123456!", [.guessable]),
            ("P@ssword2026", [.guessable]), ("healthcard1234", [.guessable]), ("factory.keys2026", [.guessable]),
            ("zhangsanzhangsan", [.guessable]), ("Zhangsan12345678", [.guessable]),
            ("abcdeabcdeabcde", [.fewCharacters]),
            ("1qaz2wsx3edc4rfv", [.guessable]), ("woaini5201314", [.guessable]), ("abcdef123456", [.guessable]),
            ("密码密码密码密码", [.guessable]), ("我爱你我爱你", [.guessable]), ("AAAAbbbbCCCCdddd", [.fewCharacters]),
        ])
    func passphrases(text: String, weakness: [PassphraseWeakness]) {
        let found = PassphraseWeakness(of: SampleStore.secret(text), names: ["zhangsan", "factory.keys"])
        #expect(found.map { weakness.contains($0) } == true, "\(text): \(String(describing: found))")
        let said = KeyStoreError.weakPassphrase(found ?? .tooShort, custodian: "张三").description
        #expect(said.contains("张三"))
        if text.count > 8 { #expect(!said.contains(text)) }
    }

    @Test(
        "passphrases of several words are taken",
        arguments: [
            "correct horse battery", "a passphrase of the authority", "a passphrase of the factory",
            "eleven quiet giraffes", "石榴 under a wet bridge", "春眠不觉晓处处闻啼", "k7#Vq9!mZ2rT", "nine violet umbrellas",
        ])
    func goodPassphrases(text: String) {
        #expect(PassphraseWeakness(of: SampleStore.secret(text), names: ["张三", "factory.keys"]) == nil)
    }
}
