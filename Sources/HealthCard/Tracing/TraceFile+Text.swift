import ISO7816
import Messages

extension TraceFile {
    /// A trace for people: a line for each event with its time in milliseconds, then what it came to.
    public func lines(in language: Language) -> [String] {
        func words(_ text: TraceText) -> String { text.text(in: language) }
        let heading = TraceText.heading(
            profile: header.profile, digest: String(header.digest.prefix(16)), date: header.date,
            isRedacted: header.isRedacted)
        var lines = [words(heading), "healthcard \(header.arguments.joined(separator: " "))", ""]
        var reader = TraceReading()
        for entry in entries {
            let line = reader.read(entry)
            let place = line.channel.map { $0.rawValue + " " } ?? ""
            let details = [
                line.text.text(in: language), line.name, line.meaning?.text(in: language),
                line.elapsed.map { "(\(Self.milliseconds($0)) ms)" },
            ]
            lines.append(
                Self.padded(Self.milliseconds(entry.time), to: 10) + "  \(place)\(line.mark) "
                    + details.compactMap { $0 }.joined(separator: "  "))
        }
        lines.append("")
        for total in reader.totals {
            lines.append(
                words(
                    .total(
                        channel: total.channel.rawValue, commands: total.commands, sent: total.sent,
                        received: total.received, milliseconds: Self.milliseconds(total.time))))
            for (name, count) in total.names { lines.append("  \(Self.padded(String(count), to: 5))  \(name)") }
        }
        // A trace may come from anybody: what it says must not steer the terminal.
        return lines.map(\.withoutControls)
    }

    /// The same as JSON.
    public var shown: JSONValue {
        var reader = TraceReading()
        let events = entries.map { entry -> JSONValue in
            let line = reader.read(entry)
            var members: [JSONValue.Member] = []
            if case .object(let own) = entry.json { members = own }
            if let name = line.name { members.append(.init("name", .string(name))) }
            if let meaning = line.meaning { members.append(.init("meaning", .string(meaning.description))) }
            if let elapsed = line.elapsed { members.append(.init("microseconds", .number(elapsed))) }
            return .object(members)
        }
        let totals = reader.totals.map { total in
            JSONValue.object([
                .init("channel", .string(total.channel.rawValue)), .init("commands", .number(total.commands)),
                .init("bytesOut", .number(total.sent)), .init("bytesIn", .number(total.received)),
                .init("microseconds", .number(total.time)),
                .init("names", .object(total.names.map { .init($0.name, .number($0.count)) })),
            ])
        }
        return .object([
            .init("header", header.json), .init("events", .array(events)), .init("totals", .array(totals)),
        ])
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: max(0, 3 - fraction.count)) + fraction
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// Reads a trace from its start: an answer's meaning hangs on its command.
private struct TraceReading {
    struct Line {
        let channel: TraceFile.Channel?
        let mark: String
        let text: TraceText
        var name: String?
        var meaning: AnyMessage?
        var elapsed: Int?
    }

    struct Total {
        let channel: TraceFile.Channel
        var commands = 0
        var sent = 0
        var received = 0
        var time = 0
        /// In the order they came.
        var names: [(name: String, count: Int)] = []
    }

    private(set) var totals: [Total] = []
    /// The command that has no answer yet.
    private var last: (ins: UInt8, time: Int)?

    mutating func read(_ entry: TraceFile.Entry) -> Line {
        switch entry.event {
        case .connect(let channel, let answerToReset, let link):
            return Line(
                channel: channel, mark: "=", text: .bytes(answerToReset.spaced), name: link.traceName)
        case .command(let channel, let bytes):
            let ins = bytes.start.count > 1 ? bytes.start[1] : 0
            let name = InstructionByte.name(of: ins)
            last = (ins, entry.time)
            change(channel) { total in
                total.commands += 1
                total.sent += bytes.count
                let title = name ?? "INS " + Hex.encode([ins])
                if let index = total.names.firstIndex(where: { $0.name == title }) {
                    total.names[index].count += 1
                } else {
                    total.names.append((title, 1))
                }
            }
            return Line(channel: channel, mark: ">", text: .bytes(bytes.spaced), name: name)
        case .answer(let channel, let bytes):
            let ins = last?.ins
            let elapsed = finish(entry, channel) { $0.received += bytes.count }
            let status = bytes.end.suffix(2)
            var meaning: AnyMessage?
            if status.count == 2, let first = status.first, let second = status.last {
                let word = StatusWord(first, second)
                if !word.isSuccess { meaning = AnyMessage(word.meaning(for: ins)) }
            }
            return Line(channel: channel, mark: "<", text: .bytes(bytes.spaced), meaning: meaning, elapsed: elapsed)
        case .reset(let channel, let answerToReset):
            return Line(channel: channel, mark: "=", text: .reset(answerToReset.spaced))
        case .failure(let channel, let code, let message):
            let elapsed = finish(entry, channel) { _ in }
            return Line(channel: channel, mark: "!", text: .bytes(message), name: code.rawValue, elapsed: elapsed)
        case .random(let bytes):
            return Line(channel: nil, mark: "?", text: .random(bytes.spaced))
        case .end(let status):
            return Line(channel: nil, mark: ".", text: .exitStatus(status))
        }
    }

    /// - Returns: how long the card took; nil where no command was open.
    private mutating func finish(
        _ entry: TraceFile.Entry, _ channel: TraceFile.Channel, _ work: (inout Total) -> Void
    ) -> Int? {
        guard let begin = last?.time else { return nil }
        last = nil
        let elapsed = entry.time - begin
        change(channel) { total in
            total.time += elapsed
            work(&total)
        }
        return elapsed
    }

    private mutating func change(_ channel: TraceFile.Channel, _ work: (inout Total) -> Void) {
        let index = totals.firstIndex { $0.channel == channel } ?? totals.endIndex
        if index == totals.endIndex { totals.append(Total(channel: channel)) }
        work(&totals[index])
    }
}
