import Files
import Foundation

/// How a platform is spoken to, as data: what operations and fields are called, how a request is wrapped, what codes mean
/// (`Docs/electronic-card.md §8`). What no source says is *assumed* there, and is changed in a file, not in code.
public struct PlatformDialect: Sendable, Hashable, Codable {
    public let name: String
    let envelope: Envelope
    /// By the names of ``PlatformOperation``.
    let operations: [String: Operation]
    let reply: Reply
    /// By the names of ``PlatformRefusal``, and `done`.
    let codes: [String: [String]]
    /// By member, by the platform's value: the names of our values.
    let values: [String: [String: String]]

    struct Envelope: Sendable, Hashable, Codable {
        enum Style: String, Sendable, Hashable, Codable {
            /// One object; the content is encrypted by SM4.
            case sealed
            /// Two objects; the content is in clear, and signed.
            case signed
        }
        enum Digest: String, Sendable, Hashable, Codable { case sm3 = "SM3", sha256 = "SHA256" }
        enum Encoding: String, Sendable, Hashable, Codable { case hex, base64 }

        let style: Style
        let digest: Digest
        var version: String?
        var contentEncoding: Encoding?
        var tokenPath: String?
        var tokenSeconds: Int?
    }

    struct Operation: Sendable, Hashable, Codable {
        var method: String?
        var path: String?
        /// Whether it changes nothing, so that it may be sent again after an answer was lost.
        var isRepeatable: Bool?
        /// What the fields are called.
        let request: [String: String]
        var constants: [String: String]?
    }

    struct Reply: Sendable, Hashable, Codable {
        let cardID, mainIndex, codeText, attribute, status, link, cards, cardType, cardNumber, relations,
            relation: String
    }

    private static let longestFile = 1 << 16

    /// National style: the content encrypted by SM4, a digest by SM3.
    public static func national() throws(PlatformError) -> PlatformDialect {
        try PlatformDialect(json: PackageResources.national_json, path: "national")
    }

    /// Tencent style: the content in clear, signed by SHA-256, with a token.
    public static func tencent() throws(PlatformError) -> PlatformDialect {
        try PlatformDialect(json: PackageResources.tencent_json, path: "tencent")
    }

    /// Built in by its name, else from a file.
    ///
    /// - Throws: ``PlatformError/dialect(path:reason:)``.
    public static func named(_ name: String) throws(PlatformError) -> PlatformDialect {
        switch name {
        case "national": return try national()
        case "tencent": return try tencent()
        default:
            let content: [UInt8]
            do throws(InputFileError) {
                content = try InputFile.contents(of: name, atMost: longestFile)
            } catch {
                throw .dialect(path: name, reason: error.reason)
            }
            return try PlatformDialect(json: content, path: name)
        }
    }

    private init(json: [UInt8], path: String) throws(PlatformError) {
        do {
            self = try JSONDecoder().decode(PlatformDialect.self, from: Data(json))
        } catch {
            throw .dialect(path: path, reason: Self.reason(error))
        }
        if let unknown = operations.keys.first(where: { PlatformOperation(rawValue: $0) == nil }) {
            throw .dialect(path: path, reason: "operations.\(unknown)")
        }
        for (name, operation) in operations {
            let unknown = operation.request.keys.first { PlatformField(rawValue: $0) == nil }
            if let unknown { throw .dialect(path: path, reason: "operations.\(name).request.\(unknown)") }
            guard envelope.style == .sealed ? operation.method != nil : operation.path != nil else {
                throw .dialect(path: path, reason: "operations.\(name)")
            }
        }
        guard codes["done"]?.isEmpty == false else { throw .dialect(path: path, reason: "codes.done") }
    }

    /// Where it is wrong; the decoder's own sentences are English only.
    private static func reason(_ error: any Error) -> String {
        let place: [any CodingKey] =
            switch error {
            case DecodingError.keyNotFound(let key, let context): context.codingPath + [key]
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                context.codingPath
            default: []
            }
        return place.isEmpty ? "JSON" : place.map(\.stringValue).joined(separator: ".")
    }

    /// Why the platform refused; nil where it did not.
    func refusal(_ code: String) -> PlatformRefusal? {
        if codes["done"]?.contains(code) == true { return nil }
        return PlatformRefusal.allCases.first { codes[$0.rawValue]?.contains(code) == true } ?? .other
    }

    /// What is sent of a request, by the names it has there.
    func content(of request: PlatformRequest) throws(PlatformError) -> (operation: Operation, content: [String: String])
    {
        guard let operation = operations[request.operation.rawValue] else { throw .notOffered(request.operation) }
        var content = operation.constants ?? [:]
        for (field, value) in request.fields {
            if let name = operation.request[field.rawValue] { content[name] = value }
        }
        return (operation, content)
    }
}
