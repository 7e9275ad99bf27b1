import Files
import HealthCard
import Messages

@testable import CardAgent

extension Examples {
    static let agent: [ExampleSet] = [
        ExampleSet([
            AgentError.foreignHost, .foreignOrigin, .tokenNeeded, .tokenRefused, .rightMissing(.write), .pageOnly,
            .thisMachineOnly, .wrongPageCode, .noSuchToken, .insecureOrigin, .pairingOff, .noSuchPairing,
            .wrongNumber(attemptsLeft: 2), .wrongNumber(attemptsLeft: 0), .noSuchPath, .methodNotAllowed,
            .malformedRequest(.host), .badParameter("kind"), .badMember("name"), .bodyTooLong(limit: 9), .headTooLong,
            .tooSlow, .notJSON, .keyNeeded, .keyReused, .keyInUse, .doneBefore, .unfinishedBefore, .tooMany(.acts),
            .stopping, .noSuchCard, .cardGone, .otherCard, .noPhoto, .nothingInDoubt, .noSAMReader, .wrongSerial,
            .noRandomness, .stateUnreadable(file: "a/b"), .stateNotKept(file: "a/b"),
            .stateInUse(folder: "/a", address: "http://127.0.0.1:1"), .stateInUse(folder: "/a", address: nil),
            .portsTaken(address: "127.0.0.1", ports: "8327-8336"), .socketTaken(path: "/a"),
            .notListening(address: "127.0.0.1:1", reason: "EACCES"), .certificate(file: "/a.pem"), .internalError,
        ]),
        ExampleSet(parts: [UnfinishedState.waiting, .unknown, .found(.partly)]),
        ExampleSet(parts: AgentHelp.allCases),
        ExampleSet(parts: [
            ConsoleText.error("a"), .hint("a"), .configurationGood(listeners: ["127.0.0.1:1"], state: "/a"),
            .fingerprint("AB"), .page("http://127.0.0.1:1/#a"), .pageNotYet(code: "a"), .journalWhole,
            .badListener("x"),
        ]),
        ExampleSet([JournalFlaw(file: "a", line: 3)]),
        ExampleSet(parts: RequestFlaw.allCases),
        ExampleSet(parts: Excess.allCases),
        ExampleSet(parts: AccessRight.allCases),
        ExampleSet(parts: [
            ConfigurationProblem.Flaw.notYAML(reason: "EOF"), .unknownKey("colour", known: ["a", "b"]), .notAMap("sam"),
            .notAList("hosts"), .notText("state"), .notANumber("body", range: "1 - 9"), .notAFlag("x"),
            .notOneOf("pairing", ["open", "off"]), .notAnOrigin("x"), .notAHost("x"), .notAnAddress("x"),
            .notPorts("x"),
            .needsTLS("0.0.0.0"), .missing("address"), .both("address", "socket"), .notAbsolute("state"),
            .notAKey("visitRoot"), .empty("listen"),
        ]),
        ExampleSet(parts: [ConfigurationProblem(file: "a.yaml", line: 3, flaw: .empty("listen"))]),
        ExampleSet([
            ConfigurationError.file(InputFileError("a.yaml", .missing)),
            .problems([
                ConfigurationProblem(file: "a.yaml", line: 3, flaw: .empty("listen")),
                ConfigurationProblem(file: "a.yaml", line: 4, flaw: .missing("address")),
            ]),
        ]),
        ExampleSet([
            UnreadableSection(UnreadableFile(file: "DF01/EF05", section: "photo", code: .damaged, reason: .noIndex))
        ]),
    ]
}
