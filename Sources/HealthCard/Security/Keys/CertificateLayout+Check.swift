import CardProfiles
import ISO7816
import ShangMi

/// Certificates that were made elsewhere (`Docs/protocol.md §7`).
extension CertificateLayout {
    /// Whether bytes are a certificate of this layout: its length, its constants, a public key of the curve. The
    /// signature is not verified: the root's public key is not part of a profile.
    ///
    /// - Throws: ``KeyStoreError/certificate(_:field:problem:)``.
    func checkForm(of bytes: [UInt8]) throws(KeyStoreError) {
        guard bytes.count == size else {
            throw .certificate(name, field: nil, problem: .length(bytes: bytes.count, expected: size))
        }
        for field in fields {
            let content = Array(bytes.dropFirst(field.offset).prefix(field.length))
            switch field.content {
            case .constant(let wanted):
                guard content == wanted else {
                    throw .certificate(name, field: field.name, problem: .constant(Hex.encode(wanted)))
                }
            case .zeros:
                guard content.allSatisfy({ $0 == 0 }) else {
                    throw .certificate(name, field: field.name, problem: .zeros)
                }
            case .publicKey:
                guard (try? SM2.PublicKey(content)) != nil else {
                    throw .certificate(name, field: field.name, problem: .curve)
                }
            case .digits, .bytes, .signature: break
            }
        }
    }

    /// Whether a certificate says what is wanted of it.
    ///
    /// - Parameter values: by field content name: decimal digits for digits, hexadecimal for bytes.
    /// - Throws: ``SecurityModuleError/certificateDiffers(_:field:)``, ``SecurityModuleError/missingValue(_:)``,
    ///   ``SecurityModuleError/wrongLength(_:bytes:expected:)``.
    func check(_ bytes: [UInt8], against values: [String: String]) throws(SecurityModuleError) {
        guard bytes.count == size else {
            throw .wrongLength(.certificate(name), bytes: bytes.count, expected: size)
        }
        for field in fields {
            let wanted: [UInt8]
            switch field.content {
            case .constant(let bytes): wanted = bytes
            case .zeros: wanted = [UInt8](repeating: 0, count: field.length)
            case .digits(let name):
                guard let digits = values[name].flatMap({ [UInt8](digits: $0, length: field.length) }) else {
                    throw .missingValue(name)
                }
                wanted = digits
            case .bytes(let name):
                guard let decoded = values[name].flatMap({ Hex.decode($0) }) else { throw .missingValue(name) }
                wanted = decoded
            case .publicKey, .signature: continue
            }
            guard bytes.dropFirst(field.offset).prefix(field.length).elementsEqual(wanted) else {
                throw .certificateDiffers(name, field: field.name)
            }
        }
    }
}
