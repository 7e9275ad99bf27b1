import Foundation
import PCSC
import VirtualCard

#if canImport(Glibc)
    import Glibc
#endif

/// One of the virtual readers that `Scripts/with-virtual-readers` starts, held by one test at a time.
final class VirtualReader: @unchecked Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let name: ReaderName
    private let port: UInt16
    private let lock: Int32
    // Touched by one thread at a time: the lane's, or the test's when no lane runs.
    private var link: VPCDLink?

    /// Takes a free reader, and waits for one without holding up the other tests.
    init() async throws {
        let environment = ProcessInfo.processInfo.environment
        let ports = (environment["HEALTHCARD_VPCD_PORTS"] ?? "").split(separator: ",").compactMap { UInt16($0) }
        guard !ports.isEmpty, let folder = environment["HEALTHCARD_VPCD_LOCKS"] else {
            throw Missing(
                description: "no virtual readers: run make test, or Scripts/with-virtual-readers 4 -- swift test")
        }
        let names = try PCSCContext().readers()
        while true {
            for (port, name) in zip(ports, names) {
                let descriptor = open("\(folder)/\(port).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
                guard descriptor >= 0 else { throw Missing(description: "cannot lock slot \(port)") }
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                    (self.port, self.name, lock) = (port, name, descriptor)
                    return
                }
                close(descriptor)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    deinit {
        remove()
        close(lock)
    }

    func insert(_ chip: any Chip) {
        let link = VPCDLink(chip: chip, options: VPCDLink.Options(port: port))
        link.start()
        self.link = link
    }

    func remove() {
        link?.stop()
        link?.waitUntilEnded()
        link = nil
    }
}
