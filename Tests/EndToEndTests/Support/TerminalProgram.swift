import Foundation
import TestTerminal

#if canImport(Glibc)
    import Glibc
#endif

/// `healthcard` at a terminal of its own, with an emulator on the other side of it that can be resized and typed at.
final class TerminalProgram {
    let program: Programs.Running
    private(set) var screen: TestTerminal
    /// Bytes that came.
    private(set) var received = 0
    private let terminal: Int32
    /// Held, so that the terminal is there before the program has opened it and until all of it is read.
    private let other: Int32
    /// What came of a character or a sequence that is not whole yet.
    private var rest: [UInt8] = []

    /// TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h, which Swift does not see.
    private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    init(
        _ arguments: [String], columns: Int, rows: Int = 30, environment: [String: String] = [:]
    ) throws {
        terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        guard terminal >= 0, ioctl(terminal, Self.setLock, &isLocked) == 0,
            ioctl(terminal, Self.getNumber, &number) == 0
        else { throw ProgramError(description: "no terminal: \(String(cString: strerror(errno)))") }
        let path = "/dev/pts/\(number)"
        other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        screen = TestTerminal(columns: columns, rows: rows)
        Self.tell(terminal, columns, rows)
        program = try Programs.Running(
            "/bin/sh", ["-c", "exec \"$@\" <\"$0\" >\"$0\" 2>&1", path, Programs.healthcard()] + arguments,
            environment: environment)
    }

    deinit {
        close(other)
        close(terminal)
    }

    private static func tell(_ terminal: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }

    /// What has come before belongs to the terminal as it was.
    func resize(columns: Int) {
        read()
        Self.tell(terminal, columns, screen.rows)
        screen.resize(columns: columns)
    }

    /// Shows what has come.
    func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(terminal, &buffer, buffer.count)
            guard count > 0 else { break }
            received += count
            rest += buffer[..<count]
        }
        let whole = Self.whole(rest)
        screen.receive(String(decoding: rest[..<whole], as: UTF8.self))
        rest.removeFirst(whole)
    }

    /// How many bytes end with a whole character and a whole sequence.
    private static func whole(_ bytes: [UInt8]) -> Int {
        var count = bytes.count
        if let last = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) {
            let length = bytes[last] < 0x80 ? 1 : bytes[last] < 0xE0 ? 2 : bytes[last] < 0xF0 ? 3 : 4
            if last + length > count { count = last }
        }
        if let escape = bytes[..<count].suffix(12).lastIndex(of: 0x1B) {
            let isWhole = bytes[escape..<count].dropFirst(2).contains { (0x40...0x7E).contains($0) }
            if !isWhole { count = escape }
        }
        return count
    }

    /// Waits until the terminal shows something.
    func shows(_ what: String, _ condition: (TestTerminal) throws -> Bool) async throws {
        do {
            try await eventually(what) {
                read()
                if try condition(screen) { return true }
                guard program.isRunning else {
                    read()
                    guard try condition(screen) else { throw ProgramError(description: "it has ended") }
                    return true
                }
                return false
            }
        } catch {
            throw ProgramError(description: "\(error): \(what)\n" + screen.text.joined(separator: "\n"))
        }
    }

    func wait() async throws -> Int32 {
        try await eventually("the program ends") {
            read()
            return !program.isRunning
        }
        read()
        return try await program.wait().status
    }
}
