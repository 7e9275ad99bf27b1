import Messages

extension APDUText {
    var english: English {
        switch self {
        case .expectForm: "--expect takes four hexadecimal digits"
        case .notHexadecimal(let place): "\(place) is not hexadecimal"
        case .notACommand(let place): "\(place) is not a command APDU; without --follow any bytes go out"
        case .noCommand: "no command given"
        case .tooShort(let count): "the card answered \(count) bytes, less than a status word"
        case .otherStatus(let status, let expected): "the card answered \(status), expected \(expected)"
        }
    }
}

extension BlockText {
    var english: English {
        switch self {
        case .noTarget: "give a directory (DF02), or --card"
        case .cardIsPermanent: "a card is always blocked for ever: --card alone"
        case .confirmNeeded: "--yes is not enough to block for ever: type the chip's serial, or give --confirm"
        case .confirmWithout: "--confirm goes with --permanent or --card"
        case .wholeCard: "the whole card"
        case .willBlock(let what, let serial): "\(what) of the card \(serial) will be blocked."
        case .willBlockPermanently(let what, let serial):
            "\(what) of the card \(serial) will be blocked for ever. Nothing lifts that."
        case .typeSerial: "type the chip's serial to go on: "
        case .noTerminal: "give --confirm with the chip's serial to block for ever"
        case .otherSerial: "that is not the serial of the card in the reader: nothing was done"
        case .card: "the card"
        case .whetherBlocked(let what): "whether \(what) is blocked"
        case .otherCard: "this is another card than the one before: put that one in"
        case .asBefore: " (it was so before)"
        case .open(let what): "\(what) is open"
        case .blocked(let what): "\(what) is blocked; `healthcard unblock` lifts it"
        case .blockedPermanently(let what): "\(what) is blocked for ever"
        }
    }
}

extension ReturnText {
    var english: English {
        switch self {
        case .cardAway(let seconds, let what): "the card is away: put it back within \(seconds) s to learn \(what)"
        }
    }
}

extension CommandText {
    var english: English {
        switch self {
        case .stuck(let seconds):
            "card or reader took a command and has not answered for \(seconds) s, nor lets go of it: take the card out, plug the reader in again"
        case .emptyArgument(let place):
            "an argument is empty (after '\(place)'): is the variable set that it comes from?"
        }
    }
}

extension OptionText {
    var english: English {
        switch self {
        case .sameReader(let reader): "the card and the SAM cannot both be in \(reader): choose two readers"
        case .waiting(let reader): "waiting for a card in \(reader)"
        case .waitForm: "--wait takes seconds, 0 or more"
        case .noDialect(let name, let known):
            "--dialect: the profile has no dialect '\(name)'; it has \(known)"
        }
    }
}

extension OutputText {
    var english: English {
        switch self {
        case .notUTF8(let path): "\(path) has bytes in it that are not UTF-8: name a file to write to in UTF-8"
        case .isInput(let path): "\(path) is a file that is read here: name another one to write to"
        case .otherKind(let path, true):
            "\(path) is there already, holds something else, and is left alone: choose another name, or say --force"
        case .otherKind(let path, false):
            "\(path) is there already, holds something else, and is left alone: choose another name"
        case .notWritten(let path): "\(path) cannot be written"
        }
    }
}

extension ReadText {
    var english: English {
        switch self {
        case .formatsDiffer(let format): "--json and --format \(format) differ"
        case .otherApplicationsInJSON: "--other-applications goes with --json; `healthcard inspect` shows them as text"
        case .testCard: "This is a test card."
        case .answerToReset(let flaw): "warning: \(flaw)"
        case .damaged: "damaged: "
        case .notRead: "not read: "
        case .partUnread(let names): "Part of the card could not be read: \(names). It is not known to be empty."
        case .unknownSection(let unknown): "there is no section '\(unknown)'; there are "
        }
    }
}

extension ReadersText {
    var english: English {
        switch self {
        case .mute: "card does not answer"
        case .card: "card "
        case .inUse: ", in use"
        case .empty: "empty"
        }
    }
}

extension RecordingText {
    var english: English {
        switch self {
        case .existsAlready(let path):
            "\(path) is there already and is left alone: choose another name, or remove it first"
        case .notWritten(let path): "\(path) cannot be written"
        }
    }
}

extension SAMText {
    var english: English {
        switch self {
        case .unknownType: " (unknown to the profile)"
        case .testKeys: " (test keys)"
        case .notADate: "not a date"
        case .notRead: "not read: "
        case .checkOrChange: "--check and --change exclude each other"
        case .newPINFileWithout: "--new-pin-file goes with --change"
        case .changed: "The PIN has been changed."
        case .right: "The PIN is right."
        case .blocked: "blocked"
        case .triesLeft(let tries): "\(tries) \(tries == 1 ? "try" : "tries") left"
        case .triesUnknown: "the SAM does not tell how many tries are left"
        case .newPIN: "new PIN: "
        case .newPINAgain: "new PIN again: "
        case .newPINsDiffer: "the two new PINs differ; nothing was sent"
        case .noPIN: "no PIN: give --sam-pin-file, or type it at a terminal"
        }
    }
}

extension SecurityText {
    var english: English {
        switch self {
        case .samOrTestKeys: "--sam and the test keys exclude each other"
        case .severalReaders: "several readers are connected, choose the SAM's with --sam or HEALTHCARD_SAM_READER:"
        case .noReader: "no reader for the SAM"
        case .reader(let reader): "the SAM's reader \(reader): "
        case .environmentPIN(let credential):
            "HEALTHCARD_SAM_PIN is not read: what is in the environment is passed on to every program. Unset it, and name a file of mode 0600 with --sam-pin-file, give the systemd credential \(credential), or type the PIN when it is asked for"
        case .triesLeft(let tries): " (\(tries) \(tries == 1 ? "try" : "tries") left)"
        case .pin(let left): "PIN of the SAM\(left): "
        }
    }
}

extension SoakText {
    var english: English {
        switch self {
        case .readsForm: "--reads takes 1 to 1000000"
        case .failed(let failed, let reads): "\(failed) of \(reads) readings failed"
        case .summary(let reads, let failed, let commands):
            "\(reads) readings, \(failed) failed, \(commands) commands each"
        case .times(let median, let worst): "median \(median) ms, worst \(worst) ms"
        case .memory(let early, let late, let filesEarly, let filesLate):
            "memory \(early) → \(late) KiB, open files \(filesEarly) → \(filesLate)"
        case .differs: "it does not say what the first reading said"
        }
    }
}

extension EndingText {
    var english: English {
        switch self {
        case .finishingCard: "finishing this card first; once more stops at once and may leave the chip half made"
        case .cardHalfMade: "stopped: the chip may be half made: do not issue it"
        case .finishing: "finishing what was begun first; once more stops at once, in the middle"
        case .inTheMiddle: "stopped in the middle: read the card to see what was written"
        }
    }
}

extension TraceText {
    var english: English {
        switch self {
        case .noCardOfItsOwn: "this command talks to no card of its own"
        case .notReplayable:
            "only commands that talk to one card and nothing else run on a trace: read, inspect, visit, sam, update, block, unblock, apdu"
        case .noCommand: "no command given: healthcard trace record FILE -- read"
        case .notATestCard: "the card is not known to be a test card: data was left out of the trace"
        case .portOrCommand: "--port and a command exclude each other"
        case .idleForm: "--exit-when-idle takes seconds, more than 0"
        case .command: "the trace's command: "
        case .error: "error: "
        }
    }
}

extension UpdateText {
    var english: English {
        switch self {
        case .photoOrNone: "--photo and --no-photo exclude each other"
        case .nothing: "nothing to change: give --set, --clear, --add-allergy … or --from"
        case .photo(let flaw): .init("the photo \(flaw)", hintOf: flaw)
        case .noEqualsSign(let option): "\(option) takes ITEM=VALUE, and one has no '='"
        case .whichContent(let doubt): "whether \(doubt) holds the old or the new"
        case .new(let doubt): "\(doubt) holds the new content"
        case .old(let doubt): "\(doubt) holds the old content"
        case .photoGone(let doubt): "\(doubt) holds no photo now: write it again"
        case .neither(let doubt): "\(doubt) holds neither the old nor the new: somebody else has written it"
        case .alreadySo: "already so "
        case .written: "written    "
        case .wouldWrite: "would write"
        case .notWritten: "not written"
        case .inDoubt: "in doubt   "
        }
    }
}
