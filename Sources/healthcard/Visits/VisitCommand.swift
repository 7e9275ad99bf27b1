import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages

struct VisitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "visit", abstract: "Write, list, show, verify and reimburse visit records.",
        discussion: """
            The SAM (--sam) signs a visit, and needs its PIN to do so; a test card needs no SAM. The card lists a \
            visit completely or not at all, even if it is pulled out during the write.
            """,
        subcommands: [
            VisitAddCommand.self, VisitListCommand.self, VisitShowCommand.self, VisitVerifyCommand.self,
            VisitReimburseCommand.self, VisitTemplateCommand.self,
        ])
}

/// Which kind of visit.
enum VisitKindFlag: String, EnumerableFlag {
    case inpatient, outpatient

    var kind: VisitKind { VisitKind(rawValue: rawValue) }

    static func help(for value: VisitKindFlag) -> ArgumentHelp? {
        switch value {
        case .inpatient: "An inpatient stay (住院)."
        case .outpatient: "An outpatient visit (门诊)."
        }
    }
}

/// The card, and who holds its keys.
struct VisitCardOptions: ParsableArguments {
    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions

    func profile() throws -> CardProfile { try profileOptions.load(testKeys: true) }

    /// Runs `body` with a session.
    /// - Parameter reader: nil for the chosen one.
    func use<Result>(
        _ profile: CardProfile, in reader: ReaderOptions? = nil, _ body: (HealthCardSession) throws -> Result
    ) throws -> Result {
        try securityOptions.use(reader ?? readerOptions, profile, traceOptions) { channel, module in
            try body(CardSource.session(channel, profile, module))
        }
    }

    /// As ``use(_:in:_:)`` for an act that changes the card: where it is cut short in the one moment that matters, the
    /// card is waited for and says itself what became of it.
    /// - Returns: kind and record; the report where the act was not cut short.
    func change(
        _ profile: CardProfile, _ body: (HealthCardSession) throws -> VisitReport
    ) throws -> (kind: VisitKind, record: Int, report: VisitReport?) {
        do {
            let report = try use(profile, body)
            return (report.kind, report.record, report)
        } catch let error as VisitError {
            guard case .inDoubt(let pending) = error.effect else { throw error }
            let question = Terminal.words(VisitText.whetherListed)
            let isDone = CardReturn.ask(question, patience: max(10, min(readerOptions.wait, 3600))) {
                try use(profile, in: readerOptions.withoutWaiting) { try $0.settleVisit(pending) }
            }
            guard let isDone else { throw error }
            guard isDone else {
                throw Failure(.noCard, VisitText.nothingChanged)
            }
            Terminal.note(VisitText.changed)
            return (pending.kind, pending.record, nil)
        }
    }
}

/// Which visit: a number, and the kind where the card has valid ones of both.
struct VisitChoice: ParsableArguments {
    @Argument(help: "The record's number in `healthcard visit list`.")
    var number: Int

    @Flag var kind: VisitKindFlag?

    /// The kind, found out where it was not said.
    func kind(_ session: HealthCardSession) throws -> VisitKind {
        if let kind { return kind.kind }
        let kinds = try VisitLayout.all(in: session.profile).map(\.kind).filter { kind in
            try session.listedVisits(kind).contains(number)
        }
        guard kinds.count < 2, let found = kinds.first else {
            throw Failure(
                kinds.isEmpty ? .cardRefused : .usage,
                kinds.isEmpty
                    ? Terminal.words(VisitText.noVisit(number: number))
                    : Terminal.words(VisitText.bothKinds(number: number)))
        }
        return found
    }
}

/// Whom to trust.
struct VisitTrustOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The root's public key: 128 hexadecimal digits, or a file that contains them or the 64 bytes.",
            discussion: "Default: the published test root, which vouches for test cards only.",
            valueName: "hex or file"))
    var rootKey: String?

    @Option(
        name: .long, help: "The day on which certificates must be valid, YYYY-MM-DD. Default: the day of the visit.")
    var at: String?

    func trust(_ profile: CardProfile) throws -> VisitTrust {
        var trust = VisitTrust(anchors: [])
        if let at {
            guard let date = CalendarDate(at) else {
                throw Failure(.usage, VisitText.dayForm)
            }
            trust.date = date
        }
        if let rootKey {
            trust.anchors = [try Self.anchor(rootKey)]
        } else {
            trust.anchors = try VisitTrust.testRoots(of: profile).anchors
        }
        return trust
    }

    private static func anchor(_ text: String) throws -> TrustAnchor {
        // 128 digits are a key, and no file is called so by chance.
        let isKey = [128, 130].contains(text.utf8.count) && Hex.decode(text) != nil
        let contents = isKey ? nil : try Terminal.contents(of: text, atMost: 4096)
        let digits = contents.map { String(decoding: $0, as: UTF8.self) } ?? text
        let trimmed = digits.trimmingCharacters(in: .whitespacesAndNewlines)
        var bytes = contents?.count == 64 ? contents : Hex.decode(trimmed)
        // 04 says "not compressed" where keys are written as points.
        if let point = bytes, point.count == 65, point.first == 4 { bytes = Array(point.dropFirst()) }
        guard let bytes, let anchor = try? TrustAnchor(publicKey: bytes) else {
            throw Failure(
                .badInput,
                VisitText.rootKeyForm)
        }
        return anchor
    }
}
