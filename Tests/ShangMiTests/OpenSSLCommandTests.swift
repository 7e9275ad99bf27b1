import Foundation
import ShangMi
import Testing

/// The `openssl` command as a second opinion: another program, another entry into libcrypto (its own configuration,
/// DER and PEM), the same numbers.
@Suite("Against the openssl command")
struct OpenSSLCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shangmi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path(percentEncoded: false)
    }

    private func openssl(_ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, Array(output))
    }

    private let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 11) }

    @Test("dgst -sm3")
    func digest() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for count in [0, 1, 55, 56, 64, 300] {
            let path = try file("m", Array(message.prefix(count)))
            let result = try openssl(["dgst", "-sm3", "-binary", path])
            #expect(result.status == 0)
            #expect(result.output == SM3.hash(message.prefix(count)))
        }
    }

    @Test("enc -sm4-ecb and -sm4-cbc")
    func encryption() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
        let iv = "00112233445566778899aabbccddeeff"
        let plain = Array(message.prefix(288))
        let path = try file("p", plain)
        let cipher = try SM4(key: SecretBytes(hex: key))
        let ecb = try openssl(["enc", "-sm4-ecb", "-nopad", "-K", key, "-in", path])
        #expect(ecb.status == 0)
        #expect(ecb.output == (try cipher.encryptECB(plain)))
        let cbc = try openssl(["enc", "-sm4-cbc", "-nopad", "-K", key, "-iv", iv, "-in", path])
        #expect(cbc.output == (try cipher.encryptCBC(plain, iv: bytes(iv))))
        let back = try openssl([
            "enc", "-d", "-sm4-cbc", "-nopad", "-K", key, "-iv", iv, "-in", try file("c", cbc.output),
        ])
        #expect(back.output == plain)
        #expect(try cipher.decryptCBC(cbc.output, iv: bytes(iv)) == plain)
    }

    @Test("pkeyutl -verify accepts ours, with the user id and over a ready digest")
    func theirVerification() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = try SM2.PrivateKey.generate()
        let publicKey = try file("public.der", DER.publicKey(key.publicKey))
        let input = try file("m", message)
        for userID in ["1234567812345678", "ALICE123@YAHOO.COM"] {
            let id = Array(userID.utf8)
            for signature in try [
                key.sign(message: message, userID: id), key.deterministicSign(message: message, userID: id),
            ] {
                var arguments = [
                    "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", publicKey, "-rawin", "-digest", "sm3",
                    "-pkeyopt", "distid:\(userID)", "-in", input, "-sigfile", try file("s", DER.signature(signature)),
                ]
                #expect(try openssl(arguments).status == 0)
                arguments[arguments.firstIndex(of: input) ?? 0] = try file("other", message + [0])
                #expect(try openssl(arguments).status != 0)
            }
        }
        let digest = SM3.hash(message)
        let signature = try file("s", DER.signature(key.deterministicSign(digest: digest)))
        let result = try openssl([
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", publicKey, "-in", try file("d", digest),
            "-sigfile", signature,
        ])
        #expect(result.status == 0)
    }

    @Test("pkeyutl -sign makes what ours accepts, with a key of its own making")
    func theirSignature() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pem = folder.appending(path: "key.pem").path(percentEncoded: false)
        #expect(try openssl(["genpkey", "-algorithm", "SM2", "-out", pem]).status == 0)
        let spki = try openssl(["pkey", "-in", pem, "-pubout", "-outform", "DER"]).output
        let publicKey = try SM2.PublicKey(spki.suffix(64))
        let input = try file("m", message)
        for userID in ["1234567812345678", "ALICE123@YAHOO.COM"] {
            let result = try openssl([
                "pkeyutl", "-sign", "-inkey", pem, "-rawin", "-digest", "sm3", "-pkeyopt", "distid:\(userID)", "-in",
                input,
            ])
            #expect(result.status == 0)
            let signature = try DER.raw(result.output)
            #expect(publicKey.isValid(signature: signature, message: message, userID: Array(userID.utf8)))
            #expect(!publicKey.isValid(signature: signature, message: message, userID: Array("other".utf8)))
        }
    }
}

/// Just enough DER to talk to the command; never used outside this test.
private enum DER {
    static func publicKey(_ key: SM2.PublicKey) -> [UInt8] {
        // SubjectPublicKeyInfo { ecPublicKey, sm2 (1.2.156.10197.1.301) }
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
            + [0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04] + key.bytes
    }

    static func signature(_ raw: [UInt8]) -> [UInt8] {
        let body = integer(raw[..<32]) + integer(raw[32...])
        return [0x30, UInt8(body.count)] + body
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first ?? 0x80 >= 0x80 { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    static func raw(_ der: [UInt8]) throws -> [UInt8] {
        var rest = der.dropFirst(2)
        var result: [UInt8] = []
        for _ in 0..<2 {
            let count = try Int(#require(rest.dropFirst().first))
            let digits = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
            result += [UInt8](repeating: 0, count: max(0, 32 - digits.count)) + digits
            rest = rest.dropFirst(2 + count)
        }
        return result
    }
}
