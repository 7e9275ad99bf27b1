import Messages

extension PCSCError {
    public var english: English { .init("\(function): \(name) (\(hexadecimal)): \(meaning)", hintOf: meaning) }
}

extension MissingAnswer {
    var english: English {
        .init(
            "SCardTransmit: the card answered \(byteCount, "byte"), a status word has 2",
            hint: "clean the contacts and try again")
    }
}

extension CommandLimitError {
    public var english: English {
        .init(
            "HEALTHCARD_COMMAND_LIMIT is not a number of seconds from 1 to 3600",
            hint: "set it to the number of seconds a command may take, or unset it")
    }
}

extension ReaderChoiceError {
    public var english: English {
        switch self {
        case .noReaders: .init("no reader is connected", hint: "plug one in, and check that its driver is installed")
        case .noMatch(let choice, let readers): "no reader matches '\(choice)'; there are:\(Self.lines(readers))"
        case .ambiguous(let choice, let matches):
            .init("'\(choice)' matches several readers:\(Self.lines(matches))", hint: "give more of the name")
        case .choiceNeeded(let readers):
            .init(
                "several readers are connected:\(Self.lines(readers))",
                hint: "choose one with --reader or HEALTHCARD_READER")
        }
    }

    static func lines(_ readers: [ReaderName]) -> String { readers.map { "\n  \($0)" }.joined() }
}

extension PCSCMeaning {
    var english: English {
        switch number {
        case 0xA010_000A:
            .init(
                "the card or the reader took a command and has not answered",
                hint: "take the card out and put it in again; if that does not help, plug the reader in again")
        case 0xA010_001D:
            .init(
                "the system's PC/SC library (libpcsclite.so.1) is missing",
                hint: "install it with its service: `apt install pcscd libpcsclite1`, or `dnf install pcsc-lite`")
        case 0x8010_0001: .init("pcscd failed internally", hint: "see its log and restart it")
        case 0x8010_0002: "the wait was cancelled"
        case 0x8010_0003: .init("the connection is gone, perhaps with pcscd", hint: "connect again")
        case 0x8010_0004: .init("pcscd rejected an argument", hint: "check the reader name and lengths")
        case 0x8010_0005: .init("start-up information is missing", hint: "reinstall pcscd")
        case 0x8010_0006: .init("memory has run out", hint: "close other programs")
        case 0x8010_0007: .init("an internal timer of pcscd ran out", hint: "plug the reader in again")
        case 0x8010_0008:
            .init(
                "the answer is longer than the longest APDU",
                hint: "check the card and the driver")
        case 0x8010_0009: .init("no reader of this name", hint: "run `healthcard readers` for a list")
        case 0x8010_000A: .init("nothing happened in the time given", hint: "insert a card, or wait longer")
        case 0x8010_000B: .init("another program holds the card", hint: "end it, or wait")
        case 0x8010_000C: .init("there is no card in the reader", hint: "insert one")
        case 0x8010_000D: "pcscd does not know the card name"
        case 0x8010_000E: .init("the reader cannot eject or unpower the card", hint: "take it out by hand")
        case 0x8010_000F: .init("the card does not support the protocol requested", hint: "allow T=0 and T=1")
        case 0x8010_0010: .init("the reader or the card is not ready yet", hint: "try again")
        case 0x8010_0011: "an argument has no meaning for pcscd"
        case 0x8010_0012: "the system is shutting down"
        case 0x8010_0013:
            .init(
                "the connection to pcscd broke off",
                hint: "check that it is running, and that it lets this user in (polkit)")
        case 0x8010_0014: .init("pcscd failed for an unknown reason", hint: "see its log")
        case 0x8010_0015: .init("the answer to reset is not valid", hint: "clean the card's contacts")
        case 0x8010_0016:
            .init(
                "there is no transaction to end, or the exchange with the card failed",
                hint: "insert the card again")
        case 0x8010_0017: .init("the reader is gone", hint: "plug it in again")
        case 0x8010_0018: .init("pcscd is ending", hint: "start it again")
        case 0x8010_0019: .init("a buffer of the driver is too small", hint: "update the driver")
        case 0x8010_001A: .init("the reader's driver lacks what is needed", hint: "update it")
        case 0x8010_001B: .init("two readers have the same name", hint: "give each its own in reader.conf")
        case 0x8010_001C: .init("the reader cannot work with this card", hint: "try another reader")
        case 0x8010_001D: .init("pcscd is not running", hint: "start it (`systemctl start pcscd`, or `pcscd`)")
        case 0x8010_001E: .init("pcscd has stopped", hint: "start it again")
        case 0x8010_001F: "the reader or the card cannot do this (also SCARD_E_UNEXPECTED)"
        case 0x8010_0020: "no provider is registered for the card"
        case 0x8010_0021: "the order of object creation is not supported"
        case 0x8010_0022: "the reader or the card cannot do this"
        case 0x8010_0023: "the card has no such directory"
        case 0x8010_0024: "the card has no such file"
        case 0x8010_0025: "this is not a directory of the card"
        case 0x8010_0026: "this is not a file of the card"
        case 0x8010_0027: .init("access denied", hint: "pcscd may need this user in its group, or a policy rule")
        case 0x8010_0028: "the card has no room left"
        case 0x8010_0029: "the file position could not be set"
        case 0x8010_002A: "the PIN is wrong"
        case 0x8010_002B: .init("a lower layer gave pcscd an unknown answer", hint: "see its log")
        case 0x8010_002C: "there is no such certificate"
        case 0x8010_002D: "the certificate cannot be obtained"
        case 0x8010_002E: .init("there is no reader", hint: "plug one in, and check its driver")
        case 0x8010_002F: .init("data was lost in transmission", hint: "clean the contacts and try again")
        case 0x8010_0030: "there is no such key container"
        case 0x8010_0031: .init("pcscd is too busy", hint: "try again")
        case 0x8010_0065:
            .init(
                "the reader cannot talk to this card",
                hint: "check that it is the right kind of card and the right way round")
        case 0x8010_0066: .init("the card does not answer a reset", hint: "turn it over, clean it, or try another")
        case 0x8010_0067: .init("the card has no power", hint: "connect again")
        case 0x8010_0068: .init("another program reset the card, security status is lost", hint: "start again")
        case 0x8010_0069: .init("the card was taken out", hint: "insert it again")
        case 0x8010_006A:
            .init(
                "pcscd closed the connection, because it ended or its policy (polkit) does not let this user in",
                hint: "check whether it is running")
        case 0x8010_006B: "the PIN is wrong"
        case 0x8010_006C: "the PIN is blocked"
        case 0x8010_006D: "the end of the file is reached"
        case 0x8010_006E: "the user cancelled"
        case 0x8010_006F: "no PIN was given"
        default: .init("pcscd answered an unknown code", hint: "see its log")
        }
    }
}
