import Foundation

/// Somebody at a terminal: waits for prompts and types, one answer after the other.
enum Typist {
    struct Outcome: Decodable, Sendable {
        /// The exit code; above 128, the signal that ended it.
        let status: Int32
        /// Everything the terminal showed, echoes of what was typed included.
        let screen: String
        /// Whether the end left a core dump.
        let dumpsCore: Bool
        /// What the system says of the process at the last prompt.
        let lockedKilobytes: Int
        let coreLimit: String
        /// Whose the process is to others: root's, whoever runs it, when it cannot be dumped.
        let owner: Int
        let user: Int
    }

    struct Step: Encodable {
        /// What the terminal shows before it is typed.
        let prompt: String
        /// Nil ends the process by a crash.
        let answer: String?
    }

    /// Runs a program at a terminal of its own.
    /// - Parameter asNobody: drops root's rights first, where the test has them.
    static func run(
        _ program: String, _ arguments: [String], _ steps: [Step], asNobody: Bool = false, in folder: String = "/tmp"
    ) async throws -> Outcome {
        let typed = String(decoding: try JSONEncoder().encode(steps), as: UTF8.self)
        let output = try await Programs.output(
            Programs.python, ["-c", script, typed, asNobody ? "nobody" : "", folder, program] + arguments)
        return try JSONDecoder().decode(Outcome.self, from: output)
    }

    private static let script = """
        import json, os, pty, re, resource, select, signal, sys, time

        steps, user, folder, program = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
            if user and os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            for name in (
                "HEALTHCARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "HEALTHCARD_KEYS_CREDENTIAL", "CREDENTIALS_DIRECTORY",
            ):
                os.environ.pop(name, None)
            os.execv(program[0], program)

        screen, seen, facts = b"", 0, {"lockedKilobytes": 0, "coreLimit": "", "owner": -1, "user": -1}

        def read(seconds):
            global screen
            if not select.select([terminal], [], [], seconds)[0]:
                return False
            try:
                more = os.read(terminal, 65536)
            except OSError:
                return None
            screen += more
            return bool(more) or None

        def look():
            status = open("/proc/%d/status" % child).read()
            facts["lockedKilobytes"] = int(re.search(r"VmLck:\\s+(\\d+)", status).group(1))
            facts["user"] = int(re.search(r"Uid:\\s+(\\d+)", status).group(1))
            try:
                limits = open("/proc/%d/limits" % child).read()
                facts["coreLimit"] = " ".join(re.search(r"Max core file size\\s+(\\S+)\\s+(\\S+)", limits).groups())
            except OSError:
                facts["coreLimit"] = "unreadable"
            facts["owner"] = os.stat("/proc/%d/maps" % child).st_uid

        deadline = time.monotonic() + 90
        for step in steps:
            prompt = step["prompt"].encode()
            while prompt not in screen[seen:]:
                if read(1) is None or time.monotonic() > deadline:
                    sys.stderr.write("no prompt %r in %r" % (step["prompt"], screen[seen:]))
                    sys.exit(1)
            seen = screen.index(prompt, seen) + len(prompt)
            look()
            if step.get("answer") is None:
                os.kill(child, signal.SIGSEGV)
            else:
                os.write(terminal, step["answer"].encode() + b"\\n")
        while read(1) is not None and time.monotonic() < deadline:
            pass
        status = os.waitpid(child, 0)[1]
        facts["status"] = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        facts["dumpsCore"] = os.WCOREDUMP(status)
        facts["screen"] = screen.decode()
        print(json.dumps(facts))
        """
}
