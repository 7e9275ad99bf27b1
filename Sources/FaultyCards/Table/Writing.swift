import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Updates and the visit index.
    static let writing: [CardFault] = [
        CardFault(
            "update-changes-tag", "protocol §5",
            "an update may change a record's tag", "更新可改变记录标签",
            foundBy: "protection.DDF1/EF08.update.other-tag"
        ) { behaviour in
            behaviour.keepsTags = false
        },
        CardFault(
            "update-adds-records", "protocol §5",
            "records can be added after activation", "激活后可新增记录",
            foundBy: "protection.DDF1/EF08.update.new-record"
        ) { behaviour in
            behaviour.addsRecordsAfterActivation = true
        },
        CardFault(
            "update-not-stored", "protocol §5",
            "UPDATE RECORD answers 9000 and stores nothing", "UPDATE RECORD 返回 9000 但未写入",
            foundBy: "cyclic.DF02/EF07.newest-first"
        ) { behaviour in
            behaviour.storesRecords = false
        },
        CardFault(
            "index-next-record", "card §1.1",
            "WRITE RECORD sets the record after the one named", "WRITE RECORD 写入了下一条索引",
            foundBy: "visits.DF03/EF06.4.set-and-free"
        ) { behaviour in
            behaviour.markedRecords = { [right = behaviour.markedRecords] number, count, isErasure in
                isErasure ? right(number, count, isErasure) : [number % max(1, count) + 1]
            }
        },
        CardFault(
            "update-binary-short", "protocol §5",
            "UPDATE BINARY leaves out the last byte", "UPDATE BINARY 漏写末字节",
            foundBy: "robustness.DDF1/EF07.update.extended"
        ) { behaviour in
            behaviour.binaryData = { $0.dropLast() }
        },
        CardFault(
            "update-binary-over-end", "protocol §5",
            "UPDATE BINARY over the end writes what fits", "越过文件尾的更新写入部分数据",
            foundBy: "visits.DF03/EE01.over-end"
        ) { behaviour in
            behaviour.writesWhatFitsOverEnd = true
        },
        CardFault(
            "index-wrong-value", "card §1.1",
            "WRITE RECORD sets 01, not 00", "WRITE RECORD 写 01 而非 00",
            foundBy: "visits.DF03/EF06.4.set-and-free"
        ) { behaviour in
            behaviour.mark = { $0 == 0x00 ? 0x01 : $0 }
        },
        CardFault(
            "index-not-erased", "card §1.1",
            "ERASE RECORD answers 9000 and erases nothing", "ERASE RECORD 返回 9000 但未擦除",
            foundBy: "visits.DF03/EF06.4.set-and-free"
        ) { behaviour in
            behaviour.markedRecords = { [right = behaviour.markedRecords] number, count, isErasure in
                isErasure ? [] : right(number, count, isErasure)
            }
        },
        CardFault(
            "index-erases-all", "card §1.1",
            "ERASE RECORD erases the whole index", "ERASE RECORD 擦除全部索引",
            foundBy: "visits.DF03/EF05.one-of-all"
        ) { behaviour in
            behaviour.markedRecords = { [right = behaviour.markedRecords] number, count, isErasure in
                isErasure ? Array(1...max(1, count)) : right(number, count, isErasure)
            }
        },
        CardFault(
            "torn-write", "protocol §5",
            "an update torn by a power cut stays half written", "掉电后更新停在一半",
            foundBy: "persistence.DDF1/EF07.after-answer"
        ) { behaviour in
            behaviour.tearsWrites = true
            // It answers before its last bytes are programmed: a reader cannot be quicker than that.
            behaviour.memory.waiting = { $0.kind == .binary ? .half : .none }
        },
        CardFault(
            "update-lost-at-reset", "protocol §5",
            "UPDATE BINARY is forgotten at reset", "UPDATE BINARY 的内容复位后丢失",
            foundBy: "robustness.DDF1/EF07.power-off"
        ) { behaviour in
            behaviour.volatile.insert(.binaryUpdates)
        },
    ]
}
