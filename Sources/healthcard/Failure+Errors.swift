import ArgumentParser
import CardProfiles
import Files
import Glibc
import HealthCard
import ISO7816
import Ledger
import PCSC
import Personalization
import Production
import Releases
import ShangMi
import TestCards
import VirtualCard

extension Terminal {
    /// Says what went wrong and ends the process with the exit code that goes with it.
    static func finish(with error: any Error) -> Never {
        let failure = Failure(any: error)
        if let failure {
            note(text("error: ", "错误：") + failure.message)
            exit(failure.status)
        }
        let code = HealthCardCommand.exitCode(for: error)
        let message = HealthCardCommand.fullMessage(for: error)
        if code.isSuccess {
            if !message.isEmpty { print(message) }
            exit(.done)
        }
        note(message)
        exit(code == .validationFailure ? .usage : .bug)
    }

    /// The one way out of the process. Threads may be at work in libraries that take themselves down when a process
    /// exits, and would crash it then; so it ends without their clean-up. Nothing of ours needs any: files are whole at
    /// every instant, and what was printed has been handed to the system.
    static func leave(_ status: ExitStatus) -> Never {
        _exit(status.rawValue)
    }

    private static func exit(_ status: ExitStatus) -> Never { leave(status) }
}

extension Failure {
    /// The failure behind any error of the libraries; nil for those of argument parsing.
    init?(any error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as InputFileError: self.init(error)
        case let error as CommandLimitError: self.init(.usage, error.description)
        case let error as PCSCError: self.init(Self.status(of: error.channelError.code), error.description)
        case let error as ReaderChoiceError:
            switch error {
            case .noReaders, .noMatch: self.init(.noReader, error.description)
            case .ambiguous, .choiceNeeded: self.init(.usage, error.description)
            }
        case let error as ChannelError: self.init(Self.status(of: error.code), error.description)
        case let error as CardError: self.init(Self.status(of: error), error.description)
        case let error as HealthCardError: self.init(Self.status(of: error), error.description)
        case let error as CardChangesError: self.init(.badInput, error.description)
        case let error as UpdateError: self.init(Self.status(of: error.cause), error.description)
        case let error as BlockError: self.init(Self.status(of: error.cause), error.description)
        case let error as SecurityModuleError: self.init(Self.status(of: error), error.description)
        case let error as VisitError: self.init(Self.status(of: error), error.description)
        case let error as VisitContentError: self.init(.badInput, error.description)
        case let error as SAMError: self.init(Self.status(of: error), error.description)
        case let error as TraceError: self.init(.badInput, error.description)
        case let error as GBKError: self.init(.cardRefused, error.description)
        case let error as ProfileError: self.init(.badInput, error.description)
        case let error as KeyStoreError: self.init(Self.status(of: error), error.description)
        case let error as BatchError: self.init(.badInput, error.description)
        case let error as PersonalizationError: self.init(Self.status(of: error), error.description)
        case let error as ReleaseRefusal: self.init(.notAllowed, error.description)
        case let error as ReleaseFileError: self.init(.badInput, error.description)
        case let error as ShangMiError: self.init(.badInput, error.description)
        case let error as LineError: self.init(Self.status(of: error), error.description)
        case .unavailable(let what) as LedgerError:
            self.init(
                .partFailed,
                Terminal.text(
                    "the ledger does not answer: \(what); run the command again once it does",
                    "台账没有应答：\(what)；请待其恢复后重新运行"))
        case .refused(let why) as LedgerError:
            self.init(.badInput, Terminal.text(why.description, Self.chinese(why)))
        case let error as LedgerError: self.init(Self.status(of: error), error.description)
        case let error as ReportError: self.init(Self.status(of: error), error.description)
        case let error as CampaignError: self.init(Self.status(of: error), error.description)
        case let error as SuiteError: self.init(.usage, error.description)
        case let error as HandlingError: self.init(.partFailed, error.description)
        case let error as BatchListsError: self.init(.partFailed, error.description)
        case .link(let problem) as VirtualCardError: self.init(.noReader, problem)
        case let error as VirtualCardError: self.init(.badInput, error.description)
        default: return nil
        }
    }

    private static func chinese(_ kind: InputFileError.Kind) -> String {
        switch kind {
        case .folder: "文件夹"
        case .device: "设备"
        case .socket: "套接字"
        case .pipe: "管道"
        case .other: "其他对象"
        }
    }

    private init(_ error: InputFileError) {
        let (english, chinese) =
            switch error.problem {
            case .missing: (error.reason, "没有此文件；请检查路径")
            case .notPermitted: (error.reason, "无权读取；请检查文件权限")
            case .notAFile(let kind):
                (error.reason, "这是\(Self.chinese(kind))，不是文件；请指定普通文件")
            case .tooLong(let limit): (error.reason, "超过 \(limit) 字节，此类文件不会这么长；请检查路径")
            case .silent(let seconds): (error.reason, "\(seconds) 秒内没有数据；请先写入文件，再指定该文件")
            case .exposed:
                (error.reason, "所有者以外的人也有权限，内容可能已泄露；请执行 chmod 600，并考虑是否更换其中的内容")
            case .system: (error.reason, "无法读取（\(error.reason)）")
            }
        self.init(.badInput, error.path.visibleOnOneLine + Terminal.text(": " + english, "：" + chinese))
    }

    private static func chinese(_ refusal: LedgerRefusal) -> String {
        switch refusal {
        case .alreadyVoid(let chip, let entry, let reason, let instead):
            "芯片 \(chip) 上的卡已作废（第 \(entry) 条）：\(reason)。\(chinese(instead))"
        case .hasOrder(let row, let batch):
            "第 \(row) 行的申请人在批次 \(batch) 中尚有待制的卡：请继续该批次，或不加 --remake 作废此卡"
        case .noCardYet(let batch, let sequence, let row):
            "批次 \(batch) 第 \(sequence) 号（第 \(row) 行）尚未制卡；请用 --resume 继续，不加 --replace"
        case .noCardMade(let batch, let sequence, let row):
            "批次 \(batch) 第 \(sequence) 号（第 \(row) 行）未制成卡；请在新批次中制卡"
        case .closed(let batch, let sequence, let row, let entry, let instead):
            "批次 \(batch) 第 \(sequence) 号（第 \(row) 行）的卡已作废（第 \(entry) 条）。\(chinese(instead))"
        case .noOrder(let rows): "清单中的第 \(LedgerRefusal.named(rows)) 行不制卡；请从清单中删除"
        case .enrolledWithout(let batch, let rows):
            "批次 \(batch) 已登记，其第 \(LedgerRefusal.named(rows)) 行没有这些补换原因，不会重新制卡。"
                + "请用 --replace 身份证号 --reason 原因 逐张补换，或为这些申请人另建批次"
        }
    }

    private static func chinese(_ instead: LedgerRefusal.Instead) -> String {
        switch instead {
        case .order(let batch): "其申请人正等待重新制卡（批次 \(batch)）；请用 --resume 继续该批次"
        case .card(let chip, let batch): "其申请人已另有一张卡（批次 \(batch)，芯片 \(chip)）；如该卡遗失，请补换该卡"
        case .nothing: "该申请已结束；请在新批次中为申请人制卡"
        }
    }

    private static func status(of error: PersonalizationError) -> ExitStatus {
        switch error {
        case .batch, .profile: .badInput
        case .noRelease, .release, .wrongKeys: .notAllowed
        case .interrupted(_, let error, _): status(of: error)
        case .unreadable(_, let error, _): error.channel.map(status(of:)) ?? .cardRefused
        case .unusableCard, .transportKeyRefused, .refused, .readBackDiffers, .securityModule: .cardRefused
        }
    }

    private static func status(of error: ReportError) -> ExitStatus {
        if case .drawing = error { return .bug }
        return .badInput
    }

    private static func status(of error: CampaignError) -> ExitStatus {
        switch error {
        case .exists: .usage
        case .profileChanged: .notAllowed
        case .value, .file, .photo: .badInput
        }
    }

    private static func status(of error: KeyStoreError) -> ExitStatus {
        switch error {
        case .testProfile, .otherProfile, .notFormal, .openedByOne, .publishedKeys: .notAllowed
        case .custody: .usage
        case .chipBatchNeeded, .unknownChipBatch: .usage
        default: .badInput
        }
    }

    private static func status(of error: LineError) -> ExitStatus {
        switch error {
        case .gate(let error): status(of: error)
        case .noLanes: .noReader
        case .ledger(let error): status(of: error)
        case .hasRun: .bug
        }
    }

    private static func status(of error: LedgerError) -> ExitStatus {
        switch error {
        // Nothing is wrong with what was given: the same call may do later.
        case .unavailable, .full: .partFailed
        case .misconfigured: .usage
        case .releaseUsedUp, .releaseRefused, .stationMemory: .notAllowed
        case .batchChanged, .applicantHasCard, .chipUsed, .attemptOver, .refused, .unknown, .damaged: .badInput
        }
    }

    private static func status(of error: HealthCardError) -> ExitStatus {
        error.channel.map(status(of:)) ?? status(of: error.code)
    }

    private static func status(of code: HealthCardError.Code) -> ExitStatus {
        switch code {
        case .notPermitted: .notAllowed
        case .profile: .badInput
        default: .cardRefused
        }
    }

    private static func status(of error: VisitError) -> ExitStatus {
        switch error.problem {
        case .content: .badInput
        case .noSuchRecord: .usage
        case .card(let error): status(of: error)
        case .securityModule(let error): status(of: error)
        case .noFreeRecord, .notValid, .notTrusted, .signing, .otherCard: .cardRefused
        }
    }

    private static func status(of error: SecurityModuleError) -> ExitStatus {
        switch error {
        case .keyNotHeld: .notAllowed
        case .sam(let error): status(of: error)
        default: .cardRefused
        }
    }

    private static func status(of error: SAMError) -> ExitStatus {
        switch error {
        case .channel(let error, _): status(of: error.code)
        case .notAPIN: .badInput
        case .anotherProvince: .notAllowed
        default: .cardRefused
        }
    }

    private static func status(of error: CardError) -> ExitStatus {
        guard case .channel(let error, _) = error else { return .cardRefused }
        return status(of: error.code)
    }

    private static func status(of code: ChannelError.Code) -> ExitStatus {
        switch code {
        case .readerUnavailable, .serviceUnavailable: .noReader
        case .cardRemoved, .cardUnresponsive, .sharingViolation, .timeout: .noCard
        case .cardReset, .malformedResponse, .commandRejected, .cancelled, .other: .cardRefused
        }
    }
}
