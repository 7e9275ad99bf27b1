import PCSC
import Testing

@Suite("Choice of a reader") struct ReaderNameTests {
    static let readers = ["Virtual PCD 0 00 00", "Virtual PCD 0 00 01", "ACS ACR39U 00 00"].map { ReaderName($0) }

    @Test(
        "By exact name, unique part in any case, or number in the list",
        arguments: [("Virtual PCD 0 00 01", 1), ("acr39", 2), ("0", 0), ("2", 2), ("pcd 0 00 00", 0)])
    func chosen(_ choice: String, _ index: Int) throws {
        #expect(try ReaderName.choose(choice, among: Self.readers) == Self.readers[index])
    }

    @Test("A part of several names is refused, and the message lists them")
    func ambiguous() {
        let error = #expect(throws: ReaderChoiceError.self) {
            try ReaderName.choose("virtual", among: Self.readers)
        }
        #expect(error == .ambiguous("virtual", matches: Array(Self.readers[0...1])))
        #expect(error?.description.contains("\n  Virtual PCD 0 00 01") == true)
    }

    @Test("Digits as a name has them are a part of the name, not a number in the list")
    func digitsOfAName() {
        #expect(throws: ReaderChoiceError.ambiguous("00", matches: Self.readers)) {
            try ReaderName.choose("00", among: Self.readers)
        }
        #expect(throws: ReaderChoiceError.noMatch("+1", readers: Self.readers)) {
            try ReaderName.choose("+1", among: Self.readers)
        }
    }

    @Test("An exact name wins over being a part of another")
    func exactWins() throws {
        let readers = [ReaderName("Reader 10"), ReaderName("Reader 1")]
        #expect(try ReaderName.choose("Reader 1", among: readers) == readers[1])
    }

    @Test("A name that is not UTF-8 keeps its bytes, and is told from one that looks alike")
    func bytes() throws {
        // 读卡器 in GBK, and the same with another last byte.
        let first = ReaderName(bytes: [0xB6, 0xC1, 0xBF, 0xA8, 0xC6, 0xF7, 0x20, 0x30])
        let second = ReaderName(bytes: [0xB6, 0xC1, 0xBF, 0xA8, 0xC6, 0xF8, 0x20, 0x30])
        #expect(first != second && Set([first, second]).count == 2)
        #expect(first.bytes.count == 8 && first.description.contains("\u{FFFD}"))
        #expect(ReaderName(bytes: [0x41, 0x00, 0x42]) == "A")
        #expect(first.rawValue == second.rawValue)
        #expect(throws: ReaderChoiceError.ambiguous(first.rawValue, matches: [first, second])) {
            try ReaderName.choose(first.rawValue, among: [first, second])
        }
        #expect(try ReaderName.choose("1", among: [first, second]) == second)
    }

    @Test("Without a choice there must be one reader only")
    func noChoice() throws {
        #expect(try ReaderName.choose(nil, among: [Self.readers[2]]) == Self.readers[2])
        #expect(throws: ReaderChoiceError.choiceNeeded(readers: Self.readers)) {
            try ReaderName.choose("", among: Self.readers)
        }
        #expect(throws: ReaderChoiceError.noReaders) { try ReaderName.choose("0", among: []) }
        #expect(throws: ReaderChoiceError.noMatch("99", readers: Self.readers)) {
            try ReaderName.choose("99", among: Self.readers)
        }
    }
}
