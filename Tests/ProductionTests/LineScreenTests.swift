import HealthCard
import Ledger
import Messages
import TestTerminal
import Testing

@testable import Production

/// The live view on a terminal: what is there after each redraw, at widths that terminals have, in both languages.
@Suite struct LineScreenTests {
    static let widths = [40, 80, 110, 200]
    static let languages: [Language] = [.english, .chinese]

    /// A line, its view and the terminal it is on.
    private struct Desk {
        var terminal: TestTerminal
        var screen: LineScreen
        var painter = ScreenPainter()
        var lanes: [LaneStatus]
        var phase = LineStatus.Phase.running
        var trouble: String?
        var counts = BatchCounts()
        var said: [String] = []

        init(_ terminal: TestTerminal, _ language: Language, lanes count: Int = 4) {
            self.terminal = terminal
            screen = LineScreen(language: language, takesKeys: true)
            lanes = (1...count).map {
                LaneStatus(lane: LaneName(number: $0, reader: "ACS ACR1281U 00 0\($0)"))
            }
            (counts.waiting, counts.setAside) = (24, 1)
        }

        var status: LineStatus {
            LineStatus(
                phase: phase, lanes: lanes, counts: counts, made: counts.made, cardsPerMinute: 3.44,
                secondsLeft: 400, ledgerTrouble: trouble.map { AnyMessage(VerbatimText($0)) })
        }

        var rows: [String] {
            screen.rows(status, size: LineScreen.Size(columns: terminal.columns, rows: terminal.rows))
        }

        mutating func draw() { terminal.receive(painter.paint(rows, columns: terminal.columns)) }

        mutating func say(_ text: String) {
            said.append(text)
            terminal.receive(painter.clear(columns: terminal.columns) + text + "\n")
            draw()
        }

        mutating func ask(_ lane: Int, _ request: OperatorHandling.Request) -> Bool {
            lanes[lane].state =
                switch request {
                case .insert: .loading
                case .remove: .unloading
                case .done: .looking
                }
            defer { draw() }
            return screen.ask(request, lanes[lane].lane)
        }

        /// Every row of the view is on the terminal once, below all that was said, and nothing else is.
        func check(_ location: SourceLocation = #_sourceLocation) {
            #expect(terminal.strange == [], sourceLocation: location)
            #expect(terminal.text == whole(said) + trimmed(rows) + [""], sourceLocation: location)
        }

        /// The same of a terminal that was resized, where what was said may be broken anew, or cut.
        func checkRows(_ location: SourceLocation = #_sourceLocation) {
            let expected = trimmed(rows) + [""]
            #expect(terminal.screen.suffix(expected.count) == expected[...], sourceLocation: location)
            for lane in lanes {
                let head = DisplayHead.of(lane)
                #expect(
                    terminal.screen.count { $0.hasPrefix(head) } == 1, "\(terminal.screen)", sourceLocation: location)
            }
        }

        private func trimmed(_ rows: [String]) -> [String] {
            rows.map { String($0.reversed().drop { $0 == " " }.reversed()) }
        }

        private func whole(_ said: [String]) -> [String] {
            var copy = TestTerminal(
                columns: terminal.columns, rows: terminal.rows, isChinese: terminal.isChinese)
            said.forEach { copy.receive($0 + "\n") }
            return Array(copy.text.dropLast())
        }
    }

    private enum DisplayHead {
        static func of(_ lane: LaneStatus) -> String {
            String(repeating: " ", count: lane.lane.number < 10 ? 2 : 1) + "\(lane.lane.number)  "
        }
    }

    private static func terminals(_ columns: Int, _ rows: Int = 24) -> [TestTerminal] {
        [true, false].flatMap { reflows in
            [true, false].map {
                TestTerminal(columns: columns, rows: rows, reflows: reflows, isChinese: $0)
            }
        }
    }

    private static let hostile = [
        "\u{1B}[2J\u{1B}[31mred\u{7}\r\n\u{9B}5A", "北门“一”号·……——" + String(repeating: "卡片损坏", count: 60),
        String(repeating: "x", count: 500), "e\u{301}\u{301}\u{301} \u{200D}👩‍👩‍👧‍👦🂡 ｱﾞ\tΩЖ█░",
        "\u{202E}desrever\u{2028}line\u{FEFF}",
    ]

    @Test(
        "A machine moves the cards: bars, states and figures change, and each lane has one row", arguments: widths,
        languages)
    func feeder(_ columns: Int, _ language: Language) {
        for terminal in Self.terminals(columns) {
            var desk = Desk(terminal, language)
            for step in 0..<120 {
                let lane = step % 4
                desk.lanes[lane].state = [.loading, .looking, .making, .recording, .unloading, .idle][step % 6]
                (desk.lanes[lane].step, desk.lanes[lane].steps) = (step % 90, 90)
                desk.lanes[lane].sequence = step % 3 == 0 ? nil : step * 1_000
                desk.lanes[lane].chip = step % 5 == 0 ? nil : "702A8CE993EE88D5"
                desk.counts.made += 1
                if step % 20 == 7 {
                    desk.say("chip \(step) rejected: " + Self.hostile[step % 5].visibleOnOneLine)
                } else {
                    desk.draw()
                }
                desk.check()
            }
            desk.lanes[3].state = .stopped
            desk.lanes[3].reason = LedgerReason(code: "x", text: Self.hostile[1])
            desk.draw()
            desk.check()
        }
    }

    @Test("What the operator is to do stays in the lane's row until it is done", arguments: widths, languages)
    func person(_ columns: Int, _ language: Language) throws {
        for terminal in Self.terminals(columns) {
            var desk = Desk(terminal, language)
            let tray = language.text("tray REJECT", "“剔除”盒")
            func row() throws -> String { try #require(desk.terminal.text.first { $0.hasPrefix("  2  ") }) }

            var isNew = desk.ask(1, .insert(.blank))
            #expect(isNew)
            #expect(try row().contains(language.text("put in a blank card", "请放入空白卡")))
            isNew = desk.ask(1, .insert(.blank))
            #expect(!isNew)
            isNew = desk.ask(1, .done)
            #expect(!isNew)
            #expect(try !row().contains(">>"))

            let why = LedgerReason(code: "writeFailed", text: language.text("no answer", "无应答"))
            isNew = desk.ask(1, .remove(to: .reject, why: why))
            #expect(isNew)
            for step in 0..<50 {
                desk.lanes[0].step = step
                if step % 9 == 0 {
                    desk.say("order \(step) " + Self.hostile[step % 5].visibleOnOneLine)
                } else {
                    desk.draw()
                }
                #expect(try row().contains(tray) && (columns < 80 || row().contains(why.text)))
                desk.check()
            }
            isNew = desk.ask(1, .done)
            #expect(try !isNew && !row().contains(tray))

            // A card that was taken out in the middle is wanted back.
            desk.lanes[1].state = .cardAway
            var event = LineEvent(.cardAway)
            (event.lane, event.chip, event.reason) = (desk.lanes[1].lane, "702A8CE993EE88D5", why)
            isNew = desk.screen.take(event)
            #expect(isNew)
            desk.draw()
            #expect(try row().contains("702A8CE993EE88D5") && row().contains(">>"))
            desk.lanes[1].state = .making
            desk.draw()
            #expect(try !row().contains(">>"))
            desk.check()
        }
    }

    @Test("A lane that has ended asks for nothing")
    func ended() {
        var desk = Desk(TestTerminal(columns: 80), .english)
        _ = desk.ask(0, .remove(to: .made, why: nil))
        #expect(desk.screen.instructions.count == 1)
        var event = LineEvent(.laneStopped)
        event.lane = desk.lanes[0].lane
        let isNew = desk.screen.take(event)
        #expect(!isNew && desk.screen.instructions.isEmpty)
    }

    @Test(
        "A pause is shown: while cards are finished, and once all lanes wait; no card is asked for", arguments: widths,
        languages)
    func pause(_ columns: Int, _ language: Language) {
        var desk = Desk(TestTerminal(columns: columns), language)
        _ = desk.ask(0, .insert(.blank))
        desk.lanes[1].state = .making
        desk.phase = .pausing
        desk.draw()
        desk.check()
        #expect(desk.terminal.text.contains { $0.hasPrefix(language.text("PAUSING", "正在暂停")) })
        for lane in 1..<4 { desk.lanes[lane].state = .paused }
        desk.say("x")
        desk.check()
        #expect(desk.terminal.text.contains { $0.hasPrefix(language.text("PAUSED", "已暂停")) })
        #expect(!desk.terminal.text.contains { $0.contains(">>") })
        desk.phase = .running
        desk.draw()
        desk.check()
        #expect(!desk.terminal.text.contains { $0.contains(language.text("PAUSED", "已暂停：")) })
        #expect(desk.terminal.text.contains { $0.contains(">>") })
    }

    @Test("A ledger that does not answer is named for as long as it is waited for", arguments: widths, languages)
    func deadLedger(_ columns: Int, _ language: Language) {
        for terminal in Self.terminals(columns) {
            var desk = Desk(terminal, language)
            desk.draw()
            for trouble in ["postgres://line@10.0.0.7/cards: the connection was lost"] + Self.hostile {
                desk.trouble = trouble
                desk.draw()
                desk.check()
                #expect(desk.terminal.text.contains { $0.hasPrefix(language.text("waiting for the ledger", "等待台账")) })
                desk.say(trouble.visibleOnOneLine)
                desk.check()
            }
            desk.trouble = nil
            desk.draw()
            desk.check()
        }
    }

    /// A view that is too high for the terminal once it is narrower leaves the rows that were scrolled away there, where
    /// no program reaches them: so a low terminal is resized once, a high one as often as one likes.
    @Test("A terminal that is resized has each lane once", arguments: widths, languages)
    func resize(_ columns: Int, _ language: Language) {
        for reflows in [true, false] {
            for width in [columns - 1, columns / 2 + 20, 40, 200, 41, 132, 80] {
                var desk = Self.resized(TestTerminal(columns: columns, reflows: reflows), language)
                desk.terminal.resize(columns: width)
                desk.draw()
                desk.checkRows()
                desk.say("at \(width)")
                desk.checkRows()
            }
            var desk = Self.resized(TestTerminal(columns: columns, rows: 80, reflows: reflows), language)
            for width in [columns - 1, columns / 2 + 20, columns, 40, 200, 41, 132, 80, 40, 43] {
                desk.terminal.resize(columns: width)
                desk.draw()
                desk.checkRows()
                desk.say("at \(width)")
                desk.checkRows()
            }
        }
    }

    private static func resized(_ terminal: TestTerminal, _ language: Language) -> Desk {
        var desk = Desk(terminal, language)
        for lane in 0..<4 { desk.lanes[lane].reason = LedgerReason(code: "x", text: hostile[1]) }
        for step in 0..<5 { desk.say("said \(step)") }
        return desk
    }

    @Test("No row is as wide as the terminal, on any terminal, with any text", arguments: languages)
    func narrow(_ language: Language) {
        for columns in 1...120 {
            var desk = Desk(TestTerminal(columns: columns), language, lanes: 5)
            for (index, text) in Self.hostile.enumerated() {
                desk.lanes[index].reason = LedgerReason(code: "x", text: text)
                desk.lanes[index].chip = text
            }
            _ = desk.screen.ask(
                .remove(to: .reject, why: LedgerReason(code: "x", text: Self.hostile[0])), desk.lanes[0].lane)
            desk.lanes[0].state = .unloading
            desk.trouble = Self.hostile[1]
            for row in desk.rows {
                #expect(DisplayWidth.mostColumns(of: row) <= max(1, columns - 1), "\(columns): \(row)")
                #expect(row == row.visibleOnOneLine)
            }
        }
    }

    @Test("More lanes than the terminal has rows: those with something to do are shown, and how many there are besides")
    func manyLanes() {
        for rows in 2...24 {
            var desk = Desk(TestTerminal(columns: 80, rows: rows), .english, lanes: 64)
            _ = desk.ask(40, .remove(to: .made, why: nil))
            for step in 0..<10 { desk.say("said \(step)") }
            #expect(desk.rows.count < max(2, rows))
            #expect(desk.terminal.text.count { $0.contains("tray MADE") } == 1)
            #expect(rows < 6 || desk.terminal.text.count { $0.contains("more lanes") } == 1)
            desk.check()
        }
    }

    @Test("What is below the lanes breaks between its pieces, and all of them are there", arguments: languages)
    func pieces(_ language: Language) {
        let desk = Desk(TestTerminal(columns: 40), language)
        let text = desk.rows.joined(separator: " ")
        for piece in LineWords.keys(language) + LineWords.summary(of: desk.status, language) {
            #expect(text.contains(piece), "\(piece)")
        }
    }

    @Test(
        "Chinese characters have two columns, combining ones none, the rest one or, where terminals differ, at most two"
    )
    func characters() {
        #expect(DisplayWidth.columns(of: "制卡A·") == 6 && DisplayWidth.mostColumns(of: "制卡A·") == 7)
        #expect(DisplayWidth.columns(of: "e\u{301}") == 1 && DisplayWidth.columns(of: "ｱ２🀄") == 5)
        #expect(DisplayWidth.fit("制卡制卡", into: 7) == "制卡.." && DisplayWidth.fit("制卡制卡", into: 8) == "制卡制卡")
        #expect(DisplayWidth.fit("card", into: 1) == "." && DisplayWidth.fit("card", into: 0) == "")
    }

    @Test("The rate is that of the time the line has run: a pause does not change it")
    func rate() {
        var tally = LineTally()
        let start = ContinuousClock.now
        #expect(tally.rate(at: start) == 0)
        for minute in 0...4 { tally.madeOne(at: start + .seconds(60 * minute)) }
        #expect(tally.rate(at: start + .seconds(240)) == 1)
        tally.hold(at: start + .seconds(240))
        tally.hold(at: start + .seconds(300))
        #expect(tally.rate(at: start + .seconds(7_000)) == 1)
        tally.release(at: start + .seconds(7_200))
        #expect(tally.rate(at: start + .seconds(7_200)) == 1)
        tally.madeOne(at: start + .seconds(7_260))
        #expect(tally.rate(at: start + .seconds(7_260)) == 1)
        // Nothing for minutes while it runs: the rate goes down, and is none in the end.
        #expect(tally.rate(at: start + .seconds(7_320)) < 1)
        #expect(tally.rate(at: start + .seconds(9_000)) == 0)
    }
}

extension Language {
    fileprivate func text(_ english: String, _ chinese: String) -> String { self == .chinese ? chinese : english }
}
