import Ledger
import Messages

/// The words of a live view. They name orders by sequence and chips by serial number, never people.
public enum LineWords {
    public static func keys(_ language: Language) -> [String] {
        language == .chinese
            ? ["p 暂停", "r 继续", "s 完成当前卡后停止", "q 立即停止", "e 空白卡已用完"]
            : ["p pause", "r resume", "s stop after these cards", "q stop at once", "e the box is empty"]
    }

    /// The books and the rate, piece by piece.
    public static func summary(of status: LineStatus, _ language: Language) -> [String] {
        let counts = status.counts
        let void =
            counts.void == 0 ? [] : [language.text("void \(counts.void)", "作废 \(counts.void)")]
        let tenths = Int((min(status.cardsPerMinute, 1e6) * 10).rounded())
        let rate = tenths > 0 ? "\(tenths / 10).\(tenths % 10)" : "-"
        let time = status.secondsLeft.map {
            [language.text("\(duration($0, language)) to go", "还需 \(duration($0, language))")]
        }
        return [
            language.text("made \(counts.made)", "制成 \(counts.made)"),
            language.text("rejected \(counts.rejected)", "剔除 \(counts.rejected)"),
            language.text("excluded \(counts.setAside)", "搁置 \(counts.setAside)"),
        ] + void + [
            language.text("left \(counts.waiting + counts.inWork)", "剩余 \(counts.waiting + counts.inWork)"),
            language.text("\(rate) cards/min", "每分钟 \(rate) 张"),
        ] + (time ?? [])
    }

    public static func duration(_ seconds: Double, _ language: Language) -> String {
        let whole = Int(max(0, min(seconds, 1e8)).rounded())
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        if hours > 0 { return language.text("\(hours) h \(minutes) min", "\(hours) 小时 \(minutes) 分") }
        return minutes > 0
            ? language.text("\(minutes) min \(whole % 60) s", "\(minutes) 分 \(whole % 60) 秒")
            : language.text("\(whole) s", "\(whole) 秒")
    }

    static func state(_ state: LaneStatus.State, _ language: Language) -> String {
        switch state {
        case .preparing: language.text("preparing", "准备中")
        case .idle: language.text("idle", "空闲")
        case .loading: language.text("waiting for a card", "等待放卡")
        case .looking: language.text("looking at the card", "识别中")
        case .making: language.text("making", "制作中")
        case .recording: language.text("recording", "登记中")
        case .cardAway: language.text("card away", "卡已离开")
        case .unloading: language.text("card on its way out", "出卡中")
        case .paused: language.text("paused", "已暂停")
        case .stopped: language.text("stopped", "已停止")
        case .finished: language.text("finished", "已完成")
        }
    }

    static func instruction(_ instruction: LineScreen.Instruction, _ language: Language) -> String {
        switch instruction {
        case .insert(.blank): return language.text("put in a blank card", "请放入空白卡")
        case .insert(.begun(let chips)):
            let list = chips.prefix(3).joined(separator: ", ") + (chips.count > 3 ? " .." : "")
            return language.text("put in a card that was begun: ", "请放入已开始未完成的卡：") + list
        case .remove(let tray, let why):
            let reason = why.map { language.text(" (\($0.text))", "（\($0.text)）") } ?? ""
            return self.tray(tray, language) + reason
        case .putBack(let chip, let why):
            let reason = why.map { language.text(" (\($0.text))", "（\($0.text)）") } ?? ""
            return language.text("put card \(chip ?? "") back in", "请放回卡 \(chip ?? "")") + reason
        }
    }

    private static func tray(_ tray: Tray, _ language: Language) -> String {
        switch tray {
        case .made: language.text("take out, tray MADE", "请取出，放入“制成”盒")
        case .reject: language.text("take out, tray REJECT", "请取出，放入“剔除”盒")
        case .unused: language.text("take out, back to the blanks", "请取出，放回空白卡盒")
        }
    }
}
