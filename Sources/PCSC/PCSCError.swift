import CPCSC
import ISO7816

/// An error of the PC/SC service, by the name its documentation uses. Equal by code.
public struct PCSCError: Error, Sendable, Hashable {
    /// The 32-bit code, 8010xxxx.
    public let code: UInt32
    /// The PC/SC function that answered it.
    public let function: String

    public init(code: UInt32, function: String) {
        self.code = code
        self.function = function
    }

    init(_ result: LONG, _ function: String) {
        // pcsclite's LONG has 64 bits, the codes 32.
        self.init(code: UInt32(truncatingIfNeeded: result), function: function)
    }

    public static func == (left: PCSCError, right: PCSCError) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// `SCARD_E_NO_SERVICE`.
    public var name: String { Self.table[code]?.name ?? "SCARD error" }

    /// Eight hexadecimal digits, as the documentation writes the code: `8010001D`.
    public var hexadecimal: String {
        let digits = String(code, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// What to do about it.
    public var advice: String { Self.table[code]?.advice ?? "see the log of pcscd" }

    var channelCode: ChannelError.Code { Self.table[code]?.channelCode ?? .other }

    /// The same error as those above a channel know it.
    public var channelError: ChannelError { ChannelError(channelCode, description) }
}

extension PCSCError: CustomStringConvertible {
    public var description: String { "\(function): \(name) (\(hexadecimal)): \(advice)" }
}

/// Calls a PC/SC function and throws its error.
func check(_ function: String, _ result: LONG) throws(PCSCError) {
    guard result == 0 else { throw PCSCError(result, function) }
}
