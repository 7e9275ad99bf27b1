/// What `send` may do besides sending the command it is given.
public struct TransmitOptions: Sendable, Hashable {
    /// Fetch waiting bytes with GET RESPONSE after 61xx.
    public var followsRemaining = true
    /// Send the same command, or the same GET RESPONSE, once more with the Le that 6Cxx names.
    public var correctsLength = true
    /// Split data over `maximumData` bytes into a command chain.
    public var chains = false
    /// Longest data field of one link, 1-65535.
    public var maximumData = 255
    /// Bytes of answer after which a card that never ends is given up.
    public var maximumAnswer = 65_536
    /// GET RESPONSE commands after which a card that never ends is given up.
    public var maximumContinuations = 1024
    public var form: CommandAPDU.LengthForm = .automatic

    public init() {}

    public static let `default` = TransmitOptions()
}

extension CardChannel {
    /// Sends a command and its continuations (GET RESPONSE after 61xx, the same command after 6Cxx, chaining when
    /// asked for) and nothing else. Any status word is a result.
    ///
    /// All bytes that 61xx announces are fetched, for a command without Le as well. Over T=0 commands travel as
    /// `CommandAPDU.encodedForT0` has them; data over 255 bytes then need `options.chains`.
    /// - Throws: `.channel` when bytes do not travel, `.malformed` for an answer below two bytes or without end,
    ///   `.command` for a command that cannot be encoded.
    public func send(_ command: CommandAPDU, options: TransmitOptions = .default) throws(CardError) -> ResponseAPDU {
        var current = command
        if options.chains, command.data.count > options.maximumData {
            let links = command.chained(maximum: options.maximumData)
            for link in links.dropLast() {
                let answer = try exchange(link, options)
                guard answer.status.isSuccess else { return answer }
            }
            current = links.last ?? command
        }
        var answer = try correctedExchange(current, options)
        guard options.followsRemaining else { return answer }
        var continuations = 0
        while let waiting = answer.status.remaining {
            let next = CommandAPDU.getResponse(cla: command.continuationClass, ne: waiting)
            let more = try correctedExchange(next, options)
            continuations += 1
            answer.data += more.data
            answer.status = more.status
            // A card that promises bytes and never sends any, or never ends, would keep us here for ever.
            let isStuck = more.data.isEmpty || continuations >= options.maximumContinuations
            guard more.status.remaining == nil || !isStuck else {
                throw .malformed(.endless, command.header)
            }
            guard answer.data.count <= options.maximumAnswer else {
                throw .malformed(.tooLong(limit: options.maximumAnswer), command.header)
            }
        }
        return answer
    }

    /// As `send`, and an error unless the status word is one of `expected`.
    public func execute(
        _ command: CommandAPDU, expecting expected: Set<StatusWord> = [.ok], options: TransmitOptions = .default
    ) throws(CardError) -> ResponseAPDU {
        let answer = try send(command, options: options)
        guard expected.contains(answer.status) else { throw .status(answer.status, command.header) }
        return answer
    }

    /// One exchange, and after 6Cxx without data one more with the right Le.
    private func correctedExchange(
        _ command: CommandAPDU, _ options: TransmitOptions
    ) throws(CardError) -> ResponseAPDU {
        let answer = try exchange(command, options)
        guard options.correctsLength, answer.data.isEmpty, let length = answer.status.correctLength else {
            return answer
        }
        // Over T=0 a command with data has no Le that could be put right: it would go out unchanged.
        guard transmissionProtocol != .t0 || command.data.isEmpty else { return answer }
        var corrected = command
        corrected.ne = length
        return try exchange(corrected, options)
    }

    private func exchange(_ command: CommandAPDU, _ options: TransmitOptions) throws(CardError) -> ResponseAPDU {
        let bytes: [UInt8]
        do {
            bytes = try transmissionProtocol == .t0 ? command.encodedForT0() : command.encoded(options.form)
        } catch {
            throw .command(error, command.header)
        }
        let answer: [UInt8]
        do { answer = try transmit(bytes) } catch { throw .channel(error, command.header) }
        guard let response = try? ResponseAPDU(answer) else {
            throw .malformed(.tooShort(bytes: answer.count), command.header)
        }
        return response
    }
}
