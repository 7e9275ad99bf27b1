import CardProfiles
import HealthCard
import ISO7816
import ShangMi

/// An external authentication, with whatever is to be wrong about it.
public struct Authentication: Sendable {
    /// The key the cryptogram is made with; the one that is named unless said otherwise.
    public var with: KeyDefinition?
    public var derivation = KeyDerivation.right
    /// P2; the key's own reference unless said otherwise.
    public var reference: UInt8?
    /// The version byte; that of the profile's keys unless said otherwise.
    public var version: UInt8?
    /// The seed the cryptogram is made with; the challenge unless said otherwise.
    public var seed: [UInt8]?
    /// GET CHALLENGE goes before.
    public var takesChallenge = true
    /// Turns over the last bit of the cryptogram.
    public var spoilsCryptogram = false
    /// Does what it likes to the data field.
    public var data: (@Sendable ([UInt8]) -> [UInt8])?

    public init() {}
    public static let right = Authentication()
    public static let wrong: Authentication = {
        var wrong = Authentication()
        wrong.spoilsCryptogram = true
        return wrong
    }()
}

/// A protected command, with whatever is to be wrong about it. Every step can be done otherwise.
public struct Securing: Sendable {
    /// The key; the template's role in the current directory unless said otherwise.
    public var with: KeyDefinition?
    public var derivation = KeyDerivation.right
    /// How it is protected; as the template says unless said otherwise.
    public var protection: Protection?
    /// The seed of the session key; a fresh challenge unless said otherwise.
    public var seed: [UInt8]?
    public var takesChallenge = true
    /// `L ‖ data ‖ padding` before it is encrypted.
    public var frame: (@Sendable ([UInt8]) -> [UInt8])?
    /// The header the MAC goes over.
    public var macHeader: (@Sendable ([UInt8]) -> [UInt8])?
    /// The body (ciphertext, or data) the MAC goes over.
    public var macBody: (@Sendable ([UInt8]) -> [UInt8])?
    /// The Lc the MAC goes over.
    public var lc: (@Sendable (Int) -> Int)?
    /// The padding of what the MAC goes over: from the message to whole blocks.
    public var macBlocks: (@Sendable ([UInt8]) -> [UInt8])?
    public var mac: (@Sendable ([UInt8]) -> [UInt8])?
    /// The whole data field at the end.
    public var data: (@Sendable ([UInt8]) -> [UInt8])?

    public init() {}
    public static let right = Securing()
    /// The last bit of the MAC turned over.
    public static let wrongMAC: Securing = {
        var wrong = Securing()
        wrong.mac = { $0.dropLast() + $0.suffix(1).map { $0 ^ 1 } }
        return wrong
    }()
}

extension CheckBench {
    private func keys() throws(CheckStop) -> BenchCryptography {
        guard let cryptography else {
            throw .notRun(
                CheckText(
                    "the keys are not published: take the profile's test-key edition",
                    "密钥未公布：请使用带测试密钥的卡型文件"))
        }
        return cryptography
    }

    public func key(_ name: String) throws(CheckStop) -> KeyDefinition {
        guard let key = profile.key(name) else {
            throw .notApplicable(CheckText("the profile has no key \(name)", "卡型文件没有密钥 \(name)"))
        }
        return key
    }

    public func key(_ role: KeyRole, in directory: String) throws(CheckStop) -> KeyDefinition {
        guard let key = profile.key(role, in: directory) else {
            throw .notApplicable(
                CheckText(
                    "\(directory) has no key of role \(role.rawValue)", "\(directory) 没有用途为 \(role.rawValue) 的密钥"))
        }
        return key
    }

    public func randomBytes(_ count: Int) throws(CheckStop) -> [UInt8] {
        do { return try SystemRandom.bytes(count) } catch {
            throw .notRun(CheckText("no random numbers: \(error)", "没有随机数"))
        }
    }

    // MARK: Authentication

    /// GET CHALLENGE, which a right card answers by as many bytes as the profile says.
    public func challenge() throws(CheckStop) -> [UInt8] {
        let length = profile.cryptography.challengeLength
        let command = try command(.getChallenge, [.length: .number(length)])
        let answer = try expect(.ok, for: command)
        try expect(
            answer.data.count == length, "the challenge has \(answer.data.count) bytes, expected \(length)",
            "随机数为 \(answer.data.count) 字节，应为 \(length)")
        return answer.data
    }

    /// EXTERNAL AUTHENTICATE as it is to be sent, right or wrong.
    public func authentication(
        _ key: KeyDefinition, _ how: Authentication = .right
    ) throws(CheckStop) -> CommandAPDU {
        try need(Precondition(.key, key.name))
        let cryptography = try keys()
        let factors = try factors()
        let rules = profile.cryptography
        let challenge = how.takesChallenge ? try challenge() : [UInt8](repeating: 0, count: rules.challengeLength)
        let original = try randomBytes(rules.cryptogram.originalLength)
        guard
            let session = cryptography.sessionKey(
                how.with ?? key, how.derivation, factors, seed: how.seed ?? challenge),
            var cryptogram = cryptography.cryptogram(session, original: original)
        else {
            throw .notRun(CheckText("there is no key \(key.name)", "没有密钥 \(key.name)"))
        }
        if how.spoilsCryptogram, let last = cryptogram.indices.last { cryptogram[last] ^= 1 }
        var command = try command(
            .externalAuthenticate,
            [
                .reference: .number(Int(how.reference ?? key.reference)), .cryptogram: .bytes(cryptogram),
                .original: .bytes(original), .version: .number(Int(how.version ?? profile.keyVersion)),
            ])
        if let data = how.data { command.data = data(command.data) }
        keyInUse = key
        return command
    }

    /// External authentication in the current directory, whatever is answered.
    public func authenticate(
        _ key: KeyDefinition, _ how: Authentication = .right
    ) throws(CheckStop) -> StatusWord {
        try send(authentication(key, how)).status
    }

    /// Wins the right of a key of the current directory, which a right card gives.
    public func prove(_ key: KeyDefinition) throws(CheckStop) {
        try resting(on: Precondition(.key, key.name)) { () throws(CheckStop) in
            try expect(.ok, for: authentication(key))
        }
    }

    /// INTERNAL AUTHENTICATE: the command and the answer of a card that holds the key.
    public func internalAuthentication(
        _ key: KeyDefinition, _ derivation: KeyDerivation = .right, version: UInt8? = nil
    ) throws(CheckStop) -> (command: CommandAPDU, answer: [UInt8]) {
        let cryptography = try keys()
        let factors = try factors()
        let rules = profile.cryptography
        let seed = try randomBytes(rules.challengeLength)
        let original = try randomBytes(rules.cryptogram.originalLength)
        guard let session = cryptography.sessionKey(key, derivation, factors, seed: seed),
            let answer = cryptography.cryptogram(session, original: original)
        else {
            throw .notRun(CheckText("there is no key \(key.name)", "没有密钥 \(key.name)"))
        }
        let command = try command(
            .internalAuthenticate,
            [
                .reference: .number(Int(key.reference)), .seed: .bytes(seed), .original: .bytes(original),
                .version: .number(Int(version ?? profile.keyVersion)), .length: .number(answer.count),
            ])
        return (command, answer)
    }

    // MARK: Protected commands

    /// A command of the dialect, protected as its template says, or otherwise.
    ///
    /// - Parameter values: what goes into the template's holes; `data` is the plain data.
    public func secured(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue], in directory: String, kind: FileKind? = nil,
        _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        let plain = try command(purpose, values, kind: kind)
        let template = dialect.command(for: purpose, kind: kind)
        let protection = how.protection ?? template?.protection?.protection ?? .plain
        guard protection != .plain else { return plain }
        let role = template?.protection?.key ?? .maintenance
        let found = role == .transport ? profile.key(.transport) : profile.key(role, in: directory)
        guard let key = how.with ?? found else {
            throw .notApplicable(
                CheckText(
                    "\(directory) has no key of role \(role.rawValue)", "\(directory) 没有用途为 \(role.rawValue) 的密钥"))
        }
        return try secured(plain, protection, key, how)
    }

    /// Any command, protected under a key of the current directory.
    public func secured(
        _ plain: CommandAPDU, _ protection: Protection, _ key: KeyDefinition, _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        if let directory = currentDirectory {
            try need(Precondition(.messaging, directory))
            if !how.isRight { try need(Precondition(.wrongMACs, directory)) }
        }
        let cryptography = try keys()
        let factors = try factors()
        let length = profile.cryptography.challengeLength
        let challenge = how.takesChallenge ? try challenge() : [UInt8](repeating: 0, count: length)
        guard let session = cryptography.sessionKey(key, how.derivation, factors, seed: how.seed ?? challenge) else {
            throw .notRun(CheckText("there is no key \(key.name)", "没有密钥 \(key.name)"))
        }
        var body = plain.data
        if protection == .encryptedMAC {
            var blocks = cryptography.framed(body)
            if let frame = how.frame { blocks = frame(blocks) }
            guard let ciphertext = cryptography.encrypted(blocks, session) else {
                throw .notRun(CheckText("the data cannot be encrypted", "数据无法加密"))
            }
            body = ciphertext
        }
        let header = how.macHeader?(plain.header.bytes) ?? plain.header.bytes
        let message = how.macBody?(body) ?? body
        guard let mac = cryptography.mac(header: header, body: message, lc: how.lc, blocks: how.macBlocks, session)
        else {
            throw .notRun(CheckText("the MAC cannot be computed", "MAC 无法计算"))
        }
        var command = plain
        command.data = body + (how.mac?(mac) ?? mac)
        if let data = how.data { command.data = data(command.data) }
        return command
    }

    // MARK: Updates

    /// The command that writes a record of the current file: as the card in use takes it.
    public func update(
        record number: Int, of file: FileDefinition, _ data: [UInt8], _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        switch file.structure.kind {
        case .cyclic:
            try secured(.appendRecord, [.sfi: .number(0), .data: .bytes(data)], in: file.directory, how)
        default:
            try secured(
                .updateRecord, [.record: .number(number), .sfi: .number(0), .data: .bytes(data)], in: file.directory,
                how)
        }
    }

    /// The command that marks a visit valid, or its record free.
    public func mark(
        _ number: Int, of index: FileDefinition, valid: Bool, _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        try secured(
            valid ? .setIndex : .eraseIndex, [.record: .number(number), .sfi: .number(0)], in: index.directory, how)
    }

    /// Writes bytes into the current transparent file, in pieces the card takes.
    public func writeBinary(_ bytes: [UInt8], at offset: Int) throws(CheckStop) {
        let piece = max(1, min(profile.capabilities.maximumBinaryData, profile.capabilities.maximumCommandData))
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let data = Array(bytes[start..<min(start + piece, bytes.count)])
            let command = try command(
                .updateBinary, [.offset: .number(offset + start), .sfi: .number(0), .data: .bytes(data)])
            try expect(.ok, for: command)
        }
    }
}
