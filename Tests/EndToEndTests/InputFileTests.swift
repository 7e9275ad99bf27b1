import Foundation
import Testing

/// Whatever lies where a file is expected: the program ends by itself, soon, with little memory, and says what is there.
@Suite("Input files on the command line") struct InputFileTests {
    /// What is no file, or none that could be meant.
    private enum Trap: String, CaseIterable {
        case pipe, device, folder, hole, dangling

        /// Part of what is said of it.
        var words: [String] {
            switch self {
            case .pipe: ["pipe"]
            case .device: ["device"]
            case .folder: ["folder"]
            case .hole: ["longer than", "too long", "is none", "not UTF-8", "line 1"]
            case .dangling: ["no such file", "is not there", "there is no", "missing"]
            }
        }

        func path(in folder: TestFolder) -> String {
            rawValue == "device" ? "/dev/zero" : folder.file(rawValue + ".yaml")
        }
    }

    private static func traps() throws -> TestFolder {
        let folder = try TestFolder()
        mkfifo(folder.file("pipe.yaml"), 0o600)
        mkdir(folder.file("folder.yaml"), 0o700)
        symlink("/nowhere/at/all", folder.file("dangling.yaml"))
        _ = FileManager.default.createFile(atPath: folder.file("hole.yaml"), contents: nil)
        chmod(folder.file("hole.yaml"), 0o600)
        truncate(folder.file("hole.yaml"), 1 << 30)
        return folder
    }

    /// `@` is the file.
    static let commands: [String] = [
        "read --profile @", "read --overlay @", "inspect --overlay @",
        "plan --batch BATCH --id X --serial 0102030405060708 --overlay @",
        "visit add --outpatient @", "visit add --outpatient --text @", "visit verify --root-key @",
        "update --from @", "update --photo @", "sam pin --check --sam-pin-file @",
        "sam pin --change --sam-pin-file PIN --new-pin-file @",
        "batch check BATCH --set-aside-file @", "batch check BATCH --profile @", "batch check BATCH --overlay @",
        "personalize --batch BATCH --lanes virtual:1 --replacements @",
        "personalize --batch BATCH --lanes virtual:1 --virtual-transport-key @",
        "personalize --batch BATCH --lanes virtual:1 --tested-environment @",
        "release show @", "release list --revocations @", "release authority show @", "keys list @",
        "keys check @ --credential PIN",
        "keys create STORE --components @ --components @ --credential PIN",
        "keys import @ --components PIN --credential PIN",
        "trace show @", "trace replay @", "testcards report @", "virtual --state @ --wait 0 --port 1",
        "virtual --sam --state @ --wait 0 --port 1", "virtual --virtual-transport-key @ --wait 0 --port 1",
        "ledger verify --ledger @", "ledger show --ledger @", "batch status BATCH --ledger @",
    ]

    @Test("Every option that names a file ends soon, whatever lies there", arguments: commands)
    func option(_ command: String) async throws {
        let folder = try Self.traps()
        try folder.write("12345678901234567890\n", to: "pin")
        chmod(folder.file("pin"), 0o600)
        for trap in Trap.allCases {
            // A card that is not there yet is made.
            if trap == .dangling, command.hasPrefix("virtual"), command.contains("--state") { continue }
            let words = command.split(separator: " ").map { word in
                switch word {
                case "@": trap.path(in: folder)
                case "BATCH": Programs.sampleBatch
                case "PIN": folder.file("pin")
                case "STORE": folder.file("store")
                default: String(word)
                }
            }
            // 600 MiB of address space would do for a program of this size; what it reads must not come on top.
            let outcome = try await Programs.run(
                "/bin/bash",
                ["-c", "ulimit -v 4000000; exec timeout -s KILL 60 \"$@\"", "-", Programs.healthcard()] + words)
            // Keys are opened by the installed program alone, whatever lies there.
            let codes: [Int32] = command.hasPrefix("keys") ? [2, 6, 8] : [2, 6]
            #expect(codes.contains(outcome.status), "\(words): \(outcome.status) \(outcome.errors)")
            let text = outcome.errors + String(decoding: outcome.output.prefix(10_000), as: UTF8.self)
            #expect(text.utf8.count < 20_000)
            #expect(!text.contains("bug"), "\(text)")
            // Of a store and a ledger the reason may be another one; of a campaign a folder is right.
            if !command.contains("ledger"), !command.hasPrefix("keys"), !command.hasPrefix("testcards") {
                #expect(trap.words.contains { text.contains($0) }, "\(words): \(text)")
            }
        }
    }

    @Test("A batch folder of traps is checked soon, and each is a problem")
    func batch() async throws {
        for trap in Trap.allCases {
            for name in ["batch.json", "applications.csv", "XZY_HKXX_9901000000012026100800001.XML"] {
                let folder = try Self.traps()
                let batch = folder.file("batch")
                try FileManager.default.copyItem(atPath: Programs.sampleBatch, toPath: batch)
                for old in try FileManager.default.contentsOfDirectory(atPath: batch)
                where old == name || (name.hasSuffix("XML") && old.hasPrefix("XZY_HKXX")) {
                    try FileManager.default.removeItem(atPath: batch + "/" + old)
                }
                symlink(trap.path(in: folder), batch + "/" + name)
                let outcome = try await Programs.run(
                    "/usr/bin/timeout", ["-s", "KILL", "60", Programs.healthcard(), "batch", "check", batch])
                #expect(outcome.status == 6, "\(trap) \(name): \(outcome.errors)")
            }
        }
    }

    @Test("A pipe of the shell is read like a file")
    func substitution() async throws {
        let outcome = try await Programs.run(
            "/bin/bash",
            [
                "-c",
                "cd \"$2\"; \"$1\" batch check . --set-aside-file <(echo 3) && \"$1\" batch check . --set-aside-file /dev/stdin <<< 4",
                "-", Programs.healthcard(), Programs.sampleBatch,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)\(String(decoding: outcome.output, as: UTF8.self))")
    }

    @Test("A report goes over no file that is read or holds something else, and replaces neither a link nor a device")
    func report() async throws {
        let folder = try TestFolder()
        let batch = folder.file("batch")
        try FileManager.default.copyItem(atPath: Programs.sampleBatch, toPath: batch)
        let photo = try #require(try FileManager.default.contentsOfDirectory(atPath: batch + "/photos").first)
        for name in ["applications.csv", "batch.json", "photos/" + photo, "../batch/./applications.csv"] {
            let before = try Data(contentsOf: URL(fileURLWithPath: batch + "/" + name))
            let outcome = try await Programs.healthcard(["batch", "check", batch, "--report", batch + "/" + name])
            #expect(outcome.status == 2, "\(name)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: batch + "/" + name)) == before)
        }
        try folder.write("keep", to: "real")
        symlink("real", folder.file("link"))
        symlink(batch + "/applications.csv", folder.file("trap"))
        #expect(try await Programs.healthcard(["batch", "check", batch, "--report", folder.file("trap")]).status == 2)
        #expect(try await Programs.healthcard(["batch", "check", batch, "--report", folder.file("link")]).status == 2)
        #expect(try folder.text("real") == "keep")
        // A report is written over as often as one likes, in whatever format it was.
        for options in [["--force"], [], ["--format", "csv"], ["--format", "json"], []] {
            let outcome = try await Programs.healthcard(
                ["batch", "check", batch, "--report", folder.file("link")] + options)
            #expect(outcome.status == 0, "\(options): \(outcome.errors)")
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "real")
        #expect(try await Programs.healthcard(["batch", "check", batch, "--report", "/dev/null"]).status == 0)
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        #expect(try await Programs.healthcard(["batch", "check", batch, "--report", folder.file("new")]).status == 0)
        #expect(stat(folder.file("new"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        // A pipe that nobody reads is waited for by nobody.
        mkfifo(folder.file("pipe"), 0o600)
        #expect(try await Programs.healthcard(["batch", "check", batch, "--report", folder.file("pipe")]).status == 6)
    }
}
