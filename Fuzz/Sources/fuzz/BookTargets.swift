import CardProfiles
import Foundation
import ISO7816
import ShangMi

@testable import CHealthCard
@testable import HealthCard
@testable import Ledger
@testable import Personalization
@testable import Production
@testable import TestCards
@testable import VirtualCard

/// What stands beside the cards: ledgers and their seals, stations, what a campaign keeps, the chips of virtual lanes,
/// the lines of a machine, lists of an operator, the file of the C library.
extension FuzzTarget {
    static let bookTargets: [String: Target] = [
        "ledger-file": { bytes in
            withFile(bytes, named: "ledger.sqlite", beside: ["-wal", "-shm", ".seal"]) { path in
                guard let location = try? LedgerLocation(path) else { return }
                _ = try? Ledger.verify(location, station: nil)
            }
        },
        "ledger-seal": { bytes in
            guard let seal = FileSeal(Data(bytes)) else { return }
            check(seal.pages.count >= 0, "a seal that was read")
        },
        "ledger-entry": { bytes in
            guard let detail = EntryDetail(String(decoding: bytes, as: UTF8.self)) else { return }
            guard let text = try? detail.canonical else { return }
            check(EntryDetail(text) == detail, "an entry that was read is written and read again")
        },
        "ledger-location": { bytes in
            guard let location = try? LedgerLocation(String(decoding: bytes, as: UTF8.self)) else { return }
            check(!location.description.isEmpty, "a place has a name")
        },
        "station-key": { bytes in
            withFile(bytes, named: "station.key", beside: [".lock"], isPrivate: true) { path in
                _ = try? Station.open(folder: (path as NSString).deletingLastPathComponent)
            }
        },
        "station-memory": { bytes in
            withFile(bytes, named: "heads.json", beside: [".lock"], isPrivate: true) { path in
                guard let stationKey else { return }
                let memory = StationMemory(folder: (path as NSString).deletingLastPathComponent, key: stationKey)
                _ = try? memory.recall(ledger: "/a", firstHash: nil)
            }
        },
        "station-note": { bytes in
            withFile(bytes, named: "note", isPrivate: true) { path in
                guard let stationKey else { return }
                let read = try? StationNote(path: path, ledger: String(repeating: "0", count: 64), key: stationKey)
                    .read()
                check(read == nil || read?.sequence ?? 0 > 0, "nobody but the station wrote it")
            }
        },
        "environment": { bytes in
            withFile(bytes) { path in
                guard let record = try? EnvironmentRecord(path: path) else { return }
                _ = record.differences(from: record)
            }
        },
        "campaign-cards": { bytes in
            withFile(bytes, named: "cards.json") { path in
                let folder = (path as NSString).deletingLastPathComponent
                if !FileManager.default.fileExists(atPath: folder + "/campaign.json") {
                    try? FileManager.default.copyItem(
                        atPath: "Fuzz/Corpus/campaign/story", toPath: folder + "/campaign.json")
                }
                _ = try? CampaignFolder(path: folder).cards()
            }
        },
        "chip-journal": { bytes in
            // The card as it was made, and the input as what it did since: as it is, or behind + its lines with what a
            // line has to have, so that what they write is looked at.
            guard let profile, let made = clinicCard?.state, let state = try? made.encoded() else { return }
            var journal = bytes
            if bytes.first == UInt8(ascii: "+") {
                journal = Array("virtual-health-card journal of \(Hex.encode(SM3.hash(state)))\n".utf8)
                for (index, line) in bytes.dropFirst().split(separator: 0x0A).enumerated() {
                    let text = Array("\(made.sequence + index + 1) ".utf8) + line
                    journal += text + Array(" #\(Hex.encode(SM3.hash(text)).prefix(16))\n".utf8)
                }
            }
            withFile(journal, named: "card.json.journal") { path in
                let card = String(path.dropLast(".journal".count))
                guard (try? Data(state).write(to: URL(fileURLWithPath: card))) != nil,
                    let loaded = try? VirtualHealthCard.open(path: card, serial: nil, profile: profile)
                else { return }
                loaded.powerOn()
                for command in [[0, 0xA4, 0, 0, 2, 0x3F, 0, 0], [0, 0xB2, 1, 0x2D, 0]] as [[UInt8]] {
                    check((loaded.process(command)?.count ?? 2) >= 2, "every answer has a status word")
                }
            }
        },
        "habits-file": { bytes in
            guard let profile,
                let product = CardProduct(
                    answerToReset: profile.answerToReset.bytes(serial: serial) ?? [], profile: profile)
            else { return }
            withFile(bytes) { path in
                let file = CardHabitFile(path: path)
                let before = file.habits(of: product)
                if let before { file.remember(before, of: product) }
                check(file.habits(of: product) == before, "what is remembered again is the same")
            }
        },
        "feeder-answers": { bytes in
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                guard case .jam(_, let text)? = FeederAnswer(line: Array(line)) else { continue }
                check(text.count <= FeederAnswer.longestText, "a jam's text is short")
                check(!text.unicodeScalars.contains { $0.value < 0x20 }, "and steers no terminal")
            }
        },
        "set-aside": { bytes in
            var list = SetAside()
            try? list.add(list: String(decoding: bytes, as: UTF8.self), file: "list")
        },
        "interface-configuration": { bytes in
            var configuration = Configuration()
            do throws(ReturnCode) { try configuration.take(String(decoding: bytes, as: UTF8.self)) } catch {
                check(error == .argument, "a file that is none is a wrong argument")
            }
        },
    ]

    private static let stationKey = try? SM2.PrivateKey(seed: [0x51])

    /// A folder for one file, and nothing of the file before.
    private static func withFile(
        _ bytes: [UInt8], named name: String, beside endings: [String] = [], isPrivate: Bool = false,
        _ body: (String) -> Void
    ) {
        let folder = scratch.appendingPathComponent("of-" + name)
        let path = folder.appendingPathComponent(name).path
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for ending in endings { try? FileManager.default.removeItem(atPath: path + ending) }
        guard (try? Data(bytes).write(to: URL(fileURLWithPath: path))) != nil else { return }
        if isPrivate { try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path) }
        body(path)
    }
}
