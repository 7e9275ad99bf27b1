import Foundation

/// What a program prints into, read only as far as a test wants: the program waits as soon as the pipe is full, so a
/// signal finds it in the middle of its work however busy the machine is.
final class OutputPipe {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { throw ProgramError(description: "\(path): no pipe can be made") }
        // Open for writing, too: so it opens before the program is there.
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw ProgramError(description: "\(path): the pipe does not open") }
    }

    deinit { close(descriptor) }

    /// What is in the pipe now, at most `count` bytes of it.
    func read(_ count: Int) -> Data {
        var bytes = [UInt8](repeating: 0, count: count)
        let length = Foundation.read(descriptor, &bytes, count)
        return Data(bytes.prefix(max(0, length)))
    }

    /// Nobody reads the pipe any more but to empty it, until the program has ended.
    func drain(until running: Programs.Running, seconds: Double = 120) async throws -> Programs.Outcome {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while running.isRunning, ContinuousClock.now < deadline {
            if read(65_536).isEmpty { try await Task.sleep(for: .milliseconds(3)) }
        }
        return try await running.wait(seconds: 1)
    }
}
