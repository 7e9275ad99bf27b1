import CardProfiles
import ShangMi

/// Why a security module did not do what it was asked. Never tells anything about a key but its name.
public enum SecurityModuleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The cipher exists in hardware only.
    case cipherNeedsHardware(CardCipher)
    /// The module has no key of that name.
    case keyNotHeld(String)
    /// A key that is diversified by province, before the province is known.
    case provinceUnknown(key: String)
    /// Bytes where exactly so many are wanted.
    case wrongLength(what: String, bytes: Int, expected: Int)
    /// More data than the length before it can say.
    case dataTooLong(bytes: Int, limit: Int)
    /// A certificate field or security-code part that was given no value, or one of the wrong form.
    case missingValue(String)
    /// A certificate that was made elsewhere says something else than what is wanted.
    case certificateDiffers(String, field: String)
    /// The profile publishes no test keys.
    case noTestKeys(profile: String)
    /// The module does not do this.
    case notSupported(String)
    /// The cryptographic library.
    case cryptography(ShangMiError)
    /// What the module would sign with is no good, or not for this.
    case unfit(String)
    /// An HSM answered or failed; says what to do.
    case device(String)
    /// A SAM answered or failed.
    case sam(SAMError)

    public var description: String {
        switch self {
        case .cipherNeedsHardware(let cipher):
            "\(cipher.rawValue.uppercased()) is unpublished and exists in hardware only: software cannot compute it; "
                + "use a SAM or an HSM"
        case .keyNotHeld(let name): "this security module does not hold the key \(name); use one that does"
        case .provinceUnknown(let key):
            "\(key) is diversified by province, and the province is not known; read the issuer file first"
        case .wrongLength(let what, let bytes, let expected): "\(what) has \(bytes) bytes, not \(expected)"
        case .dataTooLong(let bytes, let limit):
            "\(bytes) bytes do not fit one protected command, which holds \(limit); send them in parts"
        case .missingValue(let name): "no usable value was given for '\(name)'"
        case .certificateDiffers(let name, let field):
            "the certificate \(name) that was imported has another \(field) than these cards; import the certificate "
                + "that was issued for them"
        case .noTestKeys(let profile):
            "the profile \(profile) publishes no test keys; use its test-key edition, or a SAM for formal cards"
        case .notSupported(let what): "this security module does not \(what)"
        case .cryptography(let error): error.description
        case .device(let message), .unfit(let message): message
        case .sam(let error): error.description
        }
    }
}
