import HealthCard
import Messages
import NIOCore
import NIOHTTP1

/// Stands behind the HTTP parser of each connection and lets through what is a request: whole, in time, and no longer than
/// allowed. Everything else gets its problem and the connection ends; nothing behind it sees any of that.
final class RequestGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A client that takes nothing for so long is as good as gone.
    static let stallLimit = TimeAmount.seconds(60)
    /// How long what a refused client still sends is thrown away, so that it can read why it was refused.
    static let linger = TimeAmount.milliseconds(500)

    /// What becomes of a request that asks for another protocol.
    enum Upgrade: Sendable, Hashable {
        case admitted
        /// Of a protocol that is not spoken here: answered as if it had not asked (RFC 9110 §7.8). Java's client asks for
        /// HTTP/2 so with every first request.
        case ignored
        case refused(AgentError)
    }

    private let limits: AgentConfiguration.Limits
    private let upgrade: @Sendable (HTTPRequestHead, any Channel) -> Upgrade
    /// The connection speaks another protocol now.
    private var isUpgraded = false
    /// It was refused: nothing comes in or goes out any more.
    private var isRefused = false
    private var bodyBytes = 0
    private var waitingResponses = 0
    private var isResponding = false
    private var closesAfterResponse = false
    /// It asked for another protocol: the parser takes nothing more from it.
    private var isLast = false
    private var deadline: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    init(
        limits: AgentConfiguration.Limits,
        upgrade: @escaping @Sendable (HTTPRequestHead, any Channel) -> Upgrade = { _, _ in .ignored }
    ) {
        self.limits = limits
        self.upgrade = upgrade
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { endTimers() }

    func channelInactive(context: ChannelHandlerContext) {
        endTimers()
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        if deadline == nil { arm(context, .seconds(Int64(limits.requestSeconds))) }
    }

    private func endTimers() {
        deadline?.cancel()
        stall?.cancel()
    }

    private func arm(_ context: ChannelHandlerContext, _ time: TimeAmount?) {
        deadline?.cancel()
        deadline = time.map { time in
            context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
                // Of a connection that says nothing there is nothing to tell.
                if bodyBytes == 0, waitingResponses == 0 {
                    context.close(promise: nil)
                } else {
                    refuse(context, .tooSlow)
                }
            }
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isUpgraded { return context.fireChannelRead(data) }
        if isRefused { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            waitingResponses += 1
            bodyBytes = 0
            if let problem = StrictRequest.problem(head, bodyLimit: limits.body) { return refuse(context, problem) }
            arm(context, .seconds(Int64(limits.requestSeconds)))
            if head.headers.contains(name: "upgrade") {
                switch upgrade(head, context.channel) {
                case .admitted: break
                case .refused(let problem): return refuse(context, problem)
                case .ignored:
                    isLast = true
                    var plain = head
                    for name in ["upgrade", "http2-settings"] { plain.headers.remove(name: name) }
                    let kept = head.headers[canonicalForm: "connection"].map { $0.lowercased() }.filter {
                        $0 != "upgrade" && $0 != "http2-settings"
                    }
                    plain.headers.remove(name: "connection")
                    if !kept.isEmpty { plain.headers.add(name: "connection", value: kept.joined(separator: ", ")) }
                    return context.fireChannelRead(wrapInboundOut(.head(plain)))
                }
            }
        case .body(let buffer):
            bodyBytes += buffer.readableBytes
            guard bodyBytes <= limits.body else { return refuse(context, .bodyTooLong(limit: limits.body)) }
        case .end:
            bodyBytes = 0
            arm(context, nil)
            // Nobody looks at trailers, so nobody gets any.
            return context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isUpgraded else { return context.fireErrorCaught(error) }
        guard let error = error as? HTTPParserError else {
            context.close(promise: nil)
            return
        }
        if isRefused { return }
        waitingResponses += 1
        refuse(context, error == .headerOverflow ? .headTooLong : .malformedRequest(.syntax))
    }

    private func refuse(_ context: ChannelHandlerContext, _ error: AgentError) {
        guard !isRefused else { return }
        isRefused = true
        endTimers()
        guard waitingResponses <= 1, !isResponding else {
            context.close(promise: nil)
            return
        }
        let body = Problem(error).text
        var headers = HTTPHeaders(SecurityHeaders.all.map { ($0.0, $0.1) })
        headers.add(name: "Content-Type", value: Problem.mediaType)
        headers.add(name: "Content-Length", value: String(body.utf8.count))
        headers.add(name: "Connection", value: "close")
        let status = HTTPResponseStatus(statusCode: error.status)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isUpgraded { return context.write(data, promise: promise) }
        if isRefused {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status == .switchingProtocols:
            isUpgraded = true
            endTimers()
        case .head(var head):
            isResponding = true
            if isLast {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                closesAfterResponse = true
                return context.write(wrapOutboundOut(.head(head)), promise: promise)
            }
            closesAfterResponse = head.headers["connection"].contains { $0.lowercased() == "close" }
        case .body: break
        case .end:
            isResponding = false
            waitingResponses -= 1
            if waitingResponses == 0 {
                arm(context, closesAfterResponse ? Self.linger : .seconds(Int64(limits.idleSeconds)))
            }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            stall = context.eventLoop.assumeIsolated().scheduleTask(in: Self.stallLimit) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }
}
