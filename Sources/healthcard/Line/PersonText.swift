import Foundation
import Ledger

/// How what happened to a person's cards reads: a sentence for each entry, without the person's number.
enum PersonText {
    static func line(of event: PersonEvent) -> String {
        let by = [
            event.lane.map { Terminal.text("lane \($0)", "通道 \($0)") },
            event.operatorName.map { Terminal.text("operator \($0)", "操作员 \($0)") },
            Terminal.text("station \(event.station)", "工作站 \(event.station)"),
        ].compactMap { $0 }
        let text = sentence(event)
        return Terminal.text(
            "\(time(event.time))  \(text) (\(by.joined(separator: ", ")))",
            "\(time(event.time))  \(text)（\(by.joined(separator: "，"))）")
    }

    /// In the time of this place.
    private static func time(_ utc: String) -> String {
        guard let date = try? Date(utc, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) else {
            return utc
        }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: date)
    }

    private static func sentence(_ event: PersonEvent) -> String {
        let batch = event.batch ?? ""
        let chip = event.chip ?? ""
        let order = event.sequence.map { sequence in
            Terminal.text(
                "order \(sequence)\(event.row.map { " (row \($0))" } ?? "") of batch \(batch)",
                "批次 \(batch) 第 \(sequence) 号\(event.row.map { "（第 \($0) 行）" } ?? "")")
        }
        let why = event.reason?.text ?? ""
        switch LedgerEntry.Kind(rawValue: event.kind) {
        case .enrol:
            return order.map {
                Terminal.text("The application was enrolled as \($0).", "申请已登记为\($0)。")
            }
                ?? Terminal.text(
                    "Batch \(batch) was enrolled; the row of this application was excluded.",
                    "批次 \(batch) 已登记；此申请所在行被搁置。")
        case .begin:
            return Terminal.text(
                "Production of \(order ?? "a card") began on chip \(chip).", "\(order ?? "")开始在芯片 \(chip) 上制卡。")
        case .resume:
            return Terminal.text("Production on chip \(chip) continued.", "芯片 \(chip) 继续制卡。")
        case .made:
            return Terminal.text(
                "The card on chip \(chip) was made, read back and activated.", "芯片 \(chip) 上的卡已制成，已读回比对并激活。")
        case .failed: return failed(event, chip, why)
        case .reject, .mention:
            return Terminal.text("Chip \(chip) was seen again and rejected: \(why).", "再次见到芯片 \(chip)，已剔除：\(why)。")
        case .void:
            let waits = event.orderFate == .waiting
            return Terminal.text(
                "The card on chip \(chip) became void: \(why)."
                    + (waits ? " The applicant waits for another card." : ""),
                "芯片 \(chip) 上的卡作废：\(why)。" + (waits ? "申请人等待重新制卡。" : ""))
        case .destroy:
            return Terminal.text(
                "Two people entered that chip \(chip) was destroyed.", "经两人签字登记：芯片 \(chip) 已销毁。")
        case .station, .release, .revocationList, .run, .endRun, .seal, .authority, .adopt, .countersign, nil:
            return event.kind
        }
    }

    private static func failed(_ event: PersonEvent, _ chip: String, _ why: String) -> String {
        let fate =
            switch event.chipFate {
            case .unused: Terminal.text("the chip can be used again", "芯片可再次使用")
            case .rejected: Terminal.text("the chip was rejected", "芯片剔除")
            case .spoiled, nil: Terminal.text("the chip is spoiled", "芯片作废")
            }
        let next =
            event.orderFate == .rejected
            ? Terminal.text("no card is made for this application", "此申请不再制卡")
            : Terminal.text("the applicant waits for another chip", "申请人等待另一芯片")
        return Terminal.text(
            "Chip \(chip) did not become a card: \(why); \(fate), \(next).", "芯片 \(chip) 未制成卡：\(why)；\(fate)，\(next)。")
    }

    /// The one line that says whether there is a valid card.
    static func now(_ now: PersonStanding) -> String {
        let order = now.sequence.map { Terminal.text(", order \($0)", "第 \($0) 号") } ?? ""
        let place = Terminal.text(
            "batch \(now.batch)\(order), row \(now.row)", "批次 \(now.batch)\(order)（第 \(now.row) 行）")
        let since = now.since.map { Terminal.text(" since \(time($0))", "（自 \(time($0))）") } ?? ""
        let chip = now.chip.map { Terminal.text("chip \($0)", "芯片 \($0)") } ?? ""
        let why = now.reason.map { Terminal.text(": \($0.text)", "：\($0.text)") } ?? ""
        return Terminal.text("now: ", "现状：")
            + sentence(now, place: place, since: since, chip: chip, why: why)
    }

    private static func sentence(
        _ now: PersonStanding, place: String, since: String, chip: String, why: String
    ) -> String {
        switch now.state {
        case .made:
            let next = now.replacementBatch.map {
                Terminal.text("; another card is to be made in batch \($0)", "；批次 \($0) 中待制新卡")
            }
            return Terminal.text("valid card, \(chip)\(since) (\(place))", "有效卡，\(chip)\(since)，\(place)")
                + (next ?? "")
        case .waiting:
            return Terminal.text("no valid card; one is to be made (\(place))", "无有效卡，待制（\(place)）")
        case .inWork:
            return Terminal.text(
                "no valid card; one was begun on \(chip)\(since), outcome not known (\(place))",
                "无有效卡，已在\(chip)上开始\(since)，结果未知（\(place)）")
        case .void:
            return Terminal.text(
                "no valid card; the one on \(chip) is void\(since)\(why) (\(place))",
                "无有效卡，\(chip)上的卡已作废\(since)\(why)（\(place)）")
        case .rejected:
            return Terminal.text("no card\(since)\(why) (\(place))", "未制卡\(since)\(why)（\(place)）")
        case .setAside:
            return Terminal.text("no card; the row was excluded\(why) (\(place))", "未制卡，该行被搁置\(why)（\(place)）")
        }
    }
}
