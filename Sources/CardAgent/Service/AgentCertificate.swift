import COpenSSL
import CSelfSigned
import Files
import Glibc
import HealthCard
import NIOSSL
import ShangMi

/// The certificate of listeners that the network can reach: the hospital's, or one that is made at the first start.
struct AgentCertificate: Sendable {
    let configuration: TLSConfiguration
    /// SHA-256 of the certificate, `AB:CD:…`: what a person compares before trusting it.
    let fingerprint: String

    static let certificateName = "certificate.pem"
    static let keyName = "certificate-key.pem"

    /// - Parameter names: for one that is made: host names and addresses.
    /// - Throws: ``AgentError/certificate(file:)``, ``AgentError/stateNotKept(file:)``.
    init(_ tls: AgentConfiguration.TLS, folder: String, names: [String]) throws(AgentError) {
        switch tls {
        case .files(let certificate, let key): try self.init(certificate: certificate, key: key)
        case .own:
            let (certificate, key) = ("\(folder)/\(Self.certificateName)", "\(folder)/\(Self.keyName)")
            if access(certificate, F_OK) != 0 { try Self.make(certificate, key, names) }
            try self.init(certificate: certificate, key: key)
        }
    }

    private init(certificate: String, key: String) throws(AgentError) {
        do {
            let chain = try InputFile.contents(of: certificate, atMost: 64 << 10)
            let secret = try PrivateFile.read(key, atMost: 64 << 10, access: .guarded)
            let certificates = try NIOSSLCertificate.fromPEMBytes(chain)
            let privateKey = try secret.withUnsafeBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .pem) }
            guard let own = certificates.first else { throw AgentError.certificate(file: certificate) }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            // Tells key and certificate that do not fit together apart, now and not at the first client.
            _ = try NIOSSLContext(configuration: configuration)
            self.configuration = configuration
            let digest = try Self.sha256(own.toDERBytes())
            fingerprint = digest.map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return digits.count == 1 ? "0" + digits : digits
            }.joined(separator: ":")
        } catch { throw .certificate(file: certificate) }
    }

    private static func sha256(_ bytes: [UInt8]) throws(AgentError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1, count == 32 else {
            throw .internalError
        }
        return digest
    }

    /// A self-signed certificate of a P-256 key for ten years.
    private static func make(_ certificate: String, _ key: String, _ names: [String]) throws(AgentError) {
        let alternatives = names.map { AgentConfiguration.isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }.joined(
            separator: ",")
        var certificateText: UnsafeMutablePointer<CChar>?
        var keyText: UnsafeMutablePointer<CChar>?
        guard healthcard_self_signed(alternatives, 3_650, &certificateText, &keyText) == 1, let certificateText,
            let keyText
        else { throw .internalError }
        let keyLength = strlen(keyText)
        defer {
            explicit_bzero(keyText, keyLength)
            free(keyText)
            free(certificateText)
        }
        // The key first: a certificate without its key would never be made again.
        let keyBytes = UnsafeRawBufferPointer(start: keyText, count: keyLength)
        guard DurableFile.replace(key, with: Array(keyBytes)) else { throw .stateNotKept(file: key) }
        let certificateBytes = UnsafeRawBufferPointer(start: certificateText, count: strlen(certificateText))
        guard DurableFile.replace(certificate, with: Array(certificateBytes)) else {
            throw .stateNotKept(file: certificate)
        }
    }
}
