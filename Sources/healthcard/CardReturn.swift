import Foundation
import HealthCard
import PCSC

/// A card that went away in the middle of a change and may be put back.
enum CardReturn {
    private static let patience = Duration.seconds(10)

    /// Waits for the card and asks it.
    /// - Parameter what: what is to be found out, for the person who has the card.
    /// - Returns: nil when no card came back in time, or it could not be asked; that has been said then.
    static func ask<Answer>(_ what: String, _ question: () throws -> Answer) -> Answer? {
        let seconds = patience.components.seconds
        Terminal.note(
            Terminal.text(
                "the card is away: put it back within \(seconds) s to learn \(what)",
                "卡已离开：请在 \(seconds) 秒内放回，以确认\(what)"))
        let end = ContinuousClock.now + patience
        while true {
            do {
                return try question()
            } catch {
                let failure = Failure(any: error) ?? Failure(.bug, "\(error)")
                guard [.noCard, .noReader].contains(failure.status) || error is PCSCError, ContinuousClock.now < end
                else {
                    Terminal.note(failure.message)
                    return nil
                }
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }
}

extension ReaderOptions {
    /// The same reader, without waiting for a card in it.
    var withoutWaiting: ReaderOptions {
        var options = self
        options.wait = 0
        return options
    }
}
