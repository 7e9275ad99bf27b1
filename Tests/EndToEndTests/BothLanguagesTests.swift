import Foundation
import Testing

/// Errors as people meet them: all of one language, whichever part of the software has something to say.
@Suite("Errors in both languages") struct BothLanguagesTests {
    /// Files that are not what they should be.
    private struct Scene {
        let folder: TestFolder

        init() throws {
            folder = try TestFolder()
            try folder.write("{", to: "broken.json")
            try folder.write("nothing of the kind\n", to: "text.txt")
            try folder.write("profile: [\n", to: "broken.yaml")
            try folder.write("overlay: x\nbase: resident-health-card\nkeys: 5\n", to: "wrong.yaml")
            try folder.write("{\"trace\":9}\n", to: "trace.jsonl")
            try folder.write("{\"symptoms\":{}}", to: "visit.json")
            try folder.write("{\"holder\":{\"name\":5},\"nosuch\":{}}", to: "changes.json")
            try folder.write("IRK 00112233445566778899AABBCCDDEEFF\n", to: "component.txt")
            chmod(folder.file("component.txt"), 0o644)
            try folder.write("secret words that belong together\n", to: "open.pass")
            chmod(folder.file("open.pass"), 0o644)
            try FileManager.default.createDirectory(
                atPath: folder.file("campaign"), withIntermediateDirectories: true)
            try folder.write("{\"id\":1}", to: "campaign/campaign.json")
        }

        func file(_ name: String) -> String { folder.file(name) }
    }

    private static let cases: [(name: String, arguments: @Sendable (Scene) -> [String])] = [
        ("a missing file", { ["release", "show", $0.file("none")] }),
        ("a folder in place of a file", { ["trace", "show", $0.folder.path] }),
        ("a release that is none", { ["release", "show", $0.file("text.txt")] }),
        ("a release that is none, verified", { ["release", "verify", $0.file("text.txt")] }),
        ("an enrolment that is none", { ["sign", $0.file("text.txt"), "--key", $0.file("none")] }),
        ("a trace that is none", { ["trace", "show", $0.file("text.txt")] }),
        ("a trace of another version", { ["trace", "show", $0.file("trace.jsonl")] }),
        ("a profile that is not there", { ["read", "--profile", $0.file("none.yaml")] }),
        ("an overlay that is no YAML", { ["read", "--overlay", $0.file("broken.yaml")] }),
        (
            "an overlay that takes the keys away",
            { ["read", "--overlay", $0.file("wrong.yaml")] }
        ),
        ("a profile nobody knows", { _ in ["inspect", "--profile", "nobody"] }),
        ("an item nobody knows", { _ in ["update", "--set", "nosuch=1"] }),
        ("an item that is near another", { _ in ["update", "--set", "phone=1"] }),
        ("an item that is never written again", { _ in ["update", "--set", "name=x"] }),
        ("a value that is too long", { _ in ["update", "--set", "phone1=" + String(repeating: "1", count: 99)] }),
        ("a value without an item", { _ in ["update", "--set", "phone1"] }),
        ("changes that are no JSON", { ["update", "--from", $0.file("broken.json")] }),
        ("changes of other shapes", { ["update", "--from", $0.file("changes.json")] }),
        ("a photo that is none", { ["update", "--photo", $0.file("text.txt")] }),
        ("a visit that is no JSON", { ["visit", "add", "--outpatient", $0.file("broken.json")] }),
        ("a visit of another shape", { ["visit", "add", "--outpatient", $0.file("visit.json")] }),
        ("a visit in text that is none", { ["visit", "add", "--outpatient", "--text", "--gbk", $0.file("text.txt")] }),
        ("a root key that is none", { _ in ["visit", "verify", "--root-key", "00"] }),
        ("a key store that is not there", { ["keys", "list", $0.file("none")] }),
        ("a key store that is none", { ["keys", "list", $0.file("text.txt")] }),
        (
            "components that others may read",
            {
                [
                    "keys", "create", $0.file("store"), "--components", $0.file("component.txt"), "--components",
                    $0.file("none"),
                ]
            }
        ),
        (
            "a passphrase that others may read",
            {
                ["keys", "check", $0.file("text.txt"), "--credential", $0.file("open.pass")]
            }
        ),
        ("too few custodians", { ["keys", "create", $0.file("store"), "--custodians", "1"] }),
        ("a ledger that is not there", { ["ledger", "verify", "--ledger", $0.file("none")] }),
        ("a ledger that is none", { ["ledger", "verify", "--ledger", $0.file("text.txt")] }),
        ("a ledger in a folder", { ["ledger", "head", "--ledger", $0.folder.path] }),
        (
            "a ledger that is none, written to",
            { ["ledger", "void", "0102030405060708", "--reason", "x", "--yes", "--ledger", $0.file("text.txt")] }
        ),
        ("a ledger of no scheme", { _ in ["ledger", "verify", "--ledger", "mysql://x"] }),
        ("a ledger of a password", { _ in ["ledger", "verify", "--ledger", "postgres://u:p@localhost/d"] }),
        ("an ID number that is none", { ["ledger", "why", "123", "--ledger", $0.file("none")] }),
        ("a campaign that is not there", { ["testcards", "run", $0.file("none"), "--lanes", "virtual:1"] }),
        ("a campaign that is none", { ["testcards", "make", $0.file("campaign"), "--lanes", "virtual:1"] }),
        (
            "a campaign without cards",
            {
                [
                    "testcards", "new", $0.file("new"), "--maker", "M", "--chip", "C", "--product", "P",
                    "--product-version", "1",
                    "--cards", "0",
                ]
            }
        ),
        ("a dialect nobody knows", { _ in ["testcards", "list", "--dialect", "nobody"] }),
        ("a report that is not there", { ["testcards", "report", $0.file("none")] }),
        ("a SAM of a province that is none", { _ in ["virtual", "--sam", "--province", "zz"] }),
        ("a virtual card from a file that is none", { ["virtual", "--state", $0.file("text.txt")] }),
        ("a virtual reader that is not there", { _ in ["virtual", "--port", "1"] }),
        ("a fault nobody knows", { _ in ["virtual", "--fault", "nobody"] }),
        ("a reader nobody knows", { _ in ["read", "--reader", "nobody"] }),
        ("a command that is no APDU", { _ in ["apdu", "00A4", "--follow", "--reader", "nobody"] }),
        ("an option nobody knows", { _ in ["read", "--nosuch"] }),
        ("an argument too many", { _ in ["readers", "x"] }),
        ("an argument too few", { _ in ["keys", "list"] }),
        ("a value nobody knows", { _ in ["read", "--format", "nosuch"] }),
        ("an option without its value", { _ in ["read", "--reader"] }),
        ("a language nobody speaks", { _ in ["readers", "--lang", "xx"] }),
    ]

    @Test("A Chinese locale has no English sentence, any other no Chinese one", arguments: cases.indices)
    func errors(index: Int) async throws {
        let scene = try Scene()
        let one = Self.cases[index]
        let arguments = one.arguments(scene)
        for isChinese in [true, false] {
            let outcome = try await Programs.healthcard(
                arguments, environment: ["LC_ALL": isChinese ? "zh_CN.UTF-8" : "C"])
            #expect(![0, 70].contains(outcome.status), "\(one.name): \(outcome.status) \(outcome.errors)")
            let said = outcome.errors.replacing(scene.folder.path, with: "")
            #expect(said.contains(isChinese ? "错误：" : "rror: "), "\(one.name): \(said)")
            for line in said.split(separator: "\n") {
                if isChinese {
                    #expect(Self.english(in: String(line)) == nil, "\(one.name): \(line)")
                } else {
                    #expect(
                        !line.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(one.name): \(line)")
                }
            }
        }
    }

    /// A run of words that is a sentence, not a name or a command, and that nobody quotes.
    private static func english(in line: String) -> String? {
        if line.hasPrefix("用法：") || line.hasPrefix("  详见 ") { return nil }
        return line.replacing(/`[^`]*`|"[^"]*"|“[^”]*”/, with: "").firstMatch(of: /[a-z]{2,} [a-z]{2,} [a-z]{2,}/).map {
            String($0.output)
        }
    }
}
