import CYAML

/// Why a file is not the YAML of a profile. Lines are counted from 1.
enum YAMLFlaw: Error {
    /// In libyaml's words.
    case notYAML(String, line: Int)
    case twice(String, line: Int)
    case keyIsNoName(line: Int)
    case tooManyEntries(line: Int)
    case alias(line: Int)
    case noMemory
}

/// The one document of a YAML text, as libyaml's events tell it.
///
/// Depth is bounded by whoever asks (``YAMLReading``). Tags are passed over: a scalar is its text.
/// A class, because libyaml's parser keeps its own address.
final class YAMLEvents {
    private var parser = yaml_parser_t()
    private var event = yaml_event_t()
    private let file: String
    /// What no profile has, by how early it stands: told where the whole text is YAML.
    private var foreign: (order: Int, flaw: YAMLFlaw)?
    /// Values that were begun.
    private var begun = 0

    /// - Parameter bytes: UTF-8.
    /// - Returns: nil for a text without a document.
    static func document(_ bytes: [UInt8], file: String) throws(YAMLFlaw) -> ProfileNode? {
        let result: Result<ProfileNode?, YAMLFlaw> = bytes.withUnsafeBufferPointer { buffer in
            do throws(YAMLFlaw) {
                let events = try YAMLEvents(file: file)
                yaml_parser_set_encoding(&events.parser, YAML_UTF8_ENCODING)
                yaml_parser_set_input_string(&events.parser, buffer.baseAddress, buffer.count)
                return .success(try events.document(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(file: String) throws(YAMLFlaw) {
        self.file = file
        guard yaml_parser_initialize(&parser) == 1 else { throw .noMemory }
    }

    deinit {
        yaml_event_delete(&event)
        yaml_parser_delete(&parser)
    }

    private func document(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLFlaw) -> ProfileNode? {
        // The stream begins.
        try next(text)
        guard try next(text) != YAML_STREAM_END_EVENT else { return nil }
        try next(text)
        let root = try node(text)
        // The document ends.
        try next(text)
        guard try next(text) == YAML_STREAM_END_EVENT else {
            throw .notYAML("but found another document", line: line)
        }
        if let foreign { throw foreign.flaw }
        return root
    }

    /// Where the event begins.
    private var line: Int { event.start_mark.line + 1 }

    @discardableResult
    private func next(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLFlaw) -> yaml_event_type_t {
        yaml_event_delete(&event)
        guard yaml_parser_parse(&parser, &event) == 1 else {
            // Nothing of the event is there to be given back.
            event = yaml_event_t()
            throw flaw(text)
        }
        return event.type
    }

    private func flaw(_ text: UnsafeBufferPointer<UInt8>) -> YAMLFlaw {
        let problem = parser.problem.map { String(cString: $0) } ?? ""
        switch parser.error {
        case YAML_READER_ERROR:
            let before = text.prefix(parser.problem_offset)
            return .notYAML(problem, line: before.count { $0 == 0x0A } + 1)
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR: return .notYAML(problem, line: parser.problem_mark.line + 1)
        default: return .noMemory
        }
    }

    /// The value whose event has come, with all that is in it.
    private func node(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLFlaw) -> ProfileNode {
        begun += 1
        let order = begun
        let line = line
        let location = ProfileLocation(file: file, line: line)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return ProfileNode(
                content: .scalar(value, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), location: location)
        case YAML_SEQUENCE_START_EVENT:
            var elements: [ProfileNode] = []
            while try next(text) != YAML_SEQUENCE_END_EVENT { elements.append(try node(text)) }
            return ProfileNode(content: .sequence(elements), location: location)
        case YAML_MAPPING_START_EVENT:
            let entries = try entries(text)
            if entries.count > YAMLReading.maximumEntries { note(.tooManyEntries(line: line), order) }
            return ProfileNode(content: .mapping(entries), location: location)
        default:
            note(.alias(line: line), order)
            return ProfileNode(content: .sequence([]), location: location)
        }
    }

    private func entries(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLFlaw) -> [ProfileNode.Entry] {
        var entries: [ProfileNode.Entry] = []
        while try next(text) != YAML_MAPPING_END_EVENT {
            let order = begun + 1
            let key = try node(text)
            try next(text)
            let value = try node(text)
            if case .scalar(let name, _) = key.content {
                entries.append(ProfileNode.Entry(key: name, location: key.location, value: value))
            } else {
                note(.keyIsNoName(line: key.location.line), order)
            }
        }
        try checkNames(entries)
        return entries
    }

    /// Of several names that are there twice the first by the alphabet is told, where it stands first.
    private func checkNames(_ entries: [ProfileNode.Entry]) throws(YAMLFlaw) {
        var lines: [String: Int] = [:]
        lines.reserveCapacity(entries.count)
        var twice: String?
        for entry in entries {
            if lines[entry.key] == nil {
                lines[entry.key] = entry.location.line
            } else if twice.map({ entry.key < $0 }) ?? true {
                twice = entry.key
            }
        }
        if let twice { throw .twice(twice, line: lines[twice] ?? 0) }
    }

    private func note(_ flaw: YAMLFlaw, _ order: Int) {
        if foreign.map({ order < $0.order }) ?? true { foreign = (order, flaw) }
    }
}
