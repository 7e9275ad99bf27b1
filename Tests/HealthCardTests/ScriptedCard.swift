import CardProfiles
import HealthCard
import ISO7816
import Testing

/// A finished card that only reads, small enough to see through, with switches for what cards lack and ways to
/// misbehave that the virtual card must not have.
final class ScriptedCard: CardChannel {
    struct Abilities {
        var multiRecord = true
        var shortIdentifiers = true
        var extended = true
        var names = true
        var isT0 = false
        var lifeCycle: UInt8? = 5
    }

    let profile: CardProfile
    var abilities = Abilities()
    var files: [String: FileContent]
    var answerToReset: [UInt8]
    var transmissionProtocol: TransmissionProtocol { abilities.isT0 ? .t0 : .t1 }
    var readerName: String?
    /// Answers in place of the card's own: given the number of the command, from 1, the command and its answer.
    var misbehave: ((Int, CommandAPDU, [UInt8]) throws(ChannelError) -> [UInt8])?
    var blocks: [String: StatusWord] = [:]
    /// Keys whose value is not the published one.
    var wrongKeys: Set<String> = []
    private(set) var log: [CommandAPDU] = []

    private let module: SoftwareSecurityModule
    private let factors: CardFactors
    private var directory = "MF"
    private var file: FileDefinition?
    private var rights: Set<String> = []
    private var challenge: [UInt8]?
    private var waiting: [UInt8] = []

    init(_ profile: CardProfile, values: [String: String] = [:], serial: [UInt8] = Array(1...8)) throws {
        self.profile = profile
        module = try SoftwareSecurityModule.testKeys(profile)
        factors = CardFactors(card: serial, province: Array("99000000".utf8))
        answerToReset = try #require(profile.answerToReset.bytes(serial: serial))
        files = [:]
        var values = values
        values["issuer.cityCode"] = values["issuer.cityCode"] ?? "990100"
        for file in profile.files { files[file.path] = try Self.content(of: file, profile, values) }
    }

    /// Fills in values: `holder.name`, `allergies[2].allergen`, `outpatient[1].fees[3].amount`.
    private static func content(
        of file: FileDefinition, _ profile: CardProfile, _ values: [String: String]
    ) throws -> FileContent {
        func field(_ item: Item, _ prefix: String) throws -> [UInt8] {
            try ItemCodec.encode(values[prefix + item.qualifiedName] ?? "", as: item, profile: profile)
        }
        switch file.structure {
        case .linearVariableTLV:
            return .records(
                try file.items.map {
                    [UInt8($0.number), UInt8($0.length)] + (try field($0, "\(file.section)."))
                })
        case .linearFixed(let size, let count), .cyclic(let size, let count):
            return .records(
                try (1...count).map { number in
                    let prefix = "\(file.section)[\(number)]."
                    guard values.keys.contains(where: { $0.hasPrefix(prefix) }) else {
                        return [UInt8](repeating: file.initialByte, count: size)
                    }
                    return try file.items.flatMap { try field($0, prefix) }
                })
        case .transparent:
            var prefix = "\(file.section)."
            if case .visits(_, let record) = file.shape { prefix = "\(file.section)[\(record)]." }
            return .bytes(try file.items.flatMap { try field($0, prefix) })
        }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        (directory, file, rights, challenge, waiting) = ("MF", nil, [], nil, [])
        return answerToReset
    }

    func transmit(_ bytes: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let command = try? CommandAPDU(bytes) else { return [0x67, 0x00] }
        log.append(command)
        var answer = answer(to: command, isExtended: bytes.count > 5 && bytes[4] == 0)
        if abilities.isT0, !command.data.isEmpty, answer.count > 2 {
            waiting = Array(answer.dropLast(2))
            answer = [0x61, UInt8(truncatingIfNeeded: waiting.count)]
        }
        return try misbehave?(log.count, command, answer) ?? answer
    }

    // MARK: Commands

    private func status(_ word: StatusWord) -> [UInt8] { word.bytes }

    private func answer(to command: CommandAPDU, isExtended: Bool) -> [UInt8] {
        guard !isExtended || abilities.extended else { return status(.wrongLength) }
        switch command.ins {
        case 0xA4: return select(command)
        case 0xB2: return readRecord(command)
        case 0xB0: return readBinary(command)
        case 0x84:
            challenge = [0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, UInt8(truncatingIfNeeded: log.count)]
            return (challenge ?? []) + [0x90, 0x00]
        case 0x82: return externalAuthenticate(command)
        case 0x88: return internalAuthenticate(command)
        case 0xC0: return waiting + [0x90, 0x00]
        case 0xCA:
            return [UInt8](repeating: 0x11, count: 10) + factors.card + [UInt8](repeating: 0, count: 24) + [0x90, 0]
        default: return status(.instructionNotSupported)
        }
    }

    private func select(_ command: CommandAPDU) -> [UInt8] {
        let found = profile.directories.first {
            command.p1 == 4
                ? abilities.names && $0.dfName == command.data : $0.fileIdentifier.bytes == command.data && isNear($0)
        }
        if let found {
            if blocks[found.name] == .permanentlyBlocked { return status(.permanentlyBlocked) }
            (directory, file, rights) = (found.name, nil, [])
            var information: [UInt8] = []
            if command.ne != nil, found.name == "MF" {
                information = [0x83, 0x02, 0x3F, 0x00] + (abilities.lifeCycle.map { [0x8A, 0x01, $0] } ?? [])
                information = [0x6F, UInt8(information.count)] + information
            }
            return information + (blocks[found.name] ?? .ok).bytes
        }
        guard
            let file = profile.files.first(where: {
                $0.directory == directory && $0.fileIdentifier.bytes == command.data
            })
        else { return status(.fileNotFound) }
        self.file = file
        return status(.ok)
    }

    private func isNear(_ other: DirectoryDefinition) -> Bool {
        other.parent == nil || other.parent == directory || other.name == directory
            || other.name == profile.directory(directory)?.parent
            || other.parent == profile.directory(directory)?.parent
    }

    private func current(_ sfi: UInt8) -> FileDefinition? {
        guard sfi != 0 else { return file }
        guard abilities.shortIdentifiers else { return nil }
        file = profile.files.first { $0.directory == directory && $0.sfi.rawValue == sfi }
        return file
    }

    private func mayRead(_ file: FileDefinition) -> Bool {
        guard case .key(let name) = file.read else { return file.read == .always }
        return rights.contains(name)
    }

    private func readRecord(_ command: CommandAPDU) -> [UInt8] {
        guard let ne = command.ne else { return status(.wrongLength) }
        guard let file = current(command.p2 >> 3), case .records(let records)? = files[file.path] else {
            return status(.fileNotFound)
        }
        guard mayRead(file) else { return status(.securityStatusNotSatisfied) }
        guard command.p2 & 7 == 0 || records.indices.contains(Int(command.p1) - 1) else {
            return status(.recordNotFound)
        }
        switch command.p2 & 7 {
        case 0:
            guard file.structure.kind == .linearVariableTLV, let found = records.first(where: { $0[0] == command.p1 })
            else { return status(.recordNotFound) }
            return found + [0x90, 0x00]
        case 4: return records[Int(command.p1) - 1] + [0x90, 0x00]
        case 5 where abilities.multiRecord:
            var data: [UInt8] = []
            for record in records[(Int(command.p1) - 1)...] {
                guard data.count + record.count <= ne else { break }
                data += record
            }
            return data + [0x90, 0x00]
        default: return status(.incorrectP1P2)
        }
    }

    private func readBinary(_ command: CommandAPDU) -> [UInt8] {
        guard let ne = command.ne else { return status(.wrongLength) }
        let isShort = command.p1 & 0x80 != 0
        guard let file = current(isShort ? command.p1 & 0x1F : 0), case .bytes(let bytes)? = files[file.path] else {
            return status(.incorrectP1P2)
        }
        guard mayRead(file) else { return status(.securityStatusNotSatisfied) }
        let offset = isShort ? Int(command.p2) : Int(command.p1) << 8 | Int(command.p2)
        guard offset < bytes.count else { return status(.wrongP1P2) }
        return Array(bytes[offset...].prefix(ne)) + [0x90, 0x00]
    }

    private func externalAuthenticate(_ command: CommandAPDU) -> [UInt8] {
        guard let key = profile.key(reference: command.p2, in: directory), key.role != .transport,
            command.data.last == module.keyVersion
        else { return status(.referencedDataNotFound) }
        guard let seed = challenge else { return status(.referenceDataNotUsable) }
        challenge = nil
        let expected = try? module.cryptogram(
            key: key, card: factors, seed: seed, original: Array(command.data[8..<16]))
        guard expected == Array(command.data.prefix(8)), !wrongKeys.contains(key.name) else {
            return status(.triesLeft(5))
        }
        rights.insert(key.name)
        return status(.ok)
    }

    private func internalAuthenticate(_ command: CommandAPDU) -> [UInt8] {
        guard let key = profile.key(reference: command.p2, in: directory), command.data.last == module.keyVersion else {
            return status(.referencedDataNotFound)
        }
        let answer = try? module.cryptogram(
            key: key, card: factors, seed: Array(command.data.prefix(8)), original: Array(command.data[8..<16]))
        guard let answer, !wrongKeys.contains(key.name) else { return [UInt8](repeating: 7, count: 8) + [0x90, 0x00] }
        return answer + [0x90, 0x00]
    }
}
