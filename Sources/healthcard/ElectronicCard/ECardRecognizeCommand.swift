import ArgumentParser
import ElectronicCard

struct ECardRecognizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recognize", abstract: "Say what a scanned text is. Nothing is proved.",
        discussion: """
            A text is a static, dynamic or temporary code of an electronic health card, an identity number, a payment \
            code, or unknown with the reason. Line ends, blanks around it, full-width colons and lower case are \
            accepted and reported; nothing else is changed or guessed. Exit codes: 0 a code of a card, 6 anything \
            else.
            """)

    @Argument(help: "The scanned text, or - for standard input.")
    var text: String?

    @Flag(name: .long, help: "Answer each line of standard input as it arrives.")
    var watch = false

    @Flag(name: .long, help: "Print JSON; with --watch, one object per line.")
    var json = false

    func validate() throws {
        guard (text != nil) != watch else {
            throw ValidationError(
                Terminal.words(ECardText.textOrWatch))
        }
    }

    mutating func run() throws {
        guard let text else {
            for line in ScannedLines() {
                let recognition = Recognition(of: line)
                if json {
                    try Terminal.printLine(json: RecognitionOutput(recognition))
                } else {
                    Terminal.print(RecognitionText.lines(recognition).joined(separator: "  "))
                }
            }
            return
        }
        let recognition = Recognition(of: try ScannedText.bytes(text))
        if json {
            try Terminal.print(json: RecognitionOutput(recognition))
        } else {
            RecognitionText.lines(recognition).forEach(Terminal.print)
        }
        guard recognition.code == nil else { return }
        try Terminal.checkOutput()
        throw Self.failure(recognition)
    }

    /// Why a text is not a code of a card.
    static func failure(_ recognition: Recognition) -> Failure {
        var hint: String?
        if case .unknown(let reason) = recognition.content { hint = reason.hint(in: Terminal.language) }
        return Failure(
            .badInput, Terminal.words(ECardText.notACode), hint: hint)
    }
}
