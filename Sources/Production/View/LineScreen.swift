import HealthCard
import Ledger
import Messages

/// What a live view of a line shows: a row for each lane, with what a person is to do there until it is done, and the
/// state of the whole below. It says what the rows are; ``ScreenPainter`` keeps them on a terminal.
public struct LineScreen: Sendable {
    /// Of a terminal, in columns and rows.
    public struct Size: Sendable, Hashable {
        public var columns: Int
        public var rows: Int

        public init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// What a person is to do at a lane.
    enum Instruction: Sendable, Hashable {
        case insert(WantedCard)
        case remove(to: Tray, why: LedgerReason?)
        case putBack(chip: String?, why: LedgerReason?)
    }

    let language: Language
    /// Whether somebody listens to the operator's keys.
    private let takesKeys: Bool
    /// By the lane's number.
    private(set) var instructions: [Int: Instruction] = [:]

    public init(language: Language, takesKeys: Bool = false) {
        self.language = language
        self.takesKeys = takesKeys
    }

    /// Takes what ``OperatorHandling`` asks of the operator, or that it was done.
    ///
    /// - Returns: whether there is something new to do.
    public mutating func ask(_ request: OperatorHandling.Request, _ lane: LaneName) -> Bool {
        switch request {
        case .insert(let wanted): set(.insert(wanted), lane)
        case .remove(let tray, let why): set(.remove(to: tray, why: why), lane)
        case .done: set(nil, lane)
        }
    }

    /// Takes an event of the line.
    ///
    /// - Returns: whether there is something new to do.
    public mutating func take(_ event: LineEvent) -> Bool {
        guard let lane = event.lane else { return false }
        switch event.kind {
        case .cardAway: return set(.putBack(chip: event.chip, why: event.reason), lane)
        case .laneStopped, .laneFinished: return set(nil, lane)
        default: return false
        }
    }

    private mutating func set(_ instruction: Instruction?, _ lane: LaneName) -> Bool {
        let isNew = instruction != nil && instructions[lane.number] != instruction
        instructions[lane.number] = instruction
        return isNew
    }

    /// The rows: each narrower than the terminal, all together fewer than it has, and nothing in them that steers it.
    public func rows(_ status: LineStatus, size: Size) -> [String] {
        // The last column stays free: some terminals wrap as soon as it is written to.
        let columns = max(1, size.columns - 1)
        let most = max(1, size.rows - 1)
        var below = phase(status).map { [DisplayWidth.fit($0, into: columns)] } ?? []
        if let trouble = status.ledgerTrouble {
            let text = LineViewText.ledgerTrouble(trouble).text(in: language)
            below.append(DisplayWidth.fit(text.visibleOnOneLine, into: columns))
        }
        below += Self.flow(LineWords.summary(of: status, language), into: columns)
        let keys = takesKeys ? Self.flow(LineWords.keys(language), into: columns) : []
        if status.lanes.count + below.count + keys.count < most { below += keys }
        if status.lanes.count + below.count < most { below.insert("", at: 0) }
        let lanes = lanes(status, atMost: max(1, most - below.count), columns: columns)
        return Array((lanes + below).prefix(most))
    }

    // MARK: The whole

    /// What keeps the line from feeding cards; nil while it runs.
    private func phase(_ status: LineStatus) -> String? {
        switch status.phase {
        case .preparing, .running, .ended: return nil
        case .stopping:
            return LineViewText.stopping.text(in: language)
        case .pausing:
            guard status.lanes.allSatisfy(\.isIdle) else {
                return LineViewText.pausing.text(in: language)
            }
            return (takesKeys ? LineViewText.pausedUntilKey : .paused).text(in: language)
        }
    }

    /// Pieces beside each other, as many on a row as fit.
    static func flow(_ pieces: [String], into columns: Int) -> [String] {
        var rows: [String] = []
        for piece in pieces.map({ DisplayWidth.fit($0.visibleOnOneLine, into: columns) }) {
            if let last = rows.last, DisplayWidth.mostColumns(of: last + "  " + piece) <= columns {
                rows[rows.count - 1] = last + "  " + piece
            } else {
                rows.append(piece)
            }
        }
        return rows
    }

    // MARK: Lanes

    /// Where not all have room, those with something to do come first, and how many there are besides is said.
    private func lanes(_ status: LineStatus, atMost most: Int, columns: Int) -> [String] {
        var shown = status.lanes
        if shown.count > most {
            let urgent = shown.sorted { urgency($0, status) > urgency($1, status) }.prefix(max(1, most - 1))
            let numbers = Set(urgent.map(\.lane.number))
            shown = shown.filter { numbers.contains($0.lane.number) }
        }
        var rows = shown.map { row($0, status, columns: columns) }
        let more = status.lanes.count - shown.count
        if more > 0, rows.count < most {
            rows.append(
                DisplayWidth.fit("     " + LineViewText.moreLanes(more).text(in: language), into: columns))
        }
        return rows
    }

    private func urgency(_ lane: LaneStatus, _ status: LineStatus) -> Int {
        if instruction(lane, status) != nil { return 2 }
        return lane.state == .finished || lane.state == .stopped ? 0 : 1
    }

    /// What a person is to do at a lane now: what was asked for in another state is over.
    func instruction(_ lane: LaneStatus, _ status: LineStatus) -> Instruction? {
        guard let instruction = instructions[lane.lane.number] else { return nil }
        switch (instruction, lane.state) {
        // A line that is paused takes no card.
        case (.insert, .loading): return status.phase == .pausing ? nil : instruction
        case (.remove, .unloading), (.putBack, .cardAway): return instruction
        default: return nil
        }
    }

    private func row(_ lane: LaneStatus, _ status: LineStatus, columns: Int) -> String {
        let number = String(lane.lane.number)
        let head = String(repeating: " ", count: max(0, 3 - number.count)) + number + "  "
        let figures = LineViewText.lane(made: lane.made, rejected: lane.rejectedChips + lane.rejectedOrders)
            .text(in: language)
        var pieces: [String]
        if let instruction = instruction(lane, status) {
            pieces = [">> " + LineWords.instruction(instruction).text(in: language), figures, lane.lane.reader]
        } else {
            let isPaused = status.phase == .pausing && lane.state == .loading
            let state = LineViewText.state(isPaused ? .paused : lane.state, why: lane.reason).text(in: language)
            let order = lane.sequence.map { "#\($0)" }
            pieces = [state, order, lane.chip, figures, lane.lane.reader].compactMap { $0 }
            if lane.steps > 0 { pieces.insert(Self.bar(lane, columns), at: 0) }
        }
        // Each where there is room for it; what is done or to be done is cut rather than left out.
        let certain = pieces.first?.hasPrefix("[") == true ? 1 : 0
        var row = head
        for (index, piece) in pieces.enumerated() {
            let text = (index == 0 ? "" : "  ") + piece.visibleOnOneLine
            let room = columns - DisplayWidth.mostColumns(of: row)
            if index <= certain || DisplayWidth.mostColumns(of: text) <= room {
                row += DisplayWidth.fit(text, into: room)
            }
        }
        return DisplayWidth.fit(row, into: columns)
    }

    /// How far the card is. Of ASCII: what else there is for it has two columns on some terminals.
    private static func bar(_ lane: LaneStatus, _ columns: Int) -> String {
        let width = columns >= 100 ? 20 : 10
        let done = max(0, min(width, lane.step * width / max(1, lane.steps)))
        return "[" + String(repeating: "#", count: done) + String(repeating: ".", count: width - done) + "]"
    }
}
