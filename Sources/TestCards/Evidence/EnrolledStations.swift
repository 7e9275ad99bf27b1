import Foundation

/// Stations whose evidence an authority accepts: each by its name and the fingerprint of its key, which the authority has
/// from the manufacturer by another way than the evidence.
public struct EnrolledStations: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        /// SM3 over the station's public key (x ‖ y), its first 16 digits or all 64, lowercase hexadecimal.
        public let fingerprint: String

        /// `NAME@FINGERPRINT`; nil for anything else, a name without a fingerprint included.
        public init?(_ text: String) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, EvidenceStation.isName(parts[0]), [16, 64].contains(parts[1].utf8.count),
                parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else { return nil }
            (name, fingerprint) = (parts[0], parts[1])
        }
    }

    public static let longestFile = 65536
    public private(set) var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The lines of a file, `NAME@FINGERPRINT` each; blank ones and those that begin with `#` say nothing.
    ///
    /// - Throws: with the first line that is neither.
    public init(fileBytes bytes: [UInt8]) throws(LineError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw LineError(line: 1) }
        entries = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = line.trimmingCharacters(in: .whitespaces)
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            guard let entry = Entry(content) else { throw LineError(line: index + 1) }
            entries.append(entry)
        }
    }

    public struct LineError: Error, Sendable, Hashable {
        /// From 1.
        public let line: Int
    }

    public func contains(_ station: EvidenceStation) -> Bool {
        entries.contains { $0.name == station.name && station.fingerprint.hasPrefix($0.fingerprint) }
    }

    public static func + (one: EnrolledStations, other: EnrolledStations) -> EnrolledStations {
        EnrolledStations(one.entries + other.entries)
    }
}
