import HealthCard
import ISO7816

/// Who is likely to have to mend something after an error; what a production line goes by.
public enum PersonalizationFault: String, Sendable, Hashable, CaseIterable {
    /// This chip: the next one may do.
    case chip
    /// The reader or what lies between it and the station.
    case reader
    /// This applicant's data: the chip is innocent.
    case applicant
    /// The station, its keys or its profile: the next card will fail in the same way.
    case station
}

extension PersonalizationError {
    /// A name of the kind of error that stays what it is, for the ledger and the counts of a line: what lies below is
    /// told apart.
    public var ledgerCode: String {
        switch self {
        case .batch: "batch"
        case .noRelease: "noRelease"
        case .release(let refusal): refusal.code.rawValue
        case .wrongKeys: "wrongKeys"
        case .profile: "profile"
        case .unusableCard(let card): card.code
        case .transportKeyRefused: "transportKeyRefused"
        case .refused(_, .memoryFailure, _): "writeFailed"
        case .refused: "refused"
        case .interrupted(_, .channel(let error, _), _): error.code.rawValue
        case .interrupted(_, .command, _): "profile"
        case .interrupted: "malformedResponse"
        case .unreadable: "unreadable"
        case .readBackDiffers: "readBackDiffers"
        case .securityModule: "securityModule"
        }
    }

    public var fault: PersonalizationFault {
        switch self {
        case .batch, .release(.testRegionApplicant): .applicant
        case .noRelease, .release, .wrongKeys, .profile, .securityModule, .interrupted(_, .command, _): .station
        case .unusableCard, .transportKeyRefused, .refused, .unreadable, .readBackDiffers: .chip
        case .interrupted(_, .channel(let error, _), _):
            // A card that does not answer may be one whose contacts are bad: the same may do once more.
            error.code == .cancelled ? .station : .reader
        case .interrupted: .chip
        }
    }
}

extension UnusableCard {
    /// A name that stays what it is.
    public var code: String {
        switch self {
        case .noSerial: "noSerial"
        case .emptyFactor: "emptyFactor"
        case .hiddenFactor: "hiddenFactor"
        case .beingMade, .activated, .notBlank: "notBlank"
        case .blocked: "cardBlocked"
        case .unknown: "unknownCard"
        }
    }
}
