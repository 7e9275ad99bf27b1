import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// What activation ends.
    static let lifeCycle: [CardFault] = [
        CardFault(
            "transport-key-left", "protocol §5",
            "activation leaves the transport key", "激活后传输密钥仍在",
            foundBy: "lifeCycle.transport-key.without-challenge", comesWithMaking: true
        ) { behaviour in
            behaviour.keepsTransportKey = true
        },
        CardFault(
            "create-after-activation", "protocol §5",
            "CREATE FILE works after activation", "激活后仍可建文件",
            foundBy: "lifeCycle.create-file.MF"
        ) { behaviour in
            behaviour.omit(.right, of: .createFile)
        },
        CardFault(
            "activate-again", "protocol §5",
            "activation is answered by 9000 again", "重复激活返回 9000",
            foundBy: "lifeCycle.activate-again"
        ) { behaviour in
            for making in Operation.activation { behaviour.omit(.right, of: making) }
        },
    ]
}
