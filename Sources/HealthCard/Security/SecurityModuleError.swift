import CardProfiles
import Messages
import ShangMi

/// Why a security module did not do what it was asked. Never tells anything about a key but its name.
public enum SecurityModuleError: AdvisedError, Hashable {
    /// The cipher exists in hardware only.
    case cipherNeedsHardware(CardCipher)
    /// The module has no key of that name.
    case keyNotHeld(String)
    /// A key that is diversified by province, before the province is known.
    case provinceUnknown(key: String)
    /// Bytes where exactly so many are wanted.
    case wrongLength(ModuleInput, bytes: Int, expected: Int)
    /// More data than the length before it can say.
    case dataTooLong(bytes: Int, limit: Int)
    /// A certificate field or security-code part that was given no value, or one of the wrong form.
    case missingValue(String)
    /// A certificate that was made elsewhere says something else than what is wanted.
    case certificateDiffers(String, field: String)
    /// The profile publishes no test keys.
    case noTestKeys(profile: String)
    /// The module does not do this.
    case notSupported(ModuleAct)
    /// The cryptographic library.
    case cryptography(ShangMiError)
    /// What the module would sign with is not valid, or not for this.
    case unfit(SigningProblem)
    /// A device failed; what it says, in its own words.
    case device(String)
    /// There is no SAM.
    case noSAM
    /// A SAM answered or failed.
    case sam(SAMError)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case cipherNeedsHardware, keyNotHeld, provinceUnknown, wrongLength, dataTooLong, missingValue
        case certificateDiffers, noTestKeys, notSupported, cryptography, device, unfit, noSAM, sam
    }

    public static let domain = "securityModule"

    public var kind: ErrorKind {
        switch self {
        case .keyNotHeld: .notAllowed
        case .sam(let error): error.kind
        default: .cardRefused
        }
    }

    public var code: Code {
        switch self {
        case .cipherNeedsHardware: .cipherNeedsHardware
        case .keyNotHeld: .keyNotHeld
        case .provinceUnknown: .provinceUnknown
        case .wrongLength: .wrongLength
        case .dataTooLong: .dataTooLong
        case .missingValue: .missingValue
        case .certificateDiffers: .certificateDiffers
        case .noTestKeys: .noTestKeys
        case .notSupported: .notSupported
        case .cryptography: .cryptography
        case .device: .device
        case .unfit: .unfit
        case .noSAM: .noSAM
        case .sam: .sam
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .cryptography(let error): error
        case .sam(let error): error
        default: nil
        }
    }
}

/// What is given to a security module.
public enum ModuleInput: Message, Hashable {
    case header, original, challenge, factor, digest
    case certificate(String)
    /// A field of a certificate: `sam.subject`.
    case field(String)
}

/// What a security module may be asked for and not do.
public enum ModuleAct: Message, Hashable, CaseIterable {
    case protectCommands
    /// The visits of the profile have no certificate.
    case signVisits
}
