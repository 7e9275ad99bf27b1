import Testing

@testable import CardProfiles

@Suite struct EnteredTextTests {
    @Test("blanks of any width are trimmed, and nothing else is")
    func trimming() {
        for text in ["张三", " 张三", "张三\t", "\u{3000}张三\u{3000}", "\u{FEFF}张三\u{200B}", "\u{2003}张三\r\n"] {
            #expect(EnteredText.trimmed(text) == "张三")
        }
        #expect(EnteredText.trimmed("a b") == "a b")
        #expect(EnteredText.trimmed("\u{3000} \u{A0}").isEmpty)
        #expect(EnteredText.isBlank("\u{3000}"))
        #expect(!EnteredText.isBlank("\u{0}"))
    }

    @Test(
        "what is not seen is refused", arguments: ["a\u{0}", "\u{1B}[2J", "a\nb", "\u{85}", "\u{202E}b", "a\u{200B}b"])
    func controls(text: String) {
        #expect(throws: EnteredText.Problem.self) { try EnteredText.check(text) }
    }

    @Test("what was lost is refused, and every character of a language taken")
    func others() throws {
        #expect(throws: EnteredText.Problem.lost) { try EnteredText.check("示范\u{FFFD}") }
        for text in ["", "示范卫生服务中心", "买买提·é", "\u{3000}", "𠀀"] { try EnteredText.check(text) }
    }

    @Test("texts are the same when their characters are")
    func equality() {
        #expect("\u{F92C}" == "\u{90CE}")
        #expect(!EnteredText.isSame("\u{F92C}", "\u{90CE}"))
        #expect(!EnteredText.isSame("e\u{301}", "é"))
        #expect(EnteredText.isSame("张三", "张三"))
    }

    @Test(
        "a number of somebody is known in any spelling",
        arguments: [
            "99646919970325667X", "99646919970325667x", "996469 19970325 667X", "９９６４６９１９９７０３２５６６７Ｘ",
            " 99646919970325667X\u{3000}", "996469-19970325-667X", "'99646919970325667X", "99646919970325667Х",
        ])
    func spelling(text: String) throws {
        #expect(try IDNumber(anySpelling: text).text == "99646919970325667X")
        #expect(IDNumber.hasShape(anySpelling: text))
    }

    @Test("fifteen digits are a number of 19xx; rows take a small x alone")
    func narrow() throws {
        #expect(try IDNumber(anySpelling: "996469970325667").text == "99646919970325667X")
        #expect(try IDNumber(entered: " 99646919970325667x").text == "99646919970325667X")
        for text in ["９９６４６９１９９７０３２５６６７Ｘ", "996469 19970325 667X", "996469970325667"] {
            #expect(throws: IDNumber.Problem.self) { try IDNumber(entered: text) }
        }
        #expect(IDNumber.hasShape(anySpelling: "996469199703256671"))
        #expect(!IDNumber.hasShape(anySpelling: "9.96469E+17"))
    }
}
