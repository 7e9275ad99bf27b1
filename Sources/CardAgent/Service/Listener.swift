import Foundation
import HTTPTypes
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A listening socket and the connections it takes.
struct Listener: Sendable {
    /// `http://127.0.0.1:8327`, `unix:/run/…`.
    let name: String
    /// Whether a browser of this machine opens the agent's page here.
    let isForPage: Bool
    private let channel: NIOAsyncChannel<AgentChannel.Value, Never>
    private let handle: @Sendable (AgentChannel.Value) async -> Void

    private static let backlog: Int32 = 128

    /// Binds the first free port of the range, or the socket.
    ///
    /// - Throws: ``AgentError/portsTaken(address:ports:)``, ``AgentError/socketTaken(path:)``,
    ///   ``AgentError/notListening(address:reason:)``.
    static func bind(
        _ listener: AgentConfiguration.Listener, tls: TLSConfiguration?, on group: any EventLoopGroup, logger: Logger,
        _ make: @escaping @Sendable (ListenerPlace) -> AgentChannel
    ) async throws -> Listener {
        switch listener {
        case .socket(let path, let mode):
            guard path.utf8.count < 104, !answers(path) else { throw AgentError.socketTaken(path: path) }
            let place = ListenerPlace(address: nil, port: nil, isThisMachine: true, isTLS: false)
            let child = make(place)
            do {
                let channel = try await bootstrap(group).bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true
                ) { child.setup(channel: $0, logger: logger) }
                guard chmod(path, mode_t(mode)) == 0 else {
                    throw AgentError.notListening(address: path, reason: String(cString: strerror(errno)))
                }
                return Listener(name: "unix:\(path)", isForPage: false, channel: channel) {
                    await child.handle(value: $0, logger: logger)
                }
            } catch let error as IOError {
                throw AgentError.notListening(address: path, reason: String(cString: strerror(error.errnoCode)))
            }
        case .address(let address, let ports, _):
            for port in ports {
                do {
                    return try await bind(address, port, listener, tls, group, logger, make)
                } catch let error as IOError where error.errnoCode == EADDRINUSE {
                    continue
                } catch let error as IOError {
                    throw AgentError.notListening(
                        address: "\(address):\(port)", reason: String(cString: strerror(error.errnoCode)))
                }
            }
            throw AgentError.portsTaken(
                address: address,
                ports: ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)")
        }
    }

    private static func bind(
        _ address: String, _ port: Int, _ listener: AgentConfiguration.Listener, _ tls: TLSConfiguration?,
        _ group: any EventLoopGroup, _ logger: Logger, _ make: @escaping @Sendable (ListenerPlace) -> AgentChannel
    ) async throws -> Listener {
        let plain = make(
            ListenerPlace(address: address, port: port, isThisMachine: listener.isThisMachine, isTLS: tls != nil))
        let secured = try tls.map { try TLSChannel(plain, tlsConfiguration: $0) }
        let setup: @Sendable (any Channel) -> EventLoopFuture<AgentChannel.Value>
        if let secured {
            setup = { secured.setup(channel: $0, logger: logger) }
        } else {
            setup = { plain.setup(channel: $0, logger: logger) }
        }
        let channel = try await bootstrap(group).bind(host: address, port: port, childChannelInitializer: setup)
        let bound = channel.channel.localAddress?.port ?? port
        let shown = address.contains(":") ? "[\(address)]" : address
        return Listener(
            name: "\(tls == nil ? "http" : "https")://\(shown):\(bound)", isForPage: listener.isThisMachine,
            channel: channel
        ) { await plain.handle(value: $0, logger: logger) }
    }

    private static func bootstrap(_ group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: backlog)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            // A client that has gone is gone at once, and its stream with it.
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: false)
    }

    /// Whether somebody listens on a socket of the file system.
    private static func answers(_ path: String) -> Bool {
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return UnixAddress(path).map { $0.withPointer { connect(probe, $0, $1) == 0 } } ?? false
    }

    /// Takes connections until the listener is closed, and serves them until the task is cancelled.
    func serve() async {
        try? await channel.executeThenClose { inbound in
            await withDiscardingTaskGroup { group in
                do {
                    for try await value in inbound { group.addTask { await handle(value) } }
                } catch {
                    // The listener is closed.
                }
            }
        }
    }

    func stopAccepting() { channel.channel.close(promise: nil) }
}
