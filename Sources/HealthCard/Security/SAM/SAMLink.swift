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

    /// The whole content of a file the profile names; read once.
    func file(_ name: String) throws(SAMError) -> [UInt8] {
        if let known = contents[name] { return known }
        guard let file = profile.sam.file(name) else { throw .noSuchFile(name) }
        try enter(file.directory)
        let longest = profile.capabilities.maximumResponseData
        var content: [UInt8] = []
        while content.count < file.size {
            let wanted = min(file.size - content.count, longest)
            // The short identifier makes the file the current one.
            let command =
                content.isEmpty
                ? CommandAPDU.readBinary(file.sfi, ne: wanted)
                : CommandAPDU.readBinary(offset: content.count, ne: wanted)
            guard let command else { throw .noSuchFile(name) }
            let answer = try send(command)
            guard answer.status.isSuccess || answer.status == .endOfFile else {
                throw SAMError(answer.status, command.header)
            }
            guard answer.data.count == wanted else {
                throw .malformed(
                    "file \(file.fileIdentifier) gives \(answer.data.count) of \(wanted) bytes", command.header)
            }
            content += answer.data
        }
        contents[name] = content
        return content
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
