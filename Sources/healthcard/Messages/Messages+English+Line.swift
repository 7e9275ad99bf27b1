import Messages

extension LedgerActText {
    var english: English {
        switch self {
        case .twoPeopleNeeded:
            "an authority is enrolled in this ledger: two of its people have to sign that the station takes it up; write the act with --out FILE"
        case .willContinue(let location, let entry):
            "The station goes on with \(location) from entry \(entry); whatever was written behind it elsewhere is not counted here."
        case .takenUp(let entry): "taken up from entry \(entry) on, and entered"
        case .destroyed(let count): "entered: \(count) chips were destroyed and count no more"
        case .adopted(let station, let entry): "entered: station \(station) takes the ledger up from entry \(entry) on"
        case .haveSigned(let path):
            "\(path): have two of the enrolled people sign it (`healthcard sign \(path)`), then `healthcard ledger enter \(path)`"
        }
    }
}

extension LedgerArgumentText {
    var english: English {
        switch self {
        case .serialForm:
            "a chip's serial number has 16 hexadecimal digits: copy it from the packing list or the scrap list"
        case .numberInReason(let option):
            "\(option) has an id number in it: leave it out, since lists and messages show the reason"
        case .textForm(let option, let most): "\(option) takes 1 to \(most) bytes of text without control characters"
        }
    }
}

extension LedgerOutputText {
    var english: English {
        switch self {
        case .outputLost: "standard output cannot be written: it is not whole"
        }
    }
}

extension LedgerCreateText {
    var english: English {
        switch self {
        case .ownerMissing: "--ledger names a PostgreSQL database with its owner: postgres://OWNER@HOST/DATABASE"
        case .stationsWriteAs(let location, let stationRole): "\(location): stations write as \(stationRole)"
        }
    }
}

extension LedgerHeadText {
    var english: English {
        switch self {
        case .nothingSigned: "no run has ended here: nothing is signed yet"
        case .empty: "the ledger is empty"
        }
    }
}

extension LedgerOptionText {
    var english: English {
        switch self {
        case .process(let process): "process \(process)"
        case .program(let name): " (\(name))"
        case .anotherProgram: "another program"
        case .waiting(let path, let who, let seconds):
            "The ledger \(path) is in use by \(who); waiting up to \(seconds) s."
        case .missing(let path): "there is no ledger at \(path): name it with --ledger or HEALTHCARD_LEDGER"
        }
    }
}

extension LedgerPersonText {
    var english: English {
        switch self {
        case .unknownNumber: "the ledger knows nothing of this number"
        case .willBeVoid(let serial): "The card on chip \(serial) will be void permanently."
        case .voidAndWaiting(let serial):
            "void: \(serial); its applicant waits for another card: go on with the batch, with --resume"
        case .void(let serial): "void: \(serial)"
        }
    }
}

extension LedgerVerifyText {
    var english: English {
        switch self {
        case .headForm: "--head takes a number and a hash as `healthcard ledger head` prints them"
        case .note: "note: "
        case .more(let count): "… and \(count) more"
        case .countersigned(let name, let entry, let all): "countersigned by \(name) up to entry \(entry) of \(all)"
        case .checked(let entries, let signatures, let head):
            "\(entries) entries and \(signatures) signatures checked, head \(head)"
        case .changed(let count):
            "the ledger was changed: \(count) finding(s); keep it as it is, and find out who could write to it"
        }
    }
}

extension LineOptionText {
    var english: English {
        switch self {
        case .replaceWithReason: "--replace and --reason go together"
        case .oneReplacement: "--replace replaces one card, --replacements those of a new batch: give one of them"
        case .atLeastOne: "--failures-in-row and --chips-per-card take 1 or more, --lanes-with-same-error 2 or more"
        case .seconds: "--return-wait, --reader-wait and --command-limit take seconds, 0 or more"
        case .virtualForm: "virtual:N takes 1 to 64 lanes, and no reader beside it"
        case .virtualChips: "--virtual-chips belongs to --lanes virtual:N"
        case .readerTwice: "--lanes names a reader twice"
        case .viewAddress: "--view takes an IP address of this machine and a port, such as 127.0.0.1:8330"
        }
    }
}

extension LineRunText {
    var english: English {
        switch self {
        case .feeder: "feeder: "
        case .ledgerNeeded: "formal cards stand in a ledger that is kept: name it with --ledger or HEALTHCARD_LEDGER"
        case .batchRefused(let count): "the batch cannot be made: \(count) problem(s) stand; nothing was begun"
        case .batchKnown(let batch, let made, let inWork, let waiting):
            "batch \(batch) is in the ledger: \(made) made, \(inWork) in work, \(waiting) waiting; go on with --resume"
        case .batchUnknown(let batch): "batch \(batch) is not in this ledger: there is no card to replace"
        case .cardVoid(let sequence, let row):
            "The card of order \(sequence) (row \(row)) is void now; its applicant waits for another one."
        case .releasedBy: "released by "
        case .noFolder: "no temporary folder can be created"
        case .notEntered:
            English(
                "a rehearsal on virtual lanes: it is not entered in the ledger of HEALTHCARD_LEDGER",
                hint: "name a ledger with --ledger to keep it")
        case .browserView(let address): "the line in a browser: \(address)"
        case .operatorToken(let token, let address):
            "  to pause and stop it there: token \(token), or open \(address)#\(token)"
        case .viewOnly: "  it can only be looked at there: pause and stop it here"
        }
    }
}

extension LineWord {
    var english: English {
        switch self {
        case .lane(let number): "lane \(number): "
        case .order(let sequence, let row): "order \(sequence)\(row.map { ", row \($0)" } ?? "")"
        case .chip(let serial): "chip \(serial)"
        case .begun(let left): "the line runs: \(left) cards to make"
        case .wanted(let order, let chip): "wanted back: \(chip) (\(order)), begun and not finished"
        case .continued(let order, let chip): "\(chip) goes on, \(order)"
        case .made(let order, let chip): "made \(order), \(chip)"
        case .retrying(let chip, let why): "tries \(chip) again: \(why)"
        case .away(let chip, let why): "put \(chip) back in, it is in the middle: \(why)"
        case .unused(let chip, let why): "\(chip) goes back unused: \(why)"
        case .chipRejected(let chip, let why): "\(chip) rejected: \(why)"
        case .orderRejected(let order, let why): "\(order) rejected: \(why)"
        case .open(let order, let chip, let why): "\(chip), \(order), stays open: \(why)"
        case .ledgerWaiting(let why): "waiting for the ledger: \(why)"
        case .ledgerBack: "the ledger answers again"
        case .stopped(let why): "stopped: \(why)"
        case .finished(let why): "finished: \(why)"
        case .pausing: "pausing after these cards"
        case .resumed: "going on"
        case .stopping(let why): "stopping: \(why)"
        case .ended(let why): "the line has ended: \(why)"
        case .laneAndReader(let number, let reader): "lane \(number) (\(reader)): "
        case .insertBlank: "put in a blank chip"
        case .insertBegun(let chips): "put in a card that was begun and not finished: \(chips)"
        case .takeOut: "take the card out: "
        case .trayMade: "tray MADE"
        case .trayReject: "tray REJECT"
        case .trayUnused: "back to the blanks"
        case .unbalanced: "the books do not add up: run `healthcard ledger verify` before anything else is made"
        case .run(let made, let time, let chips, let applicants):
            "this run: \(made) cards made in \(time), \(chips) chips and \(applicants) applicants rejected"
        case .batch: "the batch: "
        case .openCard(let chip, let sequence, let row, let place, let advice):
            "open: chip \(chip), order \(sequence), row \(row): \(place); \(advice)"
        case .laneStopped(let number): "lane \(number) stopped: "
        case .lists(let count, let folder): "lists in \(folder): \(count) packing list(s), rejects, scrap, summary"
        case .rehearsal: "a rehearsal: its ledger is gone; name one with --ledger to keep it"
        }
    }
}

extension PersonWord {
    var english: English {
        switch self {
        case .lane(let name): "lane \(name)"
        case .operatorNamed(let name): "operator \(name)"
        case .station(let name): "station \(name)"
        case .line(let time, let text, let by): "\(time)  \(text) (\(list: by))"
        case .order(let sequence, let row, let batch):
            "order \(sequence)\(row.map { " (row \($0))" } ?? "") of batch \(batch)"
        case .enrolled(let order): "The application was enrolled as \(order)."
        case .rowExcluded(let batch): "Batch \(batch) was enrolled; the row of this application was excluded."
        case .begun(let order, let chip): "Production of \(order ?? "a card") began on chip \(chip)."
        case .continued(let chip): "Production on chip \(chip) continued."
        case .made(let chip): "The card on chip \(chip) was made, read back and activated."
        case .seenAgain(let chip, let why): "Chip \(chip) was seen again and rejected: \(why)."
        case .destroyed(let chip): "Two people entered that chip \(chip) was destroyed."
        case .chipReusable: "the chip can be used again"
        case .chipRejected: "the chip was rejected"
        case .chipSpoiled: "the chip is spoiled"
        case .noCard: "no card is made for this application"
        case .waitsForChip: "the applicant waits for another chip"
        case .failed(let chip, let why, let fate, let next):
            "Chip \(chip) did not become a card: \(why); \(fate), \(next)."
        case .orderNumber(let number): ", order \(number)"
        case .place(let batch, let row, let order): "batch \(batch)\(order), row \(row)"
        case .since(let time): " since \(time)"
        case .chip(let serial): "chip \(serial)"
        case .colon: ": "
        case .now: "now: "
        case .another(let batch): "; another card is to be made in batch \(batch)"
        case .valid(let chip, let since, let place): "valid card, \(chip)\(since) (\(place))"
        case .waiting(let place): "no valid card; one is to be made (\(place))"
        case .inWork(let chip, let since, let place):
            "no valid card; one was begun on \(chip)\(since), outcome not known (\(place))"
        case .void(let chip, let since, let why, let place):
            "no valid card; the one on \(chip) is void\(since)\(why) (\(place))"
        case .none(let since, let why, let place): "no card\(since)\(why) (\(place))"
        case .excluded(let why, let place): "no card; the row was excluded\(why) (\(place))"
        }
    }
}
