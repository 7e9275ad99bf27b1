import CardProfiles
import Foundation
import HealthCard
import ShangMi
import Testing

@testable import Personalization

/// Everything a test needs to make sample cards.
enum Sample {
    static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// Read once: the profile takes longer to load than a card to make.
    private static let opened = Result { try Batch(folder: Repository.sampleBatch) }

    static func batch() throws -> Batch { try opened.get() }

    static func module(_ batch: Batch) throws -> SoftwareSecurityModule { try .testKeys(batch.profile) }

    /// A serial of its own for each applicant, so that the pinned images differ in it too.
    static func serial(of application: Application) -> [UInt8] {
        let row = UInt8(truncatingIfNeeded: application.row)
        return [0x52, 0x48, 0x43, 0, 0, 0, 0, row]
    }

    static func image(_ application: Application, in batch: Batch, serial: [UInt8]? = nil) throws -> CardImage {
        try CardImage(
            application, batch: batch, chipSerial: serial ?? Self.serial(of: application), issuer: try module(batch))
    }
}

@Suite struct CardImageTests {
    /// The images of all sample applicants are these, to the byte; `HEALTHCARD_PIN=1` writes them anew.
    @Test func imagesArePinned() throws {
        let batch = try Sample.batch()
        for application in try batch.review().applications {
            let image = try Sample.image(application, in: batch)
            let path = "\(Repository.images)/\(application.idNumber.text).json"
            if ProcessInfo.processInfo.environment["HEALTHCARD_PIN"] == "1" {
                try FileManager.default.createDirectory(atPath: Repository.images, withIntermediateDirectories: true)
                try (image.prettyJSON + Data("\n".utf8)).write(to: URL(filePath: path))
            }
            let pinned = try Data(contentsOf: URL(filePath: path))
            #expect(image.prettyJSON + Data("\n".utf8) == pinned, "row \(application.row)")
        }
    }

    @Test("The compact form, over which the digest is, is what a general encoder makes of the pinned one")
    func compactForm() throws {
        let batch = try Sample.batch()
        for application in try batch.review().applications {
            let image = try Sample.image(application, in: batch)
            let value = try JSONSerialization.jsonObject(with: image.prettyJSON)
            let general = try JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
            #expect(image.json == general, "row \(application.row)")
            #expect(image.digest == SM3.hash(Array(general)))
        }
    }

    @Test func theSameInputsGiveTheSameImage() throws {
        let batch = try Sample.batch()
        let application = try batch.application(idNumber: "99646919970325667X")
        let one = try Sample.image(application, in: batch)
        let other = try Sample.image(application, in: try Sample.batch())
        #expect(one == other)
        #expect(one.digest == other.digest)
        #expect(one.differences(from: other) == [])
    }

    @Test func issuerFile() throws {
        let batch = try Sample.batch()
        let application = try batch.application(idNumber: "99646919970325667X")
        let image = try Sample.image(application, in: batch, serial: Sample.serial)
        let records = try #require(image.file("DDF1/EF05")).records
        #expect(records.count == 10)
        #expect(records[0].hex == "010131")
        #expect(records[1].hex == "0204312e3100")
        #expect(records[3].hex == "040b9156000132990000000001")
        #expect(records[5].hex == "060420261012")
        #expect(records[6] == [8, 18] + Array("99646919970325667X".utf8))
        #expect(records[7] == [9, 3] + Array("667".utf8), "TestVectors/protocol.json has this code for this card")
        #expect(records[8] == [10, 10] + Array("0405060708".utf8))
        #expect(records[9].hex == "3903990100")
        #expect(image.provinceFactor == Array("99000000".utf8))
        #expect(image.file("DDF1/EF05")?.bytes.count == 284)
    }

    @Test func emptyItemsAndMissingPhoto() throws {
        let batch = try Sample.batch()
        let child = try Sample.image(try batch.application(idNumber: "997058202007021687"), in: batch)
        #expect(child.file("DDF1/EF07")?.content == .binary([0, 0]) || child.file("DDF1/EF07")?.content == .binary([]))
        #expect(child.file("DDF1/EF07")?.bytes == [UInt8](repeating: 0, count: 3074))
        let address = try #require(child.file("DF01/EF05")).records
        #expect(address[2].hex == "1701ff")
        #expect(address[3] == [24, 100] + [UInt8](repeating: 0, count: 100))
        #expect(child.file("DF03/EF05")?.records == [[0xFF], [0xFF], [0xFF]])
        #expect(child.file("DF03/ED05")?.bytes.count == 3267)
    }

    @Test func theFormsFirstEntryIsRecordOne() throws {
        let batch = try Sample.batch()
        let child = try Sample.image(try batch.application(idNumber: "997058202007021687"), in: batch)
        let vaccines = try #require(child.file("DF02/EF08")).records
        #expect(vaccines.count == 10)
        #expect(try GBK.decode(vaccines[0].prefix(6)) == "卡介苗")
        #expect(try GBK.decode(vaccines[9].prefix(8)) == "流感疫苗")
        let allergic = try Sample.image(try batch.application(idNumber: "990059199606299731"), in: batch)
        let allergies = try #require(allergic.file("DF02/EF07")).records
        #expect(try GBK.decode(allergies[0].prefix(4)) == "尘螨")
        #expect(allergies[1] == [UInt8](repeating: 0, count: 120))
    }

    @Test func differencesNamePlacesAndNoValues() throws {
        let batch = try Sample.batch()
        let applications = try batch.review().applications
        let one = try Sample.image(applications[0], in: batch, serial: Sample.serial)
        let other = try Sample.image(applications[1], in: batch, serial: Sample.serial)
        let found = one.differences(from: other)
        #expect(found.contains { $0.path == "DDF1/EF06" && $0.record == 1 })
        #expect(found.contains { $0.path == "DDF1/EF07" && $0.record == nil })
        #expect(!found.contains { $0.path == "DF03/EE01" })
    }

    /// The bytes that were checked are those that go onto the card: the file is not opened again.
    @Test func aPhotoSpoiledAfterTheCheckIsOnNoCard() throws {
        let folder = try BatchFolder()
        let batch = try Batch(folder: folder.path)
        let application = try batch.application(idNumber: "99646919970325667X")
        let image = try Sample.image(application, in: batch)
        try folder.write("spoiled", to: "photos/99646919970325667X.jpg")
        #expect(try Sample.image(application, in: batch) == image)
        #expect(throws: BatchError.self) { try batch.application(idNumber: "99646919970325667X") }
    }
}
