import ISO7816
import Testing

/// What a reader makes of a contactless card's answer, and what it leaves out (PC/SC part 3 §3.1.3.2.3.1, §3.2.2.1.3).
@Suite("Interfaces of a card") struct CardInterfaceTests {
    private func answer(_ historical: String) throws -> AnswerToReset {
        let bytes = try #require(Hex.decode(historical))
        let body = [0x80 | UInt8(bytes.count), 0x80, 0x01] + bytes
        return try AnswerToReset([0x3B] + body + [body.reduce(0, ^)])
    }

    @Test("the form readers give contactless cards, and others that are near it")
    func form() throws {
        #expect(try answer("0102030405060708").cardInterface == .contactlessA)
        #expect(try answer("").cardInterface == .contactlessA)
        #expect(try answer("010203040506070852480300 01").cardInterface == .contactlessA)
        // TA1 as well, T=1 alone, T=0 alone, TD2 of another protocol: cards with contacts.
        for contact in ["3B9D9680010102030405060708524843000149", "3B6D00000081D1001001020304050607080910", "3B00"] {
            let bytes = try #require(Hex.decode(contact))
            #expect(try AnswerToReset(tolerant: bytes).cardInterface == .contact, "\(contact)")
        }
        let other = try AnswerToReset(tolerant: try #require(Hex.decode("3B88800F010203040506070800")))
        #expect(!other.hasContactlessForm)
    }

    @Test("an ATQB is told from serial numbers")
    func typeB() throws {
        #expect(try answer("1122334477818000").cardInterface == .contactlessB)
        // One nibble that an ATQB cannot have each.
        for serial in [
            "1122334477828000", "112233447781F000", "1122334477818001", "11223344778180", "1122334477E18000",
        ] {
            #expect(try answer(serial).cardInterface == .contactlessA, "\(serial)")
        }
    }

    /// A reader that hides them, and answers what it likes.
    private final class Reader: CardChannel {
        let answerToReset: [UInt8] = [0x3B, 0x80, 0x80, 0x01, 0x01]
        let transmissionProtocol = TransmissionProtocol.t1
        let answer: Result<[UInt8], ChannelError>
        private(set) var log: [[UInt8]] = []

        init(_ answer: Result<[UInt8], ChannelError>) { self.answer = answer }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
            log.append(command)
            return try answer.get()
        }
        func reset() throws(ChannelError) -> [UInt8] { answerToReset }
    }

    private func asked(_ answer: String, shown: String = "") throws -> ReaderHistoricalBytes {
        let reader = Reader(.success(try #require(Hex.decode(answer))))
        let found = try reader.historicalBytesOfReader(shown: try #require(Hex.decode(shown)))
        #expect(reader.log == [[0xFF, 0xCA, 0x01, 0x00, 0x00]])
        return found
    }

    @Test("historical bytes alone, and a whole answer to select")
    func fetched() throws {
        let serial = try #require(Hex.decode("01020304050607085248430001"))
        #expect(try asked("010203040506070852484300019000") == .given(serial))
        // TL T0 TA TB TC, and T0 that announces nothing.
        #expect(try asked("127877800201020304050607085248430001" + "9000") == .given(serial))
        #expect(try asked("0F08010203040506070852484300019000") == .given(serial))
        // The bytes that were shown tell which of the two it is.
        #expect(try asked("0402AABB9000", shown: "04") == .given([0x04, 0x02, 0xAA, 0xBB]))
        #expect(try asked("0402AABB9000", shown: "AA") == .given([0xAA, 0xBB]))
    }

    @Test("refused, empty, others than those shown, and no answer at all")
    func refused() throws {
        #expect(try asked("6A81") == .refused(.functionNotSupported))
        #expect(try asked("9000") == .unusable)
        #expect(try asked("0102039000", shown: "0202") == .unusable)
        #expect(try asked("90") == .unusable)
        // An answer to select that says it is longer than it is.
        #expect(try asked("02789000") == .given([0x02, 0x78]))
        let dead = Reader(.failure(ChannelError(.cardRemoved, "gone")))
        #expect(throws: CardError.channel(ChannelError(.cardRemoved, "gone"), CommandAPDU.readerHistoricalBytes.header))
        {
            try dead.historicalBytesOfReader(shown: [])
        }
        let rejecting = Reader(.failure(ChannelError(.commandRejected, "no such command")))
        #expect(try rejecting.historicalBytesOfReader(shown: []) == .unusable)
    }
}
