import CardProfiles
import ISO7816

extension CardFault {
    /// Access conditions of files.
    static let rights: [CardFault] = [
        content(
            "access-holder-free", "card §1.1",
            "the holder's data can be read without a key", "持卡人信息无需密钥可读",
            foundBy: "access.DDF1/EF06.read.by-tag"
        ) { card in
            card.edit(\.read, of: card.file(of: "holder.name"), to: card.code(.always))
        },
        content(
            "access-photo-free", "card §1.1",
            "the photo can be read without a key", "照片无需密钥可读",
            foundBy: "access.DDF1/EF07.read.by-short-identifier"
        ) { card in
            card.edit(\.read, of: card.first("photo"), to: card.code(.always))
        },
        content(
            "access-special-free", "card §1.1",
            "the psychiatric flag can be read without a key", "精神病标志无需密钥可读",
            foundBy: "access.DF02/EF06.read.by-tag"
        ) { card in
            card.edit(\.read, of: card.file(of: "special.psychiatric"), to: card.code(.always))
        },
        content(
            "access-visit-free", "card §1.1",
            "a visit can be read without a key", "就诊记录无需密钥可读",
            foundBy: "access.DF03/ED01.read.with-LK_DF03"
        ) { card in
            card.edit(\.read, of: card.first("outpatient"), to: card.code(.always))
        },
        content(
            "access-contacts-update-free", "card §1.1",
            "contacts can be updated without a key", "联系人无需密钥可更新",
            foundBy: "access.DF01/EF06.update.with-LK_DF01"
        ) { card in
            card.edit(\.update, of: card.file(of: "contacts.contactName1"), to: card.code(.always))
        },
        content(
            "access-visit-update-free", "card §1.1",
            "a visit can be updated without a key", "就诊记录无需密钥可更新",
            foundBy: "access.DF03/EE01.update.with-LK_DF03"
        ) { card in
            card.edit(\.update, of: card.first("inpatient"), to: card.code(.always))
        },
        content(
            "access-read-key-updates", "card §1.1",
            "the read key lets update", "读密钥可更新",
            foundBy: "access.DF01/EF05.update.with-RK1_DF01"
        ) { card in
            let file = card.file(of: "address.address1")
            card.edit(\.update, of: file, to: card.code(.read, for: file))
        },
        content(
            "access-update-key-reads", "card §1.1",
            "a file is read with the update key", "用更新密钥才能读",
            foundBy: "access.DF01/EF08.read.with-UK1_DF01"
        ) { card in
            let file = card.file(of: "documents.documentNumber")
            card.edit(\.read, of: file, to: card.code(.update, for: file))
        },
        content(
            "access-special-other-key", "card §1.1",
            "UK1 updates the psychiatric flag, not UK2", "特殊信息用 UK1 而非 UK2 更新",
            foundBy: "access.DF02/EF06.update.with-UK1_DF02"
        ) { card in
            let file = card.file(of: "special.psychiatric")
            card.edit(\.update, of: file, to: card.code(.update, for: file))
        },
        content(
            "access-allergy-other-key", "card §1.1",
            "UK1 updates allergies, not UK3", "过敏信息用 UK1 而非 UK3 更新",
            foundBy: "access.DF02/EF07.update.with-UK1_DF02"
        ) { card in
            let file = card.first("allergies")
            card.edit(\.update, of: file, to: card.code(.update, for: file))
        },
        content(
            "access-erase-by-update-key", "card §1.1",
            "the update key erases an index", "用更新密钥可擦除索引",
            foundBy: "access.DF03/EF05.erase.with-UK1_DF03"
        ) { card in
            let file = card.first("inpatientIndex")
            card.edit(\.erase, of: file, to: card.code(.update, for: file))
        },
        content(
            "access-erase-free", "card §1.1",
            "an index can be erased without a key", "索引无需密钥可擦除",
            foundBy: "access.DF03/EF06.erase.without-key"
        ) { card in
            card.edit(\.erase, of: card.first("outpatientIndex"), to: card.code(.always))
        },
        content(
            "access-issuer-rewritable", "card §3.5",
            "the issuer's data can be rewritten", "发卡机构数据可重写",
            foundBy: "access.DDF1/EF05.update.with-UK1_DDF1"
        ) { card in
            card.edit(\.update, of: card.file(of: "issuer.cardNumber"), to: card.code(.always))
        },
        content(
            "access-holder-rewritable", "card §3.5",
            "the holder's data can be rewritten with UK1", "持卡人数据可用 UK1 重写",
            foundBy: "access.DDF1/EF06.update.with-UK1_DDF1"
        ) { card in
            let file = card.file(of: "holder.name")
            card.edit(\.update, of: file, to: card.code(.update, for: file))
        },
        content(
            "access-issuer-needs-key", "card §1.1",
            "the issuer's data needs a read key", "发卡机构数据需读密钥",
            foundBy: "access.DDF1/EF05.read.without-key"
        ) { card in
            let file = card.file(of: "issuer.cardNumber")
            card.edit(\.read, of: file, to: card.code(.read, for: file))
        },
        content(
            "access-validity-frozen", "card §1.1",
            "the validity file cannot be updated", "有效期文件不能更新",
            foundBy: "access.DDF1/EF08.update.with-right-key"
        ) { card in
            card.edit(\.update, of: card.file(of: "validity.validUntil"), to: card.code(.never))
        },
        content(
            "access-erase-never", "card §1.1",
            "an index cannot be erased", "索引不能擦除",
            foundBy: "access.DF03/EF05.erase.with-right-key"
        ) { card in
            card.edit(\.erase, of: card.first("inpatientIndex"), to: card.code(.never))
        },
        content(
            "access-photo-frozen", "card §1.1",
            "the photo cannot be updated", "照片不能更新",
            foundBy: "access.DDF1/EF07.update.with-right-key"
        ) { card in
            card.edit(\.update, of: card.first("photo"), to: card.code(.never))
        },
        content(
            "protection-none", "card §1.2",
            "a file that wants ciphertext takes plain updates", "要求密文的文件按明文更新",
            foundBy: "protection.DF01/EF05.update.under-UK1_DF01"
        ) { card in
            card.edit(\.protection, of: card.file(of: "address.address1"), to: card.code(.plain))
        },
        content(
            "protection-mac-only", "card §1.2",
            "a file that wants ciphertext wants a MAC alone", "要求密文的文件只要 MAC",
            foundBy: "protection.DF01/EF07.update.other-length"
        ) { card in
            card.edit(\.protection, of: card.file(of: "occupation.education"), to: card.code(.mac))
        },
        content(
            "protection-of-binary", "card §1.2",
            "a visit file does not take plain updates", "就诊文件不接受明文更新",
            foundBy: "access.DF03/EE01.update.with-right-key"
        ) { card in
            card.edit(\.protection, of: card.first("inpatient"), to: card.code(.encryptedMAC))
        },
    ]
}
