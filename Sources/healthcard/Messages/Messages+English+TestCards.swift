import Messages
import TestCards

extension EnvironmentWord {
    var english: English {
        switch self {
        case .stops: "stops: "
        case .note: "note: "
        case .difference(let field, let tested, let now): "\(field) was \(tested) for the test cards, is \(now)"
        case .otherEnvironment(let list):
            "not the environment of the test cards (\(list)): make and test new ones first"
        }
    }
}

extension EvidenceText {
    var english: English {
        switch self {
        case .existsAlready(let out): "\(out) is there already: evidence is never replaced; choose another name"
        case .otherCampaign(let field, let campaign, let made):
            "campaign.json says \(field) \(campaign), but the cards were made as \(made): make test cards of this campaign first"
        }
    }
}

extension FaultsText {
    var english: English {
        switch self {
        case .workersForm: "--workers takes 1 or more"
        case .falseAlarm(let check): "false alarm: \(check)"
        case .notFound(let count, let total, let missed, let alarms):
            "\(count) of \(total) faults not found (\(list: missed)); \(alarms) false alarms"
        case .nobody: "the batch has nobody whose card can be made"
        }
    }
}

extension SuiteText {
    var english: English {
        switch self {
        case .failed: "failed: "
        case .failures(let count): ", \(count) failed"
        case .timeLeft(let time): ", \(time) left"
        }
    }
}

extension TestCardSourceText {
    var english: English {
        switch self {
        case .lanesForm(let most): "--lanes takes virtual:N, N from 1 to \(most); with a campaign's folder, virtual"
        case .chipMissing(let chip, let folder):
            "the virtual chip \(chip) is not in \(folder): was it made in a reader? Use --reader"
        case .noCard: "no card is in any of the readers"
        case .sameSerial(let serial): "two cards have the serial \(serial)"
        case .foreign(let reader): "the card in \(reader) is none of this campaign's"
        }
    }
}

extension TestCardListText {
    var english: English {
        switch self {
        case .destructive: " [destructive]"
        case .count(let count): "\(count) checks"
        }
    }
}

extension TestCardMakeText {
    var english: English {
        switch self {
        case .made(let count, let spare): "\(count) test cards; \(spare) set aside for destructive checks"
        }
    }
}

extension TestCardNewText {
    var english: English {
        switch self {
        case .noDialect(let dialect): "the profile has no dialect '\(dialect)'"
        case .begun(let id, let cards, let folder, let digest):
            "campaign \(id): \(cards) invented people in \(folder); SM3 \(digest)"
        }
    }
}

extension TestCardReportText {
    var english: English {
        switch self {
        case .missing(let source): "\(source) is not there"
        case .matches(let number, let digest): "the report is its evidence's: \(number), SM3 \(digest)"
        case .signedBy: "signed by station "
        case .notWhole: "not a whole run: "
        case .noEvidence(let folder, let part):
            "\(folder) has no evidence of the whole suite yet: run it, or name a part, such as \(part)"
        }
    }
}

extension TestCardRunText {
    var english: English {
        switch self {
        case .lanesOrReader: "give --lanes or --reader"
        case .faultWithout: "--fault belongs to --lanes virtual:N"
        case .enduranceForm: "--endurance takes 1 to 1,000,000"
        case .failedForm: "--failed takes a campaign's folder, and neither --only, --case, --fault, --dialect nor --out"
        case .notInHand(let cards):
            .init(
                "not run again, because the cards are not here: \(list: cards)",
                hint: "insert them and run --failed again")
        case .cause(let number, let title, let failed, let notRun, let first):
            "\(number). \(title): \(failed, "check") failed, \(notRun) not run because of it; first \(first)"
        case .moreCauses(let count): "and \(count, "more cause", "more causes")"
        case .staysBlocked(let place): "\(place) is left blocked: it could not be unblocked with its key"
        case .failedBefore(let count):
            "\(count, "result") failed in an earlier run and passed now; the evidence keeps both"
        case .summary(let checks, let cards, let passed, let failed, let notApplicable, let notRun):
            "\(checks) checks on \(cards) card(s): \(passed) passed, \(failed) failed, \(notApplicable) not applicable, \(notRun) not run"
        case .evidence(let station, let path): "evidence: \(path), signed by station \(station)"
        case .failed(let count): "\(count) check(s) failed"
        case .notRun(let count): "\(count) check(s) were not run"
        }
    }
}

extension ShortReportText {
    var english: English {
        switch self {
        case .card(let serial, let verdict, let passed, let failed, let notRun):
            "card \(serial): \(verdict.rawValue); \(passed) passed, \(failed) failed, \(notRun) not run"
        case .failure(let check, let card): "   \(check) (\(card))"
        case .expected(let text): "     expected: \(text)"
        case .got(let text): "     got:      \(text)"
        }
    }
}

extension ExplainText {
    var english: English {
        switch self {
        case .does(let title, let family): "What it does:     \(title) (\(family))"
        case .expected(let text): "A right card:     \(text)"
        case .clause(let clause): "Clause:           \(clause)"
        case .destructive: "Destructive:      it leaves the card unfit for issue; it is done last, on cards set aside"
        case .failure(let text): "A failure means:  \(text)"
        case .commands(let got, let count): "On a right card (\(got)), the last \(count, "exchange"):"
        }
    }
}

extension CompareText {
    var english: English {
        switch self {
        case .profileUnknown: "lines of the profiles are not compared: one of them is not here as it was tested"
        case .subject(let name, let from, let to):
            "\(name): \(from.isEmpty ? "–" : English(verbatim: from)) → \(to.isEmpty ? "–" : English(verbatim: to))"
        case .onlyIn(let side, let check): "only in \(side): \(check)"
        case .redefined(let check): "asks for something else: \(check)"
        case .result(let check, let from, let to, let got):
            "\(check): \(from?.rawValue ?? "-") → \(to?.rawValue ?? "-") (\(got))"
        case .time(let operation, let from, let to): "\(operation): \(from) µs → \(to) µs"
        case .summary(let checks, let results, let times, let subject):
            "\(checks, "check") in both; \(results, "result"), \(times, "time") and \(subject, "line") of subject, environment and profile differ"
        }
    }
}
