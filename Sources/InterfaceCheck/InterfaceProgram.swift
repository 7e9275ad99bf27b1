import CardProfiles
import HealthCard

/// The orders of calls that hospital programs make, each named by what it stands for (`Docs/c-interface.md`).
public enum InterfaceProgram: String, Sendable, Hashable, Codable, CaseIterable {
    /// The dialogs of a reader's demonstration: the port, a handle nobody ever set, the slots 1 and 0x11, its sizes of
    /// buffers.
    case dialogs
    /// A form that wants one value of each file, and gives one buffer for all others.
    case scratchBuffer = "scratch-buffer"
    /// A form in another language: a device, the slots 1 and 3, 30 bytes for the answer to reset, buffers of just the
    /// right size, functions beyond the specification.
    case smallBuffers = "small-buffers"
    /// A control in a page, which gathers everything a card holds, the photo included.
    case control
    /// Items by number, with the lengths of the interface's own item table.
    case itemTable = "item-table"
    /// A desk that changes what a clinic may change, and puts it back; writes.
    case desk
    /// A ward that writes whole visits as bytes and joined, and erases them; writes.
    case visits
    /// A program that writes visits in parts, and signs them by itself; writes.
    case visitParts = "visit-parts"
    /// Whoever keeps the SAM: its PIN, its files, its hash and signature; writes the PIN to the SAM, the same one.
    case samKeeper = "sam-keeper"
    /// A library that forwards to another: the port is opened for each person, and the same is asked again and again.
    case forwarding
    /// Every function is there, and arguments that are none are refused.
    case specification
    /// A forwarding library whose functions of the photo take paths; for libraries that are set up that way.
    case photoPath = "photo-path"

    /// Whether it changes card or SAM.
    public var writes: Bool {
        switch self {
        case .desk, .visits, .visitParts, .samKeeper: true
        default: false
        }
    }

    /// Whether its calls are right for every library with the interface, however that is set up.
    public var isForEvery: Bool { self != .photoPath }

    /// Makes the calls in this process, which does nothing else, and prints each line for ``InterfaceCheck``: what goes
    /// wrong is a line as well. What the library prints goes nowhere.
    ///
    /// - Parameters:
    ///   - path: of the library.
    ///   - pin: the SAM's; decimal digits.
    ///   - mayWrite: whether programs that only read may write as well where their kind does.
    /// - Throws: ``InterfaceCheckError/failed(_:)`` where no line can be printed.
    public func probe(_ path: String, pin: String, mayWrite: Bool) throws(InterfaceCheckError) {
        let output = try ProbeOutput.takingStandardOutput()
        do {
            try run(path, CardProfile.bundled("resident-health-card"), pin: pin, mayWrite: mayWrite) { output.tell($0) }
        } catch {
            if let line = ProbeLine.failed("\(error)").line { output.tell(line) }
        }
    }

    /// Loads a library and makes the calls. One that cannot be loaded is a line as well.
    ///
    /// - Parameters:
    ///   - path: of the library.
    ///   - pin: the SAM's; decimal digits.
    ///   - mayWrite: whether programs that only read may write as well where their kind does.
    ///   - tell: given a line for each thing that happens.
    /// - Throws: ``InterfaceCheckError``.
    func run(
        _ path: String, _ profile: CardProfile, pin: String, mayWrite: Bool, tell: @escaping (String) -> Void
    ) throws {
        let library: InterfaceLibrary
        do throws(InterfaceCheckError) {
            library = try InterfaceLibrary(path)
        } catch {
            guard case .notLoaded(let reason) = error else { throw error }
            if let line = ProbeLine.notLoaded(reason).line { tell(line) }
            return
        }
        try run(library, profile, pin: pin, mayWrite: mayWrite) { line in if let line = line.line { tell(line) } }
    }

    /// Makes the calls to whatever answers them.
    func run(
        _ library: any InterfaceCalls, _ profile: CardProfile, pin: String, mayWrite: Bool,
        tell: @escaping (ProbeLine) -> Void
    ) throws {
        let probe = InterfaceProbe(library, profile, program: rawValue, tell: tell)
        switch self {
        case .dialogs: try probe.dialogs(pin)
        case .scratchBuffer: try probe.scratchBuffer()
        case .smallBuffers: try probe.smallBuffers()
        case .control: try probe.control()
        case .itemTable: try probe.itemTable()
        case .desk: try probe.desk()
        case .visits: try probe.visits(pin)
        case .visitParts: try probe.visitParts(pin)
        case .samKeeper: try probe.samKeeper(pin)
        case .forwarding: try probe.forwarding()
        case .specification: try probe.specification(pin)
        case .photoPath: try probe.photoPath(mayWrite: mayWrite)
        }
        tell(.finished)
    }
}
