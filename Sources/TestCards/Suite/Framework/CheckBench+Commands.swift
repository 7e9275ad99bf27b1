import CardProfiles
import ISO7816

/// Commands as the profile's dialect writes them, and the way through the tree.
extension CheckBench {
    /// A command of the dialect, before protection.
    ///
    /// - Throws: `notApplicable` where the dialect has no such command.
    public func command(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue] = [:], kind: FileKind? = nil
    ) throws(CheckStop) -> CommandAPDU {
        guard let template = dialect.command(for: purpose, kind: kind) else {
            throw .notApplicable(
                CheckText("this dialect has no command \(purpose.rawValue)", "本方言没有命令 \(purpose.rawValue)"))
        }
        guard let rendered = try? template.render(values), rendered.header.count == 4, let data = rendered.data else {
            throw .notApplicable(
                CheckText("the command \(purpose.rawValue) cannot be written", "命令 \(purpose.rawValue) 无法组成"))
        }
        return CommandAPDU(
            cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
            data: data, ne: rendered.ne)
    }

    // MARK: Selection

    public func directory(_ name: String) throws(CheckStop) -> DirectoryDefinition {
        guard let directory = profile.directory(name) else {
            throw .notApplicable(CheckText("the profile has no directory \(name)", "卡型文件没有目录 \(name)"))
        }
        return directory
    }

    /// SELECT of a directory from where the card is, as its profile reaches directories.
    public func selection(of directory: DirectoryDefinition) throws(CheckStop) -> CommandAPDU {
        let values: [CommandHole: HoleValue] = [.fid: .number(Int(directory.fileIdentifier.rawValue))]
        if directory.parent == nil { return try command(.selectMaster, values) }
        if !profile.capabilities.directoryIdentifiers, let name = directory.dfName.flatMap({ DedicatedFileName($0) }) {
            return .select(name: name)
        }
        return try command(.selectDirectory, values)
    }

    /// From the MF down to a directory; rights won before are gone.
    ///
    /// - Parameter last: what the last SELECT may be answered; a temporarily blocked directory warns.
    @discardableResult
    public func enter(_ name: String, expecting last: [StatusWord] = [.ok]) throws(CheckStop) -> ResponseAPDU {
        guard last == [.ok] else { return try way(to: name, expecting: last) }
        return try resting(on: Precondition(.directory, name)) { () throws(CheckStop) in
            try way(to: name, expecting: last)
        }
    }

    private func way(to name: String, expecting last: [StatusWord]) throws(CheckStop) -> ResponseAPDU {
        let goal = try directory(name)
        var path = profile.path(to: name)
        if !profile.capabilities.directoryIdentifiers { path = [path[0], goal] }
        var answer = ResponseAPDU(status: .ok)
        for step in path {
            let isLast = step.name == name
            answer = try expect(isLast ? last : [.ok], for: try selection(of: step))
            hasEntered(step.name)
        }
        return answer
    }

    /// SELECT of an elementary file of the current directory.
    @discardableResult
    public func selectFile(
        _ file: FileDefinition, expecting statuses: [StatusWord] = [.ok]
    ) throws(CheckStop) -> ResponseAPDU {
        let command = try command(
            .selectFile,
            [.fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue))])
        // A check that selects a file where it is not, or expects a refusal, asks something else.
        guard statuses == [.ok], currentDirectory == file.directory else { return try expect(statuses, for: command) }
        return try resting(on: Precondition(.file, file.path)) { () throws(CheckStop) in
            try expect(statuses, for: command)
        }
    }

    /// The directory of a file, with the right its reading needs.
    public func enter(reading file: FileDefinition) throws(CheckStop) {
        try enter(file.directory, with: [file.read])
        try selectFile(file)
    }

    /// A directory, with rights won in it.
    public func enter(_ directory: String, with rights: [AccessCondition]) throws(CheckStop) {
        var keys: [KeyDefinition] = []
        for right in rights {
            switch right {
            case .always: continue
            case .never:
                throw .notApplicable(CheckText("nobody has this right", "任何人都没有此权限"))
            case .key(let name):
                guard let key = profile.key(name) else {
                    throw .notApplicable(CheckText("the profile has no key \(name)", "卡型文件没有密钥 \(name)"))
                }
                if !keys.contains(key) { keys.append(key) }
            }
        }
        try enter(directory)
        for key in keys { try prove(key) }
    }

    // MARK: Reading

    /// Le of a READ of so many bytes, as this card wants it.
    public func expectedLength(_ count: Int) -> Int {
        profile.capabilities.expectedLength == .zero ? 256 : max(1, min(256, count))
    }

    /// READ RECORD of the current file.
    ///
    /// - Parameter length: bytes the record should have; nil takes them from the profile.
    public func recordCommand(
        _ number: Int, of file: FileDefinition, length: Int? = nil, sfi: Int = 0
    ) throws(CheckStop) -> CommandAPDU {
        let item = file.item(record: number)
        let size = length ?? item.map { $0.length + 2 } ?? max(1, file.structure.recordSize)
        let values: [CommandHole: HoleValue] = [
            .record: .number(number), .sfi: .number(sfi), .length: .number(expectedLength(size)),
        ]
        if file.structure.kind == .linearVariableTLV, !profile.capabilities.readByNumber, let item {
            return try command(.readRecordByTag, values.merging([.tag: .number(Int(item.tag))]) { $1 })
        }
        return try command(.readRecord, values)
    }

    /// READ RECORD of the current file; where the card names another length (6Cxx), that much.
    public func readRecord(_ number: Int, of file: FileDefinition) throws(CheckStop) -> ResponseAPDU {
        // Le 00 shows a record that is too long; a card that wants the exact length says it itself.
        let length = profile.capabilities.expectedLength == .any ? 256 : nil
        var command = try recordCommand(number, of: file, length: length)
        let answer = try send(command)
        guard let right = answer.status.correctLength else { return answer }
        command.ne = right
        return try send(command)
    }

    /// READ BINARY of the current file.
    public func binaryCommand(offset: Int, count: Int) throws(CheckStop) -> CommandAPDU {
        try command(.readBinary, [.offset: .number(offset), .sfi: .number(0), .length: .number(expectedLength(count))])
    }

    /// Bytes of the current transparent file, in pieces the card takes. It ends early where the card does.
    public func readBinary(of file: FileDefinition, from start: Int = 0, count: Int) throws(CheckStop) -> [UInt8] {
        let piece = max(1, min(profile.capabilities.maximumBinaryData, profile.capabilities.maximumResponseData))
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = min(piece, count - bytes.count)
            let command = try binaryCommand(offset: start + bytes.count, count: wanted)
            let answer = try expect([.ok, .endOfFile], for: command)
            guard !answer.data.isEmpty else { break }
            bytes += answer.data
            if answer.status == .endOfFile { break }
        }
        return Array(bytes.prefix(count))
    }
}
