#if canImport(Glibc)
    import Glibc
#endif

/// Where the process that calls a library tells its lines: what was its standard output, which the library has no more.
struct ProbeOutput {
    private let descriptor: Int32

    /// From now on nothing that is printed in this process comes out.
    ///
    /// - Throws: ``InterfaceCheckError/failed(_:)`` with the system's reason.
    static func takingStandardOutput() throws(InterfaceCheckError) -> ProbeOutput {
        // A number that a library that closes what is not its own does not come by.
        let own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 200)
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard own >= 0, null >= 0, dup2(null, STDOUT_FILENO) == STDOUT_FILENO else {
            throw .failed("standard output: \(String(cString: strerror(errno)))")
        }
        close(null)
        return ProbeOutput(descriptor: own)
    }

    func tell(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }
}
