import Files
import Foundation
import Messages
import ShangMi

extension Ledger {
    /// Reads the whole ledger and reports whatever is not as it was written, and where (`Docs/ledger.md`).
    ///
    /// It reads one state of the ledger while work goes on. What it finds is in the report; nothing of the ledger is
    /// changed.
    ///
    /// - Throws: `.unavailable`, `.misconfigured`: when nothing could be read, or is no ledger of this software. Whether
    ///   it was changed cannot be told then.
    public func verify() throws(LedgerError) -> LedgerVerification {
        try Self.verify(location, station: station)
    }

    /// The same of a ledger that is too damaged to be opened.
    ///
    /// - Parameters:
    ///   - station: who remembers how far it has come; nil asks nobody.
    ///   - demands: what is to be found in it besides.
    public static func verify(
        _ location: LedgerLocation, station: Station?, demands: LedgerDemands = LedgerDemands()
    ) throws(LedgerError) -> LedgerVerification {
        var report = LedgerVerification()
        var pages: PageComparison?
        if let path = location.path {
            // What may not be read was not read: nothing is said of it.
            guard access(path, R_OK) == 0 else {
                throw .misconfigured(
                    "\(path) cannot be read (\(SystemReason(errno))): whether it was changed cannot be told",
                    "无法读取 \(path)（\(SystemReason(errno))），因此无法判断是否被改动")
            }
            do throws(StoreError) {
                pages = try PageComparison(path: path, report: &report)
            } catch {
                throw error.asLedgerError
            }
        }
        var last: LedgerEntry?
        do throws(StoreError) {
            try store(location, isReadOnly: true).use { database throws(StoreError) in
                try requireLedger(
                    database, location, isExpected: pages?.differs == true || isKnown(location, to: station))
                try SchemaComparison.compare(database, into: &report)
                try checkStore(database, &report)
                try database.execute(database.dialect.beginSnapshot)
                defer { _ = try? database.execute("ROLLBACK") }
                try withScratch(database) { scratch throws(StoreError) in
                    var verifier = Verifier(database: database, scratch: scratch, report: report)
                    defer { report = verifier.report }
                    try verifier.run(demands)
                    last = verifier.last
                    if let station {
                        try checkMemory(of: station, location, verifier.firstHash, database, &verifier.report)
                    }
                }
            }
        } catch {
            switch error.asLedgerError {
            case let error
            where error.code == .damaged && !isSQLite(location) && pages?.differs != true
                && !isKnown(location, to: station):
                throw .place(location.description, .notALedger)
            case .damaged where report.entries == 0 && pages?.differs != true && !isKnown(location, to: station):
                // Nothing here says how it was: no seal, no memory, and no entry that could be read.
                throw .misconfigured(notWhole(location))
            case .place(_, .notADatabase):
                report.find(
                    .entry(report.entries + 1), "the ledger cannot be read from here on: it is not a database",
                    "台账自此处起无法读取：不是数据库")
            case .damaged(let what):
                report.find(
                    .entry(report.entries + 1), "the ledger cannot be read from here on: \(what)",
                    "台账自此处起无法读取：\(what)")
            case let other where pages?.differs == true:
                // A changed page can keep SQLite from opening the file at all.
                report.find(.file, AnyMessage(other))
            case let other: throw other
            }
        }
        pages?.conclude(last: last, &report)
        return report
    }

    /// Where tables are rebuilt: in the file's own connection, or in a file of this process that goes with it.
    static func withScratch(
        _ database: any LedgerDatabase, _ body: (any LedgerDatabase) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard database.dialect == .postgreSQL else { return try body(database) }
        try SQLiteStore.temporary().use(body)
    }

    /// Whether the station has written here: whatever lies here now is to be that ledger. A memory that cannot be read may
    /// say so.
    private static func isKnown(_ location: LedgerLocation, to station: Station?) -> Bool {
        guard let station else { return false }
        do {
            return try station.memory.recall(ledger: location.description, firstHash: nil).displaced != nil
        } catch {
            return true
        }
    }

    private static func notWhole(_ location: LedgerLocation) -> AnyMessage {
        AnyMessage(
            "\(location) is not whole, and whether it was changed cannot be told: no entry can be read, and neither a seal nor this station's memory says how it was; copy it once more, or verify it where it was written",
            "\(location) 不完整，无法判断是否被更改：没有一条记录可读，也没有封印或本工作站的记忆可供对照；请重新复制，或在写入它的工作站验证"
        )
    }

    /// Another file, an empty one and a ledger of other software are not ledgers that were changed.
    ///
    /// - Parameter isExpected: whether something says that a ledger of this software is to be here.
    private static func requireLedger(
        _ database: any LedgerDatabase, _ location: LedgerLocation, isExpected: Bool
    ) throws(StoreError) {
        guard !isExpected else { return }
        let version = try LedgerSchema.current(database)
        guard version > 0 else { throw .ledger(.place(location.description, .notALedger)) }
        guard version != LedgerSchema.version else { return }
        throw .ledger(
            .misconfigured(
                "\(location) has a schema of version \(version) and this software knows \(LedgerSchema.version), so that whether it was changed cannot be told; \(version < LedgerSchema.version ? "open it once to have it brought up to date" : "use the newer software")",
                "\(location) 的结构为第 \(version) 版，本软件为第 \(LedgerSchema.version) 版，因此无法判断是否被改动；\(version < LedgerSchema.version ? "请先打开一次以升级" : "请使用更新的软件")"
            ))
    }

    /// Whether a file begins as those of SQLite do; an empty one is an empty database.
    static func isSQLite(_ location: LedgerLocation) -> Bool {
        guard let path = location.path else { return true }
        return PageFile.beginning(path, count: 16).map { $0.isEmpty || $0.elementsEqual("SQLite format 3\0".utf8) }
            ?? true
    }

    /// What the database itself can tell of its files.
    private static func checkStore(
        _ database: any LedgerDatabase, _ report: inout LedgerVerification
    ) throws(StoreError) {
        guard database.dialect == .sqlite else { return }
        for row in try database.query("PRAGMA integrity_check") where row.text(0) != "ok" {
            report.find(.file, AnyMessage(VerbatimText("SQLite: \(row.text(0).replacing("\n", with: "; "))")))
        }
        for row in try database.query("PRAGMA foreign_key_check") {
            report.find(
                .row(table: row.text(0), key: row.text(1)), "belongs to nothing in \(row.text(2))",
                "在 \(row.text(2)) 中没有所属的行")
        }
    }

    private static func checkMemory(
        of station: Station, _ location: LedgerLocation, _ firstHash: String?, _ database: any LedgerDatabase,
        _ report: inout LedgerVerification
    ) throws(StoreError) {
        let row = try database.first("SELECT public_key FROM stations WHERE name = ?", [.text(station.name)])
        let hasOtherKey = row.map { $0.text(0) != LowercaseHex.encode(station.publicKey.bytes) } ?? false
        if hasOtherKey {
            report.find(
                .station(station.name), "the ledger has another key for it than the station itself",
                "台账中的公钥与工作站自身的不同")
        }
        let recollection: StationMemory.Recollection
        do throws(LedgerError) {
            recollection = try station.memory.recall(ledger: location.description, firstHash: firstHash)
        } catch {
            guard case .stationMemory(let what) = error else { throw .ledger(error) }
            report.find(.station(station.name), what)
            return
        }
        if let displaced = recollection.displaced {
            report.find(
                .entry(displaced.sequence),
                "station \(station.name) wrote it and it is not there: another ledger was put in place",
                "由工作站 \(station.name) 写入，现已不在：台账被换成了另一个")
        }
        guard let known = recollection.known else {
            if row != nil, !hasOtherKey {
                report.find(
                    .station(station.name), "the ledger knows it, and it remembers nothing of the ledger",
                    "台账中有该工作站，但该工作站没有此台账的记录")
            }
            return
        }
        if known.isIntended == true, row == nil { return }
        for head in [known.head, recollection.note].compactMap({ $0 })
        where try Chain.entry(head.sequence, database)?.hash != head.hash {
            report.find(
                .entry(head.sequence),
                "station \(station.name) wrote it and it is not there: an older copy or another ledger was put in place",
                "由工作站 \(station.name) 写入，现已不在：台账被换成了旧副本或另一个台账")
            break
        }
    }
}

/// A file's pages against its seal.
struct PageComparison {
    private let seal: FileSeal?
    /// From 1, as SQLite counts.
    private let changed: [Int]
    private let size: Int
    private let logSize: Int
    /// Whether something lies where the seal is to be.
    private let isSealed: Bool
    private static let mostNamed = 20

    /// Reads the file. A seal that is not what a station wrote is reported.
    init(path: String, report: inout LedgerVerification) throws(StoreError) {
        logSize = PageFile.logSize(path)
        let sealPath = FileSeal.path(of: path)
        let data: Data?
        do {
            // A seal has a digest for each page, of 512 bytes at least.
            data = try InputFile.contentsIfThere(of: sealPath, atMost: 1 << 30).map { Data($0) }
        } catch {
            throw .ledger(
                .misconfigured(
                    "the ledger's seal \(error)",
                    "台账的封签\(error)"))
        }
        isSealed = data != nil
        guard let data else {
            seal = nil
            changed = []
            size = 0
            report.note(
                "the file has no seal beside it: bytes that SQLite does not read are not checked",
                "文件旁没有封签：SQLite 不读取的字节未核对")
            return
        }
        let name = URL(filePath: FileSeal.path(of: path)).lastPathComponent
        guard let seal = FileSeal(data) else {
            self.seal = nil
            changed = []
            size = 0
            report.find(.seal(name: name), "it is not what a station signed", "并非工作站所签")
            return
        }
        report.seals += 1
        let found = try PageFile.digests(path, pageSize: seal.pageSize)
        size = found.size
        changed = (0..<max(found.pages.count, seal.pages.count)).filter {
            !found.pages.indices.contains($0) || !seal.pages.indices.contains($0) || found.pages[$0] != seal.pages[$0]
        }.map { $0 + 1 }
        self.seal = seal
    }

    /// Whether the file is not what its seal says; false where there is none.
    var differs: Bool { isSealed && (!changed.isEmpty || seal == nil) }

    /// Reports changed pages, unless the ledger has gone on since it was sealed.
    ///
    /// - Parameter last: the last entry of the chain.
    func conclude(last: LedgerEntry?, _ report: inout LedgerVerification) {
        guard let seal else { return }
        if let last, last.sequence > seal.sequence, report.isSound {
            report.note(
                "the file was sealed at entry \(seal.sequence); since then only what SQLite reads is checked",
                "文件封签于第 \(seal.sequence) 条；此后的内容只核对 SQLite 读取的部分")
            return
        }
        if let last, last.sequence == seal.sequence, last.hash != seal.hash {
            report.find(
                .entryOf(last.sequence, kind: last.kind), "the file's seal names another hash", "文件封签中的摘要与之不同")
        }
        if (last?.sequence ?? 0) < seal.sequence {
            report.find(
                .entry(seal.sequence), "the file's seal names it and it is missing", "文件封签中有此条，台账中没有")
        }
        for page in changed.prefix(Self.mostNamed) {
            report.find(
                .page(page), "it is not as it was sealed (bytes \((page - 1) * seal.pageSize) on)",
                "与封签时不同（自第 \((page - 1) * seal.pageSize) 字节起）")
        }
        if changed.count > Self.mostNamed {
            report.find(
                .file, "\(changed.count - Self.mostNamed) more pages are not as they were sealed",
                "另有 \(changed.count - Self.mostNamed) 页与封签时不同")
        }
        if size != seal.fileSize {
            report.find(
                .file, "it has \(size) bytes and was sealed with \(seal.fileSize)",
                "现为 \(size) 字节，封签时为 \(seal.fileSize) 字节")
        }
        if logSize > 0, !changed.isEmpty {
            report.note("a write-ahead log lies beside the file", "文件旁有预写日志")
        }
    }
}
