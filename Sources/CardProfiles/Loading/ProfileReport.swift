import Messages

/// What loading a profile gathers: problems, the lines of the canonical form, and where each entry was written.
final class ProfileReport {
    /// More than so many problems are one problem.
    static let maximumProblems = 500
    private(set) var problems: [ProfileProblem] = []
    private var known: Set<ProfileProblem> = []
    private var lines: [(path: String, value: String)] = []
    private var locations: [String: ProfileLocation] = [:]
    /// Files in the order they were given, so that problems come in reading order.
    private let files: [String]
    /// Only problems are gathered: of sources that have none.
    let isSilent: Bool

    init(files: [String], isSilent: Bool = false) {
        self.files = files
        self.isSilent = isSilent
    }

    func add(_ english: English, _ chinese: Chinese, at location: ProfileLocation) {
        add(ProfileProblem(file: location.file, line: location.line, AnyMessage(english, chinese)))
    }

    func add(_ problem: ProfileProblem) {
        guard problems.count < Self.maximumProblems, known.insert(problem).inserted else { return }
        problems.append(problem)
    }

    /// A problem of the entry at `path`, or of the nearest one above it that was written.
    func add(_ english: English, _ chinese: Chinese, at path: String) {
        add(english, chinese, at: location(of: path))
    }

    func location(of path: String) -> ProfileLocation {
        var path = Substring(path)
        while true {
            if let location = locations[String(path)] { return location }
            guard let dot = path.lastIndex(of: ".") else { break }
            path = path[..<dot]
        }
        return locations[""] ?? ProfileLocation(file: files.first ?? "", line: 0)
    }

    func note(_ path: @autoclosure () -> String, at location: ProfileLocation) {
        if !isSilent { locations[path()] = location }
    }

    func record(_ path: @autoclosure () -> String, _ value: @autoclosure () -> String) {
        if !isSilent { lines.append((path(), value())) }
    }

    /// A line `path=value` for everything said, sorted by the bytes of the path; `\` and line ends in a value are
    /// written `\\` and `\n`.
    func canonicalForm() -> String {
        lines.sort { $0.path < $1.path }
        var text = ""
        text.reserveCapacity(lines.count * 48)
        for line in lines {
            text += line.path
            text += "="
            if line.value.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x0D }) {
                for scalar in line.value.unicodeScalars {
                    switch scalar {
                    case "\\": text += "\\\\"
                    case "\n": text += "\\n"
                    case "\r": text += "\\r"
                    default: text.unicodeScalars.append(scalar)
                    }
                }
            } else {
                text += line.value
            }
            text += "\n"
        }
        return text
    }

    /// Throws when anything is wrong.
    func finish() throws(ProfileError) {
        guard !problems.isEmpty else { return }
        let order = Dictionary(files.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        throw ProfileError(
            problems.enumerated().sorted { a, b in
                let left = (order[a.element.file] ?? files.count, a.element.line, a.offset)
                let right = (order[b.element.file] ?? files.count, b.element.line, b.offset)
                return left < right
            }.map(\.element))
    }
}
