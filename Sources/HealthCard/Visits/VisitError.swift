import CardProfiles
import ISO7816
import Messages

/// Why a visit was not written, read or reimbursed, and what became of the card.
public struct VisitError: AdvisedError, Equatable {
    public enum Problem: Message, Equatable {
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
        case signing(SigningProblem)
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

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case content, noFreeRecord, noSuchRecord, notValid, notTrusted, signing, securityModule, otherCard, card
    }

    public static let domain = "visit"

    public var kind: ErrorKind {
        switch problem {
        case .content: .badInput
        case .noSuchRecord: .usage
        case .card(let error): error.kind
        case .securityModule(let error): error.kind
        case .noFreeRecord, .notValid, .notTrusted, .signing, .otherCard: .cardRefused
        }
    }

    public var code: Code {
        switch problem {
        case .content: .content
        case .noFreeRecord: .noFreeRecord
        case .noSuchRecord: .noSuchRecord
        case .notValid: .notValid
        case .notTrusted: .notTrusted
        case .signing: .signing
        case .securityModule: .securityModule
        case .otherCard: .otherCard
        case .card: .card
        }
    }

    public var underlying: (any AdvisedError)? {
        switch problem {
        case .content(let error): error
        case .securityModule(let error): error
        case .card(let error): error
        default: nil
        }
    }
}

/// What an act did to the card's list of visits, which alone says which visits there are.
public enum VisitEffect: Message, Hashable {
    /// The card lists what it listed before.
    case none
    /// The act is complete.
    case done
    /// The card was gone in the one moment in which the list changes: put it in again and ask
    /// ``HealthCardSession/settleVisit(_:)``. The card itself is in no doubt, and lists a visit whole or not at all.
    case inDoubt(PendingVisit)
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

/// Why nothing was signed for a visit.
public enum SigningProblem: Message, Hashable {
    /// The module does not sign.
    case noSigner(ModuleTitle)
    case certificate(ModuleTitle, Certificate.Problem)
    /// The certificate is not valid for this visit.
    case notValid(ModuleTitle, VisitVerification.Problem)
    /// The signature is not of the certificate's key.
    case otherKey(ModuleTitle)
}

/// A visit that was written or reimbursed.
public struct VisitReport: Sendable, Hashable {
    public let kind: VisitKind
    public let record: Int
    /// Commands the card took for it, continuations included.
    public let commands: Int
}
