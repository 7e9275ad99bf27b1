import ArgumentParser
import CardProfiles
import Foundation
import Messages
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
                .badInput, WrongNumberText(problem: problem))
        }
        return number
    }

    /// What is wrong with a number; nil when it could be somebody's. Never repeats it.
    static func problem(_ number: String) -> TypedNumberText? {
        do throws(IDNumber.Problem) {
            _ = try IDNumber(number)
            return nil
        } catch {
            return TypedNumberText(error)
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
                LedgerArgumentText.serialForm)
        }
        return serial
    }
}

/// Text that is to stand in the ledger.
enum LedgerReasonText {
    /// - Throws: `ValidationError` for a text that is empty, too long, or would steer a terminal.
    static func check(_ text: String?, option: String) throws {
        guard let text, let problem = ReplacementList.problem(ofReason: text) else { return }
        if problem == .idNumber {
            throw ValidationError(Terminal.words(LedgerArgumentText.numberInReason(option: option)))
        }
        let most = ReplacementList.longestReason
        throw ValidationError(
            Terminal.words(LedgerArgumentText.textForm(option: option, most: most)))
    }
}
