import Foundation

/// What the process that calls the library tells the one that watches it: one line of JSON each.
enum ProbeLine: Codable {
    /// Before a call: whoever dies next dies in it.
    case calling(String)
    case returned(String, isDone: Bool)
    case deviation(InterfaceDeviation)
    /// There is nothing to call, in the loader's words.
    case notLoaded(String)
    /// The check's own process could not go on, and why: nothing of the library's.
    case failed(String)
    case finished

    var line: String? {
        guard let data = try? JSONEncoder().encode(self) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    init?(_ line: some StringProtocol) {
        guard let line = try? JSONDecoder().decode(ProbeLine.self, from: Data(line.utf8)) else { return nil }
        self = line
    }
}
