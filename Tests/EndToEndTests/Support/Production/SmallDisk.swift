import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A file system of a few hundred kilobytes, in a mount namespace of its own: nobody else sees it, and it is gone with the
/// process that holds it.
final class SmallDisk {
    /// Where programs find it that are run through ``entering(_:_:)``.
    let path: String
    private let holder: Programs.Running
    private let isOwnUser = geteuid() != 0

    init(kilobytes: Int, at path: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let script = "mount -t tmpfs -o size=\(kilobytes)k,mode=700 none \"$0\" && echo mounted && exec sleep 3600"
        holder = try Programs.Running(
            "/usr/bin/unshare", (isOwnUser ? ["-r"] : []) + ["-m", "/bin/sh", "-c", script, path])
        try await eventually("a small disk") {
            guard holder.isRunning else {
                throw ProgramError(description: "unshare: \(String(decoding: holder.errors, as: UTF8.self))")
            }
            return holder.output.contains(0x0A)
        }
    }

    /// The command that runs a program where the disk is.
    func entering(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        let user = isOwnUser ? ["-U", "--preserve-credentials"] : []
        return (
            "/usr/bin/nsenter", ["-t", String(holder.identifier)] + user + ["-m", "--", program] + arguments
        )
    }

    /// A file on the disk as this process reaches it.
    func file(_ name: String) -> String { "/proc/\(holder.identifier)/root\(path)/\(name)" }

    /// Bytes that are free.
    var room: Int {
        var information = statvfs()
        guard statvfs(file(""), &information) == 0 else { return 0 }
        return Int(information.f_bavail) * Int(information.f_frsize)
    }

    /// Takes room away, down to what is to be left.
    func fill(leaving bytes: Int) throws {
        let ballast = Data(count: max(0, room - bytes))
        try ballast.write(to: URL(fileURLWithPath: file("ballast")))
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: file("ballast")) }
}
