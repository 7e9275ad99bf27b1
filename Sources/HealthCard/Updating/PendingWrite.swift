/// What is about to change a card, before its command goes out. Whoever writes it down knows after a crash what to ask the
/// card for (``HealthCardSession/settleUpdate(_:)``, ``HealthCardSession/settleVisit(_:)``).
public enum PendingWrite: Sendable, Hashable {
    /// One record of an update.
    case update(UpdateDoubt)
    /// The one command that changes the list of visits.
    case visit(PendingVisit)
}

extension HealthCardSession {
    /// Asks ``beforeWriting``, where there is one.
    ///
    /// - Throws: ``HealthCardError`` of code `notNoted`, and nothing has been sent.
    func announce(_ write: @autoclosure () -> PendingWrite, at place: String) throws(HealthCardError) {
        guard let beforeWriting else { return }
        guard beforeWriting(write()) else { throw HealthCardError(.notNoted, at: place, .notNoted) }
    }
}
