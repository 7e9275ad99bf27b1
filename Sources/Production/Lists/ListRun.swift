import Foundation
import Ledger

/// The lists of a batch while they are written.
struct ListRun {
    private let batch: String
    private let releasedBy: String?
    private let folder: String
    private let language: ListLanguage
    private let formats: [ListFormat]
    private var places: [String: Int] = [:]
    private var points: [(name: String, cards: Int, lists: [ListFile])] = []
    private var rejects: [ListFile]
    private var made = 0
    private var rejected = 0
    private var setAside = 0
    private var open = 0

    init(
        batch: String, releasedBy: String?, folder: String, formats: Set<ListFormat>, language: ListLanguage
    ) throws(BatchListsError) {
        self.batch = batch
        self.releasedBy = releasedBy
        self.folder = folder
        self.language = language
        self.formats = ListFormat.allCases.filter(formats.contains)
        rejects = []
        try Self.clear(folder)
        rejects = try files("rejects", Self.rejectColumns(language), language.text("Rejects", "废卡与未制卡清单"), [])
    }

    /// An earlier time's packing list must not lie among this one's.
    private static func clear(_ folder: String) throws(BatchListsError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where name.hasPrefix("packing-") || name.hasPrefix("rejects.") || name.hasPrefix("summary.") {
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
        } catch {
            throw .file(folder, error.localizedDescription)
        }
    }

    private func files(
        _ name: String, _ columns: [ListWriter.Column], _ title: String, _ members: [(name: String, value: String)]
    ) throws(BatchListsError) -> [ListFile] {
        var files: [ListFile] = []
        for format in formats {
            let writer = ListWriter(format, columns: columns)
            let authority = releasedBy.map { "\n\(language.text("released by", "放行机构")) \(ListWriter.shown($0))" }
            let heading = "\(language.text("Batch", "批次")) \(ListWriter.shown(batch)): \(title)" + (authority ?? "")
            let released = releasedBy.map { [(name: "releasedBy", value: $0)] } ?? []
            files.append(
                try ListFile(
                    folder: folder, name: "\(name).\(format.rawValue)", writer,
                    head: writer.head(heading, members: [("batch", batch)] + released + members)))
        }
        return files
    }

    mutating func add(_ outcome: OrderOutcome) throws(BatchListsError) {
        let order = [outcome.sequence.map(String.init) ?? "", String(outcome.row), outcome.idNumber ?? ""]
        switch outcome.result {
        case .made(let chip):
            made += 1
            let index = try place(of: outcome.collectionPoint)
            points[index].cards += 1
            for list in points[index].lists.indices { try points[index].lists[list].add(order + [chip]) }
        case .rejected(let reason):
            rejected += 1
            try reject(order + ["rejected", reason.code, reason.text])
        case .setAside(let reason):
            setAside += 1
            try reject(order + ["setAside", reason.code, reason.text])
        case .open(let chip):
            open += 1
            let text = chip.map { language.text("begun on chip \($0), outcome not known", "已在芯片 \($0) 上开始，结果未知") }
            try reject(order + ["open", chip == nil ? "waiting" : "inWork", text ?? language.text("not begun", "未开始")])
        }
    }

    private mutating func reject(_ fields: [String]) throws(BatchListsError) {
        for index in rejects.indices { try rejects[index].add(fields) }
    }

    private mutating func place(of name: String) throws(BatchListsError) -> Int {
        if let index = places[name] { return index }
        let index = points.count
        // Names come from applications and may hold anything: files are numbered.
        let number = String(index + 1)
        let file = "packing-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
        let shown = name.isEmpty ? language.text("no collection point given", "未指定领取点") : ListWriter.shown(name)
        let lists = try files(
            file, Self.packingColumns(language), language.text("packing list, \(shown)", "装箱清单，\(shown)"),
            [("collectionPoint", name)])
        points.append((name, 0, lists))
        places[name] = index
        return index
    }

    mutating func finish(_ counts: BatchCounts) throws(BatchListsError) -> BatchLists {
        var summary: [BatchLists.Point] = []
        for index in points.indices {
            let cards = points[index].cards
            for list in points[index].lists.indices {
                try points[index].lists[list].finish(language.text("\(cards) card(s)", "共 \(cards) 张"))
            }
            summary.append(
                BatchLists.Point(name: points[index].name, cards: cards, files: points[index].lists.map(\.name)))
        }
        for list in rejects.indices {
            let rows = rejects[list].rows
            try rejects[list].finish(language.text("\(rows) row(s)", "共 \(rows) 行"))
        }
        let lists = BatchLists(
            batch: batch, releasedBy: releasedBy, points: summary, made: made, rejected: rejected, setAside: setAside,
            open: open,
            counts: counts)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(lists) else { throw .file(folder, "the summary cannot be put into JSON") }
        let path = folder + "/summary.json"
        guard
            FileManager.default.createFile(
                atPath: path, contents: json + Data("\n".utf8), attributes: [.posixPermissions: 0o600])
        else { throw .file(path, "cannot be written: \(String(cString: strerror(errno)))") }
        return lists
    }

    private static func orderColumns(_ language: ListLanguage) -> [ListWriter.Column] {
        [
            .init(name: "sequence", title: language.text("No.", "序号"), width: 8, isNumber: true),
            .init(name: "row", title: language.text("Row", "行"), width: 8, isNumber: true),
            .init(name: "idNumber", title: language.text("ID number", "身份证号"), width: 18),
        ]
    }

    private static func packingColumns(_ language: ListLanguage) -> [ListWriter.Column] {
        orderColumns(language) + [.init(name: "chip", title: language.text("Chip", "芯片号"), width: 16)]
    }

    private static func rejectColumns(_ language: ListLanguage) -> [ListWriter.Column] {
        orderColumns(language) + [
            .init(name: "state", title: language.text("State", "状态"), width: 9),
            .init(name: "code", title: language.text("Code", "代码"), width: 20),
            .init(name: "reason", title: language.text("Reason", "原因"), width: 1),
        ]
    }
}
