import HealthCard
import ISO7816
import Personalization

extension MakingFailure {
    /// What an error of the engine means for the line.
    public init(_ error: PersonalizationError) {
        let (code, blame): (String, Blame) =
            switch error {
            case .batch: ("batch", .applicant)
            case .noRelease: ("noRelease", .station)
            case .wrongKeys: ("wrongKeys", .station)
            case .profile: ("profile", .station)
            case .unusableCard: ("notBlank", .chip)
            case .transportKeyRefused: (Self.transportKeyRefused, .chip)
            case .refused(_, let status, _): (status == .memoryFailure ? "writeFailed" : "refused", .chip)
            case .interrupted(_, .channel(let error, _), _): (error.code.rawValue, .reader)
            case .interrupted: ("malformedAnswer", .reader)
            case .unreadable: ("unreadable", .chip)
            case .readBackDiffers: ("readBackDiffers", .chip)
            case .securityModule: ("securityModule", .station)
            }
        self.init(code: code, text: error.description, blame: blame, chipState: error.chipState)
    }
}
