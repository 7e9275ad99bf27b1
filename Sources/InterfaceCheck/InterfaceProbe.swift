import CardProfiles
import HealthCard

/// Makes a program's calls, and looks at what comes of each.
struct InterfaceProbe {
    enum Argument {
        case number(Int)
        case null
        /// Given to the library, and left as it is.
        case input(GuardedBuffer)
        /// Read and written to by the library.
        case exchanged(GuardedBuffer)
        /// Filled by the library: bytes.
        case output(GuardedBuffer)
        /// Filled by the library: a text and its 00.
        case text(GuardedBuffer)
        /// A text whose values are those of an item.
        case value(GuardedBuffer, Item)

        var word: Int {
            switch self {
            case .number(let number): number
            case .null: 0
            case .input(let buffer), .exchanged(let buffer), .output(let buffer), .text(let buffer),
                .value(let buffer, _):
                buffer.address
            }
        }

        var buffer: GuardedBuffer? {
            switch self {
            case .number, .null: nil
            case .input(let buffer), .exchanged(let buffer), .output(let buffer), .text(let buffer),
                .value(let buffer, _):
                buffer
            }
        }

        /// Takes what an earlier call has left out of a buffer: it would be taken for this one's.
        func clear() {
            switch self {
            case .number, .null, .input, .exchanged: break
            case .output(let buffer), .text(let buffer), .value(let buffer, _): buffer.clear()
            }
        }
    }

    /// The codes of the interface.
    static let codes: Set<Int32> = Set(101...113).union([0])

    let library: any InterfaceCalls
    let profile: CardProfile
    let program: String
    private let tell: (ProbeLine) -> Void

    init(
        _ library: any InterfaceCalls, _ profile: CardProfile, program: String, tell: @escaping (ProbeLine) -> Void
    ) {
        self.library = library
        self.profile = profile
        self.program = program
        self.tell = tell
    }

    func deviates(_ kind: InterfaceDeviation.Kind, _ function: String, _ detail: String, _ chinese: String) {
        tell(.deviation(InterfaceDeviation(kind, program: program, function: function, detail, chinese)))
    }

    private func isMissing(_ function: String) {
        deviates(.missing, function, "the library has no function of this name", "动态库中没有此函数")
    }

    /// Calls a function that returns a code.
    ///
    /// - Parameters:
    ///   - wanted: the codes that are right here; nil for any of the interface.
    ///   - others: results that are no codes, and right.
    /// - Returns: the code; nil when there is no such function.
    @discardableResult
    func call(
        _ name: String, _ arguments: [Argument], _ wanted: Set<Int32>? = nil, others: Set<Int32> = []
    ) -> Int32? {
        tell(.calling(name))
        let before = arguments.map { argument -> [UInt8] in
            if case .input(let buffer) = argument { buffer.bytes } else { [] }
        }
        for argument in arguments { argument.clear() }
        // The library has the addresses alone.
        let word = withExtendedLifetime(arguments) { library.call(name, arguments.map(\.word)) }
        guard let word else {
            isMissing(name)
            return nil
        }
        let code = Int32(truncatingIfNeeded: word)
        tell(.returned(name, isDone: code == 0 || others.contains(code)))
        if !others.contains(code) {
            if !Self.codes.contains(code) {
                deviates(.code, name, "returned \(code), which is not a code of the interface", "返回 \(code)，不是接口规定的返回码")
            } else if let wanted, !wanted.contains(code) {
                let right = wanted.union(others).sorted().map(String.init)
                let (list, either) = (right.joined(separator: " or "), right.joined(separator: " 或 "))
                deviates(.code, name, "returned \(code) instead of \(list)", "返回 \(code)，应为 \(either)")
            }
        }
        for (place, argument) in arguments.enumerated() {
            if let buffer = argument.buffer, !buffer.isWholeBefore {
                deviates(
                    .overrun, name, "wrote before the buffer of argument \(place + 1)", "写到了第 \(place + 1) 个参数缓冲区之前")
            }
            if case .input(let buffer) = argument, buffer.bytes != before[place] {
                deviates(
                    .overrun, name, "wrote to argument \(place + 1), which it only reads", "改写了只读的第 \(place + 1) 个参数")
            }
            check(argument, place, name, isDone: code == 0)
        }
        return code
    }

    /// A call that has to be done.
    func done(_ name: String, _ arguments: [Argument]) -> Bool { call(name, arguments, [0]) == 0 }

    /// A function that returns a handle.
    func open(_ name: String, _ arguments: [Argument]) -> Int {
        tell(.calling(name))
        guard let handle = withExtendedLifetime(arguments, { library.call(name, arguments.map(\.word)) }) else {
            isMissing(name)
            return 0
        }
        tell(.returned(name, isDone: handle != 0))
        return handle
    }

    private func check(_ argument: Argument, _ place: Int, _ name: String, isDone: Bool) {
        let buffer: GuardedBuffer
        var item: Item?
        switch argument {
        case .text(let text): buffer = text
        case .value(let text, let its): (buffer, item) = (text, its)
        default: return
        }
        guard isDone else {
            // What was there before is nobody's answer; a piece of one would be shown to somebody.
            let first = buffer.bytes.first ?? 0
            if first != 0, first != GuardedBuffer.pattern {
                deviates(
                    .text, name, "failed and left a text in argument \(place + 1)", "调用失败，却在第 \(place + 1) 个参数中留下了内容")
            }
            return
        }
        guard let text = buffer.text else {
            return deviates(
                .text, name, "the text in argument \(place + 1) has no 00 within its \(buffer.count) bytes",
                "第 \(place + 1) 个参数的 \(buffer.count) 字节内没有结束的 00")
        }
        guard let item else { return }
        switch item.coding {
        case .ans:
            if text.count > item.length || (try? GBK.decode(text)) == nil {
                deviates(
                    .text, name, "item \(item.number) is longer than \(item.length) bytes, or not GBK",
                    "数据项 \(item.number) 超过 \(item.length) 字节，或不是 GBK 文字")
            }
        case .cn:
            if text.count > 2 * item.length || !text.allSatisfy({ (0x30...0x39).contains($0) }) {
                deviates(
                    .text, name, "item \(item.number) is not at most \(2 * item.length) decimal digits",
                    "数据项 \(item.number) 不是至多 \(2 * item.length) 位十进制数字")
            }
        case .b:
            let isHexadecimal = text.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
            }
            if !text.isEmpty, text.count != 2 * item.length || !isHexadecimal {
                deviates(
                    .text, name, "item \(item.number) is not \(2 * item.length) hexadecimal digits",
                    "数据项 \(item.number) 不是 \(2 * item.length) 位十六进制数字")
            }
        }
    }

    /// Two answers that have to be the same value. A code of one digit may stand as `1` and `01`.
    static func agree(_ one: [UInt8]?, _ other: [UInt8]?) -> Bool {
        func plain(_ text: [UInt8]) -> [UInt8] {
            guard text.count <= 3, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
            let digits = text.drop { $0 == 0x30 }
            return digits.isEmpty && !text.isEmpty ? [0x30] : Array(digits)
        }
        guard let one, let other else { return one == nil && other == nil }
        return plain(one) == plain(other)
    }

    // MARK: Files

    /// The records that the functions of a file take numbers of; nil for a file without.
    static func records(_ file: FileDefinition) -> ClosedRange<Int>? {
        file.shape == .list ? 1...max(1, file.structure.recordCount) : nil
    }

    /// `DDF1EF05` of DDF1/EF05.
    static func name(_ file: FileDefinition) -> String { file.path.split(separator: "/").joined() }

    /// Files that have a reading function of their own with texts: those of records and lists.
    var textFiles: [FileDefinition] { profile.files.filter { $0.shape == .object || $0.shape == .list } }

    /// The texts of a file, by its own function; nil when that failed.
    func texts(_ file: FileDefinition, _ device: Argument, record: Int? = nil) -> [[UInt8]]? {
        let buffers = outputs(file.path)
        let number = record.map { [Argument.number($0)] } ?? []
        guard done("iR_\(Self.name(file))Info", [device] + number + buffers) else { return nil }
        return buffers.map { $0.buffer?.text ?? [] }
    }

    /// The flags of an index, `00` and `FF`.
    func flags(_ index: FileDefinition, _ device: Argument) throws -> [[UInt8]]? {
        guard let item = index.items.first else { return nil }
        let buffers = try (0..<index.structure.recordCount).map { _ in Argument.value(try room(3), item) }
        guard done("iR_\(Self.name(index))Info", [device] + buffers) else { return nil }
        return buffers.map { $0.buffer?.text ?? [] }
    }

    /// The photo, whose length has to be that of a JPEG in the buffer: the length and it.
    func photo(_ device: Argument, _ buffer: GuardedBuffer) -> [UInt8]? {
        guard done("iR_DDF1EF07Info", [device, .output(buffer)]) else { return nil }
        let bytes = buffer.bytes
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        guard length > 0 else { return [0, 0] }
        guard length + 2 <= bytes.count, bytes[2...].starts(with: [0xFF, 0xD8]) else {
            deviates(
                .content, "iR_DDF1EF07Info", "the length before the photo is not that of a JPEG",
                "照片前的长度与 JPEG 数据不符")
            return nil
        }
        return Array(bytes.prefix(length + 2))
    }

    // MARK: Buffers

    /// - Throws: ``InterfaceCheckError/noMemory``.
    func room(_ count: Int) throws(InterfaceCheckError) -> GuardedBuffer {
        guard let buffer = GuardedBuffer(count) else { throw .noMemory }
        return buffer
    }

    func text(_ text: String) throws(InterfaceCheckError) -> Argument {
        guard let buffer = GuardedBuffer(text: Array(text.utf8)) else { throw .noMemory }
        return .input(buffer)
    }

    func bytes(_ bytes: [UInt8]) throws(InterfaceCheckError) -> Argument {
        guard let buffer = GuardedBuffer(bytes) else { throw .noMemory }
        return .input(buffer)
    }

    /// The buffers that the specification wants for the items of a file.
    func outputs(_ path: String) -> [Argument] {
        guard let file = profile.file(path) else { return [] }
        return file.items.compactMap { item in
            GuardedBuffer((item.coding == .ans ? item.length : 2 * item.length) + 1).map { .value($0, item) }
        }
    }
}
