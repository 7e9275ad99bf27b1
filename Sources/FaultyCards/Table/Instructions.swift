import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Commands that the page does not have, left by whoever wrote the operating system.
    static let instructions: [CardFault] = [
        CardFault(
            "hidden-dump", "protocol §5",
            "80 F6 gives bytes of the chip's memory", "80 F6 可读出芯片存储器",
            foundBy: "robustness.instructions.80-with-le"
        ) { behaviour in
            behaviour.hide { command in
                command.cla == 0x80 && command.ins == 0xF6 && command.ne != nil
                    ? ([UInt8](repeating: 0xE5, count: min(64, command.ne ?? 0)), 0x9000) : nil
            }
        },
        CardFault(
            "hidden-write", "protocol §5",
            "84 FA with data answers 9000", "84 FA 带数据返回 9000",
            foundBy: "robustness.instructions.84-with-data"
        ) { behaviour in
            behaviour.hide { $0.cla == 0x84 && $0.ins == 0xFA && !$0.data.isEmpty ? ([], 0x9000) : nil }
        },
        CardFault(
            "hidden-class", "protocol §5",
            "F0 2A gives the release of the operating system", "F0 2A 返回操作系统版本",
            foundBy: "robustness.instructions.F0-with-le"
        ) { behaviour in
            behaviour.hide { $0.cla == 0xF0 && $0.ins == 0x2A && $0.ne != nil ? ([0x43, 0x4F, 0x53, 1], 0x9000) : nil }
        },
        CardFault(
            "hidden-chained", "protocol §5",
            "94 48 with data answers 9000", "94 48 带数据返回 9000",
            foundBy: "robustness.instructions.94-with-data"
        ) { behaviour in
            behaviour.hide { $0.cla == 0x94 && $0.ins == 0x48 && !$0.data.isEmpty ? ([], 0x9000) : nil }
        },
        CardFault(
            "hidden-length", "protocol §5",
            "B0 B6 with Le answers 6C with the length of a secret", "B0 B6 带 Le 时以 6C 返回长度",
            foundBy: "robustness.instructions.B0-with-le"
        ) { behaviour in
            behaviour.hide { $0.cla == 0xB0 && $0.ins == 0xB6 && $0.ne != nil ? ([], 0x6C20) : nil }
        },
        CardFault(
            "hidden-parameters", "protocol §5",
            "00 F8 answers when P1-P2 are FFFF", "00 F8 在 P1-P2 为 FFFF 时应答",
            foundBy: "robustness.instructions.00-with-le"
        ) { behaviour in
            behaviour.hide { command in
                command.cla == 0 && command.ins == 0xF8 && command.p1 == 0xFF && command.p2 == 0xFF
                    ? ([1, 2], 0x9000)
                    : nil
            }
        },
        CardFault(
            "channel-ignored", "protocol §5",
            "logical channels 1 to 3 are served as the basic one", "逻辑通道 1 至 3 按基本通道处理",
            foundBy: "robustness.instructions.01-with-le"
        ) { behaviour in
            behaviour.link.command = { [right = behaviour.link.command] in
                var command = right($0)
                if (0x01...0x03).contains(command.cla) { command.cla = 0 }
                return command
            }
        },
        CardFault(
            "hidden-data-object", "protocol §11",
            "GET DATA 9F17 answers", "GET DATA 9F17 有应答",
            foundBy: "robustness.get-data.9F"
        ) { behaviour in
            behaviour.hide { command in
                command.cla == 0 && command.ins == 0xCA && command.p1 == 0x9F && command.p2 == 0x17
                    ? ([0x9F, 0x17, 0x01, 0x06], 0x9000) : nil
            }
        },
        CardFault(
            "hidden-data-range", "protocol §11",
            "GET DATA DF20 gives key data", "GET DATA DF20 返回密钥数据",
            foundBy: "robustness.get-data.DF"
        ) { behaviour in
            behaviour.hide { command in
                command.cla == 0 && command.ins == 0xCA && command.p1 == 0xDF && command.p2 == 0x20
                    ? ([UInt8](repeating: 0x2B, count: 16), 0x9000) : nil
            }
        },
    ]
}

extension CardBehaviour {
    fileprivate mutating func hide(
        _ answer: @escaping @Sendable (ReceivedCommand) -> (data: [UInt8], status: UInt16)?
    ) {
        link.hidden = { [other = link.hidden] in answer($0) ?? other($0) }
    }
}
