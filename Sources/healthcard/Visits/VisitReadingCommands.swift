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
        let listing = try card.use(profile) { try $0.visitListing(kind?.kind) }
        guard !json else {
            Terminal.print(listing.json.text(pretty: true))
            return try Self.refuse(listing.unclear)
        }
        for found in listing.kinds {
            for visit in found.visits { Terminal.print(VisitLine(visit).text) }
            let (all, used) = (found.layout.files.count, found.visits.count)
            let free = all - used - found.unclear.count
            Terminal.note(VisitListText.summary(kind: found.layout.kind, used: used, all: all, free: free))
        }
        try Self.refuse(listing.unclear)
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
        let verifications = try card.use(profile) {
            try $0.visitVerifications(kind?.kind, record: number, by: trust)
        }
        let (found, unclear) = (verifications.found, verifications.unclear)
        if let number, found.isEmpty {
            // A mark that says neither yes nor no may be of a visit that is there.
            try VisitListCommand.refuse(unclear)
            throw Failure(
                .cardRefused, VisitListText.noVisit(number: number))
        }
        if json {
            Terminal.print(verifications.json.text(pretty: true))
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
}
