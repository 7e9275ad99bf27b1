import CHealthCardHeader
import Glibc

/// What hospital programs call, for whoever has to find out why one of them fails: the function, the shapes of its
/// arguments, how long it took, its code, and why in words. Names, numbers, PINs and other contents are never in it.
struct CallLog: Sendable {
    enum Level: String, CaseIterable, Sendable {
        /// Calls that do not return 0.
        case errors
        /// Every call.
        case calls
        /// Also what happens within: readers that are connected, sessions that begin anew.
        case details

        /// All of them, in words.
        static let names = allCases.map(\.rawValue).joined(separator: ", ")
    }

    let level: Level
    private let write: @Sendable (String) -> Void

    init(_ level: Level, write: @escaping @Sendable (String) -> Void) {
        self.level = level
        self.write = write
    }

    /// - Parameters:
    ///   - place: `syslog`, or the path of a file, which is made when it is not there; anything but a regular file of that
    ///     name is left alone, and the system's log is told so.
    ///   - level: nil for `calls`.
    init(to place: String, _ level: Level?) {
        self.init(level ?? .calls) { line in
            if let call = DistantCall.current { return call.logged(line, at: place) }
            guard place == "syslog" || !Self.append(line, to: place) else { return }
            Self.send(place == "syslog" ? line : "the log file cannot be written: \(line)")
        }
    }

    /// The log the environment asks for: `HEALTHCARD_LOG`, `HEALTHCARD_LOG_LEVEL`. With a level that is none no device
    /// opens, and this log is told why.
    static func named(_ environment: [String: String]) -> CallLog? {
        guard let place = environment["HEALTHCARD_LOG"], !place.isEmpty else { return nil }
        return CallLog(to: place, environment["HEALTHCARD_LOG_LEVEL"].flatMap(Level.init(rawValue:)))
    }

    // MARK: Lines

    /// One call that has ended.
    func call(
        _ function: String, handle: HANDLE?, _ arguments: [String], took duration: Duration, _ code: ReturnCode?,
        returned: Int32
    ) {
        guard level != .errors || code != nil else { return }
        var words = ["call=\(Self.name(of: function))", "handle=\(handle.map { "\($0)" } ?? "NULL")"]
        if !arguments.isEmpty { words.append("arguments=\"\(arguments.joined(separator: ", "))\"") }
        words.append("ms=\(Self.milliseconds(duration))")
        words.append("code=\(returned)")
        if let code { words.append("\(code.name) why=\"\(code.explanation.replacing("\"", with: "'"))\"") }
        line(words.joined(separator: " "))
    }

    /// What happens within a call.
    func detail(_ text: @autoclosure () -> String) {
        guard level == .details else { return }
        line("detail=\"\(text().replacing("\"", with: "'"))\"")
    }

    private func line(_ text: String) {
        let visible = String(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
        write("\(Self.now()) pid=\(DistantCall.current?.caller.process ?? getpid()) \(visible)")
    }

    /// `2026-10-08T01:02:03.456Z`
    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var date = tm()
        gmtime_r(&time.tv_sec, &date)
        func digits(_ number: some BinaryInteger, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let day = "\(digits(date.tm_year + 1900, 4))-\(digits(date.tm_mon + 1, 2))-\(digits(date.tm_mday, 2))"
        let clock = "\(digits(date.tm_hour, 2)):\(digits(date.tm_min, 2)):\(digits(date.tm_sec, 2))"
        return "\(day)T\(clock).\(digits(time.tv_nsec / 1_000_000, 3))Z"
    }

    /// `iR_DDF1EF06Info` of `iR_DDF1EF06Info(_:_:_:_:_:_:)`.
    static func name(of function: String) -> Substring { function.prefix { $0 != "(" } }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(1) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: Where they go

    /// Opened for each line: a log that is rotated goes on in the new file.
    private static func append(_ line: String, to path: String) -> Bool {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        guard status.st_size == 0 || isLog(descriptor) else { return false }
        let bytes = Array((line + "\n").utf8)
        // At once, so that the lines of several processes do not mix.
        return bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count
    }

    /// Whether a file begins as this log does: `2026-10-08T01:02:03.456Z pid=`. Nothing else is written into.
    private static func isLog(_ descriptor: CInt) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let words = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        return words.count > 1 && words[0].count == 24 && words[0].last == UInt8(ascii: "Z")
            && words[1].starts(with: Array("pid=".utf8))
    }

    private static func send(_ line: String) {
        line.withCString { text in withVaList([text]) { vsyslog(LOG_INFO | LOG_USER, "healthcard: %s", $0) } }
    }
}

/// The shapes of arguments: how many, how long, where; never what.
enum Shape {
    static func outputs(_ buffers: [CText?]) -> String {
        let count = buffers.count { $0 != nil }
        return count == buffers.count ? "\(count) outputs" : "\(count) outputs of \(buffers.count)"
    }

    /// The bytes of each text; `-` for NULL.
    static func inputs(_ texts: [CText?]) -> String {
        let lengths = texts.map { text in
            text.map { "\(CallerMemory.readable($0, atMost: longest).prefix { $0 != 0 }.count)" } ?? "-"
        }
        return "texts of \(lengths.joined(separator: " ")) bytes"
    }

    static func pointer(_ name: String, _ pointer: UnsafeRawPointer?) -> String {
        pointer == nil ? "\(name) NULL" : name
    }

    private static let longest = 4096
}
