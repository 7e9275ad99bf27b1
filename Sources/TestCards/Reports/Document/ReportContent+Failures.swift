import Messages

/// What failed, by its first cause: what it means, one failure in full, the others by name.
extension ReportContent {
    /// Causes that are shown; there are more only where nothing is right.
    private static let mostCauses = 60

    var failures: [ReportDocument.Block] {
        let causes = report.causes
        guard !causes.isEmpty else { return [] }
        var blocks: [ReportDocument.Block] = [
            .pageBreak, .heading(language("Failures by cause", "不通过项（按原因）")),
        ]
        for (index, cause) in causes.prefix(Self.mostCauses).enumerated() { blocks += describe(cause, index + 1) }
        if causes.count > Self.mostCauses {
            let rest = causes.count - Self.mostCauses
            blocks.append(
                .paragraph(language("\(rest) more causes are in report.json.", "另有 \(rest) 个原因，见 report.json。")))
        }
        return blocks
    }

    private func describe(_ cause: ReportCause, _ number: Int) -> [ReportDocument.Block] {
        let (failed, notRun) = (cause.checks.count, cause.followerChecks.count)
        var blocks: [ReportDocument.Block] = [
            .subheading(
                "\(number). \(language(cause.title))",
                note: language(
                    "\(failed) checks failed, \(notRun) not run because of it, on \(cause.cards.count) card(s)",
                    "\(failed) 项不通过，\(notRun) 项因此未执行，涉及 \(cause.cards.count) 张卡")),
            .paragraph(language(cause.kind.meaning)),
        ]
        if let first = cause.failures.first { blocks += failure(first.check, first.result) }
        return blocks + others(cause) + followers(cause)
    }

    private func failure(_ check: CheckDescription, _ result: CheckResult) -> [ReportDocument.Block] {
        var facts = [
            (language("First found by", "首见于"), language(check.title) + "\n" + check.id),
            (language("Card", "卡片"), result.card),
            (language("Expected", "预期"), language(result.expectation(of: check))),
            (language("Got", "实际"), language(result.got)),
        ]
        for recovery in result.recovery ?? [] {
            facts.append((language("Left on the card", "对卡片的影响"), language(recovery.text)))
        }
        var blocks: [ReportDocument.Block] = [.facts(facts)]
        let shown = result.exchanges.suffix(Self.mostExchanges)
        guard !shown.isEmpty else { return blocks }
        let skipped = result.exchanges.count - shown.count
        if skipped > 0 {
            blocks.append(
                .paragraph(
                    language(
                        "The last \(shown.count) exchanges; \(skipped) before them are in evidence.json.",
                        "以下为最后 \(shown.count) 次交互，此前 \(skipped) 次见 evidence.json。")))
        }
        blocks.append(
            .table(
                [
                    ReportDocument.Column(title: language("Command", "指令"), width: 50, isCode: true),
                    ReportDocument.Column(title: language("Answer", "响应"), width: 50, isCode: true),
                ],
                shown.map {
                    [ReportDocument.Cell(shortened($0.command)), ReportDocument.Cell(shortened($0.response))]
                }))
        return blocks
    }

    /// The other failures of the cause, in a row each: the exchange of the first shows what they have in common.
    private func others(_ cause: ReportCause) -> [ReportDocument.Block] {
        let others = cause.failures.dropFirst()
        guard !others.isEmpty else { return [] }
        var blocks: [ReportDocument.Block] = [
            .table(
                [
                    ReportDocument.Column(title: language("The same in", "同样见于"), width: 46),
                    ReportDocument.Column(title: language("Card", "卡片"), width: 20, isCode: true),
                    ReportDocument.Column(title: language("Got", "实际"), width: 34),
                ],
                others.prefix(Self.mostRows).map { check, result in
                    let left = (result.recovery ?? []).map { language($0.text) }
                    return [
                        ReportDocument.Cell(language(check.title) + "\n" + check.id), ReportDocument.Cell(result.card),
                        ReportDocument.Cell(([language(result.got)] + left).joined(separator: "\n")),
                    ]
                })
        ]
        if others.count > Self.mostRows {
            let rest = others.count - Self.mostRows
            blocks.append(
                .paragraph(
                    language("\(rest) more failures are in report.json.", "另有 \(rest) 个不通过结果，见 report.json。")))
        }
        return blocks
    }

    private func followers(_ cause: ReportCause) -> [ReportDocument.Block] {
        let names = cause.followerChecks
        guard !names.isEmpty else { return [] }
        let shown = names.prefix(6).joined(separator: ", ")
        let rest = names.count > 6 ? " …" : ""
        return [
            .paragraph(
                language(
                    "Not run because of it, and to be run again once it is cured (testcards run --failed): \(names.count) checks: \(shown)\(rest)",
                    "因此未执行、修正后须补做（testcards run --failed）：\(names.count) 项：\(shown)\(rest)"))
        ]
    }

    /// Begins and ends as the bytes do.
    private func shortened(_ text: String) -> String {
        let limit = 2 * Self.longestBytes
        guard text.utf8.count > limit + 24 else { return text }
        return "\(text.prefix(limit - 16)) … (\(text.utf8.count / 2)) … \(text.suffix(16))"
    }
}
