import CardProfiles
import HealthCard
import ISO7816
import Messages
import Personalization

/// One card in hand, and what a check needs to put questions to it: the dialect's commands, the published keys, and
/// deliberate mistakes. It takes nothing for granted that the card says.
///
/// Belongs to one thread. Every check begins on a card that has just been reset.
public final class CheckBench {
    public let profile: CardProfile
    public let dialect: Dialect
    /// What the card is to hold, when that is known.
    public let image: CardImage?
    /// nil: the card can only be reset.
    public let power: (any CardPower)?
    /// The same card through its other interface, as another reader has it.
    let otherInterface: (any CardChannel)?
    /// How often the power was switched; 0 where nobody can.
    var powerUps: Int { (power as? CountedPower)?.restored ?? 0 }
    let link: RecordingChannel
    let cryptography: BenchCryptography?
    private var needsReset = true
    private(set) var finding: CheckText?
    /// The step that failed last, and what was said of it.
    private(set) var failedStep: (step: FailedStep, stop: CheckStop)?
    /// What others rest on and did not hold, as the check met it.
    var unheld: (precondition: Precondition, stop: CheckStop)?
    /// What is known not to hold on this card.
    var broken: [Precondition: BrokenPrecondition] = [:]
    /// The check that found first what this one needs and does not have.
    var waitsFor: String?
    /// What is known to be broken is asked for all the same.
    var isTryingAgain = false
    /// The directory the card was last brought into.
    private(set) var currentDirectory: String?
    /// Directories that got a command with a MAC since the check began.
    var touched: Set<String> = []
    /// Files as they were when the check first looked at them to change them.
    var keptFiles: [(file: FileDefinition, content: [[UInt8]])] = []
    /// Of wrong MACs in a row, as far as the answers tell.
    var wrongMACs: [String: Int] = [:]
    /// Of keys that lost some, as the card said last.
    var attemptsLeft: [String: Int] = [:]
    /// Keys the card has accepted.
    var accepted: Set<String> = []
    /// The check may leave the card unfit.
    private(set) var isDestructive = false
    /// The key that the next EXTERNAL AUTHENTICATE is about.
    var keyInUse: KeyDefinition?
    private(set) var times: [OperationTimes] = []
    /// Contents of files that have been read, with the exchanges that show them.
    var contents: [String: ReadContent] = [:]
    private var province: [UInt8]?
    /// What the run has seen of its cards; this card's part of it is `seen`.
    let run: RunMemory
    let seen: SeenCard
    /// Every file as a check of side effects left it, and how many changing commands had been sent by then.
    var knownCard: (content: [String: [[UInt8]]], changes: Int)?
    private let clock = ContinuousClock()

    init(_ card: CardInHand, profile: CardProfile, dialect: Dialect, run: RunMemory = RunMemory()) {
        self.profile = profile
        self.dialect = dialect
        image = card.image
        power = card.power.map(CountedPower.init)
        otherInterface = card.otherInterface
        self.run = run
        seen = run.add()
        link = RecordingChannel(card.channel, seen: seen, challengeLength: profile.cryptography.challengeLength)
        cryptography = BenchCryptography(profile)
    }

    // MARK: The course of a check

    /// Forgets the check before: the card is reset when it is first needed.
    func begin(isDestructive: Bool = false) {
        self.isDestructive = isDestructive
        needsReset = true
        finding = nil
        failedStep = nil
        unheld = nil
        waitsFor = nil
        touched = []
        keptFiles = []
        link.begin()
        times = []
    }

    /// What a check found, where that is more than "as expected".
    public func found(_ en: English, _ zh: Chinese) { finding = CheckText(en, zh) }

    /// The check fails: what came instead of what was expected.
    public func fail(_ en: English, _ zh: Chinese) -> CheckStop { .failed(CheckText(en, zh)) }

    /// Fails unless a condition holds.
    public func expect(_ condition: Bool, _ en: @autoclosure () -> English, _ zh: @autoclosure () -> Chinese)
        throws(CheckStop)
    {
        if !condition { throw fail(en(), zh()) }
    }

    /// Measures work under the name of an operation; several measurements of one name belong together.
    public func measure<Result>(
        _ operation: String, limit: Int? = nil, _ work: () throws(CheckStop) -> Result
    ) throws(CheckStop) -> Result {
        try prepare()
        let start = clock.now
        let result = try work()
        let elapsed = Self.microseconds(clock.now - start)
        times.append(OperationTimes(operation: operation, microseconds: [elapsed], limit: limit))
        return result
    }

    /// Microseconds of one command.
    ///
    /// - Parameter statuses: what it is to be answered; nil: whatever comes.
    func time(_ command: CommandAPDU, expecting statuses: [StatusWord]? = nil) throws(CheckStop) -> Int {
        try prepare()
        let start = clock.now
        let answer = try send(command)
        let elapsed = Self.microseconds(clock.now - start)
        if let statuses { try require(statuses, answer.status, for: command.header) }
        return elapsed
    }

    private static func microseconds(_ elapsed: Duration) -> Int {
        Int(elapsed.components.seconds) * 1_000_000 + Int(elapsed.components.attoseconds / 1_000_000_000_000)
    }

    // MARK: Link

    /// The answer to the last reset, as it came.
    public var answerToReset: [UInt8] { link.answerToReset }

    /// Resets the card: rights, challenge and current file are gone.
    @discardableResult
    public func reset() throws(CheckStop) -> [UInt8] {
        needsReset = false
        currentDirectory = profile.directories.first?.name
        do { return try link.reset() } catch { throw Self.stop(error) }
    }

    /// Resets the card and leaves its power on: the same is gone.
    @discardableResult
    public func warmReset() throws(CheckStop) -> [UInt8] {
        needsReset = false
        currentDirectory = profile.directories.first?.name
        do { return try link.warmReset() } catch { throw Self.stop(error) }
    }

    /// Takes the card's power away and gives it back.
    public func powerOff() throws(CheckStop) {
        power?.remove()
        power?.restore()
        try reset()
    }

    /// The card was brought into a directory.
    func hasEntered(_ directory: String) { currentDirectory = directory }

    func prepare() throws(CheckStop) {
        if needsReset { try reset() }
    }

    /// Sends a command and what the link itself asks for: bytes that wait after 61xx, and on a T=0 link the right Le.
    /// Any status word is an answer.
    public func send(
        _ command: CommandAPDU, form: CommandAPDU.LengthForm = .automatic, chains: Bool = false, maximumData: Int = 255
    ) throws(CheckStop) -> ResponseAPDU {
        try prepare()
        var options = TransmitOptions.default
        options.correctsLength = link.transmissionProtocol == .t0
        options.form = form
        options.chains = chains
        options.maximumData = maximumData
        do {
            let answer = try link.send(command, options: options)
            count(command, answer.status)
            return answer
        } catch {
            switch error {
            case .channel(let error, let header):
                let stop = Self.stop(error)
                failedStep = (
                    FailedStep(command: (header ?? command.header).description, answered: "", expected: []), stop
                )
                throw stop
            case .malformed(let what, let header):
                throw fail("\(header): \(what)", "\(header)：应答不完整或没有结束")
            case .command(let error, let header):
                throw .notRun(CheckText("\(header) cannot be sent: \(error)", "\(header) 无法发送：\(error)"))
            case .status(let status, let header):
                throw fail("\(header) answered \(status)", "\(header) 应答 \(status)")
            }
        }
    }

    /// Sends exactly these bytes; what comes back must at least be a status word.
    public func sendBytes(_ bytes: [UInt8]) throws(CheckStop) -> ResponseAPDU {
        try prepare()
        let answer: [UInt8]
        do { answer = try link.transmit(bytes) } catch { throw Self.stop(error) }
        guard let response = try? ResponseAPDU(answer) else {
            throw fail("\(answer.count) bytes are no answer", "应答只有 \(answer.count) 字节，没有状态字")
        }
        countMAC(bytes.first, response.status)
        return response
    }

    /// Sends a command that is to be answered by this status word and no other.
    @discardableResult
    public func expect(_ status: StatusWord, for command: CommandAPDU) throws(CheckStop) -> ResponseAPDU {
        try expect([status], for: command)
    }

    /// Sends a command that is to be answered by one of these status words.
    @discardableResult
    public func expect(_ statuses: [StatusWord], for command: CommandAPDU) throws(CheckStop) -> ResponseAPDU {
        let answer = try send(command)
        try require(statuses, answer.status, for: command.header)
        return answer
    }

    /// Fails unless a status word is one of those expected.
    public func require(
        _ statuses: [StatusWord], _ status: StatusWord, for header: CommandHeader
    ) throws(CheckStop) {
        guard !statuses.contains(status) else { return }
        let wanted = statuses.map(\.description)
        let stop = fail(
            "\(header) answered \(status), expected \(wanted.joined(separator: " or "))",
            "\(header) 应答 \(status)，应为 \(wanted.joined(separator: " 或 "))")
        failedStep = (
            FailedStep(command: header.description, answered: status.description, expected: wanted), stop
        )
        throw stop
    }

    /// What a link that lets a check down means: of the card, or only of the place it lies in.
    static func stop(_ error: ChannelError) -> CheckStop {
        switch error.code {
        case .readerUnavailable, .serviceUnavailable, .sharingViolation, .cancelled, .commandRejected, .cardRemoved:
            .notRun(CheckText(English(verbatim: error.message), "链路中断：\(error)"))
        case .cardReset, .cardUnresponsive, .timeout, .malformedResponse, .other:
            .failed(
                CheckText("the card does not answer: \(error.message)", "卡片没有应答：\(error)"))
        }
    }

    // MARK: The card's own factors

    /// What this card's keys are derived by (`Docs/protocol.md §2`). The province is the image's, else the card's.
    @discardableResult
    public func factors() throws(CheckStop) -> CardFactors {
        try resting(on: Precondition(.factors)) { () throws(CheckStop) in
            CardFactors(card: try factorBytes(), province: try provinceFactor())
        }
    }

    private func provinceFactor() throws(CheckStop) -> [UInt8] {
        if let province = image?.provinceFactor ?? province { return province }
        throw fail("the city code, and with it every key, cannot be read", "读不到应用城市代码，无法分散密钥")
    }

    /// Reads the city code of a card whose image nobody gave, before the first check: keys need it everywhere.
    func identify() {
        guard image == nil, province == nil else { return }
        province = try? readProvinceFactor()
    }

    private func readProvinceFactor() throws(CheckStop) -> [UInt8]? {
        let rule = profile.cryptography.provinceFactor
        guard let file = profile.file(of: rule.item), let item = profile.item(rule.item), let number = item.record
        else {
            return nil
        }
        try enter(file.directory)
        try selectFile(file)
        let record = try readRecord(number, of: file)
        guard record.status.isSuccess,
            case .digits(let code)? = try? ItemCodec.decode(record.data.dropFirst(2), as: item, profile: profile)
        else { return nil }
        return rule.factor(of: code)
    }
}
