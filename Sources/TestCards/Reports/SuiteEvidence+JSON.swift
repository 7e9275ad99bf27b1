import Foundation

extension SuiteEvidence {
    /// Bytes an evidence file may have: a campaign of many cards with every exchange.
    public static let longestFile = 256 << 20

    /// What is written to `evidence.json`: the canonical JSON and a newline.
    public func fileBytes() throws(ReportError) -> [UInt8] {
        do {
            return try canonicalJSON() + [0x0A]
        } catch {
            throw .evidence(.notWritable)
        }
    }

    /// Reads the bytes of ``fileBytes()``.
    ///
    /// - Throws: `.evidence` for anything that is not those bytes exactly: an edited file is none, nor is one with keys
    ///   that are not known. The signature is ``SignedEvidence``'s to check.
    public init(fileBytes bytes: [UInt8]) throws(ReportError) {
        do {
            self = try JSONDecoder().decode(SuiteEvidence.self, from: Data(bytes))
        } catch {
            throw .evidence(.notJSON(format: "\(SuiteEvidence.currentFormat)"))
        }
        guard try fileBytes() == bytes else {
            throw .evidence(.spelling)
        }
    }
}

/// How this module writes JSON that people may read too: sorted keys, two spaces, a newline at the end.
enum ReadableJSON {
    static func encode(_ value: some Encodable) throws(ReportError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return Array(try encoder.encode(value)) + [0x0A]
        } catch {
            throw .evidence(.notWritable)
        }
    }
}
