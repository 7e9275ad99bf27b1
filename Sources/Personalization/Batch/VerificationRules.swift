import CardProfiles

/// What the replies say against an applicant (`Docs/card.md §5.2`, `Docs/batch.md`).
struct VerificationRules {
    let profile: CardProfile
    let replies: ReplyIndex

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
                    row.refuse(
                        .notVerified, profile.application.idNumber.item, "is in no reply of the \(verifier)",
                        remedy: "leave the applicant to a later batch")
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
        let form = profile.item(profile.application.name).flatMap { profile.form(of: $0) }
        let separators = form?.separators ?? ""
        let place = "\(replies.file(of: entry)) record \(entry.number)"
        let column = profile.application.name.item
        switch NameComparison(reply: entry.name, name: name, separators: separators) {
        case .same: return
        case .separator:
            row.refuse(
                .nameDiffers, column,
                "is the name in \(place) but for the dot between its parts, which is another character there",
                remedy: "have the \(entry.verifier) write '\(separators.first ?? "·")' (U+00B7) as the card does")
        case .spelling:
            row.refuse(
                .nameDiffers, column,
                "is the name in \(place) but for blanks, or for characters that look the same and have other codes",
                remedy: "write it as the \(entry.verifier) does, or have the \(entry.verifier) look again")
        case .different:
            row.refuse(
                .nameDiffers, column, "is not the name in \(place)",
                remedy: "have the \(entry.verifier) look again")
        }
    }

    private func refuse(_ entry: ReplyIndex.Entry, _ name: String, _ row: inout CheckedRow) {
        let column = profile.application.idNumber.item
        let place = "\(replies.file(of: entry)) record \(entry.number)"
        if entry.verifier == .bank {
            let reason = entry.reason.map { ": \(Self.withoutData($0, name: name))" } ?? ""
            row.refuse(
                .bankException, column, "is refused by the bank in \(place)\(reason)",
                remedy: "settle it with the bank, or set the row aside")
            return
        }
        switch entry.exceptionCode {
        case "60":
            row.refuse(
                .policeNoSuchNumber, column, "is a number the police does not know (YCDM 60 in \(place))",
                remedy: "have the applicant bring the identity card, or set the row aside")
        case "61":
            row.refuse(
                .policeNameDiffers, profile.application.name.item,
                "is not the name the police has for the number (YCDM 61 in \(place))",
                remedy: "correct the name or the number, or set the row aside")
        default:
            // What the code says is not known, so it is shown; a code is short.
            let code = (entry.exceptionCode ?? "none").prefix(4)
            row.refuse(
                .policeException, column, "is an exception (YCDM \(code)) in \(place)",
                remedy: "settle it with the police, or set the row aside")
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
