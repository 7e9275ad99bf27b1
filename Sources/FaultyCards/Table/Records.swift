import CardProfiles
import ISO7816

extension CardFault {
    /// Records and how values are coded in them.
    static let records: [CardFault] = [
        content(
            "record-short", "card §1.3",
            "a record is a byte short", "一条记录少一个字节",
            foundBy: "records.DF01/EF05.22.length"
        ) { card in
            card.edit("address.address1") { $0.removeLast() }
        },
        content(
            "record-long", "card §1.3",
            "a record is a byte long", "一条记录多一个字节",
            foundBy: "records.DF01/EF08.38.length"
        ) { card in
            card.edit("documents.documentNumber") { $0.append(0) }
        },
        content(
            "record-missing", "card §1.3",
            "the last record of a file is missing", "文件缺最后一条记录",
            foundBy: "records.DF01/EF06.33.tag"
        ) { card in
            card.edit(file: card.file(of: "contacts.contactName1")) { _ = $0.records?.popLast() }
        },
        content(
            "record-tag", "card §1.3",
            "a record has the tag of another item", "一条记录标签错误",
            foundBy: "records.DDF1/EF08.16.tag"
        ) { card in
            card.edit(record: "validity.phone1") { tag, _ in tag ^= 0x40 }
        },
        content(
            "records-swapped", "card §1.3",
            "two records of the issuer file are swapped", "发卡机构文件两条记录互换",
            foundBy: "records.DDF1/EF05.8.tag"
        ) { card in
            card.edit(file: card.file(of: "issuer.cardNumber")) { file in
                guard let count = file.records?.count, count > 7 else { return }
                file.records?.swapAt(6, 7)
            }
        },
        content(
            "text-utf8", "protocol §10",
            "text is UTF-8, not GBK", "文本为 UTF-8 而非 GBK",
            foundBy: "records.DDF1/EF06.11.coding"
        ) { card in
            card.edit("holder.name") { value in
                guard let text = try? GBK.decode(value.prefix { $0 != 0 }) else { return }
                let bytes = Array(text.utf8.prefix(value.count))
                value = bytes + [UInt8](repeating: 0, count: value.count - bytes.count)
            }
        },
        content(
            "text-space-padded", "card §1.4",
            "text is padded with spaces, not 00", "文本以空格填充而非 00",
            foundBy: "records.DDF1/EF05.3.no-blanks"
        ) { card in
            card.edit("issuer.issuerName") { value in value = value.map { $0 == 0 ? 0x20 : $0 } }
        },
        content(
            "text-right-aligned", "card §1.4",
            "text is right-aligned", "文本右对齐",
            foundBy: "records.DDF1/EF05.3.coding"
        ) { card in
            card.edit("issuer.issuerName") { value in
                let text = Array(value.prefix { $0 != 0 })
                value = [UInt8](repeating: 0, count: value.count - text.count) + text
            }
        },
        content(
            "digits-zero-padded", "card §1.4",
            "digits are padded with 0, not F", "数字以 0 填充而非 F",
            foundBy: "records.DDF1/EF08.18.code"
        ) { card in
            card.edit("validity.payment1") { value in value = value.map { $0 & 0xF == 0xF ? $0 & 0xF0 : $0 } }
            card.edit("issuer.issuerCode") { value in value = value.map(ContentEditor.zeroed) }
        },
        content(
            "digits-nibbles-swapped", "card §1.4",
            "the digits of each byte are swapped", "数字半字节颠倒",
            foundBy: "personalization.DDF1/EF05.57.content", needs: [.campaign]
        ) { card in
            card.edit("issuer.cityCode") { value in value = value.map { $0 << 4 | $0 >> 4 } }
        },
        content(
            "date-reversed", "card §1.4",
            "a date is DDMMYYYY", "日期为 DDMMYYYY",
            foundBy: "records.DDF1/EF06.14.coding"
        ) { card in
            card.edit("holder.birthDate") { value in
                guard value.count == 4 else { return }
                value = [value[3], value[2], value[0], value[1]]
            }
        },
        content(
            "date-impossible", "card §1.4",
            "a date has a thirteenth month", "日期出现 13 月",
            foundBy: "records.DDF1/EF08.7.coding"
        ) { card in
            card.edit("validity.validUntil") { value in if value.count == 4 { value[2] = 0x13 } }
        },
        content(
            "code-unknown", "card §6",
            "a code is in no table", "代码不在代码表中",
            foundBy: "records.DDF1/EF06.13.code"
        ) { card in
            card.edit("holder.nation") { value in value = value.map { _ in 0x98 } }
        },
        content(
            "code-as-text", "card §1.3",
            "a binary code is an ASCII digit", "二进制代码写成 ASCII",
            foundBy: "records.DF02/EF05.41.code"
        ) { card in
            card.edit("clinical.bloodABO") { value in value = value.map { $0 + 0x30 } }
        },
        content(
            "flag-value", "card §1.3",
            "a flag is neither 00 nor 01", "标志既非 00 也非 01",
            foundBy: "records.DF02/EF05.43.coding"
        ) { card in
            card.edit("clinical.asthma") { value in value = value.map { _ in 0x31 } }
        },
        content(
            "cyclic-initial", "protocol §5",
            "unused cyclic records are FF, not 00", "未用循环记录为 FF 而非 00",
            foundBy: "records.DF02/EF08.record-6"
        ) { card in
            card.edit(file: card.first("immunizations")) { file in
                file.records = file.records?.map { $0.allSatisfy { $0 == "0" } ? $0.replacing("0", with: "F") : $0 }
            }
        },
        content(
            "index-initial", "card §1.1",
            "the index says that empty visits are valid", "索引将空就诊记录标为有效",
            foundBy: "personalization.DF03/EF06.record-1.content", needs: [.campaign]
        ) { card in
            card.edit(file: card.first("outpatientIndex")) { file in
                file.records = file.records?.map { _ in "00" }
            }
        },
        content(
            "visit-not-empty", "protocol §5",
            "a visit file is not empty", "就诊文件非空",
            foundBy: "personalization.DF03/ED05.content", needs: [.campaign]
        ) { card in
            card.edit(content: card.last("outpatient")) { $0 = $0.map { _ in 0xFF } }
        },
    ]
}
