import ArgumentParser
import CardProfiles
import Foundation
import ISO7816
import Ledger
import Messages
import TestCards

struct TestCardsNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a campaign: its description, and a batch of people who do not exist.")

    @Argument(help: "The folder to make.")
    var folder: String

    @Option(name: .long, help: "Who makes the cards.")
    var maker: String

    @Option(name: .long, help: "The chip under the card's operating system.")
    var chip: String

    @Option(name: .long, help: "The card's operating system, as the product is sold.")
    var product: String

    @Option(name: .long, help: "Its version.")
    var productVersion: String

    @OptionGroup var profileOptions: ProfileOptions

    @Option(name: .long, help: "The dialect that makes the card. Default: the profile's own.")
    var dialect: String?

    @Option(name: .long, help: "How many cards.")
    var cards = 24

    @Option(name: .long, help: "How many of them destructive checks may have.")
    var setAside = 1

    @Option(name: .long, help: "Another number, other people.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "The batch's name. Default: TC- and the day.")
    var id: String?

    @Option(name: .long, parsing: .singleValue, help: "A station that takes part; may be repeated.")
    var stationName: [String] = []

    @Option(name: .long, parsing: .singleValue, help: "A machine or reader that takes part; may be repeated.")
    var equipment: [String] = []

    @Option(name: .long, help: "Who tests. Default: the user's name.")
    var tester: String?

    @Option(name: .long, help: "The first day, YYYY-MM-DD. Default: today.")
    var from: String?

    @Option(name: .long, help: "The last day. Default: the first.")
    var until: String?

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        if let dialect, profile.dialect(dialect) == nil {
            throw Failure(
                .usage, TestCardNewText.noDialect(dialect: dialect))
        }
        let start = from ?? Self.today
        let campaign = try Campaign(
            id: id ?? "TC-" + start, maker: maker, chip: chip, product: product, productVersion: productVersion,
            profile: profileOptions.profile, overlays: profileOptions.overlay.filter { $0 != "test-keys" },
            dialect: dialect ?? profile.defaultDialect, profileDigest: Hex.encode(profile.cardDigest).lowercased(),
            stations: stationName, equipment: equipment, cards: cards, setAside: min(setAside, cards), seed: seed,
            tester: tester ?? NSUserName(), startDate: start, endDate: until ?? start)
        let made = try CampaignFolder.create(campaign, at: folder, profile: profile)
        Terminal.print(
            TestCardNewText.begun(id: campaign.id, cards: campaign.cards, folder: made.batch, digest: made.digest))
    }

    private static var today: String {
        Date().formatted(Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day())
    }
}
