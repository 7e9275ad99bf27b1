/// Historical bytes that a reader left out of the answer to reset it made, asked of the reader itself.
public enum ReaderHistoricalBytes: Sendable, Hashable {
    /// 1-251 bytes.
    case given([UInt8])
    /// The reader, or the card behind one that hands the question on, does not know it: 6A81, 6D00, 6E00 …
    case refused(StatusWord)
    /// It answered with no bytes, or with others than those it had shown.
    case unusable

    /// What a reader gave: the historical bytes, or the whole answer to select with its length byte in front
    /// (ISO/IEC 14443-4:2018 §5.2). Of the two readings the one counts that begins as the bytes shown do.
    ///
    /// - Parameter shown: those of the answer to reset, perhaps none, perhaps the first few.
    init(_ data: [UInt8], shown: [UInt8]) {
        let readings = [Self.historicalBytes(ofSelect: data), data].compactMap { $0 }
        guard let bytes = readings.first(where: { !$0.isEmpty && $0.starts(with: shown) }) else {
            self = .unusable
            return
        }
        self = .given(bytes)
    }

    /// `TL ‖ T0 ‖ TA? ‖ TB? ‖ TC? ‖ historical bytes`; nil for what is none.
    private static func historicalBytes(ofSelect data: [UInt8]) -> [UInt8]? {
        guard data.count >= 2, Int(data[0]) == data.count, data[1] & 0x80 == 0 else { return nil }
        let start = 2 + (data[1] & 0x70).nonzeroBitCount
        return start <= data.count ? Array(data[start...]) : nil
    }
}

extension CardChannel {
    /// Asks the reader for the historical bytes of the card's answer to select (PC/SC part 3 §3.2.2.1.3). Not for a contact
    /// reader: it would hand the question on to the card.
    ///
    /// - Parameter shown: what the reader did show of them.
    public func historicalBytesOfReader(shown: [UInt8]) throws(CardError) -> ReaderHistoricalBytes {
        let answer: ResponseAPDU
        do {
            answer = try send(.readerHistoricalBytes)
        } catch .channel(let error, let header) where error.code != .commandRejected {
            throw .channel(error, header)
        } catch {
            return .unusable
        }
        return answer.status.isSuccess ? ReaderHistoricalBytes(answer.data, shown: shown) : .refused(answer.status)
    }
}
