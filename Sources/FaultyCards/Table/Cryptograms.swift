import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Bits and lengths of MACs and cryptograms that are not looked at.
    static let cryptograms: [CardFault] = [
        CardFault(
            "mac-top-bits-ignored", "protocol §3",
            "the top bit of each byte of a MAC is not compared", "不比较 MAC 各字节最高位",
            foundBy: "protection.DDF1/EF08.update.mac-every-bit"
        ) { behaviour in
            behaviour.acceptsMAC = { [right = behaviour.acceptsMAC] given, expected, command in
                right(given.map { $0 & 0x7F }, expected.map { $0 & 0x7F }, command)
            }
        },
        CardFault(
            "mac-one-bit-ignored", "protocol §3",
            "one bit of a MAC is not compared", "不比较 MAC 的一位",
            foundBy: "protection.DF02/EF07.update.mac-every-bit"
        ) { behaviour in
            behaviour.acceptsMAC = { [right = behaviour.acceptsMAC] given, expected, command in
                right(given, expected, command) || right(given.flipped(at: 2, by: 0x10), expected, command)
            }
        },
        CardFault(
            "mac-class-ignored", "protocol §3",
            "the MAC does not cover the class", "MAC 不覆盖 CLA",
            foundBy: "protection.DF03/EF05.erase.mac-header-bits"
        ) { behaviour in
            behaviour.otherMessagesOfMAC = { [right = behaviour.otherMessagesOfMAC] command, length in
                right(command, length)
                    + (0...255).map { cla in
                        var other = command
                        other.cla = UInt8(cla)
                        return other.blocksOfMAC(length)
                    }
            }
        },
        CardFault(
            "mac-short-identifier-ignored", "protocol §3",
            "the MAC does not cover the upper bits of P2", "MAC 不覆盖 P2 高位",
            foundBy: "protection.DF01/EF05.update.mac-header-bits"
        ) { behaviour in
            behaviour.otherMessagesOfMAC = { [right = behaviour.otherMessagesOfMAC] command, length in
                right(command, length)
                    + (0..<32).map { high in
                        var other = command
                        other.p2 = command.p2 & 7 | UInt8(high << 3)
                        return other.blocksOfMAC(length)
                    }
            }
        },
        CardFault(
            "mac-lc-ignored", "protocol §3",
            "the MAC does not cover Lc", "MAC 不覆盖 Lc",
            foundBy: "protection.DF02/EF05.update.mac-other-lc"
        ) { behaviour in
            behaviour.otherMessagesOfMAC = { [right = behaviour.otherMessagesOfMAC] command, length in
                right(command, length) + (0...255).map { command.blocksOfMAC(length, lc: UInt8($0)) }
            }
        },
        CardFault(
            "mac-zero-padding", "protocol §3",
            "a MAC over zeros for padding is taken too", "也接受以 00 填充计算的 MAC",
            foundBy: "protection.DF03/EF05.update.mac-other-padding"
        ) { behaviour in
            behaviour.otherMessagesOfMAC = { [right = behaviour.otherMessagesOfMAC] command, length in
                right(command, length) + [command.blocksOfMAC(length, marker: 0)]
            }
        },
        CardFault(
            "mac-longer-taken", "protocol §5",
            "bytes behind a MAC are ignored", "忽略 MAC 之后的字节",
            foundBy: "protection.DF03/EF05.update.mac-lengths"
        ) { behaviour in
            behaviour.link.command = { [right = behaviour.link.command] in
                var command = right($0)
                if command.ins == Operation.writeRecord.rawValue, command.data.count > 4 {
                    command.data = Array(command.data.prefix(4))
                }
                return command
            }
        },
        CardFault(
            "padding-before-mac", "protocol §5",
            "padding is looked at before the MAC, and such a wrong MAC is not counted", "先检查填充后检查 MAC，填充错误时 MAC 错误不计数",
            foundBy: "blocking.DF01.padding-counts"
        ) { behaviour in
            behaviour.checksPaddingFirst = true
        },
        CardFault(
            "cryptogram-top-bits-ignored", "protocol §3",
            "the top bit of each byte of a cryptogram is not compared", "不比较认证数据各字节最高位",
            foundBy: "keys.RK1_DDF1.every-bit"
        ) { behaviour in
            behaviour.acceptsCryptogram = { [right = behaviour.acceptsCryptogram] in
                right($0.map { byte in byte & 0x7F }, $1.map { byte in byte & 0x7F })
            }
        },
        CardFault(
            "cryptogram-one-bit-ignored", "protocol §3",
            "one bit of a cryptogram is not compared", "不比较认证数据的一位",
            foundBy: "keys.LK_DF01.every-bit"
        ) { behaviour in
            behaviour.acceptsCryptogram = { [right = behaviour.acceptsCryptogram] in
                right($0, $1) || right($0.flipped(at: 5, by: 0x04), $1)
            }
        },
        CardFault(
            "cryptogram-zeros-taken", "protocol §3",
            "a cryptogram of zeros is taken", "接受全零认证数据",
            foundBy: "keys.UK1_DF02.guesses"
        ) { behaviour in
            behaviour.acceptsCryptogram = { [right = behaviour.acceptsCryptogram] in
                right($0, $1) || $0.allSatisfy { byte in byte == 0 }
            }
        },
    ]
}

extension ReceivedCommand {
    /// What a MAC goes over, padded to whole blocks.
    /// - Parameters:
    ///   - lc: what stands for the length; the right one unless said otherwise.
    ///   - marker: the first byte of the padding.
    fileprivate func blocksOfMAC(_ length: Int, lc: UInt8? = nil, marker: UInt8 = 0x80) -> [UInt8] {
        let body = data.dropLast(length)
        let message = [cla, ins, p1, p2] + [lc ?? UInt8(truncatingIfNeeded: data.count)] + body + [marker]
        return message + [UInt8](repeating: 0, count: (16 - message.count % 16) % 16)
    }
}
