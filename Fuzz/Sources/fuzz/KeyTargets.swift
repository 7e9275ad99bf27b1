import CardProfiles
import ISO7816
import ShangMi

@testable import HealthCard

/// What keys come from.
extension FuzzTarget {
    static let keyTargets: [String: Target] = [
        "key-store": { bytes in
            guard let file = try? KeyStoreFile(parsing: bytes) else { return }
            check(file.bytes == bytes, "a store is spelled in one way")
            check((try? KeyStoreFile(parsing: file.bytes)) == file, "a store that was read is written and read again")
            // Whatever stands there, nobody but the holder of the key sealed it.
            check((try? KeyStore(opening: file, key: anyKey)) == nil, "a store that was not sealed does not open")
            guard let profile = formalProfile else { return }
            _ = file.header.missing(for: profile).count + file.header.unknown(to: profile).count
            try? file.header.check(against: profile)
            _ = file.header.chipBatch(ofProductionData: bytes, profile)
        },
        "custodian-file": { bytes in
            guard let file = try? CustodianFile(SecretBytes(copying: bytes), path: "fuzz", cipher: .sm4) else { return }
            let entries = file.entries.map { (key: $0.key, component: $0.component) }
            guard let text = try? CustodianFile.text(entries, cipher: .sm4) else { return }
            let again = try? CustodianFile(text, path: "fuzz", cipher: .sm4)
            check(again?.entries.map(\.key) == file.entries.map(\.key), "what was read is written and read again")
            check(again?.entries.map(\.component) == file.entries.map(\.component), "components stay what they are")
            _ = try? CustodianFile.components(of: [file, file])
        },
        "imported-certificate": { bytes in
            guard let layout = formalProfile?.certificate("issuer") else { return }
            try? layout.checkForm(of: bytes)
            let values = ["issuerCode": "9156000132430000000001", "issueDate": "20261012", "validUntil": "20361011"]
            try? layout.check(bytes, against: values)
        },
    ]

    private static let anyKey = SecretBytes(copying: [UInt8](repeating: 0x5A, count: 32))
    private static let formalProfile = try? CardProfile.bundled()
}
