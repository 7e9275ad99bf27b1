import Ledger

/// A machine moves the cards: a program that is told what to do line by line (`Docs/feeder.md`). One program serves
/// all lanes. It feeds blanks; begun cards are brought by people.
public final class FeederHandling: CardHandling {
    private let program: FeederProgram
    private let patience: Duration

    /// Starts the program and greets it.
    ///
    /// - Parameters:
    ///   - command: the program, looked for as a shell would, and its arguments.
    ///   - patience: how long it may take to answer one request.
    ///   - says: takes what the program prints on standard error, line by line; nil: it prints on ours.
    /// - Throws: `.ended` when it cannot be started, `.silent`, `.nonsense` when it does not greet as it should.
    public init(
        _ command: [String], patience: Duration = .seconds(60), says: (@Sendable (String) -> Void)? = nil
    ) throws(HandlingError) {
        self.patience = patience
        program = try FeederProgram(command, says: says)
        do throws(HandlingError) {
            try program.greet(patience: patience)
        } catch {
            program.close(patience: .zero)
            throw error
        }
    }

    deinit { close() }

    public func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        guard wanted == .blank else { return .boxEmpty }
        switch try program.ask(.load, lane: lane, patience: patience, isCancelled: { wait.isCancelled }) {
        case .done: return .loaded
        case .empty: return .boxEmpty
        case .jam(_, let text): throw .jammed(text)
        case .hello: throw .nonsense(.hello(to: "LOAD"))
        }
    }

    public func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {
        switch try program.ask(.unload(tray), lane: lane, patience: patience, isCancelled: { wait.isCancelled }) {
        case .done: return
        case .empty: throw .nonsense(.emptyToUnload)
        case .jam(_, let text): throw .jammed(text)
        case .hello: throw .nonsense(.hello(to: "UNLOAD"))
        }
    }

    /// Tells the program that no more will be asked, and sees to it that it ends.
    public func close() { program.close(patience: .seconds(5)) }
}
