import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// The whole folder at once: what is found, what may be left out, what is prepared.
@Suite struct BatchIntakeTests {
    /// A man of 29, row 2 of the sample.
    private let man = "99646919970325667X"
    /// A child of 10, row 4.
    private let child = "996581201602285631"

    private func run(
        _ folder: String, _ setAside: SetAside = SetAside()
    ) throws -> (report: BatchReport, problems: [BatchProblem]) {
        var problems: [BatchProblem] = []
        let report = try BatchIntake(folder: folder, setAside: setAside).run { problems.append($0) }
        #expect(report.problemCount == problems.count)
        #expect(report.rows == report.sound + report.faulty + report.setAside.count)
        #expect((report.prepared == nil) == !problems.isEmpty)
        return (report, problems)
    }

    private func orders(_ prepared: PreparedBatch?) throws -> [PreparedOrder] {
        let orders = try #require(prepared).orders()
        var found: [PreparedOrder] = []
        while let order = try orders.next() { found.append(order) }
        return found
    }

    /// Takes a record out of a reply, so that its head and numbers are right again.
    private func removeRecord(of idNumber: String, from verifier: Verifier, in folder: BatchFolder) throws {
        let name = try folder.reply(verifier)
        var number = 0
        let lines = try folder.text(name).split(separator: "\n").filter { !$0.contains(idNumber) }.map { line in
            guard verifier == .bank, line.hasPrefix("<RECORD>"), let end = line.firstRange(of: "</XH>") else {
                return String(line)
            }
            number += 1
            return "<RECORD><XH>\(number)" + line[end.lowerBound...]
        }
        try folder.write(lines.joined(separator: "\n").replacing("<JLS>24<", with: "<JLS>23<"), to: name)
    }

    @Test func theSamplesArePrepared() throws {
        for (folder, count) in [(Repository.sampleBatch, 24), (Repository.formalBatch, 12)] {
            let (report, problems) = try run(folder)
            #expect(problems == [])
            #expect((report.rows, report.sound, report.faulty) == (count, count, 0))
            let batch = try Batch(folder: folder)
            let prepared = try #require(report.prepared)
            let orders = try orders(prepared)
            let expected = try batch.review().applications.map(\.idNumber.text)
            #expect(orders.map(\.idNumber) == expected)
            #expect(orders.map(\.sequence) == Array(1...count))
            for order in orders.prefix(3) {
                let application = try prepared.application(order)
                let alone = try batch.application(idNumber: order.idNumber)
                #expect(application == alone)
                #expect(application.extras["collectionPoint"] ?? "" == order.collectionPoint)
            }
        }
    }

    @Test func withoutABankReplyTheFilesOrderStands() throws {
        let folder = try BatchFolder()
        try FileManager.default.removeItem(atPath: folder.path + "/" + folder.reply(.bank))
        let rows = try orders(run(folder.path).report.prepared).map(\.row)
        #expect(rows == rows.sorted() && rows.count == 24)
    }

    @Test(arguments: [
        ("60", BatchProblem.Code.policeNoSuchNumber), ("61", .policeNameDiffers), ("77", .policeException),
    ])
    func policeExceptions(code: String, kind: BatchProblem.Code) throws {
        let folder = try BatchFolder()
        try removeRecord(of: man, from: .police, in: folder)
        try removeRecord(of: man, from: .bank, in: folder)
        let record =
            "<RECORD><CZRKGMSFHM>\(man)</CZRKGMSFHM><CZRKXM>某某</CZRKXM><YCDM>\(code)</YCDM></RECORD>"
        try SyntheticBatch.write("YCH_YCXX", sequence: 9, type: "11", records: [record], folder: folder.path)
        let (report, problems) = try run(folder.path)
        // One reason is enough: that the bank was never asked follows from it.
        #expect(problems.map(\.code) == [kind])
        #expect(problems.first?.place == .row(2))
        #expect(report.faulty == 1 && report.sound == 23)
        #expect(try run(folder.path, SetAside(rows: [2])).report.setAside.map(\.code) == [kind.rawValue])
    }

    @Test func exception62ExcusesThePhoto() throws {
        let folder = try BatchFolder()
        try removeRecord(of: man, from: .police, in: folder)
        let record = "<RECORD><CZRKGMSFHM>\(man)</CZRKGMSFHM><CZRKXM>阿卜杜拉·买买提</CZRKXM><YCDM>62</YCDM></RECORD>"
        try SyntheticBatch.write("YCH_YCXX", sequence: 9, type: "11", records: [record], folder: folder.path)
        #expect(try run(folder.path).problems == [])
        try FileManager.default.removeItem(atPath: folder.path + "/photos/\(man).jpg")
        #expect(try run(folder.path).problems == [])
        try FileManager.default.removeItem(atPath: folder.path + "/photos/\(child).jpg")
        #expect(try run(folder.path).problems.map(\.code) == [.photoMissing], "nobody excused that one")
    }

    @Test func bankExceptionsShowTheirReasonWithoutData() throws {
        let folder = try BatchFolder()
        try removeRecord(of: man, from: .bank, in: folder)
        let reason = "阿卜杜拉·买买提证件\(man)已过期，电话18865589240"
        let record = "<RECORD><ZJHM>\(man)</ZJHM><XM>阿卜杜拉·买买提</XM><SFKK>0</SFKK><YY>\(reason)</YY></RECORD>"
        try SyntheticBatch.write("YCH_YCXX", sequence: 9, type: "11", records: [record], folder: folder.path)
        let problems = try run(folder.path).problems
        #expect(problems.map(\.code) == [.bankException])
        let text = problems.map(\.description).joined()
        #expect(text.contains("已过期"))
        #expect(!text.contains("阿卜杜拉") && !text.contains("188655") && !text.contains("996469"))
    }

    @Test func matchedAndAnExceptionAtOnce() throws {
        let folder = try BatchFolder()
        let record = "<RECORD><CZRKGMSFHM>\(man)</CZRKGMSFHM><YCDM>61</YCDM></RECORD>"
        try SyntheticBatch.write("YCH_YCXX", sequence: 9, type: "11", records: [record], folder: folder.path)
        let problems = try run(folder.path).problems
        #expect(Set(problems.map(\.code)) == [.contradiction, .policeNameDiffers])
        // A damaged batch stays one, whoever is left out.
        #expect(try run(folder.path, SetAside(rows: [2])).problems.map(\.code) == [.contradiction])
    }

    @Test func exceptionsOfOthersAreNoMismatch() throws {
        let folder = try BatchFolder()
        let record = "<RECORD><CZRKGMSFHM>990004198501045815</CZRKGMSFHM><YCDM>60</YCDM></RECORD>"
        try SyntheticBatch.write("YCH_YCXX", sequence: 9, type: "11", records: [record], folder: folder.path)
        #expect(try run(folder.path).problems == [])
    }

    @Test func charactersAVerifierLacks() throws {
        // The card's set has every character of the name: the stand-in may not take the place of one.
        let folder = try BatchFolder()
        try folder.edit(try folder.reply(.police), "<CZRKXM>阿卜杜拉·买买提", "<CZRKXM>阿卜杜▌·买买提")
        #expect(try run(folder.path).problems.map(\.code) == [.nameDiffers])
        let rare = try BatchFolder()
        try rare.edit("applications.csv", "阿卜杜拉·买买提", "阿卜杜𠮷·买买提")
        for verifier in Verifier.allCases {
            try rare.edit(try rare.reply(verifier), "阿卜杜拉·买买提", "阿卜杜▌·买买提")
        }
        // The bank's records come in another order: the first of that name there may be the other person's.
        #expect(try !run(rare.path).problems.contains { $0.code == .nameDiffers && $0.what.contains("HKXX") })
    }

    @Test func formalBatchesNeedTheirApprovals() throws {
        let folder = try BatchFolder(copying: Repository.formalBatch)
        try folder.edit("batch.json", "\"by\": \"finance\"", "\"by\": \"mayor\"")
        #expect(Set(try run(folder.path).problems.map(\.code)) == [.approvalMissing, .approvalUnknown])
    }

    @Test func guardiansAtSixteen() throws {
        // Born on 28 February 2016: fifteen to the day before.
        for (day, isNeeded) in [("2032-02-27", true), ("2032-02-28", false)] {
            let folder = try BatchFolder()
            try folder.edit("batch.json", "2026-10-12", day)
            for column in ["guardianName", "guardianIdNumber", "guardianRelation"] {
                try folder.set(column, to: "", of: child)
            }
            let missing = try run(folder.path).problems.filter { $0.code == .guardianMissing && $0.place == .row(4) }
            #expect(missing.count == (isNeeded ? 3 : 0))
        }
    }

    @Test func everythingWrongIsInOneReport() throws {
        let folder = try BatchFolder()
        try folder.edit("batch.json", "\"cityCode\": \"990100\"", "\"cityCode\": \"99X\"")
        try folder.edit("applications.csv", "occupation,", "job,")
        try folder.set("sex", to: "2", of: man)
        try folder.set("birthDate", to: "2016-02-27", of: child)
        try folder.edit(try folder.reply(.bank), "<JLS>24<", "<JLS>25<")
        try folder.write("no picture", to: "photos/\(man).jpg")
        let (report, problems) = try run(folder.path)
        let expected: Set<BatchProblem.Code> = [
            .manifestValue, .columnUnknown, .sexDiffers, .birthDateDiffers, .replyDamaged, .photoUnreadable,
        ]
        #expect(expected.isSubset(of: Set(problems.map(\.code))), "\(problems)")
        #expect(report.faulty == 2 && !report.isCutShort)
    }

    @Test func aBatchThatCannotBeReadIsReportedAsFarAsItGoes() throws {
        let folder = try BatchFolder()
        try folder.write("{", to: "batch.json")
        try folder.edit(try folder.reply(.police), "<JLS>24<", "<JLS>2<")
        let (report, problems) = try run(folder.path)
        #expect(problems.map(\.code) == [.fileMalformed, .replyDamaged])
        #expect(report.isCutShort && report.rows == 0)
        // The manifest, and the folder itself.
        #expect(try run("/nowhere").problems.map(\.code) == [.fileUnreadable, .fileUnreadable])
        let cut = try BatchFolder()
        try cut.write(try cut.text("applications.csv") + "\"never ends", to: "applications.csv")
        let found = try run(cut.path)
        #expect(found.problems.map(\.code) == [.fileMalformed])
        #expect(found.report.isCutShort && found.report.rows == 24)
    }

    // MARK: Setting aside

    @Test func duplicates() throws {
        let folder = try BatchFolder()
        let text = try folder.text("applications.csv")
        let row = try #require(text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(man) })
        try folder.write(text + (text.last?.isNewline == true ? "" : "\n") + row + "\n", to: "applications.csv")
        let (report, problems) = try run(folder.path)
        #expect(problems.map(\.code) == [.duplicateRow])
        #expect(problems.first?.place == .row(26))
        #expect((report.sound, report.faulty) == (23, 2), "nobody here can say which of the two is right")
        // The operator can: either row, or both by the number.
        for rows in [[26], [2]] {
            let chosen = try run(folder.path, SetAside(rows: rows)).report
            #expect((chosen.sound, chosen.faulty, chosen.setAside.map(\.row)) == (24, 0, rows))
        }
        var both = SetAside()
        try both.add(list: "# twice\n\(man)\n", file: "list")
        let none = try run(folder.path, both).report
        #expect((none.sound, none.setAside.map(\.row)) == (23, [2, 26]))
    }

    @Test func rowsSetAside() throws {
        let folder = try BatchFolder()
        try folder.set("sex", to: "2", of: man)
        let all = try #require(try run(Repository.sampleBatch).report.prepared)
        #expect(try run(folder.path).problems.map(\.code) == [.sexDiffers])
        // A sound row may be left out too; their records in the replies are no mismatch.
        let (report, problems) = try run(folder.path, SetAside(rows: [2, 3]))
        #expect(problems == [])
        #expect(report.setAside.map(\.code) == ["sexDiffers", "setAside"])
        #expect(report.setAside.map(\.idNumber).first == man)
        #expect(report.sound == 22)
        #expect(try orders(report.prepared).allSatisfy { ![2, 3].contains($0.row) })
        let whole = try #require(try run(Repository.sampleBatch, SetAside(rows: [5])).report.prepared)
        #expect(whole.contentDigest == all.contentDigest, "it says what the folder holds, not what is made of it")
        #expect(report.prepared?.contentDigest != all.contentDigest)
    }

    @Test func rowsThatAreNotThere() throws {
        var list = SetAside(rows: [1000])
        try list.add(list: "\n990004198501045815\n", file: "list")
        let problems = try run(Repository.sampleBatch, list).problems
        #expect(problems.map(\.code) == [.setAsideUnknown, .setAsideUnknown])
        #expect(problems.map(\.description).joined().contains("row 1000"))
        #expect(!problems.map(\.description).joined().contains("990004"))
        #expect(throws: BatchError.self) { try list.add(list: "1\n", file: "list") }
        #expect(throws: BatchError.self) { try list.add(list: "99646919970325667\n", file: "list") }
    }

    // MARK: The digest and rows read again

    @Test func theDigestFollowsEveryFile() throws {
        let original = try #require(try run(Repository.sampleBatch).report.prepared).contentDigest
        #expect(original.count == 64)
        #expect(try run(Repository.sampleBatch).report.prepared?.contentDigest == original)
        let edits: [(BatchFolder) throws -> Void] = [
            { try $0.write($0.text("batch.json") + "\n", to: "batch.json") },
            { try $0.write($0.text("applications.csv") + "\n", to: "applications.csv") },
            { try $0.write($0.text($0.reply(.bank)) + "\n", to: $0.reply(.bank)) },
            { folder in
                let other = try Data(contentsOf: URL(filePath: folder.path + "/photos/\(child).jpg"))
                try folder.write(other, to: "photos/\(man).jpg")
            },
        ]
        for edit in edits {
            let folder = try BatchFolder()
            try edit(folder)
            let report = try run(folder.path).report
            #expect(try #require(report.prepared).contentDigest != original)
        }
    }

    @Test func aFileThatChangesAfterTheCheckIsFoundOut() throws {
        let folder = try BatchFolder()
        let prepared = try #require(try run(folder.path).report.prepared)
        let order = try #require(try orders(prepared).first { $0.idNumber == man })
        #expect(try prepared.application(order).row == 2)
        try folder.set("sex", to: "2", of: man)
        #expect(throws: BatchError.self) { try prepared.application(order) }
        let text = try folder.text("applications.csv").split(whereSeparator: \.isNewline)
        try folder.write(([text[0]] + text.dropFirst(2)).joined(separator: "\r\n"), to: "applications.csv")
        #expect(throws: BatchError.self) { try prepared.application(order) }
        try folder.write("", to: "applications.csv")
        #expect(throws: BatchError.self) { try prepared.application(order) }
    }

    // MARK: Many

    @Test func manyRowsInManyPackets() async throws {
        let batch = try SyntheticBatch(count: 3000, packet: 700)
        var last = 0
        let report = try BatchIntake(folder: batch.path).run {
            Issue.record("\($0)")
        } progress: {
            #expect($0.rows >= last && $0.bytes <= max($0.totalBytes, 0))
            last = $0.rows
        }
        #expect(last == 3000)
        let prepared = try #require(report.prepared)
        let orders = try orders(prepared)
        // The header is row 1, the first applicant row 2: the bank's order goes on from packet to packet.
        #expect(orders.map(\.row) == batch.bankOrder.map { $0 + 2 })
        #expect(Set(orders.map(\.collectionPoint)) == Set((0..<7).map { "点,\($0)" }))
        // From several threads at once, as lanes ask.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for order in orders.enumerated().filter({ $0.offset % 300 == 0 }).map(\.element) {
                group.addTask { try prepared.application(order).idNumber.text == order.idNumber }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test(arguments: ["", "\u{0}", "a,b", "idNumber\n", "\"", "idNumber,idNumber\n1,2\n", "\u{FEFF}\r\n\r\n"])
    func hostileRows(text: String) throws {
        let folder = try BatchFolder()
        try folder.write(text, to: "applications.csv")
        #expect(try !run(folder.path).problems.isEmpty)
    }
}
