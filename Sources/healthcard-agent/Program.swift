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
            let text = Console.translated(AgentCommand.fullMessage(for: error))
            if code.isSuccess { Console.print(text) } else { Console.note(text) }
            Console.leave(code.isSuccess ? 0 : 2)
        }
        Console.leave(0)
    }
}

/// The help in the language of whoever reads it.
private func say(_ text: AgentHelp) -> String { text.text(in: Console.language) }

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcard-agent",
        abstract: say(.program), discussion: say(.programMore),
        version: EngineIdentity.currentVersion,
        subcommands: [RunCommand.self, CheckCommand.self, PageCommand.self, JournalCommand.self],
        defaultSubcommand: RunCommand.self)
}

struct AgentOptions: ParsableArguments {
    @Option(name: .long, help: "\(say(.config))")
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "\(say(.listen))",
            valueName: "127.0.0.1:PORT|unix:PATH"))
    var listen: [String] = []

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
        return configuration
    }
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: say(.run))

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
        try await agent.run { addresses in
            for address in addresses { log.info("listening", metadata: ["address": "\(address)"]) }
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
        commandName: "check", abstract: say(.check))

    @OptionGroup var options: AgentOptions

    mutating func run() throws {
        let configuration = try options.load()
        _ = try Agent.profile(configuration)
        let agent = try Agent(
            configuration, environment: options.environment, version: EngineIdentity.currentVersion, serves: false,
            logger: Logger(label: "healthcard-agent"))
        Console.print(
            ConsoleText.configurationGood(
                listeners: configuration.listeners.map(\.description),
                state: configuration.folder(in: options.environment)))
        for fingerprint in agent.fingerprints { Console.print(ConsoleText.fingerprint(fingerprint)) }
    }
}

struct PageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: say(.page))

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
        commandName: "journal", abstract: say(.journal))

    @OptionGroup var options: AgentOptions

    mutating func run() throws {
        if let flaw = try Agent.journalFlaw(options.load(), environment: options.environment) {
            throw JournalFlaw(file: flaw.file, line: flaw.line)
        }
        Console.print(ConsoleText.journalWhole)
    }
}
