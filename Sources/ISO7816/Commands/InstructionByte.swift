/// INS of every command that a health card or its security access module takes (ISO/IEC 7816-4:2013 §5.4.2,
/// `Docs/card.md §3`).
public enum InstructionByte {
    public static let eraseRecord: UInt8 = 0x0C
    public static let cardBlock: UInt8 = 0x16
    public static let applicationUnblock: UInt8 = 0x18
    public static let applicationBlock: UInt8 = 0x1E
    public static let verify: UInt8 = 0x20
    public static let activateFile: UInt8 = 0x44
    public static let changePIN: UInt8 = 0x5E
    public static let externalAuthenticate: UInt8 = 0x82
    public static let getChallenge: UInt8 = 0x84
    public static let internalAuthenticate: UInt8 = 0x88
    public static let select: UInt8 = 0xA4
    public static let readBinary: UInt8 = 0xB0
    public static let readRecord: UInt8 = 0xB2
    public static let getResponse: UInt8 = 0xC0
    public static let getData: UInt8 = 0xCA
    public static let dataCompress: UInt8 = 0xCC
    public static let digitalSignature: UInt8 = 0xCE
    public static let writeRecord: UInt8 = 0xD2
    public static let writeKey: UInt8 = 0xD4
    public static let updateBinary: UInt8 = 0xD6
    public static let updateRecord: UInt8 = 0xDC
    public static let deliverSessionKey: UInt8 = 0xDE
    public static let createFile: UInt8 = 0xE0
    public static let setStatus: UInt8 = 0xF0
    public static let cipherData: UInt8 = 0xFA

    /// The name of the command, `READ RECORD`; nil for an instruction that is not in these tables.
    public static func name(of ins: UInt8) -> String? { names[ins] }

    private static let names: [UInt8: String] = [
        eraseRecord: "ERASE RECORD", cardBlock: "CARD BLOCK", applicationUnblock: "APPLICATION UNBLOCK",
        applicationBlock: "APPLICATION BLOCK", verify: "VERIFY", activateFile: "ACTIVATE FILE",
        changePIN: "CHANGE PIN", externalAuthenticate: "EXTERNAL AUTHENTICATE", getChallenge: "GET CHALLENGE",
        internalAuthenticate: "INTERNAL AUTHENTICATE", select: "SELECT", readBinary: "READ BINARY",
        readRecord: "READ RECORD", getResponse: "GET RESPONSE", getData: "GET DATA", dataCompress: "DATA COMPRESS",
        digitalSignature: "DIGITAL SIGNATURE", writeRecord: "WRITE RECORD", writeKey: "WRITE KEY",
        updateBinary: "UPDATE BINARY", updateRecord: "UPDATE RECORD", deliverSessionKey: "DELIVERY SESSION KEY",
        createFile: "CREATE FILE", setStatus: "SET STATUS", cipherData: "CIPHER DATA",
    ]
}
