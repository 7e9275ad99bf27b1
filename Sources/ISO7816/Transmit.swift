/// What `send` may do besides sending the command it is given.
public struct TransmitOptions: Sendable, Hashable {
    /// Fetch waiting bytes with GET RESPONSE after 61xx.
    public var followsRemaining = true
    /// Send the same command once more with the Le that 6Cxx names.
    public var correctsLength = true
    /// Split data over `maximumData` bytes into a command chain.
    public var chains = false
    /// Longest data field of one link, 1-65535.
    public var maximumData = 255
    /// Bytes of answer after which a card that never ends is given up.
    public var maximumAnswer = 65_536
    public var form: CommandAPDU.LengthForm = .automatic

    public init() {}

    public static let `default` = TransmitOptions()
}

extension CardChannel {
    /// Sends a command and its continuations (GET RESPONSE after 61xx, the same command after 6Cxx, chaining when
    /// asked for) and nothing else. Any status word is a result.
    /// - Throws: `.channel` when bytes do not travel, `.malformed` for an answer below two bytes or without end,
    ///   `.command` for a command that cannot be encoded.
    public func send(_ command: CommandAPDU, options: TransmitOptions = .default) throws(CardError) -> ResponseAPDU {
        let links = options.chains ? command.chained(maximum: options.maximumData) : [command]
        for link in links.dropLast() {
            let answer = try exchange(link, options)
            guard answer.status.isSuccess else { return answer }
        }
        var current = links.last ?? command
        var answer = try exchange(current, options)
        if options.correctsLength, answer.data.isEmpty, let length = answer.status.correctLength {
            current.ne = length
            answer = try exchange(current, options)
        }
        guard options.followsRemaining else { return answer }
        // GET RESPONSE travels on the logical channel of the command, without chaining or secure messaging bits.
        let channelBits: UInt8 = command.cla & 0xC0 == 0x40 ? command.cla & 0x4F : command.cla & 0x03
        while let waiting = answer.status.remaining {
            let more = try exchange(.getResponse(cla: channelBits, ne: waiting), options)
            // A card that promises bytes and never sends any would keep us here for ever.
            if more.data.isEmpty, more.status.remaining != nil {
                throw .malformed("the card answers 61xx without end", command.header)
            }
            answer = ResponseAPDU(data: answer.data + more.data, status: more.status)
            guard answer.data.count <= options.maximumAnswer else {
                throw .malformed("the answer is longer than \(options.maximumAnswer) bytes", command.header)
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

    private func exchange(_ command: CommandAPDU, _ options: TransmitOptions) throws(CardError) -> ResponseAPDU {
        let bytes: [UInt8]
        do { bytes = try command.encoded(options.form) } catch { throw .command(error, command.header) }
        let answer: [UInt8]
        do { answer = try transmit(bytes) } catch { throw .channel(error, command.header) }
        guard let response = try? ResponseAPDU(answer) else {
            throw .malformed("\(answer.count) bytes are no answer, SW1-SW2 are missing", command.header)
        }
        return response
    }
}

extension CommandAPDU {
    /// GET RESPONSE (ISO/IEC 7816-4:2013 §11.7.1).
    public static func getResponse(cla: UInt8 = 0, ne: Int) -> CommandAPDU {
        CommandAPDU(cla: cla, ins: 0xC0, p1: 0, p2: 0, ne: ne)
    }
}
