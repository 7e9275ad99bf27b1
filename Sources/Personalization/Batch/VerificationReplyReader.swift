import CLibXML2
import CStandardDescriptors
import CardProfiles
import Files
import Foundation
import Glibc
import ShangMi
import SystemLibraries

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
    private var characters = ReplyCharacters(head: [])
    /// Bytes that were read before the parser asked for them, to see what they are.
    private var ahead: ArraySlice<UInt8> = []
    /// Bytes in which the XML declaration lies.
    private static let longestHead = 512
    /// Why the file was not read to its end.
    private var stopped: ReplyStop?
    private var hasher = SM3.Hasher()
    private var parser: xmlParserCtxtPtr?
    private var path: [Element] = []
    private var text: [UInt8] = []
    /// By ``Element``.
    private var values = [String?](repeating: nil, count: Element.allCases.count)
    private var names: [(name: UnsafePointer<xmlChar>, element: Element)] = []
    private var head = VerificationHead()
    /// What was met in the head, or in this record.
    private var met = ElementSet()
    /// Why the record cannot be understood in one way only.
    private var flaw: RecordFlaw?
    private var records = 0
    private var sawPackage = false
    /// The line of what no reply has, which ended the reading.
    private var foreignLine: Int?
    /// The parser met bytes that are no characters.
    private var isForeignText = false
    private var problems: [BatchProblem] = []

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
        do throws(MissingLibrary) {
            try SystemLibrary.xml.load()
        } catch {
            return (VerificationHead(), [BatchProblem(.reply(.unread(error)), .file(name))], [])
        }
        let file: InputFile
        do {
            file = try InputFile(path, atMost: longestFile)
        } catch {
            let problem = BatchProblem(.reply(.unopened(error.problem)), .file(name))
            return (VerificationHead(), [problem], [])
        }
        // libxml2 keeps its parser silent, but not its converters of character sets.
        healthcard_silence_libraries()
        defer { healthcard_hear_libraries() }
        let reader = VerificationReplyReader(kind: kind, name: name, file: file, each: each)
        let line = reader.follow()
        if reader.stopped == nil, reader.foreignLine == nil, let problem = reader.characters.problem {
            // To ask its sender for the same file again would bring the same file.
            reader.refuse(.otherCharacters(problem), .file(name))
        } else if line == nil, reader.sawPackage {
            reader.checkHead()
        } else if let stopped = reader.stopped {
            reader.refuse(.stopped(stopped), .file(name))
        } else if reader.isForeignText {
            reader.refuse(.foreignBytes(line: line ?? 1), .file(name))
        } else {
            reader.refuse(.notXML(line: line ?? 1), .file(name))
        }
        let digest = reader.digest()
        return (reader.head, reader.problems, digest)
    }

    /// What the parser left unread, white space behind the last element, belongs to the file as well.
    private func digest() -> [UInt8] {
        guard problems.isEmpty else { return [] }
        var rest = [CChar](repeating: 0, count: 4096)
        while rest.withUnsafeMutableBufferPointer({ fill($0.baseAddress, CInt(clamping: $0.count)) }) > 0 {}
        if let stopped { refuse(.notReadToItsEnd(stopped), .file(name)) }
        return hasher.finalize()
    }

    /// The line where the file is no well-formed XML, is nested too deep, or brings a document type along (a reply has
    /// none, and what it could define, entities, is no business of a reply); nil when there is no such line.
    private func follow() -> Int? {
        do throws(InputFileError) {
            // One short read tells the declaration of any file that has one.
            ahead = try file.read(upTo: Self.longestHead)[...]
        } catch {
            stopped = .file(error.problem)
            return 1
        }
        characters = ReplyCharacters(head: Array(ahead))
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
        var options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        if let set = characters.widened, let handler = xmlFindCharEncodingHandler(set) {
            xmlSwitchToEncoding(parser, handler)
            options |= XML_PARSE_IGNORE_ENC.rawValue
        }
        xmlCtxtUseOptions(parser, CInt(bitPattern: options))
        let isWellFormed = xmlParseDocument(parser) == 0 && stopped == nil
        let code = xmlParserErrors(rawValue: xmlParserErrors.RawValue(parser.pointee.lastError.code))
        isForeignText = [XML_ERR_INVALID_ENCODING, XML_ERR_INVALID_CHAR, XML_I18N_CONV_FAILED].contains(code)
        if let foreignLine { return foreignLine }
        return isWellFormed ? nil : max(1, Int(parser.pointee.lastError.line))
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> VerificationReplyReader? {
        context.map { Unmanaged<VerificationReplyReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func fill(_ buffer: UnsafeMutablePointer<CChar>?, _ count: CInt) -> CInt {
        let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: Int(max(0, count)))
        do throws(InputFileError) {
            let got: Int
            if ahead.isEmpty {
                got = try file.read(into: buffer)
            } else {
                got = min(ahead.count, buffer.count)
                buffer.copyBytes(from: ahead.prefix(got))
                ahead = ahead.dropFirst(got)
            }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<got])
            if let problem = bounds.problem(in: piece) {
                stopped = problem
                return -1
            }
            characters.follow(piece)
            hasher.update(bufferPointer: piece)
            return CInt(clamping: got)
        } catch {
            stopped = .file(error.problem)
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
        return EnteredText.trimmed(String(decoding: text[first...last], as: UTF8.self))
    }

    private func checkHead() {
        let stem = (name as NSString).deletingPathExtension
        if !stem.hasSuffix("_\(head.packetNumber)") || head.packetNumber.isEmpty {
            refuse(.packetNumber, .file(name), "SJBBH")
        }
        if head.packetType != kind.packetType {
            refuse(
                .packetType(expected: kind.packetType, isException: kind == .exceptions), .file(name), "SJBLX")
        }
        if head.recordCount != records {
            refuse(.recordCount(announced: head.recordCount, found: records), .file(name), "JLS")
        }
        if records > kind.mostRecords {
            refuse(.tooManyRecords(records, limit: kind.mostRecords), .file(name), "JLS")
        }
    }

    private func refuse(_ finding: ReplyFinding, _ place: BatchProblem.Place, _ item: String? = nil) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(BatchProblem(.reply(finding), place, item: item))
    }

    private func begin(_ name: UnsafePointer<xmlChar>, isPrefixed: Bool) {
        guard path.count < Self.deepest else { return stop() }
        let element = isPrefixed ? Element(name, isPrefixed: true) : element(name)
        path.append(element)
        text.removeAll(keepingCapacity: true)
        check(element)
        if path.count == 1, element == .package { sawPackage = true }
        if path.count == 3, element == .record {
            for index in values.indices { values[index] = nil }
            (met, flaw) = (ElementSet(), nil)
        }
    }

    /// An element that is there twice, in another place or under almost its name would be taken for one that is not there:
    /// a refusal could vanish in it.
    private func check(_ element: Element) {
        let depth = path.count
        switch (depth, depth > 1 ? path[1] : .other) {
        case (2, _): met = ElementSet()
        case (3, .head):
            guard element == .misspelled || element.isOfHead && !met.insert(element) else { return }
            refuse(.headElement, .file(self.name))
        case (4, .data) where element.isOfRecord:
            if !met.insert(element) { flaw = .elementTwice }
        case (4..., .data) where element == .misspelled: flaw = .elementMisspelled
        case (5..., .data) where element.isOfRecord: flaw = .elementInside
        default: break
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

    /// What does not belong into a record of this verifier in a file of this kind.
    private func foreignValue(_ verifier: Verifier) -> RecordFlaw? {
        func isThere(_ element: Element) -> Bool { value(of: element)?.isEmpty == false }
        if isThere(verifier == .police ? .bankID : .policeID) { return .bothVerifiers }
        guard kind != .exceptions else { return nil }
        if met.contains(.opensAccount) || isThere(.reason) || verifier == .bank && isThere(.exceptionCode) {
            return .refusalAmongMatches
        }
        return nil
    }

    private func recordEnded() {
        records += 1
        let place = BatchProblem.Place.record(file: name, number: records)
        let verifier: Verifier =
            switch kind {
            case .reply(let verifier): verifier
            case .exceptions: value(of: .bankID) == nil ? .police : .bank
            }
        if kind == .reply(.bank), value(of: .number).flatMap({ Int($0) }) != records {
            refuse(.recordNumber, place, "XH")
        }
        if let flaw = flaw ?? foreignValue(verifier) { return refuse(.record(flaw), place) }
        let (id, name) =
            verifier == .police
            ? (value(of: .policeID), value(of: .policeName)) : (value(of: .bankID), value(of: .bankName))
        // Of an exception the number alone counts: the name may be what is wrong.
        guard let id, !id.isEmpty, kind == .exceptions || name?.isEmpty == false else {
            return refuse(.lacks(idElement: verifier.idElement, nameElement: verifier.nameElement), place)
        }
        func text(_ element: Element) -> String? { value(of: element).flatMap { $0.isEmpty ? nil : $0 } }
        each(
            VerificationRecord(
                number: records, verifier: verifier, idNumber: id, name: name ?? "",
                exceptionCode: text(.exceptionCode), reason: text(.reason)))
    }
}
