import HealthCard
import Testing

@Suite("What a trace may have run") struct ReplayListTests {
    @Test(
        "Reading, listing, verifying and showing, with options that name no file",
        arguments: [
            ["read"], ["read", "--json"], ["read", "--format", "fhir"], ["read", "--format=json", "--stats"],
            ["read", "--sections", "holder,photo", "--no-visits"], ["read", "--keys", "test", "-r", "0"],
            ["read", "--reader", "Virtual PCD 00 01", "--wait", "2.5"], ["read", "--overlay", "huahong"],
            ["read", "--profile", "resident-health-card+test-keys"], ["read", "--sam", "1"], ["inspect"],
            ["inspect", "--json", "--reader=0"], ["visit", "list", "--json"], ["visit", "list", "--outpatient"],
            ["visit", "show", "3"], ["visit", "show", "1", "--concatenated", "--inpatient"], ["visit", "verify"],
            ["visit", "verify", "2", "--at", "2026-11-25"], ["visit", "verify", "--json"], ["sam", "info", "--json"],
            ["sam", "pin"],
        ])
    func allowed(_ arguments: [String]) { #expect(ReplayList.problem(of: arguments) == nil) }

    @Test(
        "Commands that are not named",
        arguments: [
            [], [""], ["--"], ["--", "read"], ["-"], ["help"], ["help", "read"], ["--help"], ["--version"], ["READ"],
            ["read "], [" read"], ["rea"], ["visit"], ["visit", "lis"], ["visit", "--json", "list"], ["sam"],
            ["--generate-completion-script", "bash"], ["--experimental-dump-help"],
            ["ledger", "void", "0011223344556677", "--reason", "x", "--yes"], ["ledger", "verify"],
            ["ledger", "why", "1"],
            ["ledger", "export"], ["release", "revoke", "--signer", "id >x #"], ["release", "grant", "--out", "x"],
            ["release", "show", "x"], ["release", "station"], ["keys", "create", "x"], ["keys", "show", "x"],
            ["personalize", "--batch", "x"], ["batch", "check", "x"], ["batch", "report", "x"],
            ["testcards", "run", "--lanes", "virtual:1"], ["testcards", "new", "x"], ["soak"], ["demo"], ["readers"],
            ["apdu", "00A40000023F00"], ["virtual", "--port", "1"], ["virtual-feeder", "--box", "x"], ["plan"],
            ["trace", "replay", "x"], ["trace", "record", "x", "--", "read"], ["trace", "show", "x"],
            ["update", "--set", "phone1=1"], ["update", "--dry-run"], ["block", "DF01", "--yes"], ["unblock", "DF01"],
            ["visit", "add", "x"], ["visit", "reimburse", "1", "--yes"], ["visit", "template"], ["visit", "show"],
        ])
    func refusedCommands(_ arguments: [String]) { #expect(ReplayList.problem(of: arguments) == .command) }

    @Test(
        "Options and arguments that are not named, in every spelling",
        arguments: [
            ["read", "--"], ["read", "--", "x"], ["read", "x"], ["read", "--sam-pin-file", "/etc/shadow"],
            ["read", "--sam-pin-file=/etc/shadow"], ["read", "--forget-habits"], ["read", "--trace"],
            ["read", "--trace-data"], ["read", "--out", "x"], ["read", "--photo-out", "x.jpg"], ["read", "--jso"],
            ["read", "--json=true"], ["read", "-json"], ["read", "-rx"], ["read", "-r0"], ["read", "-jr", "0"],
            ["read", "--help"], ["read", "-h"], ["read", "--version"], ["read", "--json", "read"], ["read", ";id"],
            ["read", "--no-json"], ["read", "|sh"], ["read", ""], ["read", "--JSON"], ["read", "—json"],
            ["read", "--json\u{0}"], ["read", "--signer", "id"], ["read", "--ledger", "x"], ["read", "--feeder=sh"],
            ["inspect", "--probe"], ["inspect", "--keys", "test"], ["inspect", "--sam", "1"], ["visit", "list", "1"],
            ["visit", "list", "--root-key", "x"], ["visit", "verify", "--root-key=x"], ["visit", "verify", "1", "2"],
            ["visit", "verify", "one"], ["visit", "show", "-1"], ["visit", "show", "1", "--yes"],
            ["sam", "info", "--reader", "0"], ["sam", "pin", "--check"], ["sam", "pin", "--change"],
            ["sam", "pin", "--change", "--new-pin-file", "x"], ["sam", "pin", "1"],
        ])
    func refusedArguments(_ arguments: [String]) {
        guard case .argument = ReplayList.problem(of: arguments) else {
            Issue.record("\(arguments): \(String(describing: ReplayList.problem(of: arguments)))")
            return
        }
    }

    @Test(
        "Values that could name a file, or are none of those the option has",
        arguments: [
            ["read", "--profile", "/tmp/x"], ["read", "--profile", "x.yaml"], ["read", "--profile", "x.YAML"],
            ["read", "--overlay", "../x"], ["read", "--overlay=/dev/stdin"], ["read", "--overlay", "~/x"],
            ["read", "--overlay"], ["read", "--overlay", ""], ["read", "--overlay="], ["read", "--overlay", "--json"],
            ["read", "--format", "out.json"], ["read", "--format", "JSON"], ["read", "--format", "fhir "],
            ["read", "--keys", "factory.keys"], ["read", "--sections", "holder;id"], ["read", "--sections", "a\nb"],
            ["read", "--reader", "\u{1B}[31m"], ["read", "--reader", "/dev/ttyS0"], ["read", "--reader"],
            ["read", "--reader", "读卡器"], ["read", "--wait", "1e9"], ["read", "--wait", "-1"],
            ["read", "--wait", "inf"],
            ["read", "--wait", "0000000000001"], ["read", "-r"], ["read", "-r", "-x"],
            ["read", "--sam", String(repeating: "a", count: 201)], ["visit", "verify", "--at", "today"],
            ["visit", "verify", "--at", "2026/11/25"], ["visit", "verify", "--at"], ["inspect", "--profile", "a/b"],
            ["sam", "info", "--overlay", "a/b.yaml"],
        ])
    func refusedValues(_ arguments: [String]) {
        guard case .value = ReplayList.problem(of: arguments) else {
            Issue.record("\(arguments): \(String(describing: ReplayList.problem(of: arguments)))")
            return
        }
    }

    @Test("A command is shown whole, quoted, and with nothing that a terminal obeys")
    func shown() {
        #expect(ReplayList.shown(["read", "--json"]) == "read --json")
        #expect(ReplayList.shown(["release", "revoke", "--signer", "id >x #"]) == "release revoke --signer 'id >x #'")
        #expect(ReplayList.shown([""]) == "''" && ReplayList.shown(["it's"]) == "'it'\\''s'")
        #expect(ReplayList.shown(["a\u{1B}[2J\r\n\u{202E}\u{9B}b"]) == "'a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}\\u{9b}b'")
        #expect(ReplayList.shown(Array(repeating: "x", count: 1000)).count < 200)
        #expect(ReplayList.shown([String(repeating: "x", count: 100_000)]).count < 300)
        for text in ["\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{E000}"] {
            #expect(ReplayList.shown([text]).unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
        }
    }
}
