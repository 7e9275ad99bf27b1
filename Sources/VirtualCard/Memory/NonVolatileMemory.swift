/// The chip's memory: bytes that stay without power, written one after the other, and a journal that makes any number
/// of writes one.
///
/// A transaction goes into the journal, then one byte marks it as valid, then its bytes go to their places, then the
/// mark is taken away. Power lost before the mark: nothing happened. After it: ``recover()`` finishes the work. Every
/// byte that is programmed, the journal's included, counts, and the power can be cut before any of them.
final class NonVolatileMemory {
    struct Write: Hashable {
        var address: Int
        var bytes: [UInt8]
    }

    enum Failure: Error, Hashable {
        /// The power went away; the chip is dead until it is powered on again.
        case powerLost
        /// Nothing was changed.
        case writeFailed
    }

    private static let mark: UInt8 = 0xA5

    private(set) var bytes: [UInt8]
    private var journal: [UInt8] = [0]
    private var staged: [Write] = []

    /// Bytes programmed, those of the memory before this one included.
    var programmed: Int { programmedBefore + programmedHere }
    var programmedBefore = 0
    private var programmedHere = 0
    /// The power goes away instead of programming one byte more than this; nil: it stays.
    var bytesUntilPowerCut: Int?
    /// Transactions that will fail as worn-out cells do, from the next one on.
    var failingTransactions = 0
    /// A faulty chip writes without the journal: what the power interrupts stays half done.
    var isTorn = false
    /// Sees each transaction at the moment from which it counts; an error stops it (`writeFailed`).
    var persist: (([Write]) throws -> Void)?

    init(bytes: [UInt8]) { self.bytes = bytes }

    var size: Int { bytes.count }

    subscript(address: Int) -> UInt8 { bytes.indices.contains(address) ? bytes[address] : 0 }

    /// The bytes of a range, as far as the memory goes.
    subscript(range: Range<Int>) -> [UInt8] { Array(bytes[range.clamped(to: bytes.indices)]) }

    func word(at address: Int) -> Int { Int(self[address]) << 8 | Int(self[address + 1]) }

    /// Adds a write to the transaction. Later writes win where they overlap.
    func stage(_ bytes: [UInt8], at address: Int) {
        guard !bytes.isEmpty else { return }
        staged.append(Write(address: address, bytes: bytes))
    }

    /// What was staged, to be staged otherwise.
    func takeStaged() -> [Write] {
        defer { discard() }
        return staged
    }

    /// Forgets what was staged.
    func discard() { staged.removeAll(keepingCapacity: true) }

    /// Makes everything staged happen at once, or not at all.
    func commit() throws(Failure) {
        guard !staged.isEmpty else { return }
        defer { discard() }
        guard staged.allSatisfy({ $0.address >= 0 && $0.address <= size - $0.bytes.count }) else { throw .writeFailed }
        if failingTransactions > 0 {
            failingTransactions -= 1
            throw .writeFailed
        }
        if isTorn { return try tear(staged) }
        try program(journal: Self.encode(staged), at: 1)
        if bytesUntilPowerCut == 0 { throw .powerLost }
        do { try persist?(staged) } catch { throw .writeFailed }
        try program(journal: [Self.mark], at: 0)
        try finish(staged)
    }

    private func tear(_ writes: [Write]) throws(Failure) {
        do { try persist?(writes) } catch { throw .writeFailed }
        for write in writes { try put(write) }
    }

    /// What the chip does first when power comes: a marked transaction is finished, another one is forgotten.
    func recover() throws(Failure) {
        discard()
        guard journal[0] == Self.mark else { return }
        try finish(Self.decode(journal))
    }

    private func finish(_ writes: [Write]) throws(Failure) {
        for write in writes { try put(write) }
        try program(journal: [0], at: 0)
    }

    private func put(_ write: Write) throws(Failure) {
        let count = allowance(for: write.bytes.count)
        bytes.replaceSubrange(write.address..<write.address + count, with: write.bytes.prefix(count))
        guard count == write.bytes.count else { throw .powerLost }
    }

    private func program(journal record: [UInt8], at address: Int) throws(Failure) {
        if journal.count < address + record.count {
            journal.append(contentsOf: repeatElement(0, count: address + record.count - journal.count))
        }
        let count = allowance(for: record.count)
        journal.replaceSubrange(address..<address + count, with: record.prefix(count))
        guard count == record.count else { throw .powerLost }
    }

    /// How many of so many bytes can be programmed before the power goes.
    private func allowance(for count: Int) -> Int {
        let allowed = min(count, bytesUntilPowerCut ?? count)
        bytesUntilPowerCut = bytesUntilPowerCut.map { $0 - allowed }
        programmedHere += allowed
        return allowed
    }

    /// count 2, then for each write: address 4, length 4, bytes.
    private static func encode(_ writes: [Write]) -> [UInt8] {
        var record = [UInt8(truncatingIfNeeded: writes.count >> 8), UInt8(truncatingIfNeeded: writes.count)]
        for write in writes {
            for value in [write.address, write.bytes.count] {
                for shift in [24, 16, 8, 0] { record.append(UInt8(truncatingIfNeeded: value >> shift)) }
            }
            record.append(contentsOf: write.bytes)
        }
        return record
    }

    private static func decode(_ journal: [UInt8]) -> [Write] {
        var at = 1
        func number(_ width: Int) -> Int {
            defer { at += width }
            guard at + width <= journal.count else { return 0 }
            return journal[at..<at + width].reduce(0) { $0 << 8 | Int($1) }
        }
        return (0..<number(2)).map { _ in
            let address = number(4)
            let count = min(number(4), journal.count - at)
            defer { at += count }
            return Write(address: address, bytes: Array(journal[at..<at + count]))
        }
    }
}
