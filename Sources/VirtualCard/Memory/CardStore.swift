/// What lies where in the chip's memory: a header, then blocks one after the other, never moved and never removed.
///
/// The index kept here holds addresses and what never changes; tries, counts, blocks and contents are read from the
/// memory each time. Directories are numbered in order of creation (0 is the MF), files and keys within theirs.
final class CardStore {
    struct Directory {
        let address: Int
        /// nil for the MF.
        let parent: Int?
        let identifier: UInt16
        let name: [UInt8]
        var files: [File] = []
        var keys: [Key] = []
    }

    struct File {
        let address: Int
        let identifier: UInt16
        let descriptor: UInt8
        /// 0: none.
        let sfi: UInt8
        let read: UInt8
        let update: UInt8
        let erase: UInt8
        let protection: UInt8
        let recordSize: Int
        let recordCount: Int
        let size: Int
        /// Where records of different lengths lie, with tag and length.
        var records: [Range<Int>] = []
        var content: Range<Int> { address + CardStore.fileHeader..<address + CardStore.fileHeader + size }
    }

    struct Key {
        let address: Int
        let reference: UInt8
        let usage: UInt8
        let version: UInt8
        let algorithm: UInt8
        let tries: UInt8
        /// What proving it wins, as files name it.
        let right: UInt8
        var value: Range<Int> { address + 8..<address + 24 }
        var triesLeftAddress: Int { address + 7 }
    }

    private enum Block: UInt8 { case directory = 0xD1, file = 0xF1, record = 0xE1, key = 0xC1 }

    static let magic: [UInt8] = [0x56, 0x48, 0x43, 0x31]
    private static let serialAddress = 4
    private static let activatedAddress = 12
    private static let blockedAddress = 13
    private static let transportAddress = 14
    private static let activatedDirectoriesAddress = 38
    private static let freeAddress = 40
    private static let heap = 44
    private static let blockHeader = 3
    private static let fileHeader = 16

    let memory: NonVolatileMemory
    private(set) var directories: [Directory] = []
    private var mounted = CardStore.heap

    /// A memory as it was left.
    init(memory: NonVolatileMemory) {
        self.memory = memory
        mount()
    }

    /// A blank chip: a serial, a transport key and an MF.
    init(size: Int, serial: [UInt8], transportKey: [UInt8], version: UInt8, tries: UInt8) {
        var bytes = [UInt8](repeating: 0, count: max(size, 256))
        bytes.replaceSubrange(0..<4, with: Self.magic)
        bytes.replaceSubrange(4..<12, with: (serial + [UInt8](repeating: 0, count: 8)).prefix(8))
        bytes.replaceSubrange(
            Self.transportAddress..<Self.transportAddress + 24,
            with: ([1, 1, 0, version, 0, tries, 0, tries] + transportKey + [UInt8](repeating: 0, count: 16)).prefix(24))
        let mf: [UInt8] = [Block.directory.rawValue, 0, 6, 0xFF, 0x3F, 0x00, 0, 0, 0]
        bytes.replaceSubrange(Self.heap..<Self.heap + mf.count, with: mf)
        bytes.replaceSubrange(Self.freeAddress..<Self.freeAddress + 4, with: Self.word4(Self.heap + mf.count))
        memory = NonVolatileMemory(bytes: bytes)
        mount()
    }

    // MARK: The chip

    var serial: [UInt8] { memory[Self.serialAddress..<Self.serialAddress + 8] }
    var isActivated: Bool { memory[Self.activatedAddress] != 0 }
    var isBlocked: Bool { memory[Self.blockedAddress] != 0 }
    func stageActivated(keepingTransportKey keeps: Bool = false) {
        memory.stage([1], at: Self.activatedAddress)
        if !keeps { memory.stage([UInt8](repeating: 0, count: 24), at: Self.transportAddress) }
    }
    func stageBlocked() { memory.stage([1], at: Self.blockedAddress) }
    func stageUnblocked() { memory.stage([0], at: Self.blockedAddress) }

    /// nil once it is gone.
    func transportKey(reference: UInt8) -> Key? {
        guard memory[Self.transportAddress] != 0 else { return nil }
        return Key(
            address: Self.transportAddress, reference: reference, usage: 1,
            version: memory[Self.transportAddress + 3], algorithm: 0, tries: memory[Self.transportAddress + 5],
            right: reference)
    }

    // MARK: Directories

    func blocking(of directory: Int) -> DirectoryBlocking {
        DirectoryBlocking(rawValue: memory[directories[directory].address + 3]) ?? .permanent
    }
    func wrongMACs(in directory: Int) -> UInt8 { memory[directories[directory].address + 4] }
    func stage(blocking: DirectoryBlocking, of directory: Int) {
        memory.stage([blocking.rawValue], at: directories[directory].address + 3)
    }
    func stage(wrongMACs: UInt8, in directory: Int) {
        memory.stage([wrongMACs], at: directories[directory].address + 4)
    }
    /// Whether a directory was activated by itself: a bit each, the first sixteen.
    func isActivated(_ directory: Int) -> Bool {
        guard directory < 16 else { return false }
        return memory[Self.activatedDirectoriesAddress + directory / 8] & 1 << UInt8(directory % 8) != 0
    }
    func stageActivated(_ directory: Int) {
        guard directory < 16 else { return }
        let address = Self.activatedDirectoriesAddress + directory / 8
        memory.stage([memory[address] | 1 << UInt8(directory % 8)], at: address)
    }
    func key(_ reference: UInt8, in directory: Int) -> Key? {
        directories[directory].keys.first { $0.reference == reference }
    }
    func triesLeft(of key: Key) -> UInt8 { memory[key.triesLeftAddress] }
    func stage(triesLeft: UInt8, of key: Key) { memory.stage([triesLeft], at: key.triesLeftAddress) }

    // MARK: New blocks

    private var free: Int {
        memory[Self.freeAddress..<Self.freeAddress + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    /// Bytes that new blocks may still take.
    var room: Int { max(0, memory.size - free) }

    /// False when there is no room for it; then nothing is staged.
    func stageDirectory(_ identifier: UInt16, name: [UInt8], in parent: Int) -> Bool {
        guard directories.count < 250, parent < 250 else { return false }
        let head: [UInt8] =
            [UInt8(parent)] + Self.word2(Int(identifier)) + [0, 0, UInt8(truncatingIfNeeded: name.count)]
        return stageBlock(.directory, head + name)
    }

    struct NewFile {
        var identifier: UInt16
        var descriptor: UInt8
        var sfi: UInt8 = 0
        /// read, update, erase, protection
        var access: [UInt8]
        var recordSize = 0
        var recordCount = 0
        /// Bytes of content.
        var size = 0
        var initial: UInt8 = 0
        /// The slot of the newest record of a cyclic file.
        var newest: UInt8 = 0
    }

    func stageFile(_ file: NewFile, in directory: Int) -> Bool {
        guard directory < 250, directories[directory].files.count < 250 else { return false }
        let head: [UInt8] =
            [UInt8(truncatingIfNeeded: directory)] + Self.word2(Int(file.identifier)) + [file.descriptor, file.sfi]
            + file.access.prefix(4)
            + Self.word2(file.recordSize) + [UInt8(truncatingIfNeeded: file.recordCount)] + Self.word2(file.size)
            + [file.newest, 0]
        // Fresh memory is 00: only another value needs programming.
        let content = file.initial == 0 ? [] : [UInt8](repeating: file.initial, count: file.size)
        return stageBlock(.file, head + content, length: head.count + file.size)
    }

    func stageRecord(_ record: [UInt8], file: Int, in directory: Int) -> Bool {
        stageBlock(.record, [UInt8(truncatingIfNeeded: directory), UInt8(truncatingIfNeeded: file)] + record)
    }

    /// `value` 16 bytes. A key of the same reference is replaced where it lies.
    func stageKey(
        reference: UInt8, usage: UInt8, version: UInt8, algorithm: UInt8, tries: UInt8, triesLeft: UInt8? = nil,
        right: UInt8? = nil, value: [UInt8], in directory: Int
    ) -> Bool {
        let block =
            [
                UInt8(truncatingIfNeeded: directory), reference, usage, version, algorithm, tries, right ?? reference,
                triesLeft ?? tries,
            ]
            + value.prefix(16)
        if let old = key(reference, in: directory) {
            memory.stage(block, at: old.address)
            return true
        }
        return stageBlock(.key, block)
    }

    private func stageBlock(_ kind: Block, _ payload: [UInt8], length: Int? = nil) -> Bool {
        let length = length ?? payload.count
        let start = free
        guard length <= 0xFFFF, Self.blockHeader + length <= room else { return false }
        memory.stage([kind.rawValue] + Self.word2(length) + payload, at: start)
        memory.stage(Self.word4(start + Self.blockHeader + length), at: Self.freeAddress)
        return true
    }

    // MARK: Contents

    func read(_ range: Range<Int>) -> [UInt8] { memory[range] }

    /// The slot of the newest record of a cyclic file.
    func newest(of file: File) -> Int { Int(memory[file.address + 14]) }

    /// Where record `number` (1...) lies; nil when there is none. In a cyclic file 1 is the newest.
    func record(_ number: Int, of file: File, isCyclic: Bool) -> Range<Int>? {
        guard number >= 1 else { return nil }
        if file.recordSize == 0 { return number <= file.records.count ? file.records[number - 1] : nil }
        guard number <= file.recordCount else { return nil }
        let slot =
            isCyclic ? (newest(of: file) + file.recordCount - (number - 1)) % file.recordCount : number - 1
        let start = file.content.lowerBound + slot * file.recordSize
        return start..<start + file.recordSize
    }

    /// The next record of a cyclic file takes the place of the oldest.
    func stageAppend(_ record: [UInt8], to file: File, replacingNewest: Bool = false) {
        guard file.recordCount > 0 else { return }
        let slot = (newest(of: file) + (replacingNewest ? 0 : 1)) % file.recordCount
        memory.stage(record, at: file.content.lowerBound + slot * file.recordSize)
        memory.stage([UInt8(truncatingIfNeeded: slot)], at: file.address + 14)
    }

    // MARK: Index

    /// Finishes what the power interrupted and reads everything anew.
    func powerOn() throws(NonVolatileMemory.Failure) {
        try memory.recover()
        directories = []
        mounted = Self.heap
        mount()
    }

    /// Commits, then takes new blocks and replaced keys into the index.
    func commit() throws(NonVolatileMemory.Failure) {
        try memory.commit()
        mount()
    }

    /// Reads the key's block again after it was replaced.
    func refreshKey(_ reference: UInt8, in directory: Int) {
        guard let index = directories[directory].keys.firstIndex(where: { $0.reference == reference }) else { return }
        directories[directory].keys[index] = key(at: directories[directory].keys[index].address)
    }

    private func mount() {
        let end = min(free, memory.size)
        while mounted + Self.blockHeader <= end {
            let start = mounted + Self.blockHeader
            let next = start + memory.word(at: mounted + 1)
            guard next <= end, let kind = Block(rawValue: memory[mounted]), isWhole(kind, start..<next) else { return }
            let directory = Int(memory[start])
            switch kind {
            case .directory:
                // The first is the MF; every other one lies in an earlier one.
                guard directories.isEmpty == (directory == 0xFF), directory == 0xFF || directory < directories.count
                else { return }
                let nameEnd = min(start + 6 + Int(memory[start + 5]), next)
                directories.append(
                    Directory(
                        address: start, parent: directory == 0xFF ? nil : directory,
                        identifier: UInt16(memory.word(at: start + 1)), name: memory[start + 6..<nameEnd]))
            case .file where directories.indices.contains(directory):
                directories[directory].files.append(file(at: start))
            case .key where directories.indices.contains(directory):
                directories[directory].keys.append(key(at: start))
            case .record where directories.indices.contains(directory):
                let file = Int(memory[start + 1])
                guard directories[directory].files.indices.contains(file) else { return }
                directories[directory].files[file].records.append(start + 2..<next)
            default: return
            }
            mounted = next
        }
    }

    /// Whether a block is long enough for what it says of itself: a damaged memory must not lead outside of it.
    private func isWhole(_ kind: Block, _ block: Range<Int>) -> Bool {
        switch kind {
        case .directory: block.count >= 6
        case .file: block.count >= Self.fileHeader + memory.word(at: block.lowerBound + 12)
        case .key: block.count >= 24
        case .record: block.count >= 4
        }
    }

    private func file(at start: Int) -> File {
        File(
            address: start, identifier: UInt16(memory.word(at: start + 1)), descriptor: memory[start + 3],
            sfi: memory[start + 4], read: memory[start + 5], update: memory[start + 6], erase: memory[start + 7],
            protection: memory[start + 8], recordSize: memory.word(at: start + 9),
            recordCount: Int(memory[start + 11]), size: memory.word(at: start + 12))
    }

    private func key(at start: Int) -> Key {
        // A memory written before keys had rights of their own has 00 there.
        let right = memory[start + 6] == 0 ? memory[start + 1] : memory[start + 6]
        return Key(
            address: start, reference: memory[start + 1], usage: memory[start + 2], version: memory[start + 3],
            algorithm: memory[start + 4], tries: memory[start + 5], right: right)
    }

    private static func word2(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }
    private static func word4(_ value: Int) -> [UInt8] { word2(value >> 16) + word2(value) }
}
