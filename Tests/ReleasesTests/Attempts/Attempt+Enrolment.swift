import Foundation
import HealthCard
import Ledger
import Production
import ShangMi
import Testing

@testable import Releases

/// Whom to believe.
extension Attempt {
    /// An enrolment that follows the one of the bench, as somebody wants it.
    private static func next(
        _ bench: Bench, signedBy signers: [SM2.PrivateKey], after: AuthorityEnrolment? = nil,
        at time: ReleaseTime = .now
    ) throws -> AuthorityEnrolment {
        try Factory.enrolment(
            after: after ?? bench.chain.current, .pinned(SM2.PrivateKey.generate().publicKey), at: time,
            signedBy: signers)
    }

    private static func adding(_ bench: Bench, _ enrolment: AuthorityEnrolment) throws -> String? {
        try code { _ = try bench.chain.adding(enrolment) }
    }

    /// The first enrolment again, its text changed.
    private static func edited(_ bench: Bench, _ change: (String) -> String) throws -> String? {
        let text = bench.chain.document
        let edited = change(text)
        try #require(edited != text)
        return try code { _ = try AuthorityChain(edited) }
    }

    static let enrolments: [Attempt] = [
        Attempt("a key, an enrolment and a release of the operator's own, with the factory's keys", "otherAuthority") {
            bench in
            let own = try SM2.PrivateKey.generate()
            let keys = try Production.keys(bench.profile, for: bench.chain)
            bench.chain = try bench.operators(own)
            return try bench.gate(bench.admit(bench.terms.signed(by: own)), keys: keys)
        },
        Attempt("the same on a ledger that has worked under the authority", "otherAuthority") { bench in
            try bench.admit()
            let own = try SM2.PrivateKey.generate()
            bench.chain = try bench.operators(own)
            return try bench.admission(bench.terms.signed(by: own))
        },
        Attempt("a release by a key of the operator's own", "authorityUnknown") { bench in
            try bench.admission(bench.terms.signed(by: SM2.PrivateKey.generate()))
        },
        Attempt("keys of a store in which nobody is enrolled", "authorityNotEnrolled") { bench in
            try bench.gate(bench.admit(), keys: Production.keys(bench.profile))
        },
        Attempt("keys with an enrolment that is no text of one", "authorityEnrolment") { bench in
            let keys = try Production.keys(bench.profile)
            return try bench.gate(
                bench.admit(), keys: KeySet(version: keys.version, values: keys.values, authority: "卫生部\n"))
        },
        Attempt("keys with an empty enrolment", "authorityEnrolment") { bench in
            let keys = try Production.keys(bench.profile)
            return try bench.gate(
                bench.admit(), keys: KeySet(version: keys.version, values: keys.values, authority: ""))
        },
        Attempt("keys with the enrolment's draft", "notSigned") { bench in
            let keys = try Production.keys(bench.profile)
            let draft = String(decoding: bench.chain.current.signedBytes, as: UTF8.self)
            return try bench.gate(
                bench.admit(), keys: KeySet(version: keys.version, values: keys.values, authority: draft))
        },
        Attempt("keys of another factory, whose authority is another", "otherAuthority") { bench in
            let keys = try Production.keys(bench.profile, for: bench.operators(.generate()))
            return try bench.gate(bench.admit(), keys: keys)
        },
        Attempt("keys of a factory that has changed its authority since", "otherAuthority") { bench in
            let chain = try bench.chain.adding(next(bench, signedBy: Factory.persons.prefix(2).map(\.key)))
            return try bench.gate(bench.admit(), keys: Production.keys(bench.profile, for: chain))
        },
        Attempt("a release by the authority before", "authorityUnknown") { bench in
            let release = try bench.release()
            bench.chain = try bench.chain.adding(next(bench, signedBy: Factory.persons.prefix(2).map(\.key)))
            return try bench.admission(release)
        },
        Attempt("a store put back to the enrolment before", "otherAuthority") { bench in
            let first = bench.chain
            let release = try bench.release()
            let second = try SM2.PrivateKey.generate()
            bench.chain = try bench.chain.adding(
                Factory.enrolment(after: bench.chain.current, .pinned(second.publicKey)))
            try bench.admit(bench.terms.signed(by: second))
            bench.chain = first
            return try bench.admission(release)
        },
        Attempt("two enrolments of number 2", "otherAuthority") { bench in
            let first = bench.chain
            let (one, other) = (try SM2.PrivateKey.generate(), try SM2.PrivateKey.generate())
            bench.chain = try first.adding(Factory.enrolment(after: first.current, .pinned(one.publicKey)))
            try bench.admit(bench.terms.signed(by: one))
            bench.chain = try first.adding(Factory.enrolment(after: first.current, .pinned(other.publicKey)))
            return try bench.admission(bench.terms.signed(by: other))
        },
        // MARK: Who has signed it
        Attempt("an enrolment nobody has signed", "notSigned") { bench in
            try adding(bench, next(bench, signedBy: []))
        },
        Attempt("an enrolment one person has signed", "notSigned") { bench in
            try adding(bench, next(bench, signedBy: [Factory.persons[0].key]))
        },
        Attempt("an enrolment one person has signed twice", "file") { bench in
            try code { _ = try next(bench, signedBy: [Factory.persons[0].key, Factory.persons[0].key]) }
        },
        Attempt("the line of one signature copied", "file", "authorityEnrolment") { bench in
            let line = String(bench.chain.document.split(separator: "\n").last ?? "") + "\n"
            return try edited(bench) { $0 + line }
        },
        Attempt("an enrolment one person and the operator have signed", "notSigned", "authorityUnknown") { bench in
            try adding(bench, next(bench, signedBy: [Factory.persons[0].key, .generate()]))
        },
        Attempt("an enrolment two strangers have signed", "notSigned", "authorityUnknown") { bench in
            try adding(bench, next(bench, signedBy: [.generate(), .generate()]))
        },
        Attempt("an enrolment signed by the two it names itself", "notSigned", "authorityUnknown") { bench in
            let people = try (0..<2).map { number in ("人\(number)", try SM2.PrivateKey.generate()) }
            return try adding(
                bench,
                Factory.enrolment(
                    after: bench.chain.current, .pinned(SM2.PrivateKey.generate().publicKey),
                    persons: people.map { Signatory(name: $0.0, key: $0.1.publicKey) }, signedBy: people.map(\.1)))
        },
        Attempt("an enrolment signed by the authority that is to come", "notSigned") { bench in
            let own = try SM2.PrivateKey.generate()
            return try adding(
                bench, Factory.enrolment(after: bench.chain.current, .pinned(own.publicKey), signedBy: [own]))
        },
        Attempt("a first enrolment signed by its authority alone", "notSigned") { bench in
            let own = try SM2.PrivateKey.generate()
            return try code {
                _ = try AuthorityChain([Factory.enrolment(.pinned(own.publicKey), signedBy: [own])])
            }
        },
        Attempt("a first enrolment by one of its people", "notSigned") { bench in
            try code {
                _ = try AuthorityChain([
                    Factory.enrolment(
                        .pinned(bench.authority.publicKey), signedBy: Factory.persons.prefix(1).map(\.key))
                ])
            }
        },
        Attempt("the authority's key given to a person", "file") { bench in
            try code {
                _ = try AuthorityEnrolment.draft(
                    after: nil, name: "卫生部", authority: .pinned(bench.authority.publicKey),
                    persons: [Factory.signatories[0], Signatory(name: "x", key: bench.authority.publicKey)], at: .now)
            }
        },
        Attempt("one key under two names", "file") { bench in
            let key = Factory.persons[0].key.publicKey
            return try code {
                _ = try AuthorityEnrolment.draft(
                    after: nil, name: "卫生部", authority: .pinned(bench.authority.publicKey),
                    persons: [Signatory(name: "甲", key: key), Signatory(name: "乙", key: key)], at: .now)
            }
        },
        Attempt("two keys under one name", "file") { bench in
            let people = Factory.signatories
            return try code {
                _ = try AuthorityEnrolment.draft(
                    after: nil, name: "卫生部", authority: .pinned(bench.authority.publicKey),
                    persons: [people[0], Signatory(name: people[0].name, key: people[1].key)], at: .now)
            }
        },
        Attempt("a single person", "file") { bench in
            try code {
                _ = try AuthorityEnrolment.draft(
                    after: nil, name: "卫生部", authority: .pinned(bench.authority.publicKey),
                    persons: [Factory.signatories[0]], at: .now)
            }
        },
        // MARK: Changed after it was signed
        Attempt("the enrolment's name edited", "releaseSignature") { bench in
            try edited(bench) { $0.replacing("authority: 卫生部", with: "authority: 卫生厅") }
        },
        Attempt("the enrolment's key edited", "releaseSignature") { bench in
            let (old, new) = (bench.authority.publicKey, try SM2.PrivateKey.generate().publicKey)
            return try edited(bench) { $0.replacing(SignedValue.hex(old.bytes), with: SignedValue.hex(new.bytes)) }
        },
        Attempt("a person's key edited", "notSigned", "authorityUnknown", "releaseSignature") { bench in
            let (old, new) = (Factory.persons[0].key.publicKey, try SM2.PrivateKey.generate().publicKey)
            return try edited(bench) { $0.replacing(SignedValue.hex(old.bytes), with: SignedValue.hex(new.bytes)) }
        },
        Attempt("a person added", "releaseSignature") { bench in
            let line = "person: \(SignedValue.hex(try SM2.PrivateKey.generate().publicKey.bytes)) 赵六\n"
            return try edited(bench) { $0.replacing("signed-at: ", with: line + "signed-at: ") }
        },
        Attempt("a person taken out", "releaseSignature", "authorityUnknown", "notSigned") { bench in
            let line = "person: \(SignedValue.hex(Factory.persons[2].key.publicKey.bytes)) 王五\n"
            return try edited(bench) { $0.replacing(line, with: "") }
        },
        Attempt("the enrolment's time edited", "releaseSignature") { bench in
            let time = bench.chain.current.signedAt
            return try edited(bench) {
                $0.replacing(time.description, with: time.advanced(bySeconds: 86400).description)
            }
        },
        Attempt("a signature said to be somebody else's", "releaseSignature") { bench in
            let people = Factory.signatories
            return try edited(bench) {
                $0.replacing("signature: " + people[0].fingerprint, with: "signature: " + people[2].fingerprint)
            }
        },
        Attempt("the signatures of another enrolment", "releaseSignature") { bench in
            let other = try Factory.enrolment(.pinned(SM2.PrivateKey.generate().publicKey))
            let end = PeopleSignatures(signatures: other.signatures, certificates: [])
            return try code {
                _ = try AuthorityChain([AuthorityEnrolment(bench.chain.current.signedBytes + end.bytes)])
            }
        },
        // MARK: Which follows which
        Attempt("an enrolment that follows another one", "authorityEnrolment") { bench in
            let other = try Factory.enrolment(.pinned(SM2.PrivateKey.generate().publicKey), name: "另一机构")
            return try adding(
                bench, next(bench, signedBy: Factory.persons.prefix(2).map(\.key), after: other))
        },
        Attempt("a second number 1", "authorityEnrolment") { bench in
            try adding(bench, Factory.enrolment(.pinned(SM2.PrivateKey.generate().publicKey)))
        },
        Attempt("a number left out", "authorityEnrolment") { bench in
            let people = Factory.persons.prefix(2).map(\.key)
            let second = try next(bench, signedBy: people)
            return try adding(bench, next(bench, signedBy: people, after: second))
        },
        Attempt("a chain without its first", "authorityEnrolment") { bench in
            let second = try next(bench, signedBy: Factory.persons.prefix(2).map(\.key))
            return try code { _ = try AuthorityChain([second]) }
        },
        Attempt("an enrolment older than the one before", "authorityEnrolment") { bench in
            try adding(
                bench,
                next(
                    bench, signedBy: Factory.persons.prefix(2).map(\.key),
                    at: bench.chain.current.signedAt.advanced(bySeconds: -Bench.day)))
        },
        Attempt("an enrolment in the ledger before its first release, of the operator's own", "otherAuthority") {
            bench in
            let own = try bench.operators(.generate()).current
            try bench.ledger.enrol(
                EnrolledAuthority(
                    number: 1, digest: own.digest, document: String(decoding: own.bytes, as: UTF8.self)))
            return try bench.admission()
        },
    ]
}
