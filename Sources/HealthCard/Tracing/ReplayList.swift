/// What `trace replay FILE` runs of the command a trace names. The file may be anybody's, so nothing runs that is not on this
/// list, by command and by option: commands that only read, list, verify or show a card, and options that name no file.
public enum ReplayList {
    /// A value an option may have.
    enum Value: Sendable, Hashable {
        /// One of these words.
        case words(Set<String>)
        /// Letters, digits and `- _ , . : +`, nothing that can be a path.
        case name
        /// Digits, a point among them at most.
        case number
        /// `YYYY-MM-DD`
        case date
    }

    /// One command: what may follow its name, in any order.
    struct Command: Sendable, Hashable {
        let flags: Set<String>
        let options: [String: Value]
        /// How many arguments that are not options, all numbers of records.
        let numbers: ClosedRange<Int>
    }

    private static let reader: [String: Value] = ["--reader": .name, "-r": .name, "--wait": .number]
    private static let profile: [String: Value] = ["--profile": .name, "--overlay": .name]
    private static let sam: [String: Value] = ["--sam": .name]
    private static let kinds: Set = ["--inpatient", "--outpatient"]

    /// By the words of the command.
    static let commands: [[String]: Command] = {
        let card = reader.merging(profile) { one, _ in one }
        let both = card.merging(sam) { one, _ in one }
        let samOnly = profile.merging(sam) { one, _ in one }
        return [
            ["read"]: Command(
                flags: ["--json", "--no-visits", "--stats"],
                options: both.merging([
                    "--format": .words(["text", "json", "fhir"]), "--keys": .words(["test"]), "--sections": .name,
                ]) { one, _ in one }, numbers: 0...0),
            ["inspect"]: Command(flags: ["--json"], options: card, numbers: 0...0),
            ["visit", "list"]: Command(flags: kinds.union(["--json"]), options: both, numbers: 0...0),
            ["visit", "show"]: Command(
                flags: kinds.union(["--json", "--concatenated"]), options: both, numbers: 1...1),
            ["visit", "verify"]: Command(
                flags: kinds.union(["--json"]), options: both.merging(["--at": .date]) { one, _ in one },
                numbers: 0...1),
            ["sam", "info"]: Command(flags: ["--json"], options: samOnly, numbers: 0...0),
            ["sam", "pin"]: Command(flags: ["--json"], options: samOnly, numbers: 0...0),
        ]
    }()

    /// Names of the commands on the list: `visit list`.
    public static var names: [String] { commands.keys.map { $0.joined(separator: " ") }.sorted() }

    /// What of a command line is not on the list; nil: all of it is.
    public enum Problem: Sendable, Hashable {
        /// No command that is on the list.
        case command
        /// An option, or an argument, that the command may not have here.
        case argument(String)
        /// A value that the option may not have here.
        case value(option: String)
    }

    public static func problem(of arguments: [String]) -> Problem? {
        let words = (1...2).compactMap { count in commands[Array(arguments.prefix(count))].map { (count, $0) } }
        guard let (count, command) = words.first else { return .command }
        var rest = arguments.dropFirst(count)
        var numbers = 0
        while let argument = rest.popFirst() {
            if command.flags.contains(argument) { continue }
            let name: String
            let value: String?
            if argument.hasPrefix("--"), let sign = argument.firstIndex(of: "=") {
                name = String(argument[..<sign])
                value = String(argument[argument.index(after: sign)...])
            } else {
                name = argument
                value = nil
            }
            if let allowed = command.options[name] {
                guard let value = value ?? rest.popFirst(), isValue(value, allowed) else { return .value(option: name) }
                continue
            }
            numbers += 1
            guard numbers <= command.numbers.upperBound, isValue(argument, .number) else { return .argument(argument) }
        }
        return numbers < command.numbers.lowerBound ? .command : nil
    }

    private static func isValue(_ text: String, _ kind: Value) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...200).contains(bytes.count) else { return false }
        switch kind {
        case .words(let words): return words.contains { $0.utf8.elementsEqual(bytes) }
        case .number: return bytes.count <= 12 && bytes.allSatisfy { isDigit($0) || $0 == 0x2E } && isDigit(bytes[0])
        case .date:
            return bytes.count == 10
                && bytes.enumerated().allSatisfy { $0 == 4 || $0 == 7 ? $1 == 0x2D : isDigit($1) }
        case .name:
            // A name that ends so is taken for a file.
            guard !text.lowercased().hasSuffix(".yaml"), isDigit(bytes[0]) || isLetter(bytes[0]) else { return false }
            return bytes.allSatisfy {
                isDigit($0) || isLetter($0) || "-_,.:+ ()[]".utf8.contains($0)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    /// A command line as a person may read it: quoted where a shell would need it, what cannot be seen by its number.
    public static func shown(_ arguments: [String]) -> String {
        let shown = arguments.prefix(64).map { argument -> String in
            let isPlain =
                !argument.isEmpty
                && argument.utf8.allSatisfy { isDigit($0) || isLetter($0) || "-_,.:+=/@%".utf8.contains($0) }
            if isPlain { return String(argument.prefix(200)) }
            var text = ""
            for scalar in argument.unicodeScalars.prefix(200) {
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                    text += "\\u{\(String(scalar.value, radix: 16))}"
                default: text.unicodeScalars.append(scalar)
                }
            }
            return "'\(text.replacing("'", with: "'\\''"))'"
        }
        return shown.joined(separator: " ") + (arguments.count > 64 ? " …" : "")
    }
}
