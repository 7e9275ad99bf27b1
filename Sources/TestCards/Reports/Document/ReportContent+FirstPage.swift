import Messages

/// What somebody who has one minute reads: verdict, what was tested, which cards failed and why, what is missing, and where
/// to sign.
extension ReportContent {
    /// Cards and causes that are shown there; the rest is behind.
    private static let mostCards = 5
    private static let mostCauses = 4

    var firstPage: [ReportDocument.Block] {
        [
            .title(title, subtitle: language("Report number ", "报告编号 ") + report.number),
            .verdict(report.verdict, title: report.verdict.title(language), text: conclusion),
            .heading(language("What was tested", "送检对象")), .facts(subject),
        ] + cardVerdicts + firstCauses + open
    }

    private var subject: [(name: String, value: String)] {
        [
            (language("Manufacturer", "制卡机构"), known(evidence.maker)),
            (
                language("Product, chip", "产品、芯片"),
                "\(known("\(evidence.product) \(evidence.productVersion)")), \(known(evidence.chip ?? "-")), \(evidence.dialect)"
            ),
        ] + campaign + [
            (language("Signed by station", "证据签名站点"), station),
            (
                language("SM3 of report.json", "report.json 的 SM3"),
                report.digest + "\n"
                    + language(
                        "A release of production cards names this digest. Without a release that names it, this paper allows nothing.",
                        "正式制卡的放行书应载明此摘要；未载明此摘要的放行书与本报告无关。")
            ),
            (language("Evidence, SM3", "检测证据 SM3"), report.evidenceDigest),
        ]
    }

    /// Outside of a campaign nobody says it: it is a hyphen then.
    private func known(_ text: String) -> String { text.allSatisfy { "- ".contains($0) } ? unknown : text }

    // MARK: Cards

    private var cardVerdicts: [ReportDocument.Block] {
        let all = report.cards
        // Those that failed are read first.
        let shown = (all.filter { $0.verdict == .failed } + all.filter { $0.verdict != .failed }).prefix(Self.mostCards)
        let causes = report.causes
        var blocks: [ReportDocument.Block] = [
            .heading(language("Cards", "受检卡片")),
            .table(
                [
                    ReportDocument.Column(title: language("Chip serial", "芯片序列号"), width: 24, isCode: true),
                    ReportDocument.Column(title: language("Verdict", "结论"), width: 16),
                    ReportDocument.Column(title: language("Why", "说明"), width: 60),
                ], shown.map { row($0, causes) }),
        ]
        if all.count > shown.count {
            let rest = all.count - shown.count
            let failed = all.count { $0.verdict == .failed } - shown.count { $0.verdict == .failed }
            blocks.append(
                .paragraph(
                    language(
                        "\(rest) more cards, \(failed) of them failed, are listed behind.",
                        "另有 \(rest) 张卡（其中不合格 \(failed) 张），见后。")))
        }
        return blocks
    }

    private func row(_ card: CardSummary, _ causes: [ReportCause]) -> [ReportDocument.Cell] {
        let title = card.verdict.word(language)
        let ink: Drawing.Ink = card.verdict == .failed ? .failed : .text
        return [
            ReportDocument.Cell(card.card.serial), ReportDocument.Cell(title, ink: ink),
            ReportDocument.Cell(why(card, causes)),
        ]
    }

    private func why(_ card: CardSummary, _ causes: [ReportCause]) -> String {
        let use = card.card.isSetAside ? language("; destructive checks included", "；含破坏性检测") : ""
        let counts = language(
            "\(card.passed) passed, \(card.failed) failed, \(card.notRun) not run, \(card.notApplicable) not applicable\(use)",
            "通过 \(card.passed) 项，不通过 \(card.failed) 项，未执行 \(card.notRun) 项，不适用 \(card.notApplicable) 项\(use)")
        let own = causes.filter { cause in cause.failures.contains { $0.result.card == card.card.serial } }
        guard !own.isEmpty else { return counts }
        let titles = own.prefix(3).map { language($0.title) }.joined(separator: language("; ", "；"))
        let rest = own.count > 3 ? language("; and \(own.count - 3) more causes", "；另有 \(own.count - 3) 个原因") : ""
        return titles + rest + "\n" + counts
    }

    // MARK: Causes

    private var firstCauses: [ReportDocument.Block] {
        let causes = report.causes
        guard !causes.isEmpty else { return [] }
        let shown = causes.prefix(Self.mostCauses)
        var blocks: [ReportDocument.Block] = [
            .heading(language("First causes", "根本原因")), causeTable(Array(shown)),
        ]
        if causes.count > shown.count {
            blocks.append(
                .paragraph(
                    language(
                        "\(causes.count - shown.count) more causes are described behind.",
                        "另有 \(causes.count - shown.count) 个原因，见后。")))
        }
        return blocks
    }

    func causeTable(_ causes: [ReportCause]) -> ReportDocument.Block {
        .table(
            [
                ReportDocument.Column(title: language("Cause", "原因"), width: 64),
                ReportDocument.Column(title: language("Failed", "不通过"), width: 12, isNumber: true),
                ReportDocument.Column(title: language("Not run", "未执行"), width: 12, isNumber: true),
                ReportDocument.Column(title: language("Cards", "卡数"), width: 12, isNumber: true),
            ],
            causes.map { cause in
                [
                    ReportDocument.Cell(language(cause.title) + "\n" + language(cause.kind.meaning)),
                    ReportDocument.Cell(String(cause.checks.count)),
                    ReportDocument.Cell(String(cause.followerChecks.count)),
                    ReportDocument.Cell(String(cause.cards.count)),
                ]
            })
    }

    // MARK: What is open

    /// Gaps that whoever releases has to accept, and what failed before.
    private var open: [ReportDocument.Block] {
        var facts: [(name: String, value: String)] = []
        for gap in gapReasons.prefix(3) {
            facts.append((language("Not run: \(gap.count)", "未执行 \(gap.count) 项"), gap.names + "\n" + gap.reason))
        }
        let cured = report.cured
        if !cured.isEmpty {
            facts.append(
                (
                    language("Failed before: \(cured.count)", "曾不通过 \(cured.count) 项"),
                    language(
                        "failed in an earlier run and passed when run again; both results are listed behind",
                        "先前检测不通过，补做通过；两次结果均列于后")
                ))
        }
        guard !facts.isEmpty else { return [] }
        return [.heading(language("To be accepted by name", "须逐项写明接受")), .facts(facts)]
    }

    /// Checks that were not run, by their reasons; the names as a release takes them (`--accept-not-run`).
    private var gapReasons: [(reason: String, names: String, count: Int)] {
        var order: [String] = []
        var groups: [String: [String]] = [:]
        for gap in report.gaps where gap.results.allSatisfy({ $0.cause == nil }) {
            let reason = gap.results.first.map { language($0.got) } ?? language("no result", "无结果")
            if groups[reason] == nil { order.append(reason) }
            groups[reason, default: []].append(gap.description.id)
        }
        return order.map { reason in
            let ids = groups[reason] ?? []
            var seen: Set<String> = []
            let names = ids.compactMap { $0.split(separator: ".").last.map(String.init) }
                .filter { seen.insert($0).inserted }
            return (reason, names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " …" : ""), ids.count)
        }
    }

    // MARK: In words

    private var conclusion: String {
        let count = report.checks.count
        let cards = evidence.cards.count
        let part = report.missing.map { language($0.text) }.joined(separator: language("; ", "；"))
        switch report.verdict {
        case .passed:
            return language(
                "\(count) checks on \(cards) card(s): \(report.checks(.passed)) passed, \(report.checks(.notApplicable)) not applicable, none failed.\(before)",
                "\(cards) 张卡，共 \(count) 项检测：\(report.checks(.passed)) 项通过，\(report.checks(.notApplicable)) 项不适用，无不通过项。\(before)"
            )
        case .failed:
            let causes = report.causes.count
            let failed = report.cards.count { $0.failed > 0 }
            return language(
                "\(failed) of \(cards) card(s) failed, by \(causes) cause(s): \(report.checks(.failed)) of \(count) checks. No release may rest on this report.\(part.isEmpty ? "" : " Not a whole run of the suite: \(part).")\(before)",
                "\(cards) 张卡中 \(failed) 张不合格，原因 \(causes) 个，涉及 \(count) 项检测中的 \(report.checks(.failed)) 项。不得据此报告放行。\(part.isEmpty ? "" : "并非完整检测：\(part)。")\(before)"
            )
        case .incomplete where !part.isEmpty:
            return language(
                "Not a whole run of the suite: \(part). No release may rest on this report.",
                "并非完整检测：\(part)。不得据此报告放行。")
        case .incomplete:
            return language(
                "Nothing failed, but \(report.gaps.count) of \(count) checks were not run: a release may rest on this report only if it names them.\(before)",
                "无不通过项，但 \(count) 项检测中有 \(report.gaps.count) 项未执行；仅当放行书逐项写明接受时，方可据此放行。\(before)")
        }
    }

    /// What failed once is never left out.
    private var before: String {
        let count = report.cured.count
        return count == 0
            ? ""
            : language(
                " \(count) result(s) failed in an earlier run.", "另有 \(count) 项结果在先前检测中不通过。")
    }

    var signing: [ReportDocument.Block] {
        [
            .heading(language("Signatures", "签署")),
            .signatures([
                language("Tester", "检测人员"), language("Reviewer", "审核"), language("Approved by", "批准"),
                language("Date", "日期"),
            ]),
        ]
    }
}

extension ReportVerdict {
    /// Of a card, in a sentence.
    fileprivate func word(_ language: Language) -> String {
        switch self {
        case .passed: language("passed", "合格")
        case .failed: language("FAILED", "不合格")
        case .incomplete: language("incomplete", "不完整")
        }
    }
}
