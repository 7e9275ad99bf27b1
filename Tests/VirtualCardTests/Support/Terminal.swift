import CardProfiles
import Foundation
import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
let seed = hex("a1a2a3a4a5a6a7a8")
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }

enum Fixtures {
    static let profile: CardProfile? = try? CardProfile.bundled(overlays: ["test-keys"])
    static var vectors: [String: Any] {
        get throws {
            let data = try Data(contentsOf: root.appendingPathComponent("TestVectors/protocol.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
    }
}

/// A blank test chip whose challenges are all `a1a2a3a4a5a6a7a8`.
func blankCard(_ change: (inout VirtualCardOptions) -> Void = { _ in }) throws -> VirtualHealthCard {
    let profile = try #require(Fixtures.profile)
    var options = VirtualCardOptions(profile: profile)
    change(&options)
    let card = try VirtualHealthCard.blank(serial: serial, profile: profile, options: options)
    card.setRandomSource { Array(seed.prefix($0)) }
    return card
}

/// The terminal's half of the protocol, for these tests alone: hexadecimal in, hexadecimal out.
final class Terminal {
    let card: VirtualHealthCard
    let keys: [String: [UInt8]]
    private let cipher: SM4

    init(_ card: VirtualHealthCard) throws {
        self.card = card
        cipher = try SM4(key: SecretBytes(hex: String(repeating: "0", count: 32)))
        let cardKeys = try #require(try Fixtures.vectors["cardKeys"] as? [String: String])
        keys = cardKeys.mapValues(hex)
    }

    /// The answer in lower case, status word last; `-` when there is none.
    @discardableResult
    func send(_ command: String) -> String { send(bytes: hex(command)) }

    @discardableResult
    func send(bytes: [UInt8]) -> String { card.process(bytes).map { Hex.encode($0).lowercased() } ?? "-" }

    /// Sends and expects 9000.
    func must(_ command: String, _ location: SourceLocation = #_sourceLocation) {
        let answer = send(command)
        #expect(answer.hasSuffix("9000"), "\(command) → \(answer)", sourceLocation: location)
    }

    // MARK: Cryptography

    func session(_ key: String) throws -> SecretBytes {
        try cipher.rekey(SecretBytes(copying: keys[key] ?? []))
        return try cipher.deriveECB(seed + seed.map { ~$0 })
    }

    func authenticate(_ reference: String, _ key: String, version: String = "f1", original: String = "1122334455667788")
        throws -> String
    {
        try cipher.rekey(session(key))
        let block = try cipher.encryptECB(hex(original) + [UInt8](repeating: 0, count: 8))
        let proof = zip(block[..<8], block[8...]).map { $0 ^ $1 }
        return "00820000".dropLast(2) + reference + "11" + Hex.encode(proof) + original + version
    }

    /// `header` without Lc; `plain` is enciphered unless nil.
    func secure(
        _ header: String, _ plain: [UInt8]?, _ key: String, clear: [UInt8] = [], spoiling: Bool = false
    ) throws -> String {
        try cipher.rekey(session(key))
        var body = clear
        if let plain {
            let framed = [UInt8(plain.count)] + plain
            body = try cipher.encryptECB(framed.count.isMultiple(of: 16) ? framed : SM4.padded(framed))
        }
        return try protect(header, body, key, spoiling: spoiling)
    }

    /// The body as it is, then its MAC.
    func protect(_ header: String, _ body: [UInt8], _ key: String, spoiling: Bool = false) throws -> String {
        try cipher.rekey(session(key))
        let count = body.count + 4
        let lc = count < 256 ? [UInt8(count)] : [0, UInt8(count >> 8), UInt8(count & 0xFF)]
        var mac = Array(try cipher.cbcMAC(SM4.padded(hex(header) + lc + body)).prefix(4))
        if spoiling { mac[3] ^= 1 }
        return header + Hex.encode(lc + body + mac)
    }

    /// Blocks as they are, without length or padding, enciphered.
    func encipher(_ blocks: [UInt8], _ key: String) throws -> [UInt8] {
        try cipher.rekey(session(key))
        return try cipher.encryptECB(blocks)
    }

    // MARK: Steps

    func challenge(_ location: SourceLocation = #_sourceLocation) { must("0084000008", location) }

    func prove(_ reference: String, _ key: String, _ location: SourceLocation = #_sourceLocation) throws {
        challenge(location)
        must(try authenticate(reference, key), location)
    }

    /// Opens personalization.
    func open(_ location: SourceLocation = #_sourceLocation) throws {
        must("00a40000023f00", location)
        try prove("01", "TK", location)
    }

    func writeKey(_ reference: String, _ name: String, usage: String, tries: String) throws {
        let plain = hex(usage + reference + "f104" + tries + "00000000") + (keys[name] ?? [])
        challenge()
        must(try secure("84d401" + reference, plain, "TK"))
    }

    /// Every directory, key and file of the profile, by the reference dialect; the MF is current at the end.
    func makeStructure() throws {
        let profile = try #require(Fixtures.profile)
        try open()
        for directory in profile.directories {
            try enter(directory, profile, creating: true)
            for key in profile.keys(in: directory.name) where key.role != .transport {
                let usage = key.usage == .externalAuthentication ? "01" : key.usage == .maintenance ? "03" : "02"
                let tries = Hex.encode([key.usage == .externalAuthentication ? 6 : 0])
                try writeKey(Hex.encode([key.reference]), key.name, usage: usage, tries: tries)
            }
            for file in directory.files { must(try create(file, profile)) }
        }
        must("00a40000023f00")
    }

    /// Fills every record of TLV files with `tag ‖ length ‖ 00…`.
    func writeRecords() throws {
        let profile = try #require(Fixtures.profile)
        for directory in profile.directories {
            try enter(directory, profile, creating: false)
            guard let key = profile.key(.maintenance, in: directory.name) else { continue }
            for file in directory.files where file.structure.kind == .linearVariableTLV {
                for (index, item) in file.items.enumerated() {
                    let record = [UInt8(item.number), UInt8(item.length)] + [UInt8](repeating: 0, count: item.length)
                    challenge()
                    let header = "04dc" + Hex.encode([UInt8(index + 1), file.sfi.recordP2(mode: 4)])
                    must(try secure(header, record, key.name))
                }
            }
        }
        must("00a40000023f00")
    }

    /// From blank to activated, the power on anew at the end.
    func makeActivated() throws {
        try makeStructure()
        try writeRecords()
        must("00440000")
        card.powerOn()
    }

    func enter(_ directory: DirectoryDefinition, _ profile: CardProfile, creating: Bool) throws {
        must("00a40000023f00")
        for step in profile.path(to: directory.name).dropFirst() {
            if creating, step.name == directory.name {
                let name = step.dfName ?? []
                let inside = [0x82, 1, 0x38, 0x83, 2] + step.fileIdentifier.bytes + [0x84, UInt8(name.count)] + name
                must("00e00000" + Hex.encode([UInt8(inside.count + 2), 0x62, UInt8(inside.count)] + inside))
            } else {
                must("00a4000002" + Hex.encode(step.fileIdentifier.bytes))
            }
        }
    }

    func create(_ file: FileDefinition, _ profile: CardProfile) throws -> String {
        let dialect = try #require(profile.dialect(profile.defaultDialect))
        func code(_ access: AccessCondition) throws -> UInt8 { try #require(dialect.code(of: access, in: profile)) }
        let kind: UInt8 =
            switch file.structure.kind {
            case .transparent: 1
            case .linearFixed: 2
            case .linearVariableTLV: 5
            default: 6
            }
        let size = file.structure.recordSize
        var inside: [UInt8] = [
            0x82, 5, kind, 1, UInt8(size >> 8), UInt8(size & 0xFF), UInt8(file.structure.recordCount),
        ]
        inside += [0x83, 2] + file.fileIdentifier.bytes
        if case .transparent(let size) = file.structure { inside += [0x80, 2, UInt8(size >> 8), UInt8(size & 0xFF)] }
        inside += [0x88, 1, file.sfi.rawValue << 3]
        let protection: UInt8 = file.protection == .plain ? 0 : file.protection == .mac ? 1 : 2
        inside += [0x86, 4, try code(file.read), try code(file.update), try code(file.erase), protection]
        return "00e00000" + Hex.encode([UInt8(inside.count + 2), 0x62, UInt8(inside.count)] + inside)
    }
}

/// A terminal before a card in a stage of its life.
enum Stage {
    case blank, opened, structured, made, activated

    func terminal(_ change: (inout VirtualCardOptions) -> Void = { _ in }) throws -> Terminal {
        let terminal = try Terminal(blankCard(change))
        switch self {
        case .blank: break
        case .opened: try terminal.open()
        case .structured: try terminal.makeStructure()
        case .made:
            try terminal.makeStructure()
            try terminal.writeRecords()
        case .activated: try terminal.makeActivated()
        }
        return terminal
    }
}
