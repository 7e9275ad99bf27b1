import CardProfiles
import Files
import Foundation
import ISO7816
import ShangMi

/// A test card of a campaign: whose it is.
public struct CampaignCard: Codable, Sendable, Hashable {
    /// Chip serial, capital hexadecimal.
    public let chip: String
    /// Of an invented person.
    public let idNumber: String
    public let isSetAside: Bool

    public init(chip: String, idNumber: String, isSetAside: Bool) {
        self.chip = chip
        self.idNumber = idNumber
        self.isSetAside = isSetAside
    }
}

/// Everything of one campaign in one folder (Docs/testcards.md).
public struct CampaignFolder: Sendable {
    public static let campaignName = "campaign.json"
    public static let environmentName = "environment.json"
    public static let cardsName = "cards.json"

    public let path: String
    public let campaign: Campaign
    /// SM3 over the bytes of `campaign.json`, lower-case hexadecimal.
    public let digest: String

    public var batch: String { path + "/batch" }
    public var ledger: String { path + "/ledger.sqlite" }
    public var station: String { path + "/station" }
    /// Chips of virtual lanes.
    public var chips: String { path + "/chips" }
    public var environmentPath: String { path + "/" + Self.environmentName }
    /// That of the whole suite; other runs are kept in ``parts``.
    public var evidencePath: String { path + "/" + FiledReport.evidenceName }
    /// Evidence of runs that did a part of the suite, were stopped, or were given faults: a folder each.
    public var parts: String { path + "/parts" }
    /// Evidence of whole runs that a later one took the place of: a folder each.
    public var earlier: String { path + "/earlier" }

    /// Opens the folder of a campaign.
    public init(path: String) throws(CampaignError) {
        self.path = path
        let bytes = try Self.read(path + "/" + Self.campaignName, atMost: Campaign.longestFile)
        campaign = try Campaign(json: bytes)
        digest = Hex.encode(SM3.hash(bytes)).lowercased()
    }

    /// Makes the folder with `campaign.json` and a batch of invented people, ready for the engine.
    ///
    /// - Parameter profile: the edition with the test keys.
    /// - Throws: `.exists` where there is a campaign already.
    public static func create(
        _ campaign: Campaign, at path: String, profile: CardProfile
    ) throws(CampaignError) -> CampaignFolder {
        try campaign.check(profile)
        let file = path + "/" + campaignName
        guard !FileManager.default.fileExists(atPath: file) else { throw .exists(path: path) }
        let people = try PeopleInventor(profile: profile, campaign: campaign).people()
        try BatchFolderWriter(folder: path + "/batch", campaign: campaign, profile: profile).write(people)
        // Last: a folder with this file is whole.
        try write(campaign.bytes(), to: file)
        return try CampaignFolder(path: path)
    }

    // MARK: Cards and environment

    /// The cards that were made, in the order of production.
    public func cards() throws(CampaignError) -> [CampaignCard] {
        let bytes = try Self.read(path + "/" + Self.cardsName, atMost: 1 << 20)
        guard let cards = try? JSONDecoder().decode([CampaignCard].self, from: Data(bytes)) else {
            throw .file(path: path + "/" + Self.cardsName, problem: .notCards)
        }
        return cards
    }

    public func write(_ cards: [CampaignCard]) throws(CampaignError) {
        try Self.write(json(cards), to: path + "/" + Self.cardsName)
    }

    public func environment() throws(CampaignError) -> EnvironmentRecord {
        guard FileManager.default.fileExists(atPath: environmentPath) else {
            throw .file(
                path: environmentPath, problem: .environmentMissing)
        }
        return try EnvironmentRecord(path: environmentPath)
    }

    public func write(_ environment: EnvironmentRecord) throws(CampaignError) {
        try Self.write(json(environment), to: environmentPath)
    }

    private func json(_ value: some Encodable) throws(CampaignError) -> [UInt8] {
        do {
            return try ReadableJSON.encode(value)
        } catch {
            throw .file(path: path, problem: .notJSON)
        }
    }

    // MARK: Files

    static func read(_ path: String, atMost limit: Int) throws(CampaignError) -> [UInt8] {
        do throws(GuardedFileError) {
            guard let bytes = try GuardedFile.read(path, atMost: limit) else {
                throw GuardedFileError(path: path, problem: .campaignMissing)
            }
            return bytes
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
    }

    /// Whole or not at all, for its owner only.
    static func write(_ bytes: [UInt8], to path: String) throws(CampaignError) {
        do throws(GuardedFileError) {
            try GuardedFile.makeFolder(path.parentFolder)
            try GuardedFile.replace(path, with: bytes)
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
    }
}
