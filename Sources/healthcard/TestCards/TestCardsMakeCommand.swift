import ArgumentParser
import CardProfiles
import Foundation
import Ledger
import Messages
import Personalization
import Production
import Releases
import TestCards

struct TestCardsMakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a campaign's cards: the production engine, lanes and ledger, with test keys.",
        discussion: """
            What `healthcard personalize --batch CAMPAIGN/batch` does, and takes the same lanes. What the environment \
            was is written to environment.json, which cards were made to cards.json. The ledger is CAMPAIGN/ledger.sqlite \
            unless another is named; virtual chips stay in CAMPAIGN/chips.
            """)

    @Argument(help: "The campaign's folder.")
    var folder: String

    @OptionGroup(title: "Lanes") var lineOptions: LineOptions
    @OptionGroup(title: "Ledger") var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Use extended-length commands, as the production run will.")
    var extended = false

    @Flag(name: .long, help: "A line of JSON for each event, and a report.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    mutating func run() throws {
        Terminal.outliveReaders()
        let campaign = try CampaignFolder(path: folder)
        let source = campaign.source(extended: extended)
        let profile = try source.profile(for: Batch.readManifest(folder: source.batch))
        try campaign.campaign.check(profile)
        var line = lineOptions
        if line.isVirtual, line.virtualChips == nil { line.virtualChips = campaign.chips }
        var ledger = ledgerOptions
        if !ledger.isNamed { ledger.ledger = campaign.ledger }
        if ledger.station == nil, ledger.ledger == campaign.ledger { ledger.station = campaign.station }
        let environment = try EnvironmentCapture(
            product: (campaign.campaign.maker, campaign.campaign.product, campaign.campaign.productVersion),
            profile: profile, source: source, line: line, station: ledger.openStation().name
        ).record()
        try campaign.write(environment)
        let run = LineRun(
            source: source, line: line, ledger: ledger, setAside: try SetAsideOptions.parse([]),
            keys: try KeyOptions.parse([]), release: try ReleaseOptions.parse([]),
            style: json ? .json : quiet ? .silent : Terminal.errorIsTerminal ? .live : .plain)
        // The cards that were made are tested even if others were not.
        let outcome = Result { try run.run() }
        let made = try cards(campaign, ledger)
        if !made.isEmpty { try campaign.write(made) }
        try outcome.get()
        if !json {
            Terminal.print(
                TestCardMakeText.made(count: made.count, spare: made.count(where: \.isSetAside)))
        }
    }

    /// Those the ledger calls made, the last of them set aside.
    private func cards(_ folder: CampaignFolder, _ ledger: LedgerOptions) throws -> [CampaignCard] {
        var issued: [IssuedCard] = []
        try ledger.open().issuedCards(batch: folder.campaign.id) { if !$0.isVoid { issued.append($0) } }
        let kept = issued.count - min(folder.campaign.setAside, issued.count)
        return issued.sorted { $0.order.sequence < $1.order.sequence }.enumerated().map { index, card in
            CampaignCard(chip: card.chip, idNumber: card.order.idNumber, isSetAside: index >= kept)
        }
    }
}

extension CampaignFolder {
    /// The campaign's batch as `personalize` takes it.
    func source(extended: Bool = false) -> BatchSourceOptions {
        var source = BatchSourceOptions()
        source.batch = batch
        source.overlay = campaign.overlays
        source.dialect = campaign.dialect
        source.extended = extended
        return source
    }
}
