import CHealthCardHeader
import HealthCard
import ISO7816
import PCSC
import Photos

/// What the functions of the interface return other than 0: `IRV_…` of the header.
struct ReturnCode: Error, Equatable {
    let rawValue: Int32
    /// What libraries that forward to others return instead.
    let forwarded: Int32
    /// Why, for the log; holds no data of the card and nothing secret.
    private(set) var reason: String?

    init(_ rawValue: Int32, forwarded: Int32? = nil) {
        self.rawValue = rawValue
        self.forwarded = forwarded ?? rawValue
    }

    static func == (one: ReturnCode, other: ReturnCode) -> Bool { one.rawValue == other.rawValue }

    /// The same code with a reason.
    func because(_ reason: String) -> ReturnCode {
        var code = self
        code.reason = reason
        return code
    }

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

    /// No PC/SC service, or no reader: what forwarding libraries call "no library".
    static let noService = ReturnCode(IRV_CARD_ERR, forwarded: -1801)
    /// An electronic code that would have to be looked up.
    static let noCodeService = ReturnCode(IRV_CARD_ERR, forwarded: -11)
}

/// Every error of the layers below, as the interface tells it. Its own codes name what was being done; these name what
/// stood in the way, where that is something else than the file.
extension ReturnCode {
    /// - Parameter refused: the code for a file that cannot be used: `recordUnreadable`, `bytesNotWritten` …
    init(_ error: any Error, refused: ReturnCode) {
        switch error {
        case let error as ReturnCode: self = error
        case let error as HealthCardError:
            self = ReturnCode(error, refused: refused).because(Self.words(error.description))
        case let error as UpdateError: self.init(error.cause, refused: refused)
        case let error as PhotoFlaw: self = .photo.because("the photo \(error)")
        case SAMError.channel(let error, _): self = ReturnCode.sam.ended(by: error.code).because(Self.words("\(error)"))
        case is SAMError, is SecurityModuleError: self = .sam.because(Self.words("\(error)"))
        case let error as any ReaderFault:
            self = ReturnCode.card.ended(by: error.channelError.code).because(Self.words("\(error)"))
        case let error as ChannelError: self = ReturnCode.card.ended(by: error.code).because(Self.words("\(error)"))
        case ReaderChoiceError.noReaders, ReaderChoiceError.noMatch: self = .noService.because(Self.words("\(error)"))
        case is CardError, is ReaderChoiceError: self = .card.because(Self.words("\(error)"))
        default: self = refused.because(Self.words("\(error)"))
        }
    }

    /// The same code; where service or reader have gone, with what forwarding libraries call that.
    private func ended(by code: ChannelError.Code?) -> ReturnCode {
        switch code {
        case .serviceUnavailable, .readerUnavailable: ReturnCode(rawValue, forwarded: Self.noService.forwarded)
        default: self
        }
    }

    /// A reason on one line.
    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The name in the header.
    var name: String {
        switch rawValue {
        case IRV_PARA_ERR: "IRV_PARA_ERR"
        case IRV_NO_FILE: "IRV_NO_FILE"
        case IRV_RD_RCDERR: "IRV_RD_RCDERR"
        case IRV_CARD_ERR: "IRV_CARD_ERR"
        case IRV_PSAM_ERR: "IRV_PSAM_ERR"
        case IRV_IRK_VERR: "IRV_IRK_VERR"
        case IRV_RD_BINERR: "IRV_RD_BINERR"
        case IRV_WR_RCDERR: "IRV_WR_RCDERR"
        case IRV_WR_BINERR: "IRV_WR_BINERR"
        case IRV_W_DF03EF05ERR: "IRV_W_DF03EF05ERR"
        case IRV_ER_DF03EF05ERR: "IRV_ER_DF03EF05ERR"
        case IRV_RCINVALID: "IRV_RCINVALID"
        case IRV_DDF1EF07_DATAERR: "IRV_DDF1EF07_DATAERR"
        default: "unknown"
        }
    }

    /// Why, in words: the reason, else what the code means.
    var explanation: String { reason ?? meaning }

    private var meaning: String {
        switch rawValue {
        case IRV_PARA_ERR: "an argument: pointer, record number, position, length, style or value"
        case IRV_NO_FILE: "the card has no such file"
        case IRV_RD_RCDERR: "a record cannot be read"
        case IRV_CARD_ERR: "no card, no reader, no answer, or another kind of card"
        case IRV_PSAM_ERR: "no SAM, its PIN, or a key it does not hold"
        case IRV_IRK_VERR: "the card or a key failed its authentication"
        case IRV_RD_BINERR: "a transparent file cannot be read"
        case IRV_WR_RCDERR: "a record cannot be written"
        case IRV_WR_BINERR: "a transparent file cannot be written"
        case IRV_W_DF03EF05ERR: "an index record cannot be written"
        case IRV_ER_DF03EF05ERR: "an index record cannot be erased"
        case IRV_RCINVALID: "the visit is not valid: its index is not 00"
        case IRV_DDF1EF07_DATAERR: "the photo, or the length before it"
        default: "no words for this code"
        }
    }

    /// What `work` throws; nil when it is done.
    static func failure(_ work: () throws(ReturnCode) -> Void) -> ReturnCode? {
        do {
            try work()
            return nil
        } catch {
            return error
        }
    }

    /// What stood in the way of a card or the SAM itself.
    ///
    /// - Parameter device: `card` or `sam`, which a program is told whatever it was.
    static func lacking(_ device: ReturnCode, _ error: any Error) -> ReturnCode {
        let cause = ReturnCode(error, refused: device)
        let isService = cause.forwarded == noService.forwarded
        return ReturnCode(device.rawValue, forwarded: isService ? cause.forwarded : nil).because(cause.explanation)
    }

    private init(_ error: HealthCardError, refused: ReturnCode) {
        switch error.code {
        case .channel: self = ReturnCode.card.ended(by: error.channel)
        case .answerToReset, .cardFactor, .notAHealthCard, .blocked: self = .card
        case .securityModule: self = ReturnCode.sam.ended(by: error.channel)
        case .notPermitted: self = .sam
        case .notGenuine: self = .notAuthenticated
        case .contradiction: self = .argument
        case .refused where error.command?.ins == InstructionByte.externalAuthenticate: self = .notAuthenticated
        case .refused where error.status == .fileNotFound: self = .noFile
        default: self = refused
        }
    }
}
