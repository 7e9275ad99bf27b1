import Foundation
import Ledger
import Production

/// The words for what happens on a line. They name orders by sequence and row and chips by serial number, never people.
enum LineText {
    // MARK: Events

    /// A line for an event; nil for those a picture, or nobody, has to be told of.
    static func line(of event: LineEvent, isLive: Bool) -> String? {
        guard let text = words(for: event, isLive: isLive) else { return nil }
        let lane = event.lane.map { Terminal.text("lane \($0.number): ", "第 \($0.number) 路：") } ?? ""
        return Terminal.clock().prefix(8) + " " + lane + text
    }

    private static func words(for event: LineEvent, isLive: Bool) -> String? {
        let order = event.sequence.map { sequence in
            Terminal.text(
                "order \(sequence)\(event.row.map { ", row \($0)" } ?? "")",
                "第 \(sequence) 号\(event.row.map { "（第 \($0) 行）" } ?? "")")
        }
        let chip = event.chip.map { Terminal.text("chip \($0)", "芯片 \($0)") } ?? ""
        let why = event.reason?.text ?? ""
        switch event.kind {
        case .progress, .laneWaiting, .cardInserted, .begun, .cardUnloaded: return nil
        case .lineBegun:
            let left = (event.counts?.waiting ?? 0) + (event.counts?.inWork ?? 0)
            return Terminal.text("the line runs: \(left) cards to make", "生产线启动：待制 \(left) 张")
        case .cardWanted:
            return Terminal.text(
                "wanted back: \(chip) (\(order ?? "")), begun and not finished", "请找回\(chip)（\(order ?? "")）：已开始，未完成")
        case .continued: return Terminal.text("\(chip) goes on, \(order ?? "")", "\(chip)继续制作，\(order ?? "")")
        case .made:
            // A picture counts them; elsewhere each is a line of the log.
            return isLive ? nil : Terminal.text("made \(order ?? ""), \(chip)", "制成\(order ?? "")，\(chip)")
        case .retrying: return Terminal.text("tries \(chip) again: \(why)", "重试\(chip)：\(why)")
        case .cardAway:
            return Terminal.text("put \(chip) back in, it is in the middle: \(why)", "请放回\(chip)，制卡未完成：\(why)")
        case .chipUnused: return Terminal.text("\(chip) goes back unused: \(why)", "\(chip)未使用，退回：\(why)")
        case .chipRejected: return Terminal.text("\(chip) rejected: \(why)", "\(chip)剔除：\(why)")
        case .orderRejected: return Terminal.text("\(order ?? "") rejected: \(why)", "\(order ?? "")剔除：\(why)")
        case .attemptOpen:
            return Terminal.text("\(chip), \(order ?? ""), stays open: \(why)", "\(chip)（\(order ?? "")）结果未定：\(why)")
        case .ledgerWaiting: return Terminal.text("waiting for the ledger: \(why)", "等待台账：\(why)")
        case .ledgerBack: return Terminal.text("the ledger answers again", "台账已恢复")
        case .laneStopped: return Terminal.text("stopped: \(why)", "停止：\(why)")
        case .laneFinished: return isLive ? nil : Terminal.text("finished: \(why)", "完成：\(why)")
        case .paused: return Terminal.text("pausing after these cards", "完成当前卡后暂停")
        case .resumed: return Terminal.text("going on", "继续")
        case .stopping: return Terminal.text("stopping: \(why)", "正在停止：\(why)")
        case .lineEnded: return Terminal.text("the line has ended: \(why)", "生产线结束：\(why)")
        }
    }
}

// MARK: Requests and reports

extension LineText {
    /// What a person is to do with a card; nil for what was done.
    static func request(_ request: OperatorHandling.Request, _ lane: LaneName) -> String? {
        let place = Terminal.text("lane \(lane.number) (\(lane.reader)): ", "第 \(lane.number) 路（\(lane.reader)）：")
        switch request {
        case .insert(.blank): return place + Terminal.text("put in a blank chip", "请放入空白卡")
        case .insert(.begun(let chips)):
            let list = chips.prefix(5).joined(separator: ", ") + (chips.count > 5 ? " …" : "")
            return place
                + Terminal.text("put in a card that was begun and not finished: \(list)", "请放入已开始未完成的卡：\(list)")
        case .remove(let tray, let why):
            return place + Terminal.text("take the card out: ", "请取出卡：") + name(of: tray)
                + (why.map { " (\($0.text))" } ?? "")
        case .done: return nil
        }
    }

    private static func name(of tray: Tray) -> String {
        switch tray {
        case .made: Terminal.text("tray MADE", "放入“制成”盒")
        case .reject: Terminal.text("tray REJECT", "放入“剔除”盒")
        case .unused: Terminal.text("back to the blanks", "放回空白卡盒")
        }
    }

    static let unbalanced = Terminal.text(
        "the books do not add up: run `healthcard ledger verify` before anything else is made",
        "账目不平：请先运行 healthcard ledger verify，再继续制卡")

    /// What a run came to, for people.
    static func lines(of report: LineReport, lists: BatchLists?, folder: String, isKept: Bool) -> [String] {
        var lines = [report.reason.text]
        let seconds = Double(report.milliseconds) / 1000
        lines.append(
            Terminal.text(
                "this run: \(report.made) cards made in \(LineWords.duration(seconds, Terminal.language)), \(report.rejectedChips) chips and \(report.rejectedOrders) applicants rejected",
                "本次：\(LineWords.duration(seconds, Terminal.language))内制成 \(report.made) 张，剔除芯片 \(report.rejectedChips) 张、申请人 \(report.rejectedOrders) 人"
            ))
        if let counts = report.counts {
            lines.append(
                Terminal.text(
                    "the batch: ", "全批：")
                    + BatchText.sum(counts))
        }
        for card in report.open ?? [] {
            lines.append(
                Terminal.text(
                    "open: chip \(card.chip), order \(card.sequence), row \(card.row): \(card.place); \(card.advice)",
                    "未定：芯片 \(card.chip)，第 \(card.sequence) 号（第 \(card.row) 行）：\(card.place)；\(card.advice)"))
        }
        for lane in report.lanes {
            // What stopped them all is said already.
            guard lane.state == .stopped, let reason = lane.reason, reason.code != "stopped", reason != report.reason
            else { continue }
            lines.append(
                Terminal.text("lane \(lane.lane.number) stopped: ", "第 \(lane.lane.number) 路停止：") + reason.text)
        }
        if let lists {
            lines.append(
                Terminal.text(
                    "lists in \(folder): \(lists.points.count) packing list(s), rejects, scrap, summary",
                    "清单在 \(folder)：装箱单 \(lists.points.count) 份、未领卡清单、废卡清单、汇总"))
        }
        if !isKept {
            lines.append(
                Terminal.text(
                    "a rehearsal: its ledger is gone; name one with --ledger to keep it", "演练：台账未保留；如需保留请用 --ledger 指定")
            )
        }
        if !report.isBalanced { lines.append(unbalanced) }
        return lines
    }
}
