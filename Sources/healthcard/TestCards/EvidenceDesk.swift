import ArgumentParser
import Foundation
import Ledger
import Messages
import TestCards

/// Where a run's evidence goes, and who signs it; settled before the first card is asked anything.
struct EvidenceDesk {
    let campaign: CampaignFolder?
    /// What the campaign's cards were made in.
    let environment: EnvironmentRecord?
    let station: EvidenceStation
    private let out: String?
    private let signer: EvidenceSigner?

    /// - Parameters:
    ///   - out: a file that must not be there yet.
    ///   - station: the folder of the station; nil: the environment's, else the user's.
    /// - Throws: ``Failure`` where the evidence could not be kept in the end.
    init(_ campaign: CampaignFolder?, out: String?, station folder: String?) throws {
        self.campaign = campaign
        self.out = out
        environment = try campaign.map { try $0.environment() }
        if let campaign, let environment { try Self.check(campaign.campaign, environment) }
        guard campaign != nil || out != nil else {
            // Nobody keeps it, so nobody signs it; a report needs a name all the same.
            signer = nil
            station = EvidenceStation(name: "none", fingerprint: String(repeating: "0", count: 64))
            return
        }
        if let out {
            var status = stat()
            guard lstat(out, &status) != 0 else {
                throw Failure(
                    .badInput,
                    EvidenceText.existsAlready(out: out))
            }
        }
        let signer = try Station.evidenceSigner(folder: folder)
        self.signer = signer
        station = signer.station
    }

    /// Signs and keeps it.
    ///
    /// - Returns: where; nil where nothing was asked for.
    func keep(_ evidence: SuiteEvidence) throws -> String? {
        guard let signer else { return nil }
        let time = TestCardsRunCommand.now
        if let out {
            try EvidenceStore.create(evidence, at: out, by: signer, time: time)
            return out
        }
        return try campaign.map { try EvidenceStore.keep(evidence, in: $0, by: signer, at: time) }
    }

    /// Cards that were made for another campaign are not tested as this one's.
    private static func check(_ campaign: Campaign, _ made: EnvironmentRecord) throws {
        let pairs = [
            ("maker", campaign.maker, made.maker), ("product", campaign.product, made.product),
            ("productVersion", campaign.productVersion, made.productVersion),
            ("dialect", campaign.dialect, made.dialect), ("profileDigest", campaign.profileDigest, made.profileDigest),
        ]
        guard let pair = pairs.first(where: { $0.1 != $0.2 }) else { return }
        throw Failure(
            .notAllowed,
            EvidenceText.otherCampaign(field: pair.0, campaign: pair.1, made: pair.2))
    }
}

extension Station {
    /// - Parameter folder: nil: HEALTHCARD_STATION's, else the user's.
    static func evidenceSigner(folder: String?) throws -> EvidenceSigner {
        var options = LedgerOptions()
        options.station = folder
        let station = try options.openStation()
        return EvidenceSigner(name: station.name, publicKey: station.publicKey) { try station.sign($0) }
    }
}

struct TestCardsStationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "station", abstract: "Show the name and fingerprint this station signs evidence under.",
        discussion: """
            NAME@FINGERPRINT is what `healthcard release grant --evidence-station` takes. The authority gets it from the \
            manufacturer by another way than the evidence: on paper, by telephone. A station that is not there yet is made.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The station's folder.", discussion: "Default: HEALTHCARD_STATION, else that of this user."))
    var station: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let shown = try Station.evidenceSigner(folder: station).station
        if json { return try Terminal.print(json: shown) }
        Terminal.print(shown.description)
    }
}
