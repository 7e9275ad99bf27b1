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
    /// Whether the bell rings when there is something to do.
    private let rings: Bool
    private let lock = NSLock()
    // Guarded by `lock`.
    private var screen: LineScreen
    private var painter = ScreenPainter()
    private var status: (@Sendable () -> LineStatus)?
    private var clock: (any DispatchSourceTimer)?

    /// How often a live picture is drawn, and how often a line elsewhere says how far it is.
    private static let livePeriod = 0.25
    private static let plainPeriod = 30.0
    private static let bell = "\u{7}"

    /// - Parameter takesKeys: whether somebody listens to the operator's keys.
    init(_ style: Style, takesKeys: Bool = false, rings: Bool = false) {
        self.style = style
        self.rings = rings
        screen = LineScreen(language: Terminal.language, takesKeys: takesKeys)
    }

    /// Shows the line from now on. Whatever else is noted on a terminal meanwhile goes above the picture.
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
        if style == .live { Terminal.sendNotes { [weak self] in self?.note($0) } }
        timer.resume()
    }

    /// Called by the line, from any of its threads.
    func show(_ event: LineEvent) {
        switch style {
        case .silent: return
        case .json: try? Terminal.printLine(json: event)
        case .plain: if let text = LineText.line(of: event, isLive: false) { Terminal.note(text) }
        case .live:
            let text = LineText.line(of: event, isLive: true)
            lock.withLock {
                let isNew = screen.take(event)
                guard text != nil || isNew else { return }
                draw(saying: text, isNew: isNew)
            }
        }
    }

    /// What the operator is to do, or that it was done; from any of the line's threads.
    func ask(_ lane: LaneName, _ request: OperatorHandling.Request) {
        switch style {
        case .silent: return
        // Standard output has the events; a person is told beside them.
        case .json, .plain:
            guard let text = LineText.request(request, lane) else { return }
            Terminal.note(text)
            if rings, Terminal.errorIsTerminal { Terminal.draw(Self.bell) }
        case .live: lock.withLock { draw(isNew: screen.ask(request, lane)) }
        }
    }

    func finish() {
        lock.withLock {
            clock?.cancel()
            clock = nil
            status = nil
            Terminal.draw(painter.clear(columns: Terminal.errorSize.columns))
        }
        if style == .live { Terminal.sendNotes(nil) }
    }

    private func tick() {
        lock.withLock {
            guard clock != nil, let status = status?() else { return }
            if style == .plain {
                return Terminal.note(LineWords.summary(of: status, Terminal.language).joined(separator: ", "))
            }
            draw()
        }
    }

    private func note(_ text: String) { lock.withLock { draw(saying: text) } }

    /// Draws the picture anew, below what is said; in one piece, so that nothing of it is seen half drawn.
    private func draw(saying text: String? = nil, isNew: Bool = false) {
        let size = Terminal.errorSize
        var output = text.map { painter.clear(columns: size.columns) + $0.visible + "\n" } ?? ""
        if let status = status?() { output += painter.paint(screen.rows(status, size: size), columns: size.columns) }
        Terminal.draw(output + (isNew && rings ? Self.bell : ""))
    }
}
