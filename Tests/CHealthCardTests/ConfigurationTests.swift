import Foundation
import PCSC
import Testing

@testable import CHealthCard

@Suite("The configuration of the C interface") struct ConfigurationTests {
    private func taken(_ text: String) throws(ReturnCode) -> Configuration {
        var configuration = Configuration()
        try configuration.take(text)
        return configuration
    }

    @Test("Without a line every convention is the specification's")
    func standard() throws {
        let conventions = try taken("# nothing\n\nreader = one\n").conventions
        #expect(conventions == Conventions())
        #expect(conventions.openDevice == .handle && conventions.certificates == .hex)
        #expect(conventions.commandLength == .withStatus && conventions.photo == .bytes)
        #expect(conventions.photoLimit == 3070 && conventions.answerRoom == 41)
        #expect(try taken("").sharingLimit == CardConnection.usualPatience)
        #expect(conventions.codes == .specification && conventions.identity == .card && conventions.textEnd == .none)
    }

    @Test("Each convention has a line of its own")
    func lines() throws {
        let configuration = try taken(
            """
            open-device = status
            sam-certificates = binary
            apdu-length=without-status
            photo = path
            photo-limit = 3074
            atr-room = 30
            an-style-end = zero
            error-codes = forwarding
            identity = card-or-code
            log = syslog
            log-level = details
            sharing-limit = 7
            """)
        let conventions = configuration.conventions
        #expect(conventions.openDevice == .status && conventions.certificates == .binary)
        #expect(conventions.commandLength == .withoutStatus && conventions.photo == .path)
        #expect(conventions.photoLimit == 3074 && conventions.answerRoom == 30)
        #expect(conventions.codes == .forwarding && conventions.identity == .cardOrCode && conventions.textEnd == .zero)
        #expect(configuration.logPlace == "syslog" && configuration.logLevel == .details)
        #expect(configuration.sharingLimit == .seconds(7))
    }

    @Test(
        "A line that is none, and a value that is none, is refused with the reason",
        arguments: [
            "open-device = maybe", "photo-limit = many", "photo-limit = 1", "photo-limit = 65536", "atr-room = 2",
            "atr-room = 68", "log-level = all", "colour = blue", "open-device", "identity = code", "an-style-end = 0",
            "sharing-limit = -1", "sharing-limit = 3601", "sharing-limit = long", "command-limit = 0",
        ])
    func refused(_ line: String) {
        let error = #expect(throws: ReturnCode.argument) { try taken(line) }
        #expect(error?.reason != nil)
    }

    @Test("A forwarding library's codes are returned where they are asked for, and the specification's elsewhere")
    func codes() throws {
        let forwarding = try taken("error-codes = forwarding").conventions
        #expect(forwarding.returned(.noService) == -1801)
        #expect(forwarding.returned(.noCodeService) == -11)
        #expect(forwarding.returned(.argument) == 101)
        #expect(Conventions().returned(.noService) == 104)
        #expect(Conventions().returned(.noCodeService) == 104)
        #expect(Conventions().returned(ReturnCode.photo.because("why")) == 113)
    }
}

@Suite("Where the C interface looks for a SAM") struct SAMReadersTests {
    @Test("First the slots of the card's own reader, then readers called after a SAM, then all others")
    func order() {
        let card: ReaderName = "ACS Dual (7) 00 00"
        let readers: [ReaderName] = [
            "Other 01 00", card, "ACS Dual (7) 00 01", "Desk SAM slot 02 00", "ACS Dual (8) 03 00", "Plain",
        ]
        #expect(
            SAMReaders.groups(readers, card: card) == [
                ["ACS Dual (7) 00 01"], ["Desk SAM slot 02 00"], ["Other 01 00", "ACS Dual (8) 03 00", "Plain"],
            ])
    }

    @Test("Without a card, or with a reader whose name has no numbers, no reader is the card's own")
    func noCard() {
        #expect(SAMReaders.groups(["A 00 00", "A 00 01"], card: nil) == [[], [], ["A 00 00", "A 00 01"]])
        #expect(SAMReaders.groups(["Plain", "Plain two"], card: "Plain") == [[], [], ["Plain two"]])
        #expect(SAMReaders.groups([], card: nil) == [[], [], []])
    }

    @Test("A reader's serial number is what stands in parentheses before its numbers")
    func serial() {
        #expect(CardTerminal.serial(in: "Gemalto PC Twin Reader (ABC-12) 00 00") == "ABC-12")
        #expect(CardTerminal.serial(in: "ACS ACR39U [CCID Interface] (77) 01 00") == "77")
        #expect(CardTerminal.serial(in: "Virtual PCD 00 01") == nil)
        #expect(CardTerminal.serial(in: "Reader (of a clinic) 00 00") == nil)
        #expect(CardTerminal.serial(in: "Reader () 00 00") == nil)
        #expect(CardTerminal.serial(in: "Reader (1) upstairs") == nil)
    }
}
