import CardProfiles
import Foundation
import ShangMi

@testable import ElectronicCard

/// What a scanner types, and what a platform answers.
extension FuzzTarget {
    static let electronicCardTargets: [String: Target] = [
        "scanned-text": { bytes in
            let recognition = Recognition(of: bytes)
            _ = recognition.normalizations.names
            guard let code = recognition.code else { return }
            check(code.text.utf8.count <= bytes.count, "a code is no longer than its text")
            let again = Recognition(of: code.text)
            check(again.code == code && again.normalizations == [], "a code is spelled in one way")
            check(code.id.hex == code.idDigits, "an id is its digits")
            check(code.kind != .dynamic || code.validity != nil, "a dynamic code has a validity")
            guard let keys = try? SoftwareKeyHolder.test(), let now = CalendarDateTime("2026-11-30T12:00:00") else {
                return
            }
            var verifier = CodeVerifier(keys: keys)
            let verification = try? verifier.verify(code, checksValidity: true, at: now)
            check(verification?.verified?.holder == nil, "nobody was asked for")
        },
        "platform-answer": { bytes in
            for dialect in dialects {
                let client = PlatformClient(
                    dialect: dialect, address: "https://localhost", credentials: credentials,
                    transport: Fixed(bytes: bytes), clock: { 1_796_000_000_000 })
                check((try? client.perform(PlatformRequest(.query))) == nil, "nobody else signs an answer")
                if let answer = WireJSON(bytes) { _ = try? PlatformAnswer(answer, dialect) }
            }
        },
    ]

    private struct Fixed: PlatformTransport {
        let bytes: [UInt8]
        func post(_ body: [UInt8], to url: String) throws(PlatformError) -> [UInt8] { bytes }
    }

    private static let dialects = [try? PlatformDialect.national(), try? PlatformDialect.tencent()].compactMap { $0 }
    private static let credentials = PlatformCredentials(
        appID: "fuzz", appSecret: SecretBytes(copying: Array("a secret nobody has".utf8)),
        contentKey: SecretBytes(copying: [UInt8](repeating: 0x5A, count: 16)))
}
