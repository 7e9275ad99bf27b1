import Foundation
import PostgreSQLServer
import Releases
import Testing

@testable import Ledger

/// PostgreSQL: the owner's role and the stations', and what each can do.
struct SharedLedgerTests {
    /// A formal run with a card in it, by the stations' role.
    private static func workshop() throws -> (Workshop, PostgreSQLServer.Shared, Ledger) {
        let workshop = try Workshop(.postgreSQL)
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun()
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        return (workshop, try #require(workshop.shared), ledger)
    }

    @Test func aStationCanChangeNothing() throws {
        let (workshop, shared, ledger) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        let tables = ["entries", "heads", "schema_version"] + LedgerSchema.projections
        var attempts = tables.flatMap { table in
            [
                "DELETE FROM \(table)", "TRUNCATE \(table) CASCADE", "ALTER TABLE \(table) DISABLE TRIGGER ALL",
                "ALTER TABLE \(table) ADD COLUMN more text", "DROP TABLE \(table) CASCADE",
                "CREATE TRIGGER t BEFORE INSERT ON \(table) EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE RULE r AS ON INSERT TO \(table) DO INSTEAD NOTHING", "CREATE INDEX i ON \(table) ((1))",
                "ALTER TABLE \(table) OWNER TO \(shared.stationRole)",
                "LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE",
            ]
        }
        attempts += [
            "UPDATE entries SET lane = ''", "UPDATE heads SET seq = 1", "UPDATE releases SET used = 0",
            "UPDATE releases SET quota = 1000", "UPDATE chips SET counted = 0", "UPDATE chips SET state = 'unused'",
            "UPDATE orders SET state = 'waiting', holds_card = 0", "UPDATE runs SET release_digest = NULL",
            "UPDATE stations SET adopted = 1", "UPDATE batches SET mode = 'test'",
            "UPDATE schema_version SET version = 1", "UPDATE authorities SET document = ''",
            "INSERT INTO releases VALUES ('x', 'x', NULL, 0, 1)",
            "INSERT INTO chips (serial, state, batch, run, entry) VALUES ('x', 'open', 'B', 1, 1)",
            "INSERT INTO runs (id, batch, station) VALUES (9, 'B', 'north')",
            "INSERT INTO heads VALUES ('x', 1, '', 1)", "SELECT setval('entries_number', 1)",
            "UPDATE runs SET places = 9",
            "INSERT INTO stations VALUES ('x', 'x', 1)",
            "INSERT INTO batches SELECT 'x', mode, profile, profile_digest, content_digest, orders, orders_digest, set_aside, set_aside_digest, entry FROM batches",
            "INSERT INTO authorities VALUES (9, 'x', 'x', 1)", "INSERT INTO revocation_lists VALUES ('x', 1, 'x', 1)",
            "SET session_replication_role = replica", "DROP FUNCTION ledger_follow() CASCADE",
            "CREATE OR REPLACE FUNCTION ledger_head(text) RETURNS TABLE (seq bigint, hash text, since bigint) LANGUAGE sql AS 'SELECT 1::bigint, ''x'', 0::bigint'",
            "ALTER FUNCTION ledger_follow() SECURITY INVOKER", "DROP SCHEMA public CASCADE",
            "CREATE TABLE public.more (a int)", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DROP DATABASE \(shared.name)", "ALTER DATABASE \(shared.name) SET search_path = x",
            "SET ROLE owner_\(shared.name)", "CREATE ROLE more", "COPY entries TO PROGRAM 'true'",
            "INSERT INTO entries SELECT * FROM entries ON CONFLICT (seq) DO UPDATE SET lane = 'x'",
            "CREATE EXTENSION plpython3u",
            "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION ledger_follow()",
        ]
        let before = try ledger.allEntries()
        for attempt in attempts {
            #expect(throws: (any Error).self, "\(attempt)") { try server.sql(attempt, shared.station) }
        }
        #expect(try ledger.allEntries() == before)
        #expect(try ledger.releases().map(\.used) == [1])
        #expect(try workshop.verify().findings == [])
    }

    /// Its own names do not get in between: not tables, not functions, not operators of the session.
    @Test func aStationsOwnSearchPathChangesNothing() throws {
        let (workshop, shared, ledger) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        let head = try #require(try ledger.head())
        let entry = LedgerEntry(
            sequence: 1000, time: "2026-01-31T23:59:59.999Z", station: "north", run: 0, kind: "mention",
            batch: "", idNumber: "", chip: "", lane: "", detail: "{}", request: "own", previousHash: head.hash, hash: ""
        )
        try server.sql("SELECT setval('entries_number', 1000)", shared.owner)
        func insert(_ before: String) throws {
            try server.sql(
                "\(before); INSERT INTO public.entries (\(LedgerEntry.columns)) VALUES (\(entry.sequence), '\(entry.time)', "
                    + "'north', 0, 'mention', '', '', '', '', '{}', 'own', '\(head.hash)', '\(entry.computedHash)')",
                shared.station)
        }
        try insert(
            "CREATE TEMP TABLE heads (station text, seq bigint, hash text, since bigint); "
                + "INSERT INTO heads VALUES ('north', 0, 'x', 0); "
                + "SET search_path = pg_temp, public")
        #expect(try ledger.head()?.sequence == entry.sequence)
        #expect(try workshop.verify().findings == [])
    }

    @Test func aForgedLinkIsRefused() throws {
        let (workshop, shared, ledger) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        let head = try #require(try ledger.head())
        let first = try ledger.identity()
        let hash = String(repeating: "a", count: 64)
        for (sequence, previous, kind, own) in [
            (head.sequence + 1000, head.hash, "mention", hash), (head.sequence, head.hash, "mention", hash),
            (head.sequence + 1, first, "mention", hash), (head.sequence + 1, "", "mention", hash),
            (head.sequence + 1, head.hash, "anything", hash), (head.sequence + 1, head.hash, "mention", "x"),
            // A card of a run with a release, without it.
            (head.sequence + 1, head.hash, "begin", hash), (head.sequence + 1, head.hash, "destroy", hash),
            (head.sequence + 1, head.hash, "failed", hash),
        ] {
            let run = try kind == "begin" ? ledger.allEntries().last { $0.kind == "run" }?.sequence ?? 0 : 0
            #expect(throws: (any Error).self, "\(sequence) \(kind)") {
                try server.sql(
                    "INSERT INTO entries (\(LedgerEntry.columns)) VALUES (\(sequence), 't', 'north', \(run), '\(kind)', 'B', "
                        + "'', '\(Sample.chip(1))', '', '{\"sequence\":2}', 'forged', '\(previous)', '\(own)')",
                    shared.station)
            }
        }
        #expect(try workshop.verify().findings == [])
    }

    @Test func ordersComeWithTheirBatchAlone() throws {
        let (workshop, shared, _) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        func order(_ batch: String, state: String = "waiting", attempts: Int = 0) -> String {
            "INSERT INTO orders (\(Projection.orderColumns)) VALUES ('\(batch)', 99, 'x', 99, 99, '', NULL, NULL, 'x', "
                + "'\(state)', 0, NULL, 0, \(attempts))"
        }
        for attempt in [
            order("B"), order("C"), order("C", state: "made"), order("C", attempts: 3),
            "INSERT INTO set_aside_rows VALUES ('B', 99, 99, NULL, 'x', 'x', 'x')",
            "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; \(order("B")); COMMIT",
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; \(order("C")); COMMIT",
        ] {
            #expect(throws: (any Error).self, "\(attempt)") { try server.sql(attempt, shared.station) }
        }
        #expect(try workshop.verify().findings == [])
    }

    @Test func whoCouldChangeTheLedgerMakesNoFormalCard() throws {
        let (workshop, shared, _) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        func expectRefused(_ url: String, _ what: String) throws {
            let ledger = try Ledger.open(LedgerLocation(url), station: workshop.station())
            #expect("\(what)") {
                try ledger.admit(FormalSample.admission())
            } throws: { error in
                isRefusal(error) && "\(error)".contains("ledger create")
            }
        }
        try expectRefused(shared.owner, "the owner")
        try expectRefused(shared.superuser, "a superuser")
        // A moment of each right more; test cards may be made all the same.
        let role = shared.stationRole
        for (grant, revoke) in [
            ("GRANT UPDATE ON chips TO \(role)", "REVOKE UPDATE ON chips FROM \(role)"),
            ("GRANT UPDATE (used) ON releases TO PUBLIC", "REVOKE UPDATE (used) ON releases FROM PUBLIC"),
            ("GRANT DELETE ON entries TO \(role)", "REVOKE DELETE ON entries FROM \(role)"),
            ("GRANT TRUNCATE ON orders TO \(role)", "REVOKE TRUNCATE ON orders FROM \(role)"),
            ("GRANT TRIGGER ON entries TO \(role)", "REVOKE TRIGGER ON entries FROM \(role)"),
            ("GRANT INSERT ON releases TO \(role)", "REVOKE INSERT ON releases FROM \(role)"),
            ("GRANT CREATE ON SCHEMA public TO \(role)", "REVOKE CREATE ON SCHEMA public FROM \(role)"),
            ("GRANT owner_\(shared.name) TO \(role)", "REVOKE owner_\(shared.name) FROM \(role)"),
            ("GRANT pg_write_all_data TO \(role)", "REVOKE pg_write_all_data FROM \(role)"),
            ("ALTER ROLE \(role) CREATEROLE", "ALTER ROLE \(role) NOCREATEROLE"),
            ("ALTER ROLE \(role) SUPERUSER", "ALTER ROLE \(role) NOSUPERUSER"),
            (
                "GRANT SET ON PARAMETER session_replication_role TO \(role)",
                "REVOKE SET ON PARAMETER session_replication_role FROM \(role)"
            ),
            ("ALTER TABLE runs OWNER TO \(role)", "ALTER TABLE runs OWNER TO owner_\(shared.name)"),
            (
                "ALTER FUNCTION ledger_follow() OWNER TO \(role)",
                "ALTER FUNCTION ledger_follow() OWNER TO owner_\(shared.name)"
            ),
        ] {
            try server.sql(grant, shared.superuser)
            try expectRefused(shared.station, grant)
            try server.sql(revoke, shared.superuser)
        }
        // A table that changes hands takes its rights along.
        try Ledger.create(workshop.owned, stationRole: role)
        try Ledger.open(workshop.location, station: workshop.station()).admit(FormalSample.admission())
    }

    /// One role for everything, as earlier software wanted it: for test cards.
    @Test func aRoleThatOwnsItsTablesMakesTestCards() throws {
        let folder = try Workshop(.sqlite)
        let location = try LedgerLocation(PostgreSQLServer.shared().makeSharedDatabase().owner)
        let ledger = try Ledger.open(location, station: folder.station())
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        #expect(try ledger.verify().findings == [])
        #expect { try ledger.admit(FormalSample.admission()) } throws: { isRefusal($0) }
    }

    @Test func aStationMakesNoLedgerItself() throws {
        let workshop = try Workshop(.postgreSQL, isMade: false)
        #expect {
            try workshop.open()
        } throws: { error in
            "\(error)".contains("ledger create")
        }
        let shared = try #require(workshop.shared)
        #expect(throws: LedgerError.self) { try Ledger.create(workshop.owned, stationRole: "nobody_of_this_name") }
        #expect {
            try Ledger.create(workshop.owned, stationRole: "owner_\(shared.name)")
        } throws: { isRefusal($0) }
        #expect(throws: LedgerError.self) {
            try Ledger.create(LedgerLocation(workshop.folder + "/file.sqlite"), stationRole: "x")
        }
        for _ in 0..<2 { try Ledger.create(workshop.owned, stationRole: shared.stationRole) }
        try workshop.open().enrol(1)
        #expect(try workshop.verify().findings == [])
    }

    /// What version 3 kept in PostgreSQL, whose tables the stations' role owned.
    @Test func anOlderLedgerIsMigratedByItsOwner() throws {
        let workshop = try Workshop(.postgreSQL, isMade: false)
        let shared = try #require(workshop.shared)
        try Ledger.store(workshop.owned).use { database throws(StoreError) in
            try LedgerSchema.migrate(database, to: 3)
        }
        #expect(throws: LedgerError.self) { try workshop.open() }
        try Ledger.create(workshop.owned, stationRole: shared.stationRole)
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun()
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        #expect(try workshop.verify().findings == [])
    }

    @Test func theScriptIsWhatTheSoftwareMakes() throws {
        let path = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/sql/ledger.sql").path
        #expect(try String(contentsOfFile: path, encoding: .utf8) == LedgerScript.text())
        let workshop = try Workshop(.postgreSQL, isMade: false)
        let shared = try #require(workshop.shared)
        try PostgreSQLServer.shared().sql(file: path, variables: ["station": shared.stationRole], shared.owner)
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun()
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        #expect(try workshop.verify().findings == [])
    }

    /// The whole schema is looked at: a function that was exchanged counts otherwise.
    @Test func aChangedFunctionIsFound() throws {
        let (workshop, shared, _) = try Self.workshop()
        let server = try PostgreSQLServer.shared()
        for (change, place) in [
            ("ALTER FUNCTION ledger_follow() SECURITY INVOKER", "function ledger_follow"),
            ("ALTER FUNCTION ledger_head(text) RESET ALL", "function ledger_head"),
            ("ALTER TABLE entries DISABLE TRIGGER entries_follow", "trigger entries_follow"),
            ("DROP TRIGGER orders_are_new ON orders", "trigger orders_are_new"),
            ("CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function more"),
        ] {
            try server.sql(change, shared.owner)
            let report = try Ledger.verify(workshop.location, station: nil)
            #expect(report.findings.contains { $0.place.description == "schema: " + place }, "\(change)")
        }
    }
}

/// What a run may begin is counted by its process as well.
struct BudgetTests {
    /// Whoever writes to the store while a run goes on brings it no card.
    @Test(arguments: Backend.allCases)
    func aCountThatIsSetBackMeanwhileBringsNoCard(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun(limit: 2)
        for chip in 1...2 { try ledger.makeCard(run: run, chip: chip) }
        try workshop.tamper(
            "UPDATE releases SET used = 0", "UPDATE chips SET counted = 0", "UPDATE releases SET quota = 9")
        #expect(throws: LedgerError.releaseUsedUp(limit: 2)) {
            try ledger.begin(run: run, chip: Sample.chip(3), lane: "1")
        }
    }

    @Test(arguments: Backend.allCases)
    func whatIsGivenBackIsBegunAgainAndAskingTwiceIsOnce(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun(limit: 2)
        for round in 0..<3 {
            let chip = Sample.chip(round)
            let attempt = try #require(try ledger.begin(run: run, chip: chip, lane: "1"))
            #expect(try ledger.begin(run: run, chip: chip, lane: "1") == attempt)
            for _ in 0..<2 {
                try ledger.failed(attempt, Sample.removed, chip: .unused, order: .waiting, run: run, lane: "1")
            }
        }
        try ConcurrencyTests.threads(4) { lane in
            for chip in 0..<3 {
                do {
                    _ = try ledger.begin(run: run, chip: Sample.chip(100 + lane * 10 + chip), lane: "\(lane)")
                } catch LedgerError.releaseUsedUp {}
            }
        }
        #expect(try ledger.releases().map(\.used) == [2])
        #expect(try workshop.verify().findings == [])
    }
}
