import CardProfiles
import Messages

/// What is wrong with an ID number that was typed; never repeats it.
enum TypedNumberText: Message {
    case length, characters, birthDate, checkDigit

    init(_ problem: IDNumber.Problem) {
        self =
            switch problem {
            case .length: .length
            case .characters: .characters
            case .birthDate: .birthDate
            case .checkDigit: .checkDigit
            }
    }

    var english: English {
        switch self {
        case .length: "it does not have 18 characters"
        case .characters: "it is not 17 digits and a digit or X"
        case .birthDate: "its birth date does not exist"
        case .checkDigit: "its check digit is wrong"
        }
    }

    var chinese: Chinese {
        switch self {
        case .length: "应为 18 位"
        case .characters: "应为 17 位数字，末位为数字或 X"
        case .birthDate: "其中的出生日期不存在"
        case .checkDigit: "校验码错误"
        }
    }
}

/// A number that nobody has.
struct WrongNumberText: Message {
    let problem: TypedNumberText

    var english: English { "this is not a valid ID number: \(problem)" }
    var chinese: Chinese { "身份证号无效：\(problem)" }
}
