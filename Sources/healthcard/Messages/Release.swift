import Files
import Messages

/// What it says to people.
enum AuthorityText: Message {
    case fingerprint
    case certificate
    case personForm
    case peopleRule
    case sign(out: String)
    case missing
}

/// What it says to people.
enum EvidenceStationText: Message {
    case unsigned
    case noneEnrolled
    case notEnrolled(station: String)
    case virtualCards
    case form
    case lineForm(line: Int, path: String)
}

/// What it says to people.
enum ReleaseFileText: Message {
    case notMade(reason: SystemReason, path: String)
    case notWritten(path: String)
}

/// What it says to people.
enum GrantText: Message {
    case authorityNameMissing
    case limitPerLedger
    case released
    case otherBuild
    case headForm
    case stationForm
    case dayForm(option: String)
}

/// What it says to people.
enum ReleaseOptionText: Message {
    case makerMissing
    case releaseMissing
    case notForTestCards
}

/// What it says to people.
enum RevokeText: Message {
    case reasonMissing
    case authorityNameMissing
    case dayForm
    case numberNotKept
    case listed(number: Int64, releases: Int)
    case previousNeeded(number: Int64)
}

/// What it says to people.
enum ReleaseShowText: Message {
    case whatToShow
    case nobody
}

/// What it says to people.
enum ReleaseVerifyText: Message {
    case holds
}

/// What it says to people.
enum RevocationMemoryText: Message {
    case unreadable(path: String)
    case remedy
}

/// What it says to people.
enum SignText: Message {
    case otherPerson(person: String, name: String)
    case nobody
    case willBeSigned
    case signatures
}

/// What it says to people.
enum SignedWord: Message {
    case enrolment
    case numberEnd
    case authority
    case fingerprint
    case root
    case signer
    case policy
    case person
    case destroyed(count: Int)
    case adopted(station: String, entry: Int64)
    case ledger
    case reason
    case drawnUp
    case signedBy
}

/// What it says to people.
enum SignerText: Message {
    case keyOrSigner
    case noPKCS11
    case noSignature
}
