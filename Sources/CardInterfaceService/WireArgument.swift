import CHealthCard

/// An argument of a call as it comes from the client.
enum WireArgument: Hashable {
    case null
    case number(Int64)
    /// What the caller's memory holds.
    case input(WireInput)
    /// A buffer to be written.
    case output
    /// A buffer whose extent counts: so many bytes of it can be read.
    case room(Int)
    case items([WireItem], hasEnded: Bool)
}

struct WireInput: Hashable {
    let bytes: [UInt8]
    /// Whether the caller's memory ends behind them.
    let hasEnded: Bool
}

/// An element of an array of items.
struct WireItem: Hashable {
    let item: UInt16
    let record: UInt16
    let length: UInt16
    let hasError: Bool
    let hasValue: Bool
    /// Of a value to be written.
    let value: WireInput?
}

/// A call as it comes from the client.
struct WireCall {
    let function: InterfaceFunction
    let surroundings: DistantCaller.Surroundings?
    let arguments: [WireArgument]

    /// - Throws: for a function that is none, and arguments that are not those of the function.
    init(_ body: [UInt8]) throws(FrameFlaw) {
        var reader = FrameReader(body)
        let number = Int(try reader.number(UInt8.self))
        guard InterfaceFunction.all.indices.contains(number - 1) else { throw FrameFlaw() }
        function = InterfaceFunction.all[number - 1]
        if function.opens {
            guard try reader.number(UInt8.self) == Tag.surroundings.rawValue else { throw FrameFlaw() }
            surroundings = try reader.surroundings()
        } else {
            surroundings = nil
        }
        var arguments: [WireArgument] = []
        for kind in function.kinds {
            let argument = try reader.argument()
            guard kind.takes(argument) else { throw FrameFlaw() }
            arguments.append(argument)
        }
        guard reader.isAtEnd else { throw FrameFlaw() }
        self.arguments = arguments
    }
}

private enum Tag: UInt8 { case null, number, input, output, room, items, surroundings }

extension ArgumentKind {
    fileprivate func takes(_ argument: WireArgument) -> Bool {
        switch (self, argument) {
        case (.handle, .number), (.number, .number): true
        case (.input, .input), (.output, .output), (.count, .output), (.room, .room), (.items, .items): true
        case (.photo, .input), (.photo, .output): true
        case (.input, .null), (.output, .null), (.count, .null), (.room, .null), (.items, .null), (.photo, .null): true
        default: false
        }
    }
}

extension FrameReader {
    /// What was read of an answer to reset's room: the longest any configuration names.
    private static let mostRoom = 67
    private static let mostItems = 4_096

    fileprivate mutating func argument() throws(FrameFlaw) -> WireArgument {
        guard let tag = Tag(rawValue: try number()) else { throw FrameFlaw() }
        switch tag {
        case .null: return .null
        case .number: return .number(try number())
        case .input: return .input(try input())
        case .output: return .output
        case .room:
            let count = Int(try number(UInt32.self))
            guard count <= Self.mostRoom else { throw FrameFlaw() }
            return .room(count)
        case .items:
            let hasEnded = try flag()
            let count = Int(try number(UInt32.self))
            guard count <= Self.mostItems else { throw FrameFlaw() }
            var items: [WireItem] = []
            for _ in 0..<count { items.append(try item()) }
            return .items(items, hasEnded: hasEnded)
        case .surroundings: throw FrameFlaw()
        }
    }

    private mutating func input() throws(FrameFlaw) -> WireInput {
        let hasEnded = try flag()
        let count = Int(try number(UInt32.self))
        return WireInput(bytes: Array(try bytes(count)), hasEnded: hasEnded)
    }

    private mutating func item() throws(FrameFlaw) -> WireItem {
        let (item, record, length) = (try number(UInt16.self), try number(UInt16.self), try number(UInt16.self))
        let bits = try number(UInt8.self)
        guard bits < 8, bits & 5 != 4 else { throw FrameFlaw() }
        return WireItem(
            item: item, record: record, length: length, hasError: bits & 2 != 0, hasValue: bits & 1 != 0,
            value: bits & 4 != 0 ? try input() : nil)
    }

    /// Variables, and the configuration file as the client found it.
    mutating func surroundings() throws(FrameFlaw) -> DistantCaller.Surroundings {
        var variables: [String: String] = [:]
        for _ in 0..<(try number(UInt8.self)) {
            let name = try text(UInt8.self)
            let value = try text(UInt16.self)
            guard Self.variables.contains(name) else { throw FrameFlaw() }
            variables[name] = value
        }
        let file: DistantCaller.File?
        switch try number(UInt8.self) {
        case 0: file = nil
        case 1: file = .missing
        case 2: file = .unreadable
        case 3: file = .content(Array(try bytes(Int(try number(UInt32.self)))))
        default: throw FrameFlaw()
        }
        return DistantCaller.Surroundings(variables: variables, file: file)
    }

    /// What a client may say. Another variable would be one of this process.
    private static let variables: Set = [
        "HEALTHCARD_READER", "HEALTHCARD_SAM_READER", "HEALTHCARD_PROFILE", "HEALTHCARD_LOG", "HEALTHCARD_LOG_LEVEL",
        "HEALTHCARD_COMMAND_LIMIT",
    ]
}
