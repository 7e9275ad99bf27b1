import ArgumentParser
import Foundation
import HealthCard
import Messages
import Releases
import ShangMi

/// The authority's key: a file, or a program that speaks to the device that keeps it.
struct SignerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The private key of the authority or the person who signs, PKCS#8 under a passphrase, in PEM.",
            valueName: "pem"))
    var key: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            A program that signs, for keys in a device: its last argument is e (SM3 of Z and the text, 64 \
            hexadecimal digits), and it prints r and s (128 digits). Needs --public-key.
            """, valueName: "command"))
    var signer: String?

    @Option(name: .long, help: ArgumentHelp("With --signer: the device's public key, in PEM.", valueName: "pem"))
    var publicKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The certificate of the key, then those up to the root, in PEM; one option each.", valueName: "pem"))
    var certificate: [String] = []

    @OptionGroup var credentialOptions: CredentialOptions

    func validate() throws {
        guard (key == nil) != (signer == nil), (signer == nil) == (publicKey == nil) else {
            throw ValidationError(
                Terminal.words(SignerText.keyOrSigner))
        }
        if let key, key.hasPrefix("pkcs11:") {
            throw ValidationError(
                Terminal.words(SignerText.noPKCS11))
        }
    }

    func open() throws -> any ReleaseSigner {
        if let signer, let publicKey {
            let pem = try ReleaseFiles.read(publicKey, atMost: 16384)
            return CommandSigner(
                command: signer, publicKey: try ReleaseFiles.explained(publicKey) { try SM2.PublicKey(pem: pem) })
        }
        let path = key ?? ""
        KeyProtection.engage()
        let pem = try ReleaseFiles.read(path, atMost: 16384)
        return try ReleaseFiles.explained(path) {
            try SM2.PrivateKey(encryptedPEM: pem, passphrase: credentialOptions.passphrase())
        }
    }

    func certificates() throws -> [SM2Certificate] {
        try certificate.map { path in
            try ReleaseFiles.explained(path) {
                try SM2Certificate(pem: ReleaseFiles.read(path, atMost: 16384))
            }
        }
    }
}

/// What a device has signed, by the word of the program that speaks to it; the signature is verified before it is used.
struct CommandSigner: ReleaseSigner {
    let command: String
    let publicKey: SM2.PublicKey

    func signature(of message: [UInt8]) throws -> [UInt8] {
        let digest = try SM2.messageDigest(message, publicKey: publicKey)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command + " \"$1\"", "sh", digest.map { String(format: "%02x", $0) }.joined()]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.read(upToCount: 4096) ?? Data()
        process.waitUntilExit()
        let answer = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        guard process.terminationStatus == 0, let signature = Self.bytes(answer) else {
            throw Failure(
                .badInput,
                SignerText.noSignature)
        }
        return signature
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 2 * SM2.signatureByteCount else { return nil }
        var bytes: [UInt8] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
