import Foundation
import HealthCard
import Messages
import PCSC

/// A card that went away in the middle of a change and may be put back.
enum CardReturn {
    /// Asks the card, waiting for one that is away.
    /// - Parameters:
    ///   - what: what is to be found out, for the person who has the card.
    ///   - patience: seconds to wait.
    /// - Returns: nil when no card came back in time, or it could not be asked; that has been said then.
    static func ask<Answer>(_ what: String, patience: Double = 10, _ question: () throws -> Answer) -> Answer? {
        var end: ContinuousClock.Instant?
        while true {
            do {
                return try question()
            } catch {
                let failure = Failure(any: error) ?? Failure(.bug, AnyMessage(of: error))
                let isAway = [.noCard, .noReader].contains(failure.status) || error is PCSCError
                let now = ContinuousClock.now
                guard isAway, end.map({ now < $0 }) ?? true else {
                    Terminal.note(failure.text)
                    return nil
                }
                if end == nil {
                    end = now + .seconds(patience)
                    let seconds = Int(patience.rounded(.up))
                    Terminal.note(
                        ReturnText.cardAway(seconds: seconds, what: what))
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
