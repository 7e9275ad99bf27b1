import Files
import Foundation
import Messages
import ShangMi

/// What a station signs.
extension Ledger {
    /// r ‖ s over SM3(Z ‖ head), 128 lowercase hexadecimal digits.
    ///
    /// - Parameter head: the hash that is signed.
    func signature(ofHead head: String) throws(StoreError) -> String {
        guard let bytes = LowercaseHex.decode(head), let signature = try? station.key.deterministicSign(message: bytes)
        else {
            throw .ledger(
                .damaged(
                    "its last hash is none; run `healthcard ledger verify`",
                    "末条的摘要无效；请运行 `healthcard ledger verify`"))
        }
        return LowercaseHex.encode(signature)
    }

    /// Writes the seal of the file, when there is one and nobody is in the way.
    func sealFile() throws(LedgerError) {
        guard let path = location.path else { return }
        let (entry, first) = try read { database throws(StoreError) in
            let head = try Chain.last(database)
            return (head, try Chain.entry(1, database)?.hash ?? "")
        }
        let pages = try exclusively { database throws(StoreError) -> (size: Int, pageSize: Int, pages: [String])? in
            // Another process that reads an older state keeps the log from being emptied; the next run's end seals.
            guard try database.first("PRAGMA wal_checkpoint(TRUNCATE)")?.integer(0) == 0 else { return nil }
            return try database.transaction(database.dialect.begin) { () throws(StoreError) in
                guard try Chain.last(database) == entry, PageFile.logSize(path) == 0 else { return nil }
                let pageSize = try database.first("PRAGMA page_size")?.integer(0) ?? 0
                return try PageFile.digests(path, pageSize: Int(clamping: pageSize))
            }
        }
        guard let entry, let pages else { return }
        let seal = FileSeal(
            firstHash: first, sequence: entry.sequence, hash: entry.hash, fileSize: pages.size,
            pageSize: pages.pageSize, pages: pages.pages, station: station.name)
        guard let data = seal.signed(by: station.key), DurableFile.replace(FileSeal.path(of: path), with: Array(data))
        else {
            throw DurableFile.failure(FileSeal.path(of: path))
        }
    }
}
