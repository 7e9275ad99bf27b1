import CardProfiles
import Testing

@Suite("Texts that nobody wrote")
struct GarbledTextTests {
    /// What a program shows that takes the UTF-8 of a text for GBK.
    private func misread(_ text: String) -> String { GBK.decodeWithReplacements(Array(text.utf8)) }

    @Test(
        "what reading in another character set makes of a text is refused in names and in every kept text",
        arguments: ["锟斤拷", "张锟斤拷三", "烫烫烫烫", "屯屯屯", "JosÃ©", "å¼ ä¸‰", "æŽå››"])
    func garbled(text: String) throws {
        #expect(throws: EnteredText.Problem.garbled) { try EnteredText.check(text) }
        let profile = try CardProfile.bundled()
        let name = try #require(profile.item(profile.application.name))
        #expect(throws: ItemError.self) { try ItemCodec.encode(text, as: name, profile: profile) }
    }

    @Test("UTF-8 that was read as GBK is found", arguments: ["张三", "阿卜杜拉", "示范市人民医院", "居民健康卡"])
    func utf8AsGBK(text: String) {
        #expect(throws: (any Error).self, "\(misread(text))") { try EnteredText.check(misread(text)) }
        let whole = misread(text).replacing("\u{FFFD}", with: "?")
        #expect(throws: EnteredText.Problem.garbled, "\(whole)") { try EnteredText.check(whole) }
    }

    @Test(
        "what people are called and where they live is not taken for it",
        arguments: [
            "王锟", "瑾翠华", "慕容昕芸", "José", "Zoé Müller", "阿卜杜拉·买买提", "朱镕基", "喆堃", "内蒙古自治区呼和浩特市", "龘靐齉",
            "示范市吉祥路1号", "屯屯", "À la carte", "张3", "白细胞计数×10^9/L", "µg·mL",
        ])
    func people(text: String) throws { try EnteredText.check(text) }

    @Test("a name has a letter", arguments: ["·", "-", ".", "1.0", "…", "123", "—", "，", "=123.0", "nan", "·—·"])
    func letters(text: String) throws {
        let profile = try CardProfile.bundled()
        for reference in [
            profile.application.name, ItemReference(section: "contacts", item: "contactName1"),
        ] {
            let item = try #require(profile.item(reference))
            #expect(throws: ItemError.self) { try ItemCodec.encode(text, as: item, profile: profile) }
        }
        let address = try #require(profile.item(ItemReference(section: "address", item: "address1")))
        #expect(try ItemCodec.encode("-", as: address, profile: profile).first == 0x2D)
    }
}
