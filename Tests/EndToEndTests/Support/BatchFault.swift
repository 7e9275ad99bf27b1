import Foundation
import Personalization
import Testing

/// One way to spoil the sample batch, and what a report has to say of it.
struct BatchFault: Sendable, CustomTestStringConvertible {
    let code: BatchProblem.Code
    let row: Int?
    let column: String?
    /// Kinds that come along with it.
    let besides: [BatchProblem.Code]
    /// The beginning of the name of the file that is to blame.
    private let place: String
    let spoil: @Sendable (TestFolder) throws -> Void

    var testDescription: String { "\(code) \(place) \(column ?? "")" }

    private init(
        _ code: BatchProblem.Code, _ place: String = "applications.csv", row: Int? = nil, _ column: String? = nil,
        besides: [BatchProblem.Code] = [], _ spoil: @escaping @Sendable (TestFolder) throws -> Void
    ) {
        self.code = code
        self.place = place
        self.row = row
        self.column = column
        self.besides = besides
        self.spoil = spoil
    }

    /// A value in the row of the man of row 2.
    private static func value(
        _ code: BatchProblem.Code, _ column: String, _ value: String, besides: [BatchProblem.Code] = []
    ) -> BatchFault {
        BatchFault(code, row: 2, column, besides: besides) { try $0.set(column, to: value, of: man) }
    }

    /// Bytes in place of his picture.
    private static func photo(_ code: BatchProblem.Code, _ bytes: [UInt8]) -> BatchFault {
        BatchFault(code, row: 2, "photo") { try $0.write(Data(bytes), to: "photos/\(man).jpg") }
    }

    /// The head of a JPEG.
    private static func head(_ width: Int, _ height: Int, components: UInt8) -> [UInt8] {
        let length = UInt8(8 + 3 * Int(components))
        let size = [height, width].flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        return [0xFF, 0xD8, 0xFF, 0xC0, 0, length, 8] + size + [components]
            + (1...components).flatMap { [$0, 0x11, 0] } + [0xFF, 0xD9]
    }

    /// An exception in place of his records in both replies, or beside them.
    private static func exception(
        _ code: BatchProblem.Code, _ column: String, keeps: Bool = false, besides: [BatchProblem.Code] = [],
        place: String = "applications.csv", row: Int = 2, _ record: String
    ) -> BatchFault {
        BatchFault(code, place, row: row, column, besides: besides) { folder in
            if !keeps {
                try folder.removeRecord(of: man, from: police)
                try folder.removeRecord(of: man, from: bank)
            }
            try folder.write(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <PACKAGE><PACKAGEHEAD><BBH>2.00</BBH><SJBBH>9901000000012026100800009</SJBBH><SJBLX>11</SJBLX>\
                <JLS>1</JLS></PACKAGEHEAD><DATA><RECORD>\(record)</RECORD></DATA></PACKAGE>
                """, to: "YCH_YCXX_9901000000012026100800009.XML")
        }
    }

    private static let man = SampleBatch.man
    private static let child = "996581201602285631"
    private static let police = "XZY_HKXX"
    private static let bank = "XZY_HKYH"
    private static let policeRecord = "<CZRKGMSFHM>\(man)</CZRKGMSFHM><CZRKXM>买买提</CZRKXM>"

    /// What the report calls the file.
    func file(_ folder: TestFolder) throws -> String {
        guard place.hasPrefix("XZY") || place.hasPrefix("YCH") else { return place }
        return try folder.reply(place)
    }

    /// Values of the people concerned, none of which a report may show.
    static let personal = [
        man, man.dropLast(1).description, "阿卜杜拉", "买买提", "18865589240", "1997-03-25", "19970325", "387室", "傅玲",
        "17826692643", child, "2016-02-28", "123456789012345678901", "祥路", "郑芳芳",
    ]

    static let all: [BatchFault] = files + rows + replies + photos

    private static let files: [BatchFault] = [
        BatchFault(.fileUnreadable) { try FileManager.default.removeItem(atPath: $0.file("applications.csv")) },
        BatchFault(.fileMalformed, row: 26, "idNumber") {
            try $0.write($0.text("applications.csv") + "\"never ends", to: "applications.csv")
        },
        BatchFault(.fileMalformed, bank) { try $0.write("<PACKAGE>", to: $0.reply(bank)) }.along([.notVerified]),
        BatchFault(.manifestKey, "batch.json", "colour") {
            try $0.edit("batch.json", "\"id\":", "\"colour\": \"red\", \"id\":")
        },
        BatchFault(.manifestValue, "batch.json", "cityCode") { try $0.edit("batch.json", "\"990100\"", "\"99X\"") },
        BatchFault(.approvalMissing, "batch.json", "approvals", besides: [.wrongRegion, .approvalUnknown]) {
            try $0.asFormal()
        },
        BatchFault(.approvalUnknown, "batch.json", "approvals[0].by", besides: [.wrongRegion, .approvalMissing]) {
            try $0.asFormal()
        },
        BatchFault(.wrongRegion, row: 2, "idNumber", besides: [.approvalUnknown, .approvalMissing]) {
            try $0.asFormal()
        },
        BatchFault(.profileUnknown, "batch.json", "profile") {
            try $0.edit("batch.json", "\"resident-health-card\"", "\"library-card\"")
        },
        BatchFault(.columnUnknown, row: 1, "job") { try $0.edit("applications.csv", "occupation,", "job,") },
        BatchFault(.columnRepeated, row: 1, "sex") { try $0.edit("applications.csv", "occupation,", "sex,") },
        BatchFault(.columnMissing, row: 1, "nation", besides: [.columnUnknown, .valueMissing]) {
            try $0.edit("applications.csv", "nation,", "people,")
        },
    ]

    private static let rows: [BatchFault] = [
        // Whose row cannot be told is nobody's: his records are strangers'.
        BatchFault(.fieldCount, row: 2, besides: [.stranger]) { try $0.edit("applications.csv", "买买提,1,", "买,买提,1,") },
        .value(.valueMissing, "nation", ""), .value(.valueWrong, "nation", "57"),
        .value(.valueWrong, "birthDate", "1997-02-30"), .value(.valueWrong, "phone1", "123456789012345678901"),
        .value(.valueWrong, "address1", "示范市𠮷祥路1号"),
        .value(.valueWrong, "idNumber", "996469199703256671", besides: [.stranger]),
        BatchFault(.spreadsheet, besides: [.valueWrong]) { try $0.set("phone1", to: "1.88656E+10", of: man) },
        .value(.dateContradicts, "vaccinationDate1", "1997-03-24"),
        .value(.documentDiffers, "documentNumber", "993715194405212056"),
        .value(.birthDateDiffers, "birthDate", "1997-03-26"), .value(.sexDiffers, "sex", "2"),
        BatchFault(.guardianMissing, row: 4, "guardianName") { try $0.set("guardianName", to: "", of: child) },
        BatchFault(.guardianWrong, row: 4, "guardianRelation") { try $0.set("guardianRelation", to: "42", of: child) },
        BatchFault(.duplicateRow, row: 26, "idNumber") { folder in
            let text = try folder.text("applications.csv")
            let row = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(man) } ?? ""
            try folder.write(text + (text.last?.isNewline == true ? "" : "\n") + row + "\n", to: "applications.csv")
        },
    ]

    private static let replies: [BatchFault] = [
        BatchFault(.replyDamaged, bank, "JLS") { try $0.edit($0.reply(bank), "<JLS>24<", "<JLS>23<") },
        BatchFault(.replyDamaged, police, "SJBLX") { try $0.edit($0.reply(police), "<SJBLX>02<", "<SJBLX>11<") },
        BatchFault(.recordDamaged, bank, row: 1, besides: [.notVerified]) {
            try $0.edit($0.reply(bank), "<XM>郑芳芳</XM>", "")
        },
        BatchFault(.recordRepeated, police, row: 25, "CZRKGMSFHM") { folder in
            let name = try folder.reply(police)
            try folder.edit(name, "<JLS>24<", "<JLS>25<")
            try folder.edit(name, "</DATA>", "<RECORD>\(policeRecord)</RECORD></DATA>")
        },
        BatchFault(.tooManyRecords, bank, "JLS", besides: [.recordRepeated]) { folder in
            let name = try folder.reply(bank)
            let more = (25...1001).map { "<RECORD><XH>\($0)</XH><XM>买</XM><ZJHM>\(man)</ZJHM></RECORD>" }.joined()
            try folder.edit(name, "<JLS>24<", "<JLS>1001<")
            try folder.edit(name, "</DATA>", more + "</DATA>")
        },
        BatchFault(.stranger, police, row: 25) { folder in
            let name = try folder.reply(police)
            try folder.edit(name, "<JLS>24<", "<JLS>25<")
            let record = "<CZRKGMSFHM>990004198501045815</CZRKGMSFHM><CZRKXM>某</CZRKXM>"
            try folder.edit(name, "</DATA>", "<RECORD>\(record)</RECORD></DATA>")
        },
        BatchFault(.notVerified, row: 2, "idNumber") { try $0.removeRecord(of: man, from: police) },
        BatchFault(.nameDiffers, row: 2, "name") { try $0.edit($0.reply(police), "<CZRKXM>阿卜杜拉", "<CZRKXM>阿布杜拉") },
        exception(.policeNoSuchNumber, "idNumber", policeRecord + "<YCDM>60</YCDM>"),
        exception(.policeNameDiffers, "name", policeRecord + "<YCDM>61</YCDM>"),
        exception(.policeException, "idNumber", policeRecord + "<YCDM>77</YCDM>"),
        BatchFault(.replyName, "副本 YCH_YCXX_1.XML") { try $0.write("<PACKAGE>", to: "副本 YCH_YCXX_1.XML") },
        exception(
            .refusalUnattributed, "CZRKGMSFHM", keeps: true, place: "YCH_YCXX", row: 1,
            "<CZRKGMSFHM>9.96469E+17</CZRKGMSFHM><YCDM>60</YCDM>"),
        exception(
            .bankException, "idNumber",
            "<ZJHM>\(man)</ZJHM><XM>买买提</XM><SFKK>0</SFKK><YY>阿卜杜拉·买买提证件\(man)已过期，电话18865589240</YY>"),
        exception(
            .contradiction, "CZRKGMSFHM", keeps: true, besides: [.policeNameDiffers], place: "YCH_YCXX", row: 1,
            policeRecord + "<YCDM>61</YCDM>"),
    ]

    private static let photos: [BatchFault] = [
        BatchFault(.photoMissing, row: 2, "photo") {
            try FileManager.default.removeItem(atPath: $0.file("photos/\(man).jpg"))
        },
        photo(.photoUnreadable, Array("GIF89a".utf8)), photo(.photoTooLarge, head(60_000, 60_000, components: 3)),
        photo(.photoPrintColours, head(102, 126, components: 4)), photo(.photoTiny, head(51, 63, components: 3)),
        photo(.photoWrongRatio, head(1000, 100, components: 3)), photo(.photoGrey, head(102, 126, components: 1)),
    ]

    private func along(_ codes: [BatchProblem.Code]) -> BatchFault {
        BatchFault(code, place, row: row, column, besides: codes, spoil)
    }
}

extension TestFolder {
    /// The name of the reply that begins so.
    func reply(_ prefix: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        guard let name = names.first(where: { $0.hasPrefix(prefix) }) else {
            throw ProgramError(description: "no reply \(prefix) in \(path)")
        }
        return name
    }

    /// Takes somebody's record out of a reply, so that its head and numbers are right again.
    func removeRecord(of id: String, from prefix: String) throws {
        let name = try reply(prefix)
        var number = 0
        let lines = try text(name).split(separator: "\n").filter { !$0.contains(id) }.map { line in
            guard line.hasPrefix("<RECORD><XH>"), let end = line.firstRange(of: "</XH>") else { return String(line) }
            number += 1
            return "<RECORD><XH>\(number)" + line[end.lowerBound...]
        }
        try write(lines.joined(separator: "\n").replacing("<JLS>24<", with: "<JLS>23<"), to: name)
    }

    /// A test batch that says it is a formal one, approved by somebody else.
    func asFormal() throws {
        try edit("batch.json", "\"test\"", "\"formal\"")
        try edit("batch.json", "\"by\": \"health\"", "\"by\": \"mayor\"")
    }
}
