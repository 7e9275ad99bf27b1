import CardProfiles
import ISO7816
import Messages
import ShangMi

/// What was found wrong with a card, its answers, the profile or the keys while a card was read or changed.
public indirect enum CardFinding: Message, Hashable {
    // The link and the answers.
    case link(ChannelError)
    case command(CardError)
    case unaskedData(CommandHeader, asked: Int, bytes: Int)
    case noData(CommandHeader)
    case challengeLength(bytes: Int, expected: Int)
    /// What went well before the rest.
    case after(ReadingStop, CardFinding)
    /// A command was refused, and what to do about it.
    case refused(CardError, WriteAdvice?)

    // Keys.
    case module(SecurityModuleError)
    /// The module lacks a key; SAMs of these types have it.
    case keyNotHeld(holder: ModuleTitle, KeyUse, key: String, samTypes: [SAMTypeTitle])
    case keyRefused(key: String, CardError, triesLeft: Int?)
    /// Another key was refused before, and no other is tried.
    case anotherKeyRefused(key: String)
    case nobodyMay
    case keyNotProven(version: UInt8, StatusWord, hasNoKey: Bool)
    case wrongAuthentication

    // The card as a whole.
    case answerToReset(AnswerToResetError)
    case historicalBytes(count: Int, needed: Int)
    case cardBlocked(CardFinding)
    case notAHealthCard(CardFinding)
    case directoryBlocked(permanently: Bool)
    case cityCodeUnreadable(CardFinding)
    case noCityCode(item: Int, name: String)
    case otherCard
    case notIdentified
    case otherStateShown

    // The contents of a file.
    case noRecord(Int)
    case recordCount(record: Int, count: Int)
    case emptyRecord(Int)
    case moreRecords(than: Int)
    case wrongTag(record: Int, found: UInt8, expected: UInt8)
    case wrongItemLength(record: Int, tag: UInt8, length: Int)
    case recordCutShort(record: Int, left: Int, size: Int)
    case shortBlock(bytes: Int, offset: Int, end: Int)
    case endsEarly(byte: Int)
    case doesNotFit(bytes: Int, offset: Int, size: Int)
    case outOfReach(offset: Int, command: String)
    case pictureWithoutLength
    case pictureTooLong(bytes: Int, limit: Int)
    case notWritten(isVisit: Bool)
    case indexUnchanged(isVisit: Bool)
    case otherContent
    case notNoted
    /// Values that the card would hold, and that cannot all be right.
    case contradictions([ItemContradiction])

    // The profile.
    case profile(ProfileGap)

    var underlying: (any AdvisedError)? {
        switch self {
        case .link(let error): error
        case .command(let error), .refused(let error, _), .keyRefused(_, let error, _): error
        case .module(let error): error
        case .answerToReset(let error): error
        case .after(_, let finding), .cardBlocked(let finding), .notAHealthCard(let finding),
            .cityCodeUnreadable(let finding):
            finding.underlying
        default: nil
        }
    }
}

/// Where reading a file stopped.
public enum ReadingStop: Message, Hashable {
    /// From 1.
    case record(Int, of: Int)
    case offset(Int, of: Int)
}

/// What to do after a card refused to be changed.
public enum WriteAdvice: Message, Hashable {
    /// The MAC was wrong; `province` where the key is a provincial one, `limit` where so many wrong ones block the directory.
    case wrongKey(key: String?, isProvincial: Bool, limit: Int?, directory: String)
    case otherProfile(key: String?)
    case otherProtection
    case directoryBlocked(String)
    case cardBlocked
    case keyLocked
    case challengeLost
    case wornChip
}

/// What a key is good for.
public enum KeyUse: Message, Hashable {
    case proveGenuine
    case read(String)
    case erase([String])
    case update([String])
    case maintain(String)
    case block(String)
    case blockCard
    case other
}

/// A type of SAM as the profile calls it.
public struct SAMTypeTitle: Message, Hashable {
    public let number: String
    /// Chinese.
    public let title: String

    public init(number: String, title: String) {
        self.number = number
        self.title = title
    }
}

/// How a security module is spoken of.
public enum ModuleTitle: Message, Hashable {
    case unnamed
    case sam(type: String)
}

/// What a profile lacks for an operation.
public enum ProfileGap: Message, Hashable {
    case master
    case directory(String)
    case file
    case key(String)
    case keyOfRole(String, directory: String)
    case internalKey
    case cardBlockKey
    case cityCode
    case picturePlace
    case pictureLength
    case way
    case command(String)
    case fileCommand
    case incompleteCommand(String)
    /// With the reason, in English.
    case unusableCommand(String, TemplateError)
    case blockableApplication(String, known: [String])
}

/// A value that contradicts another one, or the day.
public struct ItemContradiction: Message, Hashable {
    /// `documents.documentNumber`, of an entry that is added `immunizations[1].vaccinationDate`.
    public let item: String
    public let problem: ValueRelationProblem

    public init(item: String, problem: ValueRelationProblem) {
        self.item = item
        self.problem = problem
    }

    init(_ finding: ValueRelations.Finding) {
        let section = finding.item.section + (finding.entry.map { "[\($0)]" } ?? "")
        self.init(item: "\(section).\(finding.item.item)", problem: finding.problem)
    }
}
