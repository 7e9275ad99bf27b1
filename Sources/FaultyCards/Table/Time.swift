import CardProfiles
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
    ]
}
