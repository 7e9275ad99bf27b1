import Foundation
import Releases
import ShangMi
import Testing

@testable import Ledger

/// An authority and two people of a factory, with keys of their own.
struct People {
    let authority: SM2.PrivateKey
    let persons: [SM2.PrivateKey]
    static let names = ["张三", "李四"]

    init() throws {
        authority = try .generate()
        persons = try Self.names.map { _ in try SM2.PrivateKey.generate() }
    }

    var signatories: [Signatory] {
        zip(Self.names, persons).map { Signatory(name: $0, key: $1.publicKey) }
    }

    /// Signed by both.
    func enrolment(after previous: AuthorityEnrolment? = nil, name: String = "卫生健康委") throws -> AuthorityEnrolment {
        var enrolment = try AuthorityEnrolment.draft(
            after: previous, name: name, authority: .pinned(authority.publicKey), persons: signatories, at: .now)
        for person in persons { enrolment = try enrolment.signed(by: person) }
        return enrolment
    }

    func signed(_ act: TwoPersonAct, by count: Int = 2) throws -> TwoPersonAct {
        var act = act
        for person in persons.prefix(count) { act = try act.signed(by: person) }
        return act
    }
}

/// What a formal run rests on.
enum FormalSample {
    static func admission(limit: Int? = 2, digest: String = "d") -> ReleaseAdmission {
        ReleaseAdmission(
            digest: String(repeating: digest, count: 64), id: "R-1", limit: limit,
            authority: String(repeating: "e", count: 64) + " 卫生健康委", revocationList: nil)
    }

    static let batch = LedgerBatch(
        id: "B", mode: "formal", profile: "resident-health-card", profileDigest: String(repeating: "a", count: 64),
        contentDigest: String(repeating: "1", count: 64))

    static func run(_ digest: String = "d") -> RunRecord {
        RunRecord(
            batch: "B", mode: "formal", software: "1.0", profileDigest: String(repeating: "a", count: 64),
            releaseDigest: String(repeating: digest, count: 64), operatorName: "operator", lanes: ["1"])
    }
}

extension Ledger {
    /// A formal batch of this many people, and a run of it under a release.
    func beginFormalRun(people count: Int = 6, limit: Int? = 2) throws -> Int64 {
        try admit(FormalSample.admission(limit: limit))
        var sequence = 0
        try enrol(FormalSample.batch, setAside: []) {
            sequence += 1
            return sequence > count ? nil : Sample.order(sequence)
        }
        return try beginRun(FormalSample.run())
    }
}

/// Whether an error is one of these.
func isMemory(_ error: any Error) -> Bool {
    switch error {
    case LedgerError.stationMemory, LedgerError.damaged: true
    default: false
    }
}

func isRefusal(_ error: any Error) -> Bool {
    if case LedgerError.releaseRefused = error { true } else { false }
}
