import ISO7816

/// GET RESPONSE (ISO/IEC 7816-4:2013 §11.7.1): on a T=0 link, the answer that the command before could not carry.
struct GetResponse: Instruction {
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let waiting = card.session.waiting
        try require(!waiting.isEmpty, .conditionsNotSatisfied)
        guard command.data.isEmpty, let ne = command.ne else { throw Refusal(.wrongLength) }
        try require(ne <= waiting.count || command.wantsAll, .correctLength(waiting.count))
        let data = Array(waiting.prefix(ne))
        let rest = waiting.count - data.count
        return Answer(data: data, status: rest == 0 ? .ok : .remaining(min(rest, 256)))
    }
    func finish(_ card: CardSystem) {
        card.session.waiting.removeFirst(min(command.ne ?? 0, card.session.waiting.count))
    }
}
