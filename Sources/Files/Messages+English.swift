import Glibc
import Messages

extension InputFileError {
    public var english: English { .init("\(path): \(problem)", hintOf: problem) }
}

extension InputFileError.Problem: Message {
    public var english: English {
        switch self {
        case .missing: .init("there is no such file", hint: "check the path")
        case .nameNotUTF8:
            .init(
                """
                there is no such file: its name, or that of a folder above it, has bytes that are not UTF-8, as names from \
                Windows may have (GBK)
                """, hint: "rename it (convmv -r -f gbk -t utf8 --notest) and try again")
        case .notPermitted: .init("this user may not read it", hint: "check its permissions")
        case .notAFile(let kind): .init("it is \(kind), not a file", hint: "name a regular file")
        case .tooLong(let limit):
            .init("it is longer than \(limit) bytes, more than any file of this kind", hint: "check the path")
        case .silent(let seconds):
            .init(
                "nothing arrived for \(seconds) seconds", hint: "write the content to a file first and name that file")
        case .slow(let seconds):
            .init(
                "after \(seconds, "second") its end has still not come",
                hint: "write the content to a file first and name that file")
        case .exposed:
            .init(
                "others than its owner have rights to it, and may know its content",
                hint: "run chmod 600 on it, and consider whether its content must be replaced")
        case .system(let code): "it cannot be read: \(SystemReason(code))"
        }
    }
}

extension InputFileError.Kind: Message {
    public var english: English {
        switch self {
        case .folder: "a folder"
        case .device: "a device"
        case .socket: "a socket"
        case .pipe: "a pipe"
        case .other: "something else"
        }
    }
}

extension SystemReason {
    public var english: English { English(verbatim: String(cString: strerror(code))) }
}

extension FileProblem {
    public var english: English {
        switch self {
        case .input(let problem): problem.english
        case .notMade(let reason): "cannot be made: \(reason)"
        case .notWritten(let reason): "cannot be written: \(reason)"
        case .notRead(let reason): "cannot be read: \(reason)"
        case .folderNotOpened(let reason): "its folder cannot be opened: \(reason)"
        case .folderNotLocked(let reason): "its folder cannot be locked: \(reason)"
        case .notMadeNextToIt(let reason): "no file can be made next to it: \(reason)"
        case .notGivenToGroup(let reason): "cannot be given to the group of the installation: \(reason)"
        case .folderNotSynchronized(let reason): "was written, but its folder cannot be synchronized: \(reason)"
        }
    }
}
