import Messages
import ShangMi

/// Why formal cards may not be made. Each says what, where and what to do.
public enum ReleaseRefusal: AdvisedError, Hashable {
    /// No release was given.
    case missing
    case malformed(ReleaseFileError)
    /// The signature is not that of the key it names.
    case signature
    /// Nobody this factory believes has signed it.
    case authorityUnknown(String)
    /// The signer's certificate, or its chain.
    case certificate(SignerProblem)
    /// Nobody may release: where no authority is enrolled.
    case authorityNotEnrolled(Place)
    /// Somebody else is enrolled than is named, or there than here.
    case otherAuthority(enrolled: String, given: String)
    /// What is wrong with the enrolment of an authority.
    case enrolment(EnrolmentProblem)
    /// Two people are wanted; what is missing.
    case notSigned(SignaturesMissing)
    case otherMaker(released: String, given: String)
    case otherProduct(released: String, given: String)
    case otherProductVersion(released: String, given: String)
    case otherDialect(released: String, given: String)
    /// Another profile than the released one; the parts that differ.
    case profileChanged(parts: [String])
    case notYetValid(from: String)
    case expired(until: String)
    case revoked(reason: String)
    /// The list is older than one that was seen.
    case revocationListOlder(number: Int64, seen: Int64)
    /// A list is wanted, by the release or because one was seen.
    case revocationListMissing(number: Int64)
    /// Two lists of one number: the authority's key is in two hands.
    case revocationListForked(number: Int64)
    /// The list is too old by its own word.
    case revocationListStale(until: String)
    case revocationList(ReleaseFileError)
    /// A list was given that says nothing of the release; who it calls its authority.
    case revocationListNotUsed(authority: String)
    case usedUp(limit: Int)
    case otherStation(String)
    case otherLedger
    /// The ledger lacks an entry it had when the release was signed.
    case ledgerHeadMissing(sequence: Int64)
    /// The clock shows an earlier time than something that has happened.
    case clockSetBack(now: String, last: String)
    case otherEngine(released: String, running: String)
    case otherReport
    /// Published test keys where formal ones belong; their names.
    case testKeysLoaded([String])
    /// Other keys than the published ones where test keys belong; their names.
    case formalKeysLoaded([String])
    /// A key gave no answer when it was asked whether it is a published one; its name.
    case keyNotChecked(String)
    /// What test cards are is built in, and the profile has it otherwise; the rules.
    case testRulesChanged([String])
    /// A person of the test region in a formal batch.
    case testRegionApplicant
    /// The ledger has no open attempt for this chip and this person: a card nobody counts.
    case notInLedger
    /// The ledger is not as it was written; the first finding.
    case ledgerChanged(AnyMessage)

    /// Where an authority is enrolled.
    public enum Place: String, Sendable, Hashable {
        case keyStore
        case ledger
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case missing = "releaseMissing"
        case malformed = "releaseMalformed"
        case signature = "releaseSignature"
        case authorityUnknown
        case certificate = "authorityCertificate"
        case authorityNotEnrolled
        case otherAuthority
        case enrolment = "authorityEnrolment"
        case notSigned
        case otherMaker
        case otherProduct
        case otherProductVersion
        case otherDialect
        case profileChanged
        case notYetValid = "releaseNotYetValid"
        case expired = "releaseExpired"
        case revoked = "releaseRevoked"
        case revocationListOlder
        case revocationListMissing
        case revocationListForked
        case revocationListStale
        case revocationList = "revocationListMalformed"
        case revocationListNotUsed
        case usedUp = "releaseUsedUp"
        case otherStation
        case otherLedger
        case ledgerHeadMissing
        case clockSetBack
        case otherEngine
        case otherReport
        case testKeysLoaded
        case formalKeysLoaded
        case keyNotChecked
        case testRulesChanged
        case testRegionApplicant
        case notInLedger
        case ledgerChanged
    }

    public static let domain = "release"
    public var kind: ErrorKind { .notAllowed }

    public var code: Code {
        switch self {
        case .missing: .missing
        case .malformed: .malformed
        case .signature: .signature
        case .authorityUnknown: .authorityUnknown
        case .certificate: .certificate
        case .authorityNotEnrolled: .authorityNotEnrolled
        case .otherAuthority: .otherAuthority
        case .enrolment: .enrolment
        case .notSigned: .notSigned
        case .otherMaker: .otherMaker
        case .otherProduct: .otherProduct
        case .otherProductVersion: .otherProductVersion
        case .otherDialect: .otherDialect
        case .profileChanged: .profileChanged
        case .notYetValid: .notYetValid
        case .expired: .expired
        case .revoked: .revoked
        case .revocationListOlder: .revocationListOlder
        case .revocationListMissing: .revocationListMissing
        case .revocationListForked: .revocationListForked
        case .revocationListStale: .revocationListStale
        case .revocationList: .revocationList
        case .revocationListNotUsed: .revocationListNotUsed
        case .usedUp: .usedUp
        case .otherStation: .otherStation
        case .otherLedger: .otherLedger
        case .ledgerHeadMissing: .ledgerHeadMissing
        case .clockSetBack: .clockSetBack
        case .otherEngine: .otherEngine
        case .otherReport: .otherReport
        case .testKeysLoaded: .testKeysLoaded
        case .formalKeysLoaded: .formalKeysLoaded
        case .keyNotChecked: .keyNotChecked
        case .testRulesChanged: .testRulesChanged
        case .testRegionApplicant: .testRegionApplicant
        case .notInLedger: .notInLedger
        case .ledgerChanged: .ledgerChanged
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .malformed(let error), .revocationList(let error): error
        default: nil
        }
    }
}

/// What of a signer's certificate does not hold.
public enum SignerProblem: Message, Hashable {
    case otherName(certificate: String, file: String)
    case chain(ShangMiError)
    case flaw(CertificateFlaw)
}

/// What is wrong with the enrolment of an authority.
public enum EnrolmentProblem: Message, Hashable {
    case file(ReleaseFileError)
    /// There is none.
    case none
    case number(Int64, next: Int64)
    /// It does not follow the one in force.
    case notFollowing
    case earlier(ReleaseTime, before: ReleaseTime)
    /// It is entered in the ledger with another number or digest.
    case enteredOtherwise
}

/// Which signatures are missing, or are nobody's.
public enum SignaturesMissing: Message, Hashable {
    /// The beginning of the key's digest.
    case unknownKey(String)
    case ofItsPeople(count: Int)
    case ofThePeopleBefore(count: Int)
    case ofEnrolledPeople(count: Int)
}

/// Letters that are not of the two scripts names are written in, by their numbers.
func usualLetters(of text: String) -> String {
    text.unicodeScalars.reduce(into: "") { shown, scalar in
        let isUsual = (0x20...0x7E).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value)
        shown += isUsual ? String(scalar) : "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
    }
}
