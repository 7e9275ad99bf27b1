import Messages
import Testing

@Suite("The language of a run") struct LanguageTests {
    @Test(
        "The choice goes first, then HEALTHCARD_LANG, then the locale as the C library reads it",
        arguments: [
            ([:], Language.english),
            (["LANG": "zh_CN.UTF-8"], .chinese),
            (["LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"], .english),
            (["LANG": "en_US.UTF-8", "LC_MESSAGES": "", "LC_ALL": "zh_TW"], .chinese),
            (["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], .english),
            (["LANG": "de_DE.UTF-8"], .english),
            (["LANG": "C", "HEALTHCARD_LANG": "zh"], .chinese),
            (["LANG": "zh_CN.UTF-8", "HEALTHCARD_LANG": "en"], .english),
            (["LANG": "zh_CN.UTF-8", "HEALTHCARD_LANG": ""], .chinese),
            (["LANG": "zh_CN.UTF-8", "HEALTHCARD_LANG": "fr"], .chinese),
        ] as [([String: String], Language)])
    func preferred(environment: [String: String], language: Language) {
        #expect(Language.preferred(in: environment) == language)
        for choice in Language.allCases { #expect(Language.preferred(choice, in: environment) == choice) }
    }
}

@Suite("Wordings") struct WordingTests {
    private enum Part: Message, CaseIterable {
        case key, file

        var english: English {
            switch self {
            case .key: "key"
            case .file: .init("file", hint: "check the path")
            }
        }

        var chinese: Chinese {
            switch self {
            case .key: "密钥"
            case .file: .init("文件", hint: "请检查路径")
            }
        }
    }

    @Test("A message that stands in words says itself in their language, at any depth")
    func interpolation() {
        let part: Part? = .key
        let english: English = "no \(Part.key)\(part.map { ", no \($0)" } ?? "")\(part == nil ? "" : ", \(Part.file)")"
        #expect(english.what == "no key, no key, file")
        let chinese: Chinese = "没有\(Part.key)\(part.map { "，没有\($0)" } ?? "")\(part == nil ? "" : "，\(Part.file)")"
        #expect(chinese.what == "没有密钥，没有密钥，文件")
        let any: any Message = Part.file
        #expect((("\(any)" as Chinese).what, ("\(any)" as English).what) == ("文件", "file"))
    }

    @Test("Lists and clauses have the marks of their language")
    func lists() {
        #expect(("\(list: ["A", "B"])" as English).what == "A, B")
        #expect(("\(list: ["A", "B"])" as Chinese).what == "A、B")
        #expect(("\(list: Part.allCases)" as English).what == "key, file")
        #expect(("\(list: Part.allCases)" as Chinese).what == "密钥、文件")
        #expect(("\(clauses: Part.allCases)" as English).what == "key; file; check the path")
        #expect(("\(clauses: Part.allCases)" as Chinese).what == "密钥；文件；请检查路径")
    }

    @Test("What is counted is in the singular for one only")
    func plurals() {
        let counted = [0, 1, 2].map { ("\($0, "attempt"), \($0, "entry", "entries")" as English).what }
        #expect(counted == ["0 attempts, 0 entries", "1 attempt, 1 entry", "2 attempts, 2 entries"])
    }

    @Test("Words about another message take its advice along when they say so")
    func hints() {
        let plain: English = "the \(Part.file) is missing"
        #expect(plain.hint == nil)
        let advised = English("the \(Part.file) is missing", hintOf: Part.file)
        #expect(advised.hint == "check the path" && advised.text == "the file is missing; check the path")
        #expect(Part.file.description == "file; check the path" && Part.file.text(in: .chinese) == "文件；请检查路径")
        #expect(Part.file.what(in: .chinese) == "文件" && Part.file.hint(in: .chinese) == "请检查路径")
    }
}
