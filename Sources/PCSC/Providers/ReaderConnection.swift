import ISO7816

/// A card in a reader, whoever's reader it is. Blocks; belongs to the thread that made it. Disconnects with its last
/// reference.
public protocol ReaderConnection: CardChannel {
    var reader: ReaderName { get }
    /// Whether a call took longer than it may; nothing works on the connection any more.
    var isGivenUp: Bool { get }
    /// What becomes of the card when this connection ends by itself.
    var finalDisposition: Disposition { get set }

    /// Connects anew, resetting the card or not.
    func reconnect(_ disposition: Disposition) throws
    /// Ends the connection now, and says when that went wrong.
    func disconnect(_ disposition: Disposition) throws

    /// Begins a transaction, waiting until no other program is in one.
    func beginTransaction() throws -> Transaction
    /// ``Transaction/end(_:)`` alone calls it.
    func endTransaction(_ disposition: Disposition) throws

    /// An attribute of the reader, raw.
    /// - Throws: a ``ReaderFault`` of the number `SCARD_E_UNSUPPORTED_FEATURE` where the reader does not tell.
    func attribute(_ attribute: ReaderAttribute) throws -> [UInt8]
    /// A command to the reader itself, 0-65,548 bytes each way.
    func control(_ code: UInt32, _ data: [UInt8]) throws -> [UInt8]
}

/// How long programs for people wait for another program that has the card: certificate daemons look at each card for a
/// moment about once a second.
public enum SharingPatience {
    public static let usual = Duration.seconds(2)
    /// How often it is tried meanwhile.
    static let pause = Duration.milliseconds(50)
}

extension ReaderConnection {
    public var readerName: String? { reader.rawValue }

    public func attribute(_ attribute: ReaderAttribute) throws -> [UInt8] {
        throw PCSCError(number: PCSCError.unsupportedFeature, function: "SCardGetAttrib")
    }

    public func control(_ code: UInt32, _ data: [UInt8]) throws -> [UInt8] {
        throw PCSCError(number: PCSCError.unsupportedFeature, function: "SCardControl")
    }

    /// Keeps other programs from the card while `body` runs; it ends whatever happens, and in the same way: rights that
    /// `body` won are not left to the next program because it failed.
    /// - Throws: what `body` throws; else the failure to begin or end, as a `ChannelError` like those of `transmit`.
    public func withTransaction<Result>(
        endingWith disposition: Disposition = .leave, _ body: (any ReaderConnection) throws -> Result
    ) throws -> Result {
        var transaction: Transaction
        do { transaction = try beginTransaction() } catch { throw ChannelError(of: error) }
        let result: Result
        do {
            result = try body(self)
        } catch {
            // Of two errors the first is the one that explains.
            try? transaction.end(disposition)
            throw error
        }
        do { try transaction.end(disposition) } catch { throw ChannelError(of: error) }
        return result
    }
}

/// A transaction that has begun and must end: by `end`, else when the value goes out of scope.
///
/// It cannot be copied, so there is one place that ends it.
public struct Transaction: ~Copyable {
    private let connection: any ReaderConnection
    public private(set) var isOpen = true

    /// For a connection that has kept other programs out.
    public init(of connection: any ReaderConnection) { self.connection = connection }

    /// Ends it. When that fails, the transaction is still yours: end it in another way, or let it go.
    /// - Throws: a ``ReaderFault``: `SCARD_W_RESET_CARD`, `SCARD_W_REMOVED_CARD`, `SCARD_E_READER_UNAVAILABLE` when the
    ///   card was lost meanwhile; `SCARD_E_NOT_TRANSACTED` when it has ended already.
    public mutating func end(_ disposition: Disposition = .leave) throws {
        guard isOpen else { throw PCSCError(number: PCSCError.notTransacted, function: "SCardEndTransaction") }
        try connection.endTransaction(disposition)
        isOpen = false
    }

    deinit {
        // The service forgets the transaction of a card that is gone: nothing to say, nothing left to do.
        if isOpen { try? connection.endTransaction(.leave) }
    }
}
