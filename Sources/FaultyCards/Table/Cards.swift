import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// What tells cards apart, and does not.
    static let cards: [CardFault] = [
        CardFault(
            "factor-zeros", "protocol §2",
            "the serial in the answer to reset is all zeros", "复位应答中的序列号全零",
            foundBy: "answerToReset.factor"
        ) { behaviour in
            behaviour.replaceSerial { $0.map { _ in 0 } }
        },
        CardFault(
            "factor-ff", "protocol §2",
            "the serial in the answer to reset is all FF", "复位应答中的序列号全 FF",
            foundBy: "answerToReset.factor"
        ) { behaviour in
            behaviour.replaceSerial { $0.map { _ in 0xFF } }
        },
        CardFault(
            "factor-one-byte", "protocol §2",
            "the answer to reset has one byte of the serial, behind the manufacturer's", "复位应答中只有序列号的一个字节",
            foundBy: "answerToReset.factor"
        ) { behaviour in
            behaviour.replaceSerial { serial in
                (0..<serial.count).map { $0 == serial.count - 1 ? serial[$0] : [0x00, 0x85, 0x10, 0x02][$0 % 4] }
            }
        },
        CardFault(
            "serial-same-on-cards", "protocol §2",
            "every card has the same serial", "所有卡片序列号相同",
            foundBy: "cards.serial", needs: [.secondCard]
        ) { behaviour in
            let serial: [UInt8] = [0x20, 0x26, 0x00, 0x01, 0x47, 0x11, 0x08, 0x15]
            behaviour.replaceSerial { _ in serial }
            behaviour.serialInFCI = { _ in serial }
            behaviour.serialInProductionData = { _ in serial }
        },
        CardFault(
            "factor-same-on-cards", "protocol §2",
            "the answers to reset of all cards are alike", "所有卡片的复位应答相同",
            foundBy: "cards.factor", needs: [.secondCard]
        ) { behaviour in
            behaviour.replaceSerial { _ in [0x20, 0x26, 0x00, 0x01, 0x47, 0x11, 0x08, 0x16] }
        },
        CardFault(
            "interfaces-two-factors", "protocol §2",
            "the contactless interface gives another serial", "非接触接口给出另一序列号",
            foundBy: "cards.interfaces", needs: [.secondInterface]
        ) { behaviour in
            behaviour.serialOnContactless = { [right = behaviour.serialOnContactless] in
                right($0).enumerated().map { $0 < 4 ? $1 : $1 ^ 0x5A }
            }
        },
        content(
            "session-keys-same-on-cards", "protocol §2",
            "the internal authentication key is the same on all cards", "所有卡片的内部认证密钥相同",
            foundBy: "cards.session-keys", needs: [.secondCard]
        ) { card in
            card.derive(.internalAuthentication, 0) { key, factors in try factors.derive(key, factors.province) }
        },
    ]
}

extension CardBehaviour {
    /// Another serial in the answer to reset, whose check byte is right.
    fileprivate mutating func replaceSerial(_ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        answerToReset = { [right = answerToReset] answer, places in
            var answer = right(answer, places)
            guard answer.count >= places.serial.upperBound else { return answer }
            answer.replaceSubrange(places.serial, with: change(Array(answer[places.serial])))
            if let last = places.checkByte { answer[last] = answer[1..<last].reduce(0, ^) }
            return answer
        }
    }
}
