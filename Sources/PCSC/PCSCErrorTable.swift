import ISO7816

extension PCSCError {
    struct Entry: Sendable {
        let name: String
        let advice: String
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
    public static let unresponsiveCard: UInt32 = 0x8010_0066
    public static let unpoweredCard: UInt32 = 0x8010_0067
    public static let resetCard: UInt32 = 0x8010_0068
    public static let removedCard: UInt32 = 0x8010_0069
    /// Not of the service: the call took longer than ``CommandLimit`` allows and was given up. The bit says, as in other
    /// tables of such codes, that an application made it.
    public static let givenUp: UInt32 = 0xA010_000A

    /// Every code of pcsclite.h. Two names share 1F there; other makers of PC/SC have the second at 22.
    static let table: [UInt32: Entry] = {
        var table: [UInt32: Entry] = [:]
        for (code, name, channel, advice) in rows {
            table[code] = Entry(name: name, advice: advice, channelCode: channel)
        }
        return table
    }()

    private static let rows: [(UInt32, String, ChannelError.Code, String)] = [
        (
            0xA010_000A, "no answer in time", .timeout,
            "card or reader took a command and did not answer: take the card out and put it in again; if that does not "
                + "help, plug the reader in again"
        ),
        (0x8010_0001, "SCARD_F_INTERNAL_ERROR", .other, "pcscd failed inside: see its log, restart it"),
        (0x8010_0002, "SCARD_E_CANCELLED", .cancelled, "the wait was cancelled"),
        (
            0x8010_0003, "SCARD_E_INVALID_HANDLE", .serviceUnavailable,
            "the connection is gone, perhaps with pcscd: connect anew"
        ),
        (
            0x8010_0004, "SCARD_E_INVALID_PARAMETER", .commandRejected,
            "an argument does not suit pcscd: check the reader name and lengths"
        ),
        (0x8010_0005, "SCARD_E_INVALID_TARGET", .other, "start-up information is missing: reinstall pcscd"),
        (0x8010_0006, "SCARD_E_NO_MEMORY", .other, "memory has run out: close other programs"),
        (0x8010_0007, "SCARD_F_WAITED_TOO_LONG", .timeout, "an inner timer of pcscd ran out: plug the reader in again"),
        (
            0x8010_0008, "SCARD_E_INSUFFICIENT_BUFFER", .malformedResponse,
            "the answer is longer than the longest APDU: suspect card or driver"
        ),
        (0x8010_0009, "SCARD_E_UNKNOWN_READER", .readerUnavailable, "no reader of this name: see `healthcard readers`"),
        (0x8010_000A, "SCARD_E_TIMEOUT", .timeout, "nothing happened in the time given: insert a card, or wait longer"),
        (
            0x8010_000B, "SCARD_E_SHARING_VIOLATION", .sharingViolation,
            "another program holds the card: end it, or wait"
        ),
        (0x8010_000C, "SCARD_E_NO_SMARTCARD", .cardRemoved, "there is no card in the reader: insert one"),
        (0x8010_000D, "SCARD_E_UNKNOWN_CARD", .other, "the card name is not known to pcscd"),
        (
            0x8010_000E, "SCARD_E_CANT_DISPOSE", .other,
            "the reader cannot eject or unpower the card: take it out by hand"
        ),
        (
            0x8010_000F, "SCARD_E_PROTO_MISMATCH", .cardUnresponsive,
            "the card does not speak the protocol asked for: allow T=0 and T=1"
        ),
        (0x8010_0010, "SCARD_E_NOT_READY", .readerUnavailable, "reader or card is not ready yet: try again"),
        (0x8010_0011, "SCARD_E_INVALID_VALUE", .commandRejected, "an argument has no meaning for pcscd"),
        (0x8010_0012, "SCARD_E_SYSTEM_CANCELLED", .cancelled, "the system is shutting down"),
        (
            0x8010_0013, "SCARD_F_COMM_ERROR", .serviceUnavailable,
            "the talk with pcscd broke off: check that it still runs, and that it lets this user in (polkit)"
        ),
        (0x8010_0014, "SCARD_F_UNKNOWN_ERROR", .other, "pcscd failed for a reason it does not know: see its log"),
        (
            0x8010_0015, "SCARD_E_INVALID_ATR", .cardUnresponsive,
            "the answer to reset is not valid: clean the card's contacts"
        ),
        (
            0x8010_0016, "SCARD_E_NOT_TRANSACTED", .cardUnresponsive,
            "there is no transaction to end, or the exchange with the card failed: insert the card again"
        ),
        (0x8010_0017, "SCARD_E_READER_UNAVAILABLE", .readerUnavailable, "the reader has gone: plug it in again"),
        (0x8010_0018, "SCARD_P_SHUTDOWN", .serviceUnavailable, "pcscd is ending: start it again"),
        (0x8010_0019, "SCARD_E_PCI_TOO_SMALL", .other, "a buffer of the driver is too small: update the driver"),
        (
            0x8010_001A, "SCARD_E_READER_UNSUPPORTED", .readerUnavailable,
            "the reader's driver lacks what is needed: update it"
        ),
        (
            0x8010_001B, "SCARD_E_DUPLICATE_READER", .readerUnavailable,
            "two readers have the same name: give each its own in reader.conf"
        ),
        (
            0x8010_001C, "SCARD_E_CARD_UNSUPPORTED", .cardUnresponsive,
            "the reader cannot work with this card: try another reader"
        ),
        (
            0x8010_001D, "SCARD_E_NO_SERVICE", .serviceUnavailable,
            "pcscd is not running: start it (`systemctl start pcscd`, or `pcscd`)"
        ),
        (0x8010_001E, "SCARD_E_SERVICE_STOPPED", .serviceUnavailable, "pcscd has stopped: start it again"),
        (
            0x8010_001F, "SCARD_E_UNSUPPORTED_FEATURE", .commandRejected,
            "reader or card cannot do this (also SCARD_E_UNEXPECTED)"
        ),
        (0x8010_0020, "SCARD_E_ICC_INSTALLATION", .other, "no provider is registered for the card"),
        (0x8010_0021, "SCARD_E_ICC_CREATEORDER", .other, "the order of object creation is not supported"),
        (0x8010_0022, "SCARD_E_UNSUPPORTED_FEATURE", .commandRejected, "reader or card cannot do this"),
        (0x8010_0023, "SCARD_E_DIR_NOT_FOUND", .other, "the card has no such directory"),
        (0x8010_0024, "SCARD_E_FILE_NOT_FOUND", .other, "the card has no such file"),
        (0x8010_0025, "SCARD_E_NO_DIR", .other, "this is no directory of the card"),
        (0x8010_0026, "SCARD_E_NO_FILE", .other, "this is no file of the card"),
        (
            0x8010_0027, "SCARD_E_NO_ACCESS", .readerUnavailable,
            "access denied: pcscd may want a user of its group, or a policy rule"
        ),
        (0x8010_0028, "SCARD_E_WRITE_TOO_MANY", .other, "the card has no room left"),
        (0x8010_0029, "SCARD_E_BAD_SEEK", .other, "the file position could not be set"),
        (0x8010_002A, "SCARD_E_INVALID_CHV", .other, "the PIN is wrong"),
        (
            0x8010_002B, "SCARD_E_UNKNOWN_RES_MNG", .other,
            "a lower layer answered something pcscd does not know: see its log"
        ),
        (0x8010_002C, "SCARD_E_NO_SUCH_CERTIFICATE", .other, "there is no such certificate"),
        (0x8010_002D, "SCARD_E_CERTIFICATE_UNAVAILABLE", .other, "the certificate cannot be had"),
        (
            0x8010_002E, "SCARD_E_NO_READERS_AVAILABLE", .readerUnavailable,
            "there is no reader: plug one in, and check its driver"
        ),
        (
            0x8010_002F, "SCARD_E_COMM_DATA_LOST", .cardUnresponsive,
            "data was lost on the way: clean the contacts, try again"
        ),
        (0x8010_0030, "SCARD_E_NO_KEY_CONTAINER", .other, "there is no such key container"),
        (0x8010_0031, "SCARD_E_SERVER_TOO_BUSY", .serviceUnavailable, "pcscd has too much to do: try again"),
        (
            0x8010_0065, "SCARD_W_UNSUPPORTED_CARD", .cardUnresponsive,
            "the reader cannot talk to this card: is it the right kind, the right way round?"
        ),
        (
            0x8010_0066, "SCARD_W_UNRESPONSIVE_CARD", .cardUnresponsive,
            "the card does not answer a reset: turn it, clean it, try another"
        ),
        (0x8010_0067, "SCARD_W_UNPOWERED_CARD", .cardReset, "the card has no power: connect anew"),
        (0x8010_0068, "SCARD_W_RESET_CARD", .cardReset, "another program reset the card, rights are lost: begin again"),
        (0x8010_0069, "SCARD_W_REMOVED_CARD", .cardRemoved, "the card was taken out: insert it again"),
        (
            // What the client library also says when a service dies between a call and its answer.
            0x8010_006A, "SCARD_W_SECURITY_VIOLATION", .serviceUnavailable,
            "pcscd hung up, because it ended or its policy (polkit) does not let this user in: see whether it runs"
        ),
        (0x8010_006B, "SCARD_W_WRONG_CHV", .other, "the PIN is wrong"),
        (0x8010_006C, "SCARD_W_CHV_BLOCKED", .other, "the PIN is blocked"),
        (0x8010_006D, "SCARD_W_EOF", .other, "the end of the file is reached"),
        (0x8010_006E, "SCARD_W_CANCELLED_BY_USER", .cancelled, "the user cancelled"),
        (0x8010_006F, "SCARD_W_CARD_NOT_AUTHENTICATED", .other, "no PIN was given"),
    ]
}
