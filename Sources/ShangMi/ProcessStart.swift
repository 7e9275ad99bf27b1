import CLinux
import COpenSSL
import Glibc
import Messages

/// Why this process must not be given keys of formal production (`Docs/keys.md §5`): something may look into it, or what
/// runs in it is not the program alone.
public enum ProcessObjection: AdvisedError, Hashable {
    /// When it was started, any process of the same user could look into it: what opened its memory then reads it still.
    case dumpable
    /// Another process traces it; its id.
    case traced(by: Int)
    /// A variable gave the loader or the allocator orders.
    case loaderVariable(String)
    /// Code runs here that lies in no file; where, as the system calls it.
    case codeWithoutFile(String)
    /// Code runs here out of a file that whoever started the process may change.
    case changeableCode(String)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case dumpable, traced, loaderVariable, codeWithoutFile, changeableCode
    }

    public static let domain = "process"
    public var kind: ErrorKind { .notAllowed }

    public var code: Code {
        switch self {
        case .dumpable: .dumpable
        case .traced: .traced
        case .loaderVariable: .loaderVariable
        case .codeWithoutFile: .codeWithoutFile
        case .changeableCode: .changeableCode
        }
    }
}

/// How this process was started, and what runs in it.
public enum ProcessStart {
    /// Whether the program has rights that its user has not, so that the loader takes no orders from the environment.
    public static var isPrivileged: Bool { start?.is_secure != 0 }

    private static var start: healthcard_process_start? { healthcard_process_start()?.pointee }

    /// To be called before anything else in a program: takes out of the environment what could make a library load code,
    /// and lays the group of the installation aside, so that whatever is opened, made or started is the user's own. In a
    /// portable folder, character sets are converted by what lies there.
    public static func settle() {
        guard let start, start.is_secure != 0 else { return PortableFolder.useConverters() }
        healthcard_scrub_environment()
        healthcard_load_no_engines()
        if start.effective_group != start.real_group { _ = setegid(start.real_group) }
    }

    /// What speaks against giving this process keys, worst first.
    public static func objections() -> [ProcessObjection] {
        guard let start else { return [.dumpable] }
        var objections: [ProcessObjection] = []
        let variable = withUnsafeBytes(of: start.loader_variable) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !variable.isEmpty { objections.append(.loaderVariable(variable)) }
        for tracer in [start.tracer, healthcard_tracer()] where tracer > 0 {
            objections.append(.traced(by: Int(tracer)))
            break
        }
        if start.dumpable == 1 || start.dumpable < 0 { objections.append(.dumpable) }
        return objections + foreignCode()
    }

    /// The file by which this program is started again; nil where it cannot be told. In a portable folder
    /// (`Docs/packages.md`) it is not the file that the system says was started.
    public static var program: String? { PortableFolder.current?.launcher ?? PortableFolder.started }

    // MARK: What is mapped

    /// Code that is in no file, or in one that the user may change.
    private static func foreignCode() -> [ProcessObjection] {
        guard let maps = contents(of: "/proc/self/maps") else { return [.codeWithoutFile("unknown")] }
        return objections(toMaps: maps, user: getuid()) { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return (owner: status.st_uid, isWritable: access(path, W_OK) == 0)
        }
    }

    /// - Parameters:
    ///   - maps: as of `/proc/PID/maps`.
    ///   - look: the owner of a file and whether this user may write it; nil where it is not there.
    static func objections(
        toMaps maps: String, user: uid_t, look: (String) -> (owner: uid_t, isWritable: Bool)?
    ) -> [ProcessObjection] {
        var objections: [ProcessObjection] = []
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard words.count >= 5, words[1].contains("x") else { continue }
            let path = words.count > 5 ? String(words[5].drop { $0 == " " }) : ""
            if ["[vdso]", "[vsyscall]"].contains(path) { continue }
            let isFile = path.hasPrefix("/") && !path.hasSuffix(" (deleted)") && !path.hasPrefix("/memfd:")
            let objection: ProcessObjection
            if !isFile {
                objection = .codeWithoutFile(path.isEmpty ? "anonymous" : path)
            } else if user != 0, let file = look(path), file.owner == user || file.isWritable {
                objection = .changeableCode(path)
            } else {
                continue
            }
            if !objections.contains(objection) { objections.append(objection) }
        }
        return objections
    }

    /// A file of /proc: it has no size, and comes in pieces.
    static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, text.count < 1 << 24 else { return nil }
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += piece[..<count]
        }
    }
}

/// The group whose files the installed program may read, and nobody who starts it (`Docs/keys.md §7`).
public enum InstalledGroup {
    /// Nil for a program that was not installed so: its file is root's, has the bit that gives a group, and gave it, or
    /// the service that started it did.
    public static let identifier: gid_t? = {
        var program = stat()
        guard let start = healthcard_process_start()?.pointee, stat("/proc/self/exe", &program) == 0,
            program.st_uid == 0, program.st_mode & S_ISGID != 0, program.st_mode & 0o022 == 0,
            program.st_gid == start.effective_group, program.st_gid != 0
        else { return nil }
        return program.st_gid
    }()

    /// Does something with the rights of the group, which are laid aside otherwise. They are the whole process's
    /// meanwhile: what is done so is opening a file, and nothing that takes time.
    public static func lend<Result, Failure>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let own = getegid()
        guard let identifier, identifier != own, setegid(identifier) == 0 else { return try body() }
        defer { _ = setegid(own) }
        return try body()
    }
}
