import Files

/// The readers that a file declares (`Docs/readers.md`).
public struct ReaderFile: Sendable, Hashable {
    public let readers: [ConfiguredReader]

    public static let variable = "HEALTHCARD_READERS_FILE"
    private static let longestFile = 1 << 16
    private static let mostReaders = 16

    /// The file in force: `HEALTHCARD_READERS_FILE`, else `healthcard/readers.conf` of the user, else of `/etc`. Without
    /// one there are no such readers.
    ///
    /// - Throws: ``ReaderFileError`` for a file that cannot be read or understood.
    public static func found(
        environment: [String: String] = ProcessEnvironment.all
    ) throws(ReaderFileError) -> ReaderFile {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = value(variable) {
            // The usual way to say that there is none.
            guard path != "/dev/null" else { return ReaderFile(readers: []) }
            guard let file = try read(path) else { throw ReaderFileError(path, 0, .missing) }
            return file
        }
        let home = value("XDG_CONFIG_HOME") ?? value("HOME").map { $0 + "/.config" }
        for folder in [home, "/etc"].compactMap({ $0 }) {
            if let file = try read(folder + "/healthcard/readers.conf") { return file }
        }
        return ReaderFile(readers: [])
    }

    init(readers: [ConfiguredReader]) { self.readers = readers }

    /// Nil when there is no such file.
    private static func read(_ path: String) throws(ReaderFileError) -> ReaderFile? {
        let bytes: [UInt8]?
        do { bytes = try InputFile.contentsIfThere(of: path, atMost: longestFile) } catch {
            throw ReaderFileError(path, 0, .unreadable(error))
        }
        guard let bytes else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ReaderFileError(path, 0, .notText) }
        return try ReaderFile(text, path: path)
    }

    /// Sections `[name of the reader]` with lines `family = …`, `library = …`, `port = …`, `baud = …`, `slot = …`; empty
    /// lines and those that begin with `#` say nothing.
    ///
    /// - Throws: the first line that is wrong.
    public init(_ text: String, path: String) throws(ReaderFileError) {
        var readers: [ConfiguredReader] = []
        var section: Section?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let line = Self.trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do throws(ReaderFileError.Problem) {
                if line.hasPrefix("[") {
                    if let section { readers.append(try section.reader()) }
                    let name = try Self.name(of: line, among: readers)
                    guard readers.count < Self.mostReaders else { throw .tooMany(most: Self.mostReaders) }
                    section = Section(name: name, line: number)
                } else {
                    guard section != nil else { throw .noSection }
                    try section?.take(line)
                }
            } catch { throw ReaderFileError(path, number, error) }
        }
        if let section {
            do throws(ReaderFileError.Problem) { readers.append(try section.reader()) } catch {
                throw ReaderFileError(path, section.line, error)
            }
        }
        self.readers = readers
    }

    private static func trimmed(_ text: Substring) -> String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "\t" || scalar == "\r" || scalar.properties.generalCategory == .spaceSeparator
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    private static func name(
        of line: String, among readers: [ConfiguredReader]
    ) throws(ReaderFileError.Problem) -> String {
        guard line.hasSuffix("]") else { throw .notASetting }
        let name = trimmed(line.dropFirst().dropLast())
        guard (1...100).contains(name.utf8.count),
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .badName }
        guard !readers.contains(where: { $0.name == name }) else { throw .nameTwice(name) }
        return name
    }

    /// The lines of one reader.
    private struct Section {
        let name: String
        let line: Int
        private var values: [String: String] = [:]

        init(name: String, line: Int) {
            self.name = name
            self.line = line
        }

        private static let settings = ["family", "library", "port", "baud", "slot"]

        mutating func take(_ line: String) throws(ReaderFileError.Problem) {
            let parts = line.split(separator: "=", maxSplits: 1).map(ReaderFile.trimmed)
            guard parts.count == 2, !parts[1].isEmpty else { throw .notASetting }
            guard Self.settings.contains(parts[0]) else { throw .unknownSetting(parts[0]) }
            guard values.updateValue(parts[1], forKey: parts[0]) == nil else { throw .settingTwice(parts[0]) }
            // Said where it stands, not at the end of the section.
            _ = try reader(isWhole: false)
        }

        func reader() throws(ReaderFileError.Problem) -> ConfiguredReader {
            guard let reader = try reader(isWhole: true) else { throw .lacking("library") }
            return reader
        }

        private func reader(isWhole: Bool) throws(ReaderFileError.Problem) -> ConfiguredReader? {
            var family: ReaderFamily?
            if let word = values["family"] {
                guard let known = ReaderFamily(rawValue: word) else { throw .badFamily(word) }
                family = known
            } else if isWhole {
                throw .lacking("family")
            }
            if let path = values["library"] {
                guard path.hasPrefix("/"), !path.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
                    throw .badLibrary
                }
            } else if isWhole {
                throw .lacking("library")
            }
            var baud: Int32 = 115_200
            if let word = values["baud"] {
                guard let number = Int32(word), (300...4_000_000).contains(number) else { throw .badBaud }
                baud = number
            }
            let slot = try values["slot"].map { word throws(ReaderFileError.Problem) in try Self.slot(word) }
            guard let family else { return nil }
            if let port = values["port"] { try Self.check(port: port, family) }
            guard let library = values["library"] else { return nil }
            return ConfiguredReader(
                name: name, family: family, library: library, port: values["port"], baud: baud, slot: slot)
        }

        /// 0-255, `0x` before hexadecimal digits.
        private static func slot(_ word: String) throws(ReaderFileError.Problem) -> UInt8 {
            let isHexadecimal = word.lowercased().hasPrefix("0x")
            guard let slot = isHexadecimal ? UInt8(word.dropFirst(2), radix: 16) : UInt8(word) else { throw .badSlot }
            return slot
        }

        private static func check(port: String, _ family: ReaderFamily) throws(ReaderFileError.Problem) {
            switch family {
            case .decard: guard let number = Int16(port), number >= 0 else { throw .badPort(family) }
            case .huada:
                guard port.utf8.count <= 32, port.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    throw .badPort(family)
                }
            }
        }
    }
}
