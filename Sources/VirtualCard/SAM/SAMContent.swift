import CardProfiles
import ISO7816
import ShangMi

/// What a SAM is issued with and never changes: its keys and its files (Docs/card.md §2.3-§2.4, §3.3,
/// Docs/protocol.md §6), made of the profile and its published test keys.
struct SAMContent: Sendable {
    struct Key: Sendable {
        let name: String
        /// 6 MAC only, 7 encryption only, 8 both.
        let type: Int
        /// By how many factors the SAM diversifies it, 1-3.
        let level: Int
        let value: SecretBytes
    }

    struct File: Sendable {
        let directory: FileIdentifier
        let identifier: FileIdentifier
        let sfi: UInt8
        let bytes: [UInt8]
    }

    let type: Int
    /// 8 bytes.
    let serial: [UInt8]
    let answerToReset: [UInt8]
    /// The master file first.
    let directories: [FileIdentifier]
    let files: [File]
    /// By P2 of DELIVERY SESSION KEY.
    let keys: [UInt8: Key]
    let signatureKey: SM2.PrivateKey
    /// The directory of the certificate, where the signature is made.
    let signatureDirectory: FileIdentifier
    /// Decimal digits in ASCII.
    let pin: SecretBytes

    private static let certificateName = "sam"

    init(type: Int, profile: CardProfile, options: VirtualSAMOptions) throws(VirtualCardError) {
        let rules = profile.sam
        guard let kind = rules.type(type) else {
            throw .profile(.noSAMType(type, known: rules.types.map { String($0.number) }))
        }
        guard profile.cryptography.cipher == .sm4 else {
            throw .cipherUnavailable(profile.cryptography.cipher.rawValue)
        }
        guard let published = profile.testKeys else {
            throw .profile(.noTestKeysForSAM)
        }
        self.type = type
        let serial = options.serial ?? [UInt8](repeating: 0, count: 7) + [UInt8(truncatingIfNeeded: type)]
        guard let answer = rules.answerToReset.bytes(serial: serial) else {
            throw .serialLength(expected: rules.answerToReset.serialLength, actual: serial.count)
        }
        self.serial = serial
        answerToReset = answer
        var values = published.certificateValues[Self.certificateName] ?? [:]
        if let province = options.province {
            guard province.utf8.count == 2, province.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw .profile(.notAProvince(province))
            }
            values["terminal"] = province + (values["terminal"] ?? "").dropFirst(2)
        }
        let issuing = SAMIssuing(profile: profile, published: published, values: values, serial: serial, type: type)
        let files = try issuing.files()
        guard let province = try issuing.province(files) else {
            throw .profile(.noProvinceField(file: rules.provinceFile, field: rules.provinceField))
        }
        self.files = files
        directories =
            [.masterFile]
            + Set(files.map(\.directory)).filter { $0 != .masterFile }
            .sorted { $0.rawValue < $1.rawValue }
        keys = try issuing.keys(of: kind, province: province, levels: options.levels)
        signatureDirectory = rules.file(SAMIssuing.fileName(Self.certificateName))?.directory ?? .masterFile
        signatureKey = try issuing.signatureKey(Self.certificateName)
        let digits = options.pin ?? published.samPIN
        guard (4...16).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .notAPIN
        }
        pin = SecretBytes(copying: Array(digits.utf8))
    }
}
