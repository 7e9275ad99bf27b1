import Glibc

/// One connection to the view: a request, then an answer, or a stream of pictures.
final class ViewConnection {
    /// For a request; a browser on this machine needs milliseconds.
    static let requestTime = Duration.seconds(5)
    /// A browser that takes nothing for so long is as good as gone.
    static let stallTime = Duration.seconds(20)
    /// How long what a browser still sends is thrown away, so that it can read the answer.
    static let lingerTime = Duration.milliseconds(500)
    /// Bytes that wait for a browser.
    static let mostWaiting = 1 << 20

    enum State { case reading, answering, lingering, streaming, closed }

    let descriptor: CInt
    private(set) var state = State.reading
    private var input: [UInt8] = []
    private var output: ArraySlice<UInt8> = []
    /// When it ends, unless something happens before.
    private(set) var deadline: ContinuousClock.Instant?
    /// The picture that was sent last.
    var shown: [UInt8] = []

    init(_ descriptor: CInt, now: ContinuousClock.Instant) {
        self.descriptor = descriptor
        deadline = now + Self.requestTime
    }

    deinit { close(descriptor) }

    var wantsToWrite: Bool { !output.isEmpty }

    /// Reads what is there.
    ///
    /// - Returns: what the bytes are, while a request is read.
    func receive() -> ViewRequest.Reading {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return .more }
        guard count > 0 else {
            state = .closed
            return .more
        }
        // Nobody says anything after the request.
        guard state == .reading else { return .more }
        input += buffer[..<count]
        let reading = ViewRequest.read(input)
        if reading != .more { input = [] }
        return reading
    }

    /// Answers, and ends the connection behind the answer.
    func answer(_ bytes: [UInt8], now: ContinuousClock.Instant) {
        output = bytes[...]
        state = .answering
        deadline = now + Self.stallTime
        flush(now)
    }

    /// Begins a stream of events.
    func stream(_ head: [UInt8], now: ContinuousClock.Instant) {
        output = head[...]
        state = .streaming
        deadline = nil
        flush(now)
    }

    func send(_ bytes: [UInt8], now: ContinuousClock.Instant) {
        guard output.count + bytes.count <= Self.mostWaiting else {
            state = .closed
            return
        }
        output += bytes
        flush(now)
    }

    /// Writes what the other side takes now.
    func flush(_ now: ContinuousClock.Instant) {
        while !output.isEmpty, state != .closed {
            let count = output.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                if deadline == nil { deadline = now + Self.stallTime }
                return
            }
            guard count > 0 else {
                state = .closed
                return
            }
            output = output.dropFirst(count)
            deadline = state == .streaming ? nil : now + Self.stallTime
        }
        if output.isEmpty { output = [] }
        if state == .answering {
            // The end of the answer is told; what the other side still sends is thrown away until it has read it.
            shutdown(descriptor, Int32(SHUT_WR))
            state = .lingering
            deadline = now + Self.lingerTime
        }
    }

    func expire(_ now: ContinuousClock.Instant) { if let deadline, deadline <= now { state = .closed } }
}
