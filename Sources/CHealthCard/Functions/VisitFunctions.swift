public import CHealthCardHeader
import CardProfiles
import HealthCard

// MARK: Indexes

@c @implementation
public func iR_DF03EF05Info(
    _ device: HANDLE?, _ ZYJLBS1: CText?, _ ZYJLBS2: CText?, _ ZYJLBS3: CText?
) -> Int32 {
    readIndex(device, "DF03/EF05", [ZYJLBS1, ZYJLBS2, ZYJLBS3])
}

@c @implementation
public func iW_DF03EF05Info(_ device: HANDLE?, _ record: Int32) -> Int32 {
    mark(device, "DF03/EF05", record, valid: true)
}

@c @implementation
public func iErase_DF03EF05Info(_ device: HANDLE?, _ record: Int32) -> Int32 {
    mark(device, "DF03/EF05", record, valid: false)
}

@c @implementation
public func iR_DF03EF06Info(
    _ device: HANDLE?, _ MZJLBS1: CText?, _ MZJLBS2: CText?, _ MZJLBS3: CText?, _ MZJLBS4: CText?, _ MZJLBS5: CText?
) -> Int32 {
    readIndex(device, "DF03/EF06", [MZJLBS1, MZJLBS2, MZJLBS3, MZJLBS4, MZJLBS5])
}

@c @implementation
public func iW_DF03EF06Info(_ device: HANDLE?, _ record: Int32) -> Int32 {
    mark(device, "DF03/EF06", record, valid: true)
}

@c @implementation
public func iErase_DF03EF06Info(_ device: HANDLE?, _ record: Int32) -> Int32 {
    mark(device, "DF03/EF06", record, valid: false)
}

private func readIndex(
    _ device: HANDLE?, _ path: String, _ buffers: [CText?], function: String = #function
) -> Int32 {
    for buffer in buffers { buffer?.put([]) }
    return CardInterface.shared.call(device, [Shape.outputs(buffers)], function: function) {
        terminal throws(ReturnCode) in
        guard buffers.contains(where: { $0 != nil }) else { throw .argument }
        let index = try terminal.file(path)
        guard let item = index.items.first else { throw .noFile }
        let content = try terminal.content(of: index)
        for (offset, buffer) in buffers.enumerated() {
            guard let field = item.field(in: content, record: offset + 1) else { throw .recordUnreadable }
            buffer?.put(item.style.text(of: field))
        }
    }
}

private func mark(
    _ device: HANDLE?, _ path: String, _ record: Int32, valid: Bool, function: String = #function
) -> Int32 {
    CardInterface.shared.call(device, ["record \(record)"], function: function) { terminal throws(ReturnCode) in
        try terminal.mark(record, of: path, valid: valid)
    }
}

// MARK: Parts of a visit

@c @implementation
public func iR_DF03EEInfo(
    _ device: HANDLE?, _ record: Int32, _ data: CText?, _ pos: Int32, _ len: Int32, _ style: Int32
) -> Int32 {
    readField(device, .inpatient, record, data, pos, len, style)
}

@c @implementation
public func iW_DF03EEInfo(
    _ device: HANDLE?, _ record: Int32, _ data: CText?, _ pos: Int32, _ len: Int32, _ style: Int32
) -> Int32 {
    writeField(device, .inpatient, record, data, pos, len, style)
}

@c @implementation
public func iR_DF03EDInfo(
    _ device: HANDLE?, _ record: Int32, _ data: CText?, _ pos: Int32, _ len: Int32, _ style: Int32
) -> Int32 {
    readField(device, .outpatient, record, data, pos, len, style)
}

@c @implementation
public func iW_DF03EDInfo(
    _ device: HANDLE?, _ record: Int32, _ data: CText?, _ pos: Int32, _ len: Int32, _ style: Int32
) -> Int32 {
    writeField(device, .outpatient, record, data, pos, len, style)
}

private func readField(
    _ device: HANDLE?, _ kind: VisitKind, _ record: Int32, _ data: CText?, _ position: Int32, _ length: Int32,
    _ style: Int32, function: String = #function
) -> Int32 {
    // Raw bytes have no end of their own, and a caller may have room for them alone.
    if style != NO_style { data?.put([]) }
    let shape = ["record \(record)", "position \(position)", "length \(length)", "style \(style)"]
    return CardInterface.shared.call(
        device, shape + [Shape.pointer("data", data)], function: function
    ) { terminal throws(ReturnCode) in
        guard let data else { throw .argument }
        let style = try FieldStyle(style)
        let field = try terminal.visitField(
            kind, record: record, position: position, length: length, style: style)
        // Text is as long as was asked for, and ends where the item has its 00.
        let isExact = style == .bytes || style == .text && terminal.conventions.textEnd == .none
        guard isExact else { return data.put(field) }
        CallerMemory.put(field, at: data)
    }
}

private func writeField(
    _ device: HANDLE?, _ kind: VisitKind, _ record: Int32, _ data: CText?, _ position: Int32, _ length: Int32,
    _ style: Int32, function: String = #function
) -> Int32 {
    let shape = ["record \(record)", "position \(position)", "length \(length)", "style \(style)"]
    return CardInterface.shared.call(
        device, shape + [Shape.pointer("data", data)], function: function
    ) { terminal throws(ReturnCode) in
        let style = try FieldStyle(style)
        try terminal.writeVisitField(kind, record: record, position: position, length: length) {
            range throws(ReturnCode) in try range.field(of: data, as: style)
        }
    }
}

extension VisitRange {
    /// The bytes that a program's argument stands for in a style; nil leaves the range alone.
    fileprivate func field(of data: CText?, as style: FieldStyle) throws(ReturnCode) -> [UInt8]? {
        guard let data else { return nil }
        switch style {
        case .bytes: return try CallerMemory.whole(data, count)
        case .text: return try field(ofText: UnsafeRawPointer(data))
        case .digits, .hexadecimal:
            guard let text = try Optional(data).text(atMost: 2 * count) else { return nil }
            guard let field = style.field(of: text, length: count),
                style != .hexadecimal || text.count == 2 * count
            else { throw .argument }
            return field
        }
    }
}

extension FieldStyle {
    /// - Throws: `argument` for a style that is none.
    fileprivate init(_ style: Int32) throws(ReturnCode) {
        switch style {
        case NO_style: self = .bytes
        case AN_style: self = .text
        case CN_style: self = .digits
        case B_style: self = .hexadecimal
        default: throw .argument
        }
    }
}

// MARK: Whole visits

@c @implementation
public func iR_DF03EE_ALLInfo(_ device: HANDLE?, _ record: Int32, _ data: CText?) -> Int32 {
    readAll(device, .inpatient, record, data)
}

@c @implementation
public func iW_DF03EE_ALLInfo(_ device: HANDLE?, _ record: Int32, _ data: CText?) -> Int32 {
    writeAll(device, .inpatient, record, data)
}

@c @implementation
public func iR_DF03ED_ALLInfo(_ device: HANDLE?, _ record: Int32, _ data: CText?) -> Int32 {
    readAll(device, .outpatient, record, data)
}

@c @implementation
public func iW_DF03ED_ALLInfo(_ device: HANDLE?, _ record: Int32, _ data: CText?) -> Int32 {
    writeAll(device, .outpatient, record, data)
}

private func readAll(
    _ device: HANDLE?, _ kind: VisitKind, _ record: Int32, _ data: CText?, function: String = #function
) -> Int32 {
    data?.put([])
    return CardInterface.shared.call(
        device, ["record \(record)", Shape.pointer("data", data)], function: function
    ) { terminal throws(ReturnCode) in
        guard let data else { throw .argument }
        data.put(try terminal.joinedVisit(kind, record: record))
    }
}

private func writeAll(
    _ device: HANDLE?, _ kind: VisitKind, _ record: Int32, _ data: CText?, function: String = #function
) -> Int32 {
    CardInterface.shared.call(device, ["record \(record)", Shape.inputs([data])], function: function) {
        terminal throws(ReturnCode) in
        let layout = try terminal.visitLayout(kind)
        // Every item at its longest, a bar behind each.
        let limit = layout.items.reduce(0) { $0 + $1.longestText + 1 }
        guard let text = try data.text(atMost: limit) else { return }
        try terminal.writeJoinedVisit(kind, record: record, text)
    }
}
