import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@testable import Personalization

@Suite struct CardPersonalizerTests {
    static let man = "99646919970325667X"

    /// Makes a card of a blank one, or tells why not.
    private func make(
        _ idNumber: String = man, in reader: TestReader, batch: Batch? = nil
    ) throws -> PersonalizedCard {
        let batch = try batch ?? Sample.batch()
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
        return try personalizer.personalize(try batch.application(idNumber: idNumber))
    }

    private func blank(_ serial: [UInt8] = Sample.serial, _ profile: CardProfile? = nil) throws -> VirtualHealthCard {
        try .blank(serial: serial, profile: try profile ?? Sample.batch().profile)
    }

    /// Why a card was not made; `nil` when it was.
    private func error(_ work: () throws -> PersonalizedCard) -> PersonalizationError? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? PersonalizationError
        }
    }

    /// Every sample applicant, byte for byte, at exactly the cost the plan names.
    @Test func everySampleApplicant() throws {
        let batch = try Sample.batch()
        let module = try Sample.module(batch)
        for application in try batch.review().applications {
            let card = try blank(Sample.serial(of: application))
            let reader = TestReader(card)
            let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
            let plan = try personalizer.plan(for: application)
            var seen: [Int] = []
            let made = try personalizer.personalize(application) { seen.append($0.position.index) }
            #expect(seen == Array(plan.steps.indices))
            #expect(made.cost == plan.cost)
            #expect(made.imageDigest == plan.image.digest)
            #expect(made.chipSerial == card.serial)
            #expect(card.lifeCycle == .activated)
            #expect(reader.resets == 1)
            // A session that knows nothing of the one that wrote.
            card.powerOff()
            card.powerOn()
            let reading = try HealthCardSession(
                channel: TestReader(card), profile: batch.profile, securityModule: module
            ).read(.everyByte)
            #expect(reading.isTestCard)
            #expect(reading.unreadable == [])
            for file in plan.image.directories.flatMap(\.files) {
                #expect(reading.files[file.path]?.bytes == file.bytes, "\(file.path) of row \(application.row)")
            }
        }
    }

    /// A factor that every such chip has is refused before the chip is asked anything and any key derived.
    @Test(arguments: [UInt8(0x00), 0xFF])
    func aChipWithoutASerial(byte: UInt8) throws {
        let reader = TestReader(try blank([UInt8](repeating: byte, count: 8)))
        let found = error { try make(in: reader) }
        #expect(found == .unusableCard(.emptyFactor(byte)))
        #expect(found?.ledgerCode == "emptyFactor" && found?.fault == .chip && found?.chipState == .untouched)
        #expect(found?.english.hint?.contains("box") == true && found?.chinese.hint != nil)
        #expect(reader.commands.isEmpty)
        let batch = try Sample.batch()
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
        #expect(throws: PersonalizationError.unusableCard(.emptyFactor(byte))) {
            try personalizer.plan(for: batch.application(idNumber: Self.man))
        }
    }

    /// What a reader hides of the chip's serial it is asked for, and a reader that does not know is named.
    @Test func aReaderThatHidesTheSerial() throws {
        let profile = try Sample.batch().profile
        for answer in [Sample.serial + [0x52, 0x48, 0x43, 0x00, 0x01, 0x90, 0x00], [0x6A, 0x81]] {
            let reader = HidingReader(try blank(), answer: answer)
            if answer.count > 2 {
                #expect(try CardPersonalizer.chipSerial(of: reader, profile) == Sample.serial)
            } else {
                #expect(
                    throws: PersonalizationError.unusableCard(
                        .hiddenFactor(.historicalBytesHidden(count: 0, needed: 8, .functionNotSupported)))
                ) { try CardPersonalizer.chipSerial(of: reader, profile) }
            }
        }
        // Through such a reader a whole card is made.
        let reader = HidingReader(try blank(), answer: Sample.serial + [0x52, 0x48, 0x43, 0x00, 0x01, 0x90, 0x00])
        let batch = try Sample.batch()
        let made = try CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
            .personalize(batch.application(idNumber: Self.man))
        #expect(made.chipSerial == Sample.serial)
    }

    private final class HidingReader: CardChannel {
        private let card: VirtualCardChannel
        private let answer: [UInt8]
        let answerToReset: [UInt8] = [0x3B, 0x80, 0x80, 0x01, 0x01]
        var transmissionProtocol: TransmissionProtocol { .t1 }

        init(_ card: VirtualHealthCard, answer: [UInt8]) {
            self.card = VirtualCardChannel(card: card)
            self.answer = answer
        }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
            command.first == 0xFF ? answer : try card.transmit(command)
        }

        func reset() throws(ChannelError) -> [UInt8] {
            _ = try card.reset()
            return answerToReset
        }
    }

    /// Over T=0 commands are short, and what answers to data waits for GET RESPONSE.
    @Test func aCardOverT0() throws {
        let batch = try Sample.batch()
        var options = VirtualCardOptions(profile: batch.profile)
        options.behavesAsT0 = true
        let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: batch.profile, options: options)
        let reader = TestReader(card, .t0)
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
        let application = try batch.application(idNumber: Self.man)
        let plan = try personalizer.plan(for: application)
        #expect(try personalizer.personalize(application).cost == plan.cost)
        #expect(reader.commands.allSatisfy { $0.count <= 260 })
        #expect(reader.count(of: 0xC0) == 2, "the FCI and the internal authentication")
        #expect(card.lifeCycle == .activated)
    }

    @Test func aReaderWithoutExtendedLength() throws {
        let batch = try Sample.batch()
        let reader = TestReader(try blank())
        let personalizer = CardPersonalizer(
            channel: reader, batch: batch, module: try Sample.module(batch),
            options: .init(usesExtendedLength: false))
        let application = try batch.application(idNumber: Self.man)
        let plan = try personalizer.plan(for: application)
        #expect(try personalizer.personalize(application).cost == plan.cost)
        #expect(plan.cost(of: .content).commands == 127)
    }

    // MARK: The gate

    /// Keys of the other mode first, then the release that is not there; no card is asked anything.
    @Test func formalBatchesAreRefused() throws {
        let formal = try Batch(folder: Repository.formalBatch)
        let application = try #require(try formal.review().applications.first)
        let reader = TestReader(try blank())
        func refusal(_ batch: Batch, _ module: any KeyWrappingModule) -> PersonalizationError? {
            let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
            return error { try personalizer.personalize(application) }
        }
        let testKeys = try Sample.module(try Sample.batch())
        let formalKeys = try FormalKeys.module(for: formal)
        #expect(refusal(formal, testKeys) == .wrongKeys(expected: 0x01, found: 0xF1))
        #expect(refusal(formal, formalKeys) == .noRelease)
        #expect(refusal(try Sample.batch(), formalKeys) == .wrongKeys(expected: 0xF1, found: 0x01))
        #expect(reader.commands.isEmpty)
    }

    @Test func testBatchesMakeNobodyReal() throws {
        let application = try #require(try Batch(folder: Repository.formalBatch).review().applications.first)
        let batch = try Sample.batch()
        let reader = TestReader(try blank())
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
        guard case .batch(let problems)? = error({ try personalizer.personalize(application) }) else {
            Issue.record("a real person was let through")
            return
        }
        #expect(problems.problems.map(\.item) == ["idNumber"])
        #expect(reader.commands.isEmpty)
    }

    @Test("A key that gives no answer is not taken for one that nobody knows", arguments: ["IRK", "UK1_DF03", "TK"])
    func silentKey(_ name: String) throws {
        let batch = try Sample.batch()
        let reader = TestReader(try blank())
        let module = OtherVersion(try Sample.module(batch), version: 0xF1, silentKey: name)
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
        let application = try batch.application(idNumber: Self.man)
        #expect(error { try personalizer.personalize(application) } == .release(.keyNotChecked(name)))
        #expect(reader.commands.isEmpty)
    }

    @Test func keysOfAnotherVersionAreRefused() throws {
        let batch = try Sample.batch()
        let reader = TestReader(try blank())
        let module = OtherVersion(try Sample.module(batch))
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
        let application = try batch.application(idNumber: Self.man)
        #expect(error { try personalizer.personalize(application) } == .wrongKeys(expected: 0xF1, found: 0x01))
        #expect(reader.commands.isEmpty)
    }

    // MARK: Cards that are not blank

    @Test func activatedHalfMadeAndBlockedCards() throws {
        let card = try blank()
        _ = try make(in: TestReader(card))
        let again = TestReader(card)
        #expect(error { try make(in: again) } == .unusableCard(.activated))
        #expect(again.commands.count == 1)

        let half = try blank()
        let cut = TestReader(half, fault: .init(command: 100))
        #expect(error { try make(in: cut) }?.chipState == .halfMade)
        let second = TestReader(half)
        #expect(error { try make(in: second) } == .unusableCard(.beingMade))
        #expect(second.commands.count == 1)

        let strange = TestReader(try blank(), fault: .init(command: 0, moment: .answers(.functionNotSupported)))
        #expect(error { try make(in: strange) } == .unusableCard(.unknown(.functionNotSupported)))
        #expect(strange.commands.count == 1)
    }

    @Test func wrongTransportKeyIsTriedOnce() throws {
        let profile = try Sample.batch().profile
        let key = SecretBytes(copying: [UInt8](repeating: 7, count: 16))
        let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: profile, transportKey: key)
        for left in [5, 4, 3, 2, 1, 0] {
            let reader = TestReader(card)
            let error = error { try make(in: reader) }
            #expect(error == .transportKeyRefused(triesLeft: left, .untouched))
            #expect(error?.description.contains("\(left) tries left") == true)
            #expect(reader.count(of: 0x82) == 1)
            #expect(card.lifeCycle == .blank)
        }
        #expect(error { try make(in: TestReader(card)) } == .transportKeyRefused(triesLeft: 0, .untouched))
    }

    // MARK: Interruptions

    /// The card leaves at every command, before and after it has worked: the error is typed, the state is never better
    /// than the truth, and nothing is claimed.
    @Test(arguments: [false, true])
    func removalAtEveryCommand(isAnswered: Bool) throws {
        let batch = try Sample.batch()
        let module = try Sample.module(batch)
        let application = try batch.application(idNumber: Self.man)
        let plan = try CardPersonalizer(channel: TestReader(try blank()), batch: batch, module: module)
            .plan(for: application)
        let total = plan.cost.commands
        for index in 0..<total {
            let card = try blank()
            let reader = TestReader(card, fault: .init(command: index, moment: isAnswered ? .after : .before))
            let personalizer = CardPersonalizer(channel: reader, batch: batch, module: module)
            let error = error { try personalizer.run(plan, application) }
            guard case .interrupted(let position, .channel(let cause, _), let state)? = error else {
                Issue.record("command \(index): \(String(describing: error))")
                continue
            }
            #expect(cause.code == .cardRemoved)
            #expect(position.index <= index + 1, "a reset is a step and no command")
            #expect(reader.commands.count == index + 1, "nothing is sent after the card has gone")
            switch state {
            case .untouched: #expect(card.lifeCycle == .blank, "command \(index)")
            case .halfMade: #expect(card.lifeCycle != .activated, "command \(index)")
            case .doubtful: #expect(index == total - 1)
            }
            if card.lifeCycle == .activated { #expect(state == .doubtful) }
        }
    }

    @Test(arguments: [
        ChannelError.Code.readerUnavailable, .serviceUnavailable, .cardReset, .cardUnresponsive, .timeout,
    ])
    func readerOrDaemonGone(code: ChannelError.Code) throws {
        for index in [0, 1, 2, 10, 50, 120, 200, 226, 228] {
            let reader = TestReader(
                try blank(), fault: .init(command: index, error: ChannelError(code, "gone; plug it in again")))
            guard case .interrupted(_, .channel(let cause, _), let state)? = error({ try make(in: reader) }) else {
                Issue.record("command \(index)")
                continue
            }
            #expect(cause.code == code)
            #expect(state == (index < 4 ? .untouched : index == 228 ? .doubtful : .halfMade))
        }
    }

    @Test func aCardThatRefusesACommand() throws {
        let reader = TestReader(try blank(), fault: .init(command: 30, moment: .answers(.memoryFailure)))
        guard case .refused(let position, let status, let state)? = error({ try make(in: reader) }) else {
            Issue.record("the refusal was overlooked")
            return
        }
        #expect((position.index, status, state) == (30, .memoryFailure, .halfMade))
        #expect(reader.commands.count == 31)
        let last = TestReader(try blank(), fault: .init(command: 228, moment: .answers(.memoryFailure)))
        #expect(error { try make(in: last) }?.chipState == .doubtful)
    }

    /// What is on the card is what counts: a byte that changes on its way is found before activation.
    @Test func aByteThatChangesOnItsWay() throws {
        let card = try blank()
        let batch = try Sample.batch()
        let plan = try CardPersonalizer(channel: TestReader(card), batch: batch, module: try Sample.module(batch))
            .plan(for: try batch.application(idNumber: Self.man))
        let photo = try #require(plan.steps.first { $0.content?.path == "DDF1/EF07" }).index
        let reader = TestReader(card, fault: .init(command: photo, moment: .altered))
        guard case .readBackDiffers(let differences, .halfMade)? = error({ try make(in: reader) }) else {
            Issue.record("the change was overlooked")
            return
        }
        #expect(differences.map(\.path) == ["DDF1/EF07"])
        #expect(card.lifeCycle == .beingMade)
        #expect(reader.count(of: 0x44) == 0)
        // Under a MAC it does not even get that far.
        let record = try #require(plan.steps.first { $0.content?.path == "DDF1/EF06" }).index
        let secured = TestReader(try blank(), fault: .init(command: record, moment: .altered))
        guard case .refused(_, .incorrectSecureMessagingData, .halfMade)? = error({ try make(in: secured) }) else {
            Issue.record("a wrong MAC was accepted")
            return
        }
    }
}

/// Says that its keys are formal ones.
private final class OtherVersion: KeyWrappingModule {
    let keyVersion: UInt8
    private let module: SoftwareSecurityModule

    private let silentKey: String?

    /// - Parameter silentKey: the key that gives no answer, as in a device that fails.
    init(_ module: SoftwareSecurityModule, version: UInt8 = 1, silentKey: String? = nil) {
        self.module = module
        self.silentKey = silentKey
        keyVersion = version
    }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        guard key.name != silentKey else { throw .device("it is busy") }
        return try module.cryptogram(key: key, card: card, seed: seed, original: original)
    }

    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.protect(header: header, data: data, protection: protection, key: key, card: card, seed: seed)
    }

    func wrapKey(
        _ newKey: KeyDefinition, prefix: [UInt8], header: [UInt8], under: KeyDefinition, card: CardFactors,
        seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.wrapKey(newKey, prefix: prefix, header: header, under: under, card: card, seed: seed)
    }

    func certificate(_ layout: CertificateLayout, values: [String: String]) throws(SecurityModuleError) -> [UInt8] {
        try module.certificate(layout, values: values)
    }

    func securityCode(
        _ rule: SecurityCodeRule, values: [ItemReference: String]
    ) throws(SecurityModuleError) -> String {
        try module.securityCode(rule, values: values)
    }
}
