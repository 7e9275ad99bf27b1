import CardProfiles
import Foundation
import GRDB
import ISO7816

/// A batch nothing stands against: its orders as they are to be made, and each applicant's row when it is wanted.
///
/// It may be used from any thread. Memory does not grow with the orders.
public struct PreparedBatch: Sendable {
    public let batch: Batch
    /// How many orders there are.
    public let count: Int
    public let setAside: [RowSetAside]
    /// SM3 over everything in the folder that a card depends on, 64 lowercase hexadecimal digits (`Docs/batch.md`). It
    /// does not depend on which rows are set aside.
    public let contentDigest: String
    let rules: RowRules
    let photos: PhotoChecker
    let database: ScratchDatabase
    let table: String

    /// The orders from the first on.
    public func orders() -> PreparedOrders { PreparedOrders(database: database, table: table) }

    /// The application of one order, read again and checked again: a file that has changed since is found out.
    ///
    /// - Throws: what is wrong with the row now, or that it is another's.
    public func application(_ order: PreparedOrder) throws(BatchError) -> Application {
        let application = try application(at: order.offset, row: order.row)
        guard application.idNumber.text == order.idNumber, application.contentDigest == order.contentDigest else {
            throw Self.changed(order.row)
        }
        return application
    }

    /// The application that begins at a byte of `applications.csv`, row and photo read once; whether they are what was
    /// checked, its `contentDigest` tells.
    ///
    /// - Parameter row: its row, for messages.
    public func application(at offset: Int, row: Int) throws(BatchError) -> Application {
        guard var checked = try rules.row(at: offset, line: row) else { throw Self.changed(row) }
        let photo = photos.check(&checked)
        switch checked.outcome(photo: photo, rules: rules) {
        case .accepted(let application): return application
        case .rejected(_, _, let problems): throw BatchError(problems)
        }
    }

    private static func changed(_ row: Int) -> BatchError {
        BatchError([BatchProblem(.file(.changed), .row(row))])
    }
}

/// One card to be made.
public struct PreparedOrder: Sendable, Hashable {
    /// Its place in production, from 1.
    public let sequence: Int
    /// 18 characters.
    public let idNumber: String
    /// The row of `applications.csv`, counted as an editor counts lines.
    public let row: Int
    /// The byte of the file the row begins at.
    public let offset: Int
    /// Empty when the application does not say.
    public let collectionPoint: String
    /// SM3 over the row and its photo as they were checked, 64 lowercase hexadecimal digits (`Docs/batch.md`).
    public let contentDigest: String
}

/// Hands out orders in their sequence.
public final class PreparedOrders {
    /// Orders fetched at once.
    private static let page: Int64 = 1000

    private let database: ScratchDatabase
    private let table: String
    private var last: Int64 = 0
    private var ready: ArraySlice<PreparedOrder> = []

    init(database: ScratchDatabase, table: String) {
        self.database = database
        self.table = table
    }

    /// The next order; nil after the last.
    public func next() throws(BatchError) -> PreparedOrder? {
        if ready.isEmpty {
            let (first, table) = (last, table)
            ready = try database.use { database in
                let rows = try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT sequence, id, row, offset, point, digest FROM \(table) WHERE sequence > ? LIMIT ?"),
                    arguments: [first, Self.page])
                return rows.compactMap { row in
                    IDNumber(packed: UInt64(bitPattern: row[1] as Int64)).map {
                        PreparedOrder(
                            sequence: row[0], idNumber: $0.text, row: row[2], offset: row[3],
                            collectionPoint: row[4] ?? "",
                            contentDigest: Hex.encode([UInt8](row[5] as Data? ?? Data())).lowercased())
                    }
                }
            }[...]
            last += Self.page
        }
        return ready.popFirst()
    }
}
