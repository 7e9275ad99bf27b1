import ISO7816
import Messages

extension SecurityModuleError {
    public var english: English {
        switch self {
        case .cipherNeedsHardware(let cipher):
            .init(
                "\(cipher.rawValue.uppercased()) is unpublished and exists in hardware only: software cannot compute it",
                hint: "use a SAM or an HSM")
        case .keyNotHeld(let name):
            .init("this security module does not hold the key \(name)", hint: "use one that does")
        case .provinceUnknown(let key):
            .init(
                "\(key) is diversified by province, and the province is not known", hint: "read the issuer file first")
        case .wrongLength(let what, let bytes, let expected): "\(what) has \(bytes, "byte"), not \(expected)"
        case .dataTooLong(let bytes, let limit):
            .init(
                "\(bytes, "byte") do not fit one protected command, which holds \(limit)", hint: "send them in parts")
        case .missingValue(let name): "no usable value was given for '\(name)'"
        case .certificateDiffers(let name, let field):
            .init(
                "the certificate \(name) that was imported has another \(field) than these cards",
                hint: "import the certificate that was issued for them")
        case .noTestKeys(let profile):
            .init(
                "the profile \(profile) publishes no test keys",
                hint: "use its test-key edition, or a SAM for production cards")
        case .notSupported(let act): "this security module does not \(act)"
        case .cryptography(let error): error.english
        case .device(let message): English(verbatim: message)
        case .unfit(let problem): problem.english
        case .noSAM: .init("no SAM is available", hint: "insert a SAM, or choose its reader")
        case .sam(let error): error.english
        }
    }
}

extension ModuleInput {
    public var english: English {
        switch self {
        case .header: "the header"
        case .original: "the original"
        case .challenge: "the challenge"
        case .factor: "a diversification factor"
        case .digest: "the digest"
        case .certificate(let name): "the certificate \(name)"
        case .field(let name): English(verbatim: name)
        }
    }
}

extension ModuleAct {
    public var english: English {
        switch self {
        case .protectCommands: "protect commands"
        case .signVisits: "sign: the visits of the profile have no certificate"
        }
    }
}

extension SAMError {
    public var english: English {
        switch self {
        case .wrongPIN(0?):
            .init("the SAM's PIN is wrong; 0 attempts left", hint: "only its issuer can unblock or replace it")
        case .wrongPIN(let left?):
            .init(
                "the SAM's PIN is wrong; \(left, "attempt") left",
                hint: "it is not sent again automatically; make sure of the PIN first")
        case .wrongPIN(nil):
            .init(
                "the SAM's PIN is wrong; the SAM does not report how many attempts are left",
                hint: "ask the person responsible for the SAM")
        case .refusedBefore:
            .init(
                "the SAM refused this PIN before, so it was not sent again",
                hint: "ask the person responsible for the SAM for the right PIN")
        case .pinBlocked:
            .init(
                "the SAM's PIN is blocked after too many wrong attempts", hint: "its issuer must unblock or replace it")
        case .lastTry:
            .init(
                "the SAM has one PIN attempt left, so a stored PIN was not sent",
                hint: "type the PIN yourself once you are sure of it")
        case .pinNeeded(let header):
            .init("the SAM needs its PIN first (6982 to command \(header))", hint: "give the PIN and try again")
        case .notAPIN: "a SAM's PIN has 4 to 16 decimal digits; nothing was sent"
        case .notASAM(let status, let header):
            .init(
                "the card in the SAM's reader is not a SAM: it answered \(status) to command \(header)",
                hint: "insert a SAM, or choose its reader")
        case .levelMismatch(let key):
            .init(
                "the SAM keeps \(key) at another level than could be asked for (6A80)",
                hint: "read the card's issuer file first, or correct the key's address in the profile")
        case .anotherProvince(let key, let sam, let card):
            .init(
                "the SAM keeps \(key) for province \(sam), but the card is of province \(card)",
                hint: "use a SAM of that province")
        case .noSuchFile(let name): "the profile names no file '\(name)' of a SAM"
        case .refused(let status, let header):
            .init(
                "the SAM answered \(status) (\(status.meaning(for: header.ins))) to command \(header)",
                hint: advice(status, header))
        case .malformed(let answer, let header):
            .init("\(answer) (the SAM's answer to command \(header))", hint: "clean its contacts and try again")
        case .channel(let error, let header):
            .init("SAM: \(error)\(header.map { " (at command \($0))" } ?? "")", hintOf: error)
        case .command(let error, let header): "command \(header) cannot be sent to the SAM: \(error)"
        }
    }

    private func advice(_ status: StatusWord, _ header: CommandHeader) -> English {
        switch (status, header.ins) {
        case (.conditionsNotSatisfied, InstructionByte.cipherData):
            "it has no session key, or its key may not be used so: make sure that no other program uses this SAM"
        case (.incorrectP1P2, _), (.instructionNotSupported, _), (.classNotSupported, _):
            "this kind of SAM does not support the command: use another"
        default: "take the SAM out and insert it again, then try once more"
        }
    }
}

extension MalformedSAMAnswer {
    public var english: English {
        switch self {
        case .answer(let answer): answer.english
        case .digest(let bytes, let expected): "a digest of \(bytes, "byte"), not \(expected)"
        case .signature(let bytes, let expected): "a signature of \(bytes, "byte"), not \(expected)"
        case .ciphertext(let bytes, let expected): "\(bytes, "byte") of ciphertext, not \(expected)"
        case .mac(let bytes, let expected): "a MAC of \(bytes, "byte"), not \(expected)"
        case .file(let name, let bytes, let expected): "file \(name) gives \(bytes) of \(expected, "byte")"
        }
    }
}
