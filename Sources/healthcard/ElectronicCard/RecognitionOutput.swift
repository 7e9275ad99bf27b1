import ElectronicCard

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
            let names = recognition.normalizations.names.map(normalization).joined(separator: Terminal.text(", ", "、"))
            lines.append(Terminal.text("changed: ", "已规范：") + names)
        }
        return lines
    }

    private static func content(_ recognition: Recognition) -> [String] {
        switch recognition.content {
        case .code(let code):
            return [kind(code.kind)] + fields(code) + [Standing.recognized.what(in: Terminal.language)]
        case .unknownPrefix(let code):
            return [
                Terminal.text(
                    "a code behind the prefix \"\(code.prefix)\", whose meaning is not known: not taken for a code",
                    "前缀“\(code.prefix)”含义未知，其后像是一个码：不作为码处理")
            ] + fields(code.rest)
        case .identityNumber(let number, let mayBePayment):
            let head = Terminal.text("resident identity number ", "公民身份号码 ") + number.text
            guard mayBePayment else { return [head] }
            return [
                head, Terminal.text("a payment code may have the same digits", "付款码也可能是同样的数字"),
            ]
        case .payment(let service):
            return [Terminal.text("payment code, ", "付款码：") + service.what(in: Terminal.language)]
        case .unknown(let reason):
            return [Terminal.text("not known: ", "无法识别：") + reason.what(in: Terminal.language)]
        }
    }

    static func kind(_ kind: CardCode.Kind) -> String {
        switch kind {
        case .fixed: Terminal.text("electronic health card, static code", "电子健康卡静态码")
        case .dynamic: Terminal.text("electronic health card, dynamic code", "电子健康卡动态码")
        case .temporary: Terminal.text("temporary electronic health card", "电子健康卡临时卡")
        }
    }

    private static func fields(_ code: CardCode) -> [String] {
        var lines = ["ID  " + code.idDigits]
        if let validity = code.validity {
            lines.append(Terminal.text("validity (encrypted)  ", "有效期（密文）  ") + validity.hex)
        }
        if let payment = code.payment { lines.append(Terminal.text("payment field  ", "支付字段  ") + payment) }
        if let issuer = code.issuer { lines.append(Terminal.text("issuer field  ", "发行机构字段  ") + issuer) }
        return lines
    }

    private static func normalization(_ name: String) -> String {
        switch name {
        case "lineEnd": Terminal.text("line end removed", "去掉换行")
        case "blank": Terminal.text("blanks around it removed", "去掉首尾空白")
        case "fullWidthColon": Terminal.text("full-width colons", "全角冒号改为半角")
        default: Terminal.text("lower-case letters", "小写字母改为大写")
        }
    }
}
