import CardProfiles

/// A batch nothing stands against: its orders as they are to be made, and each applicant's row when it is wanted.
///
/// It may be used from any thread.
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
    let book: OrderBook

    /// The orders from the first on.
    public func orders() -> PreparedOrders { PreparedOrders(book: book) }

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
    private let book: OrderBook
    private var last = 0

    init(book: OrderBook) { self.book = book }

    /// The next order; nil after the last.
    public func next() throws(BatchError) -> PreparedOrder? {
        last += 1
        return try book.order(last)
    }
}
