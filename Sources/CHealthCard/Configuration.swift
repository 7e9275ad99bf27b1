import Foundation
import PCSC

/// Which reader, which SAM, which profile: said by the environment, else by a file (`Docs/c-interface.md`).
struct Configuration: Equatable, Sendable {
    /// As ``ReaderName/choose(_:among:)`` takes it; nil for the one that holds a health card.
    var reader: String?
    /// nil for the one that holds a SAM.
    var sam: String?
    var profile = "resident-health-card"

    /// - Throws: `argument` when the file that is named cannot be read, or a file holds a line that is none.
    static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ReturnCode) -> Configuration {
        var configuration = Configuration()
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = variable("HEALTHCARD_CONFIG") {
            guard let text = read(path) else { throw .argument }
            try configuration.take(text)
        } else {
            let home = variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }
            let folders = [home, "/etc"].compactMap { $0 }
            if let text = folders.lazy.compactMap({ read($0 + "/healthcard/interface.conf") }).first {
                try configuration.take(text)
            }
        }
        configuration.reader = variable("HEALTHCARD_READER") ?? configuration.reader
        configuration.sam = variable("HEALTHCARD_SAM_READER") ?? configuration.sam
        configuration.profile = variable("HEALTHCARD_PROFILE") ?? configuration.profile
        return configuration
    }

    private static func read(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let content = try? file.readToEnd() ?? Data() else {
            return nil
        }
        return String(data: content, encoding: .utf8)
    }

    /// Lines `name = value`; empty lines and those that begin with `#` say nothing.
    mutating func take(_ text: String) throws(ReturnCode) {
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[1].isEmpty else { throw .argument }
            switch parts[0] {
            case "reader": reader = parts[1]
            case "sam": sam = parts[1]
            case "profile": profile = parts[1]
            default: throw .argument
            }
        }
    }
}
