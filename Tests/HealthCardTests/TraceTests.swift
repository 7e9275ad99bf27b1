import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Synchronization
import Testing

@Suite("Trace files and their replay")
struct TraceTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func header(redacted: Bool) -> TraceFile.Header {
        TraceFile.Header(
            profile: profile.name, digest: hex(profile.digest), date: nil, isRedacted: redacted, arguments: ["read"])
    }

    private func session(
        _ channel: any CardChannel, random: @escaping HealthCardSession.RandomSource
    ) throws -> HealthCardSession {
        HealthCardSession(
            channel: channel, profile: profile, securityModule: try SoftwareSecurityModule.testKeys(profile),
            habits: nil, random: random)
    }

    private func recorded(_ card: ScriptedCard) throws -> (TraceRecorder, Result<CardReading, any Error>) {
        let recorder = TraceRecorder()
        let channel = recorder.record(card, as: .card)
        return (recorder, Result { try session(channel, random: recorder.random).read() })
    }

    /// As a file would give it back.
    private func reread(_ file: TraceFile) throws -> TraceFile { try TraceFile(text: file.text.utf8) }

    @Test("a recorded reading plays without a card, and gives the same bytes", arguments: [false, true])
    func replay(isT0: Bool) throws {
        let card = try SampleCard.card(profile, visits: true)
        card.abilities.isT0 = isT0
        let (recorder, result) = try recorded(card)
        let reading = try result.get()
        let file = try reread(recorder.file(header(redacted: false), status: 0))
        #expect(file == recorder.file(header(redacted: false), status: 0))
        #expect(file.status == 0)
        let replay = try TraceReplay(file)
        #expect(!replay.has(.sam))
        let channel = try replay.channel(.card)
        #expect(channel.answerToReset == card.answerToReset)
        #expect(channel.transmissionProtocol == card.transmissionProtocol)
        let again = try session(channel, random: replay.random).read()
        #expect(again == reading)
        try replay.finish()
        // Only random numbers make two recordings of one card differ.
        let (other, _) = try recorded(SampleCard.card(profile, visits: true))
        #expect(other.file(header(redacted: false), status: 0).entries.map(\.event) != file.entries.map(\.event))
    }

    @Test("a card that goes away at any command goes away there again")
    func failures() throws {
        for number in 1...28 {
            let card = try SampleCard.card(profile)
            card.misbehave = { index, _, answer throws(ChannelError) in
                if index >= number { throw ChannelError(.cardRemoved, "the card was taken out") }
                return answer
            }
            let (recorder, result) = try recorded(card)
            let replay = try TraceReplay(reread(recorder.file(header(redacted: false), status: 4)))
            let session = try session(replay.channel(.card), random: replay.random)
            guard case .failure(let error as HealthCardError) = result else {
                Issue.record("nobody missed the card at command \(number)")
                continue
            }
            let again = #expect(throws: HealthCardError.self) { try session.read() }
            #expect(again?.description == error.description)
            try replay.finish()
        }
    }

    @Test("another program leaves the trace: where, what was there, what came, and no data")
    func mismatch() throws {
        let (recorder, _) = try recorded(SampleCard.card(profile))
        let file = recorder.file(header(redacted: false), status: 0)
        // Other random numbers give another authentication.
        let replay = try TraceReplay(file)
        let zeros: HealthCardSession.RandomSource = { [UInt8](repeating: 0, count: $0) }
        _ = try? session(replay.channel(.card), random: zeros).read()
        let mismatch = try #require(replay.mismatch)
        #expect(mismatch.command == 3)
        #expect(mismatch.expected == .random(bytes: 8))
        #expect(mismatch.got.description == "card INTERNAL AUTHENTICATE 00880000, 23 bytes")
        #expect(throws: TraceError.mismatch(mismatch)) { try replay.finish() }
        // The line is that of the file.
        let line = file.text.split(separator: "\n")[mismatch.line - 1]
        #expect(line.contains("\"random\""))

        let early = try TraceReplay(file)
        let channel = try early.channel(.card)
        _ = try channel.transmit(#require(file.entries.lazy.compactMap(Self.command).first))
        let end = #expect(throws: TraceError.self) { try early.finish() }
        #expect(end?.description.contains("came the end") == true)

        let data = try TraceReplay(file)
        let other = [0x00, 0xA4, 0x04, 0x00, 0x0C] + [UInt8](repeating: 0x58, count: 12)
        let error = #expect(throws: ChannelError.self) { try data.channel(.card).transmit(other) }
        #expect(
            error?.message
                == "command 1, line 3 of the trace: card SELECT 00A40400, 17 bytes came with other data than was recorded"
        )
        // And nothing after it.
        #expect(throws: ChannelError.self) { try data.channel(.card).reset() }
        #expect(throws: ShangMiError.self) { try data.random(8) }
        #expect(throws: TraceError.noChannel(.sam)) { try data.channel(.sam) }
    }

    private static func command(_ entry: TraceFile.Entry) -> [UInt8]? {
        if case .command(_, let bytes) = entry.event { bytes.bytes } else { nil }
    }

    @Test("a redacted trace has nothing of the holder, can be shown and not played")
    func redacted() throws {
        let (recorder, _) = try recorded(SampleCard.card(profile, visits: true))
        let file = try reread(recorder.file(header(redacted: true), status: 0))
        let text = file.text + file.lines(in: .english).joined(separator: "\n") + file.shown.text()
        // The number, in ASCII, the name in GBK, and the chip's serial.
        for secret in [
            "39393634363931393937", "B0A2B2B7", "39 39 36 34", "B0 A2 B2 B7", "0102030405060708", "01 02 03 04 05",
        ] {
            #expect(!text.contains(secret), "\(secret)")
        }
        let whole = recorder.file(header(redacted: false), status: 0).text
        #expect(whole.contains("39393634363931393937") && whole.contains("B0A2B2B7"))
        #expect(throws: TraceError.redacted) { try TraceReplay(file) }
        // Not even when somebody says it is not redacted.
        var forged = file
        forged.header.isRedacted = false
        #expect(throws: TraceError.self) { try TraceFile(text: forged.text.utf8) }
        #expect(
            file.lines(in: .english).contains { $0.contains("card > 00 82 00 04 11 [17 bytes]  EXTERNAL AUTHENTICATE") }
        )
        #expect(file.lines(in: .english).contains { $0.hasPrefix("card: ") && $0.contains(" commands, ") })
    }

    @Test("PINs are in no trace, however they are sent", arguments: [false, true])
    func pins(redacted: Bool) throws {
        let recorder = TraceRecorder()
        let channel = recorder.record(try SampleCard.card(profile), as: .sam)
        let pin: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x58]
        for command: [UInt8] in [
            [0x00, 0x20, 0x00, 0x00, 0x06] + pin, [0x00, 0x20, 0x00, 0x00] + pin, [0x00, 0x20, 0x00, 0x00, 0x07] + pin,
            [0x80, 0x5E, 0x01, 0x00, 0x0D] + pin + [0xFF] + pin, [0x00, 0x24, 0x00, 0x00, 0, 0, 0x06] + pin,
        ] { _ = try? channel.transmit(command) }
        let file = recorder.file(header(redacted: redacted), status: nil)
        #expect(!file.text.contains("314159265358"))
        guard !redacted else { return }
        // Any PIN stands for the one that was sent; another command does not.
        let replay = try TraceReplay(reread(file))
        let sam = try replay.channel(.sam)
        _ = try sam.transmit([0x00, 0x20, 0x00, 0x00, 0x08, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: ChannelError.self) { try sam.transmit([0x00, 0x20, 0x00, 0x01, 0x06] + pin) }
        // Nor does the question how many tries are left, which has none.
        let question = try TraceReplay(reread(file))
        let asked = try question.channel(.sam)
        #expect(throws: ChannelError.self) { try asked.transmit([0x00, 0x20, 0x00, 0x00]) }
    }

    @Test("what comes as it happens is the redacted trace, line for line")
    func asItHappens() throws {
        let written = Mutex<[TraceFile.Entry]>([])
        let recorder = TraceRecorder { entry in written.withLock { $0.append(entry) } }
        let channel = recorder.record(
            try SampleCard.card(profile), as: .card,
            serial: profile.cryptography.cardFactor.range(in: 13, on: .contactlessA))
        _ = try session(channel, random: recorder.random).read()
        _ = try channel.reset()
        let lines = written.withLock { $0 }
        #expect(lines == recorder.file(header(redacted: true), status: nil).entries)
        let text = header(redacted: true).line + lines.map(\.line).joined()
        #expect(try TraceFile(text: text.utf8).status == nil)
        // The maker's bytes stay, the serial and the check byte go.
        #expect(text.contains("[8]5248430001[1]\""))
        #expect(!text.contains("0102030405060708"))
    }

    @Test("production data is in no redacted trace, for it has the chip's serial")
    func productionData() throws {
        let recorder = TraceRecorder()
        let card = try SampleCard.card(profile)
        let channel = recorder.record(card, as: .card)
        _ = try CardInspection.inspect(channel, profile: profile)
        #expect(recorder.file(header(redacted: false), status: 0).text.contains("0102030405060708"))
        #expect(!recorder.file(header(redacted: true), status: 0).text.contains("0102030405060708"))
    }

    @Test("who has left a trace gets neither a reset nor random numbers out of it, and a new start begins anew")
    func afterMismatch() throws {
        let recorder = TraceRecorder()
        let channel = recorder.record(try SampleCard.card(profile), as: .card)
        _ = try channel.reset()
        _ = try recorder.random(8)
        let file = try reread(recorder.file(header(redacted: false), status: 0))
        let replay = try TraceReplay(file)
        let played = try replay.channel(.card)
        #expect(throws: ChannelError.self) { try played.transmit([0x00, 0x84, 0x00, 0x00, 0x08]) }
        #expect(throws: ChannelError.self) { try played.reset() }
        #expect(throws: ShangMiError.self) { try replay.random(8) }
        #expect(!replay.isAtStart)
        replay.rewind()
        _ = try played.reset()
        _ = try replay.random(8)
        try replay.finish()
    }

    @Test("a hostile trace is shown without harm: huge times, pieces without number, control characters")
    func hostile() throws {
        let end = Int.max
        let failure = "{\"at\":\(end),\"channel\":\"card\",\"failure\":\"timeout\",\"message\":\"a\\u001b[2Jb\"}"
        let text =
            header(redacted: true).line + "{\"at\":0,\"channel\":\"card\",\"command\":\"0084000008\"}\n"
            + String(repeating: failure + "\n", count: 3)
        let trace = try TraceFile(text: text.utf8)
        #expect(trace.lines(in: .english).contains { $0.contains("a\u{241B}[2Jb") })
        #expect(!trace.lines(in: .english).joined().contains("\u{1B}"))
        #expect(trace.shown.text().contains("\"microseconds\":\(end)"))
        let pieces = String(repeating: "[1]", count: 65_000)
        #expect(TraceBytes(text: pieces)?.count == 65_000)
        #expect(TraceBytes(text: pieces + pieces) == nil)
    }

    @Test("both channels and the resets in one order")
    func channels() throws {
        let recorder = TraceRecorder()
        let card = recorder.record(try SampleCard.card(profile), as: .card)
        let sam = recorder.record(try SampleCard.card(profile), as: .sam)
        let challenge: [UInt8] = [0x00, 0x84, 0x00, 0x00, 0x08]
        let answers = [try card.transmit(challenge), try sam.transmit(challenge), try card.reset()]
        let file = try reread(recorder.file(header(redacted: false), status: 0))
        let replay = try TraceReplay(file)
        // Opened in the other order.
        let (otherSAM, otherCard) = (try replay.channel(.sam), try replay.channel(.card))
        #expect(
            [try otherCard.transmit(challenge), try otherSAM.transmit(challenge), try otherCard.reset()] == answers)
        try replay.finish()
        replay.rewind()
        #expect(throws: ChannelError.self) { try otherSAM.transmit(challenge) }
        // One of them alone, for a host that is not ours.
        let alone = try TraceReplay(file, only: .card)
        let channel = try alone.channel(.card)
        #expect(alone.isAtStart && !alone.isBeforeReset)
        _ = try channel.transmit(challenge)
        #expect(alone.isBeforeReset)
        #expect(try channel.reset() == answers[2])
        try alone.finish()
    }

    @Test(
        "what is no trace is refused with its line",
        arguments: [
            ("", 1), ("{}", 1), ("[]", 1), ("{\"trace\":1}", 1), ("H\nx", 2), ("H\n{\"at\":0}", 2),
            ("H\n{\"at\":-1,\"end\":0}", 2), ("H\n{\"at\":0,\"end\":0,\"random\":\"00\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"answer\":\"9000\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"cat\",\"command\":\"00\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"0 0\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"00[0]\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"00[99999999]\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"00[5\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"connect\":\"3B[5]\",\"link\":\"T=1\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"[9]\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"command\":\"00A40000[9]\"}", 2),
            ("H\n{\"at\":0,\"channel\":\"card\",\"connect\":\"3B00\",\"link\":\"T=9\"}", 2),
            ("H\n\n{\"at\":5,\"random\":\"00\"}\n{\"at\":4,\"random\":\"00\"}", 4),
            ("H\n{\"at\":0,\"end\":0}\n{\"at\":0,\"end\":0}", 3), ("H\n{\"at\":0,\"random\":\"[3]\"}", 2),
        ])
    func malformed(_ text: String, _ line: Int) throws {
        let first = header(redacted: false)
        let file = TraceFile(header: first, entries: []).text.trimmingSuffix { $0 == "\n" }
        let error = #expect(throws: TraceError.self) {
            try TraceFile(text: (text.hasPrefix("H") ? file + text.dropFirst() : text).utf8)
        }
        guard case .malformed(line, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: TraceError.version(2)) {
            try TraceFile(text: file.replacing("\"trace\":1", with: "\"trace\":2").utf8)
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isUnwanted: (Character) -> Bool) -> String {
        String(prefix(upTo: lastIndex { !isUnwanted($0) }.map { index(after: $0) } ?? startIndex))
    }
}
