import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Answer to reset, GET DATA.
    static let answerToReset: [CardFault] = [
        CardFault(
            "atr-check-byte", "protocol §4",
            "the check byte of the answer to reset is wrong", "复位应答校验字节错误",
            foundBy: "answerToReset.form"
        ) { behaviour in
            behaviour.answerToReset = { [right = behaviour.answerToReset] in
                right($0, $1).flipped(at: $1.checkByte, by: 0xFF)
            }
        },
        CardFault(
            "atr-historical-bytes", "protocol §4",
            "a historical byte after the serial is wrong", "序列号之后的历史字节错误",
            foundBy: "answerToReset.tail"
        ) { behaviour in
            behaviour.answerToReset = { [right = behaviour.answerToReset] in
                right($0, $1).flipped(at: $1.serial.upperBound).flipped(at: $1.checkByte)
            }
        },
        CardFault(
            "atr-serial", "protocol §2",
            "the answer to reset gives another serial", "复位应答中的序列号不符",
            foundBy: "answerToReset.serial", needs: [.campaign]
        ) { behaviour in
            behaviour.answerToReset = { [right = behaviour.answerToReset] in
                right($0, $1).flipped(at: $1.serial.upperBound - 1).flipped(at: $1.checkByte)
            }
        },
        CardFault(
            "get-data-serial", "protocol §4",
            "GET DATA gives the serial backwards", "GET DATA 序列号字节倒序",
            foundBy: "answerToReset.production-serial"
        ) { behaviour in
            behaviour.serialInProductionData = { $0.reversed() }
        },
        CardFault(
            "get-data-short", "protocol §4",
            "GET DATA gives a byte less", "GET DATA 少一个字节",
            foundBy: "answerToReset.production-data"
        ) { behaviour in
            behaviour.productionData = { $0.dropLast() }
        },
        CardFault(
            "get-data-any-tag", "protocol §4",
            "GET DATA answers to every tag", "GET DATA 对任何标签都应答",
            foundBy: "answerToReset.other-data-object"
        ) { behaviour in
            behaviour.omit(.parameters, of: .getData)
        },
    ]
}
