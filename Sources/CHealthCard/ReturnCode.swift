import CHealthCardHeader
import HealthCard
import ISO7816
import PCSC

/// What the functions of the interface return other than 0: `IRV_…` of the header.
struct ReturnCode: Error, Equatable {
    let rawValue: Int32

    init(_ rawValue: Int32) { self.rawValue = rawValue }

    static let argument = ReturnCode(IRV_PARA_ERR)
    static let noFile = ReturnCode(IRV_NO_FILE)
    static let recordUnreadable = ReturnCode(IRV_RD_RCDERR)
    static let card = ReturnCode(IRV_CARD_ERR)
    static let sam = ReturnCode(IRV_PSAM_ERR)
    static let notAuthenticated = ReturnCode(IRV_IRK_VERR)
    static let bytesUnreadable = ReturnCode(IRV_RD_BINERR)
    static let recordNotWritten = ReturnCode(IRV_WR_RCDERR)
    static let bytesNotWritten = ReturnCode(IRV_WR_BINERR)
    static let indexNotWritten = ReturnCode(IRV_W_DF03EF05ERR)
    static let indexNotErased = ReturnCode(IRV_ER_DF03EF05ERR)
    static let invalidVisit = ReturnCode(IRV_RCINVALID)
    static let photo = ReturnCode(IRV_DDF1EF07_DATAERR)
}

/// Every error of the layers below, as the interface tells it. Its own codes name what was being done; these name what
/// stood in the way, where that is something else than the file.
extension ReturnCode {
    /// - Parameter refused: the code for a file that cannot be used: `recordUnreadable`, `bytesNotWritten` …
    init(_ error: any Error, refused: ReturnCode) {
        switch error {
        case let error as ReturnCode: self = error
        case let error as HealthCardError: self.init(error, refused: refused)
        case let error as UpdateError: self.init(error.cause, refused: refused)
        case is SAMError, is SecurityModuleError: self = .sam
        case is PCSCError, is ChannelError, is CardError, is ReaderChoiceError: self = .card
        default: self = refused
        }
    }

    /// 0, or the code of what `work` throws.
    static func result(_ work: () throws(ReturnCode) -> Void) -> Int32 {
        do {
            try work()
            return IRV_OK
        } catch {
            return error.rawValue
        }
    }

    private init(_ error: HealthCardError, refused: ReturnCode) {
        switch error.code {
        case .channel, .answerToReset, .notAHealthCard, .blocked: self = .card
        case .securityModule, .notPermitted: self = .sam
        case .notGenuine: self = .notAuthenticated
        case .refused where error.command?.ins == InstructionByte.externalAuthenticate: self = .notAuthenticated
        case .refused where error.status == .fileNotFound: self = .noFile
        default: self = refused
        }
    }
}
