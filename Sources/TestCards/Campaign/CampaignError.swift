import Messages
import Personalization
import Photos

/// Why a campaign cannot be used. Holds no personal data.
public indirect enum CampaignError: AdvisedError, Equatable {
    /// A key of a file in the campaign's folder is missing, unknown or wrong.
    case value(file: String, key: String, problem: CampaignValueProblem)
    case file(path: String, problem: CampaignFileProblem)
    /// There is a campaign in the folder.
    case exists(path: String)
    /// The profile is not the one the campaign was begun with.
    case profileChanged(campaign: String, now: String)
    /// No photo could be drawn for test people.
    case photo(PhotoFlaw)

    public enum Code: String, Sendable, Hashable, CaseIterable { case value, file, exists, profileChanged, photo }

    public static let domain = "campaign"

    public var kind: ErrorKind {
        switch self {
        case .exists: .usage
        case .profileChanged: .notAllowed
        case .value, .file, .photo: .badInput
        }
    }

    public var code: Code {
        switch self {
        case .value: .value
        case .file: .file
        case .exists: .exists
        case .profileChanged: .profileChanged
        case .photo: .photo
        }
    }
}

/// What is wrong with a value of a campaign.
public enum CampaignValueProblem: Message, Equatable {
    case unknownKey, missing, wrongType
    case format(String)
    case text
    case cards(most: Int)
    case setAside, days, notADay, testRegion
}
