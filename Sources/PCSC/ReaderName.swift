import ISO7816
import Messages

/// The name by which the service knows a reader; a slot of a reader with several has one of its own.
///
/// A driver may give its reader a name in any character set: what tells readers apart, and goes back to the service, is
/// its bytes.
public struct ReaderName: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As the service has them, without a 00.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = Array(bytes.prefix { $0 != 0 }) }
    public init(rawValue: String) { self.init(bytes: Array(rawValue.utf8)) }
    public init(_ name: String) { self.init(rawValue: name) }
    public init(stringLiteral name: String) { self.init(rawValue: name) }

    /// The name for people; U+FFFD for what is not UTF-8.
    public var rawValue: String { String(decoding: bytes, as: UTF8.self) }
    public var description: String { rawValue }

    /// Model, serial number and slot.
    public var parts: ReaderNameParts { ReaderNameParts(rawValue) }

    // Names that look alike may be of two readers.
    public static func == (left: ReaderName, right: ReaderName) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// With its 00.
    var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        cString.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return withUnsafePointer(to: CChar(0), body) }
            return body(start)
        }
    }
}

/// Why a person's choice of reader leads to none.
public enum ReaderChoiceError: AdvisedError, Hashable {
    case noReaders
    case noMatch(String, readers: [ReaderName])
    case ambiguous(String, matches: [ReaderName])
    case choiceNeeded(readers: [ReaderName])

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case noReaders, noMatch, ambiguous, choiceNeeded
    }

    public static let domain = "reader"

    public var kind: ErrorKind {
        switch self {
        case .noReaders, .noMatch: .noReader
        case .ambiguous, .choiceNeeded: .usage
        }
    }

    public var code: Code {
        switch self {
        case .noReaders: .noReaders
        case .noMatch: .noMatch
        case .ambiguous: .ambiguous
        case .choiceNeeded: .choiceNeeded
        }
    }
}

extension ReaderName {
    /// The reader a person means: by its exact name, a unique part of the name in any case, or its number in the
    /// list (from 0). Without a choice, the only reader there is.
    public static func choose(_ choice: String?, among readers: [ReaderName]) throws(ReaderChoiceError) -> ReaderName {
        guard let first = readers.first else { throw .noReaders }
        guard let choice, !choice.isEmpty else {
            guard readers.count == 1 else { throw .choiceNeeded(readers: readers) }
            return first
        }
        let exact = readers.filter { $0.rawValue == choice }
        if exact.count == 1, let only = exact.first { return only }
        // A number is written without leading zeros: "00" is a part of most names.
        if let number = Int(choice), String(number) == choice, readers.indices.contains(number) {
            return readers[number]
        }
        let wanted = choice.lowercased()
        let matches = readers.filter { $0.rawValue.lowercased().contains(wanted) }
        guard let match = matches.first else { throw .noMatch(choice, readers: readers) }
        guard matches.count == 1 else { throw .ambiguous(choice, matches: matches) }
        return match
    }
}
