import Foundation
import Glibc
import Messages
import Threads

/// Puts a chip into a slot of the virtual reader driver vpcd, which listens on a TCP port (35963 unless configured).
///
/// The driver talks in messages of two bytes length and a body; a body of one byte is a control code: 0 power off,
/// 1 power on, 2 reset, 4 "your answer to reset". A command of one byte cannot cross this link.
///
/// All members may be used from any thread.
public final class VPCDLink: @unchecked Sendable {
    /// Why ``run()`` came back.
    public enum Ending: Sendable, Hashable {
        case stopped
        /// Nothing but presence checks for ``Options/idleLimit``.
        case idle
        /// The driver closed the connection or does not listen any more.
        case readerGone
    }

    public struct Options: Sendable, Hashable {
        public var host = "127.0.0.1"
        public var port: UInt16 = 35_963
        /// How long to wait for the driver to listen, in seconds, at first and after each loss.
        public var patience: Double = 0
        /// Connects again when the driver closes the connection or the chip's power failed; else `run` ends.
        public var reconnects = false
        /// `run` ends after so many seconds without a command, a reset or power; nil: never.
        public var idleLimit: Double?

        public init(port: UInt16 = 35_963) { self.port = port }
    }

    private static let powerOff: UInt8 = 0
    private static let powerOn: UInt8 = 1
    private static let reset: UInt8 = 2
    private static let answerToReset: UInt8 = 4
    /// Milliseconds between looks at the clock while nothing comes.
    private static let tick = 100

    public let options: Options
    private let chip: any Chip

    private let condition = NSCondition()
    // All below under the condition's lock.
    private var isStopping = false
    private var isInserted = true
    /// Taken out since the connection was made, even if it is in again by now.
    private var wasRemoved = false
    private var isRunning = false
    private var openDescriptor: Int32?
    private var commands = 0
    private var lastActivity = ContinuousClock.now

    public init(chip: any Chip, options: Options = Options()) {
        self.chip = chip
        self.options = options
    }

    /// Commands served so far.
    public var commandCount: Int { condition.withLock { commands } }
    /// Whether the chip sits in the slot and the driver holds the connection.
    public var isConnected: Bool { condition.withLock { openDescriptor != nil } }

    /// Serves the slot on this thread until ``stop()``, the idle limit or the driver ends it; the chip is powered off
    /// then.
    /// - Throws: `link` when the driver cannot be reached within the patience at the start.
    public func run() throws(VirtualCardError) -> Ending {
        condition.withLock { (isRunning, lastActivity) = (true, .now) }
        defer {
            condition.withLock {
                isRunning = false
                condition.broadcast()
            }
        }
        var wasConnected = false
        while true {
            guard waitUntilInserted() else { return .stopped }
            let socket: StreamSocket
            do {
                guard let connected = try connect() else { return .stopped }
                socket = connected
            } catch {
                guard wasConnected else { throw error }
                return .readerGone
            }
            wasConnected = true
            let ending = serve(socket)
            chip.powerOff()
            switch ending {
            case .stopped, .idle: return ending
            case .readerGone:
                // Taking the card out closes the connection too; that is no loss.
                guard options.reconnects || condition.withLock({ wasRemoved }) else { return .readerGone }
            }
        }
    }

    /// Serves the slot on a thread of its own; `completion` hears how it ended.
    public func start(_ completion: @escaping @Sendable (Result<Ending, VirtualCardError>) -> Void = { _ in }) {
        condition.withLock { isRunning = true }
        do {
            try startThread("vpcd \(options.port)") { [self] in
                completion(Result { () throws(VirtualCardError) in try run() })
            }
        } catch {
            condition.withLock { isRunning = false }
            completion(.failure(.link(.threadRefused(AnyMessage(of: error)))))
        }
    }

    /// Takes the chip out of the slot for good. Returns at once; ``waitUntilEnded()`` waits for the thread.
    public func stop() {
        condition.withLock {
            isStopping = true
            hangUp()
            condition.broadcast()
        }
    }

    /// Waits until ``run()`` has come back.
    public func waitUntilEnded() {
        condition.withLock { while isRunning { condition.wait() } }
    }

    /// Pulls the card out: the connection is closed and the power gone.
    public func remove() {
        condition.withLock {
            isInserted = false
            wasRemoved = true
            hangUp()
        }
    }

    /// Puts the card in again.
    public func insert() {
        condition.withLock {
            isInserted = true
            condition.broadcast()
        }
    }

    private func hangUp() {
        if let openDescriptor { shutdown(openDescriptor, Int32(SHUT_RDWR)) }
    }

    /// False when the link is to stop.
    private func waitUntilInserted() -> Bool {
        condition.withLock {
            while !isInserted && !isStopping { condition.wait() }
            return !isStopping
        }
    }

    /// nil when the link is to stop.
    private func connect() throws(VirtualCardError) -> StreamSocket? {
        let deadline = ContinuousClock.now + .seconds(max(0, options.patience))
        while true {
            if condition.withLock({ isStopping }) { return nil }
            do {
                return try StreamSocket(host: options.host, port: options.port, patience: Self.tick)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
            }
            usleep(50_000)
        }
    }

    private func serve(_ connection: consuming StreamSocket) -> Ending {
        var socket = connection
        let isWelcome = condition.withLock {
            openDescriptor = socket.descriptor
            wasRemoved = !isInserted
            return isInserted && !isStopping
        }
        // The descriptor must not be shut down by another thread once it is closed here.
        defer { condition.withLock { openDescriptor = nil } }
        while isWelcome {
            switch socket.receive() {
            case .closed: return condition.withLock { isStopping } ? .stopped : .readerGone
            case .nothing:
                if condition.withLock({ isStopping }) { return .stopped }
                if isIdle { return .idle }
            case .message(let message):
                guard answer(message, socket) else { return .readerGone }
                if isIdle { return .idle }
            }
        }
        return condition.withLock { isStopping } ? .stopped : .readerGone
    }

    private var isIdle: Bool {
        guard let limit = options.idleLimit else { return false }
        return condition.withLock { ContinuousClock.now - lastActivity > .seconds(max(0, limit)) }
    }

    /// False when the chip's power failed or the driver is gone.
    private func answer(_ message: [UInt8], _ socket: borrowing StreamSocket) -> Bool {
        if message.count == 1, message[0] == Self.answerToReset {
            // Debian's driver waits for ever behind an empty answer; a dead chip hangs up instead.
            let answer = chip.answerToReset
            return !answer.isEmpty && socket.send(answer)
        }
        if options.idleLimit != nil { condition.withLock { lastActivity = .now } }
        switch message.count {
        case 0: return true
        case 1:
            switch message[0] {
            case Self.powerOff: chip.powerOff()
            case Self.powerOn: chip.powerOn()
            case Self.reset: chip.warmReset()
            default: break
            }
            return true
        default:
            guard let answer = chip.process(message) else { return false }
            condition.withLock { commands += 1 }
            return socket.send(answer)
        }
    }
}
