import CardProfiles
import HealthCard
import ISO7816
import Messages
import ShangMi

/// The certificates in records of the card (`Docs/protocol.md §7`): field by field, then the signature of the published
/// test root.
enum CertificateChecks: CheckSource {
    private static let clause = "Docs/protocol.md §7"

    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { file in
            file.items.flatMap { item -> [Check] in
                guard item.record != nil, case .certificate(let name) = item.source,
                    let layout = plan.profile.certificate(name)
                else { return [] }
                let place = Place(file: file, item: item, layout: layout)
                return layout.fields.map { field($0, place) }
                    + [signature(place), holder(place), validity(place), publicKeyOnCurve(place)]
            }
        }
    }

    private struct Place: Sendable {
        let file: FileDefinition
        let item: Item
        let layout: CertificateLayout

        func bytes(_ bench: CheckBench) throws(CheckStop) -> [UInt8] {
            let value = Array(try bench.record(item.record ?? 0, of: file).dropFirst(2))
            try bench.expect(
                value.count == layout.size, "it has \(value.count) bytes, expected \(layout.size)",
                "\(value.count) 字节，应为 \(layout.size)")
            return value
        }

        func certificate(_ bench: CheckBench) throws(CheckStop) -> Certificate {
            let bytes = try bytes(bench)
            do { return try Certificate(bytes, layout: layout) } catch {
                throw bench.fail("\(error)", "证书有误：\(error)")
            }
        }

        func title(_ en: English, _ zh: Chinese) -> CheckText {
            .init("\(layout.name) certificate: \(en)", "\(item.label)：\(zh)")
        }
    }

    private static func field(_ field: CertificateField, _ place: Place) -> Check {
        Check(
            .certificates, "\(place.layout.name).\(field.name)",
            place.title("field \(field.name)", "字段 \(field.name)"), clause: clause,
            expected: .init("as the layout says, and as the card's other items", "与格式规定及卡内其他数据项一致")
        ) { bench throws(CheckStop) in
            let got = Array(try place.bytes(bench).dropFirst(field.offset).prefix(field.length))
            let wanted: [UInt8]
            switch field.content {
            case .constant(let bytes): wanted = bytes
            case .zeros: wanted = [UInt8](repeating: 0, count: field.length)
            case .digits(let name):
                guard let digits = try digits(name, bench) else { return }
                wanted = packed(digits, length: field.length)
            case .bytes, .publicKey, .signature:
                try bench.expect(got.contains { $0 != 0 }, "it is empty", "为空")
                return
            }
            try bench.expect(
                got == wanted, "\(Hex.encode(got)), expected \(Hex.encode(wanted))",
                "\(Hex.encode(got))，应为 \(Hex.encode(wanted))")
        }
    }

    /// What the card's own items say that come from the same field of the batch; nil where none does.
    private static func digits(_ name: String, _ bench: CheckBench) throws(CheckStop) -> String? {
        for file in bench.profile.files {
            guard let item = file.items.first(where: { $0.source == .batch(name) }) else { continue }
            let text = try PersonalizationChecks.text(ItemReference(section: file.section, item: item.name), bench)
            return CalendarDate(text)?.digits ?? text
        }
        return nil
    }

    /// cn: left-justified, padded with F (`Docs/card.md §1.4`).
    private static func packed(_ digits: String, length: Int) -> [UInt8] {
        var nibbles = digits.utf8.map { $0 &- 0x30 }
        while nibbles.count < 2 * length { nibbles.append(0x0F) }
        return stride(from: 0, to: 2 * length, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] & 0x0F }
    }

    private static func signature(_ place: Place) -> Check {
        Check(
            .certificates, "\(place.layout.name).signed-by-root", place.title("its signature", "签名"), clause: clause,
            expected: .init("SM2 of the published test root", "公布的测试根的 SM2 签名")
        ) { bench throws(CheckStop) in
            let certificate = try place.certificate(bench)
            guard let anchor = try? TrustAnchor.testRoot(bench.profile, of: place.layout) else {
                throw .notRun(.init("no test root is published", "未公布测试根"))
            }
            try bench.expect(
                certificate.isSigned(by: anchor.publicKey), "the signature is wrong", "签名不正确")
        }
    }

    private static func holder(_ place: Place) -> Check {
        Check(
            .certificates, "\(place.layout.name).published-key", place.title("whose key it is", "公钥归属"),
            clause: clause,
            expected: .init("the published test key \(place.layout.subject)", "公布的测试密钥 \(place.layout.subject)")
        ) { bench throws(CheckStop) in
            guard let publication = bench.profile.testKeys,
                let key = try? SM2.PrivateKey(
                    seed: SM3.hash(Array(publication.text(of: place.layout.subject).utf8)))
            else { throw .notRun(.init("no test keys are published", "未公布测试密钥")) }
            let certificate = try place.certificate(bench)
            try bench.expect(
                certificate.publicKey.bytes == key.publicKey.bytes, "another public key", "公钥不符")
        }
    }

    private static func validity(_ place: Place) -> Check {
        Check(
            .certificates, "\(place.layout.name).validity", place.title("its dates", "有效期"), clause: clause,
            expected: .init("it is valid from a day on that comes before its last", "起始日早于截止日")
        ) { bench throws(CheckStop) in
            let certificate = try place.certificate(bench)
            guard let first = certificate.notBefore, let last = certificate.notAfter else {
                throw bench.fail("no dates", "没有日期")
            }
            try bench.expect(first < last, "\(first) to \(last)", "\(first) 至 \(last)")
        }
    }

    private static func publicKeyOnCurve(_ place: Place) -> Check {
        Check(
            .certificates, "\(place.layout.name).form", place.title("its form", "结构"), clause: clause,
            expected: .init("its constants, dates, and a public key that is a point of the curve", "常数、日期正确，公钥为曲线上的点")
        ) { bench throws(CheckStop) in _ = try place.certificate(bench) }
    }
}
