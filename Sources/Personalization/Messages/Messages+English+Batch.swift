import Files
import Messages

extension CorrectIt {
    var english: English { "correct it" }
}

extension BatchError {
    /// A line for each problem.
    public var english: English { English(verbatim: problems.map { $0.text(in: .english) }.joined(separator: "\n")) }
}

extension BatchProblem.Place: Message {
    public var english: English {
        switch self {
        case .file(let name): "\(name)"
        case .row(let number): "\(Batch.applicationsFile) row \(number)"
        case .record(let file, let number): "\(file) record \(number)"
        case .temporaryFolder: "temporary folder"
        }
    }
}

extension SetAsideReason {
    public var english: English {
        problems.isEmpty
            ? "left out by the operator; nothing is wrong with the row" : "\(clauses: problems.map(NamedFinding.init))"
    }
}

extension NamedFinding {
    var english: English { item.map { "\($0) \(finding)" } ?? "\(finding)" }
}

extension FileFinding {
    public var english: English {
        switch self {
        case .noManifest(let problem):
            .init("cannot be read: \(problem)", hint: "name the folder that holds the batch")
        case .unreadable(let problem): .init("cannot be read: \(problem)", hintOf: problem)
        case .namedOtherwise(let names):
            .init(
                "is not there; there is \(list: names)", hint: "give the right one the documented name")
        case .otherOfAlmostTheName(let names):
            .init(
                "lies beside \(list: names), which holds something else", hint: "keep the one that is meant")
        case .linkToNothing: .init("is a link to a file that is not there", hint: "put the file itself there")
        case .photoFolders(let names):
            .init("is one of several folders of photos: \(list: names)", hint: "put all photos into one of them")
        case .noMemory: .init("needs more memory than there is", hint: "free some")
        case .empty: .init("is empty", hint: "ask the sender for the file again")
        case .changed:
            .init(
                "is not what was checked: the row or its photo has changed since", hint: "check the batch again")
        case .noRoomForNotes(let code):
            .init(
                """
                has no room for the notes a check makes (\(code.map { "SQLite error \($0)" } ?? "no database" as English))
                """, hint: "free some space or name another folder in SQLITE_TMPDIR")
        case .tooDeep(let limit):
            .init("folders deeper than \(limit) are not searched", hint: "take this folder out of the batch")
        case .batchNotListed: .init("the batch folder cannot be listed", hint: Self.unseen)
        case .folderNotListed: .init("the folder cannot be listed", hint: Self.unseen)
        case .tooManyEntries(let limit):
            .init(
                "the batch folder holds more than \(limit) files and folders", hint: "keep nothing but the batch in it")
        case .tooManyFiles(let limit):
            .init(
                "holds more than \(limit) other files; the rest were not examined",
                hint: "keep nothing but the batch in its folder")
        case .nameNotUTF8:
            .init(
                "has a name that is not UTF-8 and was not opened",
                hint: "rename it, or take it out of the batch folder")
        case .notExamined(let code): .init("cannot be examined: \(SystemReason(code))", hint: Self.right)
        case .brokenLink(let code):
            .init("is a link whose target cannot be examined: \(SystemReason(code))", hint: Self.right)
        case .otherUnreadable(let problem): .init("\(problem)", hint: Self.right)
        case .mayBeReply(let likeness):
            .init(
                "\(likeness)",
                hint: """
                    put replies into the batch folder itself, unpacked and under their own names \
                    (XZY_HKXX_, XZY_HKYH_ or YCH_YCXX_ and the packet number, .XML), and take this out of the folder
                    """)
        }
    }

    private static let unseen: English =
        "give this user the right to read it; replies and exceptions in it are not seen otherwise"
    private static let right: English = "give this user the right to read it, or take it out of the batch folder"
}

extension ReplyLikeness {
    public var english: English {
        switch self {
        case .nearName: "has almost the name of a reply and was not read"
        case .namedSo: "is named like a reply and was not read"
        case .linkToFolder: "is a link to a folder, which was not searched"
        case .archiveOrWorkbook: "is an archive or a workbook, which was not opened"
        case .archive: "is an archive, which was not opened"
        case .workbookOrDocument: "is a workbook or a document, which was not opened"
        case .containsReply: "contains a reply and was not read"
        case .xml: "is XML and was not read as a reply"
        }
    }
}

extension ManifestFinding {
    public var english: English {
        switch self {
        case .tooLong(let limit): .init("has more than \(limit) bytes", hint: Self.again)
        case .notAnObject: .init("is JSON, but not an object", hint: Self.again)
        case .notJSON(let reason): .init("is not JSON: \(reason)", hint: Self.again)
        case .keyMissing: .init("is missing", hint: "add it")
        case .keyUnknown: .init("is not a known key", hint: "remove it or correct the spelling")
        case .blank: "is not a text of at least one character"
        case .text(let problem): problem.english
        case .notDigits: "holds something other than digits"
        case .notADate: "is not a date of the form YYYY-MM-DD"
        case .notOneOf(let choices): "is not \(English(choices: choices.map { "\"\($0)\"" }))"
        case .notObjects: "is not an array of objects"
        case .validUntilBeforeIssue: .init("is not after issueDate", hint: "correct either date")
        case .authorityTwice: .init("names the same authority a second time", hint: "keep one approval of each")
        case .approvalAfterIssue: .init("is after the day of issue", hint: "correct the one that is wrong")
        case .approvalMissing(let authority):
            .init(
                "lack that of \"\(authority)\", which a formal batch needs",
                hint: "have the batch approved before it is sent")
        case .approvalUnknown(let known): "is not \(English(choices: known))"
        case .value(let problem): problem.english
        case .profileIsAFile: "names a file, not a profile"
        case .profileUnusable(let reason): "names a profile that cannot be used (\(reason))"
        case .unknownField: .init("is asked for by the profile", hint: "correct the profile")
        }
    }

    private static let again: English = "ask the sender for the file again"
}

extension TableFinding {
    public var english: English {
        switch self {
        case .columnUnknown: .init("is not a known column", hint: "remove it or correct the spelling")
        case .columnRepeated: .init("is a column twice", hint: "remove one of the two")
        case .columnMissing: .init("is a column every card needs", hint: "add it")
        case .valueWithoutColumn: .init("has a value under no column name", hint: "name the column or empty it")
        case .fieldCount(let count, let header):
            .init("has \(count, "field"), the header has \(header)", hint: "quote fields that hold commas")
        case .form(let form): form.english
        case .quote:
            .init(
                "has a quote where none may stand, or one that never ends", hint: "double quotes inside quotes")
        case .notUTF8: .init("is not UTF-8", hint: "save the file as \"CSV UTF-8\"")
        case .emptyLines(let limit):
            .init("is the end of more than \(limit) empty lines in a row", hint: "remove them")
        case .fieldTooLong(let limit):
            .init("is longer than \(limit) bytes", hint: "look for a quote that never ends")
        case .roundedColumn(let numbers):
            .init(
                "was made numbers of fewer digits: the last digits of all \(numbers) values were rounded",
                hint: "make the file again from its source, with every column as text")
        case .spreadsheet(let values, let columns, let hasMore):
            .init(
                """
                went through a spreadsheet that took texts for numbers: \
                \(values) value(s) in \(list: columns)\(hasMore ? " …" : "")
                """,
                hint: """
                    make the file again from its source; to look into it, import every column as text \
                    (Docs/batch.md, Spreadsheets)
                    """)
        }
    }
}

extension ChoiceFinding {
    public var english: English {
        switch self {
        case .notARow: .init("is neither a row nor an identity number", hint: "write the row \(Self.counted)")
        case .noSuchRow(let row):
            .init("has no row \(row) that could be set aside", hint: "name a row \(Self.counted)")
        case .noSuchApplicant(let line):
            .init("has no row of the applicant on line \(line) of the list to set aside", hint: "correct the list")
        case .notARowAndReason:
            .init("is not a row and a reason", hint: "write `row,reason`; the header is row 1")
        case .numberForRow:
            .init("has an identity number where the row belongs", hint: "write `row,reason`; the header is row 1")
        case .rowTwice(let row): .init("names row \(row) again", hint: "name each row once")
        case .reason(let problem): problem.english
        case .notInBatch: .init("has no sound row with the number asked for", hint: "check the number")
        }
    }

    private static let counted: English = "as an editor counts lines; the header is row 1"
}

extension ReplacementReasonProblem {
    public var english: English {
        let limit = ReplacementList.longestReason
        let hint: English = "write 1 to \(limit) bytes of text"
        return switch self {
        case .blank: .init("has no reason", hint: hint)
        case .tooLong(let limit): .init("has a reason of more than \(limit) bytes", hint: hint)
        case .idNumber:
            .init("has an id number in its reason, which lists and messages show", hint: "leave the number out")
        case .damaged: .init("has a reason that a spreadsheet has damaged", hint: hint)
        case .text(let problem): .init("\(problem), in its reason", hint: hint)
        }
    }
}

extension English {
    /// `a or b`.
    init(choices: [String]) { self.init(verbatim: choices.joined(separator: " or ")) }
}
