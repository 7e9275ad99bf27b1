import Messages
import Releases
import ShangMi

/// What people sign, in words.
enum SignedFileText {
    static func lines(_ enrolment: AuthorityEnrolment) -> [String] {
        var lines = [
            Terminal.words(SignedWord.enrolment) + "\(enrolment.number)"
                + Terminal.words(SignedWord.numberEnd),
            Terminal.words(SignedWord.authority) + enrolment.name,
            Terminal.words(SignedWord.fingerprint) + enrolment.authority.fingerprint,
        ]
        if case .root(let root, let signer, let policy) = enrolment.authority {
            lines += [
                Terminal.words(SignedWord.root) + root.name,
                Terminal.words(SignedWord.signer) + signer, Terminal.words(SignedWord.policy) + policy,
            ]
        }
        for person in enrolment.persons {
            lines.append(Terminal.words(SignedWord.person) + "\(person.name)  \(person.fingerprint)")
        }
        return lines + ends(enrolment.signedAt, enrolment, names: enrolment.persons)
    }

    static func lines(_ act: TwoPersonAct) -> [String] {
        var lines: [String] = []
        switch act.deed {
        case .destroyChips(let chips):
            lines.append(Terminal.words(SignedWord.destroyed(count: chips.count)))
            lines += chips.map { "  " + $0 }
        case .adoptLedger(let station, let sequence, let hash):
            lines += [
                Terminal.words(SignedWord.adopted(station: station, entry: sequence)),
                "  " + hash,
            ]
        }
        lines += [
            Terminal.words(SignedWord.ledger) + act.ledger, Terminal.words(SignedWord.reason) + act.reason,
        ]
        return lines + ends(act.signedAt, act, names: [])
    }

    private static func ends(_ time: ReleaseTime, _ file: some PeopleSigned, names: [Signatory]) -> [String] {
        [Terminal.words(SignedWord.drawnUp) + time.description]
            + file.signatures.map { signature in
                let name = names.first { $0.fingerprint == signature.signatory }?.name
                return Terminal.words(SignedWord.signedBy) + (name.map { $0 + "  " } ?? "") + signature.signatory
            }
    }
}
