import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Synchronization

/// One connection: HTTP/1.1 behind a ``RequestGuard``, or a WebSocket that carries events.
struct AgentChannel: ServerChildChannel, HTTPChannelHandler {
    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, HTTPRequestHead)
        case refused
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let outcome: EventLoopFuture<Outcome>
    }

    /// What the listener's connections have in common.
    final class Count: Sendable {
        let open = Atomic<Int>(0)
    }

    let responder: Responder
    let limits: AgentConfiguration.Limits
    let isTLS: Bool
    let count: Count
    /// Whether a request for a WebSocket is answered with one, and the subprotocol then; a request that is not is answered
    /// like any other.
    let admitsSocket: @Sendable (HTTPRequestHead, any Channel) -> String?
    let upgrade: @Sendable (HTTPRequestHead, any Channel) -> RequestGuard.Upgrade
    let runSocket: @Sendable (NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, HTTPRequestHead) async -> Void

    /// A client's frames say little: a pong, a farewell.
    private static let longestFrame = 4_096

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (number, _) = (count.open.add(1, ordering: .relaxed).newValue, 0)
        let count = count
        channel.closeFuture.whenComplete { _ in count.open.subtract(1, ordering: .relaxed) }
        guard number <= limits.connections else {
            return channel.close().flatMapErrorThrowing { _ in }.map {
                Value(channel: channel, outcome: channel.eventLoop.makeSucceededFuture(.refused))
            }
        }
        return channel.eventLoop.makeCompletedFuture {
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrades(logger))
            // Requests of one connection are answered one after the other by whoever takes them.
            configuration.enablePipelining = false
            configuration.enableErrorHandling = false
            configuration.decoderConfiguration.maxHeaderFieldSize = limits.head
            configuration.decoderConfiguration.maxHeaderListSize = limits.head
            configuration.decoderConfiguration.maxHeaderFieldCount = 64
            let pipeline = channel.pipeline.syncOperations
            let outcome = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestGuard(limits: limits, upgrade: upgrade), position: .after(decoder.handler))
            return Value(channel: channel, outcome: outcome)
        }
    }

    private func upgrades(_ logger: Logger) -> NIOTypedHTTPServerUpgradeConfiguration<Outcome> {
        let (admitsSocket, isTLS) = (admitsSocket, isTLS)
        let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
            maxFrameSize: Self.longestFrame,
            shouldUpgrade: { channel, head in
                let headers = admitsSocket(head, channel).map { HTTPHeaders([("Sec-WebSocket-Protocol", $0)]) }
                return channel.eventLoop.makeSucceededFuture(headers)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    .socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), head)
                }
            })
        return NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: isTLS))
                return .http(
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)))
            }
        }
    }

    func handle(value: Value, logger: Logger) async {
        // A connection that ends before its first request has no outcome.
        guard let outcome = try? await value.outcome.get() else { return }
        switch outcome {
        case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
        case .socket(let channel, let head): await runSocket(channel, head)
        case .refused: break
        }
    }
}
