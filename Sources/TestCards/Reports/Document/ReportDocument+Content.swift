import Messages

extension ReportDocument {
    /// Bytes of a command or an answer that are shown; the evidence has them all.
    private static let longestBytes = 160
    /// Exchanges of one failure that are shown: its last ones.
    private static let mostExchanges = 12
    /// Failures that are shown with their exchanges.
    private static let mostFailures = 400

    init(_ report: Report, language: Language) {
        let content = ReportContent(report: report, language: language)
        self.init(
            title: content.title, number: report.number, language: language, date: report.evidence.finishedAt,
            blocks: content.summary + content.failures + content.gaps + content.times + content.cards + content.checks
                + content.signing,
            footer: language("report.json SM3 ", "report.json SM3 ") + report.digest)
    }

    private struct ReportContent {
        let report: Report
        let language: Language
        private var evidence: SuiteEvidence { report.evidence }

        var title: String { language("Test report on resident health cards", "居民健康卡测试卡检测报告") }

        // MARK: First page

        var summary: [Block] {
            [
                .title(title, subtitle: language("Report number ", "报告编号 ") + report.number),
                .verdict(report.verdict, title: report.verdict.title(language), text: conclusion),
                .facts([
                    (
                        language("SM3 of report.json", "report.json 的 SM3"),
                        report.digest + "\n"
                            + language(
                                "A release of production cards names this digest. Without a release that names it, this paper allows nothing.",
                                "正式制卡的批准文件应载明此摘要；未载明此摘要的批准文件与本报告无关。")
                    ),
                    (language("Evidence, SM3", "检测证据 SM3"), report.evidenceDigest),
                    (language("Signed by station", "证据签名站点"), station),
                ]),
                .heading(language("Subject", "送检对象")),
                .facts([
                    (language("Manufacturer", "制卡机构"), evidence.maker),
                    (language("Chip", "芯片"), evidence.chip ?? unknown),
                    (language("Product", "卡片产品"), "\(evidence.product) \(evidence.productVersion)"),
                    (language("Dialect", "指令集"), evidence.dialect),
                    (
                        language("Cards", "卡片数量"),
                        language(
                            "\(evidence.cards.count), of which set aside for destructive checks: \(evidence.cards.count(where: \.isSetAside))",
                            "\(evidence.cards.count) 张，其中破坏性检测用 \(evidence.cards.count(where: \.isSetAside)) 张")
                    ),
                    (language("Profile, SM3", "卡片配置 SM3"), evidence.profileDigest),
                ]),
                .heading(language("Campaign", "测试任务")),
                .facts(campaign),
                .heading(language("Equipment", "检测设备")),
                .facts(equipment),
                .heading(language("Coverage", "检测覆盖")),
                .drawing(CoverageChart(report: report, language: language).drawing),
            ]
        }

        private var unknown: String { language("not recorded", "未记录") }

        /// Its name, and its key's fingerprint: what an authority compares with what it has enrolled.
        private var station: String {
            guard let station = evidence.station else {
                return language("UNSIGNED: written by older software", "未签名：由旧版软件生成")
            }
            return station.name + "\n" + language("fingerprint ", "指纹 ") + station.fingerprint
        }

        private var campaign: [(name: String, value: String)] {
            var facts: [(name: String, value: String)] = []
            if let campaign = evidence.campaign {
                let days =
                    campaign.startDate == campaign.endDate
                    ? campaign.startDate : "\(campaign.startDate) – \(campaign.endDate)"
                facts.append((language("Number and days", "编号与日期"), "\(campaign.id), \(days)"))
                if !campaign.stations.isEmpty {
                    facts.append((language("Stations taking part", "参与站点"), campaign.stations.joined(separator: ", ")))
                }
            }
            let digest = evidence.campaignDigest.isEmpty ? language("none", "无") : evidence.campaignDigest
            facts.append((language("Campaign, SM3", "测试任务 SM3"), digest))
            facts.append((language("Tester", "检测人员"), evidence.tester))
            facts.append((language("Time (UTC)", "检测时间（UTC）"), period))
            if let environment = evidence.environment {
                facts.append(
                    (
                        language("Cards produced at", "制卡站点"),
                        language(
                            "\(environment.station), operator \(environment.operatorName), software \(environment.engineVersion)",
                            "\(environment.station)，操作员 \(environment.operatorName)，软件 \(environment.engineVersion)")
                    ))
            }
            return facts
        }

        private var equipment: [(name: String, value: String)] {
            var facts: [(name: String, value: String)] = [(language("Readers", "读卡器"), readers)]
            if let campaign = evidence.campaign, !campaign.equipment.isEmpty {
                facts.append((language("Machines", "设备"), campaign.equipment.joined(separator: ", ")))
            }
            if let service = evidence.equipment?.serviceVersion, !service.isEmpty {
                facts.append((language("PC/SC service", "PC/SC 服务"), service))
            }
            let digest = evidence.softwareDigest.isEmpty ? unknown : evidence.softwareDigest
            let version = evidence.equipment?.engineVersion ?? unknown
            facts.append((language("Test software", "检测软件"), "healthcard \(version)\nSM3 \(digest)"))
            return facts
        }

        private var readers: String {
            guard let readers = evidence.equipment?.readers, !readers.isEmpty else {
                return evidence.reader == "virtual"
                    ? language("virtual (cards in this software)", "虚拟（卡片由软件模拟）") : evidence.reader
            }
            return readers.map { reader in
                let details = [reader.vendor, reader.driverVersion, reader.serialNumber].filter { !$0.isEmpty }
                return reader.name + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
            }.joined(separator: "; ")
        }

        private var period: String {
            let times = [evidence.startedAt, evidence.finishedAt].map { UTCTime($0)?.readable ?? $0 }
            return times[0] + language(" to ", " 至 ") + times[1]
        }

        private var conclusion: String {
            let count = report.checks.count
            let cards = evidence.cards.count
            let part = report.missing.map { language($0.text) }.joined(separator: language("; ", "；"))
            switch report.verdict {
            case .passed:
                return language(
                    "\(count) checks, \(report.checks(.passed)) passed, \(report.checks(.notApplicable)) not applicable; none failed on any of \(cards) card(s).",
                    "共 \(count) 项检测，\(report.checks(.passed)) 项通过，\(report.checks(.notApplicable)) 项不适用；\(cards) 张卡均无不通过项。"
                )
            case .failed:
                return language(
                    "\(report.checks(.failed)) of \(count) checks failed. Each is shown below with what was expected, what came, and the exchange.\(part.isEmpty ? "" : " Not a whole run of the suite: \(part).")",
                    "共 \(count) 项检测，其中 \(report.checks(.failed)) 项不通过。各项的预期、实际结果及指令交互见下文。\(part.isEmpty ? "" : "并非完整检测：\(part)。")"
                )
            case .incomplete where !part.isEmpty:
                return language(
                    "Not a whole run of the suite: \(part). No release may rest on this report.",
                    "并非完整检测：\(part)。不得据此报告批准正式制卡。")
            case .incomplete:
                return language(
                    "Nothing failed, but \(report.gaps.count) of \(count) checks were not run: a release may rest on this report only if it names them.",
                    "无不通过项，但 \(count) 项检测中有 \(report.gaps.count) 项未执行；仅当放行书逐项写明接受时，方可据此批准正式制卡。")
            }
        }

        // MARK: Failures

        var failures: [Block] {
            let failures = report.failures
            guard !failures.isEmpty else { return [] }
            var blocks: [Block] = [.pageBreak, .heading(language("Failures", "不通过项"))]
            let causes = report.causes
            if causes.count < failures.count { blocks.append(table(of: causes)) }
            for (check, result) in causes.flatMap(\.failures).prefix(mostFailures) { blocks += failure(check, result) }
            if failures.count > mostFailures {
                let rest = failures.count - mostFailures
                blocks.append(
                    .paragraph(
                        language(
                            "\(rest) more failures are in report.json.", "另有 \(rest) 个不通过结果，见 report.json。")))
            }
            return blocks
        }

        /// One row for all failures that look alike: many checks take the same step.
        private func table(of causes: [Report.Cause]) -> Block {
            let columns = [
                Column(title: language("Found, and where first", "现象及首见处"), width: 85),
                Column(title: language("Failures", "不通过数"), width: 15, isNumber: true),
            ]
            let rows = causes.map { cause in
                [Cell(cause.first.map { language($0) } ?? ""), Cell(String(cause.failures.count))]
            }
            return .table(columns, rows)
        }

        private func failure(_ check: CheckDescription, _ result: CheckResult) -> [Block] {
            var blocks: [Block] = [
                .subheading(language(check.title), note: check.id),
                .facts([
                    (language("Card", "卡片"), result.card),
                    (language("Clause", "依据"), check.clause),
                    (language("Expected", "预期"), language(result.expectation(of: check))),
                    (language("Got", "实际"), language(result.got)),
                ]),
            ]
            let shown = result.exchanges.suffix(mostExchanges)
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
                        Column(title: language("Command", "指令"), width: 50, isCode: true),
                        Column(title: language("Answer", "响应"), width: 50, isCode: true),
                    ], shown.map { [Cell(shortened($0.command)), Cell(shortened($0.response))] }))
            return blocks
        }

        /// Begins and ends as the bytes do.
        private func shortened(_ text: String) -> String {
            let limit = 2 * longestBytes
            guard text.utf8.count > limit + 24 else { return text }
            return "\(text.prefix(limit - 16)) … (\(text.utf8.count / 2)) … \(text.suffix(16))"
        }

        // MARK: The rest

        var gaps: [Block] {
            guard !report.gaps.isEmpty else { return [] }
            return [
                .heading(language("Not run", "未执行项")),
                .table(
                    [
                        Column(title: language("Check", "检测项目"), width: 60),
                        Column(title: language("Reason", "原因"), width: 40),
                    ],
                    report.gaps.map { gap in
                        let reason = gap.results.first.map { language($0.got) }
                        return [
                            Cell(language(gap.description.title) + "\n" + gap.description.id),
                            Cell(reason ?? language("no result", "无结果")),
                        ]
                    }),
            ]
        }

        var times: [Block] {
            let charts = TimeChart(times: evidence.times, language: language).drawings
            guard !charts.isEmpty else { return [] }
            let rows = evidence.times.compactMap(TimeStatistics.init).map { row in
                let isOver = row.limit.map { row.most > $0 } ?? false
                return [
                    Cell(row.operation), Cell(String(row.count)), Cell(TimeChart.label(row.least)),
                    Cell(TimeChart.label(row.median)), Cell(TimeChart.label(row.percentile95)),
                    Cell(TimeChart.label(row.most), ink: isOver ? .failed : .text),
                    Cell(row.limit.map(TimeChart.label) ?? "–"),
                ]
            }
            var blocks: [Block] = [
                .pageBreak, .heading(language("Times", "操作耗时")),
                .paragraph(
                    language(
                        "Each row is a histogram over a logarithmic axis; the number at its end is the median, a red line the limit where the profile has one.",
                        "每行为一种操作的耗时直方图（对数坐标），行末数字为中位数，红线为卡片配置规定的上限（如有）。")),
            ]
            blocks += charts.map { .drawing($0) }
            blocks.append(
                .table(
                    [
                        Column(title: language("Operation", "操作"), width: 34),
                        Column(title: language("Count", "次数"), width: 9, isNumber: true),
                        Column(title: language("Least", "最短"), width: 11, isNumber: true),
                        Column(title: language("Median", "中位数"), width: 12, isNumber: true),
                        Column(title: "95 %", width: 11, isNumber: true),
                        Column(title: language("Most", "最长"), width: 12, isNumber: true),
                        Column(title: language("Limit", "上限"), width: 11, isNumber: true),
                    ], rows))
            return blocks
        }

        var cards: [Block] {
            [
                .heading(language("Cards", "受检卡片")),
                .table(
                    [
                        Column(title: language("Chip serial", "芯片序列号"), width: 26, isCode: true),
                        Column(title: language("Answer to reset", "复位应答"), width: 54, isCode: true),
                        Column(title: language("Use", "用途"), width: 20),
                    ],
                    evidence.cards.map { card in
                        [
                            Cell(card.serial), Cell(card.answerToReset),
                            Cell(
                                card.isSetAside
                                    ? language("set aside: destructive checks", "破坏性检测")
                                    : language("all other checks", "常规检测")),
                        ]
                    }),
            ]
        }

        var checks: [Block] {
            var blocks: [Block] = [.pageBreak, .heading(language("All checks", "全部检测项目"))]
            for family in report.families {
                let summaries = report.checks.filter { $0.description.family == family }
                let passed = summaries.count { $0.verdict == .passed }
                blocks.append(
                    .subheading(
                        family.title(language),
                        note: language(
                            "\(summaries.count) checks, \(passed) passed", "\(summaries.count) 项，通过 \(passed) 项")))
                blocks.append(
                    .table(
                        [
                            Column(title: language("Check", "检测项目"), width: 58),
                            Column(title: language("Clause", "依据"), width: 24),
                            Column(title: language("Verdict", "结论"), width: 18),
                        ], summaries.map(row)))
            }
            return blocks
        }

        private func row(_ summary: CheckSummary) -> [Cell] {
            let check = summary.description
            let verdict = summary.verdict ?? .notRun
            let mark = check.isDestructive ? language(" (destructive)", "（破坏性）") : ""
            let cards = summary.results.count { $0.verdict == verdict }
            return [
                Cell(language(check.title) + mark + "\n" + check.id), Cell(check.clause),
                Cell(
                    verdict.title(language)
                        + (summary.results.count > 1 ? " \(cards)/\(summary.results.count)" : ""),
                    ink: verdict == .failed ? .failed : verdict == .passed ? .text : .faint),
            ]
        }

        var signing: [Block] {
            [
                .heading(language("Signatures", "签署")),
                .paragraph(
                    language(
                        "Production cards need a release that names the SM3 digest of report.json, \(report.digest) (healthcard release grant).",
                        "正式制卡须另行签发批准文件，其中载明 report.json 的 SM3 摘要 \(report.digest)（healthcard release grant）。")),
                .signatures([
                    language("Tester", "检测人员"), language("Reviewer", "审核"), language("Approved by", "批准"),
                    language("Date", "日期"),
                ]),
            ]
        }
    }
}
