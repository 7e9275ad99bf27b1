/// What a virtual SAM is beyond its type; nil takes what the profile publishes for test SAMs.
public struct VirtualSAMOptions: Sendable, Hashable {
    /// The chip's serial number, 8 bytes; nil: `00…`, the type last.
    public var serial: [UInt8]?
    /// 4-16 decimal digits.
    public var pin: String?
    /// Two digits of GB/T 2260: the first byte of the terminal number, and whose provincial keys it holds.
    public var province: String?
    /// By name of a key: at how many levels (1-3) it is kept, where that is not what the profile says.
    public var levels: [String: Int] = [:]
    /// DELIVERY SESSION KEY wants the PIN first, as in formal SAMs it may.
    public var keysNeedPIN = false
    /// Each piece of an encryption is answered by its ciphertext; else the last piece by all of it.
    public var answersEachPiece = true

    public init() {}
}
