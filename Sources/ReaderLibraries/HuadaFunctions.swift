/// The functions of readers for social-security cards, as Huada's `SSSE32` library and others have them. *Assumed*: from
/// programs that call them; no such reader was tried.
///
/// A function returns a length or a handle, or a code below zero: -1 wrong kind of card, -2 no card, -3 card not switched
/// on, -4 no answer, -11 no connection to the reader, -12 not opened, -13 not supported, -14 wrong argument, -15 checksum.
final class HuadaFunctions: ReaderFunctions {
    private typealias Open = @convention(c) (UnsafeMutablePointer<CChar>) -> Int
    private typealias OfHandle = @convention(c) (Int) -> Int
    private typealias OfSlot = @convention(c) (Int, UInt8) -> Int
    private typealias PowerOn = @convention(c) (Int, UInt8, UnsafeMutablePointer<UInt8>) -> Int
    private typealias Application =
        @convention(c) (Int, UInt8, Int, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Int

    private let openReader: Open
    private let start: PowerOn
    private let application: Application
    private let closeReader: OfHandle?
    private let status: OfSlot?
    private var answer = [UInt8](repeating: 0, count: longestLibraryAnswer)

    init?(_ library: LoadedLibrary) {
        guard let openReader = library.function("ICC_Reader_Open", as: Open.self),
            let start = library.function("ICC_Reader_PowerOn", as: PowerOn.self),
            let application = library.function("ICC_Reader_Application", as: Application.self)
        else { return nil }
        self.openReader = openReader
        self.start = start
        self.application = application
        closeReader = library.function("ICC_Reader_Close", as: OfHandle.self)
        status = library.function("ICC_Reader_GetStatus", as: OfSlot.self)
    }

    func open(_ reader: ConfiguredReader) throws(FunctionFault) -> Int {
        var name = reader.port.utf8.map { CChar(bitPattern: $0) } + [0]
        let handle = openReader(&name)
        guard handle >= 0 else { throw FunctionFault(meaning: .readerGone, function: "ICC_Reader_Open", code: handle) }
        return handle
    }

    func close(_ handle: Int) { _ = closeReader?(handle) }

    func hasCard(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> Bool? {
        guard let status else { return nil }
        switch status(handle, slot) {
        case -2: return false
        case -13: return nil
        case let code where code <= -11: throw fault("ICC_Reader_GetStatus", code)
        default: return true
        }
    }

    func powerOn(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> [UInt8] {
        let length = start(handle, slot, &answer)
        guard length > 0, length <= answer.count else { throw fault("ICC_Reader_PowerOn", length, otherwise: .mute) }
        return Array(answer.prefix(min(length, 33)))
    }

    func warmReset(_ handle: Int, _ slot: UInt8) -> [UInt8]? { nil }

    func exchange(_ handle: Int, _ slot: UInt8, _ command: [UInt8]) throws(FunctionFault) -> [UInt8] {
        var command = command
        let length = application(handle, slot, command.count, &command, &answer)
        guard length >= 0, length <= answer.count else { throw fault("ICC_Reader_Application", length) }
        return Array(answer.prefix(length))
    }

    private func fault(
        _ function: String, _ code: Int, otherwise: FunctionFault.Meaning = .other
    ) -> FunctionFault {
        let meaning: FunctionFault.Meaning =
            switch code {
            // A card that is not on any more is one that was taken out and put in again.
            case -2, -3: .noCard
            case -1, -4: .mute
            case -11, -12: .readerGone
            default: otherwise
            }
        return FunctionFault(meaning: meaning, function: function, code: code)
    }
}
