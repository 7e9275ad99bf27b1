import Messages

extension VisitAddText {
    var english: English {
        switch self {
        case .gbkWithoutText: "--gbk goes with --text; JSON is UTF-8"
        case .commands(let count): ", \(count) commands"
        case .written(let kind, let record): "written as \(kind) record \(record)"
        case .notUTF8(let file): "\(file) is not UTF-8; if a hospital's program wrote it, say --gbk"
        case .askReimburse(let visit): "Reimburse \(visit)? It cannot be read afterwards."
        case .reimbursed(let kind, let record): "\(kind) record \(record) is reimbursed and free"
        }
    }
}

extension VisitText {
    var english: English {
        switch self {
        case .whetherListed: "whether it lists the change"
        case .nothingChanged: "nothing changed on the card"
        case .changed: "the card lists the change"
        case .noVisit(let number): "the card lists no visit \(number)"
        case .bothKinds(let number): "the card lists visits \(number) of both kinds: say --inpatient or --outpatient"
        case .dayForm: "--at takes a day like 2026-10-08"
        case .rootKeyForm: "--root-key is not an SM2 public key: 128 hexadecimal digits, or a file with them"
        }
    }
}

extension VisitListText {
    var english: English {
        switch self {
        case .summary(let kind, let used, let all, let free): "\(kind): \(used) of \(all) records, \(free) free"
        case .unclear(let records): "The card's index does not say whether these records hold a visit: \(records)"
        case .notRead: "not read: "
        case .noVisit(let number): "the card lists no visit \(number)"
        case .trusted: "trusted"
        case .notTrusted: "NOT TRUSTED"
        case .notBoundToCard:
            "The signature names neither card nor person: it does not show that the visit was made with this card. Compare it with what the hospital has on record."
        case .someNotTrusted(let bad, let all): "\(bad) of \(all) visits not to be trusted"
        }
    }
}
