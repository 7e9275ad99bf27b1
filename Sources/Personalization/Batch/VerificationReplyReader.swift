import CLibXML2
import Files
import Foundation
import Glibc
import ShangMi

/// Reads a verification reply piece by piece, handing each record on as it ends.
///
/// libxml2 calls for each element and text (SAX): a million records would be eighteen million nodes of a tree.
final class VerificationReplyReader {
    /// Elements inside each other; a reply has four.
    private static let deepest = 16
    /// Bytes kept of one element; a record's longest text that is read (YY) has 400 bytes in GBK.
    private static let longestText = 800
    /// More problems than this in one file say nothing new.
    private static let mostProblems = 100
    /// Names whose meaning is remembered.
    private static let mostNames = 64

    private let kind: VerificationFile
    private let name: String
    private let each: (VerificationRecord) -> Void
    /// Bytes of the longest file: 99,999 records with a photo each.
    static let longestFile = 1 << 32

    private let file: InputFile
    private var bounds = ReplyBounds()
    /// Why the file was not read to its end.
    private var stopped: String?
    private var hasher = SM3.Hasher()
    private var parser: xmlParserCtxtPtr?
    private var path: [Element] = []
    private var text: [UInt8] = []
    /// By ``Element``.
    private var values = [String?](repeating: nil, count: Element.allCases.count)
    private var names: [(name: UnsafePointer<xmlChar>, element: Element)] = []
    private var head = VerificationHead()
    private var records = 0
    private var sawPackage = false
    /// The line of what no reply has, which ended the reading.
    private var foreignLine: Int?
    private var problems: [BatchProblem] = []

    /// The elements that mean something here.
    private enum Element: Int, CaseIterable {
        case package, head, packetNumber, packetType, recordCount, data, record, number
        case policeID, policeName, policePhoto, exceptionCode, bankID, bankName, reason
        case other

        private var name: String {
            switch self {
            case .package: "PACKAGE"
            case .head: "PACKAGEHEAD"
            case .packetNumber: "SJBBH"
            case .packetType: "SJBLX"
            case .recordCount: "JLS"
            case .data: "DATA"
            case .record: "RECORD"
            case .number: "XH"
            case .policeID: "CZRKGMSFHM"
            case .policeName: "CZRKXM"
            case .policePhoto: "CZRKXP"
            case .exceptionCode: "YCDM"
            case .bankID: "ZJHM"
            case .bankName: "XM"
            case .reason: "YY"
            case .other: ""
            }
        }

        private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

        init(_ name: UnsafePointer<xmlChar>) {
            self = Self.byName[String(cString: name)] ?? .other
        }
    }

    private init(
        kind: VerificationFile, name: String, file: InputFile, each: @escaping (VerificationRecord) -> Void
    ) {
        self.kind = kind
        self.name = name
        self.file = file
        self.each = each
    }

    /// Reads the file whole and returns its head, what is wrong with it, and SM3 of the bytes that were parsed; records
    /// go to `each` in their order.
    static func read(
        path: String, kind: VerificationFile, each: @escaping (VerificationRecord) -> Void
    ) -> (head: VerificationHead, problems: [BatchProblem], digest: [UInt8]) {
        let name = (path as NSString).lastPathComponent
        let file: InputFile
        do {
            file = try InputFile(path, atMost: longestFile)
        } catch {
            let problem = BatchProblem(
                .fileUnreadable, .file(name), "cannot be opened: \(error.reason)", remedy: "check its permissions")
            return (VerificationHead(), [problem], [])
        }
        let reader = VerificationReplyReader(kind: kind, name: name, file: file, each: each)
        let line = reader.follow()
        if line == nil, reader.sawPackage {
            reader.checkHead()
        } else if let stopped = reader.stopped {
            reader.refuse(
                .fileMalformed, .file(name), nil, "is not the XML of a reply: \(stopped)",
                "ask its sender for it again")
        } else {
            reader.refuse(
                .fileMalformed, .file(name), nil, "is not the XML of a reply (line \(line ?? 1))",
                "ask its sender for it again")
        }
        let digest = reader.digest()
        return (reader.head, reader.problems, digest)
    }

    /// What the parser left unread, white space behind the last element, belongs to the file as well.
    private func digest() -> [UInt8] {
        guard problems.isEmpty else { return [] }
        var rest = [CChar](repeating: 0, count: 4096)
        while rest.withUnsafeMutableBufferPointer({ fill($0.baseAddress, CInt(clamping: $0.count)) }) > 0 {}
        if let stopped {
            refuse(
                .fileMalformed, .file(name), nil, "cannot be read to its end: \(stopped)", "ask its sender for it again"
            )
        }
        return hasher.finalize()
    }

    /// The line where the file is no well-formed XML, is nested too deep, or brings a document type along (a reply has
    /// none, and what it could define, entities, is no business of a reply); nil when there is no such line.
    private func follow() -> Int? {
        var handler = xmlSAXHandler()
        handler.initialized = XML_SAX2_MAGIC
        handler.startElementNs = { context, name, prefix, _, _, _, _, _, _ in
            guard let name else { return }
            VerificationReplyReader.of(context)?.begin(name, isPrefixed: prefix != nil)
        }
        handler.endElementNs = { context, _, _, _ in VerificationReplyReader.of(context)?.end() }
        handler.characters = { VerificationReplyReader.of($0)?.add($1, $2) }
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = handler.characters
        handler.internalSubset = { context, _, _, _ in VerificationReplyReader.of(context)?.stop() }
        let context = Unmanaged.passUnretained(self).toOpaque()
        let parser = xmlCreateIOParserCtxt(
            &handler, context,
            { VerificationReplyReader.of($0)?.fill($1, $2) ?? -1 }, nil, context, XML_CHAR_ENCODING_NONE)
        guard let parser else { return 1 }
        self.parser = parser
        defer {
            self.parser = nil
            xmlFreeParserCtxt(parser)
        }
        // Neither the network nor libxml2's own standard error have a part in this.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        xmlCtxtUseOptions(parser, CInt(bitPattern: options))
        let isWellFormed = xmlParseDocument(parser) == 0 && stopped == nil
        if let foreignLine { return foreignLine }
        return isWellFormed ? nil : max(1, Int(parser.pointee.lastError.line))
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> VerificationReplyReader? {
        context.map { Unmanaged<VerificationReplyReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func fill(_ buffer: UnsafeMutablePointer<CChar>?, _ count: CInt) -> CInt {
        let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: Int(max(0, count)))
        do throws(InputFileError) {
            let got = try file.read(into: buffer)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<got])
            if let problem = bounds.problem(in: piece) {
                stopped = problem
                return -1
            }
            hasher.update(bufferPointer: piece)
            return CInt(clamping: got)
        } catch {
            stopped = error.reason
            return -1
        }
    }

    private func stop() {
        guard foreignLine == nil, let parser else { return }
        foreignLine = max(1, Int(xmlSAX2GetLineNumber(parser)))
        xmlStopParser(parser)
    }

    /// What is not kept need not be copied: a police record may carry a photo.
    private func add(_ bytes: UnsafePointer<xmlChar>?, _ count: CInt) {
        guard isKept, text.count <= Self.longestText, let bytes, count > 0 else { return }
        text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    private var isKept: Bool {
        switch path.last {
        case .policePhoto, .other, nil: false
        default: path.count > 2
        }
    }

    /// The text without white space around it.
    private var trimmed: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        let result = String(decoding: text[first...last], as: UTF8.self)
        guard text[first] > 0x7F || text[last] > 0x7F else { return result }
        let scalars = result.unicodeScalars
        let hasSpace = [scalars.first, scalars.last].contains { $0?.properties.isWhitespace == true }
        return hasSpace ? result.trimmingCharacters(in: .whitespacesAndNewlines) : result
    }

    private func checkHead() {
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

    private func refuse(
        _ code: BatchProblem.Code, _ place: BatchProblem.Place, _ item: String?, _ what: String, _ remedy: String
    ) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(BatchProblem(code, place, item: item, what, remedy: remedy))
    }

    private func begin(_ name: UnsafePointer<xmlChar>, isPrefixed: Bool) {
        guard path.count < Self.deepest else { return stop() }
        let element = isPrefixed ? .other : element(name)
        path.append(element)
        text.removeAll(keepingCapacity: true)
        if path.count == 1, element == .package { sawPackage = true }
        if path.count == 3, element == .record {
            for index in values.indices { values[index] = nil }
        }
    }

    /// libxml2 keeps each name once: the same pointer is the same name.
    private func element(_ name: UnsafePointer<xmlChar>) -> Element {
        if let known = names.first(where: { $0.name == name }) { return known.element }
        let element = Element(name)
        if names.count < Self.mostNames { names.append((name, element)) }
        return element
    }

    private func end() {
        let depth = path.count
        let part = depth > 1 ? path[1] : .other
        guard let element = path.popLast() else { return }
        defer { text.removeAll(keepingCapacity: true) }
        switch (depth, part) {
        case (3, .head):
            let value = trimmed
            switch element {
            case .packetNumber: head.packetNumber = value
            case .packetType: head.packetType = value
            case .recordCount: head.recordCount = value.utf8.count <= 5 ? Int(value) : nil
            default: break
            }
        case (3, .data) where element == .record: recordEnded()
        case (4, .data) where element != .other && element != .policePhoto:
            values[element.rawValue] = trimmed
        default: break
        }
    }

    private func value(of element: Element) -> String? { values[element.rawValue] }

    private func recordEnded() {
        records += 1
        let place = BatchProblem.Place.record(file: name, number: records)
        let verifier: Verifier =
            switch kind {
            case .reply(let verifier): verifier
            case .exceptions: value(of: .bankID) == nil ? .police : .bank
            }
        if kind == .reply(.bank), value(of: .number).flatMap({ Int($0) }) != records {
            refuse(
                .recordDamaged, place, "XH", "is not the number of this record in its file",
                "ask its sender for the file again")
        }
        let (id, name) =
            verifier == .police
            ? (value(of: .policeID), value(of: .policeName)) : (value(of: .bankID), value(of: .bankName))
        // Of an exception the number alone counts: the name may be what is wrong.
        guard let id, !id.isEmpty, kind == .exceptions || name?.isEmpty == false else {
            return refuse(
                .recordDamaged, place, nil, "lacks \(verifier.idElement) or \(verifier.nameElement)",
                "ask its sender for the file again")
        }
        func text(_ element: Element) -> String? { value(of: element).flatMap { $0.isEmpty ? nil : $0 } }
        each(
            VerificationRecord(
                number: records, verifier: verifier, idNumber: id, name: name ?? "",
                exceptionCode: text(.exceptionCode), reason: text(.reason)))
    }
}
