import CardProfiles

/// What the replies say against an applicant (`Docs/card.md §5.2`, `Docs/batch.md`).
struct VerificationRules {
    let profile: CardProfile
    let replies: ReplyIndex
    /// Between the parts of a name, the right one first.
    private let separators: String

    init(profile: CardProfile, replies: ReplyIndex) {
        self.profile = profile
        self.replies = replies
        let form = profile.item(profile.application.name).flatMap { profile.form(of: $0) }
        separators = form?.separators ?? ""
    }

    /// Characters of a bank's reason that are repeated.
    private static let longestReason = 80

    func check(_ entries: [ReplyIndex.Entry], name: String, _ row: inout CheckedRow) {
        let noPhoto = profile.application.noPhotoReply
        let exceptions = entries.filter(\.isException)
        let matches = entries.filter { !$0.isException }
        // Of whom the police has no picture it may say so in either file.
        let standing = exceptions.filter { $0.verifier == .bank || $0.exceptionCode != noPhoto }
        for exception in standing { refuse(exception, name, &row) }
        for verifier in replies.verifiers {
            if let match = matches.first(where: { $0.verifier == verifier }) {
                check(match, name, &row)
            } else if standing.isEmpty {
                // Who is an exception of one verifier was not sent to the other: one reason is enough.
                guard let noPicture = exceptions.first(where: { $0.verifier == verifier }) else {
                    row.refuse(.verification(.inNoReply(verifier)), profile.application.idNumber.item)
                    continue
                }
                if !noPicture.name.isEmpty { checkName(noPicture, name, &row) }
            }
        }
    }

    private func check(_ match: ReplyIndex.Entry, _ name: String, _ row: inout CheckedRow) {
        checkName(match, name, &row)
        if let code = match.exceptionCode, code != profile.application.noPhotoReply {
            refuse(match, name, &row)
        }
    }

    private func checkName(_ entry: ReplyIndex.Entry, _ name: String, _ row: inout CheckedRow) {
        let comparison = NameComparison(reply: entry.name, name: name, separators: separators)
        if case .same = comparison { return }
        let place = place(of: entry)
        let finding: VerificationFinding
        switch comparison {
        case .same: return
        case .separator: finding = .dot(place, entry.verifier, right: separators.first ?? "·")
        case .spelling: finding = .spelling(place, entry.verifier)
        case .different: finding = .otherName(place, entry.verifier)
        }
        row.refuse(.verification(finding), profile.application.name.item)
    }

    private func place(of entry: ReplyIndex.Entry) -> RecordPlace {
        RecordPlace(file: replies.file(of: entry), record: entry.number)
    }

    private func refuse(_ entry: ReplyIndex.Entry, _ name: String, _ row: inout CheckedRow) {
        let column = profile.application.idNumber.item
        let place = place(of: entry)
        guard entry.verifier == .police else {
            let reason = entry.reason.map { Self.withoutData($0, name: name) }
            return row.refuse(.verification(.refusedByBank(place, reason: reason)), column)
        }
        switch entry.exceptionCode {
        case "60": row.refuse(.verification(.noSuchNumber(place)), column)
        case "61": row.refuse(.verification(.otherPoliceName(place)), profile.application.name.item)
        // What the code says is not known, so it is shown; a code is short.
        case let code:
            row.refuse(.verification(.policeException(place, code: code.map { String($0.prefix(4)) })), column)
        }
    }

    /// A sentence of a bank without what might be somebody's name, number or telephone.
    static func withoutData(_ text: String, name: String) -> String {
        var result = ""
        var digits = ""
        func closed(_ digits: String) -> String { digits.unicodeScalars.count >= 6 ? "…" : digits }
        let plain = name.isEmpty ? text : text.replacing(name, with: "…")
        for scalar in plain.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            if scalar.properties.numericType != nil,
                scalar.properties.numericType == .decimal
                    || !digits.isEmpty && (scalar == "X" || scalar == "x") || scalar == "-" && !digits.isEmpty
            {
                digits.unicodeScalars.append(scalar)
            } else {
                result += closed(digits)
                digits = ""
                result.unicodeScalars.append(scalar)
            }
        }
        result += closed(digits)
        return result.count > longestReason ? String(result.prefix(longestReason)) + "…" : result
    }
}
