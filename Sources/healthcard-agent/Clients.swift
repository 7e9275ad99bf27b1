import ArgumentParser
import CardAgent
import CardInterfaceService
import Files
import Foundation
import Logging
import Messages
import Threads

/// Where thin clients of the C interface come in.
struct ClientDoors: Sendable {
    private let listeners: [ClientListener]
    private let log: Logger

    /// - Throws: `AgentError` where a place cannot be had.
    init(_ configuration: AgentConfiguration, folder: String, log: Logger) throws(AgentError) {
        self.log = log
        var listeners: [ClientListener] = []
        for place in configuration.clientPlaces {
            listeners.append(
                try ClientListener(place, folder: folder, most: configuration.limits.clients) { event in
                    switch event {
                    case .came(let process, let peer, let user):
                        log.info(
                            "a client of the C interface came",
                            metadata: [
                                "process": "\(process)", "peer": "\(peer.map { "\($0)" } ?? "?")",
                                "user": "\(user.map { "\($0)" } ?? "?")",
                            ])
                    case .went(let process, let status):
                        let metadata: Logger.Metadata = ["process": "\(process)", "status": "\(status)"]
                        log.log(
                            level: status == 0 ? .info : .error, "a client of the C interface went", metadata: metadata)
                    case .refused: log.warning("too many clients of the C interface")
                    case .notStarted(let reason):
                        log.error("no process for a client of the C interface", metadata: ["reason": "\(reason)"])
                    }
                })
        }
        self.listeners = listeners
    }

    func open() {
        for listener in listeners {
            do {
                try listener.start()
                log.info("listening for clients of the C interface", metadata: ["address": "\(listener.name)"])
            } catch {
                log.error("no thread for clients of the C interface: \(error)")
            }
        }
    }

    func stop() { for listener in listeners { listener.stop() } }
}

/// One client's process. Nobody calls it by hand: connection and tie to the agent come with it.
struct ServeClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: ClientListener.command, abstract: "Carry out the calls of one client; started by the agent.",
        shouldDisplay: false)

    @Option(help: "The file of what client and agent prove to each other.")
    var secret: String?

    mutating func run() throws {
        // The agent tells by its tie when it is over: a card that is being written is written.
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        var proof: [UInt8]?
        if let secret {
            let text = try InputFile.contents(of: secret, atMost: 256, .file, .ownerOnly)
            proof = Array(text.reversed().drop { $0 <= 0x20 }.reversed())
        }
        let service = ClientService(socket: ClientListener.connectionDescriptor, secret: proof)
        try startThread("agent's end") {
            var byte: UInt8 = 0
            while read(ClientListener.agentDescriptor, &byte, 1) < 0, errno == EINTR {}
            service.stop()
        }
        service.run()
        Console.leave(0)
    }
}
