import CLibXML2
import Foundation

/// Reads a verification reply piece by piece, handing each record on as it ends.
struct VerificationReplyReader {
    /// Elements inside each other; a reply has four.
    private static let deepest = 16
    /// Bytes kept of one element; a record's longest text that is read (YY) has 400 bytes in GBK.
    private static let longestText = 800
    /// More problems than this in one file say nothing new.
    private static let mostProblems = 100

    private let kind: VerificationFile
    private let name: String
    private let each: (VerificationRecord) -> Void
    private var path: [Element] = []
    private var text = ""
    private var values: [Element: String] = [:]
    private var head = VerificationHead()
    private var records = 0
    private var sawPackage = false
    private var problems: [BatchProblem] = []

    /// The elements that mean something here.
    private enum Element: String, CaseIterable {
        case package = "PACKAGE"
        case head = "PACKAGEHEAD"
        case packetNumber = "SJBBH"
        case packetType = "SJBLX"
        case recordCount = "JLS"
        case data = "DATA"
        case record = "RECORD"
        case number = "XH"
        case policeID = "CZRKGMSFHM"
        case policeName = "CZRKXM"
        case policePhoto = "CZRKXP"
        case exceptionCode = "YCDM"
        case bankID = "ZJHM"
        case bankName = "XM"
        case reason = "YY"
        /// Any other.
        case other = ""

        private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8), $0) })

        /// Compared as bytes: a million records have nine million elements, most of them of no use.
        init(_ name: UnsafePointer<xmlChar>) {
            let bytes = UnsafeBufferPointer(
                start: name,
                count: strnlen(
                    UnsafeRawPointer(name)
                        .assumingMemoryBound(to: CChar.self), 16))
            self = Self.byName[Array(bytes)] ?? .other
        }
    }

    private init(kind: VerificationFile, name: String, each: @escaping (VerificationRecord) -> Void) {
        self.kind = kind
        self.name = name
        self.each = each
    }

    /// Reads the file whole and returns its head and what is wrong with it; records go to `each` in their order.
    static func read(
        path: String, kind: VerificationFile, each: @escaping (VerificationRecord) -> Void
    ) -> (head: VerificationHead, problems: [BatchProblem]) {
        let name = (path as NSString).lastPathComponent
        // Neither the network nor libxml2's own standard error have a part in this.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard let xml = xmlReaderForFile(path, nil, CInt(bitPattern: options)) else {
            let problem = BatchProblem(
                .fileUnreadable, .file(name), "cannot be opened", remedy: "check its permissions")
            return (VerificationHead(), [problem])
        }
        defer { xmlFreeTextReader(xml) }
        var reader = VerificationReplyReader(kind: kind, name: name, each: each)
        if reader.follow(xml), reader.sawPackage {
            reader.checkHead()
        } else {
            let line = xmlTextReaderGetParserLineNumber(xml)
            reader.refuse(
                .fileMalformed, .file(name), nil, "is not the XML of a reply (line \(line))",
                "ask its sender for it again")
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
                begin(Element(name))
                if xmlTextReaderIsEmptyElement(xml) == 1 { end() }
            case CInt(XML_READER_TYPE_END_ELEMENT.rawValue): end()
            case CInt(XML_READER_TYPE_TEXT.rawValue), CInt(XML_READER_TYPE_CDATA.rawValue):
                // What is not kept need not be copied: a police record may carry a photo.
                if isKept, text.utf8.count <= Self.longestText,
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

    private var isKept: Bool {
        switch path.last {
        case .policePhoto, .other, nil: false
        default: path.count > 2
        }
    }

    private mutating func checkHead() {
        let stem = (name as NSString).deletingPathExtension
        if !stem.hasSuffix("_\(head.packetNumber)") || head.packetNumber.isEmpty {
            refuse(
                .replyDamaged, .file(name), "SJBBH", "is not the packet number in the file's name",
                "ask its sender which is right")
        }
        if head.packetType != kind.packetType {
            let meaning = kind == .exceptions ? "exceptions" : "a reply of matches"
            refuse(
                .replyDamaged, .file(name), "SJBLX", "is not \(kind.packetType), \(meaning)",
                "ask its sender what the file is")
        }
        if head.recordCount != records {
            refuse(
                .replyDamaged, .file(name), "JLS",
                "announces \(head.recordCount.map(String.init) ?? "no number of") records, there are \(records)",
                "ask its sender for the file again")
        }
        if records > kind.mostRecords {
            refuse(
                .tooManyRecords, .file(name), "JLS", "is \(records), a file has at most \(kind.mostRecords) records",
                "ask its sender for several files")
        }
    }

    private mutating func refuse(
        _ code: BatchProblem.Code, _ place: BatchProblem.Place, _ item: String?, _ what: String, _ remedy: String
    ) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(BatchProblem(code, place, item: item, what, remedy: remedy))
    }

    private mutating func begin(_ element: Element) {
        path.append(element)
        text = ""
        if path.count == 1, element == .package { sawPackage = true }
        if path.count == 3, element == .record { values.removeAll(keepingCapacity: true) }
    }

    private mutating func end() {
        let depth = path.count
        let part = depth > 1 ? path[1] : .other
        guard let element = path.popLast() else { return }
        defer { text = "" }
        switch (depth, part) {
        case (3, .head):
            let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
            switch element {
            case .packetNumber: head.packetNumber = value
            case .packetType: head.packetType = value
            case .recordCount: head.recordCount = value.utf8.count <= 5 ? Int(value) : nil
            default: break
            }
        case (3, .data) where element == .record: recordEnded()
        case (4, .data) where element != .other && element != .policePhoto:
            values[element] = text.trimmingCharacters(in: .whitespacesAndNewlines)
        default: break
        }
    }

    private mutating func recordEnded() {
        records += 1
        let place = BatchProblem.Place.record(file: name, number: records)
        let verifier: Verifier =
            switch kind {
            case .reply(let verifier): verifier
            case .exceptions: values[.bankID] == nil ? .police : .bank
            }
        if kind == .reply(.bank), values[.number].flatMap(Int.init) != records {
            refuse(
                .recordDamaged, place, "XH", "is not the number of this record in its file",
                "ask its sender for the file again")
        }
        let (id, name) =
            verifier == .police ? (values[.policeID], values[.policeName]) : (values[.bankID], values[.bankName])
        // Of an exception the number alone counts: the name may be what is wrong.
        guard let id, !id.isEmpty, kind == .exceptions || name?.isEmpty == false else {
            return refuse(
                .recordDamaged, place, nil, "lacks \(verifier.idElement) or \(verifier.nameElement)",
                "ask its sender for the file again")
        }
        func text(_ element: Element) -> String? { values[element].flatMap { $0.isEmpty ? nil : $0 } }
        each(
            VerificationRecord(
                number: records, verifier: verifier, idNumber: id, name: name ?? "",
                exceptionCode: text(.exceptionCode), reason: text(.reason)))
    }
}
