import CardProfiles
import ISO7816
import Messages
import ShangMi

/// Fills a test SAM: published keys, certificates signed by the published root, a public file that tells the type.
/// The same arguments always give the same bytes.
struct SAMIssuing {
    let profile: CardProfile
    let published: TestKeyPublication
    /// What certificates say: by the name of a field's content.
    let values: [String: String]
    let serial: [UInt8]
    let type: Int

    /// The file of a SAM that holds a certificate.
    static func fileName(_ certificate: String) -> String { certificate + "Certificate" }

    // MARK: Keys

    /// The keys of a type: those used at one level as this province's, the others as national ones.
    func keys(
        of type: SAMType, province: [UInt8], levels: [String: Int]
    ) throws(VirtualCardError) -> [UInt8: SAMContent.Key] {
        var keys: [UInt8: SAMContent.Key] = [:]
        for name in type.keys {
            guard let key = profile.keys.first(where: { $0.name == name }), let address = key.sam else {
                throw .profile(.noSAMAddress(key: name, samType: type.number))
            }
            let level = levels[name] ?? address.levels
            guard (1...3).contains(level) else { throw .profile(.level(key: name, level)) }
            var value = SecretBytes(copying: SM3.hash(Array(published.text(of: name).utf8)).prefix(SM4.blockSize))
            if level == 1, key.diversification == .provinceThenCard {
                do {
                    value = try SecureMessaging(profile.cryptography)
                        .derive(value, factor: province, expansion: profile.cryptography.diversification)
                } catch { throw .cipherUnavailable("sm4", AnyMessage(of: error)) }
            }
            keys[address.identifier] = SAMContent.Key(name: name, type: address.type, level: level, value: value)
        }
        return keys
    }

    /// The province's factor, from the field of the SAM's file that names it.
    func province(_ files: [SAMContent.File]) throws(VirtualCardError) -> [UInt8]? {
        guard let file = profile.sam.file(profile.sam.provinceFile),
            let field = file.fields.first(where: { $0.name == profile.sam.provinceField }),
            let bytes = files.first(where: { $0.identifier == file.fileIdentifier })?.bytes
        else { return nil }
        let digits = Hex.encode(bytes.dropFirst(field.offset).prefix(field.length))
        return profile.cryptography.provinceFactor.factor(of: digits)
    }

    func signatureKey(_ certificate: String) throws(VirtualCardError) -> SM2.PrivateKey {
        guard let layout = profile.certificate(certificate) else {
            throw .profile(.noCertificateLayout(certificate))
        }
        return try privateKey(layout.subject)
    }

    private func privateKey(_ name: String) throws(VirtualCardError) -> SM2.PrivateKey {
        guard published.signatureKeys.contains(name) else { throw .profile(.noSignatureKey(name)) }
        do { return try SM2.PrivateKey(seed: SM3.hash(Array(published.text(of: name).utf8))) } catch {
            throw .profile(.signatureKey(name, AnyMessage(of: error)))
        }
    }

    // MARK: Files

    func files() throws(VirtualCardError) -> [SAMContent.File] {
        var files: [SAMContent.File] = []
        for file in profile.sam.files {
            let bytes: [UInt8]
            if let layout = profile.certificates.first(where: { Self.fileName($0.name) == file.name }) {
                bytes = try certificate(layout)
                guard bytes.count == file.size else {
                    throw .profile(.certificateTooLong(layout.name, fileBytes: file.size))
                }
            } else {
                bytes = file.fields.flatMap { content(of: $0, in: file) }
            }
            files.append(
                SAMContent.File(
                    directory: file.directory ?? .masterFile, identifier: file.fileIdentifier, sfi: file.sfi.rawValue,
                    bytes: bytes))
        }
        return files
    }

    /// Zeros for a field of which nothing is known.
    private func content(of field: LayoutField, in file: SAMFile) -> [UInt8] {
        let bytes: [UInt8]
        if file.name == profile.sam.provinceFile {
            let terminal = Hex.decode(values["terminal"] ?? "") ?? []
            bytes = Array(terminal.dropFirst(field.offset).prefix(field.length))
        } else {
            switch field.name {
            case "serial": bytes = serial
            case "keyCardType": bytes = [UInt8(truncatingIfNeeded: type)]
            case "version", "commandSetVersion", "keyIndex": bytes = [0x01]
            case "issuer": bytes = Array(packed(values["issuerCode"] ?? "", length: 11).prefix(field.length))
            case "receiver": bytes = Array(packed(values["subjectCode"] ?? "", length: 11).prefix(field.length))
            case "startDate": bytes = packed(values["issueDate"] ?? "", length: field.length)
            case "expiryDate": bytes = packed(values["validUntil"] ?? "", length: field.length)
            default: bytes = []
            }
        }
        return [UInt8](repeating: 0, count: max(0, field.length - bytes.count)) + bytes.suffix(field.length)
    }

    private func certificate(_ layout: CertificateLayout) throws(VirtualCardError) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in layout.fields {
            switch field.content {
            case .constant(let constant): bytes += constant
            case .zeros: bytes += [UInt8](repeating: 0, count: field.length)
            case .digits(let name): bytes += packed(values[name] ?? "", length: field.length)
            case .bytes(let name): bytes += (Hex.decode(values[name] ?? "") ?? []).prefix(field.length)
            case .publicKey: bytes += try privateKey(layout.subject).publicKey.bytes
            case .signature:
                do {
                    bytes += try privateKey(layout.signer)
                        .deterministicSign(message: bytes, userID: Array(layout.userID.utf8))
                } catch let error as VirtualCardError { throw error } catch {
                    throw .profile(.certificateNotSigned(layout.name, AnyMessage(of: error)))
                }
            }
            guard bytes.count == field.offset + field.length else {
                throw .profile(.noFieldValue("\(layout.name).\(field.name)", bytes: field.length))
            }
        }
        return bytes
    }

    /// Digits two a byte from the left, F after the last.
    private func packed(_ digits: String, length: Int) -> [UInt8] {
        let padded = digits + String(repeating: "F", count: max(0, 2 * length - digits.utf8.count))
        return Hex.decode(String(padded.prefix(2 * length))) ?? []
    }
}
