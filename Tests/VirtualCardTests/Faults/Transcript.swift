import CardProfiles
import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// A terminal that notes every answer and expects none.
final class Transcript {
    let terminal: Terminal
    let profile: CardProfile
    private(set) var answers: [String] = []

    init(_ terminal: Terminal, _ profile: CardProfile) {
        self.terminal = terminal
        self.profile = profile
    }

    func note(_ text: String) { answers.append(text) }

    func send(_ command: String) {
        let start = ContinuousClock.now
        note(command + " " + terminal.send(command))
        // Slowness is an answer too.
        if ContinuousClock.now - start > .milliseconds(100) { note("slow") }
    }

    func `try`(_ command: (Terminal) throws -> String) {
        do { send(try command(terminal)) } catch { note("\(error)") }
    }

    func reset() { terminal.card.powerOn() }

    func enter(_ directory: DirectoryDefinition) throws {
        send("00a40000023f00")
        for step in profile.path(to: directory.name).dropFirst() {
            send("00a4000002" + Hex.encode(step.fileIdentifier.bytes))
        }
    }

    func enter(_ name: String) throws { try enter(#require(profile.directory(name))) }

    // MARK: Keys

    func prove(_ key: KeyDefinition) {
        send("0084000008")
        again(Hex.encode([key.reference]), key.name)
    }

    func prove(_ name: String) { profile.key(name).map { prove($0) } }

    /// With the challenge before, or none.
    func again(_ reference: String, _ name: String) { self.try { try $0.authenticate(reference, name) } }

    func fail(_ reference: String) {
        send("0084000008")
        send("008200" + reference + "11" + String(repeating: "00", count: 16) + "f1")
    }

    /// A cryptogram whose second half is wrong.
    func half(_ reference: String, _ name: String) {
        send("0084000008")
        self.try { terminal in
            let command = Array(try terminal.authenticate(reference, name))
            return String(command[..<18]) + "00000000" + String(command[26...])
        }
    }

    /// Right for a challenge of zeros.
    func withoutChallenge(_ reference: String, _ name: String) {
        self.try { terminal in
            let key = terminal.keys[name] ?? []
            let session = try Transcript.encrypt(
                key, [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 0xFF, count: 8))
            let block = try Transcript.encrypt(session, hex("1122334455667788") + [UInt8](repeating: 0, count: 8))
            let proof = zip(block[..<8], block[8...]).map { $0 ^ $1 }
            return "008200" + reference + "11" + Hex.encode(proof) + "1122334455667788f1"
        }
    }

    // MARK: Files

    /// All of a file, by every way to name its records.
    func read(_ file: FileDefinition) {
        let p2 = file.sfi.recordP2(mode: 4)
        switch file.structure {
        case .transparent(let size):
            send("00a4000002" + Hex.encode(file.fileIdentifier.bytes))
            for offset in stride(from: 0, to: size, by: 200) {
                send("00b0" + Hex.encode([UInt8(offset >> 8), UInt8(offset & 0xFF), 200]))
            }
        case .linearVariableTLV, .linearFixed, .cyclic:
            for number in 1...file.structure.recordCount + 1 { send("00b2" + Hex.encode([UInt8(number), p2]) + "00") }
            for item in file.items.prefix(3) { send("00b2" + Hex.encode([item.tag, p2 & 0xF8]) + "00") }
            send("00b201" + Hex.encode([p2 | 1]) + "00")
        }
    }

    /// Reading, updating and erasing with the rights there are; what is written is what a card has there anyway.
    func use(_ file: FileDefinition) {
        let sfi = file.sfi
        let maintenance = profile.key(.maintenance, in: file.directory)?.name ?? ""
        switch file.structure {
        case .transparent:
            send("00a4000002" + Hex.encode(file.fileIdentifier.bytes))
            send("00b0000004")
            send("00b0" + Hex.encode([0x80 | sfi.rawValue, 0]) + "04")
            send("00d606000100")
        case .linearVariableTLV:
            send("00a4000002" + Hex.encode(file.fileIdentifier.bytes))
            for command in ["00b2010400", "00b2010500"] { send(command) }
            send("00b201" + Hex.encode([sfi.recordP2(mode: 4)]) + "00")
            guard let item = file.items.first else { return }
            let record = [item.tag, UInt8(item.length)] + [UInt8](repeating: 0x30, count: item.length)
            send("00dc0104" + Hex.encode([UInt8(record.count)] + record))
            send("0084000008")
            self.try { try $0.secure("04dc0104", record, maintenance) }
            send("0084000008")
            self.try { try $0.protect("04dc0104", record, maintenance) }
        case .cyclic(let size, _):
            send("00b201" + Hex.encode([sfi.recordP2(mode: 4)]) + "00")
            send("0084000008")
            let p2 = Hex.encode([sfi.recordP2(mode: 3)])
            self.try { try $0.secure("04dc00" + p2, [UInt8](repeating: 0x30, count: size), maintenance) }
        case .linearFixed:
            let p2 = Hex.encode([sfi.recordP2(mode: 4)])
            send("00b201" + p2 + "00")
            for ins in ["84d201", "840c01"] {
                send("0084000008")
                self.try { try $0.protect(ins + p2, [], maintenance) }
            }
        }
    }
}

extension Transcript {
    /// One block under a key.
    static func encrypt(_ key: [UInt8], _ block: [UInt8]) throws -> [UInt8] {
        let cipher = try SM4(key: SecretBytes(copying: key))
        return try cipher.encryptECB(block)
    }
}
