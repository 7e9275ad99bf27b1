import CardProfiles
import ISO7816

/// A command was refused; what it had done before counts only where Docs/protocol.md says so.
struct Refusal: Error {
    let status: StatusWord
    init(_ status: StatusWord) { self.status = status }
}

struct Answer {
    var data: [UInt8] = []
    var status = StatusWord.ok
}

/// A key of the current directory and what it protects.
struct KeyUse {
    var key: CardStore.Key
    /// `plain`: the challenge is taken and nothing is deciphered.
    var protection: Protection
}

/// One instruction, in the steps of Docs/protocol.md §4 "Order of checks". `CardSystem.run` takes the steps in this
/// order; a step that an instruction does not write passes.
protocol Instruction: SendableMetatype {
    /// The classes it is known under, without the chaining bit.
    static var classes: [UInt8] { get }
    /// Whether a blocked directory still serves it.
    static var worksWhenBlocked: Bool { get }

    init(_ command: ReceivedCommand)
    var command: ReceivedCommand { get set }

    /// 6986, 6A82 for a short identifier
    mutating func findFile(_ card: CardSystem) throws(Refusal)
    /// 6981
    mutating func checkKind(_ card: CardSystem) throws(Refusal)
    /// 6982
    mutating func checkRight(_ card: CardSystem) throws(Refusal)
    /// 6A86
    mutating func checkParameters(_ card: CardSystem) throws(Refusal)
    /// 6A83, 6B00
    mutating func findPlace(_ card: CardSystem) throws(Refusal)
    /// 6700, 6Cxx, 6A84 for a length that does not fit the place
    mutating func checkLength(_ card: CardSystem) throws(Refusal)
    /// 6A88, and 6985 or 9303 when this is not the time for it; the steps 6983, 6984 and 6988 follow from what it returns.
    mutating func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse?
    /// 6A80 and what else only the content tells. `command.data` is deciphered by now.
    mutating func checkContent(_ card: CardSystem) throws(Refusal)
    /// Stages what is to be written and says the answer.
    mutating func perform(_ card: CardSystem) throws(Refusal) -> Answer
    /// What the chip remembers once everything is written.
    func finish(_ card: CardSystem)
}

extension Instruction {
    static var classes: [UInt8] { [0x00] }
    static var worksWhenBlocked: Bool { false }
    func findFile(_ card: CardSystem) throws(Refusal) {}
    func checkKind(_ card: CardSystem) throws(Refusal) {}
    func checkRight(_ card: CardSystem) throws(Refusal) {}
    func checkParameters(_ card: CardSystem) throws(Refusal) {}
    func findPlace(_ card: CardSystem) throws(Refusal) {}
    func checkLength(_ card: CardSystem) throws(Refusal) {}
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? { nil }
    func checkContent(_ card: CardSystem) throws(Refusal) {}
    func finish(_ card: CardSystem) {}

    func require(_ condition: Bool, _ status: StatusWord) throws(Refusal) {
        guard condition else { throw Refusal(status) }
    }

    /// A command that answers nothing has no Le.
    func requireBody(_ isRight: Bool) throws(Refusal) {
        try require(isRight && (command.ne == nil || command.toleratesLe), .wrongLength)
    }

    /// The answer data, if Le lets all of it through: 6Cxx otherwise, 6700 without Le.
    func whole(_ data: [UInt8]) throws(Refusal) -> Answer {
        guard let ne = command.ne else { throw Refusal(.wrongLength) }
        try require(data.count <= ne, .correctLength(data.count))
        return Answer(data: data)
    }
}
