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

    /// As ``read(_:)``: nobody is looked for under a number that nobody has.
    /// - Throws: a failure that says what is wrong with the number.
    static func checked(_ argument: String) throws -> String {
        let number = read(argument)
        if let problem = problem(number) {
            throw Failure(
                .badInput, Terminal.text("this is not a valid ID number: \(problem)", "身份证号无效：\(problem)"))
        }
        return number
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

/// A chip's serial number as somebody types it, or copies it out of a list.
enum TypedChip {
    /// - Throws: a failure, for what is not 16 hexadecimal digits.
    static func read(_ text: String) throws -> String {
        let serial = EnteredText.trimmed(text).uppercased()
        guard serial.utf8.count == 16, serial.allSatisfy(\.isHexDigit), serial.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Failure(
                .badInput,
                Terminal.text(
                    "a chip's serial number has 16 hexadecimal digits: copy it from the packing list or the scrap list",
                    "芯片序列号为 16 位十六进制数字：请从装箱单或废卡清单中复制"))
        }
        return serial
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
