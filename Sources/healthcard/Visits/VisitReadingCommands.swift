import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages

/// A visit on one line: its number, its day, where it was.
struct VisitLine {
    let text: String

    init(_ visit: Visit) {
        let place = visit.content.layout.items.lazy.compactMap { item -> String? in
            guard case .text(let text)? = try? visit.content.value(of: item) else { return nil }
            return text
        }.first
        let day = visit.content.date?.description ?? "----------"
        text = [visit.kind.rawValue, String(visit.record), day, (place ?? "").withoutControls].joined(separator: "  ")
    }
}

struct VisitListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the visits on a card: number, day, institution.")

    @Flag var kind: VisitKindFlag?
    @OptionGroup var card: VisitCardOptions

    @Flag(name: .long, help: "Print the complete visits in the JSON of Docs/items.md.")
    var json = false

    mutating func run() throws {
        let profile = try card.profile()
        let layouts = try VisitLayout.all(in: profile).filter { kind == nil || $0.kind == kind?.kind }
        let found = try card.use(profile) { session in
            try layouts.map { layout -> (VisitLayout, [Visit], [UnreadableFile]) in
                let list = try session.visitList(layout.kind)
                return (layout, list.visits, list.unclear)
            }
        }
        let unclear = found.flatMap { $0.2 }
        guard !json else {
            var members = found.map { JSONValue.Member($0.0.kind.rawValue, .array($0.1.map(\.json))) }
            if !unclear.isEmpty { members.append(.init("unreadable", .array(unclear.map(\.json)))) }
            Terminal.print(JSONValue.object(members).text(pretty: true))
            return try Self.refuse(unclear)
        }
        for (layout, visits, unclear) in found {
            for visit in visits { Terminal.print(VisitLine(visit).text) }
            let free = layout.files.count - visits.count - unclear.count
            Terminal.note(
                VisitListText.summary(kind: layout.kind, used: visits.count, all: layout.files.count, free: free))
        }
        try Self.refuse(unclear)
    }

    /// A list that may lack a visit does not end as a whole one.
    static func refuse(_ unclear: [UnreadableFile]) throws {
        guard !unclear.isEmpty else { return }
        let records = unclear.compactMap { file in file.record.map { "\(file.section) \($0)" } }.joined(separator: ", ")
        throw Failure(
            .partFailed,
            VisitListText.unclear(records: records))
    }
}

struct VisitShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one visit in full.")

    @OptionGroup var choice: VisitChoice
    @OptionGroup var card: VisitCardOptions

    @Flag(name: .long, help: "Print the JSON of Docs/items.md.")
    var json = false

    @Flag(
        name: .long, help: "Print the concatenated form of hospital programs, in UTF-8; its lengths count bytes in GBK."
    )
    var concatenated = false

    mutating func run() throws {
        let profile = try card.profile()
        let visit = try card.use(profile) { try $0.visit(choice.kind($0), record: choice.number) }
        if concatenated {
            Terminal.print(try GBK.decode(visit.content.text()))
        } else if json {
            Terminal.print(visit.json.text(pretty: true))
        } else {
            Terminal.print(visit.document.text(profile: profile, in: Terminal.language))
        }
        for file in visit.document.unreadable where !json {
            Terminal.note(
                Terminal.words(VisitListText.notRead) + "\(file.file): \(file.reason.what(in: Terminal.language))")
        }
    }
}

struct VisitVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify the signatures and certificates of visits.",
        discussion: """
            The signature must come from the SAM in the certificate; the certificate must come from the root and be \
            valid on the day of the visit. Exit code 5 means that a visit is not trusted. The signature covers the \
            data of the visit, which names neither the card nor the person (the specification defines this layout): a \
            visit copied from another card passes here. Before you pay for a visit, compare it with the hospital's \
            records for that card.
            """)

    @Argument(help: "The record's number in `healthcard visit list`. Default: all records.")
    var number: Int?

    @Flag var kind: VisitKindFlag?
    @OptionGroup var trustOptions: VisitTrustOptions
    @OptionGroup var card: VisitCardOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let profile = try card.profile()
        let trust = try trustOptions.trust(profile)
        let layouts = try VisitLayout.all(in: profile).filter { kind == nil || $0.kind == kind?.kind }
        let (found, unclear) = try card.use(profile) { session -> ([(Visit, VisitVerification)], [UnreadableFile]) in
            var unclear: [UnreadableFile] = []
            let found = try layouts.flatMap { layout -> [(Visit, VisitVerification)] in
                let marks = try session.visitMarks(layout.kind)
                unclear += marks.unclear
                return try marks.listed.filter { number == nil || $0 == number }.map {
                    record -> (Visit, VisitVerification) in
                    let visit = try session.visit(layout.kind, record: record)
                    return (visit, try session.verify(visit, by: trust))
                }
            }
            return (found, unclear.filter { number == nil || $0.record == number })
        }
        if let number, found.isEmpty {
            // A mark that says neither yes nor no may be of a visit that is there.
            try VisitListCommand.refuse(unclear)
            throw Failure(
                .cardRefused, VisitListText.noVisit(number: number))
        }
        if json {
            Terminal.print(
                JSONValue.array(found.map { Self.json($0.1) } + unclear.compactMap(Self.json)).text(pretty: true))
        } else {
            for (visit, verification) in found {
                let verdict =
                    verification.isTrusted
                    ? Terminal.words(VisitListText.trusted) : Terminal.words(VisitListText.notTrusted)
                Terminal.print("\(VisitLine(visit).text)  \(verdict)")
                for problem in verification.problems { Terminal.print("  " + Terminal.words(problem)) }
            }
            if found.contains(where: { $0.1.isTrusted }) {
                Terminal.note(
                    VisitListText.notBoundToCard)
            }
        }
        let bad = found.filter { !$0.1.isTrusted }.count
        guard bad == 0 else {
            throw Failure(
                .cardRefused,
                VisitListText.someNotTrusted(bad: bad, all: found.count))
        }
        try VisitListCommand.refuse(unclear)
    }

    /// A record of which nobody can tell whether it holds a visit.
    private static func json(_ unclear: UnreadableFile) -> JSONValue? {
        guard let record = unclear.record else { return nil }
        return .object([
            .init("kind", .string(unclear.section)), .init("record", .number(record)),
            .init("trusted", .boolean(false)),
            .init("problems", .array([.string(unclear.reason.english.what)])),
            .init("unreadable", .string(unclear.code.rawValue)),
        ])
    }

    private static func json(_ verification: VisitVerification) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("kind", .string(verification.kind.rawValue)), .init("record", .number(verification.record)),
            .init("trusted", .boolean(verification.isTrusted)),
            .init("problems", .array(verification.problems.map { .string($0.description) })),
            // What "trusted" does not say: the layout of the specification signs neither.
            .init("signatureNamesCard", .boolean(false)), .init("signatureNamesPerson", .boolean(false)),
        ]
        if let certificate = verification.certificate {
            var fields = Certificate.Field.allCases.compactMap { field in
                (certificate.date(field)?.description ?? certificate.text(field)).map {
                    JSONValue.Member(field.rawValue, .string($0))
                }
            }
            fields.append(.init("publicKey", .string(Hex.encode(certificate.publicKey.bytes).lowercased())))
            members.append(.init("certificate", .object(fields)))
        }
        return .object(members)
    }
}
