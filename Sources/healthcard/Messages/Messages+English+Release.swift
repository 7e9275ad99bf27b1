import Messages

extension AuthorityText {
    var english: English {
        switch self {
        case .fingerprint: "fingerprint "
        case .certificate: "certificate "
        case .personForm: "--person takes NAME=PEM"
        case .peopleRule: "; two people or more, of different names and keys, none of them the authority's own"
        case .sign(let out): "nobody has signed it yet: two people do, each with `healthcard sign \(out) --key PEM`"
        case .missing: "--authority is wanted: the key or the root of who approves test cards, or its enrolment"
        }
    }
}

extension EvidenceStationText {
    var english: English {
        switch self {
        case .unsigned: "the evidence is unsigned: older software wrote it; run the suite again with this software"
        case .noneEnrolled:
            "no station is enrolled whose evidence is accepted: get NAME@FINGERPRINT of the testing station from the manufacturer by another way than the evidence, and name it with --evidence-station or --evidence-stations"
        case .notEnrolled(let station):
            "the evidence was signed by station \(station), which is not enrolled: if the manufacturer confirms this fingerprint by another way, name it with --evidence-station"
        case .virtualCards: "note: the tested cards were virtual; no chip was tested"
        case .form: "--evidence-station takes NAME@FINGERPRINT, with 16 or 64 digits"
        case .lineForm(let line, let path): "\(path): line \(line) is not NAME@FINGERPRINT"
        }
    }
}

extension ReleaseFileText {
    var english: English {
        switch self {
        case .notMade(let reason, let path): "\(path) cannot be made: \(reason)"
        case .notWritten(let path): "\(path) cannot be written"
        }
    }
}

extension GrantText {
    var english: English {
        switch self {
        case .authorityNameMissing: "--authority-name is wanted"
        case .limitPerLedger: "note: the limit counts in each ledger by itself; --ledger-id binds it to one"
        case .released: "released: "
        case .otherBuild:
            "the report was made with another build than this one: use that one, or say its version by --engine-version"
        case .headForm: "--after-head takes SEQ:HASH, as `release station` prints it"
        case .stationForm: "--station takes NAME or NAME@FINGERPRINT"
        case .dayForm(let option): "\(option) takes YYYY-MM-DD"
        }
    }
}

extension ReleaseOptionText {
    var english: English {
        switch self {
        case .makerMissing:
            "formal cards want --maker, --product and --product-version: what is in the box, as its label says"
        case .releaseMissing: "--release is wanted"
        case .notForTestCards: "test cards want no release: leave out --release"
        }
    }
}

extension RevokeText {
    var english: English {
        switch self {
        case .reasonMissing: "a release goes with --reason"
        case .authorityNameMissing: "--authority-name is wanted"
        case .dayForm: "--next-update takes YYYY-MM-DD"
        case .numberNotKept:
            "note: the number of this list could not be kept here; give it with --previous the next time"
        case .listed(let number, let releases): "list \(number): \(releases) release(s) revoked"
        case .previousNeeded(let number):
            "there is a revocation list \(number) of this authority: give the last one with --previous, or what it took back would come back"
        }
    }
}

extension ReleaseShowText {
    var english: English {
        switch self {
        case .whatToShow: "give a file, --ledger or --keys"
        case .nobody: "nobody"
        }
    }
}

extension ReleaseVerifyText {
    var english: English {
        switch self {
        case .holds: "it holds: "
        }
    }
}

extension RevocationMemoryText {
    var english: English {
        switch self {
        case .unreadable(let path): "\(path) does not say which revocation list was made last"
        case .remedy:
            "write the number and the digest of the last list into it, as `healthcard release list` shows them"
        }
    }
}

extension SignText {
    var english: English {
        switch self {
        case .otherPerson(let person, let name): "this key is \(person)'s in the file, not \(name)'s"
        case .nobody: "the file names nobody with this key"
        case .willBeSigned: "This will be signed."
        case .signatures: "signatures: "
        }
    }
}

extension SignedWord {
    var english: English {
        switch self {
        case .enrolment: "who may release formal cards, enrolment "
        case .numberEnd: ""
        case .authority: "  authority: "
        case .fingerprint: "  fingerprint: "
        case .root: "  below the root "
        case .signer: "  signer: "
        case .policy: "  for: "
        case .person: "  person: "
        case .destroyed(let count): "\(count) chip(s) were destroyed:"
        case .adopted(let station, let entry): "station \(station) goes on with the ledger from entry \(entry)"
        case .ledger: "  ledger: "
        case .reason: "  reason: "
        case .drawnUp: "  drawn up: "
        case .signedBy: "  signed by: "
        }
    }
}

extension SignerText {
    var english: English {
        switch self {
        case .keyOrSigner: "give --key, or --signer with --public-key"
        case .noPKCS11:
            "no mechanism of PKCS#11 signs with SM2, so a token cannot be used as such: use the program of its maker with --signer (Docs/releases.md)"
        case .noSignature: "--signer did not print a signature of 128 hexadecimal digits"
        }
    }
}
