/// Which side of a card a reader talks to.
public enum CardInterface: String, Sendable, Hashable, CaseIterable {
    case contact
    /// ISO/IEC 14443 type A: the historical bytes are those of the answer to select (ATS).
    case contactlessA
    /// ISO/IEC 14443 type B: the reader makes historical bytes of the answer to request (ATQB), which name no chip.
    case contactlessB
}

extension AnswerToReset {
    /// The form in which a reader hands on a contactless card: `3B 8n 80 01 ‖ n historical bytes ‖ TCK`
    /// (PC/SC part 3, revision 2.01.09, §3.1.3.2.3.1). A contact card may have chosen the same form.
    public var hasContactlessForm: Bool {
        convention == .direct && interface.count == 3 && interface[0].td == 0x80 && interface[1].td == 0x01
            && bytes.count >= 4 && bytes[1] & 0xF0 == 0x80 && historicalRange.lowerBound == 4
    }

    /// The eight bytes a reader makes of an ATQB: application data 4, protocol information 3, and MBLI in the upper half
    /// of the last. The protocol information names ISO/IEC 14443-4 and a frame size and waiting time that exist
    /// (ISO/IEC 14443-3:2018 §7.9.4), so that hardly a serial number looks like it.
    public var hasTypeBForm: Bool {
        guard hasContactlessForm, historicalBytes.count == 8 else { return false }
        let (sizes, times) = (historicalBytes[5], historicalBytes[6])
        return historicalBytes[7] & 0x0F == 0 && sizes & 0x0F == 1 && sizes >> 4 <= 0x0C && times >> 4 <= 14
    }

    /// The interface, as far as the answer tells it. A contact card whose own answer has the contactless form is taken for
    /// a contactless one of type A.
    public var cardInterface: CardInterface {
        guard hasContactlessForm else { return .contact }
        return hasTypeBForm ? .contactlessB : .contactlessA
    }
}
