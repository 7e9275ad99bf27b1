import Foundation
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §7`, against a device written from that page.
@Suite("HSM", .serialized) struct HSMTests {
    /// A device beside the test.
    private final class Device {
        let port: UInt16
        private let process = Process()
        private let folder: TestFolder

        init(fault: String = "") throws {
            folder = try TestFolder()
            let file = folder.path + "/port"
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            process.arguments = [Repository.independent("electronic_hsm.py"), file, "--fault", fault]
            process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
            try process.run()
            for _ in 0..<3000 where !FileManager.default.fileExists(atPath: file) { usleep(10_000) }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            port = try #require(UInt16(text))
        }

        deinit {
            // A thread of the pool holds SIGTERM back, and what it starts inherits that.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    @Test("The device's numbers are those of the vectors")
    func numbers() throws {
        let device = try Device()
        let keys = HSMKeyHolder(host: "127.0.0.1", port: device.port)
        for person in try Vectors.shared.get().people {
            let identity = try person.identity()
            #expect(try keys.cardID(of: identity).hex == person.id)
            #expect(try keys.seal(validUntil: person.until()).hex == person.validity)
            #expect(try keys.validUntil(#require(SealedValidity(hex: person.validity))) == person.until())
        }
        let code = try CardCode(id: keys.cardID(of: try Vectors.shared.get().published.identity()))
        var verifier = CodeVerifier(keys: keys)
        let person = try Vectors.shared.get().published.identity()
        let until = try Vectors.shared.get().published.until()
        let verification = try verifier.verify(code, as: person, checksValidity: false, at: until)
        #expect(verification.standing == .personVerified && !verification.usesPublishedKeys)
        #expect(try keys.hash(Array("abc".utf8)).prefix(4) == [0x66, 0xC7, 0xF0, 0xF4])
        let unknown = HSMKeyHolder(
            host: "127.0.0.1", port: device.port, layout: .init(rootKey: 104, protectionKey: nil))
        #expect(throws: ElectronicCardError.device(.refused(code: "10"))) { try unknown.cardID(of: person) }
        #expect(throws: ElectronicCardError.keyNotHeld(.protection)) { try unknown.seal(validUntil: until) }
    }

    @Test(
        "A device that is cut, slow, refuses or answers wrongly ends in a clear error",
        arguments: [("cut", HSMError.Code.closed), ("slow", .timeout), ("code", .refused), ("length", .malformed)])
    func faults(fault: String, code: HSMError.Code) throws {
        let device = try Device(fault: fault)
        let keys = HSMKeyHolder(host: "127.0.0.1", port: device.port, seconds: 1)
        let person = try Vectors.shared.get().published.identity()
        do throws(ElectronicCardError) {
            _ = try keys.cardID(of: person)
            Issue.record("it answered")
        } catch {
            guard case .device(let error) = error else { throw error }
            #expect(error.code == code)
        }
    }

    @Test("Nobody who listens, and no such host")
    func absent() throws {
        let person = try Vectors.shared.get().published.identity()
        // A port that was free a moment ago.
        let port = try Device().port
        for (host, code) in [("127.0.0.1", HSMError.Code.unreachable), ("no-such-host.invalid", .address)] {
            do throws(ElectronicCardError) {
                _ = try HSMKeyHolder(host: host, port: port, seconds: 2).cardID(of: person)
                Issue.record("it answered")
            } catch {
                guard case .device(let error) = error else { throw error }
                #expect(error.code == code)
            }
        }
    }
}
