public import CHealthCardHeader
import ISO7816

@c @implementation
public func iDOpenPort() -> Int32 { CardInterface.shared.openPort() }

@c @implementation
public func iDClosePort() -> Int32 { CardInterface.shared.closePort() }

@c @implementation
public func OpenDevice(_ port: Int32) -> HANDLE? { CardInterface.shared.openDevice(port) }

@c @implementation
public func CloseDevice(_ device: HANDLE?) -> DWORD {
    DWORD(bitPattern: CardInterface.shared.closeDevice(device))
}

@c @implementation
public func PowerOn(_ device: HANDLE?, _ slot: Int32, _ ATR: CText?) -> Int32 {
    ATR?.put([])
    return CardInterface.shared.call(
        device, ["slot \(slot)", Shape.pointer("ATR", ATR)]
    ) { terminal throws(ReturnCode) in
        guard let ATR else { throw .argument.because("the buffer is NULL") }
        let answer = try terminal.reset(CardTerminal.Slot(slot))
        // Whole bytes in the room that programs have, and never more than their memory has.
        let room = CallerMemory.readable(ATR, atMost: terminal.conventions.answerRoom).count
        ATR.put(Hex.encode(answer.prefix(max(0, room - 1) / 2)).utf8)
    }
}

@c @implementation
public func SendAPDU(
    _ device: HANDLE?, _ slot: UInt8, _ command: UnsafeMutablePointer<UInt8>?, _ length: UInt,
    _ response: UnsafeMutablePointer<UInt8>?, _ responseLength: UnsafeMutablePointer<Int32>?
) -> DWORD {
    // Before anything is written: a caller's buffers may overlap.
    let given = Result { () throws(ReturnCode) in
        guard let command, (4...65_544).contains(length) else {
            throw .argument.because("the command is NULL, shorter than 4 bytes or longer than 65544")
        }
        return try CallerMemory.whole(command, Int(length))
    }
    if let responseLength { CallerMemory.put(number: Int32(0), at: responseLength) }
    let shape = [
        "slot \(slot)", "\(length) bytes", Shape.pointer("command", command), Shape.pointer("response", response),
    ]
    let code = CardInterface.shared.call(device, shape) { terminal throws(ReturnCode) in
        let bytes = try given.get()
        guard let response, let responseLength else { throw .argument.because("a pointer for the answer is NULL") }
        let slot = try CardTerminal.Slot(Int32(slot))
        // Le and the status word: more than a program that sent this command makes room for is not written.
        let room: Int
        do { room = max(256, try CommandAPDU(bytes).ne ?? 0) + 2 } catch {
            throw .argument.because("the bytes are not a command")
        }
        let answer = try terminal.transmit(bytes, to: slot)
        guard answer.count <= room else {
            throw (slot == .card ? ReturnCode.card : .sam).because("an answer longer than Le allows")
        }
        CallerMemory.put(answer, at: response)
        let status = terminal.conventions.commandLength == .withoutStatus ? min(2, answer.count) : 0
        CallerMemory.put(number: Int32(clamping: answer.count - status), at: responseLength)
    }
    return DWORD(bitPattern: code)
}

extension CardTerminal.Slot {
    /// - Throws: `argument` for a slot that is not one of a card or of the SAM.
    init(_ slot: Int32) throws(ReturnCode) {
        switch slot {
        case SLOT_USER, SLOT_CARD: self = .card
        case SLOT_PSAM, SLOT_PSAM_3: self = .sam
        default: throw .argument.because("no such slot: 0x01 and 0x12 are the card's, 0x11 and 0x03 the SAM's")
        }
    }
}
