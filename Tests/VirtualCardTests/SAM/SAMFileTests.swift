import CardProfiles
import Foundation
import Glibc
import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// The public files, the certificates and the signature (Docs/card.md §3.3, Docs/protocol.md §6, §7).
@Suite struct SAMFileTests {
    private func key(_ name: String) throws -> SM2.PublicKey {
        let keys = try #require(try Fixtures.vectors["sm2TestKeys"] as? [String: [String: String]])
        return try SM2.PublicKey(hex(try #require(keys[name]?["public"])))
    }

    @Test("Public file and terminal number say type, serial and province", arguments: 1...5)
    func identity(type: Int) throws {
        let reader = try SAMReader(type: type) { $0.serial = hex("a0a1a2a3a4a5a6a7") }
        #expect(reader.send("00b095000e") == "0000a0a1a2a3a4a5a6a7010\(type)01009000")
        #expect(reader.send("00b0960006") == "9901010000019000")
        #expect(Hex.encode(reader.sam.answerToReset) == "3B8D8001A0A1A2A3A4A5A6A7524843530107")
        #expect(try AnswerToReset(reader.sam.answerToReset).historicalBytes.count == 13)
        #expect(try SAMReader(type: type).sam.serial == [0, 0, 0, 0, 0, 0, 0, UInt8(type)])
    }

    @Test("The application file")
    func application() throws {
        let reader = try SAMReader()
        reader.must(SAMReader.application)
        #expect(
            reader.send("00b09a0019") == "01" + "9156000132990000" + "9156000132990000" + "2026010120451231" + "9000")
    }

    private func certificate(_ reader: SAMReader, _ sfi: String, _ count: Int) -> [UInt8] {
        reader.must(SAMReader.application)
        return Array(hex(reader.send("00b0\(sfi)00" + Hex.encode([UInt8(count)]))).dropLast(2))
    }

    @Test("Certificates are the layouts of §7, signed by the root, the same each time")
    func certificates() throws {
        let reader = try SAMReader()
        let issuer = certificate(reader, "9b", 180)
        let sam = certificate(reader, "9c", 190)
        #expect(issuer.count == 180 && sam.count == 190)
        let ids = "9156000132990000000001"
        #expect(
            Hex.encode(issuer[..<52]) == "A001" + ids + ids + "0000000000000000" + "2026010120451231" + "02"
                + String(repeating: "00", count: 11))
        #expect(Array(issuer[52..<116]) == (try key("ISSUER").bytes))
        #expect(
            Hex.encode(sam[..<62]) == "A002" + ids + "9156000132990000000002" + "9900000000000001" + "2026010120451231"
                + "02"
                + String(repeating: "00", count: 11) + "990101000001" + "00000000")
        #expect(Array(sam[62..<126]) == (try key("SAM").bytes))
        let root = try key("ROOT")
        for (bytes, length) in [(issuer, 116), (sam, 126)] {
            #expect(root.isValid(signature: Array(bytes[length...]), message: Array(bytes[..<length])))
            #expect(
                try OpenSSL.accepts(signature: Array(bytes[length...]), message: Array(bytes[..<length]), key: root))
            var changed = Array(bytes[..<length])
            changed[60] ^= 1
            #expect(try !OpenSSL.accepts(signature: Array(bytes[length...]), message: changed, key: root))
        }
        #expect(certificate(try SAMReader(type: 1), "9c", 190) == sam)
    }

    @Test("SM3 in pieces of any length, SM2 over the digest as it is")
    func signature() throws {
        let reader = try SAMReader(type: 3)
        reader.must(SAMReader.pin)
        reader.must(SAMReader.application)
        let sam = try key("SAM")
        for count in [1, 63, 64, 255, 256, 600, 1639, 3013] {
            let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let step = max(1, count % 251)
            var rest = text[...]
            while rest.count > step {
                reader.must(SAMReader.command("80cc0000", Array(rest.prefix(step))))
                rest = rest.dropFirst(step)
            }
            let digest = Array(hex(reader.fetch(SAMReader.command("80cc0100", Array(rest)))).dropLast(2))
            #expect(digest == SM3.hash(text))
            let one = Array(hex(reader.fetch(SAMReader.command("80ce0000", digest))).dropLast(2))
            let two = Array(hex(reader.fetch(SAMReader.command("80ce0000", digest))).dropLast(2))
            #expect(one.count == 64 && one != two)
            #expect(sam.isValid(signature: one, digest: digest) && sam.isValid(signature: two, digest: digest))
            #expect(!sam.isValid(signature: one, digest: SM3.hash(digest)))
        }
    }

    @Test("A text begun is forgotten by a directory, not by GET RESPONSE or a file")
    func textBegun() throws {
        let reader = try SAMReader()
        reader.must(SAMReader.pin)
        reader.must(SAMReader.application)
        reader.must("80cc000003616263")
        reader.must("00a4000002001c")
        #expect(reader.fetch("80cc010001ff") == Hex.encode(SM3.hash(hex("616263ff"))).lowercased() + "9000")
        reader.must("80cc000003616263")
        reader.must(SAMReader.application)
        #expect(reader.fetch("80cc010001ff") == Hex.encode(SM3.hash([0xFF])).lowercased() + "9000")
    }
}

/// The `openssl` command as a second opinion on a signature.
enum OpenSSL {
    static func accepts(signature: [UInt8], message: [UInt8], key: SM2.PublicKey) throws -> Bool {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sam-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let spki =
            hex("3059301306072a8648ce3d020106082a811ccf5501822d03420004") + key.bytes
        let body = integer(signature[..<32]) + integer(signature[32...])
        for (name, bytes) in [("key", spki), ("text", message), ("signature", [0x30, UInt8(body.count)] + body)] {
            try Data(bytes).write(to: folder.appending(path: name))
        }
        let path = folder.path(percentEncoded: false)
        let command =
            "cd '\(path)' && openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -digest sm3 "
            + "-pkeyopt distid:1234567812345678 -in text -sigfile signature >/dev/null 2>&1"
        let process = try #require(popen(command, "r"))
        return pclose(process) == 0
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first ?? 0x80 >= 0x80 { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
