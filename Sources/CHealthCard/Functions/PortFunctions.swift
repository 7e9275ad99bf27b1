public import CHealthCardHeader
import ISO7816

@c @implementation
public func iDOpenPort() -> Int32 { CardInterface.shared.openPort() }

@c @implementation
public func iDClosePort() -> Int32 { CardInterface.shared.closePort() }

@c @implementation
public func OpenDevice(_ port: Int32) -> HANDLE? { CardInterface.shared.openDevice() }

@c @implementation
public func CloseDevice(_ device: HANDLE?) -> DWORD {
    DWORD(bitPattern: CardInterface.shared.closeDevice(device))
}

@c @implementation
public func PowerOn(_ device: HANDLE?, _ slot: Int32, _ ATR: CText?) -> Int32 {
    ATR?.put([])
    return CardInterface.shared.call(device) { terminal throws(ReturnCode) in
        guard let ATR else { throw .argument }
        let answer = try terminal.reset(CardTerminal.Slot(slot))
        // Programs have room for 40 digits.
        ATR.put(Hex.encode(answer.prefix(20)).utf8)
    }
}

@c @implementation
public func SendAPDU(
    _ device: HANDLE?, _ slot: UInt8, _ command: UnsafeMutablePointer<UInt8>?, _ length: UInt,
    _ response: UnsafeMutablePointer<UInt8>?, _ responseLength: UnsafeMutablePointer<Int32>?
) -> DWORD {
    responseLength?.pointee = 0
    let code = CardInterface.shared.call(device) { terminal throws(ReturnCode) in
        guard let command, let response, let responseLength, (4...65_544).contains(length) else { throw .argument }
        let slot = try CardTerminal.Slot(Int32(slot))
        let bytes = Array(UnsafeBufferPointer(start: command, count: Int(length)))
        // Le and the status word: more than a program that sent this command makes room for is not written.
        let room: Int
        do { room = max(256, try CommandAPDU(bytes).ne ?? 0) + 2 } catch { throw .argument }
        let answer = try terminal.transmit(bytes, to: slot)
        guard answer.count <= room else { throw slot == .card ? .card : .sam }
        for (index, byte) in answer.enumerated() { response[index] = byte }
        responseLength.pointee = Int32(clamping: answer.count)
    }
    return DWORD(bitPattern: code)
}

extension CardTerminal.Slot {
    /// - Throws: `argument` for a slot that is none.
    init(_ slot: Int32) throws(ReturnCode) {
        switch slot {
        case SLOT_USER, SLOT_CARD: self = .card
        case SLOT_PSAM: self = .sam
        default: throw .argument
        }
    }
}
