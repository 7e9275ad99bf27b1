import ISO7816
import Messages
import Testing

@Suite struct ValueTests {
    @Test func statusWords() {
        #expect(StatusWord.ok.isSuccess && StatusWord.ok.description == "9000")
        #expect(StatusWord(rawValue: 0x63C5).triesLeft == 5)
        #expect(StatusWord(rawValue: 0x63C0).triesLeft == 0)
        #expect(StatusWord(rawValue: 0x6300).triesLeft == nil)
        #expect(StatusWord(rawValue: 0x6C00).correctLength == 256)
        #expect(StatusWord(rawValue: 0x6C08).correctLength == 8)
        #expect(StatusWord(rawValue: 0x6100).remaining == 256)
        #expect(StatusWord(rawValue: 0x6108).remaining == 8)
        #expect(StatusWord.remaining(256).rawValue == 0x6100 && StatusWord.correctLength(256).rawValue == 0x6C00)
        #expect(StatusWord.triesLeft(99).rawValue == 0x63CF && StatusWord.triesLeft(-1).rawValue == 0x63C0)
        for status in [0x6100, 0x6282, 0x6283, 0x63C2] as [UInt16] {
            #expect(!StatusWord(rawValue: status).isSuccess)
        }
    }

    @Test func everyStatusWordHasAMeaning() {
        let unknown = StatusWord(rawValue: 0x1234).meaning()
        for status in UInt16.min...UInt16.max where status >> 8 == 0x61 || status >> 4 == 0x63C || status >> 8 == 0x6C {
            #expect(!StatusWord(rawValue: status).meaning().description.isEmpty)
        }
        for status in [
            StatusWord.ok, .memoryFailure, .wrongLength, .securityStatusNotSatisfied, .authenticationMethodBlocked,
            .referenceDataNotUsable, .conditionsNotSatisfied, .commandNotAllowed, .incorrectSecureMessagingData,
            .wrongData, .functionNotSupported, .fileNotFound, .recordNotFound, .notEnoughMemory, .incorrectP1P2,
            .referencedDataNotFound, .fileAlreadyExists, .wrongP1P2, .instructionNotSupported, .classNotSupported,
            .endOfFile, .fileDeactivated, .permanentlyBlocked, .lastCommandOfChainExpected,
            .commandChainingNotSupported, .incompatibleFileStructure, .noPreciseDiagnosis,
        ] {
            #expect(status.meaning().description != unknown.description, "\(status)")
            #expect(status.meaning().text(in: .chinese) != unknown.text(in: .chinese), "\(status)")
        }
        #expect(unknown.description == "unknown status word")
        #expect(
            StatusWord.fileDeactivated.meaning(for: 0xA4).description
                != StatusWord.fileDeactivated.meaning().description)
    }

    @Test func lengthsThatDoNotFitAreRefused() throws {
        func encoded(_ count: Int, _ ne: Int?, _ form: CommandAPDU.LengthForm) throws -> [UInt8] {
            try CommandAPDU(cla: 0, ins: 0, p1: 0, p2: 0, data: [UInt8](repeating: 0, count: count), ne: ne)
                .encoded(form)
        }
        #expect(throws: APDUError.dataTooLong(count: 256, maximum: 255)) { try encoded(256, nil, .short) }
        #expect(throws: APDUError.expectedLengthOutOfRange(257, maximum: 256)) { try encoded(0, 257, .short) }
        #expect(throws: APDUError.dataTooLong(count: 65_536, maximum: 65_535)) { try encoded(65_536, nil, .automatic) }
        for ne in [0, -1, 65_537, Int.max, Int.min] {
            #expect(throws: APDUError.expectedLengthOutOfRange(ne, maximum: 65_536)) { try encoded(0, ne, .automatic) }
        }
        #expect(try encoded(255, 256, .automatic).count == 261, "a body of 255 bytes is short")
        #expect(try encoded(256, nil, .automatic).count == 263)
    }

    @Test func chainingKeepsWhatFits() {
        let command = CommandAPDU(cla: 4, ins: 0xDC, p1: 1, p2: 4, data: [1, 2], ne: 8)
        #expect(command.chained(maximum: 2) == [command])
        #expect(command.chained(maximum: 0).map(\.data) == [[1], [2]])
        #expect(command.chained(maximum: 1).map(\.cla) == [0x14, 0x04])
        #expect(command.chained(maximum: 1).map(\.ne) == [nil, 8])
    }

    @Test func identifiers() {
        #expect(FileIdentifier("DF01")?.bytes == [0xDF, 0x01])
        #expect(FileIdentifier("ef05")?.description == "EF05")
        #expect(FileIdentifier.masterFile.description == "3F00")
        #expect(FileIdentifier(rawValue: 0x0015).description == "0015")
        for text in ["", "DF1", "DF011", "+F01", "DG01", " F01"] { #expect(FileIdentifier(text) == nil, "\(text)") }

        #expect(ShortFileIdentifier(rawValue: 0) == nil && ShortFileIdentifier(rawValue: 31) == nil)
        #expect(ShortFileIdentifier(rawValue: 30)?.binaryP1 == 0x9E)
        #expect(ShortFileIdentifier(rawValue: 30)?.recordP2(mode: 4) == 0xF4)

        #expect(DedicatedFileName([]) == nil && DedicatedFileName([UInt8](repeating: 1, count: 17)) == nil)
        #expect(DedicatedFileName(Array("WS.SYS.DDF01".utf8))?.description == "WS.SYS.DDF01")
        #expect(ApplicationIdentifier([0x91, 0x56])?.description == "9156")
    }

    @Test func lifeCycles() {
        #expect(LifeCycleStatus.activated.description == "operational, activated")
        #expect(LifeCycleStatus(rawValue: 7).description == LifeCycleStatus.activated.description)
        for value in UInt8.min...UInt8.max { #expect(!LifeCycleStatus(rawValue: value).description.isEmpty) }
    }

    @Test func oneRecordMeansOne() throws {
        #expect(try RecordTLV([1, 1, 0x31]) == RecordTLV(tag: 1, value: [0x31]))
        #expect(throws: RecordTLV.ParseError.trailingBytes(offset: 3)) { try RecordTLV([1, 1, 0x31, 2, 0]) }
        #expect(throws: RecordTLV.ParseError.truncated(offset: 0)) { try RecordTLV([]) }
        #expect(throws: RecordTLV.ParseError.valueTooLong(count: 256)) {
            try RecordTLV(tag: 1, value: [UInt8](repeating: 0, count: 256))
        }
    }
}
