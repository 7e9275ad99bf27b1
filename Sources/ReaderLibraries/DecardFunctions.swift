import ISO7816

/// The functions of `libdcrf32.so` (德卡). *Assumed*: from programs that call them; no reader of theirs was tried.
///
/// A function returns 0, or less where it failed, and does not say why: whether the card is there is asked after it.
final class DecardFunctions: ReaderFunctions {
    private typealias Init = @convention(c) (Int16, Int32) -> Int32
    private typealias OfHandle = @convention(c) (Int32) -> Int16
    private typealias SetCPU = @convention(c) (Int32, UInt8) -> Int16
    private typealias Reset = @convention(c) (Int32, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CChar>) -> Int16
    private typealias Exchange =
        @convention(c) (
            Int32, UInt32, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt8>
        ) -> Int16

    private let initialize: Init
    private let shut: OfHandle
    private let setCPU: SetCPU
    private let reset: Reset
    private let transfer: Exchange
    private let hotReset: Reset?
    private let status: OfHandle?
    private var answer = [UInt8](repeating: 0, count: longestLibraryAnswer)

    init?(_ library: LoadedLibrary) {
        guard let initialize = library.function("dc_init", as: Init.self),
            let shut = library.function("dc_exit", as: OfHandle.self),
            let setCPU = library.function("dc_setcpu", as: SetCPU.self),
            let reset = library.function("dc_cpureset_hex", as: Reset.self),
            let transfer = library.function("dc_cpuapduInt", as: Exchange.self)
        else { return nil }
        self.initialize = initialize
        self.shut = shut
        self.setCPU = setCPU
        self.reset = reset
        self.transfer = transfer
        hotReset = library.function("dc_cpuhotreset_hex", as: Reset.self)
        status = library.function("dc_card_status", as: OfHandle.self)
    }

    func open(_ reader: ConfiguredReader) throws(FunctionFault) -> Int {
        let handle = initialize(Int16(reader.port) ?? 100, reader.baud)
        guard handle >= 0 else { throw FunctionFault(meaning: .readerGone, function: "dc_init", code: Int(handle)) }
        return Int(handle)
    }

    func close(_ handle: Int) { _ = shut(Int32(truncatingIfNeeded: handle)) }

    func hasCard(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> Bool? {
        guard let status else { return nil }
        try choose(slot, handle)
        let code = status(Int32(truncatingIfNeeded: handle))
        guard code >= 0 else {
            throw FunctionFault(meaning: .readerGone, function: "dc_card_status", code: Int(code))
        }
        return code == 0
    }

    func powerOn(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> [UInt8] {
        try restart(handle, slot, reset, "dc_cpureset_hex")
    }

    func warmReset(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> [UInt8]? {
        guard let hotReset else { return nil }
        return try restart(handle, slot, hotReset, "dc_cpuhotreset_hex")
    }

    private func restart(
        _ handle: Int, _ slot: UInt8, _ reset: Reset, _ name: String
    ) throws(FunctionFault) -> [UInt8] {
        try choose(slot, handle)
        var length: UInt8 = 0
        var text = [CChar](repeating: 0, count: 1_024)
        let code = reset(Int32(truncatingIfNeeded: handle), &length, &text)
        guard code == 0 else { throw fault(name, Int(code), handle, slot, otherwise: .mute) }
        let digits = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        guard let bytes = Hex.decode(String(decoding: digits, as: UTF8.self)), !bytes.isEmpty else {
            throw FunctionFault(meaning: .mute, function: name, code: Int(code))
        }
        // Some write more digits than they say bytes.
        return Array(bytes.prefix(length > 0 ? min(Int(length), 33) : 33))
    }

    func exchange(_ handle: Int, _ slot: UInt8, _ command: [UInt8]) throws(FunctionFault) -> [UInt8] {
        try choose(slot, handle)
        var command = command
        var length: UInt32 = 0
        let code = transfer(
            Int32(truncatingIfNeeded: handle), UInt32(command.count), &command, &length, &answer)
        guard code == 0 else { throw fault("dc_cpuapduInt", Int(code), handle, slot, otherwise: .other) }
        return Array(answer.prefix(Int(length)))
    }

    /// A reader with several slots works on the one that was chosen last, whoever chose it.
    private func choose(_ slot: UInt8, _ handle: Int) throws(FunctionFault) {
        let code = setCPU(Int32(truncatingIfNeeded: handle), slot)
        guard code == 0 else { throw FunctionFault(meaning: .readerGone, function: "dc_setcpu", code: Int(code)) }
    }

    private func fault(
        _ function: String, _ code: Int, _ handle: Int, _ slot: UInt8, otherwise: FunctionFault.Meaning
    ) -> FunctionFault {
        do throws(FunctionFault) {
            // Where nobody can tell, the card has to be looked for anew: it may be another by now.
            let isThere = try hasCard(handle, slot)
            return FunctionFault(meaning: isThere == true ? otherwise : .noCard, function: function, code: code)
        } catch {
            return error
        }
    }
}
