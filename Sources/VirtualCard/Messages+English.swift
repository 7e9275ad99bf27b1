import Messages

extension VirtualCardError {
    public var english: English {
        switch self {
        case .serialLength(let expected, let actual):
            .init(
                "a chip serial of this card has \(expected, "byte"), not \(actual)",
                hint: "give \(2 * expected) hexadecimal digits")
        case .cipherUnavailable(let cipher, let why):
            .init(
                "the cipher \(cipher) exists in hardware only\(why.map { " (\($0))" } ?? "")",
                hint: "a virtual card needs a profile with the cipher sm4")
        case .profile(let problem): .init("the profile does not fit a virtual card: \(problem)", hintOf: problem)
        case .state(let place, let problem):
            .init("the card's state is wrong\(place.map { " at \($0)" } ?? ""): \(problem)", hintOf: problem)
        case .file(let path, let problem): .init("\(path): \(problem)", hintOf: problem)
        case .notAPIN: "a SAM's PIN has 4 to 16 decimal digits"
        case .link(let problem): problem.english
        }
    }
}

extension VirtualProfileProblem {
    public var english: English {
        switch self {
        case .noTestKeys:
            .init("it publishes no test keys", hint: "give the card's transport key, or take its test-key edition")
        case .noTestKeysForSAM:
            .init(
                "it publishes no test keys, and a virtual SAM holds no others", hint: "take its test-key edition")
        case .noSAMAddress(let key, let type): "the key \(key) of SAM type \(type) has no address in the SAM"
        case .level(let key, let level): "a SAM keeps \(key) at 1 to 3 levels, not \(level)"
        case .noCertificateLayout(let name): "it has no layout of the certificate '\(name)'"
        case .noSignatureKey(let name): "it publishes no signature key \(name)"
        case .signatureKey(let name, let why): "its signature key \(name) is not one: \(why)"
        case .certificateTooLong(let name, let bytes):
            "its certificate '\(name)' does not fit the SAM's file of \(bytes, "byte")"
        case .certificateNotSigned(let name, let why): "its certificate '\(name)' cannot be signed: \(why)"
        case .noFieldValue(let field, let bytes): "its test keys give no \(bytes, "byte") for \(field)"
        case .noSAMType(let type, let known): "it knows no SAM of type \(type), only \(list: known)"
        case .notAProvince(let text): .init("'\(text)' is not a province", hint: "give two digits of GB/T 2260")
        case .noProvinceField(let file, let field): "its file '\(file)' of a SAM has no field '\(field)'"
        case .noDialect(let name): "it has no dialect \(name)"
        case .roles(let roles): "it needs keys of the roles \(list: roles)"
        case .keyLength: "keys and blocks of SM4 have 16 bytes"
        case .noCode(let dialect, let file): "the dialect \(dialect) has no code for the kind or a right of \(file)"
        case .memoryTooSmall:
            .init("the chip's memory is too small for the files it comes with", hint: "give it more")
        }
    }
}

extension CardStateProblem {
    public var english: English {
        switch self {
        case .notWritable: "it cannot be written as JSON"
        case .missing: "it is missing"
        case .wrongKind: "it has the wrong kind of value"
        case .notJSON: "it is not JSON"
        case .outOfRange: "the value is outside its range"
        case .unreadable: "it cannot be read"
        case .mustBe(let text): "it must be \(text)"
        case .found(let value, let low, let high): "it is \(value), expected \(low) to \(high)"
        case .range(let low, let high): "it must be \(low) to \(high)"
        case .bytesRange(let low, let high): "it must have \(low) to \(high) bytes"
        case .negative: "it must not be negative"
        case .otherProfile(let name): "the card belongs to the profile \(name)"
        case .neededUntilActivation: "it is there until activation"
        case .length(let bytes, let expected): "it must have \(expected, "byte"), not \(bytes)"
        case .tooManyAttempts: "more than there are"
        case .firstIsMaster: "the first directory is the MF, 3F00"
        case .notEarlierDirectory: "it must be the index of an earlier directory"
        case .longName(let limit): "it has more than \(limit, "byte")"
        case .keyTwice: "the key is there already"
        case .noSuchKind: "no kind of file has it"
        case .recordForm: "tag, length and value do not fit"
        case .recordLength: "each must have recordSize bytes"
        case .fileTooLarge: "the file is too large"
        case .noRoom: "there is no room for it: memorySize is too small"
        case .doesNotFit: "it does not fit the memory"
        case .notHexadecimal: "it is not hexadecimal text"
        case .otherSAMType(let type, let wanted): "it holds a SAM of type \(type), not \(wanted)"
        case .otherSAM(let serial): "it holds the SAM \(serial)"
        case .pin: "a PIN has 4 to 16 decimal digits"
        }
    }
}

extension CardFileProblem {
    public var english: English {
        switch self {
        case .file(let problem): problem.english
        case .system(let reason): reason.english
        case .call(let name, let reason): "\(name): \(reason)"
        case .inUse: "another process has this card in use"
        case .folderNotMade: "the folder cannot be made"
        case .noRandomSerial(let why): "no random serial number: \(why)"
        case .holdsChip(let serial): "it holds the chip \(serial)"
        case .error(let error): .init("\(error)", hintOf: error)
        case .memoryUnreadable: "the memory cannot be read"
        case .lineOutsideMemory(let line): "line \(line) is outside the memory"
        case .lineDamaged(let line): "line \(line) is damaged"
        case .impossiblePIN: "it leads to a PIN or attempts that cannot be"
        case .olderThanJournal(let journal):
            .init(
                "it was changed while \(journal) still holds what the card did after",
                hint: "delete the journal to give that up")
        }
    }
}

extension VirtualLinkProblem {
    public var english: English {
        switch self {
        case .unknownHost(let host, let why): "the host \(host) is not known: \(why)"
        case .threadRefused(let why): why.english
        case .nobodyListens(let host, let port, let reason): "no virtual reader listens at \(host):\(port): \(reason)"
        }
    }
}
