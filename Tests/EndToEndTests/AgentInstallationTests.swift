import Foundation
import Testing

/// What `Scripts/install --agent` makes; as a user that every system has, so that none is entered.
@Suite("The installed agent") struct AgentInstallationTests {
    private let folder = InstallationFolder()

    private func install(_ prefix: String) async throws -> Programs.Outcome {
        let agent = URL(fileURLWithPath: try Programs.healthcard()).deletingLastPathComponent()
            .appendingPathComponent("healthcard-agent").path
        return try await InstalledProgram.asRoot([
            Programs.root.appendingPathComponent("Scripts/install").path, "--agent", "--prefix", prefix,
            "--agent-user", "daemon", "--program", agent,
        ])
    }

    @Test("program, unit, rule and configuration are there for its user; a configuration that is there is kept")
    func layout() async throws {
        let prefix = folder.file("agent")
        for round in 0..<2 {
            let outcome = try await install(prefix)
            try #require(outcome.status == 0, "\(outcome.errors)")
            let said = String(decoding: outcome.output, as: UTF8.self)
            #expect(said.contains("healthcard-agent is installed: user daemon"))
            // Outside its folder nothing was done: what is still to be done is said.
            #expect(said.contains("systemctl link \(prefix)/lib/systemd/system/healthcard-agent.service"))
            guard round == 0 else { continue }
            let change = "echo '# changed here' >>'\(prefix)/etc/healthcard/agent.yaml'"
            #expect(try await InstalledProgram.asRoot(["/bin/sh", "-c", change]).status == 0)
        }
        func text(_ path: String) throws -> String {
            try String(contentsOfFile: prefix + "/" + path, encoding: .utf8)
        }
        #expect(try text("etc/healthcard/agent.yaml").hasSuffix("# changed here\n"))
        let unit = try text("lib/systemd/system/healthcard-agent.service")
        let command = "\(prefix)/bin/healthcard-agent --config \(prefix)/etc/healthcard/agent.yaml"
        #expect(unit.contains("ExecStart=\(command)\n"))
        #expect(unit.contains("\nUser=daemon\n") && unit.contains("\nStateDirectory=healthcard-agent\n"))
        let rule = try text("share/polkit-1/rules.d/60-healthcard-agent.rules")
        #expect(rule.contains("subject.user == \"daemon\""))
        for text in [unit, rule] { #expect(!text.contains(/@[A-Z]+@/)) }
        let verified = try await Programs.run(
            "/usr/bin/systemd-analyze",
            ["verify", "--man=no", prefix + "/lib/systemd/system/healthcard-agent.service"])
        #expect(!verified.errors.contains("healthcard-agent.service:"), "\(verified.errors)")
        // No keys are its business: no group, no folders for them.
        #expect(!FileManager.default.fileExists(atPath: prefix + "/etc/healthcard/keys"))
        var status = stat()
        #expect(stat(prefix + "/bin/healthcard-agent", &status) == 0 && status.st_mode & 0o7777 == 0o755)
    }

    @Test("the configuration that is installed is one that the agent takes")
    func configuration() async throws {
        let prefix = folder.file("checked")
        let outcome = try await install(prefix)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let shipped = try String(contentsOfFile: prefix + "/etc/healthcard/agent.yaml", encoding: .utf8)
        // With a state folder that whoever runs the tests may write.
        let own = folder.file("agent.yaml")
        try shipped.replacing("state: /var/lib/healthcard-agent", with: "state: \(folder.file("state"))")
            .write(toFile: own, atomically: true, encoding: .utf8)
        let check = try await Programs.run(prefix + "/bin/healthcard-agent", ["check", "--config", own])
        #expect(check.status == 0, "\(check.errors)")
        #expect(String(decoding: check.output, as: UTF8.self).contains("unix:/run/healthcard-agent/agent.sock"))
    }
}
