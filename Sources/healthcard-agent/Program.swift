import ArgumentParser
import CardAgent
import Foundation
import Logging
import Messages
import PCSC
import Releases
import ShangMi
import Synchronization
import Threads

@main
enum Program {
    static func main() async {
        ProcessStart.settle()
        // What the agent makes is its owner's alone.
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try AgentCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let error as any AdvisedError {
            Console.fail(error)
        } catch {
            let code = AgentCommand.exitCode(for: error)
            let text = AgentCommand.fullMessage(for: error)
            if code.isSuccess { Console.print(text) } else { Console.note(text) }
            Console.leave(code.isSuccess ? 0 : 2)
        }
        Console.leave(0)
    }
}

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcard-agent",
        abstract: "The local service for hospital programs: health cards (居民健康卡) as JSON over HTTP, with events.",
        discussion: """
            Without a file it serves this machine on the first free port of 8327-8336. Docs/agent.md has the \
            configuration, the rules of pairing and the API. SIGTERM ends it once acts on cards are done, SIGHUP reads the \
            configuration again.

            Exit codes: 0 ended by a signal, 2 usage, 6 configuration or state, 70 a bug.
            """,
        version: EngineIdentity.currentVersion,
        subcommands: [
            RunCommand.self, CheckCommand.self, PageCommand.self, JournalCommand.self, ServeClientCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}

struct AgentOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration, YAML. Default: /etc/healthcard/agent.yaml where it is there.")
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to listen, instead of what the configuration says; may be repeated.",
            valueName: "127.0.0.1:PORT|unix:PATH"))
    var listen: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where thin clients of the C interface come in, instead of what the configuration says; may be repeated.",
            valueName: "unix:PATH|127.0.0.1:PORT"))
    var clients: [String] = []

    static let standardPath = "/etc/healthcard/agent.yaml"

    var environment: [String: String] { ProcessInfo.processInfo.environment }

    func load() throws -> AgentConfiguration {
        var configuration = AgentConfiguration()
        if let config {
            configuration = try AgentConfiguration.load(config)
        } else if access(Self.standardPath, F_OK) == 0 {
            configuration = try AgentConfiguration.load(Self.standardPath)
        }
        if !listen.isEmpty {
            configuration.listeners = try listen.map { text in
                guard let listener = AgentConfiguration.listener(argument: text) else {
                    throw ValidationError(ConsoleText.badListener(text).text(in: Console.language))
                }
                return listener
            }
        }
        if !clients.isEmpty {
            configuration.clientPlaces = try clients.map { text in
                guard let place = AgentConfiguration.clientPlace(argument: text) else {
                    throw ValidationError(ConsoleText.badListener(text).text(in: Console.language))
                }
                return place
            }
        }
        return configuration
    }
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Serve until a signal ends it.")

    @OptionGroup var options: AgentOptions

    mutating func run() async throws {
        let configuration = try options.load()
        LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
        var logger = Logger(label: "healthcard-agent")
        logger.logLevel = configuration.logLevel
        let log = logger
        CommandLimit.onGivingUp { limit in
            // The thread is lost, and the reader with it; whoever started the agent starts it again.
            log.critical("a reader did not answer", metadata: ["seconds": "\(Int(limit / .seconds(1)))"])
            Console.leave(3)
        }
        let environment = options.environment
        let agent = try Agent(
            configuration, environment: environment, version: EngineIdentity.currentVersion, logger: logger)
        let notice = ServiceNotice(environment: environment)
        let (options, fingerprints) = (options, agent.fingerprints)
        let watch = try SignalWatch([SIGTERM, SIGINT, SIGHUP]) { signal in
            guard signal == SIGHUP else {
                notice.stopping()
                agent.stop()
                return
            }
            notice.reloading()
            do {
                let needsRestart = agent.reload(try options.load())
                log.info("the configuration was read again", metadata: ["needsRestart": "\(needsRestart)"])
            } catch {
                log.error("the configuration was not taken over: \(error)")
            }
            notice.ready()
        }
        let watchdog = Task {
            guard let interval = notice.watchdogInterval else { return }
            while !Task.isCancelled {
                if await agent.isAlive() { notice.alive() }
                try? await Task.sleep(for: interval)
            }
        }
        let clients = try ClientDoors(
            configuration, folder: configuration.folder(in: environment), log: log)
        defer { clients.stop() }
        try await agent.run { addresses in
            for address in addresses { log.info("listening", metadata: ["address": "\(address)"]) }
            clients.open()
            for fingerprint in fingerprints { log.info("certificate", metadata: ["sha256": "\(fingerprint)"]) }
            notice.status("listening on \(addresses.joined(separator: ", "))")
            notice.ready()
        }
        watchdog.cancel()
        watch.end()
        log.info("stopped")
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the configuration, the state folder and the certificate; serve nothing.")

    @OptionGroup var options: AgentOptions

    mutating func run() throws {
        let configuration = try options.load()
        _ = try Agent.profile(configuration)
        let agent = try Agent(
            configuration, environment: options.environment, version: EngineIdentity.currentVersion,
            logger: Logger(label: "healthcard-agent"))
        Console.print(
            ConsoleText.configurationGood(
                listeners: configuration.listeners.map(\.description) + configuration.clientPlaces.map(\.description),
                state: configuration.folder(in: options.environment)))
        for fingerprint in agent.fingerprints { Console.print(ConsoleText.fingerprint(fingerprint)) }
    }
}

struct PageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page",
        abstract: "Print the link that sets a browser up as a counter, and opens the right to pair programs.")

    @OptionGroup var options: AgentOptions

    mutating func run() throws {
        let configuration = try options.load()
        let code = try Agent.pageCode(configuration, environment: options.environment)
        let address = Agent.lastAddress(configuration, environment: options.environment)
        Console.print(address.map { ConsoleText.page("\($0)/#\(code)") } ?? .pageNotYet(code: code))
    }
}

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Verify the chain of the access journal.")

    @OptionGroup var options: AgentOptions

    mutating func run() throws {
        if let flaw = try Agent.journalFlaw(options.load(), environment: options.environment) {
            throw JournalFlaw(file: flaw.file, line: flaw.line)
        }
        Console.print(ConsoleText.journalWhole)
    }
}
