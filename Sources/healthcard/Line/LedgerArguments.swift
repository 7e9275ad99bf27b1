import ArgumentParser
import CardProfiles
import Foundation
import Personalization

/// An ID number as somebody types it.
enum TypedIDNumber {
    /// - Parameter argument: the number, or `-` for a line of standard input, so that no shell remembers it.
    static func read(_ argument: String) -> String { normalized(argument == "-" ? readLine() ?? "" : argument) }

    /// The number as the ledger has it, in whatever spelling it was typed; one that is not valid as it was meant.
    static func normalized(_ text: String) -> String {
        (try? IDNumber(anySpelling: text))?.text ?? IDNumber.plainSpelling(of: text)
    }

    /// What is wrong with a number; nil when it could be somebody's. Never repeats it.
    static func problem(_ number: String) -> String? {
        do throws(IDNumber.Problem) {
            _ = try IDNumber(number)
            return nil
        } catch {
            return switch error {
            case .length: Terminal.text("it does not have 18 characters", "应为 18 位")
            case .characters:
                Terminal.text("it is not 17 digits and a digit or X", "应为 17 位数字，末位为数字或 X")
            case .birthDate: Terminal.text("its birth date does not exist", "其中的出生日期不存在")
            case .checkDigit: Terminal.text("its check digit is wrong", "校验码错误")
            }
        }
    }
}

/// Text that is to stand in the ledger.
enum LedgerReasonText {
    /// - Throws: `ValidationError` for a text that is empty, too long, or would steer a terminal.
    static func check(_ text: String?, option: String) throws {
        guard let text, ReplacementList.problem(ofReason: text) != nil else { return }
        let most = ReplacementList.longestReason
        throw ValidationError(
            Terminal.text(
                "\(option) takes 1 to \(most) bytes of text without control characters",
                "\(option) 应为 1 至 \(most) 字节的文字，不含控制字符"))
    }
}
