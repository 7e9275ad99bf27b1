import CardProfiles
import ISO7816

/// Why a visit was not written, read or reimbursed, and what became of the card.
public struct VisitError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        case content(VisitContentError)
        /// Every record of the kind holds a valid visit.
        case noFreeRecord(VisitKind, count: Int)
        /// The card has no such record.
        case noSuchRecord(VisitKind, Int, count: Int)
        /// The index does not call the record valid: never written, or reimbursed.
        case notValid(VisitKind, Int)
        /// The visit did not pass; nothing was erased.
        case notTrusted(VisitVerification)
        /// The security module does not sign, or what it signs with is no good.
        case signing(String)
        /// The SAM did not sign: its PIN, its link.
        case securityModule(SecurityModuleError)
        /// The card that was put in again is another one.
        case otherCard
        case card(HealthCardError)
    }

    public let problem: Problem
    public let effect: VisitEffect

    public init(_ problem: Problem, _ effect: VisitEffect = .none) {
        self.problem = problem
        self.effect = effect
    }

    init(_ failure: ReadFailure, at place: String, _ effect: VisitEffect = .none) {
        self.init(.card(failure.error.placed(at: place)), effect)
    }

    public var description: String {
        switch problem {
        case .card, .securityModule: "\(problem); \(effect)"
        // Nothing was begun.
        default: problem.description
        }
    }
}

/// What an act did to the card's list of visits, which alone says which visits there are.
public enum VisitEffect: Sendable, Hashable, CustomStringConvertible {
    /// The card lists what it listed before.
    case none
    /// The act is complete.
    case done
    /// The card was gone in the one moment in which the list changes: put it in again and ask
    /// ``HealthCardSession/settleVisit(_:)``. The card itself is in no doubt, and lists a visit whole or not at all.
    case inDoubt(PendingVisit)

    public var description: String {
        switch self {
        case .none: "the card lists the visits it listed before"
        case .done: "the card lists the change"
        case .inDoubt(let pending):
            "whether the card lists the change to \(pending.kind) record \(pending.record) is not known; "
                + "put it in again and look"
        }
    }
}

/// An act that was cut short in its last command. May be kept in a file until the card comes back.
public struct PendingVisit: Sendable, Hashable, Codable {
    public enum Act: String, Sendable, Hashable, Codable {
        case write, reimburse
    }

    public let act: Act
    public let kind: VisitKind
    public let record: Int
    /// Tells this card from others: its card factor.
    let card: [UInt8]
    /// SM3 of the whole record, to know it again.
    let digest: [UInt8]
}

extension VisitError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .content(let error): error.description
        case .noFreeRecord(let kind, let count):
            "all \(count) \(kind) records of the card hold a visit; one has to be reimbursed first"
        case .noSuchRecord(let kind, let record, let count):
            "the card has \(kind) records 1 to \(count), not \(record)"
        case .notValid(let kind, let record):
            "\(kind) record \(record) holds no visit: it was never written, or has been reimbursed"
        case .notTrusted(let verification):
            "\(verification.kind) record \(verification.record) is not to be trusted: "
                + verification.problems.map(\.description).joined(separator: "; ")
        case .signing(let reason): "the visit cannot be signed: \(reason)"
        case .securityModule(let error): "the visit was not signed: \(error)"
        case .otherCard: "this is another card than the one the visit was written to"
        case .card(let error): error.description
        }
    }
}

/// A visit that was written or reimbursed.
public struct VisitReport: Sendable, Hashable {
    public let kind: VisitKind
    public let record: Int
    /// Commands the card took for it, continuations included.
    public let commands: Int
}
