import ISO7816
import Testing

@Suite("What the name of a reader tells") struct ReaderNamePartsTests {
    @Test("A reader's serial number is what stands in parentheses before its numbers")
    func serial() {
        func serial(_ name: String) -> String? { ReaderNameParts(name).serial }
        #expect(serial("Gemalto PC Twin Reader (ABC-12) 00 00") == "ABC-12")
        #expect(serial("ACS ACR39U [CCID Interface] (77) 01 00") == "77")
        #expect(serial("Virtual PCD 00 01") == nil)
        #expect(serial("Reader (of a clinic) 00 00") == nil)
        #expect(serial("Reader () 00 00") == nil)
        #expect(serial("Reader (1) upstairs") == nil)
    }

    @Test("The last two numbers are those of the reader and of its slot, and what is before them is its model")
    func numbers() {
        let one = ReaderNameParts("ACS Dual (7) 1F 0A")
        #expect(one.model == "ACS Dual (7)" && one.slot == 0x0A && one.device == "ACS Dual (7) 1F" && one.serial == "7")
        let none = ReaderNameParts("Desk reader")
        #expect(none.model == "Desk reader" && none.slot == nil && none.device == nil)
        let half = ReaderNameParts("Reader 10")
        #expect(half.model == "Reader" && half.slot == nil && half.device == nil)
        #expect(ReaderNameParts("Reader +1 00").device == nil && ReaderNameParts("Reader ab cd").device == nil)
        #expect(ReaderNameParts("").model.isEmpty)
    }
}
