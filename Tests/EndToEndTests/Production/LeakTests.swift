import CardProfiles
import Foundation
import ISO7816
import PostgreSQLServer
import ShangMi
import Testing

/// Keys and people's data are where they belong and nowhere else: not in what is printed, told or logged, nor in what is
/// left when the process is torn down.
@Suite("Leaks of a production") struct LeakTests {
    private static let people = 12

    /// What may not be seen, by what it is: the words for it are in no message.
    private struct Secrets {
        private(set) var keyCount = 0
        private var search = PatternSearch()
        /// One of them, for a test of the search.
        private(set) var sample: [UInt8] = []

        private static let data = "somebody's data"
        private static let number = "an ID number"

        init(_ bench: ProductionBench, _ chips: [BoxedChip]) throws {
            let profile = try CardContents.profile()
            let published = try #require(profile.testKeys)
            // The national keys, which every card's are derived from, as they are published.
            for key in profile.keys {
                add(key.name, Array(SM3.hash(Array(published.text(of: key.name).utf8)).prefix(16)))
            }
            for name in published.signatureKeys {
                let key = try SM2.PrivateKey(seed: SM3.hash(Array(published.text(of: name).utf8)))
                add(name, key.bytes.withUnsafeBytes { Array($0) })
            }
            for chip in chips {
                for key in chip.content.directories.flatMap(\.keys) {
                    add("key \(key.reference) of chip \(chip.serial)", Hex.decode(key.value) ?? [])
                }
                if let key = chip.content.transportKey {
                    add("transport key of chip \(chip.serial)", Hex.decode(key.value) ?? [])
                }
            }
            let people = try bench.batch.personalData()
            for text in people.others { search.add(Self.data, Array(text.utf8)) }
            for text in people.idNumbers { search.add(Self.number, Array(text.utf8)) }
        }

        /// As bytes, and as text in either case.
        private mutating func add(_ name: String, _ value: [UInt8]) {
            guard value.count >= 16 else { return }
            keyCount += 1
            sample = value
            for form in Self.forms(value) { search.add(name, form) }
        }

        static func forms(_ value: [UInt8]) -> [[UInt8]] {
            [value, Array(Hex.encode(value).utf8), Array(Hex.encode(value).lowercased().utf8)]
        }

        /// What a text holds that it must not.
        func found(in text: Data, allowsIDNumbers: Bool = false) -> [String] {
            search.found(in: text).filter { !allowsIDNumbers || $0 != Self.number }.sorted()
        }
    }

    /// All that runs said, by what said it.
    private final class Transcript {
        private(set) var texts: [(name: String, text: Data)] = []

        func add(_ name: String, _ outcome: Programs.Outcome) {
            texts.append(("\(name), output", outcome.output))
            texts.append(("\(name), errors", Data(outcome.errors.utf8)))
        }
    }

    /// A batch that goes through everything: a death, a stop, an outage of the server, a chip of somebody else's, then
    /// every question there is about it.
    private func eventful(_ bench: ProductionBench, _ transcript: Transcript, outage: () async throws -> Void)
        async throws
    {
        func run(_ name: String, _ words: [String]) async throws {
            transcript.add(name, try await Programs.healthcard(words, environment: bench.environment))
        }
        try await run("killed", bench.line(["--kill-at", "700:answered"], lanes: 2))
        let line = try await bench.start(["--resume"], lanes: 2)
        try await eventually("cards are made") { line.count("made") >= 2 || !line.isRunning }
        try await outage()
        transcript.add("stopped", try await line.stop())
        let plain = bench.line(["--resume"], lanes: 2).filter { $0 != "--json" }
        try await run("plain", plain)
        try await run("begun again", bench.line(lanes: 2))
        for words in [["verify"], ["verify", "--json"], ["show"], ["show", "--json"], ["show", "--entries"]] {
            try await run("ledger \(words)", ["ledger"] + words + bench.place())
        }
        try await run("ledger export --mask", ["ledger", "export", "--mask"] + bench.place())
        try await run("ledger export --mask, CSV", ["ledger", "export", "--mask", "--format", "csv"] + bench.place())
        for words in [
            ["check", bench.batch.path], ["status", bench.batch.path], ["status", bench.batch.path, "--json"],
        ] {
            try await run("batch \(words[0])", ["batch"] + words + (words[0] == "check" ? [] : bench.place()))
        }
        try await run(
            "batch report", ["batch", "report", bench.batch.path, "--out", bench.folder.file("lists")] + bench.place())
        let person = try #require(bench.batch.idNumbers.min())
        transcript.add(
            "ledger why",
            try await Programs.healthcard(
                ["ledger", "why", "-"] + bench.place(), input: person + "\n", environment: bench.environment))
    }

    private func check(_ secrets: Secrets, _ transcript: Transcript) {
        #expect(secrets.keyCount > 100)
        for (name, text) in transcript.texts {
            #expect(secrets.found(in: text) == [], "\(name)")
        }
    }

    private func files(below folder: String) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects.compactMap { $0 as? String } ?? []
        return names.map { "\(folder)/\($0)" }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    @Test("The search finds a key in any form, a name and a number")
    func searchSees() async throws {
        let bench = try await ProductionBench(people: Self.people)
        #expect(try await bench.run(lanes: 2).status == 0)
        let chips = try BoxedChip.all(in: bench.box())
        let secrets = try Secrets(bench, chips)
        let path = "\(bench.box())/made/\(chips[0].serial).json"
        // A virtual chip's own file has its keys in clear and its holder's data in hexadecimal digits.
        #expect(secrets.found(in: try Data(contentsOf: URL(fileURLWithPath: path))).count > 10)
        let rows = try Data(contentsOf: URL(fileURLWithPath: bench.batch.folder.file("applications.csv")))
        #expect(secrets.found(in: rows) == ["an ID number", "somebody's data"])
        for form in Secrets.forms(secrets.sample) {
            #expect(secrets.found(in: Data([0x41] + form + [0x42])).count == 1)
        }
    }

    @Test("A ledger in a file: nothing in output, events, errors; ID numbers in the ledger and the lists alone")
    func file() async throws {
        let bench = try await ProductionBench(people: Self.people)
        let transcript = Transcript()
        try await eventful(bench, transcript) {}
        #expect(try await bench.audit() == [])
        let secrets = try Secrets(bench, BoxedChip.all(in: bench.box()))
        check(secrets, transcript)
        for path in try files(below: bench.books) + files(below: bench.folder.file("lists")) {
            let mayName =
                path.contains("/ledger.sqlite") && !path.hasSuffix(".seal") || path.contains("/lists/")
                || path.contains("/out-")
            let text = try Data(contentsOf: URL(fileURLWithPath: path))
            let name = (path as NSString).lastPathComponent
            // A station's own key is in its file, and in no other.
            #expect(secrets.found(in: text, allowsIDNumbers: mayName) == [], "\(name)")
        }
    }

    @Test("A ledger on a server that dies: nothing in its log either, and no key in its files")
    func server() async throws {
        let server = try await onThread { try PostgreSQLServer() }
        let bench = try await ProductionBench(people: Self.people, ledger: onThread { try server.makeDatabase() })
        let transcript = Transcript()
        try await eventful(bench, transcript) {
            try await onThread {
                server.kill(signal: SIGKILL)
                try server.start()
            }
        }
        #expect(try await bench.audit() == [])
        let secrets = try Secrets(bench, BoxedChip.all(in: bench.box()))
        check(secrets, transcript)
        let log = try Data(contentsOf: URL(fileURLWithPath: server.folder + "/log"))
        #expect(!log.isEmpty)
        #expect(secrets.found(in: log) == [], "the server's log")
        try await onThread { server.kill(signal: SIGINT) }
        for path in try files(below: server.folder + "/data/base") + files(below: server.folder + "/data/pg_wal") {
            let text = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(secrets.found(in: text, allowsIDNumbers: true) == [], "\((path as NSString).lastPathComponent)")
        }
    }

    @Test("While a line works nobody of its user can look into it, and a crash leaves no core file and says nothing")
    func crash() async throws {
        // So many that the line still works when it is looked at, however busy the machine is.
        let bench = try await ProductionBench(people: 500)
        let program = bench.folder.file("healthcard")
        try FileManager.default.copyItem(atPath: Programs.healthcard(), toPath: program)
        // As root everything can be read: then the line and whoever looks into it are nobody.
        let isRoot = geteuid() == 0
        let nobody = isRoot ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        try await Programs.output("/bin/chmod", ["-R", "a+rwX", bench.folder.path])
        try await Programs.output("/bin/chmod", ["-R", "a+rX", bench.batch.path])
        let script = "ulimit -c unlimited; cd \"$0\" && exec \"$@\""
        let line = try Programs.Running(
            "/bin/sh", ["-c", script, bench.folder.path] + nobody + [program] + bench.line(lanes: 2),
            environment: bench.environment)
        try await eventually("a card is made") { line.count("made") >= 1 || !line.isRunning }
        let look = "for f in mem environ maps; do head -c 1 /proc/$0/$f >/dev/null 2>&1 && echo $f; done; exit 0"
        let command = nobody + ["/bin/sh", "-c", look, String(line.identifier)]
        let readable = try await Programs.output(command[0], Array(command.dropFirst()))
        #expect(String(decoding: readable, as: UTF8.self) == "")
        #expect(line.isRunning)
        let outcome = try await line.stop(SIGSEGV)
        #expect(outcome.status == 128 + SIGSEGV)
        #expect(!line.leftCore)
        #expect(
            try !FileManager.default.contentsOfDirectory(atPath: bench.folder.path).contains { $0.hasPrefix("core") })
        let secrets = try Secrets(bench, BoxedChip.all(in: bench.box()))
        #expect(secrets.found(in: outcome.output) == [])
        #expect(secrets.found(in: Data(outcome.errors.utf8)) == [])
    }
}
