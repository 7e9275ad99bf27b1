import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

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
final class VerificationReplyReader: NSObject, XMLParserDelegate {
    /// Elements inside each other; a reply has four.
    private static let deepest = 16
    /// Characters kept of one element; a record's longest text that is read has 30.
    private static let longestText = 256
    /// More problems than this in one file say nothing new.
    private static let mostProblems = 100

    private let verifier: Verifier
    private let name: String
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
        self.each = each
    }

    /// Reads the file whole and returns its head and what is wrong with it; records go to `each` in their order.
    static func read(
        path: String, verifier: Verifier, each: @escaping (VerificationRecord) -> Void
    ) -> (head: VerificationHead, problems: [BatchProblem]) {
        let name = (path as NSString).lastPathComponent
        guard let stream = InputStream(fileAtPath: path) else {
            let problem = BatchProblem(.file(name), "cannot be opened", remedy: "check its permissions")
            return (VerificationHead(), [problem])
        }
        let reader = VerificationReplyReader(verifier: verifier, name: name, each: each)
        let parser = XMLParser(stream: stream)
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        if !parser.parse() || !reader.sawPackage {
            reader.refuse(
                .file(name), nil, "is not the XML of a reply (line \(parser.lineNumber))", "ask its sender for it again"
            )
        } else {
            reader.checkHead()
        }
        return (reader.head, reader.problems)
    }

    private func checkHead() {
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

    private func refuse(_ place: BatchProblem.Place, _ item: String?, _ what: String, _ remedy: String) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(BatchProblem(place, item: item, what, remedy: remedy))
    }

    // MARK: XMLParserDelegate

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard path.count < Self.deepest else { return parser.abortParsing() }
        path.append(element)
        text = ""
        if path == ["PACKAGE"] { sawPackage = true }
        if path == ["PACKAGE", "DATA", "RECORD"] { values = [:] }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        // A police record may carry a photo; it is of no use here and is not kept.
        if path.last != "CZRKXP", text.utf8.count <= Self.longestText { text += string }
    }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        text = ""
        switch (path.count, path.dropFirst().first) {
        case (3, "PACKAGEHEAD"):
            switch element {
            case "SJBBH": head.packetNumber = value
            case "SJBLX": head.packetType = value
            case "JLS": head.recordCount = value.utf8.count <= 5 ? Int(value) : nil
            default: break
            }
        case (3, "DATA") where element == "RECORD": recordEnded()
        case (4, "DATA"): values[element] = value
        default: break
        }
        path.removeLast()
    }

    private func recordEnded() {
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
