import Messages

extension InspectionText {
    var english: English {
        switch self {
        case .answerToReset: "answer to reset"
        case .chipSerial: "chip serial"
        case .lifeCycle: "life cycle"
        case .testCard: "test card"
        case .cityCode: "city code"
        case .habits: "habits"
        case .aboutHabits: "how this product wants to be talked to; * is not as the profile says"
        case .cardBlocked: "card blocked"
        case .state(.blank): "blank"
        case .state(.beingMade): "being made"
        case .state(.activated): "activated"
        case .authenticity(.testCard): "yes: it has the published test key"
        case .authenticity(.genuine): "no: it has the key of the security module"
        case .authenticity(.notProved(let status?)): "not proved: the card answered \(status)"
        case .authenticity(.notProved(nil)): "no: it answers with another key"
        case .unknown: "cannot be told"
        case .flaw(let flaw): "warning: \(flaw)"
        case .malformed(let error): "malformed: \(error)"
        case .bytes(let count): "\(count) bytes"
        case .chip: "chip"
        case .noFactor(let finding): "— (\(finding))"
        case .uselessFactor(let finding): "warning: \(finding)"
        case .otherApplications: "beside it"
        case .aboutOtherApplications: "other applications on the chip, by name; nothing of their data is read"
        case .noOtherApplications: "no other application that the profile knows by name"
        case .applicationVersion(let version): "version \(version)"
        }
    }
}

extension OtherApplication.State {
    public var english: English {
        switch self {
        case .present: "present"
        case .blocked(let status): "blocked (\(status))"
        case .unknown(let status): "unknown (\(status))"
        }
    }
}

extension CardInspection.Presence {
    public var english: English {
        switch self {
        case .present: "present"
        case .temporarilyBlocked: "temporarily blocked"
        case .permanentlyBlocked: "permanently blocked"
        case .absent(let status): "absent (\(status))"
        case .unknown: "unknown"
        }
    }
}

extension TraceText {
    var english: English {
        switch self {
        case .heading(let profile, let digest, let date, let isRedacted):
            """
            profile \(profile) \(digest)\(date.map { ", recorded \($0)" } ?? "")\(isRedacted ? ", redacted" : "")
            """
        case .bytes(let text): "\(text)"
        case .reset(let bytes): "reset: \(bytes)"
        case .random(let bytes): "random \(bytes)"
        case .exitStatus(let status): "exit status \(status)"
        case .total(let channel, let commands, let sent, let received, let milliseconds):
            "\(channel): \(commands) commands, \(sent) bytes out, \(received) bytes in, \(milliseconds) ms"
        }
    }
}
