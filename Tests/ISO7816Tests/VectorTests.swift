import Foundation
import ISO7816
import Testing

/// One test finds every file of `TestVectors/` that names a codec of this module, and checks every vector in it.
@Suite struct VectorTests {
    @Test func everyVectorHolds() throws {
        var codecs: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(at: testVectors, includingPropertiesForKeys: nil)
        where file.pathExtension == "json" {
            guard
                let content = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any],
                let codec = content["codec"] as? String, let check = Self.codecs[codec]
            else { continue }
            codecs.insert(codec)
            let vectors = try #require(content["vectors"] as? [[String: Any]], "\(file.lastPathComponent)")
            #expect(!vectors.isEmpty, "\(file.lastPathComponent)")
            for fields in vectors {
                let vector = Vector(place: "\(file.lastPathComponent): \(fields["name"] ?? "")", fields: fields)
                do {
                    try check(vector)
                } catch {
                    Issue.record("\(vector.place): \(error)")
                }
            }
        }
        #expect(codecs == Set(Self.codecs.keys), "each codec has its vectors")
    }

    private static let codecs: [String: @Sendable (Vector) throws -> Void] = [
        "command-apdu": checkCommand, "response-apdu": checkResponse, "ber-tlv": checkBERTLV,
        "record-tlv": checkRecordTLV, "answer-to-reset": checkAnswerToReset,
        "file-control-information": checkFileControlInformation,
    ]

    private static func checkCommand(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try CommandAPDU(bytes) }) else { return }
        let header = try vector.bytes("header")
        let command = CommandAPDU(
            cla: header[0], ins: header[1], p1: header[2], p2: header[3], data: try vector.bytes("data"),
            ne: vector["ne"])
        let form: CommandAPDU.LengthForm = vector["form"] == "short" ? .short : .extended
        vector.expect(try command.encoded(form), bytes)
        vector.expect(try CommandAPDU(bytes), command)
        vector.expect(command.header.bytes, header)
    }

    private static func checkResponse(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try ResponseAPDU(bytes) }) else { return }
        let response = try ResponseAPDU(bytes)
        vector.expect(response.data, try vector.bytes("data"))
        vector.expect(response.status.bytes, try vector.bytes("status"))
        vector.expect(response.encoded, bytes)
    }

    private static func checkBERTLV(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try BERTLV.objects(in: bytes) }) else { return }
        let objects = try BERTLV.objects(in: bytes)
        let expected = try (vector["objects"] as [[String: Any]]?).map { try $0.map(Node.init) } ?? []
        vector.expect(objects.map(Node.init), expected)
        vector.expect(objects.descendants.map(\.tag), expected.flatMap(\.tags))
        vector.expect(objects.isEmpty, expected.isEmpty)
        vector.expect(BERTLVWriter.bytes { for node in expected { node.write(to: &$0) } } == bytes, vector["canonical"])
    }

    private static func checkRecordTLV(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try RecordTLV.records(in: bytes) }) else { return }
        let records = try RecordTLV.records(in: bytes)
        let expected = try (vector["records"] as [[String: Any]]?).map { try $0.map(Node.init) } ?? []
        vector.expect(records.map { [$0.tag] }, expected.map(\.tagBytes))
        vector.expect(records.map(\.value), expected.map(\.value))
        vector.expect(records.flatMap(\.encoded), bytes)
    }

    private static func checkAnswerToReset(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try AnswerToReset(bytes) }) else { return }
        let answer = try AnswerToReset(bytes)
        vector.expect(answer.bytes, bytes)
        vector.expect(answer.historicalBytes, try vector.bytes("historicalBytes"))
        vector.expect(answer.protocols.map(Int.init), vector["protocols"])
        vector.expect(answer.checkByte.map { [$0] }, try vector.bytesIfAny("checkByte"))
        vector.expect(answer.rateParameters?.clockRateConversion, vector["f"])
        vector.expect(answer.rateParameters?.baudRateAdjustment, vector["d"])
        vector.expect(Int(answer.bytesPerSecond()), vector["nominalBytesPerSecond"])
        if let rate: Int = vector["commonBytesPerSecond"] {
            vector.expect(Int(answer.bytesPerSecond(clock: AnswerToReset.commonReaderClock)), rate)
        }
        if let size: Int = vector["informationFieldSize"] {
            vector.expect(answer.blockProtocol.map { Int($0.informationFieldSize) }, size)
        }
        if let classes: Int = vector["classes"] {
            vector.expect(answer.globalBytes?.classes.map(Int.init), classes)
        }
        if let type: Int = vector["defaultProtocol"] { vector.expect(Int(answer.defaultProtocol), type) }
        vector.expect(answer.explain().flatMap(\.bytes), bytes)
    }

    private static func checkFileControlInformation(_ vector: Vector) throws {
        let bytes = try vector.bytes("bytes")
        guard try !vector.fails({ try FileControlInformation(bytes) }) else { return }
        let file = try FileControlInformation(bytes)
        vector.expect([UInt8(file.template.rawValue)], try vector.bytes("template"))
        vector.expect(file.size, vector["size"])
        vector.expect(file.descriptor.map { [$0.rawValue] }, try vector.bytesIfAny("descriptor"))
        vector.expect((file.descriptor?.recordSize).map(Int.init), vector["recordSize"])
        vector.expect((file.descriptor?.recordCount).map(Int.init), vector["recordCount"])
        vector.expect(file.fileIdentifier?.description, vector["fileIdentifier"])
        vector.expect(file.name?.bytes, try vector.bytesIfAny("dfName"))
        vector.expect(file.shortIdentifier.map { Int($0.rawValue) }, vector["shortIdentifier"])
        vector.expect(file.lifeCycle.map { [$0.rawValue] }, try vector.bytesIfAny("lifeCycle"))
        vector.expect(file.securityAttribute, try vector.bytesIfAny("access"))
        vector.expect(file.proprietaryObjects?.find(0x9F0C).map { Array($0.value) }, try vector.bytesIfAny("serial"))
        vector.expect(file.encoded == bytes, vector["canonical"])
    }
}

/// One vector of a file, and where it stands.
private struct Vector {
    let place: String
    let fields: [String: Any]

    subscript<Value>(_ name: String) -> Value? { fields[name] as? Value }

    func bytes(_ name: String) throws -> [UInt8] {
        try hex(try #require(fields[name] as? String, "\(place): \(name) is missing"))
    }

    func bytesIfAny(_ name: String) throws -> [UInt8]? { fields[name] is String ? try bytes(name) : nil }

    func expect<Value: Equatable>(
        _ found: Value?, _ expected: Value?, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(found == expected, "\(place)", sourceLocation: location)
    }

    /// Whether the vector is one of an error; it is checked by its name and, where the vector has one, its offset.
    func fails(_ parse: () throws -> Any) throws -> Bool {
        guard let name: String = self["error"] else { return false }
        do {
            _ = try parse()
            Issue.record("\(place): \(name) was expected, it was accepted")
        } catch {
            let (kind, offset) = Self.kind(of: error)
            expect(kind, name)
            if let place: Int = self["offset"] { expect(offset, place) }
        }
        return true
    }

    private static func kind(of error: any Error) -> (String, Int?) {
        if case AnswerToResetError.checkByteMissing = error { return ("checkByteMissing", nil) }
        guard let (label, value) = Mirror(reflecting: error).children.first else { return ("\(error)", nil) }
        let offset = Mirror(reflecting: value).children.first { $0.label == "offset" }?.value ?? value
        return (label ?? "", offset as? Int)
    }
}

/// A data object as the vectors have it.
private struct Node: Equatable {
    let tagBytes: [UInt8]
    let value: [UInt8]
    let children: [Node]?

    init(_ fields: [String: Any]) throws {
        tagBytes = try hex(try #require(fields["tag"] as? String))
        value = try hex(fields["value"] as? String ?? "")
        children = try (fields["children"] as? [[String: Any]]).map { try $0.map(Node.init) }
    }

    init(_ object: BERTLV) {
        tagBytes = object.tag.bytes
        value = object.isConstructed ? [] : Array(object.value)
        children = object.isConstructed ? object.children.map(Node.init) : nil
    }

    var tags: [BERTag] { (BERTag(tagBytes).map { [$0] } ?? []) + (children ?? []).flatMap(\.tags) }

    func write(to writer: inout BERTLVWriter) {
        guard let tag = BERTag(tagBytes) else { return }
        if let children {
            writer.append(tag) { content in for child in children { child.write(to: &content) } }
        } else {
            writer.append(tag, value)
        }
    }
}
