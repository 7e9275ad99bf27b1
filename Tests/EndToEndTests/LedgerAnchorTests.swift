import Foundation
import PostgreSQLServer
import Testing

/// What a station keeps in mind, from outside: lost, taken up again, held in two places, written down elsewhere.
@Suite("The ledger's anchors") struct LedgerAnchorTests {
    private let own: TestFolder

    init() throws { own = try TestFolder() }

    private func station(_ ledger: String? = nil) -> [String] {
        ["--ledger", ledger ?? own.file("ledger.sqlite"), "--station", own.file("station")]
    }

    private func personalize(_ options: [String], ledger: String? = nil) async throws -> Programs.Outcome {
        try await Programs.healthcard(
            [
                "personalize", "--batch", Programs.sampleBatch, "--lanes", "virtual:1", "--quiet", "--resume",
                "--virtual-chips", own.file("chips"), "--out", own.file("out"),
            ] + station(ledger) + options)
    }

    private func ledger(_ words: [String], _ options: [String] = []) async throws -> Programs.Outcome {
        try await Programs.healthcard(["ledger"] + words + station() + options)
    }

    private func text(_ outcome: Programs.Outcome) -> String {
        String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test("A ledger the station has forgotten is refused until somebody says so, and that stands in it")
    func forgotten() async throws {
        #expect(try await personalize(["--virtual-supply", "2"]).status == 7)
        try FileManager.default.removeItem(atPath: own.file("station/heads.json"))
        let refused = try await personalize([])
        #expect(refused.status == 8, "\(refused.errors)")
        #expect(refused.errors.contains("ledger adopt") && !refused.errors.contains("heads.json"))
        #expect(try await ledger(["verify"]).status == 6)
        // Nobody is there to ask.
        #expect(try await ledger(["adopt"], ["--reason", "lost"]).status == 2)
        #expect(try await ledger(["adopt"]).status == 2)
        let adopted = try await ledger(["adopt"], ["--reason", "the disk was replaced", "--yes"])
        #expect(adopted.status == 0, "\(adopted.errors)")
        #expect(try await ledger(["verify"]).status == 0)
        let entries = text(try await ledger(["show", "--entries"]))
        #expect(entries.contains("  adopt  ") && entries.contains("the disk was replaced"))
        let rest = try await personalize([])
        #expect(rest.status == 0, "\(rest.errors)")
    }

    @Test("An older copy is refused by its place, its head and whoever countersigned")
    func older() async throws {
        #expect(try await personalize(["--virtual-supply", "2"]).status == 7)
        let copy = own.file("older.sqlite")
        try FileManager.default.copyItem(atPath: own.file("ledger.sqlite"), toPath: copy)
        #expect(try await personalize(["--virtual-supply", "2"]).status == 7)
        let head = text(try await ledger(["head"]))
        #expect(try await ledger(["verify"], ["--head", head]).status == 0)
        #expect(try await ledger(["verify"], ["--head", "7 nothing"]).status == 2)
        #expect(try await ledger(["verify"], ["--require-countersign"]).status == 6)

        try Data("a long passphrase of a person 42\n".utf8).write(to: URL(filePath: own.file("pass")))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: own.file("pass"))
        let key = ["--key", own.file("person.pem"), "--credential", own.file("pass")]
        let made = try await Programs.healthcard(
            ["release", "authority", "new", "--public-key", own.file("person.pub.pem")] + key)
        #expect(made.status == 0, "\(made.errors)")
        let signed = try await ledger(["countersign"], ["--name", "张三"] + key)
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(text(signed) == text(try await ledger(["head", "--seal"])))
        let wanted = [
            "--countersigned-by", "张三", "--countersign-key", own.file("person.pub.pem"), "--require-countersign",
        ]
        let verified = try await ledger(["verify"], wanted)
        #expect(verified.status == 0 && text(verified).contains("张三"), "\(text(verified))")
        #expect(try await ledger(["verify"], ["--countersigned-by", "李四"]).status == 6)

        let old = try await personalize([], ledger: copy)
        #expect([6, 8].contains(old.status), "\(old.errors)")
        for end in ["-wal", "-shm", ".seal", ""] {
            try? FileManager.default.removeItem(atPath: own.file("ledger.sqlite" + end))
        }
        try FileManager.default.moveItem(atPath: copy, toPath: own.file("ledger.sqlite"))
        let replaced = try await personalize([])
        #expect([6, 8].contains(replaced.status), "\(replaced.errors)")
        #expect(try await ledger(["verify"], ["--head", head]).status == 6)
    }

    @Test("A shared ledger is made by its owner, and the SQL for it is what is shipped")
    func shared() async throws {
        let sql = try await Programs.healthcard(["ledger", "sql"])
        #expect(sql.status == 0)
        let shipped = try String(
            contentsOfFile: Programs.root.appendingPathComponent("Docs/sql/ledger.sql").path, encoding: .utf8)
        #expect(String(decoding: sql.output, as: UTF8.self) == shipped)
        let database = try await onThread { try PostgreSQLServer.shared().makeSharedDatabase() }
        func create(_ url: String, _ role: String) async throws -> Programs.Outcome {
            try await Programs.healthcard(["ledger", "create", "--ledger", url, "--station-role", role])
        }
        #expect(try await create(own.file("x.sqlite"), database.stationRole).status == 2)
        #expect(try await create(database.owner, "nobody").status == 2)
        let refused = try await personalize([], ledger: database.station)
        #expect(refused.status == 2 && refused.errors.contains("ledger create"), "\(refused.errors)")
        let made = try await create(database.owner, database.stationRole)
        #expect(made.status == 0, "\(made.errors)")
        let line = try await personalize([], ledger: database.station)
        #expect(line.status == 0, "\(line.errors)")
        let verified = try await Programs.healthcard(["ledger", "verify"] + station(database.station))
        #expect(verified.status == 0, "\(verified.errors)")
    }
}
