import Glibc
import Synchronization

/// The memory that ``SecretBytes`` live in: locked against swapping and left out of core dumps, as far as the system
/// allows.
///
/// Slots of two sizes are cut from mappings that are never given back; what is longer has a mapping of its own. Not
/// libcrypto's secure heap: there a slot costs 250 to 2,600 ns, here less than `malloc`'s, and every command that is
/// protected takes several.
public enum SecretMemory {
    /// What became of the memory asked for so far.
    public struct Status: Sendable, Hashable {
        /// Bytes mapped for secrets.
        public fileprivate(set) var mapped = 0
        /// How many of them could not be locked: the limit of locked memory (`ulimit -l`) is too low.
        public fileprivate(set) var unlocked = 0
        /// How many of them could not be left out of core dumps.
        public fileprivate(set) var dumped = 0
        /// Bytes of secrets that had to be kept in ordinary memory, since nothing could be mapped.
        public fileprivate(set) var ordinary = 0

        /// Whether no secret can reach a disk by being swapped out.
        public var isLocked: Bool { unlocked == 0 && ordinary == 0 }
        /// Whether a core dump holds no secret.
        public var isLeftOutOfDumps: Bool { dumped == 0 && ordinary == 0 }
    }

    public static var status: Status { pool.withLock { $0.status } }

    /// Where a block came from and where it goes back to. Whoever holds it sees to it that one alone writes.
    struct Block: @unchecked Sendable {
        enum Origin {
            case small, large, ordinary
            case mapping(isLocked: Bool, isLeftOut: Bool)
        }

        let start: UnsafeMutableRawPointer
        let origin: Origin
    }

    static let smallSlot = 64
    static let largeSlot = 1024
    /// Bytes mapped at a time. Two of them stay below the 64 KiB that some systems let a process lock.
    static let mappingSize = 16384

    private struct Pool {
        var status = Status()
        /// The first free slot of each size; each free slot begins with the address of the next.
        var small: UnsafeMutableRawPointer?
        var large: UnsafeMutableRawPointer?
    }

    private static let pool = Mutex(Pool())

    /// At least so many bytes at a multiple of 16, with anything in them.
    static func allocate(_ count: Int) -> Block {
        pool.withLock { pool in
            if count <= smallSlot, let slot = take(&pool.small, smallSlot, &pool.status) {
                return Block(start: slot, origin: .small)
            }
            if count > smallSlot, count <= largeSlot, let slot = take(&pool.large, largeSlot, &pool.status) {
                return Block(start: slot, origin: .large)
            }
            if count > largeSlot, let block = map(count, &pool.status) { return block }
            pool.status.ordinary += count
            return Block(start: .allocate(byteCount: max(1, count), alignment: 16), origin: .ordinary)
        }
    }

    /// Takes back a block of so many bytes, which its user has wiped.
    static func release(_ block: Block, count: Int) {
        pool.withLock { pool in
            switch block.origin {
            case .small: put(block.start, &pool.small)
            case .large: put(block.start, &pool.large)
            case .mapping(let isLocked, let isLeftOut):
                munmap(block.start, count)
                pool.status.mapped -= count
                if !isLocked { pool.status.unlocked -= count }
                if !isLeftOut { pool.status.dumped -= count }
            case .ordinary:
                pool.status.ordinary -= count
                block.start.deallocate()
            }
        }
    }

    private static func take(
        _ first: inout UnsafeMutableRawPointer?, _ size: Int, _ status: inout Status
    ) -> UnsafeMutableRawPointer? {
        if first == nil, let mapping = map(mappingSize, &status) {
            for offset in stride(from: mappingSize - size, through: 0, by: -size) {
                put(mapping.start + offset, &first)
            }
        }
        guard let slot = first else { return nil }
        first = slot.load(as: UnsafeMutableRawPointer?.self)
        return slot
    }

    private static func put(_ slot: UnsafeMutableRawPointer, _ first: inout UnsafeMutableRawPointer?) {
        slot.storeBytes(of: first, as: UnsafeMutableRawPointer?.self)
        first = slot
    }

    private static func map(_ count: Int, _ status: inout Status) -> Block? {
        let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
        let isLocked = mlock(memory, count) == 0
        let isLeftOut = madvise(memory, count, MADV_DONTDUMP) == 0
        status.mapped += count
        if !isLocked { status.unlocked += count }
        if !isLeftOut { status.dumped += count }
        return Block(start: memory, origin: .mapping(isLocked: isLocked, isLeftOut: isLeftOut))
    }
}
