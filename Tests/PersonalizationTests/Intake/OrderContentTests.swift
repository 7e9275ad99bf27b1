import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import Personalization

/// What was checked is what is made: each order has a digest over its row and photo.
@Suite struct OrderContentTests {
    private static let man = "99646919970325667X"

    private func prepared(_ path: String) throws -> PreparedBatch {
        try #require(try BatchIntake(folder: path).run(report: { Issue.record("\($0)") }).prepared)
    }

    private func orders(_ prepared: PreparedBatch) throws -> [PreparedOrder] {
        let orders = prepared.orders()
        var all: [PreparedOrder] = []
        while let order = try orders.next() { all.append(order) }
        return all
    }

    /// The digest as the page has it, by another hand: from the file's text and the photo's bytes.
    @Test func itIsWhatThePageSays() throws {
        let prepared = try prepared(Repository.sampleBatch)
        let order = try #require(try orders(prepared).first { $0.idNumber == Self.man })
        let text = try String(contentsOfFile: Repository.sampleBatch + "/applications.csv", encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let row = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[order.row - 1]))
        let profile = prepared.batch.profile
        var fields = ["resident-health-card-order/1"]
        let items = profile.files.filter { $0.shape == .object }.flatMap { file in
            file.items.filter { $0.source == .application && $0.group == nil }.map { (file.section, $0) }
        }
        for (section, item) in items.sorted(by: { $0.1.number < $1.1.number }) {
            if let text = row[item.name], !text.isEmpty { fields += ["item", "\(section).\(item.name)", text] }
        }
        let lists = profile.files.filter { $0.shape == .list }.sorted { $0.section < $1.section }
        for file in lists {
            for index in 1...file.structure.recordCount {
                for item in file.items where item.source == .application {
                    guard let text = row["\(item.name)\(index)"], !text.isEmpty else { continue }
                    fields += ["entry", file.section, String(index), item.name, text]
                }
            }
        }
        for column in profile.application.guardianColumns {
            if let text = row[column], !text.isEmpty { fields += ["guardian", column, text] }
        }
        for column in lines[0] where profile.application.extraColumns[column] != nil {
            if let text = row[column], !text.isEmpty { fields += ["extra", column, text] }
        }
        let photo = try Data(contentsOf: URL(filePath: Repository.sampleBatch + "/photos/\(Self.man).jpg"))
        fields += ["photo", Hex.encode(SM3.hash([UInt8](photo))).lowercased()]
        var bytes: [UInt8] = []
        for field in fields {
            let count = field.utf8.count
            bytes += [
                UInt8(count >> 24 & 0xFF), UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF),
            ]
            bytes += Array(field.utf8)
        }
        #expect(order.contentDigest == Hex.encode(SM3.hash(bytes)).lowercased())
    }

    /// The same batch has the same digests, each row its own, and a row read again has the digest it was enrolled with.
    @Test func everyRowHasItsOwn() throws {
        let prepared = try prepared(Repository.sampleBatch)
        let all = try orders(prepared)
        #expect(Set(all.map(\.contentDigest)).count == all.count)
        #expect(all.allSatisfy { $0.contentDigest.utf8.count == 64 })
        let again = try orders(self.prepared(Repository.sampleBatch))
        #expect(again == all)
        for order in all {
            let application = try prepared.application(order)
            #expect(application.contentDigest == order.contentDigest)
        }
        let applications = try Batch(folder: Repository.sampleBatch).review().applications
        #expect(Set(applications.map(\.contentDigest)) == Set(all.map(\.contentDigest)))
    }

    /// Any value of a row, any byte of a photo, changed in place after the check, is another content.
    @Test func everyChangeShows() throws {
        let changes: [(String, (BatchFolder) throws -> Void)] = [
            ("blood group", { try $0.set("bloodABO", to: "3", of: Self.man) }),
            ("collection point", { try $0.set("collectionPoint", to: "别处", of: Self.man) }),
            ("address", { try $0.set("address1", to: "测试省示例市", of: Self.man) }),
            (
                "another's photo",
                { folder in
                    let other = try Data(contentsOf: URL(filePath: folder.path + "/photos/990059199606299731.jpg"))
                    try folder.write(other, to: "photos/\(Self.man).jpg")
                }
            ),
            (
                "a byte behind the photo",
                { folder in
                    let own = try Data(contentsOf: URL(filePath: folder.path + "/photos/\(Self.man).jpg"))
                    try folder.write(own + [0], to: "photos/\(Self.man).jpg")
                }
            ),
        ]
        for (what, change) in changes {
            let folder = try BatchFolder()
            let prepared = try prepared(folder.path)
            let order = try #require(try orders(prepared).first { $0.idNumber == Self.man })
            try change(folder)
            // Rows may stand elsewhere now; a value of another length shifts none before it.
            let read = try? prepared.application(at: order.offset, row: order.row)
            #expect(read?.contentDigest != order.contentDigest, "\(what)")
            #expect(throws: BatchError.self, "\(what)") { try prepared.application(order) }
        }
    }

    /// Values that stand in each other's columns, or are cut elsewhere, are other values.
    @Test func fieldsAreToldApart() throws {
        let folder = try BatchFolder()
        let before = try orders(prepared(folder.path)).first { $0.idNumber == Self.man }
        // The second telephone has the first one's number, and the first none.
        try folder.set("phone2", to: "18865589240", of: Self.man)
        try folder.set("phone1", to: "", of: Self.man)
        let after = try orders(prepared(folder.path)).first { $0.idNumber == Self.man }
        #expect(before?.contentDigest != after?.contentDigest)
    }

    /// Replies are digested as they are parsed: what stands in the folder afterwards has no part in it.
    @Test func repliesAreDigestedAsTheyAreRead() throws {
        let folder = try BatchFolder()
        let batch = try Batch(folder: folder.path)
        for (name, digest) in zip(batch.replies.files, batch.replies.digests) {
            let bytes = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
            #expect(digest == SM3.hash([UInt8](bytes)))
        }
        let name = try folder.reply(.bank)
        try folder.write(folder.text(name) + "\n   \n" + String(repeating: " ", count: 20_000) + "\n", to: name)
        let again = try Batch(folder: folder.path)
        let bytes = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
        let place = try #require(again.replies.files.firstIndex(of: name))
        #expect(again.replies.digests[place] == SM3.hash([UInt8](bytes)))
    }
}
