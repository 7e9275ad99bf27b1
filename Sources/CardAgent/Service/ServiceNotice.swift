import Glibc

/// Tells systemd how the service is (sd_notify(3)); without systemd nobody is told.
public struct ServiceNotice: Sendable {
    private let path: String?
    /// How often the watchdog has to be told; nil without one.
    public let watchdogInterval: Duration?

    public init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let own = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdogInterval = own ? environment["WATCHDOG_USEC"].flatMap(Int.init).map { .microseconds($0 / 3) } : nil
    }

    public func ready() { send("READY=1") }
    public func stopping() { send("STOPPING=1") }
    public func alive() { send("WATCHDOG=1") }
    /// - Parameter status: one line for `systemctl status`.
    public func status(_ status: String) { send("STATUS=\(status)") }

    public func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        send("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)")
    }

    private func send(_ text: String) {
        guard let path, let address = UnixAddress(path) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = address.withPointer { pointer, length in
            bytes.withUnsafeBytes {
                sendto(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}
