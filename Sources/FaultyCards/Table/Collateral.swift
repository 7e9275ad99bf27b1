import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Writes that change something else too.
    static let collateral: [CardFault] = [
        CardFault(
            "alias-record", "protocol §5",
            "an update of the address sets a contact's name too", "更新地址时联系人姓名也被改写",
            foundBy: "collateral.DF01/EF05.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .record, place.directory == Place.basic, place.file == 0xEF05, place.number == 2
                else { return [] }
                let other = StoredPlace(.record, Place.basic, Place.contacts, number: 4, offset: 2)
                return [StoredWrite(other, Array(bytes.suffix(8)))]
            }
        },
        CardFault(
            "alias-same-file", "protocol §5",
            "an update of phone 1 sets phone 2 too", "更新电话1时电话2也被改写",
            foundBy: "collateral.DDF1/EF08.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .record, place.directory == Place.first, place.file == 0xEF08, place.number == 2
                else { return [] }
                return [
                    StoredWrite(
                        StoredPlace(.record, Place.first, 0xEF08, number: 3, offset: 2), Array(bytes.dropFirst(2)))
                ]
            }
        },
        CardFault(
            "alias-offset", "protocol §5",
            "an offset from 2048 on is written 2048 lower too", "偏移 2048 及以后的写入同时写到低 2048 处",
            foundBy: "collateral.DF03/ED02.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .binary, place.offset >= 2048 else { return [] }
                return [
                    StoredWrite(
                        StoredPlace(.binary, place.directory, place.file, offset: place.offset - 2048), bytes)
                ]
            }
        },
        CardFault(
            "alias-visit", "protocol §5",
            "a write to the second stay sets the third too", "写住院信息2时住院信息3也被改写",
            foundBy: "collateral.DF03/EE02.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .binary, place.file == 0xEE02 else { return [] }
                return [StoredWrite(StoredPlace(.binary, Place.visits, 0xEE03, offset: place.offset), bytes)]
            }
        },
        CardFault(
            "alias-cyclic", "protocol §5",
            "a new allergy spoils the last immunization", "新增过敏记录时最后一条免疫记录被破坏",
            foundBy: "collateral.DF02/EF07.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .cyclicRecord, place.file == Place.allergies else { return [] }
                let other = StoredPlace(.cyclicRecord, Place.clinical, Place.immunizations, number: 10)
                return [StoredWrite(other, Array(bytes.suffix(4)))]
            }
        },
        CardFault(
            "alias-index", "card §1.1",
            "marking an outpatient visit marks a stay too", "标记门诊时住院索引也被标记",
            foundBy: "collateral.DF03/EF06.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .fixedRecord, place.file == Place.outpatientIndex else { return [] }
                let other = StoredPlace(.fixedRecord, Place.visits, Place.inpatientIndex, number: min(3, place.number))
                return [StoredWrite(other, bytes)]
            }
        },
        CardFault(
            "alias-directory", "protocol §5",
            "an update in one directory changes the file of the same name in another", "更新某目录文件时其他目录的同名文件被改写",
            foundBy: "collateral.DF01/EF07.update"
        ) { behaviour in
            behaviour.alsoWrite { place, bytes in
                guard place.kind == .record, place.directory == Place.basic, place.file == 0xEF07 else { return [] }
                return [
                    StoredWrite(
                        StoredPlace(.cyclicRecord, Place.clinical, Place.allergies, number: 1, offset: 100),
                        Array(bytes.suffix(1)))
                ]
            }
        },
        CardFault(
            "alias-counter", "protocol §3",
            "an update costs a key an attempt", "更新使密钥次数减少",
            foundBy: "collateral.DF01/EF08.counters"
        ) { behaviour in
            behaviour.alsoWrite { place, _ in
                guard place.kind == .record, place.directory == Place.basic else { return [] }
                var key = StoredPlace(.retryCounter, Place.basic, 0)
                key.number = 0x84
                return [StoredWrite(key, [5])]
            }
        },
    ]
}
