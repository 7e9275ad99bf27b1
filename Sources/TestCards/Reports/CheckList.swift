/// All checks as a page of the documentation.
public struct CheckList: Sendable {
    private let checks: [CheckDescription]

    public init(_ checks: [CheckDescription]) { self.checks = checks }

    /// Docs/checks.md, without the newline at its end.
    public var markdown: String {
        var lines = [
            "# The checks of the suite", "",
            "Generated: `healthcard testcards list --markdown > Docs/checks.md`. What each is for: [testcards.md](testcards.md).",
            "",
            "\(checks.count) checks of the reference profile; *destructive* ones are done last, on cards set aside.",
        ]
        for family in CheckFamily.allCases {
            let members = checks.filter { $0.family == family }
            guard !members.isEmpty else { continue }
            lines += [
                "", "## \(family.title(.english)) · \(family.title(.chinese)) (\(members.count))", "",
                "| check | 检测项目 | expected | clause |", "|---|---|---|---|",
            ]
            lines += members.map { check in
                let mark = check.isDestructive ? " *destructive*" : ""
                let cells = [
                    "`\(check.id)`\(mark)<br>\(Self.cell(check.title.en))", Self.cell(check.title.zh),
                    Self.cell(check.expectation.en), Self.cell(check.clause),
                ]
                return "| " + cells.joined(separator: " | ") + " |"
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
