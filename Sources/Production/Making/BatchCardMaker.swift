import CardProfiles
import HealthCard
import ISO7816
import Ledger
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

    public func chipSerial(of answerToReset: [UInt8]) throws(MakingFailure) -> String {
        do {
            return Hex.encode(try HealthCardSession.cardFactor(of: answerToReset, batch.profile))
        } catch {
            throw MakingFailure(.unusableCard(.noSerial))
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
        let application: Application
        do {
            application = try applications(order)
        } catch {
            throw MakingFailure(.batch(error))
        }
        // A row that moved is another person's: the ledger's number is the one that counts.
        guard application.idNumber.text == order.idNumber else {
            throw MakingFailure(
                code: "batchChanged",
                text: "applications.csv row \(order.row) holds another person than when the batch was enrolled; "
                    + "bring back the folder that was enrolled", blame: .station, chipState: .untouched)
        }
        do {
            let card = try personalizer(channel).personalize(application, continuing: continuing) { step in
                progress(
                    MakingProgress(step: step.position.index, total: step.total, phase: step.position.phase.rawValue))
            }
            return Hex.encode(card.imageDigest).lowercased()
        } catch {
            throw MakingFailure(error)
        }
    }

    private func personalizer(_ channel: any CardChannel) -> CardPersonalizer {
        CardPersonalizer(channel: channel, gate: gate, options: options)
    }
}
