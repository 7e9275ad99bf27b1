import Foundation
import HealthCard
import ISO7816
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

    @Test("A setting that is there twice, and a value with a 00 in it, is refused")
    func twice() throws {
        for text in [
            "reader = 0\nreader = 1\n", "photo = path\nphoto = path\n", "reader = a\0b\n", "log = /a\u{1B}b\n",
        ] {
            let error = #expect(throws: ReturnCode.argument, "\(text)") { try taken(text) }
            #expect(error?.reason?.contains("reader") == false && error?.reason?.contains("path") == false)
        }
    }

    @Test("What a line says of the program that calls, and of the log, holds although another line is wrong")
    func besideAFlaw() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conf-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/interface.conf"
        for text in [
            "open-device = status\ncolour = blue\nlog = /a/log\n", "colour\nlog = /a/log\nopen-device = status\n",
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let (configuration, flaw) = Configuration.found(environment: ["HEALTHCARD_CONFIG": path])
            #expect(flaw == .argument && flaw?.reason != nil)
            #expect(configuration.conventions.openDevice == .status && configuration.logPlace == "/a/log")
        }
    }

    @Test("A link whose target is not there is a file that cannot be read, not none")
    func dangling() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conf-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder + "/healthcard", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = ["XDG_CONFIG_HOME": folder, "HEALTHCARD_READER": "0"]
        #expect(Configuration.found(environment: environment).flaw == nil)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/healthcard/interface.conf", withDestinationPath: folder + "/nowhere")
        #expect(Configuration.found(environment: environment).flaw?.reason?.contains("cannot be read") == true)
        try FileManager.default.removeItem(atPath: folder + "/healthcard")
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/healthcard", withDestinationPath: folder + "/nowhere")
        #expect(Configuration.found(environment: environment).flaw?.reason?.contains("cannot be read") == true)
    }

    @Test("A level of the log that is none is refused, and one that is goes before the file's")
    func level() {
        let none = ["HEALTHCARD_CONFIG": "/dev/null"]
        let bogus = Configuration.found(environment: none.merging(["HEALTHCARD_LOG_LEVEL": "bogus"]) { $1 })
        #expect(bogus.flaw?.reason == "HEALTHCARD_LOG_LEVEL is errors, calls, details")
        let details = Configuration.found(environment: none.merging(["HEALTHCARD_LOG_LEVEL": "details"]) { $1 })
        #expect(details.flaw == nil && details.configuration.logLevel == .details)
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

    @Test("Service or reader that go after the port was opened are what they are before, whoever finds it out")
    func gone() {
        let errors: [any Error] = [
            PCSCError(number: PCSCError.noService, function: "f"),
            PCSCError(number: PCSCError.serviceStopped, function: "f"),
            PCSCError(number: PCSCError.noReadersAvailable, function: "f"),
            PCSCError(number: PCSCError.readerUnavailable, function: "f"),
            ChannelError(.serviceUnavailable, "m"), ChannelError(.readerUnavailable, "m"), ReaderChoiceError.noReaders,
            ReaderChoiceError.noMatch("a", readers: []),
            HealthCardError(.channel, channel: .serviceUnavailable, .otherContent),
        ]
        for error in errors {
            let code = ReturnCode(error, refused: .recordUnreadable)
            #expect(code.rawValue == 104 && code.forwarded == -1801 && code.reason != nil, "\(error)")
            let sam = ReturnCode.lacking(.sam, error)
            #expect(sam.rawValue == 105 && sam.forwarded == -1801, "\(error)")
        }
        let others: [any Error] = [
            ChannelError(.cardRemoved, "m"), HealthCardError(.channel, channel: .cardReset, .otherContent),
        ]
        for error in others {
            #expect(ReturnCode(error, refused: .recordUnreadable).forwarded == 104)
        }
        #expect(
            ReturnCode(SAMError.channel(ChannelError(.readerUnavailable, "m"), nil), refused: .sam).forwarded == -1801)
        #expect(ReturnCode(SAMError.pinBlocked, refused: .sam).forwarded == 105)
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
}
