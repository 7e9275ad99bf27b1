import Files
import Messages

extension ReportError {
    public var english: English {
        switch self {
        case .evidence(let flaw): .init("the evidence cannot be used: \(flaw)", hint: "run the suite again")
        case .file(let path, let problem): .init("\(path): \(problem)", hintOf: problem)
        case .reportDiffers(let path):
            .init(
                "\(path) is not the report its evidence gives: it was changed, or made by other software",
                hint: "make it anew with `healthcard testcards report`")
        case .unsigned(let path):
            .init(
                "\(path) is not signed: \(path)\(EvidenceSignature.suffix) is missing",
                hint: "bring both files from the station that ran the suite")
        case .signature(let path, let station, let problem):
            .init(
                "\(path) is not what station \(station) signed: \(problem)",
                hint: "take both files again from that station, or run the suite again")
        case .notAdded(let problem): .init("the run cannot be added to the evidence: \(problem)", hintOf: problem)
        case .drawing(let problem): "the report cannot be drawn: \(problem ?? "cairo gives no page")"
        case .library(let missing): .init("the report cannot be drawn: \(missing)", hintOf: missing)
        }
    }
}

extension EvidenceFlaw {
    public var english: English {
        switch self {
        case .notWritable: "it cannot be written as JSON"
        case .notJSON(let format): "it is not JSON of format \(format)"
        case .spelling: "it is not written as a run of the suite writes it (sorted keys, known keys only)"
        case .checkTwice: "two checks have the same name"
        case .cardTwice: "a card is listed twice"
        case .unknownCheck(let name): "a result belongs to no check of the list (\(name))"
        case .unknownCard: "a result belongs to a card that is not listed"
        case .twoResults(let check): "\(check) has two results on one card"
        case .profileDigest: "profileDigest is not 64 lowercase hexadecimal digits"
        case .digest: "a digest is not 64 lowercase hexadecimal digits"
        case .time: "a time is not of the form YYYY-MM-DDThh:mm:ssZ"
        case .duration: "a duration is negative or longer than a day"
        case .runs: "what it says of its runs does not fit together"
        case .otherStation(let signer): "it names another station than \(signer), which is to sign it"
        case .notSigned(let signer): "the key of station \(signer) did not sign it"
        case .format(let current, let unsigned): "its format is neither \(current) nor \(unsigned)"
        case .foreignMembers: "it has members that its format does not have"
        case .membersMissing: "station, chip, equipment or scope is missing"
        case .stationForm: "its station is not a name and a fingerprint"
        case .negativeScope: "its scope has a negative number"
        case .noCampaignDigest: "its campaign has no digest"
        case .campaign(let error): "its campaign is not valid: \(error)"
        case .differsFromCampaign(let member): "its \(member) is not the campaign's"
        }
    }
}

extension AdditionProblem {
    public var english: English {
        switch self {
        case .noEvidence:
            .init(
                "there is no evidence of the whole suite yet", hint: "run the whole suite first, without --failed")
        case .nothingFailed: "nothing failed in it"
        case .otherStation(let station):
            .init("station \(station) signed it", hint: "run what failed there, or the whole suite here")
        case .otherSoftware: .init("another build of this software gathered it", hint: "run the whole suite")
        case .otherSubject:
            .init("it is of another campaign, profile or dialect", hint: "run the whole suite")
        case .strangeCard(let serial): .init("it has no card \(serial)", hint: "take that card out of the reader")
        case .otherBuild(let serial):
            .init(
                "the card \(serial) answers to reset otherwise than before, so it is another product",
                hint: "begin a campaign for the new version")
        case .noCard(let serials):
            .init("none of the cards on which something failed is here: \(list: serials)", hint: "insert them")
        }
    }
}

extension SignatureProblem {
    public var english: English {
        switch self {
        case .otherKey: "the signature is not of its key"
        case .changed(let time): "it was changed after \(time), or belongs to another run"
        case .otherStation(let station): "it names \(station ?? "no station") as the one that gathered it"
        case .otherCampaign: "it is of another campaign than the signature"
        }
    }
}

extension CampaignFileProblem {
    public var english: English {
        switch self {
        case .file(let problem): problem.english
        case .system(let reason): reason.english
        case .notAFolder: .init("is a link or a file", hint: "name a folder")
        case .existsAlready: .init("is there already", hint: "choose another name")
        case .notAFile: .init("is a link, a device or a folder: only files are replaced", hint: "remove it first")
        case .earlierNotKept: "the evidence before cannot be kept there"
        case .missing: "is missing"
        case .noEvidence: "is missing: a report is checked against its evidence"
        case .differs(let other):
            .init("is not the same as \(other)", hint: "make the report again from the campaign's evidence")
        case .signature(let flaw): "is not a signature of evidence: \(flaw)"
        case .campaignMissing: .init("is missing", hint: "name the folder of a campaign")
        case .environmentMissing:
            .init("is missing", hint: "make the cards first, with `healthcard testcards make`")
        case .notAnObject(let limit): "is not a JSON object of at most \(limit) bytes"
        case .notCards: .init("is not a list of cards", hint: "make the cards again")
        case .notAnEnvironment: .init("is not a record of an environment", hint: "make the test cards again")
        case .notJSON: "cannot be written as JSON"
        case .evidence(let flaw): "the evidence cannot be used: \(flaw)"
        }
    }
}

extension SignatureFileFlaw {
    public var english: English {
        switch self {
        case .notText: "it is too long, or not text"
        case .lines(let format): "its lines are not those of \(format)"
        case .missing(let label): "\(label) is missing"
        case .form: "a value is not of its form"
        case .spelling: "it is not spelled as a station spells it"
        }
    }
}

extension CampaignError {
    public var english: English {
        switch self {
        case .value(let file, let key, let problem): .init("\(file): \(key) \(problem)", hintOf: problem)
        case .file(let path, let problem): .init("\(path): \(problem)", hintOf: problem)
        case .exists(let path):
            .init(
                "\(path) holds a campaign already", hint: "choose another folder; test cards are never made over")
        case .profileChanged(let campaign, let now):
            .init(
                "the profile is not the one this campaign was begun with (SM3 \(now), the campaign says \(campaign))",
                hint: "bring the profile back, or begin a new campaign")
        case .photo(let flaw):
            .init("no photo can be drawn for test people: \(AnyMessage(of: flaw))", hintOf: AnyMessage(of: flaw))
        }
    }
}

extension CampaignValueProblem {
    public var english: English {
        switch self {
        case .unknownKey: .init("is not a key of this file", hint: "remove it or correct the spelling")
        case .missing: .init("is missing", hint: "add it")
        case .wrongType: .init("is of the wrong type", hint: "correct it")
        case .format(let format): .init("is not \(format)", hint: "use the software it is of")
        case .text: .init("is not a text of 1 to 200 bytes on one line", hint: "correct it")
        case .cards(let most): .init("is not 1 to \(most)", hint: "correct it")
        case .setAside: .init("is not 0 to the number of cards", hint: "correct it")
        case .days: .init("and endDate are not two days in order", hint: "correct them")
        case .notADay: "is not a day"
        case .testRegion: .init("gives no identity number", hint: "it has to be two digits")
        }
    }
}

extension SuiteError {
    public var english: English {
        switch self {
        case .noDialect(let name, let known): .init("the profile has no dialect \(name)", hint: "it has \(list: known)")
        case .repeatedCheck(let id):
            .init("two checks are called \(id)", hint: "rename the file or item of the profile they are about")
        case .unknownCheck(let name, let like):
            .init(
                "no check is called '\(name)' or begins with it",
                hint: like.isEmpty
                    ? "list them with `healthcard testcards list`" : "did you mean \(list: like)?")
        }
    }
}

extension ReportProblem {
    public var english: English {
        switch self {
        case .edited:
            .init(
                "the report is not as it was written: it has results of cards that are not in it",
                hint: "take it again from where it was made")
        case .failed(let checks):
            "\(checks.count, "check") failed: \(names(checks)); nothing is released on them"
        case .notRun(let checks):
            .init(
                "\(checks.count, "check") \(checks.count == 1 ? "was" : "were") not run: \(names(checks))",
                hint: "run them, destructive ones on cards set aside")
        case .lacks(let checks):
            .init(
                "the report lacks \(checks.count, "check") of the suite: \(names(checks))", hint: "run the whole suite")
        case .strange(let checks):
            .init(
                "\(checks.count, "check") \(checks.count == 1 ? "is" : "are") not this suite's: \(names(checks))",
                hint: "use the software the report was made with")
        case .otherProfile(let name):
            .init(
                "the report is of another profile than \(name) with these overlays",
                hint: "name the one the cards were made by")
        case .noCards: "the report has no card in it"
        case .part(let reasons):
            .init(
                "the report is not of the whole suite on the campaign's cards: \(clauses: reasons)",
                hint: "run the whole suite on them")
        case .noCampaign:
            .init(
                "the report is of no campaign",
                hint: "begin one with `healthcard testcards new`, make its cards and run the suite on them")
        case .otherCards(let cards):
            .init(
                "cards were not the same when what had failed on them was run again: \(names(cards))",
                hint: "begin a campaign for the new version")
        }
    }

    private func names(_ checks: [String]) -> English {
        "\(list: Array(checks.prefix(8)))\(checks.count > 8 ? " …" : "")"
    }
}
