public import CHealthCardHeader
import CardProfiles

@c @implementation
public func wsc_GetCardInfo(_ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32) -> DWORD {
    withItems(device, items, count) { terminal, requests in
        var files = FileContents(terminal)
        return requests.map { request in
            ReturnCode.failure { () throws(ReturnCode) in
                guard let value = request.element.value else { throw .argument }
                let found = try terminal.find(item: request.element.item, record: request.element.record)
                let room = found.item.room(request.element.length)
                let text = try files.text(of: found)
                guard text.count <= room else { throw .argument }
                // A picture has its length before it; a text ends with 00 where there is room for that.
                let isEnded = !found.isPhoto && text.count < room
                let bytes = isEnded ? text + [0] : text
                CallerMemory.put(bytes, at: value)
                request.setLength(WORD(clamping: text.count))
            }
        }
    }
}

@c @implementation
public func wsc_PutCardInfo(_ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32) -> DWORD {
    withItems(device, items, count) { terminal, requests in
        var batches: [WriteBatch] = []
        var failures = [ReturnCode?](repeating: nil, count: requests.count)
        for (index, request) in requests.enumerated() {
            failures[index] = ReturnCode.failure { () throws(ReturnCode) in
                let found = try terminal.find(item: request.element.item, record: request.element.record)
                guard let value = try request.element.bytes(for: found) else { return }
                let place = batches.firstIndex { $0.takes(found) } ?? batches.endIndex
                if place == batches.endIndex { batches.append(WriteBatch(file: found.file, record: found.record)) }
                batches[place].values.append((found.item, value))
                batches[place].requests.append(index)
            }
        }
        for batch in batches {
            let failure = ReturnCode.failure { () throws(ReturnCode) in try batch.write(terminal) }
            for index in batch.requests { failures[index] = failure }
        }
        return failures
    }
}

/// More than all items in all records: a greater count is a mistake, and behind the array is nothing to read.
private let mostItems: Int32 = 4096

/// Carries out a call on an array of items: each one's code goes where it asks for it, the first that is no `IRV_OK` is
/// that of the call.
///
/// - Parameter work: why each element failed; nil for one that is done.
private func withItems(
    _ device: HANDLE?, _ items: UnsafeMutableRawPointer?, _ count: Int32, function: String = #function,
    _ work: (CardTerminal, [ItemRequest]) -> [ReturnCode?]
) -> DWORD {
    let code = CardInterface.shared.call(
        device, ["\(count) items"], function: function
    ) { terminal throws(ReturnCode) in
        guard (0...mostItems).contains(count),
            let items = items ?? (count == 0 ? UnsafeMutableRawPointer(bitPattern: 8) : nil)
        else {
            throw .argument
        }
        let size = MemoryLayout<MHC_ITEM>.stride
        let array = try CallerMemory.whole(items, Int(count) * size)
        let requests = (0..<Int(count)).map { place in
            let element = array.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place * size, as: MHC_ITEM.self) }
            return ItemRequest(element: element, place: items + place * size)
        }
        let failures = work(terminal, requests)
        for (request, failure) in zip(requests, failures) {
            request.setError(DWORD(bitPattern: failure.map(terminal.conventions.returned) ?? IRV_OK))
        }
        for (place, failure) in failures.enumerated() {
            guard let failure else { continue }
            throw failure.because(
                "item \(requests[place].element.item), element \(place) of the array: \(failure.explanation)")
        }
    }
    return DWORD(bitPattern: code)
}

/// An element of a caller's array, as it was when the call came: values that are written over the array lead nowhere else.
private struct ItemRequest {
    let element: MHC_ITEM
    let place: UnsafeMutableRawPointer

    func setLength(_ length: WORD) {
        guard let offset = MemoryLayout<MHC_ITEM>.offset(of: \.length) else { return }
        CallerMemory.put(number: length, at: place + offset)
    }

    func setError(_ code: DWORD) {
        guard let error = element.error else { return }
        CallerMemory.put(number: code, at: error)
    }
}

extension MHC_ITEM {
    /// What is to be written; nil leaves the item alone.
    fileprivate func bytes(for found: CardTerminal.FoundItem) throws(ReturnCode) -> [UInt8]? {
        guard let value else { return nil }
        let limit = length == 0 ? Int.max : Int(length)
        if found.isPhoto {
            let prefix = found.item.prefixLength
            guard limit >= prefix else { throw .argument }
            let size = prefix + (try CallerMemory.whole(value, prefix).reduce(0) { $0 << 8 | Int($1) })
            guard size <= found.item.length else { throw .photo }
            guard size <= limit else { throw .argument }
            return try CallerMemory.whole(value, size)
        }
        let text = try found.item.givenText(at: value.assumingMemoryBound(to: UInt8.self), length)
        return text.isEmpty ? nil : try found.item.field(of: text)
    }
}

extension Item {
    /// The text a caller gives for the item.
    ///
    /// - Parameter length: of the value; 0 for up to its 00. More than the item can have is the size of a buffer, and the
    ///   text ends at its 00. Of cn and b items also the bytes on the card, when two digits for each are there.
    /// - Throws: `argument` for a text that is too long, and for one with bytes behind a 00 that its length says are part of
    ///   it.
    func givenText(at bytes: UnsafePointer<UInt8>, _ length: WORD) throws(ReturnCode) -> [UInt8] {
        let length = Int(length)
        guard length > 0, length <= longestText else {
            return try CallerMemory.text(bytes, atMost: longestText)
        }
        if coding != .ans, length == self.length {
            let digits = CallerMemory.readable(bytes, atMost: longestText).prefix { $0 != 0 }
            if digits.count == longestText, style.field(of: Array(digits), length: length) != nil {
                return Array(digits)
            }
        }
        let given = CallerMemory.readable(bytes, atMost: length)
        let text = given.prefix { $0 != 0 }
        // A shorter text, whose caller gave the room it has, ends where the caller's memory may end.
        guard given.count == length || text.count < given.count else { throw .argument }
        guard given[text.count...].allSatisfy({ $0 == 0 }) else { throw .argument }
        return Array(text)
    }
}
