import Foundation
import Ledger
import Messages
import Testing

@testable import Production

@Suite struct BatchListTests {
    private struct Outcomes: BatchOutcomes {
        var rows: [OrderOutcome]
        var error: LedgerError?
        var chips: [ScrapChip] = []

        mutating func next() throws(LedgerError) -> OrderOutcome? {
            guard let row = rows.first else {
                if let error { throw error }
                return nil
            }
            rows.removeFirst()
            return row
        }

        mutating func nextScrap() throws(LedgerError) -> ScrapChip? { chips.isEmpty ? nil : chips.removeFirst() }
    }

    private final class Folder {
        let path = NSTemporaryDirectory() + "lists-" + UUID().uuidString
        deinit { try? FileManager.default.removeItem(atPath: path) }
        func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
        var names: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        }
    }

    private static let north = "北门, \"一\"\n号"
    private static let rows: [OrderOutcome] = [
        made(1, "990101199001010011", "", "A1"), made(2, "990101199001010022", north, "A2"),
        OrderOutcome(
            sequence: 3, row: 4, idNumber: "99010119900101003X", collectionPoint: "",
            result: .rejected(LedgerReason(code: "batch", text: "=cmd, \"photo\""))),
        made(4, "990101199001010044", north, "A4"),
        OrderOutcome(
            sequence: 5, row: 6, idNumber: "990101199001010055", collectionPoint: "", result: .open(chip: "A5")),
        OrderOutcome(
            sequence: nil, row: 7, idNumber: nil, collectionPoint: "",
            result: .setAside(LedgerReason(code: "idNumber", text: "no right number"))),
    ]

    private static func made(_ sequence: Int, _ number: String, _ point: String, _ chip: String) -> OrderOutcome {
        OrderOutcome(
            sequence: sequence, row: sequence + 1, idNumber: number, collectionPoint: point, result: .made(chip: chip))
    }

    private static var counts: BatchCounts {
        var counts = BatchCounts()
        (counts.made, counts.rejected, counts.inWork, counts.setAside) = (3, 1, 1, 1)
        return counts
    }

    private func write(_ folder: Folder, counts: BatchCounts = counts, _ language: Language = .english) throws
        -> BatchLists
    {
        try BatchLists.write(
            Outcomes(rows: Self.rows), batch: "B-1", counts: counts, to: folder.path, language: language)
    }

    @Test func everyRowIsInOneList() throws {
        let folder = Folder()
        let lists = try write(folder)
        #expect(lists.isBalanced)
        #expect(lists.points.map(\.cards) == [1, 2])
        #expect(lists.points.map(\.name) == ["", Self.north])
        #expect(
            folder.names == [
                "packing-0001.csv", "packing-0001.json", "packing-0001.txt", "packing-0002.csv", "packing-0002.json",
                "packing-0002.txt", "rejects.csv", "rejects.json", "rejects.txt", "scrap.csv", "scrap.json",
                "scrap.txt", "summary.json",
            ])
        #expect(
            try folder.text("packing-0002.csv") == """
                sequence,row,idNumber,chip\r
                2,3,990101199001010022,A2\r
                4,5,990101199001010044,A4\r

                """)
        #expect(
            try folder.text("rejects.csv") == """
                sequence,row,idNumber,state,code,reason\r
                3,4,99010119900101003X,rejected,batch,"'=cmd, ""photo""\"\r
                5,6,990101199001010055,open,inWork,"begun on chip A5, outcome not known"\r
                ,7,,setAside,idNumber,no right number\r

                """)
        let text = try folder.text("packing-0002.txt")
        #expect(text.hasPrefix("Batch B-1: packing list, 北门, \"一\" 号\n"))
        #expect(text.hasSuffix("\n2 cards\n"))
    }

    @Test func theJSONIsJSON() throws {
        let folder = Folder()
        let lists = try write(folder)
        for name in folder.names where name.hasSuffix(".json") {
            _ = try JSONSerialization.jsonObject(with: Data(try folder.text(name).utf8))
        }
        struct Packing: Decodable, Equatable {
            struct Row: Decodable, Equatable {
                let sequence: Int
                let row: Int
                let idNumber: String
                let chip: String
            }
            let batch: String
            let collectionPoint: String
            let rows: [Row]
            let count: Int
        }
        let packing = try JSONDecoder().decode(Packing.self, from: Data(try folder.text("packing-0002.json").utf8))
        #expect(packing.collectionPoint == Self.north)
        #expect((packing.rows.map(\.chip), packing.count) == (["A2", "A4"], 2))
        let summary = try JSONDecoder().decode(BatchLists.self, from: Data(try folder.text("summary.json").utf8))
        #expect(summary == lists)
    }

    @Test func chineseLists() throws {
        let folder = Folder()
        _ = try write(folder, .chinese)
        #expect(try folder.text("packing-0001.txt").hasPrefix("批次 B-1：装箱单，未指定领卡点\n\n序号"))
        #expect(try folder.text("rejects.txt").contains("结果未知"))
    }

    @Test func countsThatDoNotAddUpAreSeen() throws {
        for change in [
            \BatchCounts.made, \.rejected, \.setAside, \.waiting, \.inWork, \.void, \.rejectedChips, \.voidChips,
        ] {
            var counts = Self.counts
            counts[keyPath: change] += 1
            #expect(try !write(Folder(), counts: counts).isBalanced)
        }
    }

    @Test func earlierListsAreReplaced() throws {
        let folder = Folder()
        _ = try write(folder)
        let lists = try BatchLists.write(
            Outcomes(rows: [Self.rows[0]]), batch: "B-1", counts: Self.counts, to: folder.path, formats: [.csv])
        #expect(folder.names == ["packing-0001.csv", "rejects.csv", "scrap.csv", "summary.json"])
        #expect(lists.points.map(\.files) == [["packing-0001.csv"]])
    }

    @Test(
        "A void card is on no packing list; its row is among the rejects and its chip on the scrap list, with the reason"
    )
    func voidCards() throws {
        let folder = Folder()
        let lost = LedgerReason(code: "declaredVoid", text: "lost in the post")
        let failed = LedgerReason(code: "writeFailed", text: "the chip did not answer")
        let rows = [
            Self.rows[0],
            OrderOutcome(
                sequence: 2, row: 3, idNumber: "990101199001010022", collectionPoint: "",
                result: .void(chip: "A2", lost)),
        ]
        let chips = [
            ScrapChip(
                chip: "A9", state: .rejected, sequence: nil, row: nil, reason: failed, isCounted: false, entry: 7),
            ScrapChip(chip: "A2", state: .void, sequence: 2, row: 3, reason: lost, isCounted: true, entry: 9),
        ]
        var counts = BatchCounts()
        (counts.made, counts.void, counts.rejectedChips, counts.voidChips) = (1, 1, 1, 1)
        let lists = try BatchLists.write(
            Outcomes(rows: rows, chips: chips), batch: "B-1", counts: counts, to: folder.path)
        #expect(lists.isBalanced && lists.void == 1 && lists.scrap == 2 && lists.points.map(\.cards) == [1])
        #expect(try !folder.text("packing-0001.csv").contains("A2"))
        #expect(
            try folder.text("rejects.csv").hasSuffix(
                "2,3,990101199001010022,void,declaredVoid,the card on chip A2 is void: lost in the post\r\n"))
        #expect(
            try folder.text("scrap.csv") == """
                chip,state,sequence,row,code,reason\r
                A9,rejected,,,writeFailed,the chip did not answer\r
                A2,void,2,3,declaredVoid,lost in the post\r

                """)
        #expect(try folder.text("scrap.txt").hasSuffix("\n2 chips\n"))
    }

    @Test("Lists of another batch, and files that are no lists, are left alone")
    func otherBatches() throws {
        let folder = Folder()
        _ = try write(folder)
        try Data("mine".utf8).write(to: URL(filePath: folder.path + "/packing-notes.csv"))
        let before = try folder.names.map { try folder.text($0) }
        #expect(throws: BatchListsError.otherBatch(folder: folder.path, batch: "B-1")) {
            try BatchLists.write(Outcomes(rows: []), batch: "B-2", counts: BatchCounts(), to: folder.path)
        }
        #expect(throws: BatchListsError.otherBatch(folder: folder.path, batch: "B-1")) {
            try BatchLists.check(folder: folder.path, batch: "B-2")
        }
        try BatchLists.check(folder: folder.path, batch: "B-1")
        #expect(try folder.names.map { try folder.text($0) } == before)
        _ = try write(folder)
        #expect(try folder.text("packing-notes.csv") == "mine")

        // Files that look like lists, and nothing says whose they are.
        try FileManager.default.removeItem(atPath: folder.path + "/summary.json")
        #expect(throws: BatchListsError.otherBatch(folder: folder.path, batch: nil)) { try write(folder) }
    }

    @Test("A link or a device under the name of a list is not replaced")
    func links() throws {
        let folder = Folder()
        _ = try write(folder)
        let target = folder.path + "/target"
        try Data("keep".utf8).write(to: URL(filePath: target))
        try FileManager.default.removeItem(atPath: folder.path + "/rejects.csv")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/rejects.csv", withDestinationPath: target)
        #expect(throws: BatchListsError.self) { try write(folder) }
        #expect(try folder.text("target") == "keep")
    }

    @Test func filesAreForThisUserAlone() throws {
        let folder = Folder()
        _ = try write(folder)
        for name in folder.names {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func manyRowsAndPoints() throws {
        let folder = Folder()
        let rows = (1...3_000).map { Self.made($0, "990101199001010011", "P\($0 % 40)", "C\($0)") }
        var counts = BatchCounts()
        counts.made = 3_000
        let lists = try BatchLists.write(
            Outcomes(rows: rows), batch: "B", counts: counts, to: folder.path, formats: [.csv])
        #expect(lists.isBalanced)
        #expect(lists.points.count == 40 && lists.points.allSatisfy { $0.cards == 75 })
        let chips = try lists.points.flatMap(\.files).flatMap { name in
            try folder.text(name).split(whereSeparator: \.isNewline).dropFirst().compactMap {
                $0.split(separator: ",").last
            }
        }
        #expect(Set(chips).count == 3_000)
    }

    @Test func foldersAndLedgersThatFail() throws {
        #expect(throws: BatchListsError.self) {
            try BatchLists.write(Outcomes(rows: []), batch: "B", counts: BatchCounts(), to: "/dev/null/lists")
        }
        #expect(throws: BatchListsError.ledger(.unavailable("x"))) {
            try BatchLists.write(
                Outcomes(rows: Self.rows, error: .unavailable("x")), batch: "B", counts: BatchCounts(),
                to: Folder().path)
        }
    }
}
