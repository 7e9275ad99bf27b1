import CardProfiles
import ISO7816
import ShangMi

/// The ordinary steps, as the dialect's templates say them.
extension CheckBench {
    func command(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue] = [:]
    ) throws(CheckStop) -> CommandAPDU {
        guard let template = dialect.command(for: purpose) else {
            throw .notApplicable(
                .init("the dialect has no command '\(purpose.rawValue)'", "该方言没有命令 \(purpose.rawValue)"))
        }
        guard let rendered = try? template.render(values), rendered.header.count == 4, let data = rendered.data else {
            throw .notRun(
                .init("the profile's command '\(purpose.rawValue)' cannot be written", "规范的命令 \(purpose.rawValue) 无法生成"))
        }
        return CommandAPDU(
            cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
            data: data, ne: rendered.ne)
    }

    /// The protection a template asks for.
    func protection(of purpose: CommandPurpose) -> Protection {
        dialect.command(for: purpose)?.protection?.protection ?? .plain
    }

    // MARK: Selecting

    /// To a directory by way of the MF, which every card understands.
    /// - Returns: what the last SELECT answered.
    @discardableResult
    func enter(_ name: String, expecting expected: StatusWord = .ok) throws(CheckStop) -> StatusWord {
        var last = StatusWord.ok
        let path = profile.path(to: name)
        for (index, directory) in path.enumerated() {
            let command = try selection(of: directory)
            last = try send(command).status
            let isLast = index == path.count - 1
            try check(last, [isLast ? expected : .ok], "SELECT \(directory.name)")
        }
        return last
    }

    func selection(of directory: DirectoryDefinition) throws(CheckStop) -> CommandAPDU {
        var values: [CommandHole: HoleValue] = [.fid: .number(Int(directory.fileIdentifier.rawValue))]
        if let name = directory.dfName { values[.name] = .bytes(name) }
        return try command(directory.parent == nil ? .selectMaster : .selectDirectory, values)
    }

    func select(_ file: FileDefinition) throws(CheckStop) {
        try expect(.ok, for: try selection(of: file))
    }

    func selection(of file: FileDefinition) throws(CheckStop) -> CommandAPDU {
        try command(
            .selectFile,
            [.fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue))])
    }

    // MARK: Reading

    /// READ of the first bytes or first record of the current file.
    func readCommand(_ file: FileDefinition, record: Int = 1, offset: Int = 0) throws(CheckStop) -> CommandAPDU {
        guard file.structure.kind != .transparent else {
            let length = min(profile.capabilities.maximumBinaryData, 16, file.size - offset)
            return try command(
                .readBinary, [.offset: .number(offset), .length: .number(expected(length)), .sfi: .number(0)])
        }
        let size = file.item(record: record).map { $0.length + 2 } ?? file.structure.recordSize
        let isTagged = file.structure.kind == .linearVariableTLV && !profile.capabilities.readByNumber
        if isTagged, let item = file.item(record: record) {
            return try command(
                .readRecordByTag, [.tag: .number(item.number), .length: .number(expected(size)), .sfi: .number(0)])
        }
        return try command(
            .readRecord, [.record: .number(record), .length: .number(expected(size)), .sfi: .number(0)])
    }

    /// Le as this maker's card wants it for so many bytes.
    func expected(_ count: Int) -> Int { profile.capabilities.expectedLength == .zero ? 256 : count }

    /// Record bytes of the current file, with tag and length where it has them.
    func readRecord(of file: FileDefinition, item: Item) throws(CheckStop) -> [UInt8] {
        guard case .record(let number) = item.place else {
            return try expect(.ok, for: try readCommand(file)).data
        }
        return try expect(.ok, for: try readCommand(file, record: number)).data
    }

    /// All of a transparent file's bytes from an offset, which the current right must allow.
    func readBinary(_ file: FileDefinition, offset: Int, count: Int) throws(CheckStop) -> [UInt8] {
        var bytes: [UInt8] = []
        let piece = min(profile.capabilities.maximumBinaryData, 240)
        while bytes.count < count {
            let wanted = min(piece, count - bytes.count)
            let command = try command(
                .readBinary,
                [.offset: .number(offset + bytes.count), .length: .number(expected(wanted)), .sfi: .number(0)])
            let answer = try send(command)
            try check(answer.status, [.ok, .endOfFile], "READ BINARY at \(offset + bytes.count)")
            try require(!answer.data.isEmpty, "READ BINARY gave nothing", "READ BINARY 没有返回数据")
            bytes += answer.data.prefix(count - bytes.count)
        }
        return bytes
    }

    // MARK: Proving keys

    func getChallenge() throws(CheckStop) -> [UInt8] {
        let length = profile.cryptography.challengeLength
        let answer = try expect(.ok, for: try command(.getChallenge, [.length: .number(length)]))
        try require(
            answer.data.count == length, "the challenge has \(answer.data.count) bytes, not \(length)",
            "随机数为 \(answer.data.count) 字节，应为 \(length)")
        return answer.data
    }

    /// EXTERNAL AUTHENTICATE with what the arguments say, right or wrong.
    /// - Parameters:
    ///   - other: the key that is used in place of `key`.
    ///   - seed: nil takes a fresh challenge.
    func authentication(
        _ key: KeyDefinition, with other: KeyDefinition? = nil, version: UInt8? = nil, seed: [UInt8]? = nil,
        levels: TestKeyring.Levels = .all, spoiled: Bool = false
    ) throws(CheckStop) -> CommandAPDU {
        let seed = try seed ?? getChallenge()
        let original = random(profile.cryptography.cryptogram.originalLength)
        let session = try session(other ?? key, seed: seed, levels: levels)
        var cryptogram = try keyring.cryptogram(session, original: original)
        if spoiled, let last = cryptogram.indices.last { cryptogram[last] ^= 1 }
        return try authenticate(key, cryptogram, original, version ?? keyring.version)
    }

    func authenticate(
        _ key: KeyDefinition, _ cryptogram: [UInt8], _ original: [UInt8], _ version: UInt8
    ) throws(CheckStop) -> CommandAPDU {
        guard let template = dialect.command(for: .externalAuthenticate),
            let rendered = try? template.render([
                .reference: .number(Int(key.reference)), .cryptogram: .live(count: cryptogram.count),
                .original: .live(count: original.count), .version: .number(Int(version)),
            ]), let data = rendered.data(filling: [.cryptogram: cryptogram, .original: original])
        else {
            throw .notRun(.init("the profile has no EXTERNAL AUTHENTICATE", "规范没有外部认证命令"))
        }
        let header = rendered.header
        return CommandAPDU(cla: header[0], ins: header[1], p1: header[2], p2: header[3], data: data, ne: rendered.ne)
    }

    /// Wins the right of a key in the current directory, or fails the check.
    func prove(_ key: KeyDefinition) throws(CheckStop) {
        try expect(
            .ok, for: try authentication(key),
            .init("the right key \(key.name) was refused", "正确的密钥 \(key.name) 被拒绝"))
    }

    func session(
        _ key: KeyDefinition, seed: [UInt8], levels: TestKeyring.Levels = .all
    ) throws(CheckStop) -> SecretBytes {
        let cardKey = try keyring.cardKey(key, card: cardFactor(), province: provinceFactor(), levels: levels)
        return try keyring.sessionKey(cardKey, seed: seed)
    }

    // MARK: Protected commands

    /// What may be wrong with a protected command.
    enum Mistake: Sendable, Hashable, CaseIterable {
        /// The last bit of the MAC.
        case lastBit
        /// The first bit of the MAC.
        case firstBit
        case zeros
        /// Over a header with another P1.
        case otherHeader
        /// Over an Lc that does not count the MAC.
        case otherLength
        /// Over the body alone.
        case bodyAlone
        /// The rightmost bytes of the last block, or the leftmost where those are right.
        case otherBytes
        /// Under the card key itself, without a session.
        case noSession
        /// Padding as of a cipher that pads otherwise.
        case otherPadding
    }

    /// The body of a command under a key of this card.
    /// - Parameter blocks: already framed; nil frames and encrypts `data`, or leaves it in clear, as `protection` says.
    func body(
        _ command: CommandAPDU, _ data: [UInt8], _ protection: Protection, key: KeyDefinition, seed: [UInt8],
        mistake: Mistake? = nil, blocks: [UInt8]? = nil
    ) throws(CheckStop) -> [UInt8] {
        let session = try session(key, seed: seed)
        var body = data
        if protection == .encryptedMAC { body = try keyring.encrypted(blocks ?? keyring.framed(data), session) }
        guard protection != .plain else { return body }
        let macLength = profile.cryptography.mac.length
        var header = command.header.bytes
        header[0] &= ~0x10
        var count = body.count + macLength
        if mistake == .otherHeader { header[2] ^= 1 }
        if mistake == .otherLength { count = body.count }
        let length =
            count <= 0xFF ? [UInt8(count)] : [0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        var message = header + length + body
        if mistake == .bodyAlone { message = body.isEmpty ? [0] : body }
        if mistake == .otherPadding {
            let past = message.count % profile.cryptography.blockLength
            message += [UInt8](repeating: 0, count: profile.cryptography.blockLength - past)
        }
        var macKey = session
        if mistake == .noSession {
            macKey = try keyring.cardKey(key, card: cardFactor(), province: provinceFactor())
        }
        var mac = try keyring.mac(macKey, over: message)
        switch mistake {
        case .lastBit: if let last = mac.indices.last { mac[last] ^= 1 }
        case .firstBit: if !mac.isEmpty { mac[0] ^= 0x80 }
        case .zeros: mac = [UInt8](repeating: 0, count: macLength)
        case .otherBytes:
            let block = try keyring.fullMAC(macKey, over: message)
            mac = Array(
                profile.cryptography.mac.truncation == .leftmost
                    ? block.suffix(macLength) : block.prefix(macLength))
        default: break
        }
        return body + mac
    }

    /// The command with its data protected as `protection` says, under a challenge of its own unless `seed` is given.
    func protected(
        _ command: CommandAPDU, _ protection: Protection, key: KeyDefinition, seed: [UInt8]? = nil,
        mistake: Mistake? = nil, blocks: [UInt8]? = nil
    ) throws(CheckStop) -> CommandAPDU {
        var result = command
        guard protection != .plain else { return result }
        let seed = try seed ?? getChallenge()
        result.data = try body(
            command, command.data, protection, key: key, seed: seed, mistake: mistake, blocks: blocks)
        return result
    }

    /// The key that protects the commands of a directory.
    func maintenanceKey(_ directory: String) throws(CheckStop) -> KeyDefinition {
        guard let key = profile.key(.maintenance, in: directory) else {
            throw .notApplicable(.init("\(directory) has no maintenance key", "\(directory) 没有维护密钥"))
        }
        return key
    }
}
