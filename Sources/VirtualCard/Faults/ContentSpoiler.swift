import CardProfiles
import ISO7816

/// Makes a finished card wrong: what its making left on it (``ContentFault``).
struct ContentSpoiler {
    let rules: CardRules
    private let faults: [ContentFault]

    init(_ rules: CardRules, _ faults: [ContentFault]) {
        self.rules = rules
        self.faults = faults
    }

    func spoiled(_ state: CardState) -> CardState {
        var card = ContentEditor(state, rules.profile)
        for fault in faults {
            values(fault, &card)
            meaning(fault, &card)
            files(fault, &card)
            rights(fault, &card)
            KeySpoiler(rules).apply(fault, &card)
        }
        return card.state
    }

    // MARK: Records and codings

    private func values(_ fault: ContentFault, _ card: inout ContentEditor) {
        switch fault {
        case .recordShort: card.edit("address.address1") { $0.removeLast() }
        case .recordLong: card.edit("documents.documentNumber") { $0.append(0) }
        case .recordMissing: card.edit(file: card.file(of: "contacts.contactName1")) { _ = $0.records?.popLast() }
        case .recordTag: card.edit(record: "validity.phone1") { tag, _ in tag ^= 0x40 }
        case .recordsSwapped:
            card.edit(file: card.file(of: "issuer.cardNumber")) { file in
                guard let count = file.records?.count, count > 7 else { return }
                file.records?.swapAt(6, 7)
            }
        case .textUTF8:
            card.edit("holder.name") { value in
                guard let text = try? GBK.decode(value.prefix { $0 != 0 }) else { return }
                let bytes = Array(text.utf8.prefix(value.count))
                value = bytes + [UInt8](repeating: 0, count: value.count - bytes.count)
            }
        case .textSpaces: card.edit("issuer.issuerName") { value in value = value.map { $0 == 0 ? 0x20 : $0 } }
        case .textRight:
            card.edit("issuer.issuerName") { value in
                let text = Array(value.prefix { $0 != 0 })
                value = [UInt8](repeating: 0, count: value.count - text.count) + text
            }
        case .digitsZeroPadded:
            card.edit("validity.payment1") { value in value = value.map { $0 & 0xF == 0xF ? $0 & 0xF0 : $0 } }
            card.edit("issuer.issuerCode") { value in value = value.map(Self.zeroed) }
        case .digitsReversed: card.edit("issuer.cityCode") { value in value = value.map { $0 << 4 | $0 >> 4 } }
        case .dateReversed:
            card.edit("holder.birthDate") { value in
                guard value.count == 4 else { return }
                value = [value[3], value[2], value[0], value[1]]
            }
        case .dateImpossible: card.edit("validity.validUntil") { value in if value.count == 4 { value[2] = 0x13 } }
        case .codeUnknown: card.edit("holder.nation") { value in value = value.map { _ in 0x98 } }
        case .codeAsText: card.edit("clinical.bloodABO") { value in value = value.map { $0 + 0x30 } }
        case .flagValue: card.edit("clinical.asthma") { value in value = value.map { _ in 0x31 } }
        case .cyclicInitial:
            card.edit(file: rules.profile.files(section: "immunizations").first) { file in
                file.records = file.records?.map { $0.allSatisfy { $0 == "0" } ? $0.replacing("0", with: "F") : $0 }
            }
        case .indexInitial:
            card.edit(file: rules.profile.files(section: "outpatientIndex").first) { file in
                file.records = file.records?.map { _ in Hex.encode([ValidMark.value]) }
            }
        case .visitNotEmpty:
            card.edit(content: rules.profile.files(section: "outpatient").last) { $0 = $0.map { _ in 0xFF } }
        default: break
        }
    }

    /// F digits become 0.
    private static func zeroed(_ byte: UInt8) -> UInt8 {
        (byte >> 4 == 0xF ? 0 : byte & 0xF0) | (byte & 0xF == 0xF ? 0 : byte & 0xF)
    }

    // MARK: What the values say

    private func meaning(_ fault: ContentFault, _ card: inout ContentEditor) {
        let photo = rules.profile.files(section: "photo").first
        let layout = rules.profile.certificate("issuer")
        switch fault {
        case .photoLength: card.edit(content: photo) { if $0.count > 1 { $0.swapAt(0, 1) } }
        case .photoTruncated:
            card.edit(content: photo) { bytes in
                let end = bytes.count > 1 ? min(bytes.count, 2 + (Int(bytes[0]) << 8 | Int(bytes[1]))) : 0
                for index in end / 2..<max(end / 2, end) { bytes[index] = 0 }
            }
        case .photoNoPicture: card.edit(content: photo) { if $0.count > 3 { ($0[2], $0[3]) = (0x42, 0x4D) } }
        case .certificateSignature: card.edit("issuer.issuerCertificate") { Self.flip(layout?.field("signature"), &$0) }
        case .certificateSubject: card.edit("issuer.issuerCertificate") { Self.flip(layout?.field("subject"), &$0) }
        case .certificateKind:
            let kind = rules.profile.certificate("sam")?.field("kind")
            card.edit("issuer.issuerCertificate") { value in
                guard case .constant(let bytes)? = kind?.content, let offset = kind?.offset, offset < value.count,
                    let byte = bytes.first
                else { return }
                value[offset] = byte
            }
        case .securityCode:
            card.edit("issuer.securityCode") { if let last = $0.indices.last { $0[last] = 0x30 + ($0[last] + 3) % 10 } }
        case .cardNumber: card.edit("issuer.cardNumber") { if $0.count > 16 { $0[16] = 0x30 + ($0[16] + 3) % 10 } }
        case .holderRegion: card.edit("holder.idNumber") { Self.move($0.prefix(2), to: [0x31, 0x31], &$0) }
        case .holderCheckDigit:
            card.edit("holder.idNumber") { value in
                guard let last = value.indices.last else { return }
                value[last] = value[last] == 0x30 ? 0x31 : 0x30
            }
        case .birthDate: card.edit("holder.birthDate") { if let last = $0.last { $0[3] = last == 0x01 ? 0x02 : 0x01 } }
        case .sexOther: card.edit("holder.sex") { value in value = value.map { $0 == 1 ? 2 : 1 } }
        case .cityCode: card.edit("issuer.cityCode") { if let first = $0.first { $0[0] = first == 0x11 ? 0x12 : 0x11 } }
        case .specificationVersion: card.edit("issuer.specificationVersion") { if $0.count > 2 { $0[2] ^= 0x01 } }
        case .issueSerial: card.edit("issuer.issueSerial") { $0.reverse() }
        case .validity:
            guard let issued = card.value(of: "issuer.issueDate"), issued.count == 4 else { return }
            card.edit("validity.validUntil") { $0 = [0x20, 0x01] + issued.suffix(2) }
        case .otherHolder:
            card.edit("holder.name") { value in
                let text: [UInt8] = [0xC0, 0xEE, 0xCB, 0xC4]
                value = text + [UInt8](repeating: 0, count: max(0, value.count - text.count))
            }
        default: break
        }
    }

    private static func flip(_ field: CertificateField?, _ value: inout [UInt8]) {
        guard let field, value.indices.contains(field.offset) else { return }
        value[field.offset] ^= 0x01
    }

    private static func move(_ old: ArraySlice<UInt8>, to new: [UInt8], _ value: inout [UInt8]) {
        value.replaceSubrange(old.indices, with: new.prefix(old.count))
    }

    // MARK: Files and directories

    private func files(_ fault: ContentFault, _ card: inout ContentEditor) {
        let profile = rules.profile
        switch fault {
        case .fileMissing: card.remove(file: card.file(of: "documents.documentNumber"))
        case .fileSize: card.edit(content: profile.files(section: "outpatient").first) { _ = $0.popLast() }
        case .fileIdentifier:
            card.edit(file: profile.files(section: "inpatient").last) { $0.identifier = "EE0F" }
        case .shortIdentifier:
            let (first, second) = (card.file(of: "contacts.contactName1"), card.file(of: "documents.documentNumber"))
            card.edit(file: first) { $0.shortIdentifier = second?.sfi.rawValue }
            card.edit(file: second) { $0.shortIdentifier = first?.sfi.rawValue }
        case .shortIdentifierMissing: card.edit(file: card.file(of: "clinical.bloodABO")) { $0.shortIdentifier = nil }
        case .cyclicCount:
            card.edit(file: profile.files(section: "immunizations").first) { _ = $0.records?.popLast() }
        case .cyclicRecordSize:
            card.edit(file: profile.files(section: "allergies").first) { file in
                file.recordSize = file.recordSize.map { $0 - 1 }
                file.records = file.records?.map { String($0.dropLast(2)) }
            }
        case .cyclicAsFixed:
            guard let descriptor = rules.codes.descriptors[.linearFixed] else { return }
            card.edit(file: profile.files(section: "allergies").first) { $0.descriptor = Hex.encode([descriptor]) }
        case .directoryName:
            guard let file = card.file(of: "clinical.bloodABO") else { return }
            card.edit(directory: file.directory) { directory in
                guard var name = directory.name.flatMap(Hex.decode), let last = name.indices.last else { return }
                name[last] ^= 0x10
                directory.name = Hex.encode(name)
            }
        case .directoryIdentifier:
            guard let file = card.file(of: "address.address1") else { return }
            card.edit(directory: file.directory) { $0.identifier = "DF0F" }
        default: break
        }
    }
}
