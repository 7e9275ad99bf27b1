import ArgumentParser
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC

struct APDUCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apdu", abstract: "Send exactly the bytes given, and show exactly what comes back.",
        discussion: """
            Each argument is one command in hexadecimal; blanks and colons in it are ignored. Without arguments, or \
            with '-', commands are read from standard input, one per line; empty lines and anything after '#' are \
            skipped. Without --follow, nothing else is sent: no SELECT, no GET RESPONSE. Other users can see a \
            command line: give a PIN on standard input.
            """)

    @OptionGroup var readerOptions: ReaderOptions

    @Flag(name: .long, help: "Fetch the data with GET RESPONSE after 61xx, and send the command again after 6Cxx.")
    var follow = false

    @Option(
        name: .long,
        help: "The expected status word, such as 9000: stop with exit code 5 at the first response with another one.")
    var expect: String?

    @Flag(name: .long, help: "Print one JSON object per command.")
    var json = false

    @Argument(help: "Commands in hexadecimal.")
    var commands: [String] = []

    private struct Line: Encodable {
        let command: String
        let data: String
        let status: String
        let meaning: String
        let microseconds: Int
    }

    func validate() throws {
        if let expect, Hex.decode(expect)?.count != 2 {
            throw ValidationError(Terminal.words(APDUText.expectForm))
        }
    }

    mutating func run() throws {
        // Everything is looked at before anything is sent.
        let all = try input().map { place, text -> [UInt8] in
            guard let bytes = Hex.decode(text), !bytes.isEmpty else {
                throw Failure(
                    .badInput, APDUText.notHexadecimal(place: place))
            }
            if follow, (try? CommandAPDU(bytes)) == nil {
                throw Failure(
                    .badInput,
                    APDUText.notACommand(place: place))
            }
            return bytes
        }
        guard !all.isEmpty else { throw Failure(.usage, APDUText.noCommand) }
        try readerOptions.open().use { channel in
            for bytes in all { try exchange(bytes, channel) }
        }
    }

    private func exchange(_ bytes: [UInt8], _ channel: any CardChannel) throws {
        let begin = ContinuousClock.now
        let response: ResponseAPDU
        if follow, let command = try? CommandAPDU(bytes) {
            response = try channel.send(command)
        } else {
            let answer = try channel.transmit(bytes)
            guard let whole = try? ResponseAPDU(answer) else {
                throw Failure(
                    .cardRefused,
                    APDUText.tooShort(count: answer.count))
            }
            response = whole
        }
        let time = Int(begin.duration(to: .now) / .microseconds(1))
        let meaning = response.status.meaning(for: bytes.count > 1 ? bytes[1] : nil)
        if json {
            try Terminal.printLine(
                json: Line(
                    command: Hex.encode(bytes), data: Hex.encode(response.data), status: response.status.description,
                    meaning: meaning.description, microseconds: time))
        } else {
            Terminal.print("> \(Hex.encode(bytes, separator: " "))")
            if !response.data.isEmpty { Terminal.print("< \(Hex.encode(response.data, separator: " "))") }
            Terminal.print("< \(response.status)  \(meaning.text(in: Terminal.language))  (\(time) µs)")
        }
        if let expected = expect.flatMap({ Hex.decode($0) }), response.status.bytes != expected {
            throw Failure(
                .cardRefused,
                APDUText.otherStatus(status: "\(response.status)", expected: Hex.encode(expected)))
        }
    }

    /// Where a command stands: it may hold a PIN, and is never repeated.
    private func input() throws -> [(CommandPlace, String)] {
        guard commands.isEmpty || commands == ["-"] else {
            return commands.enumerated().map { number, text in
                (CommandPlace.argument(number + 1), text)
            }
        }
        let bytes = try Terminal.contents(of: "-", atMost: 1 << 24)
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var found: [(CommandPlace, String)] = []
        for (number, line) in lines.enumerated() {
            let text = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            guard !text.isEmpty else { continue }
            found.append((CommandPlace.line(number + 1), text))
        }
        return found
    }
}
