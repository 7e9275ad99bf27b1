import Messages
import PCSC

extension ReaderFileError {
    public var english: English {
        let place = line == 0 ? path : "\(path):\(line)"
        switch problem {
        case .missing:
            return .init("\(place): there is no such file", hint: "correct HEALTHCARD_READERS_FILE, or unset it")
        case .unreadable(let error): return error.english
        case .notText: return .init("\(place): the file is not UTF-8", hint: "save it as UTF-8 text")
        case .noSection:
            return .init("\(place): a setting before the first reader", hint: "begin with a line [name of the reader]")
        case .notASetting:
            return .init(
                "\(place): this is neither [name of a reader] nor setting = value",
                hint: "put a # before a comment")
        case .badName:
            return .init(
                "\(place): a reader's name has 1 to 100 bytes and no control characters", hint: "choose another")
        case .nameTwice(let name):
            return .init("\(place): there is a reader '\(name)' already", hint: "give each reader its own name")
        case .tooMany(let most):
            return .init("\(place): more than \(most) readers", hint: "take out those that are not used")
        case .unknownSetting(let name):
            return .init(
                "\(place): there is no setting '\(name)'", hint: "the settings are family, library, port, baud, slot")
        case .settingTwice(let name):
            return .init("\(place): '\(name)' is there twice", hint: "take one of the lines out")
        case .lacking(let name):
            return .init("\(place): the reader has no '\(name)'", hint: "add a line \(name) = …")
        case .badFamily(let word):
            return .init("\(place): '\(word)' is no family of readers", hint: "the families are decard and huada")
        case .badLibrary:
            return .init(
                "\(place): the library is not a path from the root", hint: "write it like /usr/lib/libdcrf32.so")
        case .badPort(.decard):
            return .init("\(place): the port is not a number from 0 to 32767", hint: "100 is the first USB reader")
        case .badPort(.huada):
            return .init(
                "\(place): the port is not a name of 1 to 32 characters without blanks",
                hint: "write AUTO, USB1 or COM1")
        case .badBaud: return .init("\(place): baud is not 300 to 4000000", hint: "115200 is usual")
        case .badSlot:
            return .init("\(place): the slot is not 0 to 255", hint: "write it like 12 or 0x0C")
        }
    }
}

extension ReaderLibraryError {
    public var english: English {
        switch self {
        case .notLoaded(let library, let reason):
            .init(
                "the reader's library \(library) cannot be loaded: \(reason)",
                hint: "install what the reader's maker delivers, and correct the path in readers.conf")
        case .functionMissing(let library, let function):
            .init(
                "the reader's library \(library) has no function \(function)",
                hint: "correct `family` in readers.conf, or ask the maker for a newer library")
        case .exposed(let library):
            .init(
                "the reader's library \(library) can be changed by other users",
                hint: "make it root's or your own, and not writable for others: `chmod o-w`")
        case .notOpened(let reader, let function, let code):
            .init(
                "reader '\(reader)' does not open (\(function): \(code))",
                hint: "plug it in, check `port` in readers.conf, and end other programs that use it")
        case .gone(let reader, let function, let code):
            .init("reader '\(reader)' does not answer (\(function): \(code))", hint: "plug it in again")
        case .failed(let function, let code):
            .init("the exchange with the card failed (\(function): \(code))", hint: "insert the card again")
        }
    }
}

extension ShortAnswer {
    var english: English {
        .init(
            "\(library): the card answered \(byteCount, "byte"), a status word has 2",
            hint: "clean the contacts and try again")
    }
}
