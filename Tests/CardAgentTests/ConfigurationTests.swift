import Testing

@testable import CardAgent

@Suite("Configuration") struct ConfigurationTests {
    @Test("Without a word the agent serves this machine and nobody else")
    func defaults() throws {
        for text in ["", "# nothing\n", "---\n"] {
            let configuration = try AgentConfiguration(yaml: text, file: "agent.yaml")
            #expect(configuration == AgentConfiguration())
        }
        #expect(!AgentConfiguration().listeners.contains { !$0.isThisMachine })
        #expect(AgentConfiguration().origins.isEmpty && AgentConfiguration().hosts.isEmpty)
    }

    @Test("Everything can be said")
    func everything() throws {
        let configuration = try AgentConfiguration(
            yaml: """
                listen:
                  - { address: 127.0.0.1, port: 8327-8330 }
                  - { address: "::1", port: 9000 }
                  - { socket: /run/healthcard-agent/agent.sock, mode: "0600" }
                  - { address: 0.0.0.0, port: 8443, tls: own }
                  - { address: 10.0.0.1, port: 8444, tls: { certificate: /a.pem, key: /k.pem } }
                hosts: [kis.local]
                origins: ["https://his.example"]
                pairing: listed
                tokenDays: 30
                state: /var/lib/healthcard-agent
                profile: resident-health-card
                overlays: [huada]
                sam: { reader: SAM, pinFile: /etc/healthcard/pin }
                journalDays: 100
                limits: { body: 2048, streams: 10 }
                log: debug
                """, file: "agent.yaml")
        #expect(configuration.listeners.map(\.isThisMachine) == [true, true, true, false, false])
        #expect(configuration.listeners[0] == .address("127.0.0.1", ports: 8327...8330, nil))
        #expect(configuration.listeners[2] == .socket(path: "/run/healthcard-agent/agent.sock", mode: 0o600))
        #expect(configuration.samReader == "SAM" && configuration.limits.body == 2_048)
        #expect(configuration.pairing == .listed && configuration.tokenDays == 30 && configuration.logLevel == .debug)
    }

    @Test("Every mistake is told at once, with file and line")
    func mistakes() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try AgentConfiguration(
                yaml: """
                    listen:
                      - address: 0.0.0.0
                      - { address: nowhere }
                      - { socket: relative }
                      - { address: 127.0.0.1, port: 70000 }
                    origins:
                      - https://his.example/
                    hosts: [his.example:80]
                    pairing: always
                    tokenDays: many
                    colour: red
                    limits: { body: 1 }
                    sam: {}
                    """, file: "a.yaml")
        }
        guard case .problems(let problems)? = error else { return }
        let told = Set(problems.map { "\($0.line) \($0.flaw.english.what.prefix(12))" })
        #expect(problems.allSatisfy { $0.file == "a.yaml" })
        #expect(Set(problems.map(\.line)) == [2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13], "\(told)")
        #expect(error?.english.what.contains("a.yaml:7: https://his.example/ is not an origin") == true)
    }

    @Test(
        "What is not YAML is told with its line, and nothing traps",
        arguments: [
            "listen: [", "a: b\na: c", "\t- x", "&a [*a]", "- a", "hosts: {a: b}", "!!binary x", "listen: []",
            "x: \u{1}",
            "sam: [reader]", "? [a]\n: b", "listen:\n  - tls: 3",
        ])
    func garbage(_ text: String) {
        #expect(throws: ConfigurationError.self) { try AgentConfiguration(yaml: text, file: "a.yaml") }
    }

    @Test(
        "--listen takes an address of this machine or a socket",
        arguments: [
            ("127.0.0.1:8327", true), ("127.0.0.1:0", true), ("[::1]:8327", true), ("localhost:8327", true),
            ("unix:/run/a", true),
            ("0.0.0.0:8327", false), ("10.0.0.1:8327", false), ("8327", false), ("unix:a", false),
            ("127.0.0.1:99999", false),
            ("127.0.0.1:", false), ("", false), ("127.0.0.1:5-2", false),
        ])
    func argument(_ text: String, _ isTaken: Bool) {
        #expect((AgentConfiguration.listener(argument: text) != nil) == isTaken)
    }
}
