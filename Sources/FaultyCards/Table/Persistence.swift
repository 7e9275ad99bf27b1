import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Writes that do not last.
    static let persistence: [CardFault] = [
        CardFault(
            "record-update-volatile", "protocol §5",
            "power-off undoes updates of records", "断电后记录更新丢失",
            foundBy: "persistence.DDF1/EF08.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { $0.kind == .record }
        },
        CardFault(
            "last-record-volatile", "protocol §5",
            "power-off undoes updates of all records but the first", "断电后除首条外的记录更新丢失",
            foundBy: "persistence.DF01/EF05.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { $0.kind == .record && $0.number > 1 }
        },
        CardFault(
            "high-offset-volatile", "protocol §5",
            "power-off undoes updates at offsets from 256 on", "断电后偏移 256 及以后的更新丢失",
            foundBy: "persistence.DF03/EE01.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { $0.kind == .binary && $0.offset >= 256 }
        },
        CardFault(
            "cyclic-append-volatile", "protocol §5",
            "power-off undoes appended cyclic records", "断电后追加的循环记录丢失",
            foundBy: "persistence.DF02/EF07.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { [.cyclicRecord, .newest].contains($0.kind) }
        },
        CardFault(
            "cyclic-order-volatile", "card §1.3",
            "power-off forgets which cyclic record is the newest", "断电后循环文件的新旧顺序丢失",
            foundBy: "persistence.DF02/EF08.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { $0.kind == .newest }
        },
        CardFault(
            "index-mark-volatile", "card §1.1",
            "power-off undoes marks of the visit index", "断电后就诊索引标记丢失",
            foundBy: "persistence.DF03/EF06.power-off"
        ) { behaviour in
            behaviour.forget(.untilPowerOff) { $0.kind == .fixedRecord }
        },
        CardFault(
            "record-update-lost-warm", "protocol §5",
            "a warm reset undoes updates of records", "热复位后记录更新丢失",
            foundBy: "persistence.DF02/EF05.warm-reset"
        ) { behaviour in
            behaviour.forget(.untilWarmReset) { $0.kind == .record }
        },
        CardFault(
            "binary-update-lost-warm", "protocol §5",
            "a warm reset undoes UPDATE BINARY", "热复位后 UPDATE BINARY 的内容丢失",
            foundBy: "persistence.DF03/ED05.warm-reset"
        ) { behaviour in
            behaviour.forget(.untilWarmReset) { $0.kind == .binary }
        },
        CardFault(
            "cyclic-order-lost-warm", "card §1.3",
            "a warm reset forgets which cyclic record is the newest", "热复位后循环文件的新旧顺序丢失",
            foundBy: "persistence.DF02/EF07.warm-reset"
        ) { behaviour in
            behaviour.forget(.untilWarmReset) { $0.kind == .newest }
        },
        CardFault(
            "write-behind", "protocol §5",
            "an update is stored when the next command comes", "更新到下一条命令时才写入",
            foundBy: "persistence.DDF1/EF07.after-answer"
        ) { behaviour in
            behaviour.memory.waiting = { [.binary, .record].contains($0.kind) ? .whole : .none }
        },
        CardFault(
            "write-behind-half", "protocol §5",
            "half of a record is stored when the next command comes", "记录的后一半到下一条命令时才写入",
            foundBy: "persistence.DF01/EF06.after-answer"
        ) { behaviour in
            behaviour.memory.waiting = { $0.kind == .record ? .half : .none }
        },
        CardFault(
            "restored-counter-volatile", "protocol §3",
            "power-off undoes a retry counter's restoring", "断电后已恢复的次数又减少",
            foundBy: "persistence.RK1_DF01.counter-restored"
        ) { behaviour in
            behaviour.memory.lasting = { place, before, after in
                let raises = (after.first ?? 0) > (before.first ?? 0)
                return place.kind == .retryCounter && raises ? .untilPowerOff : .forGood
            }
        },
        CardFault(
            "counter-volatile-warm", "protocol §3",
            "a warm reset restores the tries", "热复位恢复计数",
            foundBy: "persistence.UK1_DDF1.counter-warm"
        ) { behaviour in
            behaviour.volatileWhenWarm.insert(.retryCounters)
        },
        CardFault(
            "mac-count-volatile-warm", "protocol §5",
            "a warm reset forgets wrong MACs", "热复位清除 MAC 错误计数",
            foundBy: "persistence.DF01.wrong-macs-warm"
        ) { behaviour in
            behaviour.volatileWhenWarm.insert(.wrongMACs)
        },
        CardFault(
            "block-volatile-warm", "protocol §5",
            "a warm reset lifts a temporary block", "热复位解除临时锁定",
            foundBy: "persistence.DF02.block-warm"
        ) { behaviour in
            behaviour.volatileWhenWarm.insert(.blocking)
        },
        CardFault(
            "unblock-volatile", "protocol §5",
            "power-off undoes APPLICATION UNBLOCK", "断电后应用解锁失效",
            foundBy: "persistence.DF03.unblock"
        ) { behaviour in
            behaviour.memory.lasting = { place, _, after in
                place.kind == .blocking && after == [0] ? .untilPowerOff : .forGood
            }
        },
        content(
            "key-lost", "protocol §5",
            "a key is gone after activation", "激活后一个密钥丢失",
            foundBy: "persistence.DF03.keys"
        ) { card in
            card.edit(key: card.name(.update, 6)) { key in
                key.value = String(repeating: "FF", count: key.value.count / 2)
            }
        },
    ]
}
