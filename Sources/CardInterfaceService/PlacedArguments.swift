import CHealthCardHeader
import Glibc

/// Memory in which a call finds its arguments as the caller's process has them: what can be read there can be read here, and
/// where memory ends there it ends here.
///
/// One of these serves one thread, call after call; what was in it is wiped.
final class CallMemory {
    /// Far more than the largest frame and the buffers for the values of 4096 items.
    private static let size = 96 << 20
    /// Between two buffers: more than any answer.
    fileprivate static let outputSize = 128 << 10
    fileprivate static let valueSize = 8 << 10

    private let base: UnsafeMutableRawPointer
    private var used = 0
    /// Wiped afterwards.
    private var dirty: [(UnsafeMutableRawPointer, Int)] = []
    /// Of arguments whose memory ends.
    private var edges: [(UnsafeMutableRawPointer, Int)] = []

    /// Nil where the system has no room.
    init?() {
        guard
            let base = mmap(
                nil, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            base != MAP_FAILED
        else { return nil }
        self.base = base
    }

    deinit {
        clear()
        munmap(base, Self.size)
    }

    /// Forgets the arguments of the last call.
    func clear() {
        for (place, count) in dirty { memset(place, 0, count) }
        for (place, count) in edges { munmap(place, count) }
        dirty = []
        edges = []
        used = 0
    }

    /// What was written there is wiped as well.
    func note(_ place: UnsafeMutableRawPointer, _ count: Int) { dirty.append((place, count)) }

    fileprivate func take(_ count: Int) throws(FrameFlaw) -> UnsafeMutableRawPointer {
        // A text that has no end of its own ends with what is between.
        let rounded = (count + 64 + 15) & ~15
        guard rounded <= Self.size - used else { throw FrameFlaw() }
        defer { used += rounded }
        return base + used
    }

    /// Memory that ends with its bytes, before a page that nobody may touch.
    fileprivate func edge(_ count: Int) throws(FrameFlaw) -> UnsafeMutableRawPointer {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let whole = (count + page - 1) / page * page
        guard
            let start = mmap(nil, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { throw FrameFlaw() }
        edges.append((start, whole + page))
        guard mprotect(start + whole, page, PROT_NONE) == 0 else { throw FrameFlaw() }
        return start + whole - count
    }

    fileprivate func place(_ input: WireInput) throws(FrameFlaw) -> UnsafeMutableRawPointer {
        let place = input.hasEnded ? try edge(input.bytes.count) : try take(input.bytes.count)
        place.copyMemory(from: input.bytes, byteCount: input.bytes.count)
        dirty.append((place, input.bytes.count))
        return place
    }

    fileprivate func output() throws(FrameFlaw) -> UnsafeMutableRawPointer { try take(Self.outputSize) }
    fileprivate func value() throws(FrameFlaw) -> UnsafeMutableRawPointer { try take(Self.valueSize) }
}

/// The arguments of a call in memory, and where the client has what is written there.
final class PlacedArguments {
    private struct Region {
        let place: UnsafeMutableRawPointer
        let size: Int
        let number: UInt32
        /// Whether what is there is one number, in the machine's order.
        let isNumber: Bool
    }

    static let itemRegion: UInt32 = 0x10000
    private var slots: [UInt] = []
    private var numbers: [Int64] = []
    /// By address.
    private var regions: [Region] = []
    private var items: (place: UnsafeMutableRawPointer, count: Int)?
    private let memory: CallMemory

    /// - Throws: where the system has no room for them.
    init(_ arguments: [WireArgument], of function: InterfaceFunction, in memory: CallMemory) throws(FrameFlaw) {
        self.memory = memory
        for (index, argument) in arguments.enumerated() {
            var (slot, number): (UnsafeMutableRawPointer?, Int64) = (nil, 0)
            switch argument {
            case .null: break
            case .number(let value): number = value
            case .input(let input): slot = try memory.place(input)
            case .output:
                slot = try add(memory.output(), CallMemory.outputSize, UInt32(index), function.kinds[index] == .count)
            // One byte there is always: an empty text is written before the room is looked at.
            case .room(let count): slot = try add(memory.edge(max(1, count)), max(1, count), UInt32(index))
            case .items(let items, let hasEnded): slot = try place(items, hasEnded: hasEnded)
            }
            slots.append(UInt(bitPattern: slot))
            numbers.append(number)
        }
        regions.sort { $0.place < $1.place }
    }

    private func add(
        _ place: UnsafeMutableRawPointer, _ size: Int, _ number: UInt32, _ isNumber: Bool = false
    ) -> UnsafeMutableRawPointer {
        regions.append(Region(place: place, size: size, number: number, isNumber: isNumber))
        return place
    }

    private func place(_ all: [WireItem], hasEnded: Bool) throws(FrameFlaw) -> UnsafeMutableRawPointer {
        let stride = MemoryLayout<MHC_ITEM>.stride
        let array = hasEnded ? try memory.edge(all.count * stride) : try memory.take(all.count * stride)
        items = (array, all.count)
        for (index, item) in all.enumerated() {
            var element = MHC_ITEM()
            element.item = item.item
            element.record = item.record
            element.length = item.length
            let number = Self.itemRegion + 3 * UInt32(index)
            if let value = item.value {
                element.value = try memory.place(value)
            } else if item.hasValue {
                element.value = try add(memory.value(), CallMemory.valueSize, number)
            }
            if item.hasError {
                element.error = try add(
                    memory.take(MemoryLayout<DWORD>.size), MemoryLayout<DWORD>.size, number + 2, true
                )
                .assumingMemoryBound(to: DWORD.self)
            }
            (array + index * stride).storeBytes(of: element, as: MHC_ITEM.self)
        }
        memory.note(array, all.count * stride)
        return array
    }

    // MARK: For the functions

    func handle(_ index: Int) -> HANDLE? { HANDLE(bitPattern: Int(truncatingIfNeeded: numbers[index])) }
    func number<Number: FixedWidthInteger>(_ index: Int) -> Number { Number(truncatingIfNeeded: numbers[index]) }
    func place(_ index: Int) -> UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: slots[index]) }
    func text(_ index: Int) -> UnsafeMutablePointer<CChar>? { UnsafeMutablePointer(bitPattern: slots[index]) }
    func bytes(_ index: Int) -> UnsafeMutablePointer<BYTE>? { UnsafeMutablePointer(bitPattern: slots[index]) }
    func count(_ index: Int) -> UnsafeMutablePointer<Int32>? { UnsafeMutablePointer(bitPattern: slots[index]) }

    // MARK: For the client

    /// Which of the client's buffers a place is in, and where in it. Numbers of the machine are told by `isNumber`.
    func region(of place: UnsafeMutableRawPointer, _ count: Int) -> (number: UInt32, offset: UInt32, isNumber: Bool)? {
        if let items {
            let stride = MemoryLayout<MHC_ITEM>.stride
            let distance = place - items.place
            if distance >= 0, distance < items.count * stride {
                guard distance % stride == MemoryLayout<MHC_ITEM>.offset(of: \.length) else { return nil }
                return (Self.itemRegion + 3 * UInt32(distance / stride) + 1, 0, true)
            }
        }
        var (low, high) = (0, regions.count)
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].place <= place { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let region = regions[low - 1]
        let offset = place - region.place
        guard offset + count <= region.size else { return nil }
        return (region.number, UInt32(offset), region.isNumber)
    }
}
