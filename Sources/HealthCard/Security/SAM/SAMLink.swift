import CardProfiles
import ISO7816

/// The way to a SAM: its current directory, its files, and its answers with this module's errors.
final class SAMLink {
    let channel: CountingChannel
    private let profile: CardProfile
    private enum Place: Equatable {
        case unknown
        /// nil is the master file.
        case directory(FileIdentifier?)
    }
    private var place = Place.unknown
    private var knowsShortIdentifiers = true
    private var contents: [String: [UInt8]] = [:]

    init(_ channel: any CardChannel, profile: CardProfile) {
        self.channel = CountingChannel(channel)
        self.profile = profile
    }

    /// Selects the master file (nil) or a directory below it, unless it is the current one.
    func enter(_ directory: FileIdentifier?) throws(SAMError) {
        guard place != .directory(directory) else { return }
        if directory != nil { try enter(nil) }
        let command = CommandAPDU.select(file: directory ?? .masterFile)
        let answer = try send(command)
        guard answer.status.isSuccess else {
            place = .unknown
            throw SAMError(answer.status, command.header)
        }
        place = .directory(directory)
    }

    /// A directory below the master file is current.
    var isBelowMaster: Bool { place != .unknown && place != .directory(nil) }

    /// The next command is sent where it belongs, whatever is current.
    func forgetDirectory() { place = .unknown }

    /// The whole content of a file the profile names; read once.
    func file(_ name: String) throws(SAMError) -> [UInt8] {
        if let known = contents[name] { return known }
        guard let file = profile.sam.file(name) else { throw .noSuchFile(name) }
        try enter(file.directory)
        let longest = profile.capabilities.maximumResponseData
        var content: [UInt8] = []
        while content.count < file.size {
            let wanted = min(file.size - content.count, longest)
            let (answer, header) = try block(of: file, at: content.count, wanted)
            guard answer.status.isSuccess || answer.status == .endOfFile else { throw SAMError(answer.status, header) }
            // Blocks may be smaller than asked for; an end before the end is none.
            let isPart = !answer.data.isEmpty && answer.data.count < wanted && answer.status.isSuccess
            guard answer.data.count == wanted || isPart else {
                throw .malformed(
                    .file("\(file.fileIdentifier)", bytes: answer.data.count, expected: wanted), header)
            }
            content += answer.data
        }
        contents[name] = content
        return content
    }

    /// READ BINARY. At the start of a file its short identifier makes it the current one, or SELECT where the SAM knows
    /// no short identifiers.
    private func block(
        of file: SAMFile, at offset: Int, _ count: Int
    ) throws(SAMError) -> (ResponseAPDU, CommandHeader) {
        guard let current = CommandAPDU.readBinary(offset: offset, ne: count) else { throw .noSuchFile(file.name) }
        guard offset == 0 else { return (try send(current), current.header) }
        let select = CommandAPDU.select(file: file.fileIdentifier)
        guard knowsShortIdentifiers else {
            let selected = try send(select)
            guard selected.status.isSuccess else { return (selected, select.header) }
            return (try send(current), current.header)
        }
        let direct = CommandAPDU.readBinary(file.sfi, ne: count)
        let answer = try send(direct)
        guard CardHabits.formRefusals.contains(answer.status), try send(select).status.isSuccess else {
            return (answer, direct.header)
        }
        let second = try send(current)
        if second.status.isSuccess { knowsShortIdentifiers = false }
        return (second, current.header)
    }

    /// A file, field by field.
    func fields(_ name: String) throws(SAMError) -> SAMFields {
        let content = try file(name)
        guard let file = profile.sam.file(name) else { throw .noSuchFile(name) }
        return SAMFields(file, content)
    }

    /// Any status word is a result. After a failure the current directory is not taken for known.
    func send(_ command: CommandAPDU, options: TransmitOptions = .default) throws(SAMError) -> ResponseAPDU {
        do {
            return try channel.send(command, options: options)
        } catch {
            place = .unknown
            throw SAMError(error)
        }
    }
}
