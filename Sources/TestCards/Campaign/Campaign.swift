import CardProfiles
import Foundation
import ISO7816
import ShangMi

/// What test cards are made and tested for: `campaign.json` (Docs/testcards.md).
public struct Campaign: Codable, Sendable, Hashable {
    public static let currentFormat = "resident-health-card-campaign/1"
    /// Bytes the file may have.
    static let longestFile = 65_536
    /// Cards one campaign may have.
    public static let mostCards = 1000

    public var format = Campaign.currentFormat
    /// Names the batch of test cards too.
    public var id: String
    public var maker: String
    /// The chip under the operating system.
    public var chip: String
    /// The card operating system.
    public var product: String
    public var productVersion: String
    public var profile: String
    public var overlays: [String]
    public var dialect: String
    /// ``CardProfile/cardDigest``, lower-case hexadecimal: the same for test and formal cards.
    public var profileDigest: String
    public var stations: [String]
    public var equipment: [String]
    public var cards: Int
    /// How many of them destructive checks may have.
    public var setAside: Int
    /// Of the invented people.
    public var seed: UInt64
    public var tester: String
    /// `YYYY-MM-DD`.
    public var startDate: String
    public var endDate: String

    public init(
        id: String, maker: String, chip: String, product: String, productVersion: String, profile: String,
        overlays: [String], dialect: String, profileDigest: String, stations: [String], equipment: [String],
        cards: Int, setAside: Int, seed: UInt64, tester: String, startDate: String, endDate: String
    ) throws(CampaignError) {
        self.id = id
        self.maker = maker
        self.chip = chip
        self.product = product
        self.productVersion = productVersion
        self.profile = profile
        self.overlays = overlays
        self.dialect = dialect
        self.profileDigest = profileDigest
        self.stations = stations
        self.equipment = equipment
        self.cards = cards
        self.setAside = setAside
        self.seed = seed
        self.tester = tester
        self.startDate = startDate
        self.endDate = endDate
        try check()
    }

    /// Reads the file. Every key must be known and there.
    public init(json: [UInt8]) throws(CampaignError) {
        let file = CampaignFolder.campaignName
        guard json.count <= Self.longestFile,
            let object = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
        else { throw .file(path: file, problem: .notAnObject(limit: Self.longestFile)) }
        let known = Set(Keys.allCases.map(\.rawValue))
        if let strange = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw .value(file: file, key: strange, problem: .unknownKey)
        }
        if let missing = known.sorted().first(where: { object[$0] == nil }) {
            throw .value(file: file, key: missing, problem: .missing)
        }
        do {
            self = try JSONDecoder().decode(Campaign.self, from: Data(json))
        } catch {
            var key = "*"
            if case DecodingError.typeMismatch(_, let context)? = error as? DecodingError {
                key = context.codingPath.first?.stringValue ?? key
            }
            throw .value(file: file, key: key, problem: .wrongType)
        }
        try check()
    }

    private enum Keys: String, CaseIterable {
        case format, id, maker, chip, product, productVersion, profile, overlays, dialect, profileDigest, stations
        case equipment, cards, setAside, seed, tester, startDate, endDate
    }

    func check() throws(CampaignError) {
        let file = CampaignFolder.campaignName
        guard format == Self.currentFormat else {
            throw .value(file: file, key: "format", problem: .format("\(Self.currentFormat)"))
        }
        let texts = [
            ("id", id), ("maker", maker), ("chip", chip), ("product", product), ("productVersion", productVersion),
            ("profile", profile), ("dialect", dialect), ("tester", tester),
        ]
        for (key, text) in texts + stations.map({ ("stations", $0) }) + equipment.map({ ("equipment", $0) })
        where text.isEmpty || text.utf8.count > 200 || text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            throw .value(file: file, key: key, problem: .text)
        }
        guard (1...Self.mostCards).contains(cards) else {
            throw .value(file: file, key: "cards", problem: .cards(most: Self.mostCards))
        }
        guard (0...cards).contains(setAside) else {
            throw .value(file: file, key: "setAside", problem: .setAside)
        }
        guard let start = CalendarDate(startDate), let end = CalendarDate(endDate), start <= end else {
            throw .value(file: file, key: "startDate", problem: .days)
        }
    }

    /// The bytes of the file.
    public func bytes() throws(CampaignError) -> [UInt8] {
        do {
            return try ReadableJSON.encode(self)
        } catch {
            throw .file(path: CampaignFolder.campaignName, problem: .notJSON)
        }
    }

    /// Refuses a profile that says something else than the one the campaign was begun with.
    public func check(_ profile: CardProfile) throws(CampaignError) {
        let digest = Hex.encode(profile.cardDigest).lowercased()
        guard digest == profileDigest else { throw .profileChanged(campaign: profileDigest, now: digest) }
    }
}
