import CardProfiles
import HealthCard
import ISO7816
import Ledger
import Messages
import Personalization
import Releases

/// Makes the cards of one batch with a ``CardPersonalizer``.
public final class BatchCardMaker: CardMaker {
    /// Finds the application of an order, checked anew.
    public typealias Applications = (Order) throws(BatchError) -> Application

    private let batch: Batch
    private let gate: PersonalizationGate
    private let options: PersonalizationPlan.Options
    private let applications: Applications

    /// - Parameters:
    ///   - module: the lane's own.
    ///   - release: what allows formal cards; nil for test cards.
    ///   - applications: called on the lane's thread.
    public init(
        batch: Batch, module: any KeyWrappingModule, dialect: String? = nil,
        options: PersonalizationPlan.Options = PersonalizationPlan.Options(), release: VerifiedRelease? = nil,
        applications: @escaping Applications
    ) {
        self.batch = batch
        gate = PersonalizationGate(batch: batch, module: module, dialect: dialect, release: release)
        self.options = options
        self.applications = applications
    }

    public func checkGate() throws(PersonalizationError) { try gate.pass() }

    public func chipSerial(of channel: any CardChannel) throws(MakingFailure) -> String {
        do {
            return Hex.encode(try CardPersonalizer.chipSerial(of: channel, batch.profile))
        } catch {
            throw MakingFailure(error)
        }
    }

    /// The engine looks at a chip itself before it writes, and refuses what is not blank; until it can tell what it
    /// found, every chip counts as one that may be tried.
    public func recognize(_ channel: any CardChannel) throws(MakingFailure) -> ChipFinding {
        do {
            switch try personalizer(channel).recognize() {
            case .blank: return .blank
            case .halfMade: return .halfMade
            case .finished: return .finished
            case .foreign(let card): return .foreign(MakingFailure(.unusableCard(card)).reason)
            }
        } catch {
            throw MakingFailure(error)
        }
    }

    public func make(
        _ order: Order, on channel: any CardChannel, continuing: Bool, progress: (MakingProgress) -> Void
    ) throws(MakingFailure) -> String {
        let application = try application(of: order)
        let personalizer = personalizer(channel)
        do {
            let card = try personalizer.personalize(application, continuing: continuing) { step in
                progress(
                    MakingProgress(step: step.position.index, total: step.total, phase: step.position.phase.rawValue))
            }
            return Hex.encode(card.imageDigest).lowercased()
        } catch {
            throw MakingFailure(error, chipState: personalizer.chipState)
        }
    }

    /// What the card is made of, the very bytes that were digested: row and photo are read once, and are what the ledger
    /// was told of them when they had been checked.
    private func application(of order: Order) throws(MakingFailure) -> Application {
        let application: Application
        do {
            application = try applications(order)
        } catch {
            // What was sound when it was enrolled, and is so no more, is something else now.
            guard order.contentDigest == nil else { throw Self.changed(order, error.problems.first?.code.rawValue) }
            throw MakingFailure(.batch(error))
        }
        // A row that moved is another person's: the ledger's number is the one that counts. Batches that were enrolled
        // by earlier software have no digests.
        guard application.idNumber.text == order.idNumber,
            order.contentDigest == nil || order.contentDigest == application.contentDigest
        else { throw Self.changed(order, nil) }
        return application
    }

    private static func changed(_ order: Order, _ problem: String?) -> MakingFailure {
        MakingFailure(
            LedgerReason(
                code: MakingFailure.batchChanged, BatchChange(row: order.row, problem: problem)),
            blame: .station, chipState: .untouched)
    }

    private func personalizer(_ channel: any CardChannel) -> CardPersonalizer {
        CardPersonalizer(channel: channel, gate: gate, options: options)
    }
}

/// A row, or its photo, that is not what was checked and enrolled.
struct BatchChange: Message {
    let row: Int
    /// The code of what is wrong with it now.
    let problem: String?
}
