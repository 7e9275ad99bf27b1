import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Values that a card does not keep as they are.
    static let contents: [CardFault] = [
        CardFault(
            "value-last-byte", "card §1.4",
            "a value that fills its record loses its last byte", "填满字段的值丢失末字节",
            foundBy: "records.DF01/EF05.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                record.count > 2 && record.last != 0 ? record.dropLast() + [0] : record
            }
        },
        CardFault(
            "value-cut-at-00", "card §1.4",
            "what follows a 00 in a record is stored as 00", "记录中 00 之后的内容被存为 00",
            foundBy: "records.DDF1/EF08.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                guard record.count > 2, let end = record.dropFirst(2).firstIndex(of: 0) else { return record }
                return record.prefix(end) + [UInt8](repeating: 0, count: record.count - end)
            }
        },
        CardFault(
            "value-blanks", "card §1.4",
            "00 at the end of a record is stored as a blank", "记录末尾的 00 被存为空格",
            foundBy: "records.DF01/EF06.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                guard record.count > 22, record.last == 0 else { return record }
                return record.dropLast() + [0x20]
            }
        },
        CardFault(
            "value-ff-erased", "card §1.4",
            "FF at the end of a record is stored as 00", "记录末尾的 FF 被存为 00",
            foundBy: "records.DF01/EF08.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                record.count > 2 && record.last == 0xFF ? record.dropLast() + [0] : record
            }
        },
        CardFault(
            "value-trail-byte", "protocol §10",
            "a GBK character at the end of a field is lost", "字段末尾的汉字丢失",
            foundBy: "records.DF02/EF05.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                guard record.count > 10, record.suffix(2).allSatisfy({ $0 >= 0x80 && $0 < 0xFF }) else { return record }
                return record.dropLast(2) + [0, 0]
            }
        },
        CardFault(
            "cyclic-value-last-byte", "card §1.4",
            "a cyclic record loses its last byte", "循环记录丢失末字节",
            foundBy: "records.DF02/EF07.edge-values"
        ) { behaviour in
            behaviour.memory.record = { record in
                record.count == 120 && record.last != 0 ? record.dropLast() + [0] : record
            }
        },
        content(
            "text-blank-behind", "card §1.4",
            "the issuer's name has a blank behind it", "发卡机构名称后有空格",
            foundBy: "records.DDF1/EF05.3.no-blanks"
        ) { card in
            card.edit("issuer.issuerName") { value in
                if let end = value.firstIndex(of: 0) { value[end] = 0x20 }
            }
        },
        content(
            "text-half-character", "protocol §10",
            "a name ends in half a character", "姓名以半个汉字结尾",
            foundBy: "records.DDF1/EF06.11.coding"
        ) { card in
            card.edit("holder.name") { if let last = $0.indices.last { $0[last] = 0xD5 } }
        },
    ]
}
