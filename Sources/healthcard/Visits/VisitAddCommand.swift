import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Messages

struct VisitAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Sign a visit and write it to the first free record.",
        discussion: """
            The file is JSON with the names of Docs/items.md (`healthcard visit template` prints an example). With \
            --text, it has the form that hospital programs use: item number in three digits, length in three digits, \
            value. Everything is checked and signed before anything on the card changes. If the card is pulled out, \
            the message says whether it lists the visit; if only the card can tell, put it back and the program finds \
            out.
            """)

    @Argument(help: "The file, or - for standard input.")
    var file: String

    @Flag var kind: VisitKindFlag

    @Flag(name: .long, help: "The file is in the concatenated form, 213002aa…; its lengths count bytes in GBK.")
    var text = false

    @Flag(name: .long, help: "With --text: the file is in GBK, not in UTF-8.")
    var gbk = false

    @OptionGroup var card: VisitCardOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        if gbk, !text {
            throw ValidationError(
                Terminal.words(VisitAddText.gbkWithoutText))
        }
    }

    mutating func run() throws {
        let profile = try card.profile()
        let content = try content(VisitLayout(kind.kind, of: profile))
        try content.checkForWriting()
        let done = try card.change(profile) { session in
            try Termination.finishing { try session.writeVisit(content) }
        }
        guard !json else { return try Terminal.print(json: VisitOutput(done)) }
        let commands = done.report.map { Terminal.words(VisitAddText.commands(count: $0.commands)) } ?? ""
        Terminal.print(
            Terminal.words(VisitAddText.written(kind: done.kind, record: done.record)) + commands)
    }

    private func content(_ layout: VisitLayout) throws -> VisitContent {
        let bytes = try Terminal.contents(of: file)
        guard text else { return try VisitContent(jsonText: bytes, layout: layout) }
        // A text file ends its last line; the form knows no lines.
        let body = bytes.last == 0x0A ? Array(bytes.dropLast(bytes.dropLast().last == 0x0D ? 2 : 1)) : bytes
        guard !gbk else { return try VisitContent(text: body, layout: layout) }
        guard let string = String(validating: body, as: UTF8.self) else {
            throw Failure(
                .badInput,
                VisitAddText.notUTF8(file: file))
        }
        do {
            return try VisitContent(text: GBK.encode(string), layout: layout)
        } catch let error as GBKError {
            throw Failure(.badInput, AtPath(file, AnyMessage(of: error)))
        }
    }
}

/// Which record an act changed.
private struct VisitOutput: Encodable {
    let kind: String
    let record: Int
    /// Nil where the card had to be asked what became of the act.
    let commands: Int?

    init(_ done: (kind: VisitKind, record: Int, report: VisitReport?)) {
        kind = done.kind.rawValue
        record = done.record
        commands = done.report?.commands
    }
}

struct VisitReimburseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reimburse", abstract: "Mark a visit as reimbursed, which frees its record.",
        discussion: """
            The visit must first pass `healthcard visit verify`, unless --unverified is given. The program asks for \
            confirmation before it erases anything, unless --yes is given. Only the SAMs of management institutions \
            may erase.
            """)

    @OptionGroup var choice: VisitChoice
    @OptionGroup var trustOptions: VisitTrustOptions
    @OptionGroup var card: VisitCardOptions

    @Flag(name: .long, help: "Do not ask for confirmation.")
    var yes = false

    @Flag(name: .long, help: "Erase it without verifying it.")
    var unverified = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let profile = try card.profile()
        let trust = unverified ? nil : try trustOptions.trust(profile)
        let done = try card.change(profile) { session in
            let kind = try choice.kind(session)
            if !yes {
                let visit = try session.visit(kind, record: choice.number)
                try Terminal.confirm(
                    Terminal.words(VisitAddText.askReimburse(visit: VisitLine(visit).text)))
            }
            return try Termination.finishing {
                try session.reimburseVisit(kind, record: choice.number, ifTrustedBy: trust)
            }
        }
        guard !json else { return try Terminal.print(json: VisitOutput(done)) }
        Terminal.print(
            VisitAddText.reimbursed(kind: done.kind, record: done.record))
    }
}
