import CardProfiles
import HealthCard

/// Items by number.
extension InterfaceProbe {
    func itemTable() throws {
        call("iDOpenPort", [], [0])
        let one = profile.files.filter { $0.structure.kind != .transparent && $0.shape == .object }
        for file in one { for item in file.items { _ = try byNumber(item, record: 0, .null) } }
        call("iDClosePort", [], [0])
    }

    /// The value of an item, with the interface's own length of it: the bytes on the card.
    ///
    /// - Parameters:
    ///   - record: of a list, an index or a visit; else 0.
    ///   - size: of the buffer; nil for the digits or the text and a 00.
    /// - Returns: nil when the function failed.
    func byNumber(_ item: Item, record: Int, _ device: Argument, room size: Int? = nil) throws -> [UInt8]? {
        let longest = size ?? (item.coding == .ans ? item.length : 2 * item.length)
        let value = try room(size ?? longest + 1)
        let error = try room(4)
        let array = try room(Self.element)
        array.put(element(item, record: record, value, length: size ?? item.length, error))
        // The array holds their addresses alone.
        let isDone = withExtendedLifetime((value, error)) {
            done("wsc_GetCardInfo", [device, .exchanged(array), .number(1)])
        }
        guard isDone else { return nil }
        watch([value, error, array], "wsc_GetCardInfo")
        let length = Int(array.bytes[16]) | Int(array.bytes[17]) << 8
        guard length <= longest else {
            deviates(
                .content, "wsc_GetCardInfo", "item \(item.number) is said to have \(length) bytes of \(longest)",
                "数据项 \(item.number) 的长度为 \(length)，应不超过 \(longest)")
            return nil
        }
        if error.bytes != [0, 0, 0, 0] {
            deviates(
                .code, "wsc_GetCardInfo", "item \(item.number) has a code of its own beside the 0 of the call",
                "调用返回 0，数据项 \(item.number) 却另有错误码")
        }
        return Array(value.bytes.prefix(length))
    }

    /// Writes an item.
    ///
    /// - Returns: the code.
    @discardableResult
    func putByNumber(
        _ item: Item, record: Int, _ text: [UInt8], _ device: Argument, _ wanted: Set<Int32>
    ) throws -> Int32? {
        guard let value = GuardedBuffer(text: text) else { throw InterfaceCheckError.noMemory }
        let error = try room(4)
        let array = try room(Self.element)
        array.put(element(item, record: record, value, length: text.count, error))
        let code = withExtendedLifetime((value, error)) {
            call("wsc_PutCardInfo", [device, .exchanged(array), .number(1)], wanted)
        }
        watch([error, array], "wsc_PutCardInfo")
        if value.bytes != text + [0] {
            deviates(
                .overrun, "wsc_PutCardInfo", "wrote to the value of item \(item.number), which it only reads",
                "改写了数据项 \(item.number) 只读的值")
        }
        return code
    }

    /// Whether an item by number is what its file's own function gives.
    func compare(
        _ item: Item, record: Int, with text: [UInt8], of function: String, _ device: Argument
    ) throws {
        guard let value = try byNumber(item, record: record, device) else { return }
        guard !Self.agree(value, text) else { return }
        deviates(
            .content, "wsc_GetCardInfo", "item \(item.number) is another one than \(function) gives",
            "数据项 \(item.number) 与 \(function) 给出的不同")
    }

    private func watch(_ buffers: [GuardedBuffer], _ function: String) {
        guard buffers.contains(where: { !$0.isWholeBefore }) else { return }
        deviates(.overrun, function, "wrote before a buffer of its array", "写到了数组所指缓冲区之前")
    }

    /// Bytes of an element of the array.
    private static let element = 32

    /// An element of the array.
    private func element(
        _ item: Item, record: Int, _ value: GuardedBuffer, length: Int, _ error: GuardedBuffer
    ) -> [UInt8] {
        func little(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return little(item.number, 2) + little(record, 2) + little(0, 4) + little(value.address, 8)
            + little(length, 2) + little(0, 6) + little(error.address, 8)
    }
}
