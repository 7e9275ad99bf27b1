import CLatePCSC
import CPCSC

/// A line to the PC/SC service (SCardEstablishContext). Ends with its last reference.
///
/// pcscd serves the calls of one context one after the other: connections that are to work side by side each take
/// a context of their own. `cancel` may come from any thread; everything else from one thread at a time.
public final class PCSCContext: @unchecked Sendable {
    let handle: SCARDCONTEXT
    private let line: CallWatch.Line?

    /// - Parameter commandLimit: how long a call to a card or a reader may take before it is given up; nil: however long
    ///   it takes, where somebody else watches over it.
    /// - Throws: `SCARD_E_NO_SERVICE` when no pcscd runs; ``PCSCError/noLibrary`` where the system has no PC/SC library.
    public init(commandLimit: Duration? = CommandLimit.inForce) throws(PCSCError) {
        guard healthcard_missing_pcsc() == nil else {
            throw PCSCError(number: PCSCError.noLibrary, function: "SCardEstablishContext")
        }
        var context: SCARDCONTEXT = 0
        func establish() throws(PCSCError) {
            try check("SCardEstablishContext", SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &context))
        }
        var socket: ServiceSocket?
        if commandLimit == nil { try establish() } else { socket = try ServiceSocket.opened(by: establish) }
        handle = context
        line = commandLimit.map { CallWatch.Line(limit: $0, socket: socket) }
        if let line { CallWatch.shared.add(line) }
    }

    deinit {
        watched { SCardReleaseContext(handle) }
        if let line { CallWatch.shared.remove(line) }
    }

    /// Whether a call of this context took longer than it may. Nothing works on the context any more.
    public var isGivenUp: Bool { line?.hasFailed ?? false }

    /// Whether the connection to the service is known and can be hung up on.
    var canBeGivenUp: Bool { line?.canBeHungUp ?? false }

    /// Makes a call that a card, a reader or another program may hold up.
    @discardableResult
    func watched(_ call: () -> LONG) -> LONG {
        guard let line else { return call() }
        line.begin()
        defer { line.end() }
        let result = call()
        // What the library says of a connection that was shut down is beside the point.
        return result != 0 && line.hasFailed ? LONG(PCSCError.givenUp) : result
    }

    /// Whether the library knows this context. A service that was stopped shows in the next call, not here.
    public var isValid: Bool { SCardIsValidContext(handle) == 0 }

    /// The names of all readers, in the service's order; none is no error.
    public func readers() throws(PCSCError) -> [ReaderName] {
        // The list may grow between asking for its length and fetching it.
        for _ in 0..<8 {
            var length: DWORD = 0
            let asked = watched { SCardListReaders(handle, nil, nil, &length) }
            if UInt32(truncatingIfNeeded: asked) == PCSCError.noReadersAvailable { return [] }
            try check("SCardListReaders", asked)
            var buffer = [CChar](repeating: 0, count: Int(length))
            let listed = watched { SCardListReaders(handle, nil, &buffer, &length) }
            switch UInt32(truncatingIfNeeded: listed) {
            case PCSCError.insufficientBuffer: continue
            case PCSCError.noReadersAvailable: return []
            default: try check("SCardListReaders", listed)
            }
            let bytes = buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }
            return bytes.split(separator: 0).map { ReaderName(bytes: Array($0)) }
        }
        throw PCSCError(number: PCSCError.insufficientBuffer, function: "SCardListReaders")
    }

    /// Wakes a `statusChange` of this context that waits on another thread.
    public func cancel() { ServiceSocket.besides { SCardCancel(handle) } }

    /// Waits until a reader's state differs from the one given, at most `milliseconds` (nil: for ever).
    /// - Returns: the states, with what is now so.
    /// - Throws: `SCARD_E_TIMEOUT`, `SCARD_E_CANCELLED`, `SCARD_E_UNKNOWN_READER`, `SCARD_E_NO_SERVICE` …
    public func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws(PCSCError) -> [ReaderState] {
        let names = states.map { $0.reader.cString }
        var native = states.map { state in
            var entry = SCARD_READERSTATE()
            entry.dwCurrentState = DWORD(state.known)
            return entry
        }
        let result = Self.withPointers(to: names) { pointers in
            for index in native.indices { native[index].szReader = pointers[index] }
            return SCardGetStatusChange(
                handle, DWORD(milliseconds ?? UInt32(truncatingIfNeeded: INFINITE)), &native, DWORD(native.count))
        }
        try check("SCardGetStatusChange", result)
        return zip(states, native).map { state, entry in
            let atr = withUnsafeBytes(of: entry.rgbAtr) { Array($0.prefix(Int(min(entry.cbAtr, 33)))) }
            return ReaderState(reader: state.reader, known: UInt(entry.dwEventState), answerToReset: atr)
        }
    }

    private static func withPointers<Result>(
        to texts: [[CChar]], _ body: ([UnsafePointer<CChar>]) -> Result
    ) -> Result {
        // One block for all names: nesting a closure for each would recurse with the number of readers.
        let block = texts.flatMap { $0 }
        return block.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>] = []
            var offset = 0
            for text in texts {
                if let base = buffer.baseAddress { pointers.append(base + offset) }
                offset += text.count
            }
            return body(pointers)
        }
    }
}

/// What the service says of one reader (SCARD_READERSTATE).
public struct ReaderState: Sendable, Hashable {
    public let reader: ReaderName
    /// The state as the service counts it, event counter included: hand it back to wait for the next change.
    public let known: UInt
    /// Empty when there is no card.
    public let answerToReset: [UInt8]

    public init(reader: ReaderName, known: UInt = 0, answerToReset: [UInt8] = []) {
        self.reader = reader
        self.known = known
        self.answerToReset = answerToReset
    }

    private func has(_ flag: Int32) -> Bool { known & UInt(flag) != 0 }

    /// Insertions and removals so far, counted by the service in 16 bits.
    public var eventCount: UInt16 { UInt16(truncatingIfNeeded: known >> 16) }

    public var isCardPresent: Bool { has(SCARD_STATE_PRESENT) }
    public var isMute: Bool { has(SCARD_STATE_MUTE) }
    public var isExclusivelyUsed: Bool { has(SCARD_STATE_EXCLUSIVE) }
    public var isInUse: Bool { has(SCARD_STATE_INUSE) }
    /// The reader has gone, or was never there.
    public var isUnknown: Bool { has(SCARD_STATE_UNKNOWN) || has(SCARD_STATE_IGNORE) || has(SCARD_STATE_UNAVAILABLE) }
}
