import CPCSC
import ISO7816
import Messages

/// An error of the PC/SC service, by the name its documentation uses. Equal by code.
public struct PCSCError: AdvisedError, Hashable {
    public typealias Code = ChannelError.Code

    /// The 32-bit code, 8010xxxx.
    public let number: UInt32
    /// The PC/SC function that answered it.
    public let function: String

    public init(number: UInt32, function: String) {
        self.number = number
        self.function = function
    }

    init(_ result: LONG, _ function: String) {
        // pcsclite's LONG has 64 bits, the codes 32.
        self.init(number: UInt32(truncatingIfNeeded: result), function: function)
    }

    public static func == (left: PCSCError, right: PCSCError) -> Bool { left.number == right.number }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }

    /// `SCARD_E_NO_SERVICE`.
    public var name: String { Self.table[number]?.name ?? "SCARD error" }

    /// Eight hexadecimal digits, as the documentation writes the code: `8010001D`.
    public var hexadecimal: String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    public static let domain = "pcsc"

    /// What the error means to those above a channel.
    public var code: ChannelError.Code { Self.channelCode(of: number) }
    public var kind: ErrorKind { channelError.kind }

    /// What the number means, without the function that answered it.
    var meaning: PCSCMeaning { PCSCMeaning(number: number) }
}

struct PCSCMeaning: Message {
    let number: UInt32
}

/// Calls a PC/SC function and throws its error.
func check(_ function: String, _ result: LONG) throws(PCSCError) {
    guard result == 0 else { throw PCSCError(result, function) }
}
