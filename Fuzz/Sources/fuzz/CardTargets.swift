import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import VirtualCard

/// What comes from a card or goes to one.
extension FuzzTarget {
    static let cardTargets: [String: Target] = [
        "command-apdu": { bytes in
            guard let command = try? CommandAPDU(bytes) else { return }
            // What was read is written back to the same bytes in one of the two forms.
            let forms = [CommandAPDU.LengthForm.short, .extended].compactMap { try? command.encoded($0) }
            check(forms.contains(bytes), "a command is written as it was read")
            let links = command.chained(maximum: 100)
            check(links.flatMap(\.data) == command.data, "a chain carries all data")
        },
        "response-apdu": { bytes in
            guard let response = try? ResponseAPDU(bytes) else { return }
            check(response.encoded == bytes, "an answer is written as it was read")
            _ = response.status.meaning(for: bytes.first)
        },
        "answer-to-reset": { bytes in
            guard let reset = try? AnswerToReset(bytes) else { return }
            _ = reset.explain()
            _ = reset.bytesPerSecond()
        },
        "ber-tlv": { bytes in
            guard let objects = try? BERTLV.objects(in: bytes) else { return }
            _ = objects.dump()
            for object in objects {
                check(
                    object.find(object.tag)?.bytes.count ?? 0 <= object.bytes.count,
                    "a part is no longer than the whole")
                if let again = try? BERTLV(Array(object.bytes)) {
                    check(again == object, "an object reads the same by itself")
                }
            }
        },
        "file-control-information": { bytes in _ = try? FileControlInformation(bytes) },
        "record-tlv": { bytes in
            guard let records = try? RecordTLV.records(in: bytes) else { return }
            check(records.flatMap(\.encoded) == bytes, "records are written as they were read")
        },
        "item-values": { bytes in
            // The first byte chooses the item, the rest is what the card says it holds.
            guard let first = bytes.first, let profile, !items.isEmpty else { return }
            let item = items[(Int(first) << 1 | bytes.count & 1) % items.count]
            let content = Array(bytes.dropFirst())
            _ = try? ItemCodec.decode(content, as: item, profile: profile)
            let exact = Array((content + [UInt8](repeating: 0, count: item.length)).prefix(item.length))
            _ = try? ItemCodec.decode(exact, as: item, profile: profile)
            let text = String(decoding: content, as: UTF8.self)
            if let encoded = try? ItemCodec.encode(text, as: item, profile: profile) {
                check(encoded.count == item.length, "an encoded value fills its field")
            }
        },
        "gbk": { bytes in
            guard let text = try? GBK.decode(bytes) else { return }
            check((try? GBK.encode(text)) == bytes, "text goes back to its bytes")
        },
        "visit-text": { bytes in
            // The first byte chooses the kind and the form.
            guard let first = bytes.first, !visitLayouts.isEmpty else { return }
            let layout = visitLayouts[Int(first & 1) % visitLayouts.count]
            let text = Array(bytes.dropFirst())
            if first & 2 == 0, let content = try? VisitContent(text: text, layout: layout) {
                check(
                    (try? content.text()).flatMap { try? VisitContent(text: $0, layout: layout) } == content, "a visit")
            }
            if first & 2 != 0, let content = try? VisitContent(joined: text, layout: layout) {
                check(
                    (try? content.joined()).flatMap { try? VisitContent(joined: $0, layout: layout) } == content,
                    "items")
            }
        },
        "visit-json": { bytes in
            guard let first = bytes.first, !visitLayouts.isEmpty else { return }
            let layout = visitLayouts[Int(first & 1) % visitLayouts.count]
            guard let content = try? VisitContent(jsonText: Array(bytes.dropFirst()), layout: layout) else { return }
            let again = (try? content.json()).flatMap { try? VisitContent(json: $0, layout: layout) }
            check(again == content, "a visit reads the same from its own JSON")
        },
        "visit": { bytes in
            // Whatever a card holds is shown and verified without a trap.
            guard let first = bytes.first, !visitLayouts.isEmpty else { return }
            let layout = visitLayouts[Int(first & 1) % visitLayouts.count]
            let whole = Array((bytes.dropFirst() + [UInt8](repeating: 0, count: layout.size)).prefix(layout.size))
            guard let visit = try? Visit(record: 1, bytes: whole, layout: layout) else { return }
            _ = visit.verified(by: VisitTrust(anchors: []), isTestCard: true)
            _ = visit.json.text()
            _ = try? InpatientRecord(visit.content)
            _ = try? OutpatientRecord(visit.content)
        },
        "certificate": { bytes in
            guard let first = bytes.first, let layouts = profile?.certificates, !layouts.isEmpty else { return }
            let layout = layouts[Int(first) % layouts.count]
            guard let certificate = try? Certificate(Array(bytes.dropFirst()), layout: layout) else { return }
            for field in Certificate.Field.allCases { _ = certificate.text(field) }
            _ = certificate.isSigned(by: certificate.publicKey)
        },
        "lying-card": { bytes in
            guard let profile, let module else { return }
            let session = HealthCardSession(
                channel: LyingCard(bytes, profile: profile), profile: profile, securityModule: module)
            _ = try? session.read()
        },
        "lying-card-inspected": { bytes in
            guard let profile else { return }
            _ = try? CardInspection.inspect(LyingCard(bytes, profile: profile), profile: profile).text
        },
        "lying-sam": { bytes in
            // The first byte chooses the key, the rest is what the SAM answers.
            guard let profile, let first = bytes.first, !profile.keys.isEmpty,
                let sam = try? SAMCard(
                    channel: LyingCard(Array(bytes.dropFirst()), profile: profile), profile: profile)
            else { return }
            let key = profile.keys[Int(first) % profile.keys.count]
            let factors = CardFactors(card: serial, province: Array("99000000".utf8), third: Array("99010000".utf8))
            sam.pinSource = { _ in SecretBytes(copying: Array("123456".utf8)) }
            if let made = try? sam.cryptogram(key: key, card: factors, seed: serial, original: serial) {
                check(made.count == profile.cryptography.cryptogram.length, "a cryptogram has its length")
            }
            let data = [UInt8](repeating: first, count: Int(first))
            if let body = try? sam.protect(
                header: [4, 0xDC, 1, 4], data: data, protection: .encryptedMAC, key: key, card: factors, seed: serial)
            {
                check(
                    body.count == profile.cryptography.bodyLength(of: data.count, under: .encryptedMAC),
                    "a protected body has its length")
            }
            if let signature = try? sam.sign(data) { check(signature.count == 64, "a signature has its length") }
            if let information = try? sam.information() { _ = information.json.text() }
        },
        "virtual-card": { bytes in
            guard let profile, let card = try? VirtualHealthCard.blank(serial: serial, profile: profile) else { return }
            card.setRandomSource { [UInt8](repeating: 0xA5, count: $0) }
            card.powerOn()
            for command in session(bytes) {
                guard let answer = card.process(command) else { return }
                check(answer.count >= 2, "every answer has a status word")
            }
        },
        "virtual-sam": { bytes in
            // A PIN that one input changes or blocks must not decide about the next.
            guard let profile, let sam = try? VirtualSAM(type: 5, profile: profile) else { return }
            for command in session(bytes) {
                guard let answer = sam.process(command) else { return }
                check(answer.count >= 2, "every answer has a status word")
            }
            check((0...profile.sam.pinTries).contains(sam.triesLeft), "PIN tries stay in their range")
        },
        "sam-state": { bytes in
            guard let state = try? SAMState(json: bytes) else { return }
            check((try? SAMState(json: state.encoded())) == state, "a state reads the same from its own JSON")
        },
    ]

    static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    static let profile = try? CardProfile.bundled(overlays: ["test-keys"])
    /// Cryptograms do not matter to a card that lies; one module serves all.
    nonisolated(unsafe) static let module: SoftwareSecurityModule? = profile.flatMap { try? .testKeys($0) }
    static let visitLayouts: [VisitLayout] = profile.flatMap { try? VisitLayout.all(in: $0) } ?? []
    static let items: [Item] = profile?.files.flatMap(\.items) ?? []

    /// Commands of one session. A signature is a millisecond of honest work, and no fault where there are ten thousand.
    static func session(_ bytes: [UInt8]) -> some Sequence<[UInt8]> {
        pieces(bytes).lazy.filter { !$0.isEmpty }.prefix(2_000)
    }

    /// Input as a row of messages, each behind its length in one byte.
    static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while let length = rest.popFirst() {
            pieces.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return pieces
    }
}

/// Answers from the input, one after the other, whatever is asked; goes away when it is used up.
private final class LyingCard: CardChannel {
    let answerToReset: [UInt8]
    let transmissionProtocol = TransmissionProtocol.t1
    private var answers: [[UInt8]]

    init(_ bytes: [UInt8], profile: CardProfile) {
        answerToReset = profile.answerToReset.bytes(serial: FuzzTarget.serial) ?? []
        answers = FuzzTarget.pieces(bytes).reversed()
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let answer = answers.popLast() else { throw ChannelError(.cardRemoved, "used up") }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] { answerToReset }
}
