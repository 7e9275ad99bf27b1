import Foundation
import Messages
import Production
import Synchronization
import TestCards
import Threads

/// What a tester sees of a run: a bar, and each failure as it comes.
final class SuiteView: @unchecked Sendable {
    private let isJSON: Bool
    private let isQuiet: Bool
    // The suite calls from one thread.
    private var failures = 0
    private var lastFamily: CheckFamily?
    private let start = ContinuousClock.now

    init(isJSON: Bool, isQuiet: Bool) {
        self.isJSON = isJSON
        self.isQuiet = isQuiet
    }

    private struct Line: Encodable {
        let check: String
        let card: String
        let verdict: CheckVerdict
        let got: String
        let done: Int
        let total: Int
    }

    func show(_ progress: SuiteProgress) {
        let result = progress.result
        if isJSON {
            try? Terminal.printLine(
                json: Line(
                    check: result.check, card: result.card, verdict: result.verdict,
                    got: Terminal.words(result.got), done: progress.done, total: progress.total))
        }
        guard !isQuiet else { return }
        if result.verdict == .failed {
            failures += 1
            if Terminal.errorIsTerminal { Terminal.overwrite("") }
            Terminal.note(
                Terminal.words(SuiteText.failed) + "\(result.check) (\(result.card)): "
                    + Terminal.words(result.got))
        }
        let family = progress.description.family
        let title = family.title(Terminal.language)
        if Terminal.errorIsTerminal {
            Terminal.overwrite(
                "\(Terminal.bar(progress.done, of: progress.total)) \(progress.done)/\(progress.total) \(title)"
                    + (failures > 0 ? Terminal.words(SuiteText.failures(count: failures)) : "")
                    + (timeLeft(progress).map { Terminal.words(SuiteText.timeLeft($0)) } ?? ""))
        } else if family != lastFamily, !isJSON {
            Terminal.note("\(progress.done)/\(progress.total) \(title)")
        }
        lastFamily = family
    }

    /// At the pace so far; nil before there is one.
    private func timeLeft(_ progress: SuiteProgress) -> LineDuration? {
        let elapsed = Double((ContinuousClock.now - start).components.seconds)
        guard elapsed >= 2, progress.done >= 20, progress.done < progress.total else { return nil }
        return LineDuration(seconds: elapsed * Double(progress.total - progress.done) / Double(progress.done))
    }

    func finish() { if !isQuiet, Terminal.errorIsTerminal { Terminal.overwrite("") } }
}

/// Ctrl-C (or the end of the session) ends a run after the check in work: what was found so far is kept as a part, signed, and
/// the rest counts as not run.
final class StopSignal: Sendable {
    private final class Flag: Sendable {
        let value = Mutex(false)
    }

    private let flag = Flag()
    private let watch: SignalWatch

    init() throws {
        watch = try SignalWatch([SIGINT, SIGTERM, SIGHUP]) { [flag] _ in flag.value.withLock { $0 = true } }
    }

    var isRaised: Bool { flag.value.withLock { $0 } }

    func end() { watch.end() }
}
