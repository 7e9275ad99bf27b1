import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Blocking of directories and of the card.
    static let blocking: [CardFault] = [
        CardFault(
            "block-not-counted", "protocol §3",
            "wrong MACs are not counted", "错误 MAC 不计数",
            foundBy: "blocking.DF01.wrong-macs"
        ) { behaviour in
            behaviour.blockingByWrongMACs = { _ in nil }
        },
        CardFault(
            "block-count-volatile", "protocol §5",
            "reset forgets wrong MACs", "复位清除错误 MAC 计数",
            foundBy: "blocking.DF01.count-after-reset"
        ) { behaviour in
            behaviour.volatile.insert(.wrongMACs)
        },
        CardFault(
            "block-count-not-cleared", "protocol §3",
            "a right MAC does not clear the count", "正确 MAC 不清除计数",
            foundBy: "blocking.DF01.right-between"
        ) { behaviour in
            behaviour.rightMACClearsCount = false
        },
        CardFault(
            "block-early", "protocol §3",
            "the second wrong MAC blocks", "第二次错误 MAC 即锁定",
            foundBy: "blocking.DF01.one-less"
        ) { behaviour in
            behaviour.blockingByWrongMACs = { [right = behaviour.blockingByWrongMACs] in right($0 - 1) }
        },
        CardFault(
            "block-for-ever", "protocol §3",
            "wrong MACs block for ever", "错误 MAC 导致永久锁定",
            foundBy: "blocking.DF01.wrong-macs"
        ) { behaviour in
            behaviour.blockingByWrongMACs = { [right = behaviour.blockingByWrongMACs] in
                right($0).map { ($0.count, .permanent) }
            }
        },
        CardFault(
            "block-lost-at-reset", "protocol §5",
            "reset lifts a temporary block", "复位解除临时锁定",
            foundBy: "blocking.DF01.blocked.reset"
        ) { behaviour in
            behaviour.volatile.formUnion([.blocking, .wrongMACs])
        },
        CardFault(
            "block-ineffective", "protocol §3",
            "APPLICATION BLOCK answers 9000 and blocks nothing", "APPLICATION BLOCK 返回 9000 但未锁定",
            foundBy: "blocking.DF03.permanent"
        ) { behaviour in
            behaviour.blocking = { _ in nil }
        },
        CardFault(
            "block-allows-reading", "protocol §5",
            "a blocked directory lets read", "锁定的目录仍可读",
            foundBy: "blocking.DF01.blocked.refused"
        ) { behaviour in
            behaviour.blockedDirectoryIsReadable = true
        },
        CardFault(
            "block-unreported", "protocol §5",
            "SELECT of a blocked directory answers 9000", "选择锁定目录返回 9000",
            foundBy: "blocking.DF01.block.right"
        ) { behaviour in
            behaviour.tellsBlocking = false
        },
        CardFault(
            "block-always-temporary", "protocol §3",
            "a permanent block is temporary", "永久锁定按临时处理",
            foundBy: "blocking.DF03.permanent"
        ) { behaviour in
            behaviour.blocking = { [right = behaviour.blocking] in right($0).map { _ in .temporary } }
        },
        CardFault(
            "unblock-without-mac", "protocol §3",
            "UNBLOCK takes any MAC", "UNBLOCK 不校验 MAC",
            foundBy: "blocking.DF01.unblock.wrong-mac"
        ) { behaviour in
            behaviour.acceptAnyMAC(of: [.applicationUnblock])
        },
        CardFault(
            "unblock-without-right", "protocol §3",
            "UNBLOCK needs no LK", "UNBLOCK 不需锁定密钥认证",
            foundBy: "blocking.DF01.unblock.without-key"
        ) { behaviour in
            behaviour.omit(.right, of: .applicationUnblock)
        },
        CardFault(
            "unblock-permanent", "protocol §5",
            "UNBLOCK lifts a permanent block", "UNBLOCK 可解除永久锁定",
            foundBy: "blocking.DF03.permanent"
        ) { behaviour in
            behaviour.liftsPermanentBlocking = true
        },
        CardFault(
            "block-permanent-entered", "protocol §5",
            "SELECT enters a directory blocked for ever", "可选择永久锁定的目录",
            foundBy: "blocking.DF03.permanent"
        ) { behaviour in
            behaviour.enteringIsRefusedWhenPermanentlyBlocked = false
        },
        CardFault(
            "card-block-ineffective", "protocol §3",
            "CARD BLOCK answers 9000 and blocks nothing", "CARD BLOCK 返回 9000 但未锁卡",
            foundBy: "blocking.card.blocked"
        ) { behaviour in
            behaviour.blocksCard = false
        },
        CardFault(
            "card-block-without-right", "protocol §3",
            "CARD BLOCK needs no BK", "CARD BLOCK 不需卡锁定密钥认证",
            foundBy: "blocking.card.without-key"
        ) { behaviour in
            behaviour.omit(.right, of: .cardBlock)
        },
        CardFault(
            "card-block-lost-at-reset", "protocol §5",
            "reset lifts CARD BLOCK", "复位解除卡锁定",
            foundBy: "blocking.card.blocked"
        ) { behaviour in
            behaviour.volatile.insert(.cardBlocking)
        },
    ]
}
