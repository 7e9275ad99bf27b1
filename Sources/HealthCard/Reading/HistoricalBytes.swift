/// The historical bytes of an answer to reset (ISO/IEC 7816-3:2006 §8.2); nil when it is cut short.
func historicalBytes(of answerToReset: [UInt8]) -> [UInt8]? {
    guard answerToReset.count >= 2 else { return nil }
    let count = Int(answerToReset[1] & 0x0F)
    var indicator = answerToReset[1] >> 4
    var offset = 2
    while true {
        offset += indicator.nonzeroBitCount
        guard indicator & 0x8 != 0 else { break }
        guard offset <= answerToReset.count else { return nil }
        indicator = answerToReset[offset - 1] >> 4
    }
    guard offset + count <= answerToReset.count else { return nil }
    return Array(answerToReset[offset..<offset + count])
}
