import Foundation
import Testing

/// What becomes of a card, and what is said of it, when it is taken out at some command, or the service ends.
@Suite("Interruptions") struct InterruptionTests {
    struct Removal: Sendable, CustomTestStringConvertible {
        /// Commands before the one that finds no card.
        let after: Int
        /// That one was carried out, and its answer lost.
        var isAnswerLost = false
        let says: String
        var testDescription: String { "\(after)\(isAnswerLost ? ", answer lost" : "")" }
    }

    private static let untouched = "nothing was written: the chip can be used"
    private static let halfMade = "the chip may be half made: do not issue it"
    private static let doubtful = "the chip may be finished or not"
    /// `PersonalizationPlanTests` and `CommandLineTests` pin the plan; 238 is its last command, the activation.
    static let last = 238

    static let removals: [Removal] =
        [0, 1, 2, 3].map { Removal(after: $0, says: untouched) }
        // The first key, in the keys and the structure, in the contents, in what is read back, before the end.
        + [4, 30, 75, 150, 199, 200, 210, 234, 235, 237].map { Removal(after: $0, says: halfMade) }
        + [Removal(after: last, says: doubtful), Removal(after: last, isAnswerLost: true, says: doubtful)]
        + [Removal(after: 100, isAnswerLost: true, says: halfMade)]

    @Test("A card taken out at a command is exit code 4, and what may be on it is said", arguments: removals)
    func cardRemoved(_ removal: Removal) async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let flaw = ["--remove-after", "\(removal.after)"] + (removal.isAnswerLost ? ["--lose-answer"] : [])
        let card = try await CardInSlot.insert("5248430000000300", ["--state", state.path] + flaw)
        let blank = try state.content()
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"]
        let outcome = try await Programs.Running(Programs.healthcard(), arguments).wait(seconds: 20)
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.errors.contains(removal.says), "\(outcome.errors)")
        #expect(outcome.errors.contains("SCARD_W_REMOVED_CARD"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        try await card.stop()
        // The card itself bears out what was said of it.
        #expect(try (state.content() == blank) == (removal.after <= 4))
        #expect(
            try state.json()["isActivated"] == .flag(removal.after == Self.last && removal.isAnswerLost))
    }

    @Test("A reader works on after a card was taken out of it at a command")
    func readerWorksOn() async throws {
        let slot = try await VirtualSlot()
        let flawed = try await CardInSlot.insert("5248430000000310", slot: slot, ["--remove-after", "60"])
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", flawed.reader]
        #expect(try await Programs.healthcard(arguments).status == 4)
        try await flawed.stop()
        let whole = try await CardInSlot.insert("5248430000000311", slot: slot)
        let outcome = try await Programs.healthcard(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await whole.stop()
    }

    @Test("A chip whose making never began is made at the second try, with the same file")
    func untouchedChipIsUsedAgain() async throws {
        let folder = try TestFolder()
        let options = ["--state", folder.file("card.json")]
        let slot = try await VirtualSlot()
        let first = try await CardInSlot.insert("5248430000000320", slot: slot, options + ["--remove-after", "2"])
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", first.reader]
        #expect(try await Programs.healthcard(arguments).status == 4)
        try await first.stop()
        let second = try await CardInSlot.insert("5248430000000320", slot: slot, options)
        #expect(try await Programs.healthcard(arguments).status == 0)
        try await second.stop()
    }

    /// Beside a service of its own, since it is killed. The script prints `name=value` lines.
    private func withOwnService(_ script: String) async throws -> [String: String] {
        let folder = try TestFolder()
        let environment = [
            "HEALTHCARD": try Programs.healthcard(), "BATCH": Programs.sampleBatch, "APPLICANT": SampleBatch.man,
            "FOLDER": folder.path,
        ]
        let readers = Programs.root.appendingPathComponent("Scripts/with-virtual-readers").path
        let running = try Programs.Running(
            Programs.python, [readers, "2", "--base-port", "36963", "--", "/bin/bash", "-c", Self.prelude + script],
            environment: environment)
        let outcome = try await running.wait(seconds: 100)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let pairs = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "=", maxSplits: 1).map(String.init)
        }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
    }

    private static let prelude = """
        set -u
        PORT=${HEALTHCARD_VPCD_PORTS%%,*}
        DAEMON=$HEALTHCARD_PCSCD_PID
        wait_for() { for ((i = 0; i < 3000; i++)); do "$@" && return; sleep 0.02; done; echo "in vain: $*" >&2; exit 1; }
        lines_at_least() { test "$(wc -l < "$1")" -ge "$2"; }
        contains() { grep -q "$1" "$2"; }
        kill_daemon() { kill -9 "$DAEMON"; while kill -0 "$DAEMON" 2>/dev/null && ! grep -q zombie "/proc/$DAEMON/status"; do sleep 0.02; done; }
        start_daemon() {
            rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid
            $HEALTHCARD_PCSCD_COMMAND >/dev/null 2>&1 &
            DAEMON=$!
        }
        finish() { kill $(jobs -p) 2>/dev/null; wait; }
        trap finish EXIT

        """

    @Test("A service killed in the middle is exit code 3 at once; the card's state is told and holds")
    func serviceKilled() async throws {
        let result = try await withOwnService(
            """
            insert() { "$HEALTHCARD" virtual --port "$PORT" --serial 5248430000000330 --state "$FOLDER/card.json" \
                --wait 60 -q "$@" & CARD=$!; }
            insert --delay-ms 100
            "$HEALTHCARD" personalize --batch "$BATCH" --id "$APPLICANT" --reader 0 --wait 60 2>"$FOLDER/errors" & MAKER=$!
            wait_for test -f "$FOLDER/card.json.journal"
            wait_for lines_at_least "$FOLDER/card.json.journal" 12
            kill_daemon
            wait $MAKER; echo "personalize=$?"
            echo "message=$(tr "\n" " " <"$FOLDER/errors")"
            "$HEALTHCARD" readers 2>/dev/null; echo "readers=$?"
            "$HEALTHCARD" read --reader 0 2>/dev/null; echo "read=$?"
            kill $CARD; wait $CARD; echo "virtual=$?"
            start_daemon
            insert
            wait_for "$HEALTHCARD" inspect --reader 0 --json >"$FOLDER/inspection" 2>/dev/null
            echo "lifeCycle=$(grep lifeCycle "$FOLDER/inspection")"
            "$HEALTHCARD" personalize --batch "$BATCH" --id "$APPLICANT" --reader 0 -q 2>/dev/null; echo "again=$?"
            """)
        #expect(result["personalize"] == "3", "\(result)")
        #expect(result["message"]?.contains(Self.halfMade) == true, "\(result)")
        #expect(result["message"]?.contains("pcscd") == true, "\(result)")
        #expect(result["readers"] == "3")
        #expect(result["read"] == "3")
        #expect(result["lifeCycle"]?.contains("\"beingMade\"") == true, "\(result)")
        #expect(result["again"] == "5")
        #expect(result["virtual"] == "0")
    }

    @Test("readers --watch --json tells cards and the service coming and going, in order")
    func watch() async throws {
        let result = try await withOwnService(
            """
            "$HEALTHCARD" readers --watch --json >"$FOLDER/events" & WATCH=$!
            insert() { "$HEALTHCARD" virtual --port "$PORT" --serial "$1" --wait 60 -q & CARD=$!; }
            count() { test "$(grep -c "$1" "$FOLDER/events")" -ge "$2"; }
            wait_for count readerAdded 2
            insert 5248430000000340; wait_for count cardInserted 1
            kill $CARD; wait $CARD; wait_for count cardRemoved 1
            insert 5248430000000341; wait_for count cardInserted 2
            kill_daemon; wait_for count serviceStopped 1
            start_daemon; wait_for count cardInserted 3
            kill $WATCH; wait $WATCH; echo "watch=$?"
            n=0; while read -r line; do echo "$n=$line"; n=$((n + 1)); done <"$FOLDER/events"
            """)
        #expect(result["watch"] == "143" || result["watch"] == "0")
        let lines = try (0..<result.count - 1).map { try JSONValue(Data(#require(result["\($0)"]).utf8)) }
        #expect(
            lines.map { $0["event"]?.text } == [
                "serviceStarted", "readerAdded", "readerAdded", "cardInserted", "cardRemoved", "cardInserted",
                "cardRemoved", "readerRemoved", "readerRemoved", "serviceStopped", "serviceStarted", "readerAdded",
                "readerAdded", "cardInserted",
            ])
        let resets = lines.compactMap { $0["answerToReset"]?.text }
        try #require(resets.count == 3)
        #expect(resets[0].contains("5248430000000340"))
        #expect(resets[1].contains("5248430000000341"))
        #expect(resets[2] == resets[1])
        #expect(lines.first { $0["event"] == .text("serviceStopped") }?["reason"]?.text?.contains("SCARD_") == true)
    }

    @Test("readers --watch ends at once on either signal", arguments: [SIGINT, SIGTERM])
    func watchEnds(_ signal: Int32) async throws {
        let running = try Programs.Running(Programs.healthcard(), ["readers", "--watch", "--json"])
        try await eventually("the first event") { running.output.contains(0x0A) }
        running.send(signal)
        let outcome = try await running.wait(seconds: 30)
        #expect(outcome.status == 128 + signal || outcome.status == 0)
    }

    @Test(
        "Ctrl-C in the middle of an update: it is finished first, and the report is whole",
        arguments: [SIGINT, SIGTERM])
    func updateIsFinished(_ signal: Int32) async throws {
        let card = try await CardInSlot.insert("524843000000035\(signal % 10)", ["--delay-ms", "20"])
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
        var attempts = 0
        let outcome = try await untilCaught { () -> Programs.Outcome? in
            attempts += 1
            // Each attempt has four records to write.
            let flag = attempts % 2 == 1
            let changes = [
                "phone1=139000000\(10 + attempts)", "address2=示范路\(attempts)号", "asthma=\(flag)", "psychiatric=\(flag)",
            ]
            let running = try Programs.Running(
                Programs.healthcard(),
                ["update", "--json", "--trace", "--reader", card.reader] + changes.flatMap { ["--set", $0] })
            try await eventually("the first update command") {
                String(decoding: running.errors, as: UTF8.self).contains("UPDATE RECORD")
            }
            running.send(signal)
            let outcome = try await running.wait(seconds: 60)
            // On a busy machine the update may be over before the signal comes.
            return outcome.errors.contains("finishing what was begun first") ? outcome : nil
        }
        #expect(outcome.status == 0, "\(outcome.errors.suffix(600))")
        let outcomes = try JSONValue(outcome.output)["records"]?.elements.compactMap { $0["outcome"]?.text }
        #expect(outcomes == ["written", "written", "written", "written"])
        let read = try await Programs.healthcard(["read", "--json", "--reader", card.reader])
        #expect(try JSONValue(read.output)["special"]?["psychiatric"] == .flag(attempts % 2 == 1))
        try await card.stop()
    }
}
