import Foundation
import TestTerminal
import Testing

/// The view of a line at work, as the program really draws it on a terminal.
@Suite("The live view") struct LiveViewTests {
    static let widths = [40, 80, 110, 200]
    static let languages = ["en_US.UTF-8", "zh_CN.UTF-8"]

    private static func rows(of lane: Int, _ screen: TestTerminal) -> [String] {
        screen.text.filter { $0.hasPrefix("  \(lane)  ") }
    }

    /// One row for each lane, one line with the sums, and nothing that is as wide as the terminal.
    private static func isSound(_ screen: TestTerminal, lanes: Int, marks: [String]) -> Bool {
        (1...lanes).allSatisfy { rows(of: $0, screen).count == 1 }
            && marks.allSatisfy { mark in screen.text.count { $0.hasPrefix(mark) } == 1 }
            && rows(of: lanes + 1, screen).isEmpty
    }

    @Test(
        "Virtual lanes: paused, resized and gone on with, each lane has one row, and none is left in the end",
        arguments: widths, languages)
    func virtualLanes(_ columns: Int, _ language: String) async throws {
        let isChinese = language.hasPrefix("zh")
        let paused = isChinese ? "已暂停：按 r 继续" : "PAUSED: press r to go on"
        let sums = isChinese ? "制成 " : "made "
        let view = try await untilCaught { () -> TerminalProgram? in
            let bench = try await ProductionBench(people: 60)
            let arguments = bench.line(lanes: 3).filter { $0 != "--json" }
            let view = try TerminalProgram(
                arguments, columns: columns, environment: bench.environment.merging(["LANG": language]) { $1 })
            // Before anybody listens: it is heard as soon as somebody does.
            view.type("p")
            do {
                try await view.shows("the pause") { Self.isSound($0, lanes: 3, marks: [paused, sums]) }
            } catch {
                // Everything was made before the key was read.
                guard !view.program.isRunning else { throw error }
                return nil
            }
            return view
        }
        for width in [40, 200, columns, 80, 43, 110] {
            view.resize(columns: width)
            let before = view.received
            try await view.shows("the same at \(width) columns") { screen in
                view.received > before && Self.isSound(screen, lanes: 3, marks: [paused, sums])
            }
            #expect(view.screen.strange.isEmpty)
        }
        view.type("r")
        try await view.shows("that it goes on") { screen in !screen.text.contains { $0.hasPrefix(paused) } }
        view.type("s")
        let status = try await view.wait()
        #expect(status == 7 || status == 0)
        // The picture has gone; what it came to stands there.
        for lane in 1...3 { #expect(Self.rows(of: lane, view.screen).isEmpty, "\(view.screen.text)") }
        #expect(!view.screen.text.contains { $0.contains(isChinese ? "p 暂停" : "p pause") })
        #expect(view.screen.text.contains { $0.contains(isChinese ? "本次：" : "this run:") })
        #expect(view.screen.strange.isEmpty)
    }

    @Test(
        "A reader and a person: what to do stays in the row, at any width, until it is done", arguments: languages)
    func person(_ language: String) async throws {
        let isChinese = language.hasPrefix("zh")
        let insert = isChinese ? ">> 请放入空白卡" : ">> put in a blank card"
        let take = isChinese ? "“制成”盒" : "tray MADE"
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        let folder = try TestFolder()
        let view = try TerminalProgram(
            [
                "personalize", "--batch", Programs.sampleBatch, "--lanes", slot.reader.rawValue, "--ledger",
                folder.file("ledger.sqlite"), "--station", folder.file("station"), "--out", folder.file("out"),
            ], columns: 80, environment: ["LANG": language])
        func stays(_ mark: String) async throws {
            try await view.shows(mark) { Self.rows(of: 1, $0).filter { $0.contains(mark) }.count == 1 }
            for width in Self.widths.reversed() + [43, 80] {
                view.resize(columns: width)
                let before = view.received
                try await view.shows("\(mark) at \(width) columns") { screen in
                    let rows = Self.rows(of: 1, screen)
                    return view.received > before && rows.count == 1 && rows[0].contains(mark)
                        && screen.text.count { $0.contains(">>") } == 1
                }
            }
        }
        try await stays(insert)
        let card = try await CardInSlot.insert("5248430000000A71", slot: slot)
        try await stays(take)
        #expect(!view.screen.text.contains { $0.contains(insert) })
        try await card.stop()
        try await stays(insert)
        view.type("p")
        try await view.shows("no instruction while it pauses") { screen in
            !screen.text.contains { $0.contains(">>") }
        }
        view.type("r")
        try await stays(insert)
        view.type("s")
        #expect(try await view.wait() == 7)
        #expect(view.screen.strange.isEmpty && Self.rows(of: 1, view.screen).isEmpty)
    }
}
