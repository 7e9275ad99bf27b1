import Foundation
import Messages
import ShangMi

/// A platform that can be asked: it registers, queries, verifies and closes electronic cards.
public protocol ElectronicCardPlatform: AnyObject {
    func perform(_ request: PlatformRequest) throws(PlatformError) -> PlatformAnswer
}

/// Asks a platform in a dialect (`Docs/electronic-card.md §8`). What is signed and sealed is *assumed*: no platform has
/// been asked yet.
///
/// For one thread. Nothing of a request or an answer gets into an error.
public final class PlatformClient: ElectronicCardPlatform {
    public struct Rules: Sendable, Hashable {
        /// How often a request is sent in all, where sending it again can do no harm.
        public var attempts: Int
        /// Milliseconds before the second attempt, twice as long before the third.
        public var pause: Int
        /// Seconds by which the clocks of both sides may differ.
        public var clockTolerance: Int

        public init(attempts: Int = 3, pause: Int = 200, clockTolerance: Int = 300) {
            self.attempts = min(max(1, attempts), 10)
            self.pause = min(max(0, pause), 10_000)
            self.clockTolerance = min(max(1, clockTolerance), 86_400)
        }
    }

    let dialect: PlatformDialect
    let credentials: PlatformCredentials
    let rules: Rules
    private let address: String
    private let transport: any PlatformTransport
    private let clock: () -> Int
    private var token: (text: String, until: Int)?
    private var answers = RecentAnswers()

    /// - Parameters:
    ///   - address: `https://…`; of a signed dialect the part that all paths have in common.
    ///   - clock: milliseconds since 1970.
    public init(
        dialect: PlatformDialect, address: String, credentials: PlatformCredentials,
        transport: any PlatformTransport = HTTPSTransport(), rules: Rules = Rules(),
        clock: @escaping () -> Int = { Int(Date().timeIntervalSince1970 * 1000) }
    ) {
        self.dialect = dialect
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.credentials = credentials
        self.transport = transport
        self.rules = rules
        self.clock = clock
    }

    /// - Throws: ``PlatformError``. After ``PlatformError/timeout(seconds:)`` and ``PlatformError/cut`` of an operation that
    ///   changes something nobody here knows whether it was done.
    public func perform(_ request: PlatformRequest) throws(PlatformError) -> PlatformAnswer {
        let (operation, content) = try dialect.content(of: request)
        var (attempt, isTokenRenewed) = (1, false)
        while true {
            do throws(PlatformError) {
                return try PlatformAnswer(exchange(operation, content), dialect)
            } catch {
                if case .refused(.token, _) = error, !isTokenRenewed {
                    token = nil
                    isTokenRenewed = true
                    continue
                }
                // What never left may always be sent again.
                let isHarmless = operation.isRepeatable == true || error == .unreachable
                guard isHarmless, error.isPassing, attempt < rules.attempts else { throw error }
                usleep(useconds_t(rules.pause * 1000 * (1 << (attempt - 1))))
                attempt += 1
            }
        }
    }

    private func exchange(
        _ operation: PlatformDialect.Operation, _ content: [String: String]
    ) throws(PlatformError) -> WireJSON {
        switch dialect.envelope.style {
        case .sealed: try sealed(operation, content)
        case .signed: try signed(operation.path ?? "", content, token: try currentToken())
        }
    }

    private func reply(_ body: [UInt8], _ url: String) throws(PlatformError) -> WireJSON {
        guard let reply = WireJSON(try transport.post(body, to: url)), case .object = reply else { throw .malformed }
        return reply
    }

    // MARK: Sealed: one object, its content encrypted

    private func sealed(
        _ operation: PlatformDialect.Operation, _ content: [String: String]
    ) throws(PlatformError) -> WireJSON {
        guard let key = credentials.contentKey else {
            throw .credentials(path: credentials.path, entry: "contentKey")
        }
        let encoding = dialect.envelope.contentEncoding ?? .hex
        var fields = [
            "app_id": credentials.appID, "term_id": credentials.terminalID, "method": operation.method ?? "",
            "version": dialect.envelope.version ?? "", "timestamp": String(clock()),
            "digest_type": dialect.envelope.digest.rawValue, "enc_type": "SM4",
            "biz_content": try SealedContent.seal(WireJSON.bytes(content), key, encoding),
        ]
        fields["digest"] = try signature(fields)
        let reply = try reply(WireJSON.bytes(fields), address)
        var texts = reply.texts
        let digest = texts.removeValue(forKey: "digest")
        try check(
            code: texts["code"], signature: digest, of: texts, time: texts["timestamp"].flatMap { Int($0) })
        guard answers.isNew(digest ?? "") else { throw .answerReplayed }
        guard let sealed = texts["biz_content"] else { return .object([:]) }
        guard let answer = WireJSON(try SealedContent.open(sealed, key, encoding)), case .object = answer else {
            throw .malformed
        }
        return answer
    }

    // MARK: Signed: two objects, in clear

    private func signed(
        _ path: String, _ content: [String: String], token: String?
    ) throws(PlatformError) -> WireJSON {
        var common = [
            "requestId": try Self.identifier(), "hospitalId": credentials.hospitalID,
            "timestamp": String(clock() / 1000), "channelNum": credentials.channel,
        ].filter { !$0.value.isEmpty }
        if let token { common["appToken"] = token }
        common["sign"] = try signature(common.merging(content) { own, _ in own })
        let reply = try reply(
            WireJSON.bytes(["commonIn": common, "req": content] as [String: any Encodable & Sendable]),
            address + "/" + path)
        guard let head = reply["commonOut"] else { throw .malformed }
        var texts = head.texts
        let signature = texts.removeValue(forKey: "sign")
        let answer = reply["rsp"] ?? .object([:])
        try check(
            code: texts["resultCode"], signature: signature, of: texts.merging(answer.texts) { own, _ in own },
            time: texts["timestamp"].flatMap { Int($0) }.map { $0.multipliedReportingOverflow(by: 1000) }
                .flatMap { $0.overflow ? nil : $0.partialValue })
        guard texts["requestId"] == common["requestId"] else { throw .answerReplayed }
        return answer
    }

    private func currentToken() throws(PlatformError) -> String? {
        guard let path = dialect.envelope.tokenPath else { return nil }
        if let token, clock() < token.until { return token.text }
        let answer = try signed(path, ["appId": credentials.appID], token: nil)
        guard let text = answer["appToken"]?.text else { throw .malformed }
        // A minute less than it lives, so that none ends on its way.
        let seconds = min(answer["expiresIn"]?.text.flatMap { Int($0) } ?? .max, dialect.envelope.tokenSeconds ?? 7200)
        token = (text, clock() + max(0, seconds - 60) * 1000)
        return text
    }

    private static func identifier() throws(PlatformError) -> String {
        do throws(ShangMiError) {
            return try SystemRandom.bytes(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        } catch {
            throw .cryptography(error)
        }
    }

    // MARK: What every answer must be

    private func signature(_ fields: [String: String]) throws(PlatformError) -> String {
        try PlatformSignature.text(of: fields, credentials.appSecret, dialect.envelope)
    }

    private func check(
        code: String?, signature: String?, of fields: [String: String], time: Int?
    ) throws(PlatformError) {
        guard let code else { throw .malformed }
        let refusal = dialect.refusal(code)
        let shownCode = Self.shown(code)
        guard let signature, PlatformSignature.isSame(signature, try self.signature(fields)) else {
            // A platform that does not know our secret cannot sign with it.
            if refusal == .signature { throw .refused(.signature, code: shownCode) }
            throw .answerSignature
        }
        if refusal == .clock { throw .refused(.clock, code: shownCode) }
        guard let time else { throw .malformed }
        let difference = time.subtractingReportingOverflow(clock())
        let seconds = difference.overflow ? .max : difference.partialValue / 1000
        guard abs(max(seconds, -.max)) <= rules.clockTolerance else { throw .answerClock(seconds: seconds) }
        if let refusal { throw .refused(refusal, code: shownCode) }
    }

    /// A platform's code, for people: nothing that is long or unseen.
    private static func shown(_ code: String) -> String {
        let isPlain = code.utf8.count <= 16 && code.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
        return isPlain ? code : "?"
    }
}

/// Which answers came lately: none comes twice.
private struct RecentAnswers {
    private static let most = 1024
    private var known: Set<String> = []
    private var order: [String] = []

    mutating func isNew(_ digest: String) -> Bool {
        guard known.insert(digest).inserted else { return false }
        order.append(digest)
        if order.count > Self.most { known.remove(order.removeFirst()) }
        return true
    }
}

extension PlatformAnswer {
    /// The values of an answer by the names the dialect gives them.
    init(_ answer: WireJSON, _ dialect: PlatformDialect) throws(PlatformError) {
        self.init()
        let names = dialect.reply
        func known<Value: Message & Hashable & RawRepresentable>(
            _ text: String?, _ table: String
        ) -> Known<Value>? where Value.RawValue == String {
            guard let text else { return nil }
            let name = dialect.values[table]?[text]
            return name.flatMap(Value.init(rawValue:)).map { .value($0) } ?? .other(Self.short(text))
        }
        if let text = answer[names.cardID]?.text {
            guard let id = CardID(hex: text) else { throw .malformed }
            cardID = id
        }
        if let text = answer[names.mainIndex]?.text {
            guard let index = MainIndex(hex: text) else { throw .malformed }
            mainIndex = index
        }
        codeText = answer[names.codeText]?.text
        attribute = known(answer[names.attribute]?.text, "attribute")
        status = known(answer[names.status]?.text, "status")
        link = known(answer[names.link]?.text, "link")
        cards = (answer[names.cards]?.list ?? []).compactMap { card in
            card[names.cardNumber]?.text.map {
                BoundCard(type: Self.short(card[names.cardType]?.text ?? ""), number: Self.short($0))
            }
        }
        relations = (answer[names.relations]?.list ?? []).compactMap { known($0[names.relation]?.text, "relation") }
    }

    private static func short(_ text: String) -> String { String(text.prefix(32)) }
}
