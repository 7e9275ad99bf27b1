import CardProfiles
import HealthCard

/// The orders of calls that hospital programs make (`Docs/c-interface.md`).
public enum InterfaceProgram: String, Sendable, Hashable, Codable, CaseIterable {
    /// The port, a handle nobody ever set, the slots 1 and 0x11, one buffer for everything that is not wanted.
    case dialogs
    /// A device, the slots 1 and 3, 30 bytes for the answer to reset, buffers of just the right size.
    case smallBuffers = "small-buffers"
    /// Items by number, with the lengths of the interface's own item table.
    case itemTable = "item-table"
    /// Every reading function, with buffers of just the right size, and with arguments that are none.
    case specification
    /// Whole visits as bytes; writes to the card.
    case visits

    /// Whether it changes the card.
    public var writes: Bool { self == .visits }

    /// Loads a library and makes the calls. One that cannot be loaded is a line as well.
    ///
    /// - Parameters:
    ///   - path: of the library.
    ///   - pin: the SAM's; decimal digits.
    ///   - tell: given a line for each thing that happens.
    /// - Throws: ``InterfaceCheckError``.
    public func run(
        _ path: String, _ profile: CardProfile, pin: String, tell: @escaping (String) -> Void
    ) throws {
        func say(_ line: ProbeLine) { if let line = line.line { tell(line) } }
        let library: InterfaceLibrary
        do throws(InterfaceCheckError) {
            library = try InterfaceLibrary(path)
        } catch {
            guard case .notLoaded(let reason) = error else { throw error }
            return say(.notLoaded(reason))
        }
        let probe = InterfaceProbe(library, profile, program: rawValue, tell: say)
        switch self {
        case .dialogs: try probe.dialogs(pin)
        case .smallBuffers: try probe.smallBuffers()
        case .itemTable: try probe.itemTable()
        case .specification: try probe.specification(pin)
        case .visits: try probe.visits(pin)
        }
        say(.finished)
    }
}

extension InterfaceProbe {
    private static var slotCard: Argument { .number(0x01) }
    private static var slotSAM: Argument { .number(0x11) }
    /// What a variable holds that nobody ever set.
    private static var unset: Argument { .number(0xCCCC_CCCC) }

    func dialogs(_ pin: String) throws {
        let atr = Argument.text(try room(60))
        call("iDOpenPort", [], [0])
        _ = done("PowerOn", [Self.unset, Self.slotCard, atr])
        _ = done("PowerOn", [Self.unset, Self.slotSAM, atr])
        _ = done("iVerifyPIN", [Self.unset, try text(pin)])
        _ = done("iR_DDF1EF06Info", [Self.unset] + (try (0..<5).map { _ in .text(try room(50)) }))
        _ = done("iR_DDF1EF08Info", [Self.unset] + (try (0..<6).map { _ in .text(try room(21)) }))
        _ = done("iR_DF01EF05Info", [Self.unset] + (try (0..<4).map { _ in .text(try room(120)) }))
        let scratch = try room(361)
        _ = done("iR_DDF1EF05Info", [Self.unset] + [Argument](repeating: .text(scratch), count: 10))
        _ = done("iR_DF02EF05Info", [Self.unset] + [Argument](repeating: .text(scratch), count: 15))
        photo(Self.unset, try room(3075))
        call("iDClosePort", [], [0])
    }

    func smallBuffers() throws {
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        _ = done("PowerOn", [device, .number(1), .text(try room(30))])
        _ = done("PowerOn", [device, .number(3), .text(try room(30))])
        _ = done("iR_DDF1EF06Info", [device] + outputs("DDF1/EF06"))
        call("IReader_GetDeviceCSN", [device, .text(try room(100))], [0, 104])
        _ = done("iReader_SAM_Public", [device, .text(try room(100))])
        call("LockPersonalInfo", [device], [0])
        call("iReader_GetLastEEIndex", [device], [], others: [1, 2, 3])
        call("iReader_GetLastEDIndex", [device], [], others: [1, 2, 3, 4, 5])
        call("CloseDevice", [device], [0])
    }

    /// The photo, whose length has to be that of a JPEG in the buffer.
    private func photo(_ device: Argument, _ buffer: GuardedBuffer) {
        guard done("iR_DDF1EF07Info", [device, .output(buffer)]) else { return }
        let bytes = buffer.bytes
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        guard length > 0 else { return }
        let isPicture = length + 2 <= bytes.count && bytes[2...].starts(with: [0xFF, 0xD8])
        if !isPicture {
            deviates(
                .content, "iR_DDF1EF07Info", "the length before the photo is not that of a JPEG",
                "照片前的长度与 JPEG 数据不符")
        }
    }

    func itemTable() throws {
        call("iDOpenPort", [], [0])
        let one = profile.files.filter { $0.structure.kind != .transparent && $0.shape == .object }
        for file in one {
            for item in file.items {
                let digits = item.coding == .ans ? item.length : 2 * item.length
                let value = try room(digits + 1)
                let error = try room(4)
                let element = try bytes(Self.element(item, value, error))
                guard case .input(let array) = element else { continue }
                guard done("wsc_GetCardInfo", [.null, .output(array), .number(1)]) else { continue }
                let length = Int(array.bytes[16]) | Int(array.bytes[17]) << 8
                if length > digits {
                    deviates(
                        .content, "wsc_GetCardInfo", "item \(item.number) is said to have \(length) bytes of \(digits)",
                        "数据项 \(item.number) 的长度为 \(length)，应不超过 \(digits)")
                }
            }
        }
        call("iDClosePort", [], [0])
    }

    /// An element of the array, with the item's length as the interface's table has it: the bytes on the card.
    private static func element(_ item: Item, _ value: GuardedBuffer, _ error: GuardedBuffer) -> [UInt8] {
        func little(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return little(item.number, 2) + little(0, 6) + little(value.address, 8) + little(item.length, 2)
            + little(0, 6) + little(error.address, 8)
    }
}
