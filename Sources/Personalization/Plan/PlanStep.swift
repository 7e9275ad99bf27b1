import CardProfiles
import HealthCard

/// One command of a plan, complete but for what only a live session knows.
public struct PlanStep: Sendable, Hashable {
    /// What the engine does with the command.
    public enum Work: Sendable, Hashable {
        /// Sent as it is; the answer must show a blank chip.
        case recognize
        /// Sent as it is.
        case plain
        /// Sent as it is; the answer is the seed of the next step.
        case challenge
        /// The cryptogram of this key goes in.
        case authenticate(key: String)
        /// This key protects the data.
        case protect(key: String)
        /// The security module wraps one key under another.
        case wrap(key: String, under: String)
        /// No command: the card is reset, and its rights with it.
        case reset
        /// The commands of a reader that has the card's own keys, as many as `cost` says.
        case readBack
    }

    /// What of the image a command carries.
    public struct Content: Sendable, Hashable, CustomStringConvertible {
        /// `DDF1/EF05`
        public let path: String
        /// The record, or the offset in a transparent file.
        public let place: ItemPlace
        /// Bytes before protection.
        public let count: Int

        public var description: String {
            switch place {
            case .record(let number): "\(path) record \(number)"
            case .offset(let offset): "\(path) \(offset)..<\(offset + count)"
            }
        }
    }

    /// From 0.
    public let index: Int
    public let phase: PersonalizationPhase
    /// The directory that is current when the command is sent.
    public let directory: String
    /// `WRITE KEY RK1_DF01`
    public let title: String
    public let work: Work
    /// `nil` for a reset and for reading back.
    public let purpose: CommandPurpose?
    /// `nil` for a reset and for reading back.
    public let command: RenderedCommand?
    /// The longest answer that is welcome, 1-65536; `nil` without Le.
    public let ne: Int?
    public let content: Content?
    /// The file that is created or written, or the directory that is created or gets its key file.
    let file: String?
    public let cost: PlanCost

    /// Whether the card is another one afterwards.
    public var changesCard: Bool {
        switch purpose {
        case nil, .selectMaster, .selectDirectory, .selectFile, .getChallenge, .getProductionData,
            .externalAuthenticate, .internalAuthenticate, .readRecord, .readRecordByTag, .readRecordsFrom, .readBinary,
            .readBinaryShort:
            false
        case .createDirectory, .createFile, .writeKey, .writeRecord, .writeRecordPlain, .writeCyclicRecord,
            .writeCyclicRecordPlain, .writeBinary, .updateBinaryShort, .updateBinary, .updateRecord, .appendRecord,
            .createKeyFile, .activate, .activateDirectory, .setIndex, .eraseIndex, .blockApplication,
            .unblockApplication, .blockCard:
            true
        }
    }

    public var position: PlanPosition { PlanPosition(index: index, phase: phase, title: title) }
}

/// What a step or a plan costs on the wire.
public struct PlanCost: Sendable, Hashable {
    public var commands: Int
    /// Bytes of command APDUs.
    public var bytesOut: Int
    /// Bytes of answers, SW1-SW2 included.
    public var bytesIn: Int

    public init(commands: Int = 0, bytesOut: Int = 0, bytesIn: Int = 0) {
        self.commands = commands
        self.bytesOut = bytesOut
        self.bytesIn = bytesIn
    }

    /// Seconds the bytes take on a link, to the millisecond. The card's own work comes on top.
    public func seconds(on link: LinkRate) -> Double {
        guard link.bytesPerSecond > 0 else { return 0 }
        return (Double(bytesOut + bytesIn) * 1000 / Double(link.bytesPerSecond)).rounded() / 1000
    }

    /// What has gone through a channel.
    init(of channel: CountingChannel) {
        self.init(commands: channel.commands, bytesOut: channel.bytesSent, bytesIn: channel.bytesReceived)
    }

    public static func + (left: PlanCost, right: PlanCost) -> PlanCost {
        PlanCost(
            commands: left.commands + right.commands, bytesOut: left.bytesOut + right.bytesOut,
            bytesIn: left.bytesIn + right.bytesIn)
    }

    static func - (left: PlanCost, right: PlanCost) -> PlanCost {
        PlanCost(
            commands: left.commands - right.commands, bytesOut: left.bytesOut - right.bytesOut,
            bytesIn: left.bytesIn - right.bytesIn)
    }
}
