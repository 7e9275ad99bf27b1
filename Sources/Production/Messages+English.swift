import Files
import Ledger
import Messages

extension LineError {
    public var english: English {
        switch self {
        case .gate(let error): Self.said(by: error).english
        case .noLanes(let reason?): "no lane is ready: \(reason)"
        case .noLanes(nil): "no lane is ready: none was given"
        case .ledger(let error): error.english
        case .hasRun: .init("this line has run already", hint: "make a new one")
        }
    }
}

extension LineReason {
    var english: English {
        switch self {
        case .noWork: "no order is left for this lane"
        case .boxEmpty: .init("no blank chips are left", hint: "fill the box, run again")
        case .stopped: "the line was stopped"
        case .operatorStopped: "the operator stopped the line"
        case .operatorStoppedNow: "the operator stopped the line at once"
        case .inputEnded:
            .init(
                "the line was paused and its standard input has ended: nobody can resume it",
                hint: "continue with --resume")
        case .finished: "every order is made, rejected or excluded"
        case .cardsWanted(let begun):
            .init(
                "\(begun, "begun card") \(begun == 1 ? "has" : "have") no outcome",
                hint: "put them in again, or find them at another station")
        case .lanesStopped(let last?):
            .init("no lane is left: \(last)", hint: "fix what the lanes name, run again")
        case .lanesStopped(nil): .init("no lane is left: none was ready", hint: "fix what the lanes name, run again")
        case .readerStuck(let seconds):
            .init(
                "the card or its reader has not answered one command for \(seconds) s",
                hint: "take the card out, plug the reader in again, then continue with the batch")
        case .sameChipTwice: "chips with this serial number are in two readers at once: one is not what it says"
        case .madeBefore(let entry): "the card was made before (ledger entry \(entry))"
        case .chipMade(let entry): "the chip is a finished card (ledger entry \(entry))"
        case .factorRepeats(let entry):
            .init(
                "a card was made of a chip with this serial number (ledger entry \(entry)), and this one is blank: two chips have one card factor, and would have the same keys",
                hint:
                    "set the whole box aside, and have the chip manufacturer say how many serial numbers it gave twice")
        case .chipRejected(let entry, let reason): "the chip was rejected before (entry \(entry)): \(reason)"
        case .chipVoid(let entry, let reason): "the chip is a card that is void (entry \(entry)): \(reason)"
        case .otherBatch(let batch):
            .init("the chip was begun for batch \(batch)", hint: "keep it until that batch continues")
        case .halfMade: "the chip is half made, and not by this ledger's lines"
        case .finishedElsewhere: "the chip is a card already, and not of this ledger"
        case .noOrder: "no order was left for the chip"
        case .otherCard(let chip): .init("another chip answers than chip \(chip)", hint: "put that one back")
        case .otherCardInReader(let chip): .init("another card is in the reader", hint: "put back chip \(chip)")
        case .cardAway(let chip, let seconds, _):
            .init("the card is away", hint: "put chip \(chip) back within \(seconds) s")
        case .notRecorded: "the card is made and the ledger did not answer"
        case .notToBeIssued(let error): "\(error); the card must not be issued"
        case .sameError(let lanes, let reason):
            "\(lanes, "lane") met the same error and none made a card between: \(reason)"
        case .inARow(let count, let reason):
            .init(
                "\(count, "card") in a row failed, the last because \(reason)", hint: "check the reader and its chips")
        case .transportKeyOfBox(let refused, _):
            .init(
                "the transport key of \(refused, "chip") in a row was refused: this box has another one",
                hint: "find out which before more of its chips lose an attempt")
        case .transportKey:
            .init("the transport key of a chip was refused", hint: "check whether its box belongs to this batch")
        case .chipsFailed(let codes, let last):
            "\(codes.count, "chip") failed for this order (\(list: codes)), the last because \(last)"
        case .noReason: "the ledger gives no reason"
        }
    }
}

extension Then {
    var english: English { "\(clauses: [first, second])" }
}

extension OpenCardPlace {
    var english: English {
        switch self {
        case .inLane(let lane): "in \(lane)"
        case .takenOut(let lane): "taken out of \(lane)"
        case .takenOutOrSilent(let lane): "taken out of \(lane), or silent in it"
        case .rejectTray(let lane): "the reject tray of \(lane)"
        case .deadReader(let lane): "\(lane), whose reader does not answer"
        case .notSeen: "not seen in this run"
        }
    }
}

extension OpenCardAdvice {
    var english: English {
        switch self {
        case .goOn: "put it in when the batch continues, which continues the card"
        case .mayBeFinished:
            """
            it may be a finished card: put it in again, which settles it, and do not issue it before; if it stays open, \
            enter that it is void (healthcard ledger void), and its applicant gets another
            """
        case .rescue: "take it out, check the reader, and put the card in again when the batch continues"
        case .lookForIt:
            "look for it in the trays and at other stations; put it in when the batch continues, which settles it"
        }
    }
}

extension BatchChange {
    var english: English {
        .init(
            """
            row \(row) of applications.csv, or its photo, is not what was checked and enrolled\
            \(problem.map { " (\($0))" } ?? "")
            """, hint: "bring back the folder that was enrolled")
    }
}

extension SlotError {
    public var english: English {
        switch self {
        case .noCard: .init("no card came", hint: "put one in")
        case .mute:
            .init("the card does not answer", hint: "put it in the right way round, or treat it as a bad one")
        case .stillThere: .init("the card was not taken out", hint: "take it out")
        case .inUse(let what): .init("another program has the card (\(what))", hint: "end that program")
        case .gone(let what):
            .init("the reader is gone (\(what))", hint: "plug it in again, and make sure that pcscd runs")
        case .cancelled: "the wait was ended"
        }
    }
}

extension HandlingError {
    public var english: English {
        switch self {
        case .jammed(let text): .init("the feeder is jammed: \(text)", hint: "clear it, then run again")
        case .silent(let seconds):
            .init("the feeder did not answer within \(seconds) s", hint: "look at the machine, then run again")
        case .ended(let how): .init("the feeder program ended (\(how))", hint: "find out why, then run again")
        case .nonsense(let what):
            .init("the feeder program does not follow its protocol: \(what)", hint: "correct the program")
        case .slot(let error): error.english
        case .cancelled: "the wait was ended"
        }
    }
}

extension FeederEnd {
    public var english: English {
        switch self {
        case .noProgram: "no program is named"
        case .noSocket(let reason): "no socket for its input: \(reason)"
        case .notStarted(let why): "it cannot be started: \(why)"
        case .toldToQuit: "it was told to quit"
        case .readsNoMore(let reason): "it reads no more: \(reason)"
        case .closedOutput: "it closed its output"
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "signal \(signal)"
        case .gone: "gone"
        }
    }
}

extension FeederNonsense {
    public var english: English {
        switch self {
        case .version(let found, let expected): "it speaks version \(found) and this is \(expected)"
        case .readsNothing: "it does not read what it is told"
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        case .notAnAnswer(let bytes): "a line of \(bytes, "byte") is not an answer"
        case .helloTwice: "it says hello twice"
        case .notAsked(let id): "it answers \(id), which nobody asked or it has answered"
        case .hello(let command): "it says hello to \(command)"
        case .emptyToUnload: "it answers EMPTY to UNLOAD"
        }
    }
}

extension LaneName {
    public var english: English { "lane \(number), \(reader)" }
}

extension BatchListsError {
    public var english: English {
        switch self {
        case .file(let path, let problem):
            .init("\(path): \(problem)", hint: "give a folder that can be written to")
        case .otherBatch(let folder, let batch):
            .init(
                """
                \(folder) holds the lists of \(batch.map { "batch \(ListWriter.shown($0))" } ?? "an unknown batch"), \
                which are left alone
                """, hint: "give another folder")
        case .ledger(let error): error.english
        }
    }
}

extension ListFileProblem {
    public var english: English {
        switch self {
        case .file(let problem): problem.english
        case .system(let text): English(verbatim: text)
        case .noJSON: "the summary cannot be put into JSON"
        case .notAFile: "is not a regular file and is left alone"
        }
    }
}

extension ListText {
    var english: English {
        switch self {
        case .rejects: "Rows without a valid card"
        case .scrap: "Chips to be destroyed"
        case .packing(let point): "packing list, \(point ?? "no collection point given")"
        case .heading(let batch, let title, let authority):
            "Batch \(batch): \(list: title)\(authority.map { "\nreleased by \($0)" } ?? "")"
        case .sequence: "No."
        case .row: "Row"
        case .idNumber: "ID number"
        case .chip: "Chip"
        case .state: "State"
        case .code: "Code"
        case .reason: "Reason"
        case .voidCard(let chip, let reason): "the card on chip \(chip) is void: \(clauses: [reason])"
        case .begun(let chip): "begun on chip \(chip), outcome not known"
        case .notBegun: "not begun"
        case .cards(let count): "\(count, "card")"
        case .rows(let count): "\(count, "row")"
        case .chips(let count): "\(count, "chip")"
        }
    }
}

extension LineViewText {
    var english: English {
        switch self {
        case .pauseKey: "p pause"
        case .resumeKey: "r resume"
        case .stopKey: "s stop after these cards"
        case .stopNowKey: "q stop at once"
        case .boxEmptyKey: "e the box is empty"
        case .made(let count): "made \(count)"
        case .rejected(let count): "rejected \(count)"
        case .setAside(let count): "excluded \(count)"
        case .void(let count): "void \(count)"
        case .left(let count): "left \(count)"
        case .rate(let rate): "\(rate) cards/min"
        case .timeLeft(let time): "\(time) to go"
        case .state(let state, let why): "\(state.english)\(why.map { ": \(clauses: [$0])" } ?? "")"
        case .insertBlank: "put in a blank card"
        case .insertBegun(let chips, let hasMore):
            "put in a card that was begun: \(list: chips)\(hasMore ? " .." : "")"
        case .remove(let tray, let why): "\(tray.english)\(why.map { " (\($0))" } ?? "")"
        case .putBack(let chip, let why): "put card \(chip ?? "") back in\(why.map { " (\($0))" } ?? "")"
        case .ledgerTrouble(let why): "waiting for the ledger: \(clauses: [why])"
        case .stopping: "STOPPING after the cards in work"
        case .pausing: "PAUSING after the cards in work"
        case .pausedUntilKey: "PAUSED: press r to go on"
        case .paused: "PAUSED"
        case .moreLanes(let count): "and \(count, "more lane")"
        case .lane(let made, let rejected): "made \(made), rejected \(rejected)"
        }
    }
}

extension Tray {
    fileprivate var english: English {
        switch self {
        case .made: "take out, tray MADE"
        case .reject: "take out, tray REJECT"
        case .unused: "take out, back to the blanks"
        }
    }
}

extension LaneStatus.State {
    fileprivate var english: English {
        switch self {
        case .preparing: "preparing"
        case .idle: "idle"
        case .loading: "waiting for a card"
        case .looking: "looking at the card"
        case .making: "making"
        case .recording: "recording"
        case .cardAway: "card away"
        case .unloading: "card on its way out"
        case .paused: "paused"
        case .stopped: "stopped"
        case .finished: "finished"
        }
    }
}

extension LineDuration {
    public var english: English {
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }
}
