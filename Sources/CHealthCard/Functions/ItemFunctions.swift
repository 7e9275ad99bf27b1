public import CHealthCardHeader

@c @implementation
public func wsc_GetCardInfo(_ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32) -> DWORD {
    withItems(device, items, count) { terminal, requests in
        var files = FileContents(terminal)
        return requests.map { request in
            ReturnCode.result { () throws(ReturnCode) in
                guard let value = request.pointee.value else { throw .argument }
                let room = request.pointee.length == 0 ? Int(WORD.max) : Int(request.pointee.length)
                let found = try terminal.find(item: request.pointee.item, record: request.pointee.record)
                let text = try files.text(of: found)
                guard text.count <= room else { throw .argument }
                // A picture has its length before it; a text ends with 00 where there is room for that.
                let isEnded = !found.isPhoto && text.count < room
                let bytes = isEnded ? text + [0] : text
                value.copyMemory(from: bytes, byteCount: bytes.count)
                request.pointee.length = WORD(clamping: text.count)
            }
        }
    }
}

@c @implementation
public func wsc_PutCardInfo(_ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32) -> DWORD {
    withItems(device, items, count) { terminal, requests in
        var batches: [WriteBatch] = []
        var codes = [Int32](repeating: IRV_OK, count: requests.count)
        for (index, request) in requests.enumerated() {
            codes[index] = ReturnCode.result { () throws(ReturnCode) in
                let found = try terminal.find(item: request.pointee.item, record: request.pointee.record)
                guard let value = try request.pointee.bytes(for: found) else { return }
                let place = batches.firstIndex { $0.file == found.file && !$0.isAlone } ?? batches.endIndex
                if place == batches.endIndex { batches.append(WriteBatch(file: found.file, record: found.record)) }
                batches[place].values.append((found.item, value))
                batches[place].requests.append(index)
            }
        }
        for batch in batches {
            let code = ReturnCode.result { () throws(ReturnCode) in try batch.write(terminal) }
            for index in batch.requests { codes[index] = code }
        }
        return codes
    }
}

/// More than all items in all records: a greater count is a mistake, and behind the array is nothing to read.
private let mostItems: Int32 = 4096

/// Carries out a call on an array of items: each one's code goes where it asks for it, the first that is no `IRV_OK` is
/// that of the call.
private func withItems(
    _ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32,
    _ work: (CardTerminal, [UnsafeMutablePointer<MHC_ITEM>]) -> [Int32]
) -> DWORD {
    let code = CardInterface.shared.call(device) { terminal throws(ReturnCode) in
        guard (0...mostItems).contains(count),
            let items = items ?? (count == 0 ? UnsafeMutableRawPointer(bitPattern: 8) : nil)
        else {
            throw .argument
        }
        let array = items.assumingMemoryBound(to: MHC_ITEM.self)
        let requests = (0..<Int(count)).map { array + $0 }
        let codes = work(terminal, requests)
        for (request, code) in zip(requests, codes) { request.pointee.error?.pointee = DWORD(bitPattern: code) }
        if let first = codes.first(where: { $0 != IRV_OK }) { throw ReturnCode(first) }
    }
    return DWORD(bitPattern: code)
}

extension MHC_ITEM {
    /// What is to be written; nil leaves the item alone.
    fileprivate func bytes(for found: CardTerminal.FoundItem) throws(ReturnCode) -> [UInt8]? {
        guard let value else { return nil }
        let limit = length == 0 ? Int.max : Int(length)
        let bytes = value.assumingMemoryBound(to: UInt8.self)
        if found.isPhoto {
            let prefix = found.item.prefixLength
            guard limit >= prefix else { throw .argument }
            let size = prefix + (0..<prefix).reduce(0) { $0 << 8 | Int(bytes[$1]) }
            guard size <= found.item.length else { throw .photo }
            guard size <= limit else { throw .argument }
            return (0..<size).map { bytes[$0] }
        }
        var text: [UInt8] = []
        while text.count < limit, bytes[text.count] != 0 {
            guard text.count < found.item.longestText else { throw .argument }
            text.append(bytes[text.count])
        }
        return text.isEmpty ? nil : try found.item.field(of: text)
    }
}
