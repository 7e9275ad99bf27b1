import Foundation
import ShangMi
import Testing

@testable import ElectronicCard

/// What of `Docs/electronic-card.md §8` needs no server: when a request is sent again, what a dialect's file may be, and
/// the queue. The servers are in EndToEndTests.
@Suite("Platforms") struct PlatformTests {
    /// Fails as it is told, and counts.
    private final class Failing: PlatformTransport {
        var errors: [PlatformError]
        var bodies: [[UInt8]] = []

        init(_ errors: [PlatformError]) { self.errors = errors }

        func post(_ body: [UInt8], to url: String) throws(PlatformError) -> [UInt8] {
            bodies.append(body)
            guard !errors.isEmpty else { throw .malformed }
            throw errors.removeFirst()
        }
    }

    private let credentials = PlatformCredentials(
        appID: "tests", appSecret: SecretBytes(copying: Array("secret".utf8)),
        contentKey: SecretBytes(copying: [UInt8](repeating: 7, count: 16)))

    private func attempts(_ operation: PlatformOperation, _ errors: [PlatformError]) throws -> (Int, PlatformError?) {
        let transport = Failing(errors)
        let client = PlatformClient(
            dialect: try .national(), address: "https://localhost/", credentials: credentials, transport: transport,
            rules: .init(attempts: 3, pause: 0))
        let request = PlatformRequest(operation, of: try Vectors.shared.get().published.identity())
        do throws(PlatformError) {
            _ = try client.perform(request)
            return (transport.bodies.count, nil)
        } catch {
            // A repeated request is one of its own: a platform that remembers requests would refuse it otherwise.
            return (transport.bodies.count, error)
        }
    }

    @Test("A request that changes nothing is sent three times, one that does only where nothing was sent")
    func repeated() throws {
        #expect(try attempts(.query, [.timeout(seconds: 1), .cut, .unreachable]) == (3, .unreachable))
        #expect(try attempts(.query, [.timeout(seconds: 1), .certificate]) == (2, .certificate))
        #expect(try attempts(.query, [.http(status: 503), .http(status: 500)]) == (2, .http(status: 500)))
        #expect(try attempts(.register, [.timeout(seconds: 1)]) == (1, .timeout(seconds: 1)))
        #expect(try attempts(.register, [.cut]) == (1, .cut))
        #expect(try attempts(.register, [.unreachable, .timeout(seconds: 1)]) == (2, .timeout(seconds: 1)))
        #expect(try attempts(.registerNewborn, []) == (0, .notOffered(.registerNewborn)))
    }

    @Test("What is sent in the national style has no name or number in clear")
    func sealed() throws {
        let transport = Failing([.certificate])
        let person = try Vectors.shared.get().published
        let client = PlatformClient(
            dialect: try .national(), address: "https://localhost", credentials: credentials, transport: transport)
        #expect(throws: PlatformError.certificate) {
            try client.perform(PlatformRequest(.query, of: person.identity()))
        }
        let text = String(decoding: transport.bodies.first ?? [], as: UTF8.self)
        #expect(text.contains("\"method\":\"ehc.ehealthcard.query\"") && text.contains("X.M.0.1"))
        #expect(!text.contains(person.number) && !text.contains(person.name) && !text.contains("secret"))
    }

    @Test("An answer that is not one is refused, whatever its bytes are")
    func malformed() throws {
        struct Fixed: PlatformTransport {
            let bytes: [UInt8]
            func post(_ body: [UInt8], to url: String) throws(PlatformError) -> [UInt8] { bytes }
        }
        let request = PlatformRequest(.query, of: try Vectors.shared.get().published.identity())
        let texts = [
            "", "{", "[]", "1", "null", "{}", "{\"code\":{}}", "{\"code\":\"0\"}", "{\"commonOut\":null}",
            "{\"code\":\"0\",\"digest\":\"\",\"timestamp\":\"x\"}", String(repeating: "[", count: 100_000), "\u{0}",
            "{\"commonOut\":{\"resultCode\":0,\"timestamp\":99999999999999999999}}",
        ]
        for dialect in [try PlatformDialect.national(), try .tencent()] {
            for text in texts {
                let client = PlatformClient(
                    dialect: dialect, address: "https://localhost", credentials: credentials,
                    transport: Fixed(bytes: Array(text.utf8)))
                do throws(PlatformError) {
                    _ = try client.perform(request)
                    Issue.record("\(text.prefix(40)) was taken")
                } catch {
                    #expect([.malformed, .answerSignature].contains(error.code), "\(text.prefix(40)): \(error)")
                }
            }
        }
    }

    @Test("A dialect's file is checked, and says where it is wrong")
    func dialects() throws {
        let folder = try TestFolder()
        let good = String(
            decoding: try Data(
                contentsOf: Repository.root.appendingPathComponent("Sources/ElectronicCard/Dialects/national.json")),
            as: UTF8.self)
        #expect(try PlatformDialect.named(folder.file("good.json", good)) == .national())
        for (right, wrong, place) in [
            ("\"sealed\"", "\"open\"", "envelope.style"), ("\"query\": {", "\"inquire\": {", "operations.inquire"),
            ("\"phone\": \"cell", "\"telephone\": \"cell", "telephone"), ("\"done\"", "\"good\"", "codes.done"),
            ("\"digest\": \"SM3\"", "\"digest\": \"MD5\"", "envelope.digest"), ("}", "", "JSON"),
        ] {
            let path = try folder.file("bad.json", good.replacingOccurrences(of: right, with: wrong))
            do throws(PlatformError) {
                _ = try PlatformDialect.named(path)
                Issue.record("\(wrong) was taken")
            } catch {
                guard case .dialect(_, let reason) = error else { throw error }
                #expect(reason.contains(place), "\(reason)")
            }
        }
        #expect(throws: PlatformError.self) { try PlatformDialect.named(folder.path + "/none") }
    }

    @Test("A credential file is its owner's alone, and says which line is wrong")
    func credentialFiles() throws {
        let folder = try TestFolder()
        let key = String(repeating: "0A", count: 16)
        let good = "# tests\r\n appId = a b \nappSecret=s=e\ncontentKey = \(key)\n\nchannel=2"
        let read = try PlatformCredentials(file: folder.file("good", good))
        #expect(read.appID == "a b" && read.appSecret == SecretBytes(copying: Array("s=e".utf8)) && read.channel == "2")
        for (text, entry) in [
            ("appSecret = s", "appId"), ("appId = a", "appSecret"),
            ("appId = a\nappSecret = s\ncontentKey = 0A", "contentKey"),
            ("appId = a\nappId = b\nappSecret = s", "appId"), ("secret = x", "name"), ("appId", "="),
        ] {
            let path = try folder.file("bad", text)
            #expect(throws: PlatformError.credentials(path: path, entry: entry)) { try PlatformCredentials(file: path) }
        }
        let open = try folder.file("open", good, mode: 0o644)
        #expect(throws: (any Error).self) { try PlatformCredentials(file: open) }
    }

    /// Answers as it is told.
    private final class Fake: ElectronicCardPlatform {
        var errors: [PlatformError?]
        var asked: [PlatformRequest] = []

        init(_ errors: [PlatformError?]) { self.errors = errors }

        func perform(_ request: PlatformRequest) throws(PlatformError) -> PlatformAnswer {
            asked.append(request)
            if let error = errors.isEmpty ? nil : errors.removeFirst() { throw error }
            return PlatformAnswer()
        }
    }

    @Test("What waits in the queue is sent in order, once, and stays while the platform is away")
    func queue() throws {
        let folder = try TestFolder()
        let path = folder.path + "/queue"
        let queue = PlatformQueue(path: path, credentials: credentials)
        let people = try Vectors.shared.get().people
        let requests = try people.prefix(4).map { PlatformRequest(.register, of: try $0.identity()) }
        #expect(try queue.count() == 0)
        for request in requests { try queue.append(request) }
        #expect(try queue.count() == 4)
        let content = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(!content.contains(people[0].number) && !content.contains(people[0].name))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The platform goes away after the second.
        let away = Fake([nil, .refused(.notFound, code: "1"), .unreachable])
        var outcomes: [PlatformQueue.Outcome] = []
        #expect(throws: PlatformError.unreachable) { try queue.send(by: away) { outcomes.append($1) } }
        #expect(outcomes == [.answered(PlatformAnswer()), .refused(.refused(.notFound, code: "1"))])
        #expect(try queue.count() == 2 && away.asked == Array(requests.prefix(3)))
        // One whose clock is off would refuse every request: none is lost for that.
        #expect(throws: PlatformError.refused(.clock, code: "1")) {
            try queue.send(by: Fake([.refused(.clock, code: "1")]))
        }
        #expect(try queue.count() == 2)
        let back = Fake([])
        #expect(try queue.send(by: back) == 2 && back.asked == Array(requests.suffix(2)))
        #expect(try queue.count() == 0 && queue.send(by: back) == 0)
    }

    @Test("A queue that was changed, or is of other credentials, is not touched")
    func damagedQueue() throws {
        let folder = try TestFolder()
        let path = folder.path + "/queue"
        let queue = PlatformQueue(path: path, credentials: credentials)
        let request = PlatformRequest(.register, of: try Vectors.shared.get().published.identity())
        try queue.append(request)
        let other = PlatformQueue(
            path: path,
            credentials: PlatformCredentials(appID: "tests", appSecret: SecretBytes(copying: Array("other".utf8))))
        let url = URL(fileURLWithPath: path)
        let content = try Data(contentsOf: url)
        #expect(throws: PlatformError.queue(path: path)) { try other.append(request) }
        #expect(try Data(contentsOf: url) == content)
        for index in content.indices {
            var changed = content
            changed[index] ^= 1
            try changed.write(to: url)
            #expect(throws: PlatformError.queue(path: path)) { try queue.append(request) }
            #expect(try Data(contentsOf: url) == changed)
        }
        for count in 0..<content.count where count != 0 {
            try content.prefix(count).write(to: url)
            if count == content.firstIndex(of: 0x0A).map({ $0 + 1 }) { continue }
            #expect(throws: PlatformError.queue(path: path), "\(count)") { try queue.count() }
        }
        #expect(throws: PlatformError.self) {
            try PlatformQueue(path: folder.path + "/no/queue", credentials: credentials).append(request)
        }
    }

    @Test("A request has no description with a person in it")
    func silence() throws {
        let person = try Vectors.shared.get().published
        var dumped = "\(PlatformRequest(.register, of: try person.identity()))"
        dump(PlatformRequest(.register, of: try person.identity()), to: &dumped)
        #expect(!dumped.contains(person.number) && !dumped.contains(person.name))
    }
}
