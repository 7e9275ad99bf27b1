import ISO7816
import VirtualCard

extension CardFault {
    /// What a card does to the bank's applications on its chip, and they to it.
    static let otherApplications: [CardFault] = [
        CardFault(
            "payment-other-name", "card §8",
            "the bank's applications answer with another name", "银行应用应答的名称不符",
            foundBy: "otherApplications.present", needs: [.paymentSide]
        ) { behaviour in
            behaviour.otherInformation = { [right = behaviour.otherInformation] template, isEnvironment in
                let template = right(template, isEnvironment)
                // 6F L 84 L name: the name's last byte.
                guard !isEnvironment, template.count > 4, template.count > 3 + Int(template[3]) else { return template }
                return template.flipped(at: 3 + Int(template[3]), by: 0x08)
            }
        },
        CardFault(
            "payment-listed-absent", "card §8",
            "the payment environment lists an application that is not there", "支付环境列出不存在的应用",
            foundBy: "otherApplications.present", needs: [.paymentSide]
        ) { behaviour in
            behaviour.otherInformation = { [right = behaviour.otherInformation] template, isEnvironment in
                let template = right(template, isEnvironment)
                guard isEnvironment, let list = template.firstRange(of: [0x61]),
                    let place = template[list.upperBound...].firstRange(of: [0x4F, 0x08])
                else { return template }
                return template.flipped(at: place.upperBound + 7, by: 0x40)
            }
        },
        CardFault(
            "payment-hidden-in-directory", "card §8",
            "the bank's applications cannot be selected from DF02", "从 DF02 无法选择银行应用",
            foundBy: "otherApplications.reachable", needs: [.paymentSide]
        ) { behaviour in
            behaviour.reachesOtherApplication = { $0 != Place.clinical }
        },
        CardFault(
            "payment-keeps-rights", "card §8",
            "rights outlive a visit to the bank's applications", "进入银行应用后权限仍保留",
            foundBy: "otherApplications.way-back", needs: [.paymentSide]
        ) { behaviour in
            behaviour.rightsOutliveOtherApplication = true
        },
        CardFault(
            "payment-shares-attempts", "card §8",
            "a wrong authentication costs an attempt at the bank's PIN", "外部认证失败消耗银行应用的 PIN 次数",
            foundBy: "otherApplications.untouched", needs: [.paymentSide]
        ) { behaviour in
            behaviour.spendsForeignAttempt = { command, status in
                command.ins == InstructionByte.externalAuthenticate && status.triesLeft != nil
            }
        },
    ]
}
