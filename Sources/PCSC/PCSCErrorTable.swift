import ISO7816

extension PCSCError {
    struct Entry: Sendable {
        let name: String
        let channelCode: ChannelError.Code
    }

    public static let internalError: UInt32 = 0x8010_0001
    public static let cancelled: UInt32 = 0x8010_0002
    public static let invalidHandle: UInt32 = 0x8010_0003
    public static let insufficientBuffer: UInt32 = 0x8010_0008
    public static let unknownReader: UInt32 = 0x8010_0009
    public static let timeout: UInt32 = 0x8010_000A
    public static let sharingViolation: UInt32 = 0x8010_000B
    public static let noSmartcard: UInt32 = 0x8010_000C
    public static let protocolMismatch: UInt32 = 0x8010_000F
    public static let notTransacted: UInt32 = 0x8010_0016
    public static let readerUnavailable: UInt32 = 0x8010_0017
    public static let noService: UInt32 = 0x8010_001D
    public static let serviceStopped: UInt32 = 0x8010_001E
    public static let unsupportedFeature: UInt32 = 0x8010_001F
    public static let noReadersAvailable: UInt32 = 0x8010_002E
    public static let dataLost: UInt32 = 0x8010_002F
    public static let unresponsiveCard: UInt32 = 0x8010_0066
    public static let unpoweredCard: UInt32 = 0x8010_0067
    public static let resetCard: UInt32 = 0x8010_0068
    public static let removedCard: UInt32 = 0x8010_0069
    /// Not of the service: the call took longer than ``CommandLimit`` allows and was given up. The bit says, as in other
    /// tables of such codes, that an application made it.
    public static let givenUp: UInt32 = 0xA010_000A

    /// Not of the service either: the system's PC/SC library is not there, or lacks a function.
    public static let noLibrary: UInt32 = 0xA010_001D

    /// Every code of pcsclite.h. Two names share 1F there; other makers of PC/SC have the second at 22.
    static let table: [UInt32: Entry] = {
        var table: [UInt32: Entry] = [:]
        for (code, name, channel) in rows {
            table[code] = Entry(name: name, channelCode: channel)
        }
        return table
    }()

    private static let rows: [(UInt32, String, ChannelError.Code)] = [
        (0xA010_000A, "COMMAND_LIMIT", .timeout),
        (0xA010_001D, "NO_LIBRARY", .serviceUnavailable),
        (0x8010_0001, "SCARD_F_INTERNAL_ERROR", .other),
        (0x8010_0002, "SCARD_E_CANCELLED", .cancelled),
        (0x8010_0003, "SCARD_E_INVALID_HANDLE", .serviceUnavailable),
        (0x8010_0004, "SCARD_E_INVALID_PARAMETER", .commandRejected),
        (0x8010_0005, "SCARD_E_INVALID_TARGET", .other),
        (0x8010_0006, "SCARD_E_NO_MEMORY", .other),
        (0x8010_0007, "SCARD_F_WAITED_TOO_LONG", .timeout),
        (0x8010_0008, "SCARD_E_INSUFFICIENT_BUFFER", .malformedResponse),
        (0x8010_0009, "SCARD_E_UNKNOWN_READER", .readerUnavailable),
        (0x8010_000A, "SCARD_E_TIMEOUT", .timeout),
        (0x8010_000B, "SCARD_E_SHARING_VIOLATION", .sharingViolation),
        (0x8010_000C, "SCARD_E_NO_SMARTCARD", .cardRemoved),
        (0x8010_000D, "SCARD_E_UNKNOWN_CARD", .other),
        (0x8010_000E, "SCARD_E_CANT_DISPOSE", .other),
        (0x8010_000F, "SCARD_E_PROTO_MISMATCH", .cardUnresponsive),
        (0x8010_0010, "SCARD_E_NOT_READY", .readerUnavailable),
        (0x8010_0011, "SCARD_E_INVALID_VALUE", .commandRejected),
        (0x8010_0012, "SCARD_E_SYSTEM_CANCELLED", .cancelled),
        (0x8010_0013, "SCARD_F_COMM_ERROR", .serviceUnavailable),
        (0x8010_0014, "SCARD_F_UNKNOWN_ERROR", .other),
        (0x8010_0015, "SCARD_E_INVALID_ATR", .cardUnresponsive),
        (0x8010_0016, "SCARD_E_NOT_TRANSACTED", .cardUnresponsive),
        (0x8010_0017, "SCARD_E_READER_UNAVAILABLE", .readerUnavailable),
        (0x8010_0018, "SCARD_P_SHUTDOWN", .serviceUnavailable),
        (0x8010_0019, "SCARD_E_PCI_TOO_SMALL", .other),
        (0x8010_001A, "SCARD_E_READER_UNSUPPORTED", .readerUnavailable),
        (0x8010_001B, "SCARD_E_DUPLICATE_READER", .readerUnavailable),
        (0x8010_001C, "SCARD_E_CARD_UNSUPPORTED", .cardUnresponsive),
        (0x8010_001D, "SCARD_E_NO_SERVICE", .serviceUnavailable),
        (0x8010_001E, "SCARD_E_SERVICE_STOPPED", .serviceUnavailable),
        (0x8010_001F, "SCARD_E_UNSUPPORTED_FEATURE", .commandRejected),
        (0x8010_0020, "SCARD_E_ICC_INSTALLATION", .other),
        (0x8010_0021, "SCARD_E_ICC_CREATEORDER", .other),
        (0x8010_0022, "SCARD_E_UNSUPPORTED_FEATURE", .commandRejected),
        (0x8010_0023, "SCARD_E_DIR_NOT_FOUND", .other),
        (0x8010_0024, "SCARD_E_FILE_NOT_FOUND", .other),
        (0x8010_0025, "SCARD_E_NO_DIR", .other),
        (0x8010_0026, "SCARD_E_NO_FILE", .other),
        (0x8010_0027, "SCARD_E_NO_ACCESS", .readerUnavailable),
        (0x8010_0028, "SCARD_E_WRITE_TOO_MANY", .other),
        (0x8010_0029, "SCARD_E_BAD_SEEK", .other),
        (0x8010_002A, "SCARD_E_INVALID_CHV", .other),
        (0x8010_002B, "SCARD_E_UNKNOWN_RES_MNG", .other),
        (0x8010_002C, "SCARD_E_NO_SUCH_CERTIFICATE", .other),
        (0x8010_002D, "SCARD_E_CERTIFICATE_UNAVAILABLE", .other),
        (0x8010_002E, "SCARD_E_NO_READERS_AVAILABLE", .readerUnavailable),
        (0x8010_002F, "SCARD_E_COMM_DATA_LOST", .cardUnresponsive),
        (0x8010_0030, "SCARD_E_NO_KEY_CONTAINER", .other),
        (0x8010_0031, "SCARD_E_SERVER_TOO_BUSY", .serviceUnavailable),
        (0x8010_0065, "SCARD_W_UNSUPPORTED_CARD", .cardUnresponsive),
        (0x8010_0066, "SCARD_W_UNRESPONSIVE_CARD", .cardUnresponsive),
        (0x8010_0067, "SCARD_W_UNPOWERED_CARD", .cardReset),
        (0x8010_0068, "SCARD_W_RESET_CARD", .cardReset),
        (0x8010_0069, "SCARD_W_REMOVED_CARD", .cardRemoved),
        // What the client library also says when a service dies between a call and its answer.
        (0x8010_006A, "SCARD_W_SECURITY_VIOLATION", .serviceUnavailable),
        (0x8010_006B, "SCARD_W_WRONG_CHV", .other),
        (0x8010_006C, "SCARD_W_CHV_BLOCKED", .other),
        (0x8010_006D, "SCARD_W_EOF", .other),
        (0x8010_006E, "SCARD_W_CANCELLED_BY_USER", .cancelled),
        (0x8010_006F, "SCARD_W_CARD_NOT_AUTHENTICATED", .other),
    ]
}
