import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Lengths and offsets at which a card goes wrong.
    static let sweeps: [CardFault] = [
        CardFault(
            "t1-61xx", "protocol §4",
            "over T=1 answers of more than 128 bytes come by 61xx", "T=1 下超过 128 字节的应答以 61xx 分取",
            foundBy: "robustness.answers.no-61xx"
        ) { behaviour in
            behaviour.answer(.readBinary) { _, answer in
                guard answer.data.count > 128, answer.status == 0x9000 else { return answer }
                return LinkAnswer(data: [], status: 0x6100 | UInt16(answer.data.count & 0xFF), waiting: answer.data)
            }
        },
        CardFault(
            "t1-61xx-select", "protocol §4",
            "over T=1 an FCI comes by 61xx", "T=1 下 FCI 以 61xx 分取",
            foundBy: "robustness.answers.no-61xx"
        ) { behaviour in
            behaviour.link.answer = { command, answer in
                guard command.ins == 0xA4, answer.data.count > 8, answer.status == 0x9000 else { return answer }
                return LinkAnswer(data: [], status: 0x6100 | UInt16(answer.data.count & 0xFF), waiting: answer.data)
            }
        },
        CardFault(
            "le-exceeded", "protocol §5",
            "READ BINARY gives whole words of four bytes, more than Le asks for", "READ BINARY 按四字节取整，超过 Le",
            foundBy: "robustness.DDF1/EF07.read.every-le"
        ) { behaviour in
            behaviour.answer(.readBinary) { command, answer in
                guard answer.status == 0x9000, !command.wantsAll, answer.data.count % 4 != 0 else { return answer }
                let more = [UInt8](repeating: 0, count: 4 - answer.data.count % 4)
                return LinkAnswer(data: answer.data + more, status: answer.status)
            }
        },
        CardFault(
            "le-00-is-255", "protocol §5",
            "Le 00 gives 255 bytes", "Le 为 00 时只返回 255 字节",
            foundBy: "robustness.DF03/EE01.read.every-le"
        ) { behaviour in
            behaviour.answer(.readBinary) { command, answer in
                guard command.wantsAll, answer.data.count == 256 else { return answer }
                return LinkAnswer(data: answer.data.dropLast(), status: answer.status)
            }
        },
        CardFault(
            "le-signed", "protocol §5",
            "a Le from 128 on gives 127 bytes", "Le 不小于 128 时只返回 127 字节",
            foundBy: "robustness.DF03/ED01.read.every-le"
        ) { behaviour in
            behaviour.answer(.readBinary) { command, answer in
                guard !command.wantsAll, !command.isExtended, answer.data.count >= 128 else { return answer }
                return LinkAnswer(data: Array(answer.data.prefix(127)), status: answer.status)
            }
        },
        CardFault(
            "le-extended-low-00", "protocol §4",
            "an extended Le whose low byte is 00 gives 256 bytes", "扩展 Le 低字节为 00 时只返回 256 字节",
            foundBy: "robustness.DDF1/EF07.read.extended-borders"
        ) { behaviour in
            behaviour.answer(.readBinary) { command, answer in
                guard command.isExtended, let ne = command.ne, ne > 256, ne & 0xFF == 0 else { return answer }
                return LinkAnswer(data: Array(answer.data.prefix(256)), status: answer.status)
            }
        },
        CardFault(
            "read-stops-at-page", "protocol §5",
            "READ BINARY stops at the end of a page of 256 bytes, with 9000", "READ BINARY 到 256 字节页末即停并返回 9000",
            foundBy: "robustness.DF03/EE03.read.offset-borders"
        ) { behaviour in
            behaviour.answer(.readBinary) { command, answer in
                let room = 256 - command.binaryOffset % 256
                guard room < 16, answer.data.count > room else { return answer }
                return LinkAnswer(data: Array(answer.data.prefix(room)), status: answer.status)
            }
        },
        CardFault(
            "offset-short-signed", "protocol §4",
            "READ BINARY by short identifier takes offsets from 128 on for 0", "按短标识读取时偏移 128 及以后按 0 处理",
            foundBy: "robustness.DDF1/EF07.read.offset-borders"
        ) { behaviour in
            behaviour.link.command = { [right = behaviour.link.command] in
                var command = right($0)
                if command.ins == Operation.readBinary.rawValue, command.namesShortIdentifier, command.p2 >= 128 {
                    command.p2 = 0
                }
                return command
            }
        },
        CardFault(
            "update-wraps-page", "protocol §5",
            "UPDATE BINARY over the end of a page of 256 bytes goes on at its start", "UPDATE BINARY 越过 256 字节页末时回到页首",
            foundBy: "robustness.DDF1/EF07.update.offset-borders"
        ) { behaviour in
            behaviour.memory.binary = { offset, data, _ in
                let room = 256 - offset % 256
                guard offset % 256 != 0, data.count > room else { return [(offset, data)] }
                return [(offset, Array(data.prefix(room))), (offset - offset % 256, Array(data.dropFirst(room)))]
            }
        },
        CardFault(
            "lc-255-short", "protocol §5",
            "UPDATE BINARY of 255 bytes leaves out the last", "UPDATE BINARY 写 255 字节时漏写末字节",
            foundBy: "robustness.DF03/EE01.update.every-lc"
        ) { behaviour in
            behaviour.memory.binary = { offset, data, _ in [(offset, data.count == 255 ? data.dropLast() : data)] }
        },
        CardFault(
            "lc-refused", "protocol §5",
            "UPDATE BINARY of 192 bytes and more is refused", "UPDATE BINARY 不接受 192 字节及以上",
            foundBy: "robustness.DF03/ED02.update.every-lc"
        ) { behaviour in
            behaviour.link.command = { [right = behaviour.link.command] in
                var command = right($0)
                if command.ins == Operation.updateBinary.rawValue, command.data.count >= 192 { command.data = [] }
                return command
            }
        },
        CardFault(
            "challenge-length-16", "protocol §11",
            "GET CHALLENGE takes Le 10 too", "GET CHALLENGE 也接受 Le=10",
            foundBy: "robustness.challenge.every-le"
        ) { behaviour in
            behaviour.omit(.length, of: .getChallenge) { $0.ne == 16 }
        },
        CardFault(
            "authentication-trailing", "protocol §11",
            "EXTERNAL AUTHENTICATE takes more data than it needs", "外部认证接受多余数据",
            foundBy: "robustness.external.every-lc"
        ) { behaviour in
            behaviour.link.command = { [right = behaviour.link.command] in
                var command = right($0)
                if command.ins == Operation.externalAuthenticate.rawValue, command.data.count > 32 {
                    command.data = Array(command.data.prefix(17))
                }
                return command
            }
        },
    ]
}
