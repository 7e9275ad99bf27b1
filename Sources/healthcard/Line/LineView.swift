import Foundation
import Ledger
import Production

/// What a person, or a program, sees of a line at work: a live picture on a terminal, a line for each thing that happened
/// elsewhere, and with `--json` each as an object on standard output.
final class LineView: @unchecked Sendable {
    enum Style {
        case live, plain, json, silent
    }

    private let style: Style
    /// Whether somebody listens to the operator's keys.
    private let takesKeys: Bool
    private let lock = NSLock()
    // Guarded by `lock`.
    private var drawn = 0
    private var status: (@Sendable () -> LineStatus)?
    private var clock: (any DispatchSourceTimer)?

    /// How often a live picture is drawn, and how often a line elsewhere says how far it is.
    private static let livePeriod = 0.25
    private static let plainPeriod = 30.0

    init(_ style: Style, takesKeys: Bool = false) {
        self.style = style
        self.takesKeys = takesKeys
    }

    /// Shows the line from now on.
    func follow(_ status: @escaping @Sendable () -> LineStatus) {
        let period: Double
        switch style {
        case .live: period = Self.livePeriod
        case .plain: period = Self.plainPeriod
        case .json, .silent: return
        }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + period, repeating: period)
        timer.setEventHandler { [weak self] in self?.tick() }
        lock.withLock {
            self.status = status
            clock = timer
        }
        timer.resume()
    }

    /// Called by the line, from any of its threads.
    func show(_ event: LineEvent) {
        switch style {
        case .silent: return
        case .json: try? Terminal.printLine(json: event)
        case .plain, .live:
            guard let text = LineText.line(of: event, isLive: style == .live) else { return }
            lock.withLock {
                erase()
                Terminal.note(text)
                if style == .live { draw() }
            }
        }
    }

    func finish() {
        lock.withLock {
            clock?.cancel()
            clock = nil
            erase()
        }
    }

    private func tick() {
        lock.withLock {
            guard clock != nil, let status = status?() else { return }
            if style == .plain { return Terminal.note(LineText.summary(of: status)) }
            erase()
            draw(status)
        }
    }

    private func draw() {
        if let status = status?() { draw(status) }
    }

    private func draw(_ status: LineStatus) {
        let keys = takesKeys ? [LineText.keys] : []
        let lines = status.lanes.map(LineText.picture(of:)) + ["", LineText.summary(of: status)] + keys
        drawn = lines.count
        Terminal.note(lines.joined(separator: "\n"))
    }

    /// Takes the last picture away, so that what is printed next stands where it was.
    private func erase() {
        guard drawn > 0 else { return }
        Terminal.eraseLines(drawn)
        drawn = 0
    }
}
