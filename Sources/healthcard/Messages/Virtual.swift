import Messages

/// What it says to people.
enum DeliveredKeyText: Message {
    case form(transportKey: String)
}

/// What it says to people.
enum FaultText: Message {
    case cardIsMade(names: String)
}

/// What commands about virtual cards say.
enum VirtualText: Message {
    case atLeastZero
    case idleForm
    case onlyForSAM
    case faultOnlyForCard
    case challengeOnlyForCard
    case waitForm
    case noSAMType(type: Int, known: String)
    case digitsForm(digits: Int, option: String)
}

/// What it says to people.
enum VirtualFeederText: Message {
    case numbers
    case noReaders
}

/// What the check of a library says.
enum InterfaceText: Message {
    case patienceForm
    case writes(name: String)
    case pinNeeded
    case program(name: String)
    case deviates(count: Int)
    case calls(name: String, calls: Int, done: Int)
    case noDeviations
    case notLoaded(reason: String)
    case notStarted(reason: String)
    case checkFailed(reason: String)
    case noMemory
}

/// What it says to people.
enum DemoClinicText: Message {
    case clinic(reader: String, type: Int)
    case commands(card: Int, sam: Int)
    case read
    case updated(written: String)
    case visit(record: Int)
    case verified
    case noReader(port: String)
}

/// What the demonstration says.
enum DemoText: Message {
    case cardsForm
    case noReaders
    case shown(count: Int, reader: String)
}

/// What it says to people.
enum DemoFactoryText: Message {
    case refused
    case batch(name: String, cards: Int, readers: Int)
    case made(made: Int, seconds: String, rejected: Int, left: Int)
    case ledger(entries: Int64)
    case ledgerChanged
}

/// What it says to people.
enum PersonalizeText: Message {
    case idOrLanes
    case formalByLine
    case notMade
    case made(chip: String, commands: Int, milliseconds: Int)
}

/// What it says to people.
enum PlanText: Message {
    case serialForm
}
