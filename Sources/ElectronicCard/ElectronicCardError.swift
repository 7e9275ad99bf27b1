import CardProfiles
import Messages
import ShangMi
import SystemLibraries

/// Why a number of an electronic card could not be computed, or a code not be made. Never has a name, a number or a key in
/// it.
public enum ElectronicCardError: AdvisedError, Equatable {
    /// The document number cannot be one.
    case number(NumberProblem)
    /// The identity number (type 01) is not valid.
    case identityNumber(IDNumber.Problem)
    case name(NameProblem)
    /// What computes has no such key.
    case keyNotHeld(ElectronicCardKey)
    /// A key file without exactly 32 hexadecimal digits.
    case keyFile(path: String)
    case cryptography(ShangMiError)
    /// A device that computes has failed or refused.
    case device(HSMError)
    /// Codes are made here for test people only.
    case notForTests(IssueRefusal)
    /// libzint did not draw the picture; its own words.
    case picture(reason: String)
    /// libzint is not there.
    case library(MissingLibrary)
    case clockMemory(path: String)

    public enum NumberProblem: Message, Hashable, CaseIterable { case length, characters }

    public enum NameProblem: Message, Equatable {
        case length(limit: Int)
        case character(EnteredText.Problem)
    }

    /// Why no code is made of somebody.
    public enum IssueRefusal: Message, Hashable {
        /// The batch is a production batch.
        case productionBatch
        /// The row has a person who is not of the region of test cards.
        case realPerson(row: Int)
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case number, identityNumber, name, keyNotHeld, keyFile, cryptography, device, notForTests, picture, library
        case clockMemory
    }

    public static let domain = "electronicCard"

    public var code: Code {
        switch self {
        case .number: .number
        case .identityNumber: .identityNumber
        case .name: .name
        case .keyNotHeld: .keyNotHeld
        case .keyFile: .keyFile
        case .cryptography: .cryptography
        case .device: .device
        case .notForTests: .notForTests
        case .picture: .picture
        case .library: .library
        case .clockMemory: .clockMemory
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .number, .identityNumber, .name, .keyFile, .cryptography, .clockMemory: .badInput
        case .keyNotHeld: .usage
        case .device(let error): error.kind
        case .notForTests: .notAllowed
        case .picture: .badInput
        case .library(let missing): missing.kind
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .identityNumber(let error): error
        case .name(.character(let error)): error
        case .cryptography(let error): error
        case .device(let error): error
        default: nil
        }
    }
}
