import Messages

extension DeliveredKeyText {
    var english: English {
        switch self {
        case .form(let transportKey): "\(transportKey) is not 32 hexadecimal digits"
        }
    }
}

extension FaultText {
    var english: English {
        switch self {
        case .cardIsMade(let names): "the card is made already, and \(names) comes with its making: take a new --state"
        }
    }
}

extension VirtualText {
    var english: English {
        switch self {
        case .atLeastZero: "--delay-ms and --remove-after take 0 or more"
        case .idleForm: "--exit-when-idle takes seconds, more than 0"
        case .onlyForSAM: "--type, --pin and --province belong to --sam"
        case .faultOnlyForCard: "--fault belongs to a card"
        case .challengeOnlyForCard: "--challenge belongs to a card"
        case .waitForm: "--wait takes seconds, 0 or more"
        case .noSAMType(let type, let known): "--type \(type) is not a SAM of this profile: choose \(known)"
        case .digitsForm(let digits, let option): "\(option) takes \(digits) hexadecimal digits"
        }
    }
}

extension VirtualFeederText {
    var english: English {
        switch self {
        case .numbers: "--changeover and --chips take 0 or more, --faults 0 to 100"
        case .noReaders: "no virtual readers: give --ports, or run inside Scripts/with-virtual-readers"
        }
    }
}

extension InterfaceText {
    var english: English {
        switch self {
        case .patienceForm: "--patience takes seconds, 1 to 3600"
        case .writes(let name): "the program \(name) writes; it takes --write"
        case .pinNeeded: "the SAM's PIN is needed: --sam-pin-file, or the credential healthcard-sam-pin"
        case .program(let name): "program \(name)"
        case .deviates(let count): "the library deviates in \(count) places, or did nothing"
        case .calls(let name, let calls, let done): "\(name): \(calls) calls, \(done) done"
        case .noDeviations: "no deviations"
        case .notLoaded(let reason): "the library cannot be loaded: \(reason)"
        case .notStarted(let reason): "the check cannot be started: \(reason)"
        case .checkFailed(let reason): "the check has failed: \(reason)"
        case .noMemory: "there is no memory for the buffers"
        }
    }
}

extension DemoClinicText {
    var english: English {
        switch self {
        case .clinic(let reader, let type): "\nA clinic, with a SAM of type \(type) in \(reader); no key leaves it:"
        case .commands(let card, let sam): ": \(card) commands to the card, \(sam) to the SAM"
        case .read: "the card read"
        case .updated(let written): "a phone and an allergy written (\(written))"
        case .visit(let record): "outpatient record \(record) written, signed by the SAM, its index last"
        case .verified: "its signature and certificate verified"
        case .noReader(let port): "no reader shows the virtual card of port \(port): are they those of this daemon?"
        }
    }
}

extension DemoText {
    var english: English {
        switch self {
        case .cardsForm: "--cards takes 1 or more"
        case .noReaders: "no virtual readers: run `make demo`, or Scripts/with-virtual-readers 4 -- healthcard demo"
        case .shown(let count, let reader): "\nOne of them, read in \(count) commands through \(reader):\n"
        }
    }
}

extension DemoFactoryText {
    var english: English {
        switch self {
        case .refused: "the batch cannot be made"
        case .batch(let name, let cards, let readers):
            "Batch \(name): \(cards) test cards on \(readers) virtual readers"
        case .made(let made, let seconds, let rejected, let left):
            "\(made) cards made, read back byte for byte and activated in \(seconds) s; \(rejected) rejected, \(left) left"
        case .ledger(let entries): "The ledger: \(entries) entries, chained by SM3 and signed by the station; verified"
        case .ledgerChanged: "The ledger was changed!"
        }
    }
}

extension PersonalizeText {
    var english: English {
        switch self {
        case .idOrLanes: "--id makes one card, --lanes a batch: give one of them"
        case .formalByLine: "formal cards are made by a line, which enters them in a ledger: leave out --id"
        case .notMade: "not made"
        case .made(let chip, let commands, let milliseconds):
            "made: chip \(chip), \(commands) commands, \(milliseconds) ms, read back and activated"
        }
    }
}

extension PlanText {
    var english: English {
        switch self {
        case .serialForm: "--serial takes 16 hexadecimal digits"
        }
    }
}
