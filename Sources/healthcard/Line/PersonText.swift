import Foundation
import Ledger
import Messages

/// How what happened to a person's cards reads: a sentence for each entry, without the person's number.
enum PersonText {
    static func line(of event: PersonEvent) -> String {
        let by = [
            event.lane.map { Terminal.words(PersonWord.lane(name: $0)) },
            event.operatorName.map { Terminal.words(PersonWord.operatorNamed(name: $0)) },
            Terminal.words(PersonWord.station(name: event.station)),
        ].compactMap { $0 }
        let text = sentence(event)
        return Terminal.words(PersonWord.line(time: time(event.time), text: text, by: by))
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
            Terminal.words(PersonWord.order(sequence: sequence, row: event.row, batch: batch))
        }
        let why = event.reason?.text(in: Terminal.language) ?? ""
        switch LedgerEntry.Kind(rawValue: event.kind) {
        case .enrol:
            return order.map {
                Terminal.words(PersonWord.enrolled(order: $0))
            }
                ?? Terminal.words(PersonWord.rowExcluded(batch: batch))
        case .begin:
            return Terminal.words(PersonWord.begun(order: order, chip: chip))
        case .resume:
            return Terminal.words(PersonWord.continued(chip: chip))
        case .made:
            return Terminal.words(PersonWord.made(chip: chip))
        case .failed: return failed(event, chip, why)
        case .reject, .mention:
            return Terminal.words(PersonWord.seenAgain(chip: chip, why: why))
        case .void:
            let waits = event.orderFate == .waiting
            return Terminal.words(VoidCardWord(chip: chip, why: why, waits: waits))
        case .destroy:
            return Terminal.words(PersonWord.destroyed(chip: chip))
        case .station, .release, .revocationList, .run, .endRun, .seal, .authority, .adopt, .countersign,
            .draw, .giveBack, .heads, nil:
            return event.kind
        }
    }

    private static func failed(_ event: PersonEvent, _ chip: String, _ why: String) -> String {
        let fate =
            switch event.chipFate {
            case .unused: Terminal.words(PersonWord.chipReusable)
            case .rejected: Terminal.words(PersonWord.chipRejected)
            case .spoiled, nil: Terminal.words(PersonWord.chipSpoiled)
            }
        let next =
            event.orderFate == .rejected
            ? Terminal.words(PersonWord.noCard)
            : Terminal.words(PersonWord.waitsForChip)
        return Terminal.words(PersonWord.failed(chip: chip, why: why, fate: fate, next: next))
    }

    /// The one line that says whether there is a valid card.
    static func now(_ now: PersonStanding) -> String {
        let order = now.sequence.map { Terminal.words(PersonWord.orderNumber(number: $0)) } ?? ""
        let place = Terminal.words(PersonWord.place(batch: now.batch, row: now.row, order: order))
        let since = now.since.map { Terminal.words(PersonWord.since(time: time($0))) } ?? ""
        let chip = now.chip.map { Terminal.words(PersonWord.chip(serial: $0)) } ?? ""
        let why = now.reason.map { Terminal.words(PersonWord.colon) + $0.text(in: Terminal.language) } ?? ""
        return Terminal.words(PersonWord.now)
            + sentence(now, place: place, since: since, chip: chip, why: why)
    }

    private static func sentence(
        _ now: PersonStanding, place: String, since: String, chip: String, why: String
    ) -> String {
        switch now.state {
        case .made:
            let next = now.replacementBatch.map {
                Terminal.words(PersonWord.another(batch: $0))
            }
            return Terminal.words(PersonWord.valid(chip: chip, since: since, place: place))
                + (next ?? "")
        case .waiting:
            return Terminal.words(PersonWord.waiting(place: place))
        case .inWork:
            return Terminal.words(PersonWord.inWork(chip: chip, since: since, place: place))
        case .void:
            return Terminal.words(PersonWord.void(chip: chip, since: since, why: why, place: place))
        case .rejected:
            return Terminal.words(PersonWord.none(since: since, why: why, place: place))
        case .setAside:
            return Terminal.words(PersonWord.excluded(why: why, place: place))
        }
    }
}
