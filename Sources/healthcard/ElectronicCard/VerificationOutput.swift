import CardProfiles
import ElectronicCard

/// A verified, or not verified, text as JSON (`Docs/electronic-card.md §6`).
struct VerificationOutput: Encodable {
    let kind: String
    var standing: String?
    var asked: [Verification.Aspect]?
    var proved: [Verification.Aspect]?
    var verified = false
    var id: String?
    var issuer: String?
    var validUntil: String?
    var publishedKeys: Bool?
    var reason: String?
    let normalized: [String]

    /// Of a text that is not a code.
    init(_ recognition: Recognition) {
        let output = RecognitionOutput(recognition)
        kind = output.kind
        reason = output.reason
        normalized = output.normalized
    }

    init(_ recognition: Recognition, _ verification: Verification) {
        kind = verification.code.kind.rawValue
        standing = verification.standing.rawValue
        asked = verification.asked
        proved = verification.proved
        verified = verification.verified != nil
        id = verification.code.idDigits
        issuer = verification.code.issuer
        validUntil = Self.until(verification.validity).map { "\($0)+08:00" }
        publishedKeys = verification.asked.isEmpty ? nil : verification.usesPublishedKeys
        if verification.person == .notComputable { reason = "shortId" }
        if verification.validity == .none { reason = "noValidity" }
        normalized = recognition.normalizations.names
    }

    private static func until(_ check: ValidityCheck) -> CalendarDateTime? {
        switch check {
        case .valid(let time), .expired(let time), .tooFarAhead(let time): time
        case .notAsked, .none, .unreadable, .clockSetBack: nil
        }
    }

    /// Why what was asked for is not proved.
    static func reason(_ verification: Verification) -> String {
        if verification.person == .notComputable {
            return Terminal.text(
                "the id has 48 digits, and nobody has published how these are computed",
                "ID 为 48 位，其算法未公开，无法验证")
        }
        if verification.validity == .none, verification.standing == .recognized {
            return Terminal.text("a static code has no validity to verify", "静态码没有有效期，无可验证")
        }
        return verification.standing.what(in: Terminal.language)
    }

    /// What to do about it.
    static func hint(_ verification: Verification) -> String? {
        guard verification.standing == .recognized else { return verification.standing.hint(in: Terminal.language) }
        return verification.person == .notComputable
            ? Terminal.text("ask the platform", "请向平台查询")
            : Terminal.text(
                "verify whose it is with the root key and the person, or ask the platform",
                "请用根密钥和本人信息验证，或向平台查询")
    }

    static func lines(_ verification: Verification) -> [String] {
        var lines = [
            RecognitionText.kind(verification.code.kind), verification.standing.what(in: Terminal.language),
        ]
        if let until = until(verification.validity) {
            lines.append(Terminal.text("valid until ", "有效期至 ") + "\(until)" + Terminal.text(" (China)", "（北京时间）"))
        }
        if verification.usesPublishedKeys {
            lines.append(
                Terminal.text(
                    "published test keys: this proves nothing of a real card", "使用的是公开的测试密钥，对真实的卡不具证明力"))
        }
        return lines
    }
}
