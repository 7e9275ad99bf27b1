import CardProfiles
import HealthCard
import ISO7816

/// A card in front of another: it refuses what a maker's operating system refuses and passes on the rest.
final class MakersCard: CardChannel {
    struct Quirks {
        enum Length {
            case any
            /// Another Le than the answer's length is refused, with 6Cxx or with 6700.
            case exact(tells: Bool)
            /// 00 alone.
            case zero
        }

        var length = Length.any
        /// READ BINARY and UPDATE BINARY take no more; nil for no limit.
        var block: Int?
        /// What a READ BINARY that wants more is answered; nil for as many bytes as there may be.
        var blockRefusal: StatusWord? = .wrongLength
        var multiRecord = true
        var numbers = true
        var tags = true
        var shortIdentifiers = true
        /// What a short identifier is answered.
        var identifierRefusal = StatusWord.incorrectP1P2
        var extended = true
        var names = true
        /// From a directory below the first one, only the MF can be selected by its identifier.
        var onlyThroughMaster = false
        /// The first directory is selected by its name alone.
        var firstOnlyByName = false
        /// The cyclic files alone lack multi-record reading.
        var multiRecordInCyclic = true
    }

    let inner: any CardChannel
    let profile: CardProfile
    var quirks: Quirks
    private(set) var log: [CommandAPDU] = []
    /// Commands that were refused.
    private(set) var refused: [CommandAPDU] = []
    private var directory = "MF"
    private var file: FileDefinition?

    init(_ inner: any CardChannel, _ profile: CardProfile, _ change: (inout Quirks) -> Void = { _ in }) {
        self.inner = inner
        self.profile = profile
        quirks = Quirks()
        change(&quirks)
    }

    var answerToReset: [UInt8] { inner.answerToReset }
    var transmissionProtocol: TransmissionProtocol { inner.transmissionProtocol }

    func reset() throws(ChannelError) -> [UInt8] {
        (directory, file, log, refused) = ("MF", nil, [], [])
        return try inner.reset()
    }

    func transmit(_ bytes: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let command = try? CommandAPDU(bytes) else { return StatusWord.wrongLength.bytes }
        log.append(command)
        let answer = try answer(command, bytes)
        let status = StatusWord(answer[answer.count - 2], answer[answer.count - 1])
        if !status.isSuccess, status.remaining == nil { refused.append(command) }
        return answer
    }

    private func answer(_ command: CommandAPDU, _ bytes: [UInt8]) throws(ChannelError) -> [UInt8] {
        if !quirks.extended, bytes.count > 5, bytes[4] == 0 { return StatusWord.wrongLength.bytes }
        var target: String?
        if command.ins == 0xA4 {
            let found = profile.directories.first {
                command.p1 == 4 ? $0.dfName == command.data : $0.fileIdentifier.bytes == command.data
            }
            if let found, let refusal = refusal(of: found, command) { return refusal.bytes }
            target = found?.name
        }
        if [0xB2, 0xB0, 0xD6].contains(command.ins), let refusal = try formRefusal(command) { return refusal.bytes }
        var answer = try inner.transmit(bytes)
        guard answer.suffix(2) == [0x90, 0x00] || answer.suffix(2).first == 0x62 else { return answer }
        if let target {
            (directory, file) = (target, nil)
        } else if command.ins == 0xA4 {
            file = profile.files.first {
                $0.directory == directory && $0.fileIdentifier.bytes == command.data
            }
        }
        if let block = quirks.block, command.ins == 0xB0, answer.count - 2 > block {
            guard let refusal = quirks.blockRefusal else {
                answer = Array(answer.prefix(block)) + [0x90, 0x00]
                return answer
            }
            return refusal.bytes
        }
        guard [0xB2, 0xB0].contains(command.ins), case .exact(let tells) = quirks.length,
            command.ne != answer.count - 2
        else { return answer }
        return tells ? StatusWord.correctLength(answer.count - 2).bytes : StatusWord.wrongLength.bytes
    }

    private func refusal(of directory: DirectoryDefinition, _ select: CommandAPDU) -> StatusWord? {
        if select.p1 == 4, !quirks.names { return .functionNotSupported }
        guard directory.parent != nil else { return nil }
        let isBelow = self.directory != "MF" && profile.directory(self.directory)?.parent != "MF"
        if quirks.onlyThroughMaster, isBelow { return .fileNotFound }
        let isFirst = directory.parent == "MF"
        return quirks.firstOnlyByName && isFirst && select.p1 == 0 ? .fileNotFound : nil
    }

    private func formRefusal(_ command: CommandAPDU) throws(ChannelError) -> StatusWord? {
        let isRecord = command.ins == 0xB2
        let sfi = isRecord ? command.p2 >> 3 : command.p1 & 0x80 == 0 ? 0 : command.p1 & 0x1F
        if sfi != 0 {
            guard quirks.shortIdentifiers else { return quirks.identifierRefusal }
            file = profile.files.first { $0.directory == directory && $0.sfi.rawValue == sfi }
        }
        if case .zero = quirks.length, command.ins != 0xD6, command.ne != 256 { return .wrongLength }
        if command.ins == 0xD6, let block = quirks.block, command.data.count > block { return .wrongLength }
        guard isRecord else { return nil }
        let hasTags = file?.structure.kind == .linearVariableTLV
        switch command.p2 & 7 {
        case 4 where hasTags && !quirks.numbers: return .recordNotFound
        case 5 where !quirks.multiRecord || file?.structure.kind == .cyclic && !quirks.multiRecordInCyclic:
            return .incorrectP1P2
        case 0 where !quirks.tags: return .incorrectP1P2
        default: return nil
        }
    }
}
