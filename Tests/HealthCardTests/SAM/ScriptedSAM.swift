import ISO7816
import ShangMi
import Testing

/// A SAM written from `Docs/card.md §2.3-§2.6`, §3.3 and `Docs/protocol.md §6` alone, without the profile: with
/// switches for what SAMs are free to do, and ways to misbehave.
final class ScriptedSAM: CardChannel {
    /// Name, type, identifier, levels: the tables of `Docs/card.md §2.3` and `Docs/protocol.md §6`.
    static let addresses: [(name: String, usage: UInt8, identifier: UInt8)] = [
        ("STK_DDF1", 0x28, 0x02), ("STK_DF01", 0x28, 0x03), ("STK_DF02", 0x48, 0x04), ("STK_DF03", 0x48, 0x05),
        ("UK1_DDF1", 0x27, 0x2A), ("UK1_DF01", 0x27, 0x2B), ("UK1_DF02", 0x47, 0x2C), ("UK2_DF02", 0x47, 0x2D),
        ("UK3_DF02", 0x47, 0x2E), ("UK1_DF03", 0x47, 0x2F), ("UK2_DF03", 0x27, 0x30), ("RK1_DDF1", 0x47, 0x31),
        ("RK1_DF01", 0x47, 0x32), ("RK1_DF02", 0x47, 0x33), ("RK1_DF03", 0x47, 0x34), ("STK_MF", 0x28, 0x01),
        ("IRK", 0x47, 0x35), ("LK_DF01", 0x47, 0x36), ("LK_DF02", 0x47, 0x37), ("LK_DF03", 0x47, 0x38),
        ("BK_MF", 0x47, 0x39),
    ]

    /// `Docs/card.md §2.4`.
    static func keys(ofType type: Int) -> Set<String> {
        let reading: Set = ["IRK", "RK1_DDF1", "RK1_DF01", "RK1_DF02", "RK1_DF03"]
        let clinic: Set = ["STK_DF02", "STK_DF03", "UK1_DF02", "UK3_DF02", "UK1_DF03"]
        switch type {
        case 1: return reading
        case 2: return reading.union(clinic).union(["UK2_DF02"])
        case 3: return reading.union(clinic)
        case 4:
            return [
                "IRK", "STK_MF", "STK_DDF1", "STK_DF01", "STK_DF02", "STK_DF03", "BK_MF", "LK_DF01", "LK_DF02",
                "LK_DF03",
            ]
        default: return Set(addresses.map(\.name))
        }
    }

    let answerToReset: [UInt8] = [0x3B, 0x02, 0x53, 0x41]
    var transmissionProtocol: TransmissionProtocol = .t1
    /// Answers in place of the SAM's own: given the number of the command, from 1, the command and its answer.
    var misbehave: ((Int, CommandAPDU, [UInt8]) throws(ChannelError) -> [UInt8])?
    var keys: Set<String>
    /// Levels at which a key is kept, where that is not the table's.
    var levels: [String: Int] = [:]
    /// Whether each piece of an encryption is answered, or all at the end.
    var answersEachPiece = true
    var keysNeedPIN = false
    var province: UInt8 = 0x99
    var pin: [UInt8] = [0x12, 0x34, 0x56]
    var tries = 3
    /// Whether SELECT takes the right of the PIN back.
    var dropsPINOnSelect = false
    /// Whether READ BINARY takes a short identifier; else files are selected.
    var knowsShortIdentifiers = true
    /// The most that READ BINARY gives at once.
    var readBlock = 256
    /// Bytes of a MAC that are given.
    var macLength = 4
    /// What a wrong level is answered, time after time; the last one stays.
    var levelRefusals: [[UInt8]] = [[0x6A, 0x80]]
    /// What VERIFY without a PIN answers; nil for the tries left.
    var answerWithoutPIN: [UInt8]?
    /// VERIFY without a PIN costs an attempt.
    var countsBeingAsked = false
    private(set) var log: [CommandAPDU] = []
    private(set) var verifications = 0

    private let type: UInt8
    private var isVerified = false
    private var directory: UInt16 = 0x3F00
    private var file: [UInt8]?
    private var waiting: [UInt8] = []
    private var session: (key: [UInt8], type: UInt8)?
    private var sequence: (mode: UInt8, bytes: [UInt8])?
    private var hash: [UInt8] = []

    init(type: Int = 5) {
        self.type = UInt8(type)
        keys = Self.keys(ofType: type)
    }

    func clearLog() { log = [] }
    /// INS of what was sent, in hexadecimal.
    var instructions: String { log.map { Hex.encode([$0.ins]) }.joined(separator: " ") }

    func reset() throws(ChannelError) -> [UInt8] {
        (isVerified, directory, session, sequence, hash) = (false, 0x3F00, nil, nil, [])
        return answerToReset
    }

    func transmit(_ bytes: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let command = try? CommandAPDU(bytes) else { return [0x67, 0x00] }
        log.append(command)
        let answer = self.answer(to: command)
        return try misbehave?(log.count, command, answer) ?? answer
    }

    private func answer(to command: CommandAPDU) -> [UInt8] {
        if command.ins != 0xFA, command.ins != 0xC0 { sequence = nil }
        switch (command.cla, command.ins) {
        case (0x00, 0xA4): return select(command.data)
        case (0x00, 0xB0): return read(command)
        case (0x00, 0x20): return verify(command.data)
        case (0x80, 0x5E): return changePIN(command.data)
        case (0x80, 0xDE): return deliver(command)
        case (0x80, 0xFA): return cipher(command)
        case (0x80, 0xCC): return compress(command)
        case (0x80, 0xCE): return sign(command.data)
        case (0x00, 0xC0):
            guard !waiting.isEmpty else { return [0x69, 0x85] }
            defer { waiting = [] }
            return waiting + [0x90, 0x00]
        default: return [0x6D, 0x00]
        }
    }

    private func later(_ bytes: [UInt8]) -> [UInt8] {
        waiting = bytes
        return bytes.isEmpty ? [0x90, 0x00] : [0x61, UInt8(truncatingIfNeeded: bytes.count)]
    }

    private func select(_ data: [UInt8]) -> [UInt8] {
        if data.count == 2, data[0] == 0, let found = files[directory]?[data[1]] {
            file = found
            return [0x90, 0x00]
        }
        guard data == [0x3F, 0x00] || data == [0xDF, 0x01] else { return [0x6A, 0x82] }
        directory = UInt16(data[0]) << 8 | UInt16(data[1])
        file = nil
        if dropsPINOnSelect { isVerified = false }
        return [0x90, 0x00]
    }

    static let certificate = [UInt8](repeating: 0xCE, count: 190)

    /// By directory and identifier.
    private var files: [UInt16: [UInt8: [UInt8]]] {
        [
            0x3F00: [
                0x15: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x11, type, 0x22, 0x33],
                0x16: [province, 0x01, 0x02, 0x00, 0x00, 0x07],
            ],
            0xDF01: [
                0x1A: [0x01] + [0xA0, 1, 2, 3, 4, 5, 6, 7, 0xB0, 1, 2, 3, 4, 5, 6, 7]
                    + [0x20, 0x26, 0x01, 0x01, 0x20, 0x36, 0x12, 0x31],
                0x1B: [UInt8](repeating: 0xCA, count: 180), 0x1C: Self.certificate,
            ],
        ]
    }

    private func read(_ command: CommandAPDU) -> [UInt8] {
        var offset = 0
        if command.p1 & 0x80 == 0 {
            offset = Int(command.p2)
        } else {
            file = knowsShortIdentifiers ? files[directory]?[command.p1 & 0x1F] : nil
        }
        guard let file else { return [0x6A, 0x82] }
        return Array(file.dropFirst(offset).prefix(min(command.ne ?? 0, readBlock))) + [0x90, 0x00]
    }

    private func wrong() -> [UInt8] {
        tries -= 1
        return [0x63, 0xC0 | UInt8(tries)]
    }

    private func verify(_ data: [UInt8]) -> [UInt8] {
        guard tries > 0 else { return [0x69, 0x83] }
        if data.isEmpty, countsBeingAsked, tries > 0 { tries -= 1 }
        guard !data.isEmpty else { return answerWithoutPIN ?? [0x63, 0xC0 | UInt8(tries)] }
        verifications += 1
        guard data == pin else { return wrong() }
        (tries, isVerified) = (3, true)
        return [0x90, 0x00]
    }

    private func changePIN(_ data: [UInt8]) -> [UInt8] {
        guard tries > 0 else { return [0x69, 0x83] }
        guard let mark = data.firstIndex(of: 0xFF) else { return [0x6A, 0x80] }
        guard Array(data[..<mark]) == pin else { return wrong() }
        pin = Array(data[(mark + 1)...])
        return [0x90, 0x00]
    }

    // MARK: Keys

    static func testKey(_ name: String) -> [UInt8] {
        Array(SM3.hash(Array("resident-health-card test key:\(name)".utf8)).prefix(16))
    }

    static func encrypt(_ blocks: [UInt8], under key: [UInt8]) -> [UInt8] {
        (try? SM4(key: SecretBytes(copying: key)).encryptECB(blocks)) ?? []
    }

    /// `E(K, f ‖ ~f)`.
    static func derive(_ key: [UInt8], _ factor: [UInt8]) -> [UInt8] {
        encrypt(factor + factor.map { ~$0 }, under: key)
    }

    private func deliver(_ command: CommandAPDU) -> [UInt8] {
        guard !keysNeedPIN || isVerified else { return [0x69, 0x82] }
        guard
            let address = Self.addresses.first(where: {
                $0.identifier == command.p2 && $0.usage & 0x1F == command.p1 & 0x1F
            }), keys.contains(address.name)
        else { return [0x6A, 0x88] }
        let level = levels[address.name] ?? Int(address.usage >> 5)
        guard Int(command.p1 >> 5) == level else {
            return levelRefusals.count > 1 ? levelRefusals.removeFirst() : levelRefusals[0]
        }
        guard command.data.count == 8 * (level + 1) else { return [0x67, 0x00] }
        var key = Self.testKey(address.name)
        if level == 1 {
            let digits = Hex.encode([province]) + "000000"
            key = Self.derive(key, Array(digits.utf8))
        }
        for start in (0..<level).reversed().map({ $0 * 8 }) {
            key = Self.derive(key, Array(command.data[start..<start + 8]))
        }
        session = (Self.derive(key, Array(command.data.suffix(8))), command.p1 & 0x1F)
        return [0x90, 0x00]
    }

    private func cipher(_ command: CommandAPDU) -> [UInt8] {
        let encrypts = command.p1 == 0x00 || command.p1 == 0x02
        guard let session, session.type == 8 || (session.type == 7) == encrypts else { return [0x69, 0x85] }
        guard command.data.count.isMultiple(of: 16), !command.data.isEmpty else { return [0x67, 0x00] }
        let mode = encrypts ? UInt8(0) : 5
        // Only 05 and 07 begin a MAC; 03 and 01 go on with one.
        let begins = encrypts ? sequence == nil : command.p1 & 4 != 0
        guard begins ? sequence == nil : sequence?.mode == mode else { return [0x69, 0x85] }
        let bytes = (sequence?.bytes ?? []) + command.data
        guard [0x00, 0x05, 0x01].contains(command.p1) else {
            sequence = (mode, bytes)
            return later(encrypts && answersEachPiece ? Self.encrypt(command.data, under: session.key) : [])
        }
        (self.session, sequence) = (nil, nil)
        guard encrypts else {
            var block = Array(bytes.prefix(16))
            for start in stride(from: 16, to: bytes.count, by: 16) {
                block = Self.encrypt(zip(block, bytes[start...]).map { $0 ^ $1 }, under: session.key)
            }
            return later(Array(block.prefix(macLength)))
        }
        return later(Self.encrypt(answersEachPiece ? command.data : bytes, under: session.key))
    }

    // MARK: Signature

    private func compress(_ command: CommandAPDU) -> [UInt8] {
        guard directory == 0xDF01 else { return [0x69, 0x85] }
        guard isVerified else { return [0x69, 0x82] }
        hash += command.data
        guard command.p1 == 1 else { return [0x90, 0x00] }
        defer { hash = [] }
        return later(SM3.hash(hash))
    }

    private func sign(_ digest: [UInt8]) -> [UInt8] {
        guard directory == 0xDF01, digest.count == 32 else { return [0x69, 0x85] }
        guard isVerified else { return [0x69, 0x82] }
        let seed = SM3.hash(Array("resident-health-card test key:SAM".utf8))
        return later((try? SM2.PrivateKey(seed: seed).sign(digest: digest)) ?? [])
    }
}
