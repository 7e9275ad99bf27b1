import ElectronicCard
import Messages

/// A recognized text as JSON (`Docs/electronic-card.md §6`). Payment codes are not repeated: they are worth money.
struct RecognitionOutput: Encodable {
    let kind: String
    var standing: String?
    var id: String?
    var text: String?
    var validity: String?
    var payment: String?
    var issuer: String?
    var prefix: String?
    var number: String?
    var birthDate: String?
    var service: String?
    var mayAlsoBe: [String]?
    var reason: String?
    let normalized: [String]

    init(_ recognition: Recognition) {
        normalized = recognition.normalizations.names
        switch recognition.content {
        case .code(let code):
            kind = code.kind.rawValue
            set(code)
            text = code.text
            standing = Standing.recognized.rawValue
        case .unknownPrefix(let code):
            kind = "unknownPrefix"
            prefix = code.prefix
            set(code.rest)
            text = code.rest.text
        case .identityNumber(let identity, let mayBePayment):
            kind = "identityNumber"
            number = identity.text
            birthDate = identity.birthDate.description
            if mayBePayment { mayAlsoBe = ["paymentCode"] }
            standing = Standing.recognized.rawValue
        case .payment(let payment):
            kind = "paymentCode"
            service = payment.rawValue
            standing = Standing.recognized.rawValue
        case .unknown(let why):
            kind = "unknown"
            reason = why.rawValue
        }
    }

    private mutating func set(_ code: CardCode) {
        id = code.idDigits
        validity = code.validity?.hex
        payment = code.payment
        issuer = code.issuer
    }
}

/// The same for people.
enum RecognitionText {
    static func lines(_ recognition: Recognition) -> [String] {
        var lines = content(recognition)
        if !recognition.normalizations.isEmpty {
            lines.append(Terminal.words(ECardLabel.changed(recognition.normalizations.names.map(normalization))))
        }
        return lines
    }

    private static func content(_ recognition: Recognition) -> [String] {
        switch recognition.content {
        case .code(let code):
            return [kind(code.kind)] + fields(code) + [Standing.recognized.what(in: Terminal.language)]
        case .unknownPrefix(let code):
            return [
                Terminal.words(ECardLabel.unknownPrefix(code.prefix))
            ] + fields(code.rest)
        case .identityNumber(let number, let mayBePayment):
            let head = Terminal.words(ECardLabel.identityNumber(number.text))
            guard mayBePayment else { return [head] }
            return [
                head, Terminal.words(ECardLabel.mayBePayment),
            ]
        case .payment(let service):
            return [Terminal.words(ECardLabel.payment(AnyMessage(service)))]
        case .unknown(let reason):
            return [Terminal.words(ECardLabel.unknown(AnyMessage(reason)))]
        }
    }

    static func kind(_ kind: CardCode.Kind) -> String {
        switch kind {
        case .fixed: Terminal.words(ECardLabel.fixed)
        case .dynamic: Terminal.words(ECardLabel.dynamic)
        case .temporary: Terminal.words(ECardLabel.temporary)
        }
    }

    private static func fields(_ code: CardCode) -> [String] {
        var lines = ["ID  " + code.idDigits]
        if let validity = code.validity {
            lines.append(Terminal.words(ECardLabel.validity(validity.hex)))
        }
        if let payment = code.payment { lines.append(Terminal.words(ECardLabel.paymentField(payment))) }
        if let issuer = code.issuer { lines.append(Terminal.words(ECardLabel.issuerField(issuer))) }
        return lines
    }

    private static func normalization(_ name: String) -> ECardLabel {
        switch name {
        case "lineEnd": .lineEnd
        case "blank": .blanks
        case "fullWidthColon": .colons
        default: .letters
        }
    }
}
