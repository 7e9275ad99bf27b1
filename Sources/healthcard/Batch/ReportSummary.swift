import Personalization

/// The report as a person reads it: problems of one kind together, the first of each kind in full.
struct ReportSummary {
    /// Problems of one kind that are shown.
    private static let shown = 10

    private var first: [BatchProblem.Code: [BatchProblem]] = [:]

    mutating func add(_ problem: BatchProblem) {
        guard first[problem.code, default: []].count < Self.shown else { return }
        first[problem.code, default: []].append(problem)
    }

    func lines(_ report: BatchReport, folder: String, reportFile: String?) -> [String] {
        var lines: [String] = []
        for code in BatchProblem.Code.allCases {
            guard let count = report.problems[code], let problems = first[code] else { continue }
            lines.append(Self.text(.kind(code, count: count)))
            lines += problems.map { "  " + $0.text(in: Terminal.language) }
            if count > problems.count { lines.append(Self.text(.more(count - problems.count))) }
        }
        if !lines.isEmpty { lines.append("") }
        lines += Self.counts(report)
        lines += nextSteps(report, reportFile: reportFile)
        return lines
    }

    private static func text(_ message: CheckMessage) -> String { message.text(in: Terminal.language) }

    static func counts(_ report: BatchReport) -> [String] {
        var messages: [CheckMessage] = [
            .counts(
                batch: report.batch, rows: report.rows, sound: report.sound, faulty: report.faulty,
                setAside: report.setAside.count, problems: report.problemCount)
        ]
        messages += heard(report)
        if report.isCutShort { messages.append(.cutShort) }
        if let digest = report.prepared?.contentDigest { messages.append(.digest(digest)) }
        return messages.map(text)
    }

    /// Who was heard of these applicants; in so many words where it was nobody.
    static func replies(_ report: BatchReport) -> [String] { heard(report).map(text) }

    private static func heard(_ report: BatchReport) -> [CheckMessage] {
        func count(_ verifier: Verifier?, isException: Bool) -> HeardCount {
            let found = report.replies.filter {
                $0.isException == isException && (verifier == nil || $0.verifier == verifier)
            }
            return HeardCount(files: Set(found.map(\.file)).count, records: found.reduce(0) { $0 + $1.records })
        }
        let heard = CheckMessage.replies(
            police: count(.police, isException: false), bank: count(.bank, isException: false),
            exceptions: count(nil, isException: true))
        return report.isUnverified && report.mode == .formal ? [heard, .unverified] : [heard]
    }

    private func nextSteps(_ report: BatchReport, reportFile: String?) -> [String] {
        var messages: [CheckMessage] = []
        if report.problemCount == 0 {
            messages.append(report.sound == 0 ? .allSetAside : .canBeMade)
        } else {
            messages.append(report.faulty > 0 ? .correctRows : .correctFiles)
        }
        if let reportFile {
            messages.append(.reportIsIn(reportFile))
        } else if report.problems.values.contains(where: { $0 > Self.shown }) {
            messages.append(.reportOption)
        }
        return messages.map(Self.text)
    }
}
