import CardProfiles
import ElectronicCard
import Messages

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
    static func reason(_ verification: Verification) -> AnyMessage {
        if verification.person == .notComputable {
            return AnyMessage(ECardText.shortID)
        }
        if verification.validity == .none, verification.standing == .recognized {
            return AnyMessage(ECardText.noValidity)
        }
        return AnyMessage(verification.standing)
    }

    /// What to do about it.
    static func hint(_ verification: Verification) -> String? {
        guard verification.standing == .recognized else { return verification.standing.hint(in: Terminal.language) }
        return verification.person == .notComputable
            ? Terminal.words(ECardText.askPlatform)
            : Terminal.words(ECardText.verifyPerson)
    }

    static func lines(_ verification: Verification) -> [String] {
        var lines = [
            RecognitionText.kind(verification.code.kind), verification.standing.what(in: Terminal.language),
        ]
        if let until = until(verification.validity) {
            lines.append(Terminal.words(ECardLabel.validUntil("\(until)")))
        }
        if verification.usesPublishedKeys {
            lines.append(
                Terminal.words(ECardLabel.publishedKeys))
        }
        return lines
    }
}
