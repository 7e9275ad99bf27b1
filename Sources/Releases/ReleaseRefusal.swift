/// Why formal cards may not be made. Each says what, where and what to do.
public enum ReleaseRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// No release was given.
    case missing
    case malformed(ReleaseFileError)
    /// The signature is not that of the key it names.
    case signature
    /// Nobody this factory believes has signed it.
    case authorityUnknown(String)
    /// The signer's certificate, or its chain.
    case certificate(String)
    /// Nobody may release: where no authority is enrolled.
    case authorityNotEnrolled(Place)
    /// Somebody else is enrolled than is named, or there than here.
    case otherAuthority(enrolled: String, given: String)
    /// What is wrong with the enrolment of an authority.
    case enrolment(String)
    /// Two people are wanted; what is missing.
    case notSigned(String)
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
    case ledgerChanged(String)

    /// Where an authority is enrolled.
    public enum Place: String, Sendable, Hashable {
        case keyStore
        case ledger
    }

    /// A name that stays what it is, for programs.
    public var code: String {
        switch self {
        case .missing: "releaseMissing"
        case .malformed: "releaseMalformed"
        case .signature: "releaseSignature"
        case .authorityUnknown: "authorityUnknown"
        case .certificate: "authorityCertificate"
        case .authorityNotEnrolled: "authorityNotEnrolled"
        case .otherAuthority: "otherAuthority"
        case .enrolment: "authorityEnrolment"
        case .notSigned: "notSigned"
        case .otherMaker: "otherMaker"
        case .otherProduct: "otherProduct"
        case .otherProductVersion: "otherProductVersion"
        case .otherDialect: "otherDialect"
        case .profileChanged: "profileChanged"
        case .notYetValid: "releaseNotYetValid"
        case .expired: "releaseExpired"
        case .revoked: "releaseRevoked"
        case .revocationListOlder: "revocationListOlder"
        case .revocationListMissing: "revocationListMissing"
        case .revocationListForked: "revocationListForked"
        case .revocationListStale: "revocationListStale"
        case .revocationList: "revocationListMalformed"
        case .revocationListNotUsed: "revocationListNotUsed"
        case .usedUp: "releaseUsedUp"
        case .otherStation: "otherStation"
        case .otherLedger: "otherLedger"
        case .ledgerHeadMissing: "ledgerHeadMissing"
        case .clockSetBack: "clockSetBack"
        case .otherEngine: "otherEngine"
        case .otherReport: "otherReport"
        case .testKeysLoaded: "testKeysLoaded"
        case .formalKeysLoaded: "formalKeysLoaded"
        case .keyNotChecked: "keyNotChecked"
        case .testRulesChanged: "testRulesChanged"
        case .testRegionApplicant: "testRegionApplicant"
        case .notInLedger: "notInLedger"
        case .ledgerChanged: "ledgerChanged"
        }
    }

    public var description: String {
        switch self {
        case .missing: "formal cards want a release: have test cards approved, and give the file of the approval"
        case .malformed(let error): "this is no release: \(error)"
        case .signature: "the release was changed, or not signed by the key it names: get it again from the authority"
        case .authorityUnknown(let name):
            "the release is signed for \(Self.shown(name)), whose key this factory does not know: "
                + "give the authority's key or root if it is the right one"
        case .certificate(let what): "the authority's certificate does not hold: \(what); ask the authority"
        case .authorityNotEnrolled(let place):
            "nobody may release cards here: no authority is enrolled in \(place == .keyStore ? "the key store" : "the ledger"); "
                + "have two people sign its enrolment (`healthcard release authority enrol`, `healthcard sign`) and enter "
                + "it into the key store (`healthcard keys authority`)"
        case .otherAuthority(let enrolled, let given):
            "the authority that is enrolled is \(Self.shown(enrolled)), and this is \(Self.shown(given)): who may release "
                + "is changed by an enrolment alone, never by naming another"
        case .enrolment(let what): "the enrolment of the authority does not hold: \(what); get it again"
        case .notSigned(let what): "it has not the signatures of two people that are enrolled: \(what)"
        case .otherMaker(let released, let given): Self.other("maker", released, given)
        case .otherProduct(let released, let given): Self.other("product", released, given)
        case .otherProductVersion(let released, let given): Self.other("product version", released, given)
        case .otherDialect(let released, let given): Self.other("dialect", released, given)
        case .profileChanged(let parts):
            "the profile is not the released one: "
                + (parts.isEmpty ? "no part can be named" : "changed in \(Self.list(parts))")
                + "; take back the change, or have test cards made with it approved"
        case .notYetValid(let from): "the release is valid from \(from) on: wait, or look at the clock"
        case .expired(let until): "the release has expired (\(until)): have it renewed"
        case .revoked(let reason): "the release was revoked: \(Self.shown(reason)); ask the authority"
        case .revocationListOlder(let number, let seen):
            "revocation list \(number) is older than list \(seen), which is known here: get the last one"
        case .revocationListMissing(let number):
            "the authority's revocation list \(number) or a later one is wanted: get it and give it"
        case .revocationListForked(let number):
            "there are two revocation lists \(number): one was not made by the authority; make no cards and ask it"
        case .revocationListStale(let until): "the revocation list was to be renewed by \(until): get the last one"
        case .revocationList(let error): "this is no revocation list: \(error)"
        case .revocationListNotUsed(let authority):
            "the revocation list of \(Self.shown(authority)) is by another key than the release and says nothing of it: "
                + "give the list of the authority that is enrolled, or leave this one out"
        case .usedUp(let limit): "the release allows \(limit) cards, and so many were begun: have it extended"
        case .otherStation(let station):
            "the release does not name this station, \(station): make the cards where it allows, or have it extended"
        case .otherLedger: "the release is bound to another ledger: use that one"
        case .ledgerHeadMissing(let sequence):
            "the release names entry \(sequence) of the ledger, which is not there, or another: the ledger was put back, or "
                + "it is not the one; make no cards and ask who could write to it"
        case .clockSetBack(let now, let last):
            "the clock shows \(now), and something happened at \(last): set the clock right"
        case .otherEngine(let released, let running):
            "the test cards were made with software \(released), this is \(running): use that one, or have test cards "
                + "made with this one approved"
        case .otherReport: "the test report is not the one the release rests on: give the right one"
        case .testKeysLoaded(let names):
            "the published test keys \(Self.list(names)) are loaded: everybody knows them; use the formal key store"
        case .formalKeysLoaded(let names):
            "other keys than the published ones are loaded for test cards: \(Self.list(names)); formal keys never go "
                + "onto test cards"
        case .keyNotChecked(let name):
            "the key \(name) did not answer, so nobody knows whether it is a published test key: start again, with more "
                + "memory if there is little"
        case .testRulesChanged(let rules):
            "what test cards are is part of the program, and the profile has it otherwise: \(Self.list(rules)); take that "
                + "out of the overlay or the profile"
        case .testRegionApplicant:
            "the applicant is of the test region, which belongs to test cards: make them in a batch of mode \"test\""
        case .notInLedger:
            "the ledger has not begun this chip for this person: formal cards are made by a production line alone"
        case .ledgerChanged(let finding):
            "the ledger does not count right (\(finding)): run `healthcard ledger verify` and find out who could write "
                + "to it"
        }
    }

    private static func other(_ what: String, _ released: String, _ given: String) -> String {
        "the release is for the \(what) \(shown(released)), and this is \(shown(given)): another one wants test cards and "
            + "a release of its own"
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    /// In quotes; letters that are not of the two scripts names are written in are told by their numbers, since a
    /// Cyrillic А looks like any other.
    private static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            let isUsual = (0x20...0x7E).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value)
            shown += isUsual ? String(scalar) : "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
        }
        return "\"\(shown)\""
    }
}
