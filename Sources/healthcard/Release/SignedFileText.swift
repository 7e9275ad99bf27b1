import Releases
import ShangMi

/// What people sign, in words.
enum SignedFileText {
    static func lines(_ enrolment: AuthorityEnrolment) -> [String] {
        var lines = [
            Terminal.text("who may release formal cards, enrolment ", "正式卡放行机构登记，第 ") + "\(enrolment.number)"
                + Terminal.text("", " 号"),
            Terminal.text("  authority: ", "  机构：") + enrolment.name,
            Terminal.text("  fingerprint: ", "  指纹：") + enrolment.authority.fingerprint,
        ]
        if case .root(let root, let signer, let policy) = enrolment.authority {
            lines += [
                Terminal.text("  below the root ", "  根证书 ") + root.name,
                Terminal.text("  signer: ", "  签发人：") + signer, Terminal.text("  for: ", "  用途：") + policy,
            ]
        }
        for person in enrolment.persons {
            lines.append(Terminal.text("  person: ", "  人员：") + "\(person.name)  \(person.fingerprint)")
        }
        return lines + ends(enrolment.signedAt, enrolment, names: enrolment.persons)
    }

    static func lines(_ act: TwoPersonAct) -> [String] {
        var lines: [String] = []
        switch act.deed {
        case .destroyChips(let chips):
            lines.append(Terminal.text("\(chips.count) chip(s) were destroyed:", "已销毁芯片 \(chips.count) 张："))
            lines += chips.map { "  " + $0 }
        case .adoptLedger(let station, let sequence, let hash):
            lines += [
                Terminal.text(
                    "station \(station) goes on with the ledger from entry \(sequence)",
                    "制卡站 \(station) 自第 \(sequence) 条起接续台账"),
                "  " + hash,
            ]
        }
        lines += [
            Terminal.text("  ledger: ", "  台账：") + act.ledger, Terminal.text("  reason: ", "  原因：") + act.reason,
        ]
        return lines + ends(act.signedAt, act, names: [])
    }

    private static func ends(_ time: ReleaseTime, _ file: some PeopleSigned, names: [Signatory]) -> [String] {
        [Terminal.text("  drawn up: ", "  拟定时间：") + time.description]
            + file.signatures.map { signature in
                let name = names.first { $0.fingerprint == signature.signatory }?.name
                return Terminal.text("  signed by: ", "  已签名：") + (name.map { $0 + "  " } ?? "") + signature.signatory
            }
    }
}
