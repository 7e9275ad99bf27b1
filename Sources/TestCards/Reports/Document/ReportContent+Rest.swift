import CardProfiles
import Messages

/// What a tester looks up: what was not run, what was run again, equipment, coverage, times, cards, every check.
extension ReportContent {
    // MARK: Run again

    /// Both results of what failed and was done again: nothing that was found is hidden by what came later.
    var repeated: [ReportDocument.Block] {
        let repeated = report.evidence.repeated
        guard !repeated.isEmpty else { return [] }
        let rows = repeated.prefix(Self.mostRows).map { repeated in
            let first = repeated.earlier.first ?? repeated.last
            return [
                ReportDocument.Cell(
                    title(of: repeated.last.check) + "\n" + repeated.last.check + "\n" + repeated.last.card),
                ReportDocument.Cell(
                    first.verdict.title(language) + "\n" + language(first.got),
                    ink: first.verdict == .failed ? .failed : .text),
                ReportDocument.Cell(
                    repeated.last.verdict.title(language) + "\n" + language(repeated.last.got),
                    ink: repeated.last.verdict == .failed ? .failed : .text),
            ]
        }
        return [
            .heading(language("Run again", "补做的项目")),
            .paragraph(
                language(
                    "The last result counts. All results are in report.json.", "以最后一次结果为准，各次结果均在 report.json 中。")),
            .table(
                [
                    ReportDocument.Column(title: language("Run", "次序"), width: 14),
                    ReportDocument.Column(title: language("Time (Beijing)", "时间（北京）"), width: 42),
                    ReportDocument.Column(title: language("Tester", "检测人员"), width: 18),
                    ReportDocument.Column(title: language("Checks", "项目数"), width: 26),
                ], runs),
            .table(
                [
                    ReportDocument.Column(title: language("Check and card", "检测项目与卡片"), width: 44),
                    ReportDocument.Column(title: language("First", "首次"), width: 28),
                    ReportDocument.Column(title: language("Last", "最后一次"), width: 28),
                ], Array(rows)),
        ] + more(repeated.count)
    }

    private var runs: [[ReportDocument.Cell]] {
        (evidence.runs ?? []).enumerated().map { index, run in
            [
                ReportDocument.Cell(String(index + 1)),
                ReportDocument.Cell(period(run.startedAt, run.finishedAt)), ReportDocument.Cell(run.tester),
                ReportDocument.Cell(run.cases.isEmpty ? language("the whole suite", "全套") : String(run.cases.count)),
            ]
        }
    }

    private func title(of check: String) -> String {
        report.checks.first { $0.description.id == check }.map { language($0.description.title) } ?? check
    }

    private func more(_ count: Int) -> [ReportDocument.Block] {
        guard count > Self.mostRows else { return [] }
        let rest = count - Self.mostRows
        return [.paragraph(language("\(rest) more are in report.json.", "另有 \(rest) 项，见 report.json。"))]
    }

    // MARK: Not run

    var gaps: [ReportDocument.Block] {
        guard !report.gaps.isEmpty else { return [] }
        return [
            .heading(language("Not run", "未执行项")),
            .table(
                [
                    ReportDocument.Column(title: language("Check", "检测项目"), width: 60),
                    ReportDocument.Column(title: language("Reason", "原因"), width: 40),
                ],
                report.gaps.prefix(Self.mostRows).map { gap in
                    let reason = gap.results.first.map { language($0.got) }
                    return [
                        ReportDocument.Cell(language(gap.description.title) + "\n" + gap.description.id),
                        ReportDocument.Cell(reason ?? language("no result", "无结果")),
                    ]
                }),
        ] + more(report.gaps.count)
    }

    // MARK: Equipment and coverage

    var surroundings: [ReportDocument.Block] {
        [
            .heading(language("Equipment", "检测设备")), .facts(equipment),
            .heading(language("Coverage", "检测覆盖")),
            .drawing(CoverageChart(report: report, language: language).drawing),
        ] + estimate
    }

    private var estimate: [ReportDocument.Block] {
        guard let estimate = report.estimate else { return [] }
        return [
            .heading(language("Time on a real card", "实体卡耗时估计")),
            .paragraph(
                language(
                    "Estimated for one card from \(estimate.commands) commands, \(estimate.bytes) bytes and \(estimate.resets) resets and power-ups; not measured. Usual: 8.6 ms a command, as in the reading of whole cards on a real reader. At most: 130 ms, the slowest command of real cards, for every command.",
                    "按一张卡 \(estimate.commands) 条命令、\(estimate.bytes) 字节、\(estimate.resets) 次复位与上电估算，非实测值。通常：每条命令 8.6 毫秒（实际读卡器读取整卡的平均值）；最长：每条命令均按实体卡最慢的 130 毫秒计。"
                )),
            .table(
                [
                    ReportDocument.Column(title: language("Link", "链路"), width: 40),
                    ReportDocument.Column(title: language("Bytes a second", "字节每秒"), width: 20, isNumber: true),
                    ReportDocument.Column(title: language("Usual", "通常"), width: 20, isNumber: true),
                    ReportDocument.Column(title: language("At most", "最长"), width: 20, isNumber: true),
                ],
                estimate.links.map { link in
                    [
                        ReportDocument.Cell(link.name), ReportDocument.Cell(String(link.bytesPerSecond)),
                        ReportDocument.Cell(duration(link.usualSeconds)),
                        ReportDocument.Cell(duration(link.mostSeconds)),
                    ]
                }),
        ]
    }

    private func duration(_ seconds: Int) -> String {
        let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
        return minutes == 0
            ? language("\(rest) s", "\(rest) 秒") : language("\(minutes) min \(rest) s", "\(minutes) 分 \(rest) 秒")
    }

    var times: [ReportDocument.Block] {
        let charts = TimeChart(times: evidence.times, language: language).drawings
        guard !charts.isEmpty else { return [] }
        let rows = evidence.times.compactMap(TimeStatistics.init).map { row in
            let isOver = row.limit.map { row.most > $0 } ?? false
            return [
                ReportDocument.Cell(row.operation), ReportDocument.Cell(String(row.count)),
                ReportDocument.Cell(TimeChart.label(row.least)),
                ReportDocument.Cell(TimeChart.label(row.median)),
                ReportDocument.Cell(TimeChart.label(row.percentile95)),
                ReportDocument.Cell(TimeChart.label(row.most), ink: isOver ? .failed : .text),
                ReportDocument.Cell(row.limit.map(TimeChart.label) ?? "–"),
            ]
        }
        var blocks: [ReportDocument.Block] = [
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
                    ReportDocument.Column(title: language("Operation", "操作"), width: 34),
                    ReportDocument.Column(title: language("Count", "次数"), width: 9, isNumber: true),
                    ReportDocument.Column(title: language("Least", "最短"), width: 11, isNumber: true),
                    ReportDocument.Column(title: language("Median", "中位数"), width: 12, isNumber: true),
                    ReportDocument.Column(title: "95 %", width: 11, isNumber: true),
                    ReportDocument.Column(title: language("Most", "最长"), width: 12, isNumber: true),
                    ReportDocument.Column(title: language("Limit", "上限"), width: 11, isNumber: true),
                ], rows))
        return blocks
    }

    var cardList: [ReportDocument.Block] {
        // By the tables of this program: the same evidence gives the same report wherever it is rendered.
        let profile = try? CardProfile.builtInTestEdition()
        return [
            .heading(language("Answers to reset", "受检卡片的复位应答")),
            .table(
                [
                    ReportDocument.Column(title: language("Chip serial", "芯片序列号"), width: 24, isCode: true),
                    ReportDocument.Column(title: language("Answer to reset", "复位应答"), width: 42, isCode: true),
                    ReportDocument.Column(title: language("Use, chip", "用途、芯片"), width: 34),
                ],
                evidence.cards.map { card in
                    let use =
                        card.isSetAside
                        ? language("set aside: destructive checks", "破坏性检测") : language("all other checks", "常规检测")
                    let chip = profile?.describe(chip: card.serial).map { "\n" + $0.text(in: language) } ?? ""
                    return [
                        ReportDocument.Cell(card.serial), ReportDocument.Cell(card.answerToReset),
                        ReportDocument.Cell(use + chip),
                    ]
                }),
        ]
    }

    var checks: [ReportDocument.Block] {
        var blocks: [ReportDocument.Block] = [.pageBreak, .heading(language("Appendix: all checks", "附录：全部检测项目"))]
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
                        ReportDocument.Column(title: language("Check", "检测项目"), width: 58),
                        ReportDocument.Column(title: language("Clause", "依据"), width: 24),
                        ReportDocument.Column(title: language("Verdict", "结论"), width: 18),
                    ], summaries.map(row)))
        }
        return blocks
    }

    private func row(_ summary: CheckSummary) -> [ReportDocument.Cell] {
        let check = summary.description
        let verdict = summary.verdict ?? .notRun
        let mark = check.isDestructive ? language(" (destructive)", "（破坏性）") : ""
        let cards = summary.results.count { $0.verdict == verdict }
        return [
            ReportDocument.Cell(language(check.title) + mark + "\n" + check.id), ReportDocument.Cell(check.clause),
            ReportDocument.Cell(
                verdict.title(language)
                    + (summary.results.count > 1 ? " \(cards)/\(summary.results.count)" : ""),
                ink: verdict == .failed ? .failed : verdict == .passed ? .text : .faint),
        ]
    }
}
