import ISO7816
import Messages

extension HealthCardError {
    public var english: English { .init("\(place.map { "\($0): " } ?? "")\(finding)", hintOf: finding) }
}

extension CardFinding {
    public var english: English {
        switch self {
        case .link(let error): error.english
        case .command(let error): error.english
        case .unaskedData(let header, let asked, let bytes):
            "command \(header) asked for \(asked, "byte") and was answered \(bytes)"
        case .noData(let header): "command \(header) was answered without data"
        case .challengeLength(let bytes, let expected): "the challenge has \(bytes, "byte"), not \(expected)"
        case .after(let stop, let finding): .init("\(stop): \(finding)", hintOf: finding)
        case .refused(let error, let advice?): .init("\(error)", hint: "\(advice)")
        case .refused(let error, nil): error.english
        case .module(let error): error.english
        case .keyNotHeld(let holder, let use, let key, let types):
            .init(
                "\(holder) may not \(use): it does not hold key \(key)",
                hint: types.isEmpty ? "no SAM holds this key" : "use a SAM of type \(list: types)")
        case .keyRefused(let key, let error, let left?):
            .init("\(key): \(error)", hint: "\(left, "attempt") left; the key is not sent again")
        case .keyRefused(let key, let error, nil): .init("\(key): \(error)", hintOf: error)
        case .anotherKeyRefused(let key): "not authenticated: \(key) was refused, and no other key is sent"
        case .nobodyMay: "the card lets nobody do this"
        case .keyNotProven(let version, let status, let hasNoKey):
            .init(
                """
                the card does not prove its key of version \(Hex.encode([version])): it answered \(status) \
                (\(status.meaning(for: 0x88)))
                """,
                hint: hasNoKey
                    ? "a test card needs the test keys, a production card a SAM" : "it may be blocked or unfinished")
        case .wrongAuthentication:
            .init(
                "the card answered the authentication wrongly: it does not have the key of this system",
                hint: "do not trust it; a test card needs the test keys, a production card a SAM")
        case .answerToReset(let error):
            .init("the answer to reset is malformed: \(error)", hint: "take the card out and insert it again")
        case .historicalBytes(let count, let needed):
            .init(
                "the answer to reset has \(count, "historical byte"), the card factor needs \(needed)",
                hint: "this is not a resident health card, or its reader hides the historical bytes")
        case .cardBlocked(let finding):
            .init(
                "the card is blocked: \(finding)", hint: "a card block is permanent; the cardholder needs a new card")
        case .notAHealthCard(let finding):
            .init(
                "\(finding)", hint: "insert a personalized resident health card; a blank one must be personalized first"
            )
        case .directoryBlocked(let permanently):
            permanently
                ? .init("the directory is permanently blocked", hint: "this block cannot be lifted")
                : .init(
                    "the directory is temporarily blocked",
                    hint: "its issuer, or a SAM that unblocks, can lift the block")
        case .cityCodeUnreadable(let finding):
            .init("\(finding)", hint: "without the city code no key of the card can be derived")
        case .noCityCode(let item, let name):
            .init(
                "item \(item) \(name) is not a city code", hint: "without it no key of the card can be derived")
        case .otherCard: .init("this is another card than the one that was being updated", hint: "insert that one")
        case .notIdentified: "the card has not been identified"
        case .otherStateShown: "the card confirmed the command and shows another state"
        case .noRecord(let number): "has no record \(number)"
        case .recordCount(let record, let count): "record \(record) was answered with \(count, "record")"
        case .emptyRecord(let record): "record \(record) was answered with nothing"
        case .moreRecords(let count): "has more records than its \(count)"
        case .wrongTag(let record, let found, let expected):
            "record \(record) has tag \(found) where item \(expected) belongs"
        case .wrongItemLength(let record, let tag, let length):
            "record \(record), item \(tag), has another length than its \(length, "byte")"
        case .recordCutShort(let record, let left, let size):
            "record \(record) is cut short: \(left) of its \(size, "byte")"
        case .shortBlock(let bytes, let offset, let end):
            "the card gives only \(bytes, "byte") at offset \(offset) of \(end)"
        case .endsEarly(let byte): "ends before byte \(byte)"
        case .doesNotFit(let bytes, let offset, let size):
            "\(bytes, "byte") at offset \(offset) do not fit into its \(size)"
        case .outOfReach(let offset, let command): "offset \(offset) is beyond the reach of \(command)"
        case .pictureWithoutLength: "is shorter than the length field of the picture"
        case .pictureTooLong(let bytes, let limit): "claims a picture of \(bytes, "byte") where \(limit) fit"
        case .notWritten(let isVisit):
            .init(
                "the card does not hold what was written",
                hint: isVisit
                    ? "write the visit again; if this happens again, the card is worn out" : "write it again")
        case .indexUnchanged(let isVisit):
            .init(
                "the card reported success, but its index has not changed",
                hint: isVisit
                    ? "do it again; if this happens again, the card is worn out or not genuine" : "do it again")
        case .contradictions(let contradictions): "\(clauses: contradictions)"
        case .otherContent:
            .init(
                "the card confirmed the update but holds something else",
                hint: "read the card again; if this remains, its chip is worn out or its profile is another one")
        case .notNoted:
            .init(
                "the command was not sent, because it could not be written down first",
                hint: "check the disk and the permissions of the folder, then do it again")
        case .profile(let gap): gap.english
        }
    }
}

extension UpdateNote.Outcome {
    public var english: English {
        switch self {
        case .old: "the card holds the old content; nothing of the act was written"
        case .new: "the card holds the new content: the act was completed"
        case .partly: "the card holds a part of the new content, each record whole"
        case .noPhoto: "the card shows no photo: the old one is gone and the new one is not there"
        case .other: "the card holds something else: it was written to in between"
        }
    }
}

extension ReadingStop {
    public var english: English {
        switch self {
        case .record(let record, let count): "the card stopped reading at record \(record) of \(count)"
        case .offset(let offset, let end): "the card stopped reading at offset \(offset) of \(end)"
        }
    }
}

extension ProfileGap {
    public var english: English {
        switch self {
        case .master: "the profile has no MF"
        case .directory(let name): "the profile has no directory \(name)"
        case .file: "the profile has no such file"
        case .key(let name): "the profile has no key \(name)"
        case .keyOfRole(let role, let directory): "the profile has no key of role \(role) in \(directory)"
        case .internalKey: "the profile names no internal authentication key"
        case .cardBlockKey: "the profile has no key that blocks a card"
        case .cityCode: "the profile does not say where the city code is"
        case .picturePlace: "the profile has no place for a picture"
        case .pictureLength: "the profile gives the picture no length"
        case .way: "the profile gives no way to it"
        case .command(let name): "the profile's dialect has no command '\(name)'"
        case .fileCommand: "the profile has no command for it"
        case .incompleteCommand(let name): "the profile's command '\(name)' is incomplete"
        case .unusableCommand(let name, let reason): "the profile's command '\(name)' cannot be written: \(reason)"
        case .blockableApplication(let name, let known):
            .init("'\(name)' is not an application that can be blocked", hint: "use one of \(list: known)")
        }
    }
}

extension WriteAdvice {
    public var english: English {
        switch self {
        case .wrongKey(let key, let isProvincial, let limit, let directory):
            """
            the key \(key ?? "of the directory") of this SAM is not the card's: \
            \(isProvincial ? "it is a provincial key, so the SAM must be of the card's province; " : "")\
            \(limit.map { "\($0) wrong ones in a row block \(directory), so do not repeat it; " } ?? "")\
            try another SAM
            """
        case .otherProfile(let key):
            "the card has no key \(key ?? "for this") here: it follows another profile"
        case .otherProtection:
            "the card requires another key or protection for this than the profile says: choose its profile"
        case .directoryBlocked(let directory):
            "\(directory) may be blocked: its issuer, or a SAM that unblocks, can lift the block"
        case .cardBlocked: "the card may be blocked: its holder needs a new one"
        case .keyLocked: "a key is locked: the issuer must look at the card"
        case .challengeLost: "the card lost its challenge: start again"
        case .wornChip:
            "the chip could not write: read the card, and replace it if this happens again"
        }
    }
}

extension KeyUse {
    public var english: English {
        switch self {
        case .proveGenuine: "authenticate a card"
        case .read(let directory): "read \(directory)"
        case .erase(let files): "erase in \(list: files)"
        case .update(let files): "update \(list: files)"
        case .maintain(let directory): "change anything in \(directory)"
        case .block(let directory): "block or unblock \(directory)"
        case .blockCard: "block the card"
        case .other: "do this"
        }
    }
}

extension SAMTypeTitle {
    public var english: English { "\(number) (\(title))" }
}

extension ModuleTitle {
    public var english: English {
        switch self {
        case .unnamed: "this security module"
        case .sam(let type): "this SAM (type \(type))"
        }
    }
}

extension BlockError {
    public var english: English {
        isInDoubt
            ? .init(
                "\(cause); \(directory ?? "the card") may be blocked or not", hint: "look at its state")
            : .init("\(cause); nothing has changed", hintOf: cause)
    }
}

extension UpdateError {
    public var english: English {
        let parts = [
            places(.written).isEmpty ? nil : "; written: \(list: places(.written))" as English,
            places(.notWritten).isEmpty ? nil : "; not written: \(list: places(.notWritten))",
            places(.inDoubt).isEmpty ? nil : "; in doubt, old or new: \(list: places(.inDoubt))",
        ].compactMap { $0?.what }
        return .init("\(cause)\(parts.joined())", hintOf: cause)
    }
}

extension ItemContradiction {
    public var english: English { .init("\(item) \(problem)", hintOf: problem) }
}

extension VisitContradiction {
    public var english: English { .init("\(item) \(rule)", hintOf: rule) }
}

extension VisitContradiction.Rule {
    public var english: English {
        switch self {
        case .nameless(let named):
            .init(
                "says something of nothing: it has no \(English(verbatim: named.joined(separator: " or ")))",
                hint: "give the name, or leave the rest out")
        case .after(let later): .init("is after \(later)", hint: "correct the one that is wrong")
        case .inFuture: .init("is in the future", hint: "correct it, and check the clock of this machine")
        case .moreThan(let more): .init("is more than \(more)", hint: "correct the one that is wrong")
        case .longerThanStay:
            .init(
                "is more than the days from admission to discharge", hint: "correct the number or the dates")
        }
    }
}
