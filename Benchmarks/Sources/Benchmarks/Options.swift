import Foundation

/// What can be measured by itself.
enum Part: String, CaseIterable {
    case cipher, tlv, ecard, apdu, readers, card, line, loop, stations, verify

    func rows() throws -> [Row] {
        switch self {
        case .cipher: [try CipherBenchmark.row()]
        case .tlv: try TLVBenchmark.rows()
        case .ecard: try ElectronicCardBenchmark.rows()
        case .apdu: [try LinkBenchmark.apdu()]
        case .readers: [try LinkBenchmark.together()]
        case .card: [try CardBenchmark.row()]
        case .line: try LineBenchmark.rows()
        case .loop: [try LoopBenchmark.row()]
        case .stations: try StationsBenchmark.rows()
        case .verify: [try VerifyBenchmark.row()]
        }
    }
}

struct Options {
    var parts = Set(Part.allCases)
    /// Where the page goes, if it is kept.
    var output: String?

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--write":
                output =
                    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/benchmarks.md")
                    .path(percentEncoded: false)
            case "--only":
                guard let name = rest.popFirst(), let part = Part(rawValue: name) else {
                    throw BenchmarkError("--only wants one of \(Part.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                parts = [part]
            default:
                throw BenchmarkError("unknown option \(argument)")
            }
        }
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
