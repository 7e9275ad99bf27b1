import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Secure messaging.
    static let messaging: [CardFault] = [
        CardFault(
            "mac-unchecked", "protocol §3",
            "no MAC is checked", "不校验 MAC",
            foundBy: "protection.DF03/EF05.update.under-UK1_DF03"
        ) { behaviour in
            behaviour.acceptsMAC = { _, _, _ in true }
        },
        CardFault(
            "mac-without-header", "protocol §3",
            "the MAC leaves the header out", "MAC 不含命令头",
            foundBy: "protection.DF03/EF05.update.no-mac"
        ) { behaviour in
            behaviour.macCoversHeader = false
        },
        CardFault(
            "mac-length-excluded", "protocol §3",
            "Lc in the MAC does not count the MAC", "MAC 中 Lc 不含 MAC 长度",
            foundBy: "protection.DF03/EF05.update.no-mac"
        ) { behaviour in
            behaviour.commandInMAC = { [right = behaviour.commandInMAC] in
                var command = right($0, $1)
                command.data.removeLast(min($1, command.data.count))
                return command
            }
        },
        CardFault(
            "mac-half-compared", "protocol §3",
            "half of a MAC is compared", "MAC 只比较一半",
            foundBy: "protection.DF03/EF05.erase.mac-byte-3"
        ) { behaviour in
            behaviour.acceptsMAC = { [right = behaviour.acceptsMAC] in
                right($0, $1, $2) || $0.agrees(with: $1, in: $1.count / 2)
            }
        },
        CardFault(
            "mac-rightmost", "protocol §3",
            "the MAC is the rightmost bytes", "MAC 取最右字节",
            foundBy: "protection.DF03/EF05.update.no-mac"
        ) { behaviour in
            behaviour.macTruncation = .rightmost
        },
        CardFault(
            "mac-ignores-p1p2", "protocol §3",
            "P1-P2 are zero in the MAC", "MAC 中 P1-P2 按零计算",
            foundBy: "protection.DF03/EF05.update.no-mac"
        ) { behaviour in
            behaviour.commandInMAC = { [right = behaviour.commandInMAC] in
                var command = right($0, $1)
                (command.p1, command.p2) = (0, 0)
                return command
            }
        },
        CardFault(
            "mac-unchecked-index", "card §1.2",
            "the index takes any MAC", "索引读写不校验 MAC",
            foundBy: "protection.DF03/EF05.update.under-UK1_DF03"
        ) { behaviour in
            behaviour.acceptAnyMAC(of: [.writeRecord, .eraseRecord])
        },
        CardFault(
            "padding-unchecked", "protocol §3",
            "padding in ciphertext is not checked", "不校验密文填充",
            foundBy: "protection.DDF1/EF08.update.length-one-more"
        ) { behaviour in
            behaviour.checksPadding = false
        },
        CardFault(
            "padding-length-unchecked", "protocol §3",
            "a length beyond the ciphertext is cut", "密文内长度越界时截断接受",
            foundBy: "protection.DDF1/EF08.update.length-long"
        ) { behaviour in
            behaviour.checksLengthInCiphertext = false
        },
    ]
}
