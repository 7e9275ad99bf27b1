import CardProfiles
import HealthCard
import ISO7816
import PCSC

/// One card in two readers, its contacts in one and its antenna at the other, as a reader of both kinds has it.
enum BothInterfaces {
    /// The cards in readers, each once. Only a contact and a contactless answer of one factor are of one card: of two answers
    /// of one kind the suite is to say that their factors are alike.
    static func pairs(
        _ connections: [CardConnection], _ profile: CardProfile
    ) -> [(card: CardConnection, other: CardConnection?)] {
        let seen = connections.map { connection in
            (
                factor: try? HealthCardSession.cardFactor(of: connection, profile, tolerant: true),
                isContact: (try? AnswerToReset(tolerant: connection.answerToReset))?.cardInterface == .contact
            )
        }
        var other: [Int: Int] = [:]
        for index in connections.indices where seen[index].isContact {
            guard let factor = seen[index].factor else { continue }
            let same = connections.indices.filter { seen[$0].factor == factor }
            guard same.count == 2, let second = same.first(where: { !seen[$0].isContact }) else { continue }
            other[index] = second
        }
        let seconds = Set(other.values)
        return connections.indices.filter { !seconds.contains($0) }.map { index in
            (connections[index], other[index].map { connections[$0] })
        }
    }
}
