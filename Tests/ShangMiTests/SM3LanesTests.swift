import ShangMi
import Testing

@Suite("SM3 of several messages at once")
struct SM3LanesTests {
    @Test("each hashes as it does alone, whatever the lengths and however many", arguments: [false, true])
    func lanes(isPlain: Bool) {
        for count in [0, 1, 7, 8, 9, 40] {
            let messages = (0..<count).map { _ in
                [UInt8]((0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: .min ... .max) })
            }
            #expect(hashes(messages, isPlain) == messages.map { SM3.hash($0) })
        }
    }

    @Test("every length around the end of a block", arguments: [false, true])
    func lengths(isPlain: Bool) {
        let messages = (0...130).map { [UInt8](repeating: 0x61, count: $0) }
        #expect(hashes(messages, isPlain) == messages.map { SM3.hash($0) })
    }

    private func hashes(_ messages: [[UInt8]], _ isPlain: Bool) -> [[UInt8]] {
        let all = messages.flatMap(\.self)
        return all.withUnsafeBytes { bytes in
            var end = 0
            let pieces = messages.map { message in
                end += message.count
                return UnsafeRawBufferPointer(rebasing: bytes[end - message.count..<end])
            }
            return SM3.hashes(pieces, isPlain: isPlain)
        }
    }
}
