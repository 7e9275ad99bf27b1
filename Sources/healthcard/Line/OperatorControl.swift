import Foundation
import Production
import Synchronization
import Threads

/// What an operator can say to a line at work: keys on a terminal, words on a pipe, signals.
///
/// The first Ctrl-C or SIGTERM lets every lane finish its card, the second stops at once; cards in the middle are in the
/// ledger, and `--resume` goes on with them.
final class OperatorControl: @unchecked Sendable {
    private let line: ProductionLine
    private let boxIsEmpty: @Sendable () -> Void
    private var signals: SignalWatch?
    private let stops = Mutex(0)
    private var saved: termios?
    private let isEnded = Mutex(false)

    init(_ line: ProductionLine, boxIsEmpty: @escaping @Sendable () -> Void) {
        self.line = line
        self.boxIsEmpty = boxIsEmpty
    }

    /// - Parameter listens: whether standard input is the operator's.
    func begin(listens: Bool) throws {
        signals = try Termination.watch { [weak self] _ in self?.stop() }
        guard listens else { return }
        if isatty(STDIN_FILENO) == 1 { takeSingleKeys() }
        // Without a thread more nobody is listened to; signals still stop the line.
        try? startThread("operator") { [weak self] in self?.listen() }
    }

    func end() {
        isEnded.withLock { $0 = true }
        signals?.end()
        if var saved { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
    }

    private func stop() {
        let count = stops.withLock { count in
            count += 1
            return count
        }
        if count == 1 { line.stopAfterThisCard() } else { line.stopNow() }
    }

    private func takeSingleKeys() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved = settings
        settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    private func listen() {
        var word: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            if isEnded.withLock({ $0 }) { return }
            if saved != nil {
                obey([byte])
            } else if byte == 0x0A || byte == 0x0D {
                obey(word)
                word = []
            } else if word.count < 16 {
                word.append(byte)
            }
        }
        // The last word may have no end of line.
        obey(word)
        if !isEnded.withLock({ $0 }) { line.inputEnded() }
    }

    /// What the operator says in a browser.
    func obey(_ command: ViewCommand) {
        switch command {
        case .pause: line.pause()
        case .resume: line.resume()
        case .stop: line.stopAfterThisCard()
        }
    }

    private func obey(_ word: [UInt8]) {
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "p", "pause": line.pause()
        case "r", "resume": line.resume()
        case "s", "stop": line.stopAfterThisCard()
        case "q", "quit": line.stopNow()
        case "e", "empty": boxIsEmpty()
        default: break
        }
    }
}
