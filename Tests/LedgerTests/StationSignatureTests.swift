import Foundation
import Ledger
import ShangMi
import Testing

@Suite("What a station's key signs") struct StationSignatureTests {
    private func station() throws -> (Station, folder: String) {
        let folder = NSTemporaryDirectory() + "station-" + UUID().uuidString
        return (try Station.open(folder: folder), folder)
    }

    @Test("A text that says what it is; the signature is the station's")
    func signs() throws {
        let (station, folder) = try station()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = Array("resident-health-card-evidence-signature/1\nevidence: 00\n".utf8)
        let signature = try station.sign(text)
        #expect(station.publicKey.isValid(signature: signature, message: text))
        #expect(!station.publicKey.isValid(signature: signature, message: Array(text.dropLast())))
    }

    @Test("Nothing that could be the head of a ledger, or any other text")
    func refuses() throws {
        let (station, folder) = try station()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let label = "resident-health-card-evidence-signature/1"
        let texts: [[UInt8]] = [
            [], [UInt8](repeating: 0xAB, count: 32), Array(label.utf8), Array("{\"format\":1}\n".utf8),
            Array("resident-health-card-a/1\nbcdefgh".utf8),
            Array("resident-health-card-/1\n\n\n\n\n\n\n\n\n\n\n\n".utf8),
            Array("resident-health-card-evidence\n and more of it\n".utf8),
            Array("Resident-health-card-evidence/1\n and more of it\n".utf8),
            Array(" \(label)\nevidence\n".utf8), Array("\(label) \nevidence\n".utf8),
            Array("\(label)x\nevidence\n".utf8),
        ]
        // What the ledger signs with the same key is not to be had here.
        let ledgers = ["heads", "note", "countersign"].map {
            Array("resident-health-card-\($0)/1\nand more than thirty-two bytes of it\n".utf8)
        }
        for text in texts + ledgers { #expect(throws: LedgerError.self) { try station.sign(text) } }
    }
}
