import CardProfiles
import Foundation
import HealthCard
import Ledger
import Releases
import ShangMi
import Testing

/// Whoever works at the line, with every file of theirs in hand: keys, reports, releases, ledgers, stations, profiles and
/// key stores of their own making. What they have not is two people, or the authority.
@Suite("The operator, with everything but an authority") struct OperatorTests {
    @Test(
        "a store in which nobody is enrolled makes no formal card, whatever is named, and the enrolled one makes its four"
    )
    func nobodyEnrolled() async throws {
        let desk = try await Desk.open()
        let own = try SM2.PrivateKey.generate()
        try desk.write("own.pub.pem", own.publicKey.pem())
        try desk.release("own.release", by: own)
        let document = try desk.enrolment(of: own.publicKey, file: "own.enrolment")
        for (index, named) in [
            [], ["--authority", desk.file("own.pub.pem")], ["--authority", desk.file("own.enrolment")],
        ].enumerated() {
            let outcome = try await desk.line("own.release", named, box: "a\(index)", ledger: "a\(index).sqlite")
            #expect(outcome.status == 8 && outcome.errors.contains("no authority is enrolled"), "\(outcome.errors)")
            #expect(desk.made("a\(index)") == 0)
        }

        // The operator has one passphrase of two, and a pen.
        let alone = try await desk.keys(["authority", desk.store, desk.file("own.enrolment"), "--yes"], custodians: 1)
        #expect(alone.status != 0, "\(alone.errors)")
        try desk.editStore(authority: document, to: "edited.keys")
        let edited = try await desk.line(
            "own.release", [], box: "b", ledger: "b.sqlite", store: desk.file("edited.keys"))
        #expect(edited.status == 6 && desk.made("b") == 0, "\(edited.errors)")

        // The authority is enrolled, by two people and as many custodians as it takes.
        let authority = try SM2.PrivateKey.generate()
        try desk.write("authority.pub.pem", authority.publicKey.pem())
        _ = try desk.enrolment(of: authority.publicKey, file: "authority.enrolment")
        let enrolled = try await desk.keys(["authority", desk.store, desk.file("authority.enrolment"), "--yes"])
        try #require(enrolled.status == 0, "\(enrolled.errors)")
        for (index, named) in [
            [], ["--authority", desk.file("own.pub.pem")], ["--authority", desk.file("own.enrolment")],
        ].enumerated() {
            let outcome = try await desk.line("own.release", named, box: "c\(index)", ledger: "c\(index).sqlite")
            #expect(outcome.status == 8, "\(outcome.errors)")
            #expect(desk.made("c\(index)") == 0)
        }
        // Another authority cannot be entered by its own people.
        let other = try await desk.keys(["authority", desk.store, desk.file("own.enrolment"), "--yes"])
        #expect(other.status == 8, "\(other.errors)")

        // What is right: without naming anybody, and by naming who is enrolled.
        try desk.release("right.release", by: authority)
        let right = try await desk.line(
            "right.release", ["--authority", desk.file("authority.pub.pem")], box: "d", ledger: "d.sqlite")
        #expect(right.status == 0 && desk.made("d") == 4, "\(right.errors)")
        let label = "示范卫生健康委 " + TrustedAuthority.pinned(authority.publicKey).shortFingerprint + " #1"
        let status = try await desk.run(["batch", "status", desk.batch, "--ledger", desk.file("d.sqlite")])
        #expect(String(decoding: status.output, as: UTF8.self).contains(label))
        let shown = try await desk.run(["release", "show", "--keys", desk.store, "--ledger", desk.file("d.sqlite")])
        #expect(String(decoding: shown.output, as: UTF8.self).components(separatedBy: label).count == 3)
        let summary = try String(contentsOfFile: desk.file("d.lists/summary.json"), encoding: .utf8)
        #expect(summary.contains(label))
        let packing = try String(contentsOfFile: desk.file("d.lists/packing-0001.txt"), encoding: .utf8)
        #expect(packing.contains(label))

        // On the books that have worked under the authority the operator's own is refused as well.
        try desk.release("late.release", by: own)
        let late = try await desk.line("late.release", [], box: "e", ledger: "d.sqlite")
        #expect(late.status == 8 && desk.made("e") == 0, "\(late.errors)")

        // A list by the enrolled key counts whatever it calls itself; a stranger's is refused and not passed over.
        try desk.revoke("right.release", by: authority, named: "另一机构", to: "list.txt")
        let revoked = try await desk.line(
            "right.release", ["--revocations", desk.file("list.txt")], box: "f", ledger: "f.sqlite")
        #expect(revoked.status == 8 && revoked.errors.contains("revoked") && desk.made("f") == 0, "\(revoked.errors)")
        try desk.revoke("right.release", by: own, named: "示范卫生健康委", to: "own-list.txt")
        let strange = try await desk.line(
            "right.release", ["--revocations", desk.file("own-list.txt")], box: "g", ledger: "g.sqlite")
        #expect(strange.status == 8 && desk.made("g") == 0, "\(strange.errors)")
    }

    @Test("no overlay, profile or folder of profiles says what a test is: nothing is made, and the rule is named")
    func testRules() async throws {
        let folder = try OperatorFolder()
        let batch = try folder.copyOfFormalBatch(mode: "test")
        let rows = try String(contentsOfFile: batch + "/applications.csv", encoding: .utf8).split(
            whereSeparator: \.isNewline)
        let others = rows.indices.dropFirst().filter { !rows[$0].hasPrefix("43") }.map { "\($0 + 1)" }
        let head = "overlay: r\nbase: resident-health-card\n"
        let rules = [
            "modes:\n  testRegion: \"43\"\n",
            "modes:\n  testRegion: \"43\"\ncryptography:\n  keyVersions: { formal: \"F1\", test: \"01\" }\n",
            "modes:\n  testRegion: \"43\"\ntestKeys:\n  prefix: \"a secret of ours\"\n",
            "modes:\n  testFaceText: [CARD]\n",
        ]
        for (index, rule) in rules.enumerated() {
            let overlay = try folder.write("\(index).yaml", head + rule)
            let commands = [
                ["personalize", "--lanes", "virtual:1", "--virtual-chips", folder.file("box\(index)"), "--quiet"]
                    + ["--ledger", folder.file("\(index).sqlite"), "--set-aside", others.joined(separator: ",")]
                    + ["--out", folder.file("lists\(index)")],
                ["personalize", "--id", "430", "--quiet"], ["plan", "--id", "430"],
            ]
            for command in commands {
                let outcome = try await Programs.healthcard(
                    command + ["--batch", batch, "--overlay", overlay],
                    environment: ["HEALTHCARD_STATION": folder.file("station")])
                #expect(outcome.status == 8, "\(command[0]): \(outcome.status) \(outcome.errors)")
                #expect(outcome.errors.contains(rule.hasPrefix("modes:\n  testFace") ? "testFaceText" : "testRegion"))
            }
            #expect(folder.made("box\(index)") == 0)
        }
        // The same as a folder of profiles.
        let profiles = folder.file("profiles")
        try FileManager.default.createDirectory(atPath: profiles, withIntermediateDirectories: true)
        let yaml = try String(
            contentsOf: Programs.root.appendingPathComponent("CardProfiles/resident-health-card.yaml"), encoding: .utf8)
        let changed = yaml.replacing("testRegion: \"99\"", with: "testRegion: \"43\"")
        try #require(changed != yaml)
        try folder.write("profiles/resident-health-card.yaml", changed)
        let outcome = try await Programs.healthcard(
            ["personalize", "--batch", batch, "--lanes", "virtual:1", "--virtual-chips", folder.file("box"), "--quiet"]
                + ["--ledger", folder.file("x.sqlite"), "--set-aside", others.joined(separator: ",")]
                + ["--out", folder.file("lists")],
            environment: ["HEALTHCARD_STATION": folder.file("station"), "HEALTHCARD_PROFILES": profiles])
        #expect(outcome.status == 8 && folder.made("box") == 0, "\(outcome.errors)")
    }

    @Test("a second list number 1 is refused, and what was taken back stays taken back")
    func lists() async throws {
        let folder = try OperatorFolder()
        let credential = try folder.write("pass", "a passphrase of the authority")
        let state = ["XDG_STATE_HOME": folder.file("state")]
        let key = ["--key", folder.file("a.pem"), "--credential", credential]
        let made = try await Programs.healthcard(
            ["release", "authority", "new", "--public-key", folder.file("a.pub.pem")] + key, environment: state)
        try #require(made.status == 0, "\(made.errors)")
        let signer = try SM2.PrivateKey(
            encryptedPEM: Array(Data(contentsOf: URL(fileURLWithPath: folder.file("a.pem")))),
            passphrase: SecretBytes(copying: Array("a passphrase of the authority".utf8)))
        for (name, number) in [("a", Int64(0)), ("b", 1), ("c", 0)] {
            try folder.release("\(name).release", id: "R-\(name)", by: signer, revocationNumber: number)
        }
        func revoke(_ name: String, _ options: [String], to out: String, _ state: [String: String]) async throws
            -> Programs.Outcome
        {
            try await Programs.healthcard(
                ["release", "revoke", folder.file("\(name).release"), "--reason", "x", "--out", folder.file(out)] + key
                    + options, environment: state)
        }
        #expect(try await revoke("a", [], to: "1.txt", state).status == 0)
        // It names list 1 itself.
        let elsewhere = ["XDG_STATE_HOME": folder.file("elsewhere")]
        let forked = try await revoke("b", [], to: "x.txt", elsewhere)
        #expect(forked.status == 2 && forked.errors.contains("--previous"), "\(forked.errors)")
        // It names none, and the list was made here.
        let again = try await revoke("c", [], to: "y.txt", state)
        #expect(again.status == 2 && again.errors.contains("--previous"), "\(again.errors)")
        #expect(try await revoke("b", ["--previous", folder.file("1.txt")], to: "2.txt", state).status == 0)
        // Gone on from the first once more, it would be a second number 2.
        let second = try await revoke("c", ["--previous", folder.file("1.txt")], to: "z.txt", state)
        #expect(second.status == 2, "\(second.errors)")
        #expect(try await revoke("c", ["--previous", folder.file("2.txt")], to: "3.txt", state).status == 0)
        let list = try String(contentsOfFile: folder.file("3.txt"), encoding: .utf8)
        #expect(list.components(separatedBy: "\nrevoked: ").count == 4)
        // A memory that says nothing is not one that remembers nothing.
        let memory = folder.file("state") + "/healthcard/revocations"
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: memory).first)
        try Data("?".utf8).write(to: URL(fileURLWithPath: memory + "/" + name))
        let unsure = try await revoke("a", ["--previous", folder.file("3.txt")], to: "w.txt", state)
        #expect(unsure.status == 6 && unsure.errors.contains(name), "\(unsure.errors)")
        for name in ["w", "x", "y", "z"] {
            #expect(!FileManager.default.fileExists(atPath: folder.file("\(name).txt")))
        }
    }
}
