import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Memory that wears out, and writes that are not done.
    static let endurance: [CardFault] = [
        CardFault(
            "wear-refuses", "card §4",
            "the twentieth write to a record answers 6581", "同一记录第二十次写入返回 6581",
            foundBy: "endurance.DF01/EF05.writes", needs: [.endurance]
        ) { behaviour in
            behaviour.memory.wear = { place, count in place.kind == .record && count >= 20 ? .fails : .none }
        },
        CardFault(
            "wear-keeps-old", "card §4",
            "after twenty writes a place keeps what it has, with 9000", "写入二十次后内容不再变化但返回 9000",
            foundBy: "endurance.DF03/EE01.writes", needs: [.endurance]
        ) { behaviour in
            behaviour.memory.wear = { place, count in place.kind == .binary && count >= 20 ? .keepsOld : .none }
        },
        CardFault(
            "equal-append-dropped", "card §1.3",
            "a cyclic file takes no record that is equal to its newest", "与最新记录相同的追加被忽略",
            foundBy: "cyclic.DF02/EF08.equal-again"
        ) { behaviour in
            behaviour.memory.dropsEqualRecords = true
        },
        CardFault(
            "equal-update-refused", "protocol §5",
            "an update by what is there already is refused", "与原内容相同的更新被拒绝",
            foundBy: "persistence.DF02/EF06.equal-again"
        ) { behaviour in
            behaviour.memory.refusesEqualUpdates = true
        },
    ]
}
