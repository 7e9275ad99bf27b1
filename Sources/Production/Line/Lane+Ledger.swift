import HealthCard
import Ledger
import Messages

extension LedgerReason {
    /// As a ledger takes it: words of readers, machines and banks are in some reasons.
    var visible: LedgerReason {
        LedgerReason(code: code, text: text.visibleOnOneLine, chinese: chineseText?.visibleOnOneLine)
    }
}

extension Lane {
    /// The reader, as a ledger takes its name.
    var bookName: String { slot.name.visibleOnOneLine }

    /// Asks the ledger until it answers: without it nothing is begun and no card leaves its reader. Once the line is to
    /// stop it is asked a last time.
    ///
    /// - Returns: an answer, or what is wrong with this chip or attempt alone.
    func persist<Answer>(
        _ work: () throws(LedgerError) -> Answer
    ) throws(LaneExit) -> Result<Answer, LedgerError> {
        var pause = settings.ledgerBackoff
        var isWaiting = false
        var isLast = false
        defer {
            if isWaiting { control.change { $0.ledgerTrouble[index] = nil } }
        }
        while true {
            do throws(LedgerError) {
                let answer = try work()
                if isWaiting { emit(.ledgerBack) }
                return .success(answer)
            } catch {
                let reason = LedgerReason(error)
                switch error {
                case .chipUsed, .attemptOver: return .failure(error)
                case .unavailable, .full: break
                case .releaseUsedUp, .releaseRefused, .stationMemory:
                    control.stop(.stop, .notAllowed, reason)
                    throw .line(.notAllowed, reason)
                case .batchChanged, .applicantHasCard, .refused, .unknown, .damaged, .misconfigured, .place:
                    control.stop(.stop, .ledger, reason)
                    throw .line(.ledger, reason)
                }
                guard !isLast else { throw .stopped }
                if !isWaiting {
                    isWaiting = true
                    control.change { $0.ledgerTrouble[index] = AnyMessage(error) }
                    emit(.ledgerWaiting) { $0.reason = reason }
                }
                control.rest(pause)
                isLast = control.isStopping
                pause = min(pause * 2, settings.longestLedgerBackoff)
            }
        }
    }
}

extension LedgerError {
    /// For events and programs.
    var lineCode: String {
        switch self {
        case .unavailable: "ledgerUnavailable"
        case .full: "ledgerFull"
        case .batchChanged: "batchChanged"
        case .applicantHasCard: "applicantHasCard"
        case .chipUsed: "chipUsed"
        case .attemptOver: "attemptOver"
        case .releaseUsedUp: "releaseUsedUp"
        case .releaseRefused: "releaseRefused"
        case .stationMemory: "stationMemory"
        case .refused: "ledgerRefused"
        case .unknown: "ledgerUnknown"
        case .damaged: "ledgerDamaged"
        case .place(_, .notADatabase): "ledgerDamaged"
        case .misconfigured, .place: "ledgerMisconfigured"
        }
    }
}
