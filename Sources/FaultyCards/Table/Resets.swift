import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// What a warm reset leaves, and a cold one does not.
    static let resets: [CardFault] = [
        CardFault(
            "warm-atr-tail", "protocol §4",
            "the answer to a warm reset has other historical bytes", "热复位应答的历史字节不同",
            foundBy: "answerToReset.warm-reset.answer"
        ) { behaviour in
            behaviour.answerToWarmReset = { answer, places in
                answer.flipped(at: places.serial.upperBound).flipped(at: places.checkByte)
            }
        },
        CardFault(
            "warm-atr-serial", "protocol §2",
            "the answer to a warm reset has another serial", "热复位应答的序列号不同",
            foundBy: "answerToReset.warm-reset.factor"
        ) { behaviour in
            behaviour.answerToWarmReset = { answer, places in
                answer.flipped(at: places.serial.upperBound - 1).flipped(at: places.checkByte)
            }
        },
        CardFault(
            "warm-keeps-directory", "card §1.1",
            "after a warm reset the directory before is still current", "热复位后仍在原目录",
            foundBy: "answerToReset.warm-reset.directory"
        ) { behaviour in
            behaviour.afterWarmReset { $0.directory = $1.directory }
        },
        CardFault(
            "warm-keeps-file", "protocol §5",
            "after a warm reset the file before is still current", "热复位后仍有当前文件",
            foundBy: "answerToReset.warm-reset.file"
        ) { behaviour in
            behaviour.afterWarmReset { ($0.directory, $0.file) = ($1.directory, $1.file) }
        },
        CardFault(
            "warm-keeps-rights", "protocol §3",
            "rights survive a warm reset", "热复位后权限仍在",
            foundBy: "access.DF01.rights.warm-reset"
        ) { behaviour in
            behaviour.afterWarmReset { new, old in
                new.leftovers = old.leftovers
                new.leftovers[old.directory, default: []].formUnion(old.rights)
            }
        },
        CardFault(
            "warm-keeps-challenge", "protocol §3",
            "a challenge outlives a warm reset", "热复位后随机数仍有效",
            foundBy: "answerToReset.warm-reset.challenge"
        ) { behaviour in
            behaviour.afterWarmReset { $0.challenge = $1.challenge }
        },
        CardFault(
            "warm-keeps-chain", "protocol §5",
            "a chain goes on after a warm reset", "热复位后命令链仍在继续",
            foundBy: "answerToReset.warm-reset.chain"
        ) { behaviour in
            behaviour.afterWarmReset { $0.chain = $1.chain }
        },
    ]
}
