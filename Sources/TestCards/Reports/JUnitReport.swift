/// The report as JUnit XML: a test suite for each family, a test case for each check on each card. The report of a part has
/// a case more, which is an error: no program that counts failures takes it for passed.
public struct JUnitReport: Sendable {
    private let report: Report

    public init(_ report: Report) { self.report = report }

    public var text: String {
        var xml = XMLText()
        xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        let results = report.evidence.results
        let isPart = !report.missing.isEmpty
        xml.line(
            "<testsuites name=\(xml.quoted(report.number)) tests=\"\(results.count + (isPart ? 1 : 0))\" "
                + "failures=\"\(results.count { $0.verdict == .failed })\" errors=\"\(isPart ? 1 : 0)\" "
                + "skipped=\"\(results.count(where: Self.isSkipped))\">"
        )
        about(isPart, &xml)
        for family in report.families { suite(family, &xml) }
        xml.line("</testsuites>")
        return xml.text
    }

    /// What the report is of, and its verdict.
    private func about(_ isPart: Bool, _ xml: inout XMLText) {
        let evidence = report.evidence
        xml.line(
            "  <testsuite name=\"report\" tests=\"\(isPart ? 1 : 0)\" failures=\"0\" errors=\"\(isPart ? 1 : 0)\" skipped=\"0\">"
        )
        xml.line("    <properties>")
        let properties = [
            ("verdict", report.verdict.rawValue), ("isWhole", String(report.isWhole)), ("chip", evidence.chip ?? ""),
            ("station", evidence.station?.description ?? "unsigned"), ("report.json", report.digest),
            ("causes", String(report.causes.count)), ("failedBefore", String(report.cured.count)),
        ]
        for (name, value) in properties {
            xml.line("      <property name=\(xml.quoted(name)) value=\(xml.quoted(value))/>")
        }
        xml.line("    </properties>")
        if isPart {
            let reasons = report.missing.map(\.text.en).joined(separator: "; ")
            xml.line("    <testcase classname=\"report\" name=\"whole-suite\">")
            xml.line("      <error message=\(xml.quoted(reasons)) type=\"incomplete\"/>")
            xml.line("    </testcase>")
        }
        xml.line("  </testsuite>")
    }

    private static func isSkipped(_ result: CheckResult) -> Bool {
        result.verdict == .notRun || result.verdict == .notApplicable
    }

    private func suite(_ family: CheckFamily, _ xml: inout XMLText) {
        let checks = report.checks.filter { $0.description.family == family }
        let results = checks.flatMap(\.results)
        xml.line(
            "  <testsuite name=\(xml.quoted(family.rawValue)) timestamp=\(xml.quoted(String(report.evidence.startedAt.dropLast()))) "
                + "tests=\"\(results.count)\" failures=\"\(results.count { $0.verdict == .failed })\" "
                + "errors=\"0\" skipped=\"\(results.count(where: Self.isSkipped))\">")
        for check in checks {
            for result in check.results { testCase(check.description, result, &xml) }
        }
        xml.line("  </testsuite>")
    }

    private func testCase(_ check: CheckDescription, _ result: CheckResult, _ xml: inout XMLText) {
        let head = "    <testcase classname=\(xml.quoted(result.card)) name=\(xml.quoted(check.id))"
        switch result.verdict {
        case .passed: xml.line(head + "/>")
        case .notRun, .notApplicable:
            xml.line(head + "><skipped message=\(xml.quoted(result.got.en))/></testcase>")
        case .failed:
            xml.line(head + ">")
            xml.line("      <failure message=\(xml.quoted(result.got.en)) type=\(xml.quoted(check.clause))>")
            xml.line(xml.escaped("expected: " + result.expectation(of: check).en))
            for recovery in result.recovery ?? [] { xml.line(xml.escaped(recovery.text.en)) }
            for exchange in result.exchanges {
                xml.line(xml.escaped("> " + exchange.command))
                xml.line(xml.escaped("< " + exchange.response))
            }
            xml.line("      </failure>")
            xml.line("    </testcase>")
        }
    }
}

/// Text for XML and HTML. What a card says never becomes mark-up.
struct XMLText {
    private(set) var text = ""

    mutating func line(_ line: String) {
        text += line
        text += "\n"
    }

    func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    func escaped(_ text: String) -> String { Self.escape(text) }

    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            // XML 1.0 §2.2: no other control characters, no half of a pair, no FFFE.
            case "\t", "\n": result.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value), "\u{FFFE}", "\u{FFFF}":
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
