import Foundation
import Testing

@testable import Personalization

@Suite struct VerificationReplyTests {
    private func read(
        _ xml: String, name: String = "XZY_HKYH_9901000000012026100800007.XML",
        _ kind: VerificationFile = .reply(.bank)
    ) throws -> (records: [VerificationRecord], problems: [BatchProblem]) {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(xml.utf8).write(to: URL(filePath: folder + "/" + name))
        var records: [VerificationRecord] = []
        let result = VerificationReplyReader.read(path: folder + "/" + name, kind: kind) { records.append($0) }
        return (records, result.problems)
    }

    private func package(_ data: String, count: String = "1", type: String = "02") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <PACKAGE><PACKAGEHEAD><BBH>2.00</BBH><SJBBH>9901000000012026100800007</SJBBH><SJBLX>\(type)</SJBLX>\
        <JLS>\(count)</JLS></PACKAGEHEAD><DATA>\(data)</DATA></PACKAGE>
        """
    }

    private let record = "<RECORD><XH>1</XH><XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM></RECORD>"

    @Test func theSamples() throws {
        for (folder, count) in [(Repository.sampleBatch, 24), (Repository.formalBatch, 12)] {
            var problems: [BatchProblem] = []
            let index = try ReplyIndex(folder: folder, database: ScratchDatabase()) { problems.append($0) }
            #expect(problems == [])
            #expect(index.verifiers == [.police, .bank])
            try RowBook(replies: index).strangers { problems.append($0) }
            #expect(problems.count == 2 * count)
            #expect(problems.allSatisfy { $0.code == .stranger })
        }
    }

    @Test func records() throws {
        let result = try read(package(record))
        #expect(result.problems == [])
        #expect(
            result.records == [
                VerificationRecord(number: 1, verifier: .bank, idNumber: "993715194405212056", name: "郑芳芳")
            ])
    }

    @Test func policePhotoIsSkippedAndExceptionKept() throws {
        let xml = package(
            "<RECORD><CZRKGMSFHM>997058202007021687</CZRKGMSFHM><CZRKXM>韩霞佳</CZRKXM><CZRKXP>"
                + String(repeating: "QUJD", count: 10_000) + "</CZRKXP><YCDM>62</YCDM></RECORD>")
        let result = try read(xml, name: "XZY_HKXX_9901000000012026100800007.XML", .reply(.police))
        #expect(result.problems == [])
        #expect(result.records.first?.exceptionCode == "62")
    }

    @Test(
        "A record that says a thing twice, elsewhere or under almost its name is damaged, never half heard",
        arguments: [
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><ZJHM>990418197802220731</ZJHM>",
            "<XM>郑芳芳</XM><XM>李四</XM><ZJHM>993715194405212056</ZJHM>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><CZRKGMSFHM>990418197802220731</CZRKGMSFHM>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><SFKK>0</SFKK><YY>不符</YY>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><SFKK>否</SFKK>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><YCDM>60</YCDM>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><yy>不符</yy>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><BZ><YY>不符</YY></BZ>",
            "<XM>郑芳芳</XM><ZJHM>993715194405212056</ZJHM><a:YY xmlns:a=\"urn:a\">不符</a:YY>",
        ])
    func ambiguous(content: String) throws {
        let result = try read(package("<RECORD><XH>1</XH>\(content)</RECORD>"))
        #expect(result.problems.map(\.code) == [.recordDamaged], "\(result.problems)")
        #expect(result.records == [])
    }

    @Test(
        "The same of the police, and of exceptions",
        arguments: [
            "<CZRKGMSFHM>997058202007021687</CZRKGMSFHM><CZRKXM>韩</CZRKXM><YCDM>60</YCDM><YCDM></YCDM>",
            "<CZRKGMSFHM>997058202007021687</CZRKGMSFHM><CZRKXM>韩</CZRKXM><ycdm>60</ycdm>",
            "<CZRKGMSFHM>997058202007021687</CZRKGMSFHM><ZJHM>993715194405212056</ZJHM><CZRKXM>韩</CZRKXM><XM>韩</XM>",
        ])
    func ambiguousOfOthers(content: String) throws {
        let xml = package("<RECORD>\(content)</RECORD>")
        let police = try read(xml, name: "XZY_HKXX_9901000000012026100800007.XML", .reply(.police))
        #expect(police.problems.map(\.code) == [.recordDamaged] && police.records == [])
        let exception = package("<RECORD>\(content)</RECORD>", type: "11")
        let exceptions = try read(exception, name: "YCH_YCXX_9901000000012026100800007.XML", .exceptions)
        #expect(exceptions.problems.map(\.code) == [.recordDamaged] && exceptions.records == [])
    }

    @Test("A head that says a thing twice is damaged")
    func ambiguousHead() throws {
        for (old, new) in [("<JLS>", "<JLS>2</JLS><JLS>"), ("<SJBLX>", "<sjblx>11</sjblx><SJBLX>")] {
            let result = try read(package(record).replacing(old, with: new))
            #expect(result.problems.map(\.code).contains(.replyDamaged), "\(new)")
        }
    }

    @Test func countNumberAndKindMustFit() throws {
        #expect(try read(package(record, count: "2")).problems.map(\.item) == ["JLS"])
        #expect(try read(package(record, count: "x")).problems.map(\.item) == ["JLS"])
        #expect(try read(package(record, type: "11")).problems.map(\.item) == ["SJBLX"])
        let name = "XZY_HKYH_9901000000012026100800008.XML"
        #expect(try read(package(record), name: name).problems.map(\.item) == ["SJBBH"])
        let second = record.replacing("<XH>1<", with: "<XH>3<")
        #expect(try read(package(record + second, count: "2")).problems.map(\.item) == ["XH"])
    }

    @Test func incompleteRecords() throws {
        let result = try read(package("<RECORD><XH>1</XH><XM>郑芳芳</XM></RECORD>"))
        #expect(result.records == [])
        #expect(result.problems.map(\.place) == [.record(file: "XZY_HKYH_9901000000012026100800007.XML", number: 1)])
    }

    @Test(arguments: [
        "", "<PACKAGE>", "<html></html>", "nothing",
        "<PACKAGE>" + String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100) + "</PACKAGE>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><PACKAGE>&x;",
    ])
    func noReply(xml: String) throws {
        #expect(try !read(xml).problems.isEmpty)
    }

    @Test func exceptionFiles() throws {
        let name = "YCH_YCXX_9901000000012026100800009.XML"
        func package(_ records: String, type: String = "11") -> String {
            self.package(records, type: type).replacing("00007<", with: "00009<")
        }
        let police = "<RECORD><CZRKGMSFHM>993715194405212056</CZRKGMSFHM><YCDM>60</YCDM></RECORD>"
        let result = try read(package(police), name: name, .exceptions)
        #expect(result.problems == [])
        #expect(result.records.map(\.verifier) == [.police])
        #expect(result.records.first?.exceptionCode == "60")
        let bank =
            "<RECORD><ZJHM>993715194405212056</ZJHM><XM>郑芳芳</XM><SFKK>0</SFKK><YY>资料不全</YY></RECORD>"
        #expect(try read(package(bank), name: name, .exceptions).records.map(\.verifier) == [.bank])
        #expect(try read(package(bank), name: name, .exceptions).records.first?.reason == "资料不全")
        #expect(try read(package(police, type: "02"), name: name, .exceptions).problems.map(\.item) == ["SJBLX"])
        #expect(VerificationFile(name: name) == .exceptions)
        #expect(VerificationFile(name: "XZY_FSXX_1.XML") == nil)
        #expect(VerificationFile(name: "XZY_HKXX_1.txt") == nil)
    }

    @Test func aBankFileHasAThousandRecords() throws {
        func records(_ count: Int) -> String {
            (1...count).map { record.replacing("<XH>1<", with: "<XH>\($0)<") }.joined()
        }
        #expect(try read(package(records(1000), count: "1000")).problems == [])
        #expect(try read(package(records(1001), count: "1001")).problems.map(\.code) == [.tooManyRecords])
    }
}
