import ArgumentParser
import ISO7816
import Messages
import PCSC
import ReaderLibraries

struct ReadersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readers", abstract: "List the readers and the cards in them.",
        discussion:
            """
            Use the number at the start of a line for --reader. With --watch, readers and cards are reported as \
            they come and go, until Ctrl-C.
            """)

    @Flag(name: .shortAndLong, help: "Keep reporting the readers and cards that come and go.")
    var watch = false

    @Flag(name: .long, help: "Print JSON; with --watch, one object per line.")
    var json = false

    mutating func run() async throws {
        if watch { try await follow() } else { try list() }
    }

    private struct Row: Encodable {
        let number: Int
        let name: String
        let card: Bool
        let mute: Bool
        let inUse: Bool
        let answerToReset: String?
        /// Why nothing is known of the reader.
        let fault: ErrorReport?
    }

    private func list() throws {
        let service = try SystemReaders().service()
        let readers = try service.readers()
        // Readers that may be there and cannot be asked for.
        if let fault = service.fault(of: nil) { Terminal.note(AnyMessage(of: fault)) }
        guard !readers.isEmpty else { throw ReaderChoiceError.noReaders }
        // A first look tells the current state at once.
        let states = try service.statusChange(readers.map { ReaderState(reader: $0) }, milliseconds: 0)
        let rows = states.enumerated().map { number, state in
            Row(
                number: number, name: state.reader.rawValue, card: state.isCardPresent, mute: state.isMute,
                inUse: state.isInUse || state.isExclusivelyUsed,
                answerToReset: state.isCardPresent ? Hex.encode(state.answerToReset) : nil,
                fault: service.fault(of: state.reader).map { ErrorReport($0, in: Terminal.language) })
        }
        if json { return try Terminal.print(json: rows) }
        for row in rows {
            let content =
                if let fault = service.fault(of: readers[row.number]) {
                    Terminal.words(fault)
                } else if row.mute {
                    Terminal.words(ReadersText.mute)
                } else if let reset = row.answerToReset {
                    Terminal.words(ReadersText.card) + reset + (row.inUse ? Terminal.words(ReadersText.inUse) : "")
                } else {
                    Terminal.words(ReadersText.empty)
                }
            Terminal.print("\(row.number)  \(row.name)  \(content)")
        }
    }

    private struct Line: Encodable {
        let event: String
        var reader: String?
        var answerToReset: String?
        var reason: AnyMessage?
    }

    private func follow() async throws {
        try SystemReaders().check()
        for await event in ReaderEvents(of: SystemReaders()) {
            let line =
                switch event {
                case .serviceStarted: Line(event: "serviceStarted")
                case .serviceStopped(let error): Line(event: "serviceStopped", reason: AnyMessage(error))
                case .readerAdded(let reader): Line(event: "readerAdded", reader: reader.rawValue)
                case .readerRemoved(let reader): Line(event: "readerRemoved", reader: reader.rawValue)
                case .cardInserted(let reader, let reset):
                    Line(event: "cardInserted", reader: reader.rawValue, answerToReset: Hex.encode(reset))
                case .cardRemoved(let reader): Line(event: "cardRemoved", reader: reader.rawValue)
                case .cardMute(let reader): Line(event: "cardMute", reader: reader.rawValue)
                }
            if json {
                try? Terminal.printLine(json: line)
            } else {
                let details = [line.reader, line.answerToReset, line.reason.map { Terminal.words($0) }].compactMap {
                    $0
                }
                Terminal.print("\(Terminal.clock())  \(line.event)  \(details.joined(separator: "  "))")
            }
        }
    }
}
