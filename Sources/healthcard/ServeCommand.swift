import ArgumentParser
import Foundation
import Glibc
import Messages
import ShangMi

/// Becomes the daemon of the agent, which is a program of its own: this one stays as small as it is.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve hospital programs over HTTP: start healthcard-agent, which is installed next to this program.",
        discussion: """
            Everything after `serve` is passed to healthcard-agent, whose own help is `healthcard serve --help-agent`. \
            Docs/agent.md describes pairing, the API and what keeps cards safe in it.
            """)

    @Flag(name: .long, help: "Print the help of healthcard-agent.")
    var helpAgent = false

    @Argument(parsing: .allUnrecognized, help: "Arguments for healthcard-agent.")
    var arguments: [String] = []

    mutating func run() throws {
        let path = URL(fileURLWithPath: ProcessStart.program ?? "").deletingLastPathComponent()
            .appending(path: "healthcard-agent").path(percentEncoded: false)
        guard access(path, X_OK) == 0 else { throw Failure(.usage, ServeText.notInstalled(path: path)) }
        let words = [path] + (helpAgent ? ["--help"] : arguments)
        var pointers = words.map { strdup($0) } + [nil]
        execv(path, &pointers)
        let reason = String(cString: strerror(errno))
        for pointer in pointers { free(pointer) }
        throw Failure(.usage, ServeText.notStarted(path: path, reason: reason))
    }
}

/// Why the agent was not started.
enum ServeText: Message {
    case notInstalled(path: String)
    case notStarted(path: String, reason: String)

    var english: English {
        switch self {
        case .notInstalled(let path):
            .init("\(path) is not installed", hint: "build it with `make agent` and put it beside this program")
        case .notStarted(let path, let reason): "\(path) cannot be started: \(reason)"
        }
    }

    var chinese: Chinese {
        switch self {
        case .notInstalled(let path):
            .init("没有安装 \(path)", hint: "用 `make agent` 构建，并把它放在本程序旁边")
        case .notStarted(let path, let reason): "无法启动 \(path)：\(reason)"
        }
    }
}
