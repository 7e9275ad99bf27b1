import Ledger
import Messages

/// The words of a live view, put together.
public enum LineWords {
    public static func keys(_ language: Language) -> [String] {
        [LineViewText.pauseKey, .resumeKey, .stopKey, .stopNowKey, .boxEmptyKey].map { $0.text(in: language) }
    }

    /// The counts and the rate, piece by piece.
    public static func summary(of status: LineStatus, _ language: Language) -> [String] {
        let counts = status.counts
        let tenths = Int((min(status.cardsPerMinute, 1e6) * 10).rounded())
        let rate = tenths > 0 ? "\(tenths / 10).\(tenths % 10)" : "-"
        let pieces: [LineViewText?] = [
            .made(counts.made), .rejected(counts.rejected), .setAside(counts.setAside),
            counts.void == 0 ? nil : .void(counts.void), .left(counts.waiting + counts.inWork), .rate(rate),
            status.secondsLeft.map { .timeLeft(LineDuration(seconds: $0)) },
        ]
        return pieces.compactMap { $0?.text(in: language) }
    }

    static func instruction(_ instruction: LineScreen.Instruction) -> LineViewText {
        switch instruction {
        case .insert(.blank): .insertBlank
        case .insert(.begun(let chips)): .insertBegun(Array(chips.prefix(3)), hasMore: chips.count > 3)
        case .remove(let tray, let why): .remove(tray, why: why)
        case .putBack(let chip, let why): .putBack(chip: chip, why: why)
        }
    }
}
