import CardProfiles
import Foundation
import HealthCard
import Testing

/// `TestVectors/visits.json`: whole visits in every form, made by the independent implementation.
@Suite("Visits made by somebody else")
struct VisitVectorTests {
    private struct Vector: Decodable {
        let name, kind, concatenated, joined, data, signature, certificate: String
    }

    @Test("JSON, concatenated and joined text, bytes: each gives all the others")
    func forms() throws {
        let file = try Data(contentsOf: repository.appending(path: "TestVectors/visits.json"))
        let vectors = try JSONDecoder().decode([Vector].self, from: file)
        guard case .array(let objects) = try JSONValue(parsing: file) else { return }
        #expect(vectors.count == 4 && objects.count == 4)
        for (vector, object) in zip(vectors, objects) {
            let layout = try VisitSamples.layout(VisitKind(rawValue: vector.kind))
            let json = try #require(object["json"])
            let content = try VisitContent(bytes: bytes(vector.data), layout: layout)
            #expect(try content.json() == json, "\(vector.name)")
            #expect(try content.text() == GBK.encode(vector.concatenated), "\(vector.name)")
            #expect(try content.joined() == GBK.encode(vector.joined), "\(vector.name)")
            #expect(try VisitContent(json: json, layout: layout) == content, "\(vector.name)")
            #expect(try VisitContent(text: GBK.encode(vector.concatenated), layout: layout) == content)
            #expect(try VisitContent(joined: GBK.encode(vector.joined), layout: layout) == content)
            let visit = try Visit(
                record: 1, bytes: content.bytes + bytes(vector.signature) + bytes(vector.certificate), layout: layout)
            let trust = try VisitCard.trust(TestProfile.shared)
            #expect(visit.verified(by: trust, isTestCard: true).problems == [])
        }
    }
}
