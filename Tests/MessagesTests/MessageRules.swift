import ISO7816
import Messages
import PCSC
import Testing

/// Examples of one type of message, at least one for each of its codes.
struct ExampleSet {
    let name: String
    let domain: String?
    let missing: [String]
    let messages: [any Message]
    /// One of each code, in the order of the codes.
    let byCode: [(identifier: String, kind: ErrorKind?, message: any Message)]

    /// - Parameter unworded: examples of codes whose words come from an error that has English ones only so far.
    init<M: CodedMessage>(_ examples: [M], unworded: [M] = []) {
        name = "\(M.self)"
        domain = M.domain
        let codes = Set((examples + unworded).map(\.code))
        missing = M.Code.allCases.filter { !codes.contains($0) }.map(\.rawValue)
        messages = examples
        byCode = M.Code.allCases.compactMap { code in
            examples.first { $0.code == code }.map { ($0.identifier, ($0 as? any AdvisedError)?.kind, $0) }
        }
    }

    /// Parts of messages, which have no code of their own.
    init<M: Message>(parts examples: [M]) {
        name = "\(M.self)"
        domain = nil
        missing = []
        messages = examples
        byCode = []
    }
}

/// What the words of any message keep to (Docs/messages.md).
enum MessageRules {
    static func breaches(of message: any Message) -> [String] {
        var breaches: [String] = []
        for text in [message.what(in: .english), message.hint(in: .english)].compactMap({ $0 }) {
            if text.isEmpty { breaches.append("no English") }
            if text.hasSuffix(".") && !text.hasSuffix("..") || text.hasSuffix(";") {
                breaches.append("ends with a mark: \(text)")
            }
            if text.unicodeScalars.contains(where: { isChinese($0) || isFullWidthMark($0) }) {
                breaches.append("Chinese in English: \(text)")
            }
        }
        for text in [message.what(in: .chinese), message.hint(in: .chinese)].compactMap({ $0 }) {
            if text.isEmpty { breaches.append("no Chinese") }
            if text.hasSuffix("。") || text.hasSuffix("；") { breaches.append("ends with a mark: \(text)") }
            breaches += punctuation(in: Array(text.unicodeScalars)).map { "\($0): \(text)" }
            // Names, commands and what a system says stay as they are; a run of words that nobody quotes is a sentence.
            if text.replacing(/`[^`]*`|"[^"]*"/, with: "").contains(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/) {
                breaches.append("English in Chinese: \(text)")
            }
        }
        if message.hint(in: .english) == nil, message.hint(in: .chinese) != nil {
            breaches.append("a hint in Chinese only")
        }
        if message.hint(in: .english) != nil, message.hint(in: .chinese) == nil {
            breaches.append("a hint in English only")
        }
        return breaches
    }

    private static func punctuation(in text: [Unicode.Scalar]) -> [String] {
        var breaches: [String] = []
        for (index, scalar) in text.enumerated() {
            let before = index > 0 ? text[index - 1] : " "
            let after = index + 1 < text.count ? text[index + 1] : " "
            if ",;:!?()".unicodeScalars.contains(scalar), isChinese(before) || isChinese(after) {
                breaches.append("half-width '\(scalar)'")
            }
            if scalar == " ", isFullWidthMark(before) || isFullWidthMark(after) {
                breaches.append("blank at a full-width mark")
            }
        }
        return breaches
    }

    static func isChinese(_ scalar: Unicode.Scalar) -> Bool { (0x4E00...0x9FFF).contains(scalar.value) }
    static func isFullWidthMark(_ scalar: Unicode.Scalar) -> Bool {
        "，。；：、（）？！《》".unicodeScalars.contains(scalar)
    }
}

@Suite("Messages of all modules") struct MessageTests {
    @Test("Every code has an example, and its words in both languages keep the rules", arguments: Examples.all.indices)
    func rules(index: Int) {
        let set = Examples.all[index]
        #expect(set.missing == [], "\(set.name) lacks examples")
        for message in set.messages {
            for breach in MessageRules.breaches(of: message) { Issue.record("\(set.name): \(breach)") }
        }
    }

    @Test("No two types have codes of one domain")
    func domains() {
        let domains = Examples.all.compactMap(\.domain)
        #expect(Set(domains).count == domains.count, "\(domains)")
    }

    @Test("An error as JSON has its code, what happened, what to do and the error below")
    func report() throws {
        let report = ErrorReport(CardError.channel(ChannelError(.cardRemoved, PCSCError.removed), nil), in: .chinese)
        #expect(report.code == "card.channel" && report.cause == "channel.cardRemoved")
        #expect(report.what == "SCardTransmit：SCARD_W_REMOVED_CARD（80100069）：卡已取出" && report.hint == "请重新插卡")
    }
}

extension PCSCError {
    static let removed = PCSCError(number: PCSCError.removedCard, function: "SCardTransmit")
}
