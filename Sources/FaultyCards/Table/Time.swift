import CardProfiles
import Foundation
import ISO7816
import VirtualCard

extension CardFault {
    /// Slow answers.
    static let time: [CardFault] = [
        CardFault(
            "slow-authentication", "card §4",
            "an authentication in the first directory takes far too long", "一级目录认证耗时过长",
            foundBy: "timing.UK1_DDF1.authenticate",
            isSlow: true
        ) { behaviour in
            behaviour.slow([.externalAuthenticate])
        },
        CardFault(
            "slow-reading", "card §4",
            "reading in the first directory takes far too long", "一级目录读取耗时过长",
            foundBy: "timing.DDF1/EF05.read",
            isSlow: true
        ) { behaviour in
            behaviour.slow([.readBinary, .readRecord])
        },
        CardFault(
            "slow-record", "card §4",
            "reading one record of a file takes far too long", "读某一条记录耗时过长",
            foundBy: "timing.DF02/EF05.read",
            isSlow: true
        ) { behaviour in
            behaviour.link.pause = { [other = behaviour.link.pause] command, directory, file in
                command.ins == Operation.readRecord.rawValue && directory == Place.clinical && command.p1 == 15
                    ? 0.4 : other?(command, directory, file) ?? 0
            }
        },
        CardFault(
            "slow-last-piece", "card §4",
            "reading the end of a file takes far too long", "读文件末段耗时过长",
            foundBy: "timing.DF03/EE01.read",
            isSlow: true
        ) { behaviour in
            behaviour.link.pause = { [other = behaviour.link.pause] command, directory, file in
                command.ins == Operation.readBinary.rawValue && file == 0xEE01 && command.binaryOffset >= 1_700
                    ? 0.6 : other?(command, directory, file) ?? 0
            }
        },
        CardFault(
            "early-exit-cryptogram", "protocol §3",
            "a cryptogram is compared byte by byte, up to the first wrong one", "认证数据逐字节比较，遇错即止",
            foundBy: "timing.RK1_DDF1.early-exit",
            isSlow: true
        ) { behaviour in
            behaviour.acceptsCryptogram = { [right = behaviour.acceptsCryptogram] given, expected in
                compare(given, expected)
                return right(given, expected)
            }
        },
        CardFault(
            "early-exit-mac", "protocol §3",
            "a MAC is compared byte by byte, up to the first wrong one", "MAC 逐字节比较，遇错即止",
            foundBy: "timing.DDF1/EF08.update.early-exit",
            isSlow: true
        ) { behaviour in
            behaviour.acceptsMAC = { [right = behaviour.acceptsMAC] given, expected, command in
                compare(given, expected)
                return right(given, expected, command)
            }
        },
    ]

    /// Takes its time over each byte that is right.
    private static func compare(_ given: [UInt8], _ expected: [UInt8]) {
        let equal = zip(given, expected).prefix { $0 == $1 }.count
        Thread.sleep(forTimeInterval: 0.004 * Double(equal))
    }
}
