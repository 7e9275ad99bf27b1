import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Challenges that can be foreseen.
    static let challenges: [CardFault] = [
        CardFault(
            "challenge-period", "protocol §3",
            "challenges repeat after forty", "随机数每四十个重复",
            foundBy: "protection.challenge.no-repeat"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in mixed(challenge.count, count.total % 40) }
        },
        CardFault(
            "challenge-restarts", "protocol §3",
            "after power-on the same challenges come again", "上电后随机数序列相同",
            foundBy: "protection.challenge.after-power-off"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in mixed(challenge.count, count.sincePower) }
        },
        CardFault(
            "challenge-restarts-warm", "protocol §3",
            "after a warm reset the second challenge is always the same", "热复位后第二个随机数总相同",
            foundBy: "protection.challenge.after-warm-reset"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in
                count.sinceReset == 2 && count.sincePower > 2 ? mixed(challenge.count, 7) : challenge
            }
        },
        CardFault(
            "challenge-biased-bit", "protocol §3",
            "a bit of each challenge is 1 four times out of five", "随机数有一位八成为 1",
            foundBy: "protection.challenge.bias"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in
                var biased = challenge
                if count.total % 5 != 0, biased.count > 3 { biased[3] |= 0x20 }
                if count.total % 5 == 0, biased.count > 3 { biased[3] &= ~0x20 }
                return biased
            }
        },
        CardFault(
            "challenge-halves", "protocol §3",
            "the second half of a challenge repeats the first", "随机数后半与前半相同",
            foundBy: "protection.challenge.correlation"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, _ in
                Array(challenge.prefix(challenge.count / 2) + challenge.prefix(challenge.count - challenge.count / 2))
            }
        },
        CardFault(
            "challenge-alternates", "protocol §3",
            "each bit of a byte is the other way round every time", "随机数一字节各位逐次翻转",
            foundBy: "protection.challenge.correlation"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in
                var next = challenge
                if !next.isEmpty { next[0] = count.total % 2 == 0 ? 0x3C : 0xC3 }
                return next
            }
        },
        CardFault(
            "challenge-steps", "protocol §3",
            "each challenge is the one before plus a constant", "随机数按固定步长递增",
            foundBy: "protection.challenge.differences"
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in
                var value = UInt64(0x9E37_79B9_7F4A_7C15) &* UInt64(truncatingIfNeeded: count.total)
                var bytes: [UInt8] = []
                for _ in challenge {
                    bytes.append(UInt8(truncatingIfNeeded: value >> 56))
                    value <<= 8
                }
                return bytes
            }
        },
        CardFault(
            "challenge-same-on-cards", "protocol §3",
            "every card gives the same challenges in the same order", "所有卡片的随机数序列相同",
            foundBy: "cards.challenges", needs: [.secondCard]
        ) { behaviour in
            behaviour.challengeByCount = { challenge, count in mixed(challenge.count, count.total) }
        },
    ]

    /// Bytes that look like random ones and are the same for a number.
    private static func mixed(_ count: Int, _ number: Int) -> [UInt8] {
        var state = UInt64(truncatingIfNeeded: number) &+ 0x5851_F42D_4C95_7F2D
        return (0..<count).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: z ^ (z >> 31))
        }
    }
}
