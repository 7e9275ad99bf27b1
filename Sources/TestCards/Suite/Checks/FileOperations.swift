import CardProfiles
import ISO7816

/// What may be done with a file, each under a condition of its own.
enum FileRight: String, CaseIterable, Sendable {
    case read, update, erase

    var name: CheckText {
        switch self {
        case .read: CheckText("read", "读")
        case .update: CheckText("update", "更新")
        case .erase: CheckText("erase", "擦除")
        }
    }
}

extension FileDefinition {
    func condition(of right: FileRight) -> AccessCondition {
        switch right {
        case .read: read
        case .update: update
        case .erase: erase
        }
    }

    /// The rights the card has a command for: only index records are erased (`Docs/card.md §3.1`).
    var rights: [FileRight] { structure.kind == .linearFixed ? FileRight.allCases : [.read, .update] }

    /// How an update of it travels: index records always with a MAC.
    var isProtected: Bool { protection != .plain }
}

extension CardProfile {
    /// The keys of a directory that external authentication knows, the transport key left out: it is gone.
    func externalKeys(in directory: String) -> [KeyDefinition] {
        keys(in: directory).filter { $0.usage == .externalAuthentication && $0.role != .transport }
    }

    func key(of condition: AccessCondition) -> KeyDefinition? {
        if case .key(let name) = condition { key(name) } else { nil }
    }
}

/// What a file held before a check, so that it holds the same after it.
struct KeptContent {
    var records: [[UInt8]] = []
    var bytes: [UInt8] = []
}

/// Bytes that a free index record holds, and those of a valid one (`Docs/card.md §1.1`).
private enum IndexByte {
    static let free: UInt8 = 0xFF
}

extension CheckBench {
    /// Moves the card: to be asked for before a check brings it anywhere.
    func keep(_ file: FileDefinition) throws(CheckStop) -> KeptContent {
        var kept = KeptContent()
        if file.structure.kind == .transparent {
            kept.bytes = try bytes(of: file)
        } else {
            for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
                kept.records.append(try record(number, of: file))
            }
        }
        if !keptFiles.contains(where: { $0.file.path == file.path }) {
            keptFiles.append((file, file.structure.kind == .transparent ? [kept.bytes] : kept.records))
        }
        return kept
    }

    /// The same, or something of the right form where the file cannot be read: a check of a refusal does not need it.
    func keepIfReadable(_ file: FileDefinition) -> KeptContent {
        if let kept = try? keep(file) { return kept }
        guard file.structure.kind != .transparent else {
            return KeptContent(bytes: [UInt8](repeating: file.initialByte, count: file.size))
        }
        let records = (1...max(1, file.structure.recordCount)).map { number -> [UInt8] in
            guard let item = file.item(record: number) else {
                return [UInt8](repeating: file.initialByte, count: file.structure.recordSize)
            }
            return [item.tag, UInt8(truncatingIfNeeded: item.length)] + [UInt8](repeating: 0, count: item.length)
        }
        return KeptContent(records: records)
    }

    /// Before a file, with what these keys win and nothing else.
    func approach(_ file: FileDefinition, proving keys: [KeyDefinition] = []) throws(CheckStop) {
        _ = try factors()
        try enter(file.directory)
        for key in keys { try prove(key) }
        try selectFile(file)
    }

    /// The command that uses a right of the current file, right in every other respect. It leaves the content as it is
    /// where the file allows that: a cyclic file turns by one record, an index record may change.
    func use(
        _ right: FileRight, of file: FileDefinition, _ kept: KeptContent, _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        switch (right, file.structure.kind) {
        case (.read, .transparent): return try binaryCommand(offset: 0, count: min(16, file.size))
        case (.read, _): return try recordCommand(1, of: file)
        case (.update, .transparent):
            return try command(
                .updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes(Array(kept.bytes.prefix(8)))])
        case (.update, .linearFixed):
            return try mark(unchanged(by: right, kept), of: file, valid: true, how)
        case (.erase, _):
            return try mark(unchanged(by: right, kept), of: file, valid: false, how)
        case (.update, .cyclic):
            return try update(record: 0, of: file, kept.records.last ?? [], how)
        case (.update, _):
            return try update(record: 1, of: file, kept.records.first ?? [], how)
        }
    }

    /// The index record that setting or erasing leaves as it is, else the last.
    private func unchanged(by right: FileRight, _ kept: KeptContent) -> Int {
        let isFree: ([UInt8]) -> Bool = { $0.allSatisfy { byte in byte == IndexByte.free } }
        let found = kept.records.firstIndex { isFree($0) == (right == .erase) }
        return (found ?? max(0, kept.records.count - 1)) + 1
    }

    /// Uses the right and puts back what that changed; the keys of `approach` must hold.
    func useAndRestore(_ right: FileRight, of file: FileDefinition, _ kept: KeptContent) throws(CheckStop) {
        if right != .read, file.isProtected {
            try resting(on: Precondition(.messaging, file.directory)) { () throws(CheckStop) in
                try expect(.ok, for: try use(right, of: file, kept))
            }
        } else {
            try expect(.ok, for: try use(right, of: file, kept))
        }
        guard right != .read else { return }
        switch file.structure.kind {
        case .cyclic:
            // As many more as there are records: the order is the old one again.
            for record in kept.records.dropLast().reversed() {
                try expect(.ok, for: try update(record: 0, of: file, record))
            }
        case .linearFixed:
            let number = unchanged(by: right, kept)
            let wasFree = kept.records[number - 1].allSatisfy { $0 == IndexByte.free }
            guard wasFree == (right == .update) else { return }
            let back: FileRight = wasFree ? .erase : .update
            if let key = profile.key(of: file.condition(of: back)) { try prove(key) }
            try expect(.ok, for: try mark(number, of: file, valid: !wasFree))
        default: return
        }
    }

    /// The content is what it was; needs the read right.
    func expectContent(_ file: FileDefinition, _ kept: KeptContent) throws(CheckStop) {
        if file.structure.kind == .transparent {
            let now = try readBinary(of: file, count: min(32, file.size))
            return try expect(
                now == Array(kept.bytes.prefix(now.count)), "\(file.path) holds other bytes than before",
                "\(file.path) 的内容改变了")
        }
        for (index, record) in kept.records.enumerated() {
            let now = try readRecord(index + 1, of: file)
            try expect(
                now.status.isSuccess && now.data == record,
                "record \(index + 1) of \(file.path) is not what it was (\(now.status))",
                "\(file.path) 第 \(index + 1) 条记录改变了（\(now.status)）")
        }
    }
}
