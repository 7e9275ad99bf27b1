import Ledger

/// What is said to a feeder program, one line each (`Docs/feeder.md`). Of people nothing is ever said.
struct FeederRequest: Equatable {
    enum Action: Equatable {
        case load
        case unload(Tray)
    }

    /// From 1, never used twice.
    let id: UInt64
    let lane: Int
    let action: Action
    let reader: String

    /// `7 LOAD 2 Reader X 00 00`, `8 UNLOAD 2 made Reader X 00 00`, without its end of line.
    var line: String {
        // A reader's name comes from its driver, which may put anything into it.
        let name = String(reader.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return switch action {
        case .load: "\(id) LOAD \(lane) \(name)"
        case .unload(let tray): "\(id) UNLOAD \(lane) \(tray.rawValue) \(name)"
        }
    }
}

/// What a feeder program says.
enum FeederAnswer: Equatable {
    case hello(version: Int)
    case done(id: UInt64)
    case empty(id: UInt64)
    /// Its own words, as they may be shown: control characters gone, no longer than ``longestText``.
    case jam(id: UInt64, text: String)

    /// Bytes of a line, its end not counted.
    static let longestLine = 4_096
    /// Characters of a jam's text.
    static let longestText = 200

    /// - Parameter line: without its end; a carriage return before it is passed over.
    /// - Returns: nil for what is no answer.
    init?(line: [UInt8]) {
        let bytes = line.last == 0x0D ? line.dropLast() : line[...]
        guard bytes.count <= Self.longestLine, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard words.count >= 2 else { return nil }
        if words[0] == "HELLO" {
            guard words.count == 2, let version = Int(words[1]) else { return nil }
            self = .hello(version: version)
            return
        }
        guard words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = UInt64(words[0]) else { return nil }
        switch (words[1], words.count) {
        case ("OK", 2): self = .done(id: id)
        case ("EMPTY", 2): self = .empty(id: id)
        case ("JAM", _):
            let said = words.count == 3 ? String(words[2]) : "no reason given"
            let shown = said.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
                .map { $0.properties.generalCategory == .control ? " " : String($0) }
            self = .jam(id: id, text: String(shown.joined().prefix(Self.longestText)))
        default: return nil
        }
    }

    var id: UInt64? {
        switch self {
        case .hello: nil
        case .done(let id), .empty(let id), .jam(let id, _): id
        }
    }
}
