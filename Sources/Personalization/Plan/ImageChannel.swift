import CardProfiles
import HealthCard
import ISO7816

/// Answers a reader as a card with an image's content would, so that a plan knows what reading back will cost without
/// repeating the reader's rules. It checks no rights and computes no cryptogram: lengths are all that matters.
final class ImageChannel: CardChannel {
    private let image: CardImage
    private let profile: CardProfile
    private var directory: DirectoryDefinition?
    private var file: FileDefinition?

    let answerToReset: [UInt8]
    let transmissionProtocol: TransmissionProtocol

    private init(_ image: CardImage, profile: CardProfile, transmissionProtocol: TransmissionProtocol) {
        self.image = image
        self.profile = profile
        directory = profile.directories.first
        answerToReset = profile.answerToReset.bytes(serial: image.chipSerial) ?? []
        self.transmissionProtocol = transmissionProtocol
    }

    /// Reads an image as `PlanRun` reads the card; some files of it, or all.
    static func costOfReading(
        _ image: CardImage, only paths: Set<String>? = nil, profile: CardProfile, dialect: String,
        transmissionProtocol: TransmissionProtocol
    ) throws(HealthCardError) -> PlanCost {
        let meter = CountingChannel(ImageChannel(image, profile: profile, transmissionProtocol: transmissionProtocol))
        let module = KeylessModule(keyVersion: image.keyVersion, profile.cryptography.cryptogram.length)
        // A plan costs the same whatever this process has met before.
        let session = HealthCardSession(
            channel: meter, profile: profile, securityModule: module, dialect: dialect, habits: nil)
        if let paths {
            for file in profile.files where paths.contains(file.path) { _ = try session.content(of: file) }
        } else {
            _ = try session.read(.bytesOnly)
        }
        return PlanCost(of: meter)
    }

    func reset() throws(ChannelError) -> [UInt8] { answerToReset }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let command = try? CommandAPDU(command) else { return ResponseAPDU(status: .wrongLength).encoded }
        return answer(command).encoded
    }

    private func answer(_ command: CommandAPDU) -> ResponseAPDU {
        switch command.ins {
        case InstructionByte.select:
            if let found = directory?.files.first(where: { $0.fileIdentifier.bytes == command.data }) {
                file = found
                return ResponseAPDU(status: .ok)
            }
            guard
                let found = profile.directories.first(where: {
                    $0.fileIdentifier.bytes == command.data || $0.dfName == command.data
                })
            else { return ResponseAPDU(status: .fileNotFound) }
            directory = found
            file = nil
            return ResponseAPDU(status: .ok)
        case InstructionByte.getChallenge:
            return ResponseAPDU(data: [UInt8](repeating: 0, count: command.ne ?? 0), status: .ok)
        case InstructionByte.internalAuthenticate: return cryptogram(isAwaited: command.ne != nil)
        case InstructionByte.getResponse: return cryptogram(isAwaited: true)
        case InstructionByte.externalAuthenticate: return ResponseAPDU(status: .ok)
        case InstructionByte.readRecord: return records(command)
        case InstructionByte.readBinary: return binary(command)
        default: return ResponseAPDU(status: .instructionNotSupported)
        }
    }

    /// Without Le, as over T=0, it waits for GET RESPONSE.
    private func cryptogram(isAwaited: Bool) -> ResponseAPDU {
        let bytes = [UInt8](repeating: 0, count: profile.cryptography.cryptogram.length)
        return isAwaited
            ? ResponseAPDU(data: bytes, status: .ok)
            : ResponseAPDU(status: StatusWord(rawValue: 0x6100 | UInt16(truncatingIfNeeded: bytes.count)))
    }

    private func find(sfi: UInt8) -> CardImage.File? {
        if sfi != 0 { file = directory?.files.first { $0.sfi.rawValue == sfi } }
        return file.flatMap { image.file($0.path) }
    }

    private func records(_ command: CommandAPDU) -> ResponseAPDU {
        guard let file = find(sfi: command.p2 >> 3), command.p1 > 0 else { return ResponseAPDU(status: .fileNotFound) }
        let records =
            command.p2 & 7 == 0
            ? file.records.drop { $0.first != command.p1 } : file.records.dropFirst(Int(command.p1) - 1)
        guard let first = records.first else { return ResponseAPDU(status: .recordNotFound) }
        guard command.p2 & 7 == 5 else { return ResponseAPDU(data: first, status: .ok) }
        var data: [UInt8] = []
        for record in records {
            guard data.count + record.count <= command.ne ?? 0 else { break }
            data += record
        }
        return ResponseAPDU(data: data, status: .ok)
    }

    private func binary(_ command: CommandAPDU) -> ResponseAPDU {
        let isShort = command.p1 & 0x80 != 0
        guard let bytes = find(sfi: isShort ? command.p1 & 0x1F : 0)?.bytes else {
            return ResponseAPDU(status: .fileNotFound)
        }
        let offset = (isShort ? 0 : Int(command.p1) << 8) + Int(command.p2)
        guard offset < bytes.count else { return ResponseAPDU(status: .wrongP1P2) }
        return ResponseAPDU(data: Array(bytes[offset...].prefix(command.ne ?? 0)), status: .ok)
    }
}

/// Stands where a security module is asked for and nobody checks its answers.
private final class KeylessModule: SecurityModule {
    let keyVersion: UInt8
    private let length: Int

    init(keyVersion: UInt8, _ length: Int) {
        self.keyVersion = keyVersion
        self.length = length
    }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        [UInt8](repeating: 0, count: length)
    }

    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        throw .notSupported(.protectCommands)
    }
}
