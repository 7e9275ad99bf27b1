import Foundation
import Ledger
import Messages
import Production

/// The words for what happens on a line. They name orders by sequence and row and chips by serial number, never people.
enum LineText {
    // MARK: Events

    /// A line for an event; nil for those a picture, or nobody, has to be told of.
    static func line(of event: LineEvent, isLive: Bool) -> String? {
        guard let text = words(for: event, isLive: isLive) else { return nil }
        let lane = event.lane.map { Terminal.words(LineWord.lane(number: $0.number)) } ?? ""
        return Terminal.clock().prefix(8) + " " + lane + text
    }

    private static func words(for event: LineEvent, isLive: Bool) -> String? {
        let order = event.sequence.map { sequence in
            Terminal.words(LineWord.order(sequence: sequence, row: event.row))
        }
        let chip = event.chip.map { Terminal.words(LineWord.chip(serial: $0)) } ?? ""
        let why = event.reason?.text(in: Terminal.language) ?? ""
        switch event.kind {
        case .progress, .laneWaiting, .cardInserted, .begun, .cardUnloaded: return nil
        case .lineBegun:
            let left = (event.counts?.waiting ?? 0) + (event.counts?.inWork ?? 0)
            return Terminal.words(LineWord.begun(left: left))
        case .cardWanted:
            return Terminal.words(LineWord.wanted(order: order ?? "", chip: chip))
        case .continued: return Terminal.words(LineWord.continued(order: order ?? "", chip: chip))
        case .made:
            // A picture counts them; elsewhere each is a line of the log.
            return isLive ? nil : Terminal.words(LineWord.made(order: order ?? "", chip: chip))
        case .retrying: return Terminal.words(LineWord.retrying(chip: chip, why: why))
        case .cardAway:
            return Terminal.words(LineWord.away(chip: chip, why: why))
        case .chipUnused: return Terminal.words(LineWord.unused(chip: chip, why: why))
        case .chipRejected: return Terminal.words(LineWord.chipRejected(chip: chip, why: why))
        case .orderRejected: return Terminal.words(LineWord.orderRejected(order: order ?? "", why: why))
        case .attemptOpen:
            return Terminal.words(LineWord.open(order: order ?? "", chip: chip, why: why))
        case .ledgerWaiting: return Terminal.words(LineWord.ledgerWaiting(why: why))
        case .ledgerBack: return Terminal.words(LineWord.ledgerBack)
        case .laneStopped: return Terminal.words(LineWord.stopped(why: why))
        case .laneFinished: return isLive ? nil : Terminal.words(LineWord.finished(why: why))
        case .paused: return Terminal.words(LineWord.pausing)
        case .resumed: return Terminal.words(LineWord.resumed)
        case .stopping: return Terminal.words(LineWord.stopping(why: why))
        case .lineEnded: return Terminal.words(LineWord.ended(why: why))
        }
    }
}

// MARK: Requests and reports

extension LineText {
    /// What a person is to do with a card; nil for what was done.
    static func request(_ request: OperatorHandling.Request, _ lane: LaneName) -> String? {
        let place = Terminal.words(LineWord.laneAndReader(number: lane.number, reader: lane.reader))
        switch request {
        case .insert(.blank): return place + Terminal.words(LineWord.insertBlank)
        case .insert(.begun(let chips)):
            let list = chips.prefix(5).joined(separator: ", ") + (chips.count > 5 ? " …" : "")
            return place
                + Terminal.words(LineWord.insertBegun(chips: list))
        case .remove(let tray, let why):
            return place + Terminal.words(LineWord.takeOut) + name(of: tray)
                + (why.map { " (\($0.text))" } ?? "")
        case .done: return nil
        }
    }

    private static func name(of tray: Tray) -> String {
        switch tray {
        case .made: Terminal.words(LineWord.trayMade)
        case .reject: Terminal.words(LineWord.trayReject)
        case .unused: Terminal.words(LineWord.trayUnused)
        }
    }

    static let unbalanced = Terminal.words(LineWord.unbalanced)

    /// What a run came to, for people.
    static func lines(of report: LineReport, lists: BatchLists?, folder: String, isKept: Bool) -> [String] {
        var lines = [report.reason.text(in: Terminal.language)]
        let seconds = Double(report.milliseconds) / 1000
        lines.append(
            Terminal.words(
                LineWord.run(
                    made: report.made, time: LineDuration(seconds: seconds), chips: report.rejectedChips,
                    applicants: report.rejectedOrders)))
        if let counts = report.counts {
            lines.append(
                Terminal.words(LineWord.batch)
                    + BatchText.sum(counts))
        }
        for card in report.open ?? [] {
            lines.append(
                Terminal.words(
                    LineWord.openCard(
                        chip: card.chip, sequence: card.sequence, row: card.row, place: card.place, advice: card.advice)
                ))
        }
        for lane in report.lanes {
            // What stopped them all is said already.
            guard lane.state == .stopped, let reason = lane.reason, reason.code != "stopped", reason != report.reason
            else { continue }
            lines.append(
                Terminal.words(LineWord.laneStopped(number: lane.lane.number))
                    + reason.text(in: Terminal.language))
        }
        if let lists {
            lines.append(
                Terminal.words(LineWord.lists(count: lists.points.count, folder: folder)))
        }
        if !isKept {
            lines.append(
                Terminal.words(LineWord.rehearsal)
            )
        }
        if !report.isBalanced { lines.append(unbalanced) }
        return lines
    }
}
