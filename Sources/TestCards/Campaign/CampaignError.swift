import Personalization
import Photos

/// Why a campaign cannot be used. Holds no personal data.
public enum CampaignError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A key of a file in the campaign's folder is missing, unknown or wrong.
    case value(file: String, key: String, problem: String)
    case file(path: String, problem: String)
    /// There is a campaign in the folder.
    case exists(path: String)
    /// The profile is not the one the campaign was begun with.
    case profileChanged(campaign: String, now: String)
    /// No photo could be drawn for test people.
    case photo(PhotoFlaw)

    public var description: String {
        switch self {
        case .value(let file, let key, let problem): "\(file): \(key) \(problem)"
        case .file(let path, let problem): "\(path): \(problem)"
        case .exists(let path):
            "\(path) holds a campaign already: choose another folder; test cards are never made over"
        case .profileChanged(let campaign, let now):
            "the profile is not the one this campaign was begun with (SM3 \(now), the campaign says \(campaign)): "
                + "bring the profile back, or begin a new campaign"
        case .photo(let flaw): "no photo can be drawn for test people: \(flaw)"
        }
    }
}
