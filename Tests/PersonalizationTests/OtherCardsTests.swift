import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing
import VirtualCard

@testable import Personalization

/// Cards of other makers and provinces, and cards whose power fails.
@Suite struct OtherCardsTests {
    private let man = CardPersonalizerTests.man

    private func error(_ work: () throws -> PersonalizedCard) -> PersonalizationError? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? PersonalizationError
        }
    }

    private func make(_ batch: Batch, in channel: any CardChannel) throws -> PersonalizedCard {
        try CardPersonalizer(channel: channel, batch: batch, module: try Sample.module(batch))
            .personalize(try batch.application(idNumber: man))
    }

    /// No 8A in the FCI, no extended length, one record at a time.
    @Test func aPlainCard() throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys", "plain-cos"])
        let batch = try Batch(folder: Repository.sampleBatch, profile: profile)
        let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: profile)
        let reader = TestReader(card)
        let personalizer = CardPersonalizer(channel: reader, batch: batch, module: try Sample.module(batch))
        let application = try batch.application(idNumber: man)
        let plan = try personalizer.plan(for: application)
        #expect(plan.steps[1].title == "SELECT DDF1, which must be absent")
        #expect(try personalizer.personalize(application).cost == plan.cost)
        #expect(card.lifeCycle == .activated)
        #expect(error { try make(batch, in: TestReader(card)) } == .unusableCard(.notBlank))
        // Cut off before its issuer file is whole.
        let half = try VirtualHealthCard.blank(serial: Sample.serial, profile: profile)
        #expect(error { try make(batch, in: TestReader(half, fault: .init(command: 30))) }?.chipState == .halfMade)
        let again = TestReader(half)
        #expect(error { try make(batch, in: again) } == .unusableCard(.beingMade))
        #expect(again.commands.count == 3)
    }

    /// An item that a province adds is a column, is checked, and is on the card, without a line of Swift.
    @Test func aProvincesCard() throws {
        let overlay = """
            overlay: province-99
            base: resident-health-card
            directories:
              DF01:
                files:
                  EF09:
                    title: 省内信息
                    fid: EF09
                    sfi: 09
                    structure: linearVariableTLV
                    records: 1
                    size: 12
                    read: RK1_DF01
                    update: UK1_DF01
                    protection: encryptedMAC
                    section: province
                    items:
                      clinic: { number: 401, tag: 91, record: 1, length: 10, coding: ans, format: text, label: 签约机构 }
                  EF0A:
                    title: 省内代码
                    fid: EF0A
                    sfi: 0A
                    structure: transparent
                    size: 8
                    read: RK1_DF01
                    update: UK1_DF01
                    protection: plain
                    section: provinceCodes
                    items:
                      edition: { number: 402, offset: 0, length: 2, coding: cn, format: digits(4), label: 版本, source: constant(2026) }
                      station: { number: 403, offset: 2, length: 6, coding: ans, format: text, label: 站点 }
            """
        let profile = try Repository.profile(overlay: overlay)
        let source = try BatchFolder()
        let rows = try source.text("applications.csv").split(whereSeparator: \.isNewline)
        func write(_ value: String) throws {
            let lines = rows.enumerated().map { $1 + "," + ($0 == 0 ? "clinic,station" : value + ",A7") }
            try source.write(lines.joined(separator: "\n"), to: "applications.csv")
        }
        try write("一二三四五六")
        #expect(throws: BatchError.self) {
            try Batch(folder: source.path, profile: profile).application(idNumber: man)
        }
        try write("雨花一站")
        let batch = try Batch(folder: source.path, profile: profile)
        let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: profile)
        _ = try make(batch, in: TestReader(card))
        let reading = try HealthCardSession(
            channel: TestReader(card), profile: profile, securityModule: try Sample.module(batch)
        ).read()
        #expect(reading.files["DF01/EF09"] == .records([[0x91, 10] + (try GBK.encode("雨花一站")) + [0, 0]]))
        #expect(reading.files["DF01/EF0A"] == .bytes([0x20, 0x26, 0x41, 0x37, 0, 0, 0, 0]))
        // The profile without the item does not know the column.
        #expect(throws: BatchError.self) { try Batch(folder: source.path).review() }
    }

    /// A dialect may have a command for each structure, several for one purpose, and no phase for what the chip has.
    @Test func aMakersOwnCommands() throws {
        let codes = """
              rights: { always: 00, never: FF }
                  protections: { plain: 00, mac: 01, encryptedMAC: 02 }
                  usages: { external: 01, internal: 02, maintenance: 03 }
                writing: { linearVariableTLV: encryptedMAC, cyclic: encryptedMAC, transparent: plain, linearFixed: none }
            """
        let overlay = """
            overlay: makers
            base: resident-health-card
            dialects:
              own:
                title: a file command for each structure
                phases: [open, structure, keys, content, readBack, activate]
                codes:
                  descriptors: { directory: 38, transparent: 28, linearFixed: 2A, linearVariableTLV: 2C, cyclic: 2E }
                \(codes)
                commands:
                  createDirectory: "80 E0 fid : descriptor name"
                  createFile:
                    transparent: "80 E0 fid : descriptor size:2"
                    linearVariableTLV: "80 E0 fid : descriptor contentSize:2"
                    cyclic: "80 E0 fid : descriptor recordCount recordSize"
                    linearFixed: "80 E0 fid : descriptor recordCount recordSize"
                  writeKey: "84 D4 01 reference : usage version algorithm tries key @ encryptedMAC(transport)"
                  writeRecord: ["04 DC record sfi<<3|04 : data @ encryptedMAC(maintenance)", "84 DE 00 00 @ mac(maintenance)"]
                  writeCyclicRecord: "04 DC 00 sfi<<3|03 : data @ encryptedMAC(maintenance)"
                  writeBinary: "00 D6 offset:2 : data"
                  activate: ["80 0E 00 00", "00 44 00 00"]
              prepared:
                title: files are there
                preStructured: true
                phases: [open, content, readBack, activate]
                codes:
                  descriptors: {}
                \(codes)
                commands:
                  writeRecord: "04 DC record sfi<<3|04 : data @ encryptedMAC(maintenance)"
                  writeKey: "84 D4 01 reference : usage version algorithm tries key @ encryptedMAC(transport)"
                  writeCyclicRecord: "04 DC 00 sfi<<3|03 : data @ encryptedMAC(maintenance)"
                  writeBinary: "00 D6 offset:2 : data"
                  activate: "00 44 00 00"
            """
        let batch = try Batch(folder: Repository.sampleBatch, profile: Repository.profile(overlay: overlay))
        let image = try Sample.image(try batch.application(idNumber: man), in: batch, serial: Sample.serial)
        let own = try PersonalizationPlan(image: image, profile: batch.profile, dialect: "own")
        let holder = try #require(own.steps.first { $0.title == "CREATE FILE DDF1/EF06" }?.command)
        #expect(holder.header == [0x80, 0xE0, 0xEF, 0x06] && holder.data == [0x2C, 0x00, 64])
        let photo = try #require(own.steps.first { $0.title == "CREATE FILE DDF1/EF07" }?.command)
        #expect(photo.data == [0x28, 0x0C, 0x02])
        // One challenge serves one command.
        for (step, next) in zip(own.steps, own.steps.dropFirst()) {
            if case .protect = next.work { #expect(step.work == .challenge, "\(next.title)") }
        }
        #expect(own.steps.filter { $0.command?.header == [0x84, 0xDE, 0, 0] }.count == 57)
        let prepared = try PersonalizationPlan(image: image, profile: batch.profile, dialect: "prepared")
        #expect(!prepared.steps.contains { $0.purpose == .createFile || $0.purpose == .createDirectory })
        #expect(prepared.steps.filter { $0.purpose == .writeRecord }.count == 57)
    }

    /// The power goes at places spread over all bytes a card is written with. The error never says more than is true,
    /// and the chip, powered on again, is seen for what it is.
    @Test func powerCuts() throws {
        let batch = try Sample.batch()
        let module = try Sample.module(batch)
        let application = try batch.application(idNumber: man)
        let whole = try VirtualHealthCard.blank(serial: Sample.serial, profile: batch.profile)
        let plan = try CardPersonalizer(channel: TestReader(whole), batch: batch, module: module).plan(for: application)
        _ = try make(batch, in: TestReader(whole))
        let total = whole.writtenByteCount
        for cut in Array(stride(from: 0, to: total, by: max(1, total / 60))) + Array(max(0, total - 12)..<total) {
            let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: batch.profile)
            card.cutPower(afterBytes: cut)
            let personalizer = CardPersonalizer(channel: TestReader(card), batch: batch, module: module)
            guard
                case .interrupted(_, .channel(let cause, _), let state)? = error({
                    try personalizer.run(plan, application)
                })
            else {
                Issue.record("power cut after \(cut) of \(total) bytes went unseen")
                continue
            }
            #expect(cause.code == .cardUnresponsive)
            card.cutPower(afterBytes: nil)
            let again = TestReader(card)
            let found = card.lifeCycle
            let seen = error {
                try CardPersonalizer(channel: again, batch: batch, module: module).run(plan, application)
            }
            switch found {
            case .blank: #expect(seen == nil && state != .doubtful, "after \(cut)")
            case .beingMade: #expect(seen == .unusableCard(.beingMade) && state != .untouched, "after \(cut)")
            case .activated: #expect(seen == .unusableCard(.activated) && state == .doubtful, "after \(cut)")
            }
        }
    }

    @Test func worn() throws {
        let batch = try Sample.batch()
        let card = try VirtualHealthCard.blank(serial: Sample.serial, profile: batch.profile)
        card.failWrites(1)
        guard case .refused(_, .memoryFailure, _)? = error({ try make(batch, in: TestReader(card)) }) else {
            Issue.record("6581 was overlooked")
            return
        }
        #expect(card.lifeCycle != .activated)
    }
}
