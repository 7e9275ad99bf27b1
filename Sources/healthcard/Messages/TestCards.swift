import Messages
import Production
import TestCards

/// What it says to people.
enum EnvironmentWord: Message {
    case stops
    case note
    case difference(field: String, tested: String, now: String)
    case otherEnvironment(list: String)
}

/// What it says to people.
enum EvidenceText: Message {
    case existsAlready(out: String)
    case otherCampaign(field: String, campaign: String, made: String)
}

/// What it says to people.
enum FaultsText: Message {
    case workersForm
    case falseAlarm(check: String)
    case notFound(count: Int, total: Int, missed: [String], alarms: Int)
    case nobody
}

/// What it says to people.
enum SuiteText: Message {
    case failed
    case failures(count: Int)
    case timeLeft(LineDuration)
}

/// What it says to people.
enum TestCardSourceText: Message {
    case lanesForm(most: Int)
    case chipMissing(chip: String, folder: String)
    case noCard
    case sameSerial(serial: String)
    case foreign(reader: String)
}

/// What it says to people.
enum TestCardListText: Message {
    case destructive
    case count(count: Int)
}

/// What it says to people.
enum TestCardMakeText: Message {
    case made(count: Int, spare: Int)
}

/// What it says to people.
enum TestCardNewText: Message {
    case noDialect(dialect: String)
    case begun(id: String, cards: Int, folder: String, digest: String)
}

/// What it says to people.
enum TestCardReportText: Message {
    case missing(source: String)
    case matches(number: String, digest: String)
    case signedBy
    case notWhole
    case noEvidence(folder: String, part: String)
}

/// What it says to people.
enum TestCardRunText: Message {
    case lanesOrReader
    case faultWithout
    case enduranceForm
    case failedForm
    case notInHand(cards: [String])
    case cause(number: Int, title: CheckText, failed: Int, notRun: Int, first: String)
    case moreCauses(count: Int)
    case staysBlocked(place: String)
    case failedBefore(count: Int)
    case summary(checks: Int, cards: Int, passed: Int, failed: Int, notApplicable: Int, notRun: Int)
    case evidence(station: String, path: String)
    case failed(count: Int)
    case notRun(count: Int)
}

/// A report in few lines.
enum ShortReportText: Message {
    case card(serial: String, verdict: ReportVerdict, passed: Int, failed: Int, notRun: Int)
    case failure(check: String, card: String)
    case expected(CheckText)
    case got(CheckText)
}

/// What a check is about.
enum ExplainText: Message {
    case does(CheckText, family: String)
    case expected(CheckText)
    case clause(String)
    case destructive
    case failure(CheckText)
    case commands(CheckText, count: Int)
}

/// What two runs do not have in common.
enum CompareText: Message {
    case profileUnknown
    case subject(String, from: String, to: String)
    case onlyIn(String, check: String)
    case redefined(check: String)
    case result(check: String, from: CheckVerdict?, to: CheckVerdict?, got: CheckText)
    /// Microseconds.
    case time(operation: String, from: Int, to: Int)
    case summary(checks: Int, results: Int, times: Int, subject: Int)
}
