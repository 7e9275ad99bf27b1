import ISO7816

/// Holds what a profile says of the card factor to what else it says.
struct CardFactorValidation {
    let profile: CardProfile
    let report: ProfileReport

    func run() {
        let rule = profile.cryptography.cardFactor
        let layout = profile.answerToReset
        let count = layout.serialLength + layout.tail.count
        // What the profile's own answer is taken for, and where its serial stands.
        let own = (layout.bytes(serial: [UInt8](repeating: 0, count: layout.serialLength)))
            .flatMap { try? AnswerToReset(tolerant: $0) }?.cardInterface
        if let own {
            let range = rule.range(in: count, on: own)
            if range.map({ $0.upperBound > layout.serialLength }) ?? true {
                report.add(
                    "'cryptography.cardFactor.\(own.rawValue)' reaches beyond the chip serial of 'answerToReset'",
                    "“cryptography.cardFactor.\(own.rawValue)”超出“answerToReset”中的芯片序列号",
                    at: "cryptography.cardFactor.\(own.rawValue)")
            } else if own != .contact, let contact = rule.places[.contact], contact != rule.places[own] {
                // Such a card's answer is the same on both: nothing would tell which rule is to be taken.
                report.add(
                    "'cryptography.cardFactor.contact' differs from '\(own.rawValue)': an answer to reset as in 'answerToReset' cannot be told to be of a contact card",
                    "“cryptography.cardFactor.contact”与“\(own.rawValue)”不同，而“answerToReset”中的复位应答无法区分接触与非接触",
                    at: "cryptography.cardFactor.contact")
            }
        }
        for field in rule.fields {
            guard let name = field.codeTable, profile.codeTables[name] == nil else { continue }
            report.add(
                "'cryptography.cardFactor.fields.\(field.name)' uses the code table '\(name)', which is not in 'codeTables'",
                "“cryptography.cardFactor.fields.\(field.name)”所用的编码表“\(name)”不在“codeTables”中",
                at: "cryptography.cardFactor.fields.\(field.name).codeTable")
        }
        for application in profile.otherApplications
        where profile.directories.contains(where: { $0.dfName == application.dfName }) {
            report.add(
                "'otherApplications.\(application.name)' has the name of a directory of the health application",
                "“otherApplications.\(application.name)”与居民健康卡的目录同名",
                at: "otherApplications.\(application.name).name")
        }
    }
}
