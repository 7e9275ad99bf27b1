import Foundation
import Ledger
import Messages

/// The lists of a batch while they are written.
struct ListRun {
    private let batch: String
    private let releasedBy: String?
    private let folder: String
    private let language: Language
    private let formats: [ListFormat]
    private var places: [String: Int] = [:]
    private var points: [(name: String, cards: Int, lists: [ListFile])] = []
    private var rejects: [ListFile]
    private var scrap: [ListFile]
    private var made = 0
    private var rejected = 0
    private var setAside = 0
    private var open = 0
    private var void = 0
    private var scrapped = 0

    init(
        batch: String, releasedBy: String?, folder: String, formats: Set<ListFormat>, language: Language
    ) throws(BatchListsError) {
        self.batch = batch
        self.releasedBy = releasedBy
        self.folder = folder
        self.language = language
        self.formats = ListFormat.allCases.filter(formats.contains)
        (rejects, scrap) = ([], [])
        try ListFolder(folder).begin(batch: batch)
        rejects = try files(
            "rejects", Self.rejectColumns(language), .rejects, [])
        scrap = try files(
            "scrap", Self.scrapColumns(language), .scrap, [])
    }

    private func files(
        _ name: String, _ columns: [ListWriter.Column], _ title: ListText, _ members: [(name: String, value: String)]
    ) throws(BatchListsError) -> [ListFile] {
        var files: [ListFile] = []
        for format in formats {
            let writer = ListWriter(format, columns: columns)
            let heading = ListText.heading(
                batch: ListWriter.shown(batch), [title], releasedBy: releasedBy.map(ListWriter.shown)
            ).text(in: language)
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
        case .void(let chip, let reason):
            void += 1
            let text = ListText.voidCard(chip: chip, AnyMessage(reason)).text(in: language)
            try reject(order + ["void", reason.code, text])
        case .rejected(let reason):
            rejected += 1
            try reject(order + ["rejected", reason.code, reason.text(in: language)])
        case .setAside(let reason):
            setAside += 1
            try reject(order + ["setAside", reason.code, reason.text(in: language)])
        case .open(let chip):
            open += 1
            let text = (chip.map { .begun(chip: $0) } ?? ListText.notBegun).text(in: language)
            try reject(order + ["open", chip == nil ? "waiting" : "inWork", text])
        }
    }

    mutating func add(_ chip: ScrapChip) throws(BatchListsError) {
        let fields = [
            chip.chip, chip.state.rawValue, chip.sequence.map(String.init) ?? "", chip.row.map(String.init) ?? "",
            chip.reason.code, chip.reason.text(in: language),
        ]
        scrapped += 1
        for index in scrap.indices { try scrap[index].add(fields) }
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
        let lists = try files(
            file, Self.packingColumns(language), .packing(point: name.isEmpty ? nil : ListWriter.shown(name)),
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
                try points[index].lists[list].finish(ListText.cards(cards).text(in: language))
            }
            summary.append(
                BatchLists.Point(name: points[index].name, cards: cards, files: points[index].lists.map(\.name)))
        }
        for list in rejects.indices {
            let rows = rejects[list].rows
            try rejects[list].finish(ListText.rows(rows).text(in: language))
        }
        for list in scrap.indices {
            try scrap[list].finish(ListText.chips(scrapped).text(in: language))
        }
        let lists = BatchLists(
            batch: batch, releasedBy: releasedBy, points: summary, made: made, rejected: rejected, setAside: setAside,
            void: void, scrap: scrapped, open: open, counts: counts)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(lists) else { throw .file(folder, .noJSON) }
        try ListFolder(folder).write(summary: json + Data("\n".utf8))
        return lists
    }

    private static func orderColumns(_ language: Language) -> [ListWriter.Column] {
        [
            .init(name: "sequence", title: ListText.sequence.text(in: language), width: 8, isNumber: true),
            .init(name: "row", title: ListText.row.text(in: language), width: 8, isNumber: true),
            .init(name: "idNumber", title: ListText.idNumber.text(in: language), width: 18),
        ]
    }

    private static func packingColumns(_ language: Language) -> [ListWriter.Column] {
        orderColumns(language) + [.init(name: "chip", title: ListText.chip.text(in: language), width: 16)]
    }

    private static func rejectColumns(_ language: Language) -> [ListWriter.Column] {
        orderColumns(language) + [
            .init(name: "state", title: ListText.state.text(in: language), width: 9),
            .init(name: "code", title: ListText.code.text(in: language), width: 20),
            .init(name: "reason", title: ListText.reason.text(in: language), width: 1),
        ]
    }

    private static func scrapColumns(_ language: Language) -> [ListWriter.Column] {
        [
            .init(name: "chip", title: ListText.chip.text(in: language), width: 16),
            .init(name: "state", title: ListText.state.text(in: language), width: 9),
            .init(name: "sequence", title: ListText.sequence.text(in: language), width: 8, isNumber: true),
            .init(name: "row", title: ListText.row.text(in: language), width: 8, isNumber: true),
            .init(name: "code", title: ListText.code.text(in: language), width: 20),
            .init(name: "reason", title: ListText.reason.text(in: language), width: 1),
        ]
    }
}
