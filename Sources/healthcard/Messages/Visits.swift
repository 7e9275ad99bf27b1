import HealthCard
import Messages

/// What it says to people.
enum VisitAddText: Message {
    case gbkWithoutText
    case commands(count: Int)
    case written(kind: VisitKind, record: Int)
    case notUTF8(file: String)
    case askReimburse(visit: String)
    case reimbursed(kind: VisitKind, record: Int)
}

/// What commands about visits say.
enum VisitText: Message {
    case whetherListed
    case nothingChanged
    case changed
    case noVisit(number: Int)
    case bothKinds(number: Int)
    case dayForm
    case rootKeyForm
}

/// What it says to people.
enum VisitListText: Message {
    case summary(kind: VisitKind, used: Int, all: Int, free: Int)
    case unclear(records: String)
    case notRead
    case noVisit(number: Int)
    case trusted
    case notTrusted
    case notBoundToCard
    case someNotTrusted(bad: Int, all: Int)
}
