import Foundation
import HealthCard

/// Something that happened, as programs are told of it. Nothing in it says whose card it is.
public struct AgentEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case agentStarted = "agent.started"
        case agentStopping = "agent.stopping"
        /// pcscd runs (again); the readers it has follow.
        case serviceStarted = "service.started"
        /// pcscd has gone, and every card token with it.
        case serviceStopped = "service.stopped"
        case readerAdded = "reader.added"
        case readerRemoved = "reader.removed"
        case cardInserted = "card.inserted"
        case cardRemoved = "card.removed"
        /// A card that does not answer its reset: upside down, or half in.
        case cardMute = "card.mute"
        case samInserted = "sam.inserted"
        case samRemoved = "sam.removed"
        /// The SAM did what was asked, its PIN included.
        case samReady = "sam.ready"
        /// The SAM needs its PIN, and nobody has given one that it takes.
        case samNeedsPIN = "sam.needsPIN"
        case actBegun = "act.begun"
        case actProgress = "act.progress"
        case actDone = "act.done"
        case actFailed = "act.failed"
        /// An act that writes was running when the agent was stopped or killed: the card holds the old content or the new.
        case actUnfinished = "act.unfinished"
        /// The card of such an act has said which content it holds.
        case actSettled = "act.settled"
        case pairingChanged = "pairing.changed"
    }

    /// What is done to a card.
    public enum Act: String, Sendable, Hashable, CaseIterable, Codable {
        case read, photo, fhir, inspect, update, visits, verify, addVisit, reimburse, block, unblock, settle
    }

    /// Counts from 1 at each start of the agent, without a gap.
    public let sequence: Int
    public let time: Date
    public let kind: Kind
    public var reader: String?
    public var card: String?
    public var act: Act?
    /// Names one act from its beginning to its end.
    public var actID: String?
    /// Commands sent so far.
    public var commands: Int?
    /// Why it failed.
    public var code: String?
    /// What the card of an act that was cut short holds.
    public var outcome: UpdateNote.Outcome?

    /// - Parameter epoch: of this start of the agent.
    func json(epoch: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("schemaVersion", .number(AgentSchema.version)), .init("id", .string("\(epoch)-\(sequence)")),
            .init("sequence", .number(sequence)), .init("time", .string(AgentSchema.text(of: time))),
            .init("type", .string(kind.rawValue)),
        ]
        func add(_ name: String, _ text: String?) { if let text { members.append(.init(name, .string(text))) } }
        add("reader", reader)
        add("card", card)
        add("act", act?.rawValue)
        add("actId", actID)
        if let commands { members.append(.init("commands", .number(commands))) }
        add("code", code)
        add("outcome", outcome?.rawValue)
        return .object(members)
    }
}

/// What all JSON of the agent has in common.
enum AgentSchema {
    /// Grows when a program that reads the JSON would have to be changed.
    static let version = 1

    /// RFC 3339 in UTC with milliseconds.
    static func text(of time: Date) -> String { time.formatted(style) }

    static func time(_ text: String) -> Date? { try? style.parse(text) }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
