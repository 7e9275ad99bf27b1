/// A request to the view of a line, read strictly (RFC 9112): what two programs could read in two ways is none.
struct ViewRequest: Sendable, Hashable {
    /// What the bytes so far are.
    enum Reading: Sendable, Hashable {
        case more
        case request(ViewRequest)
        /// A status of HTTP.
        case refused(Int)
    }

    static let longestHead = 8_192
    static let mostHeaders = 64
    /// No command has anything to say beside its name.
    static let longestBody = 1_024

    let method: String
    let target: String
    /// By lowercase name.
    let headers: [String: String]

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// Reads one request; what comes behind it is not looked at.
    static func read(_ bytes: [UInt8]) -> Reading {
        guard let end = end(of: bytes) else { return bytes.count > longestHead ? .refused(431) : .more }
        guard end <= longestHead else { return .refused(431) }
        let lines = split(bytes[..<end])
        guard let lines, let first = lines.first, let (method, target) = requestLine(first) else {
            return .refused(400)
        }
        guard lines.count <= mostHeaders else { return .refused(431) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let (name, value) = header(line) else { return .refused(400) }
            // A header that may be there twice matters to nothing here.
            let matters = ["host", "origin", "authorization", "content-length", "sec-fetch-site"].contains(name)
            guard headers[name] == nil || !matters else { return .refused(400) }
            headers[name] = value
        }
        guard headers["host"] != nil, headers["transfer-encoding"] == nil, headers["upgrade"] == nil else {
            return .refused(400)
        }
        var length = 0
        if let text = headers["content-length"] {
            guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int(text)
            else { return .refused(400) }
            guard count <= longestBody else { return .refused(413) }
            length = count
        }
        guard bytes.count >= end + 4 + length else { return .more }
        return .request(ViewRequest(method: method, target: target, headers: headers))
    }

    /// Where the head ends, before its empty line.
    private static func end(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(min(bytes.count, longestHead + 4) - 4)
        where bytes[index] == 0x0D && bytes[index..<index + 4].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) {
            return index
        }
        return nil
    }

    /// Nil where a line end is not CR LF, or a character is none of a head.
    private static func split(_ head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        var rest = head
        while let end = rest.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) {
            guard rest[end] == 0x0D, end + 1 < rest.endIndex, rest[end + 1] == 0x0A else { return nil }
            lines.append(rest[..<end])
            rest = rest[(end + 2)...]
        }
        lines.append(rest)
        guard lines.allSatisfy({ $0.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x09 } }) else { return nil }
        return lines
    }

    private static func requestLine(_ line: ArraySlice<UInt8>) -> (String, String)? {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].elementsEqual("HTTP/1.1".utf8), (1...16).contains(parts[0].count),
            parts[0].allSatisfy({ (0x41...0x5A).contains($0) }), parts[1].first == 0x2F, parts[1].count <= 256,
            parts[1].allSatisfy({ (0x21..<0x7F).contains($0) })
        else { return nil }
        return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    }

    private static func header(_ line: ArraySlice<UInt8>) -> (String, String)? {
        guard let colon = line.firstIndex(of: 0x3A) else { return nil }
        let name = line[..<colon]
        // A name goes on to its colon, and a line that begins with a blank goes on with another: neither is taken.
        guard !name.isEmpty, name.allSatisfy({ isToken($0) }) else { return nil }
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
        let blanks: Set<Character> = [" ", "\t"]
        let trimmed = value.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
        return (String(decoding: name, as: UTF8.self).lowercased(), String(trimmed))
    }

    /// RFC 9110 §5.6.2
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
