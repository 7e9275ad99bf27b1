import CardProfiles
import ISO7816

extension CardFault {
    /// What the values say.
    static let values: [CardFault] = [
        content(
            "photo-length", "card §1.1",
            "the photo's length is little-endian", "照片长度字节序错误",
            foundBy: "personalization.agreement.photo"
        ) { card in
            card.edit(content: card.first("photo")) { if $0.count > 1 { $0.swapAt(0, 1) } }
        },
        content(
            "photo-truncated", "card §1.1",
            "the photo ends before its length says", "照片短于其长度",
            foundBy: "personalization.agreement.photo"
        ) { card in
            card.edit(content: card.first("photo")) { bytes in
                let end = bytes.count > 1 ? min(bytes.count, 2 + (Int(bytes[0]) << 8 | Int(bytes[1]))) : 0
                for index in end / 2..<max(end / 2, end) { bytes[index] = 0 }
            }
        },
        content(
            "photo-no-picture", "card §1.1",
            "the photo is no JPEG", "照片不是 JPEG",
            foundBy: "personalization.agreement.photo"
        ) { card in
            card.edit(content: card.first("photo")) { if $0.count > 3 { ($0[2], $0[3]) = (0x42, 0x4D) } }
        },
        content(
            "certificate-signature", "protocol §7",
            "the issuer certificate's signature is wrong", "发卡机构证书签名错误",
            foundBy: "certificates.issuer.signed-by-root"
        ) { card in
            let field = card.profile.certificate("issuer")?.field("signature")
            card.edit("issuer.issuerCertificate") { $0 = $0.flipped(at: field?.offset) }
        },
        content(
            "certificate-subject", "protocol §7",
            "the certificate is another issuer's", "证书主体不是发卡机构",
            foundBy: "certificates.issuer.subject"
        ) { card in
            let field = card.profile.certificate("issuer")?.field("subject")
            card.edit("issuer.issuerCertificate") { $0 = $0.flipped(at: field?.offset) }
        },
        content(
            "certificate-kind", "protocol §7",
            "the certificate is of the SAM's kind", "证书类型为 SAM 证书",
            foundBy: "certificates.issuer.kind"
        ) { card in
            let kind = card.profile.certificate("sam")?.field("kind")
            card.edit("issuer.issuerCertificate") { value in
                guard case .constant(let bytes)? = kind?.content, let offset = kind?.offset, offset < value.count,
                    let byte = bytes.first
                else { return }
                value[offset] = byte
            }
        },
        content(
            "security-code", "protocol §8",
            "the security code is wrong", "安全码错误",
            foundBy: "personalization.DDF1/EF05.9.content", needs: [.campaign]
        ) { card in
            card.edit("issuer.securityCode") { if let last = $0.indices.last { $0[last] = 0x30 + ($0[last] + 3) % 10 } }
        },
        content(
            "card-number", "card §1.3",
            "the card number is not the holder's ID number", "卡号与身份证号不一致",
            foundBy: "records.DDF1/EF05.8.coding"
        ) { card in
            card.edit("issuer.cardNumber") { if $0.count > 16 { $0[16] = 0x30 + ($0[16] + 3) % 10 } }
        },
        content(
            "holder-region", "protocol §9",
            "the holder of a test card is not of region 99", "测试卡持卡人不在 99 区域",
            foundBy: "personalization.agreement.region"
        ) { card in
            card.edit("holder.idNumber") { if $0.count > 1 { ($0[0], $0[1]) = (0x31, 0x31) } }
        },
        content(
            "holder-check-digit", "card §6",
            "the ID number's check digit is wrong", "身份证号校验位错误",
            foundBy: "records.DDF1/EF06.15.coding"
        ) { card in
            card.edit("holder.idNumber") { value in
                guard let last = value.indices.last else { return }
                value[last] = value[last] == 0x30 ? 0x31 : 0x30
            }
        },
        content(
            "birth-date-other", "card §6",
            "the birth date is not that of the ID number", "出生日期与身份证号不符",
            foundBy: "personalization.DDF1/EF06.14.content", needs: [.campaign]
        ) { card in
            card.edit("holder.birthDate") { if let last = $0.last { $0[3] = last == 0x01 ? 0x02 : 0x01 } }
        },
        content(
            "sex-other", "card §6",
            "the sex is not that of the ID number", "性别与身份证号不符",
            foundBy: "personalization.DDF1/EF06.12.content", needs: [.campaign]
        ) { card in
            card.edit("holder.sex") { value in value = value.map { $0 == 1 ? 2 : 1 } }
        },
        content(
            "city-code", "protocol §2",
            "the city is of another province than the keys", "城市代码与密钥省份不符",
            foundBy: "personalization.DDF1/EF05.57.content", needs: [.campaign]
        ) { card in
            card.edit("issuer.cityCode") { if let first = $0.first { $0[0] = first == 0x11 ? 0x12 : 0x11 } }
        },
        content(
            "specification-version", "protocol §5",
            "the specification version is another", "规范版本不符",
            foundBy: "personalization.DDF1/EF05.2.content", needs: [.campaign]
        ) { card in
            card.edit("issuer.specificationVersion") { if $0.count > 2 { $0[2] ^= 0x01 } }
        },
        content(
            "issue-serial", "protocol §5",
            "the issue serial is not the chip's", "发卡序列号与芯片不符",
            foundBy: "personalization.DDF1/EF05.10.content", needs: [.campaign]
        ) { card in
            card.edit("issuer.issueSerial") { $0.reverse() }
        },
        content(
            "valid-before-issued", "card §1.3",
            "the card is no longer valid when issued", "有效期早于发卡日期",
            foundBy: "personalization.DDF1/EF08.7.content", needs: [.campaign]
        ) { card in
            guard let issued = card.value(of: "issuer.issueDate"), issued.count == 4 else { return }
            card.edit("validity.validUntil") { $0 = [0x20, 0x01] + issued.suffix(2) }
        },
        content(
            "holder-of-another", "protocol §5",
            "the holder's name is another's", "持卡人姓名为他人",
            foundBy: "personalization.DDF1/EF06.11.content", needs: [.campaign]
        ) { card in
            card.edit("holder.name") { value in
                let text: [UInt8] = [0xC0, 0xEE, 0xCB, 0xC4]
                value = text + [UInt8](repeating: 0, count: max(0, value.count - text.count))
            }
        },
    ]
}
