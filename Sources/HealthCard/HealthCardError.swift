import ISO7816
import Messages

/// Why a card could not be read or changed: what went wrong, where, and what to do next. Holds no data of the card.
public struct HealthCardError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The link to the card is gone: card removed, reader unplugged, service stopped.
        case channel
        /// The answer to reset is not one, or too short to hold the card factor.
        case answerToReset
        /// The card has no first directory: another kind of card, or a blank one.
        case notAHealthCard
        /// The card does not prove that it belongs to the system under the keys in use.
        case notGenuine
        /// The whole card, or the directory that is needed, is blocked.
        case blocked
        /// The card refused with a status word.
        case refused
        /// The card answered something that is no answer.
        case malformed
        /// The security module failed.
        case securityModule
        /// The security module has no key for what was asked: a SAM of another type has.
        case notPermitted
        /// Another card is in the reader than the one that was meant.
        case otherCard
        /// What the card would say contradicts itself.
        case contradiction
        /// The profile lacks what the operation needs.
        case profile
        /// What was about to be sent could not be written down first (``HealthCardSession/beforeWriting``): it was not sent.
        case notNoted
    }

    public let code: Code
    /// `DDF1/EF05`, `DF01`; nil for the card as a whole.
    public let place: String?
    /// The command, without its data.
    public let command: CommandHeader?
    public let status: StatusWord?
    /// For `channel`: how the link ended; for `securityModule`, the link to the SAM.
    public let channel: ChannelError.Code?
    /// What went wrong and what to do next, without the place.
    public let finding: CardFinding

    public init(
        _ code: Code, at place: String? = nil, command: CommandHeader? = nil, status: StatusWord? = nil,
        channel: ChannelError.Code? = nil, _ finding: CardFinding
    ) {
        self.code = code
        self.place = place
        self.command = command
        self.status = status
        self.channel = channel
        self.finding = finding
    }

    /// What went wrong, in English and without the place and advice.
    public var reason: String { finding.english.what }

    /// What to do next, in English; empty where nothing helps.
    public var advice: String { finding.english.hint ?? "" }

    public static let domain = "healthCard"

    public var kind: ErrorKind {
        if let channel { return ChannelError(channel, finding).kind }
        return switch code {
        case .notPermitted: .notAllowed
        case .profile, .contradiction: .badInput
        case .notNoted: .partFailed
        default: .cardRefused
        }
    }

    public var underlying: (any AdvisedError)? { finding.underlying }

    /// The same error with a place, where it has none or a wider one.
    func placed(at place: String) -> HealthCardError {
        guard self.place.map(place.hasPrefix) ?? true else { return self }
        return HealthCardError(
            code, at: place, command: command, status: status, channel: channel, finding)
    }

    init(_ error: CardError, at place: String?) {
        switch error {
        case .channel(let channel, let header):
            self.init(.channel, at: place, command: header, channel: channel.code, .link(channel))
        case .status(let status, let header):
            self.init(.refused, at: place, command: header, status: status, .command(error))
        case .malformed(_, let header), .command(_, let header):
            self.init(.malformed, at: place, command: header, .command(error))
        }
    }

    init(_ error: SecurityModuleError, at place: String?) {
        guard case .sam(.channel(let channel, let header)) = error else {
            self.init(.securityModule, at: place, .module(error))
            return
        }
        self.init(.securityModule, at: place, command: header, channel: channel.code, .module(error))
    }
}

/// What ends one step, and what ends the work with the card.
enum ReadFailure: Error {
    /// The link, or the card as a whole: nothing more can be done.
    case card(HealthCardError)
    /// This file, directory or command alone.
    case step(HealthCardError)

    /// Something the card gave, or the profile lacks, that makes a file unusable.
    static func file(_ finding: CardFinding) -> ReadFailure { .step(HealthCardError(.malformed, finding)) }

    /// The card refused a command.
    static func refused(_ command: CommandAPDU, _ status: StatusWord, at place: String? = nil) -> ReadFailure {
        .step(
            HealthCardError(
                .refused, at: place, command: command.header, status: status, .command(.status(status, command.header)))
        )
    }

    /// The same, with what went well before it.
    func after(_ stop: ReadingStop) -> ReadFailure {
        guard case .step(let error) = self else { return self }
        return .step(
            HealthCardError(
                error.code, at: error.place, command: error.command, status: error.status, channel: error.channel,
                .after(stop, error.finding)))
    }

    var error: HealthCardError {
        switch self {
        case .card(let error), .step(let error): error
        }
    }
}
