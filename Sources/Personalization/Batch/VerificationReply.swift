import CLibXML2
import Foundation

/// Who looked an applicant up before the card is made (`Docs/card.md §5.2`).
public enum Verifier: String, Sendable, Hashable, CaseIterable {
    /// `XZY_HKXX_….XML`
    case police = "XZY_HKXX"
    /// `XZY_HKYH_….XML`
    case bank = "XZY_HKYH"

    /// The element of a record with the identity number.
    var idElement: String { self == .police ? "CZRKGMSFHM" : "ZJHM" }
    /// The element of a record with the name.
    var nameElement: String { self == .police ? "CZRKXM" : "XM" }
}

/// One RECORD of a reply.
struct VerificationRecord: Equatable, Sendable {
    /// Counted from 1 in its file.
    let number: Int
    let idNumber: String
    let name: String
    /// YCDM: why the police reply is not a plain match; 62 is a match with no photo on file.
    let exceptionCode: String?
}

/// The PACKAGEHEAD of a reply.
struct VerificationHead: Equatable, Sendable {
    /// SJBBH: unit code 12, date 8, sequence 5.
    var packetNumber = ""
    /// SJBLX
    var packetType = ""
    /// JLS
    var recordCount: Int?
}

/// Reads a verification reply piece by piece, handing each record on as it ends.
struct VerificationReplyReader {
    /// Elements inside each other; a reply has four.
    private static let deepest = 16
    /// Bytes kept of one element; a record's longest text that is read has 30 characters.
    private static let longestText = 256
    /// More problems than this in one file say nothing new.
    private static let mostProblems = 100

    private let verifier: Verifier
    private let name: String
    /// The elements of a record that are kept.
    private let wanted: Set<String>
    private let each: (VerificationRecord) -> Void
    private var path: [String] = []
    private var text = ""
    private var values: [String: String] = [:]
    private var head = VerificationHead()
    private var records = 0
    private var sawPackage = false
    private var problems: [BatchProblem] = []

    private init(verifier: Verifier, name: String, each: @escaping (VerificationRecord) -> Void) {
        self.verifier = verifier
        self.name = name
        wanted = [verifier.idElement, verifier.nameElement, "XH", "YCDM"]
        self.each = each
    }

    /// Reads the file whole and returns its head and what is wrong with it; records go to `each` in their order.
    static func read(
        path: String, verifier: Verifier, each: @escaping (VerificationRecord) -> Void
    ) -> (head: VerificationHead, problems: [BatchProblem]) {
        let name = (path as NSString).lastPathComponent
        // Neither the network nor libxml2's own standard error have a part in this.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard let xml = xmlReaderForFile(path, nil, CInt(bitPattern: options)) else {
            let problem = BatchProblem(.file(name), "cannot be opened", remedy: "check its permissions")
            return (VerificationHead(), [problem])
        }
        defer { xmlFreeTextReader(xml) }
        var reader = VerificationReplyReader(verifier: verifier, name: name, each: each)
        if reader.follow(xml), reader.sawPackage {
            reader.checkHead()
        } else {
            let line = xmlTextReaderGetParserLineNumber(xml)
            reader.refuse(
                .file(name), nil, "is not the XML of a reply (line \(line))", "ask its sender for it again")
        }
        return (reader.head, reader.problems)
    }

    /// False when the file is no well-formed XML, is nested too deep, or brings a document type along: a reply has
    /// none, and what it could define (entities) is no business of a reply.
    private mutating func follow(_ xml: xmlTextReaderPtr) -> Bool {
        while true {
            let state = xmlTextReaderRead(xml)
            guard state == 1 else { return state == 0 }
            switch xmlTextReaderNodeType(xml) {
            case CInt(XML_READER_TYPE_ELEMENT.rawValue):
                guard path.count < Self.deepest, let name = xmlTextReaderConstName(xml) else { return false }
                begin(String(cString: name))
                if xmlTextReaderIsEmptyElement(xml) == 1 { end() }
            case CInt(XML_READER_TYPE_END_ELEMENT.rawValue): end()
            case CInt(XML_READER_TYPE_TEXT.rawValue), CInt(XML_READER_TYPE_CDATA.rawValue):
                // A police record may carry a photo; it is of no use here and is not kept.
                if path.last != "CZRKXP", text.utf8.count <= Self.longestText,
                    let value = xmlTextReaderConstValue(xml)
                {
                    text += String(cString: value)
                }
            case CInt(XML_READER_TYPE_DOCUMENT_TYPE.rawValue), CInt(XML_READER_TYPE_ENTITY_REFERENCE.rawValue):
                return false
            default: break
            }
        }
    }

    private mutating func checkHead() {
        let stem = (name as NSString).deletingPathExtension
        if !stem.hasSuffix("_\(head.packetNumber)") || head.packetNumber.isEmpty {
            refuse(.file(name), "SJBBH", "is not the packet number in the file's name", "ask its sender which is right")
        }
        if head.packetType != "02" {
            refuse(.file(name), "SJBLX", "is not 02, a reply of matches", "leave exceptions out of the batch")
        }
        if head.recordCount != records {
            refuse(
                .file(name), "JLS",
                "announces \(head.recordCount.map(String.init) ?? "no number of") records, there are \(records)",
                "ask its sender for the file again")
        }
    }

    private mutating func refuse(_ place: BatchProblem.Place, _ item: String?, _ what: String, _ remedy: String) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(BatchProblem(place, item: item, what, remedy: remedy))
    }

    private mutating func begin(_ element: String) {
        path.append(element)
        text = ""
        if path == ["PACKAGE"] { sawPackage = true }
        if path == ["PACKAGE", "DATA", "RECORD"] { values = [:] }
    }

    private mutating func end() {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        text = ""
        let depth = path.count
        let part = path.dropFirst().first
        guard let element = path.popLast() else { return }
        switch (depth, part) {
        case (3, "PACKAGEHEAD"):
            switch element {
            case "SJBBH": head.packetNumber = value
            case "SJBLX": head.packetType = value
            case "JLS": head.recordCount = value.utf8.count <= 5 ? Int(value) : nil
            default: break
            }
        case (3, "DATA") where element == "RECORD": recordEnded()
        case (4, "DATA") where wanted.contains(element): values[element] = value
        default: break
        }
    }

    private mutating func recordEnded() {
        records += 1
        let place = BatchProblem.Place.record(file: name, number: records)
        let (idElement, nameElement) = (verifier.idElement, verifier.nameElement)
        if verifier == .bank, values["XH"].flatMap(Int.init) != records {
            refuse(place, "XH", "is not the number of this record in its file", "ask its sender for the file again")
        }
        guard let idNumber = values[idElement], !idNumber.isEmpty, let name = values[nameElement], !name.isEmpty else {
            return refuse(place, nil, "lacks \(idElement) or \(nameElement)", "ask its sender for the file again")
        }
        let code = values["YCDM"] ?? ""
        each(
            VerificationRecord(
                number: records, idNumber: idNumber, name: name, exceptionCode: code.isEmpty ? nil : code))
    }
}
