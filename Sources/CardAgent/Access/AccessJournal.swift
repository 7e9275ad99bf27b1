import Files
import Foundation
import Glibc
import HealthCard
import ISO7816
import ShangMi
import Synchronization

/// Who did what to which chip, when, and by what right; nothing of what is on the card. Each line has the SM3 digest of the
/// line before it, so that a line that is changed or taken out later shows. One file a month; files older than the
/// configured days are removed.
final class AccessJournal: Sendable {
    struct Entry: Sendable, Hashable {
        enum Outcome: String, Sendable, Hashable, CaseIterable {
            /// Written before a card is changed: without one of the others behind it, the act was cut short.
            case begun
            case done, failed
            /// The card holds the old content or the new.
            case inDoubt
            /// What the card of an act that was cut short turned out to hold: nothing of the act, all of it, a part, or
            /// what somebody else has written since. A part also where the agent saw the end itself.
            case foundOld, foundNew, foundPart, foundOther
            /// Nothing was done to a card: a pairing, a token.
            case noted
        }

        var act: String
        var actID: String
        var who: String
        var token: String?
        var right: String?
        /// The start of the chip's serial, hexadecimal.
        var chip: String?
        var code: String?
        /// SM3 of token and Idempotency-Key.
        var key: String?
        /// SM3 of what was asked.
        var request: String?
        var outcome: Outcome
    }

    /// An act that changes a card, as the journal knows it after a restart.
    struct Remembered: Sendable, Hashable {
        let entry: Entry
        let time: Date
        /// Whether the outcome was written.
        let isFinished: Bool
    }

    /// Chain heads of files: what stands before the first line.
    static let beginning = String(repeating: "0", count: 64)
    private static let longestFile = 256 << 20
    private static let longestLine = 4_096

    private struct State {
        var previous = AccessJournal.beginning
        var number = 0
        /// Of the file that is written to: never one before the last, also where the clock is set back.
        var month = ""
        var last: Date?
        var descriptor: CInt = -1
    }

    private let folder: String
    private let days: Int
    private let now: @Sendable () -> Date
    private let state: Mutex<State>
    /// Acts of the last day that the journal knew when it was opened.
    let remembered: [Remembered]

    /// - Throws: ``AgentError/stateUnreadable(file:)``, ``AgentError/stateNotKept(file:)``.
    init(folder: String, days: Int, now: @escaping @Sendable () -> Date = { Date() }) throws(AgentError) {
        self.folder = folder
        self.days = days
        self.now = now
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .stateNotKept(file: folder) }
        var state = State()
        var remembered: [Remembered] = []
        let names = try Self.files(in: folder)
        if let last = names.last {
            let lines = try Self.lines(of: folder + "/" + last)
            state.month = String(last.dropFirst(8).prefix(7))
            if let line = lines.last {
                state.previous = Self.digest(of: line)
                state.number = Self.number(of: line)
                state.last = (try? JSONValue(parsing: line.utf8)).flatMap(Self.entry)?.1
            }
            // The last day may have begun in the month before.
            let before = try names.dropLast().last.map { name throws(AgentError) in
                try Self.lines(of: folder + "/" + name)
            }
            remembered = Self.acts((before ?? []) + lines, since: now() - 86_400)
        }
        self.state = Mutex(state)
        self.remembered = remembered
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes a line and waits until the disk has it.
    ///
    /// - Throws: ``AgentError/stateNotKept(file:)``: what cannot be written down is not done.
    func add(_ entry: Entry) throws(AgentError) {
        let time = now()
        let problem = state.withLock { state -> AgentError? in
            let month = max(state.month, String(AgentSchema.text(of: time).prefix(7)))
            let path = "\(folder)/journal-\(month).jsonl"
            if state.month != month || state.descriptor < 0 {
                if state.descriptor >= 0 { close(state.descriptor) }
                state.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
                guard state.descriptor >= 0 else { return .stateNotKept(file: path) }
                state.month = month
                if Self.endsInBrokenLine(path) { _ = Self.write("\n", to: state.descriptor) }
                removeOld(at: time, since: state.last)
            }
            let line = Self.line(entry, number: state.number + 1, time: time, previous: state.previous)
            guard Self.write(line + "\n", to: state.descriptor), fdatasync(state.descriptor) == 0 else {
                // The next line begins in a file that is opened anew, behind whatever was half written.
                close(state.descriptor)
                state.descriptor = -1
                return .stateNotKept(file: path)
            }
            state.number += 1
            state.last = time
            state.previous = Self.digest(of: line)
            return nil
        }
        if let problem { throw problem }
    }

    /// A line that a crash cut short stays, on a line of its own: nothing is taken out of a journal.
    private static func endsInBrokenLine(_ path: String) -> Bool {
        guard let file = try? InputFile(path, atMost: longestFile), file.size > 0 else { return false }
        guard (try? file.seek(to: file.size - 1)) != nil, let last = try? file.read(upTo: 1) else { return false }
        return last != [0x0A]
    }

    /// A clock that has leapt forward since the last line is not believed at once: the next month, or start, removes what is
    /// old then.
    private static let longestLeap: TimeInterval = 45 * 86_400

    private func removeOld(at time: Date, since last: Date?) {
        guard last.map({ time.timeIntervalSince($0) < Self.longestLeap }) ?? true else { return }
        let first = String(AgentSchema.text(of: time - Double(days) * 86_400).prefix(7))
        for name in (try? Self.files(in: folder)) ?? [] where name.dropFirst(8).prefix(7) < first {
            unlink(folder + "/" + name)
        }
    }

    // MARK: Lines

    private static func line(_ entry: Entry, number: Int, time: Date, previous: String) -> String {
        var members: [JSONValue.Member] = [
            .init("n", .number(number)), .init("time", .string(AgentSchema.text(of: time))),
            .init("act", .string(entry.act)), .init("id", .string(entry.actID)), .init("who", .string(entry.who)),
        ]
        for (name, text) in [
            ("token", entry.token), ("right", entry.right), ("chip", entry.chip), ("code", entry.code),
            ("key", entry.key), ("request", entry.request),
        ] { if let text { members.append(.init(name, .string(text))) } }
        members.append(.init("outcome", .string(entry.outcome.rawValue)))
        members.append(.init("previous", .string(previous)))
        return JSONValue.object(members).text()
    }

    private static func digest(of line: String) -> String { Hex.encode(SM3.hash(Array(line.utf8))).lowercased() }

    private static func number(of line: String) -> Int {
        guard case .number(let number)? = (try? JSONValue(parsing: line.utf8))?["n"] else { return 0 }
        return number
    }

    private static func write(_ text: String, to descriptor: CInt) -> Bool {
        guard descriptor >= 0 else { return false }
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    // MARK: Reading it back

    /// `journal-2026-11.jsonl`, the oldest first.
    private static func files(in folder: String) throws(AgentError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                $0.hasPrefix("journal-") && $0.hasSuffix(".jsonl") && $0.utf8.count == 21
            }.sorted()
        } catch { throw .stateUnreadable(file: folder) }
    }

    private static func lines(of path: String) throws(AgentError) -> [String] {
        let bytes: [UInt8]
        do { bytes = try InputFile.contents(of: path, atMost: longestFile) } catch {
            throw .stateUnreadable(file: path)
        }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true)
        // A line without its end was cut short, and nothing follows from it.
        if bytes.last != 0x0A, !lines.isEmpty { lines.removeLast() }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func acts(_ lines: [String], since: Date) -> [Remembered] {
        var order: [String] = []
        var acts: [String: Remembered] = [:]
        for line in lines {
            guard let value = try? JSONValue(parsing: line.utf8), let (entry, time) = entry(of: value), time >= since,
                entry.key != nil || entry.outcome == .begun || acts[entry.actID] != nil
            else { continue }
            if let begun = acts[entry.actID] {
                var finished = begun.entry
                finished.outcome = entry.outcome
                acts[entry.actID] = Remembered(entry: finished, time: begun.time, isFinished: true)
            } else if entry.outcome == .begun {
                order.append(entry.actID)
                acts[entry.actID] = Remembered(entry: entry, time: time, isFinished: false)
            }
        }
        return order.compactMap { acts[$0] }
    }

    private static func entry(of value: JSONValue) -> (Entry, Date)? {
        func text(_ name: String) -> String? {
            guard case .string(let text)? = value[name] else { return nil }
            return text
        }
        guard let act = text("act"), let id = text("id"), let who = text("who"),
            let outcome = text("outcome").flatMap(Entry.Outcome.init(rawValue:)),
            let time = text("time").flatMap(AgentSchema.time)
        else { return nil }
        return (
            Entry(
                act: act, actID: id, who: who, token: text("token"), right: text("right"), chip: text("chip"),
                code: text("code"), key: text("key"), request: text("request"), outcome: outcome), time
        )
    }

    /// What is wrong with a journal: the first line whose chain does not hold, by file and line number; nil where it holds.
    static func flaw(inFolder folder: String) throws(AgentError) -> (file: String, line: Int)? {
        var previous: String?
        for name in try files(in: folder) {
            let path = folder + "/" + name
            let lines = try lines(of: path)
            for (index, line) in lines.enumerated() {
                // A line that a crash cut short counts for nothing; one that was made so is missed by the next.
                guard let value = try? JSONValue(parsing: line.utf8) else { continue }
                guard case .string(let stated)? = value["previous"] else { return (path, index + 1) }
                // The first line that is kept follows one that may have been removed with its month.
                if let previous, stated != previous { return (path, index + 1) }
                previous = digest(of: line)
            }
        }
        return nil
    }
}
