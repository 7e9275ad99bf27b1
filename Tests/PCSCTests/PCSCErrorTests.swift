import Foundation
import ISO7816
import Messages
import Testing

@testable import PCSC

@Suite("PC/SC errors") struct PCSCErrorTests {
    @Test("Every code of pcsclite.h has its name and an advice")
    func tableIsComplete() throws {
        let header = try String(contentsOfFile: "/usr/include/PCSC/pcsclite.h", encoding: .utf8)
        let definition = /#define (SCARD_[EFWP]_\w+)\s+\(\(LONG\)0x([0-9A-F]{8})\)/
        let codes = try header.split(separator: "\n").filter { $0.hasPrefix("#define") }
            .compactMap { line in
                try definition.firstMatch(in: line).map { (String($0.1), try #require(UInt32($0.2, radix: 16))) }
            }
        #expect(codes.count >= 60)
        for (name, code) in codes {
            let error = PCSCError(number: code, function: "SCardConnect")
            let meaning = PCSCMeaning(number: code)
            #expect(error.name == name || meaning.description.contains(name), "\(error.hexadecimal)")
            for language in Language.allCases {
                #expect(meaning.what(in: language) != PCSCMeaning(number: 0).what(in: language), "\(name)")
            }
        }
    }

    @Test("An error says the function, the name, the code and what to do")
    func description() {
        let error = PCSCError(number: PCSCError.noSmartcard, function: "SCardConnect")
        #expect(
            "\(error)" == "SCardConnect: SCARD_E_NO_SMARTCARD (8010000C): there is no card in the reader; insert one")
        #expect(error.text(in: .chinese) == "SCardConnect：SCARD_E_NO_SMARTCARD（8010000C）：读卡器中没有卡；请插入卡")
        let unknown = PCSCError(number: 0x42, function: "SCardConnect")
        #expect("\(unknown)" == "SCardConnect: SCARD error (00000042): pcscd answered an unknown code; see its log")
    }

    @Test("Errors are equal by code, whatever function answered")
    func equality() {
        let errors: Set = [
            PCSCError(number: 0x8010_001D, function: "A"), PCSCError(number: 0x8010_001D, function: "B"),
        ]
        #expect(errors.count == 1)
    }

    @Test(
        "A lost card, reader or service is known as such above a channel",
        arguments: [
            (PCSCError.removedCard, ChannelError.Code.cardRemoved), (PCSCError.noSmartcard, .cardRemoved),
            (PCSCError.resetCard, .cardReset), (PCSCError.unpoweredCard, .cardReset),
            (PCSCError.readerUnavailable, .readerUnavailable), (PCSCError.unknownReader, .readerUnavailable),
            (PCSCError.noService, .serviceUnavailable), (PCSCError.serviceStopped, .serviceUnavailable),
            (PCSCError.sharingViolation, .sharingViolation), (PCSCError.unresponsiveCard, .cardUnresponsive),
            (PCSCError.timeout, .timeout), (PCSCError.cancelled, .cancelled), (0x42, .other),
        ])
    func channelCodes(_ code: UInt32, _ expected: ChannelError.Code) {
        let error = PCSCError(number: code, function: "SCardTransmit")
        #expect(error.channelError.code == expected)
        #expect(error.channelError.message == error.description)
    }
}
