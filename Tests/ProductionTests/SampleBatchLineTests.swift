import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Testing
import VirtualCard

@testable import Personalization
@testable import Production

/// The real engine and virtual cards on a line.
@Suite struct SampleBatchLineTests {
    static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Samples/sample-batch"

    /// The sample batch's orders as a ledger has them, and its applications.
    private struct Sample {
        let batch: Batch
        let applications: [Application]

        init() throws {
            batch = try Batch(folder: SampleBatchLineTests.folder)
            applications = try batch.review().applications
        }

        func orders() -> [Order] {
            applications.enumerated().map {
                Order(
                    batch: batch.manifest.id, sequence: $0.offset + 1, idNumber: $0.element.idNumber.text,
                    row: $0.element.row, offset: 0, collectionPoint: "")
            }
        }

        func maker(_ change: @escaping (Application) -> Application = { $0 }) throws -> BatchCardMaker {
            let applications = applications
            return BatchCardMaker(batch: batch, module: try SoftwareSecurityModule.testKeys(batch.profile)) {
                order in change(applications[order.sequence - 1])
            }
        }

        func record(_ lanes: Int) -> RunRecord {
            RunRecord(
                batch: batch.manifest.id, mode: batch.manifest.mode.rawValue, software: "tests", profileDigest: "",
                releaseDigest: nil, operatorName: "tester", lanes: Factory.lanes(lanes))
        }
    }

    /// What came out of the boxes and into the trays.
    private final class Trays: @unchecked Sendable {
        private let lock = NSLock()
        private var number: UInt8 = 0
        private(set) var cards: [Tray: [VirtualHealthCard]] = [:]
        private(set) var events: [LineEvent] = []

        func next() -> UInt8 {
            lock.withLock {
                number += 1
                return number
            }
        }

        func put(_ card: VirtualHealthCard, _ tray: Tray) { lock.withLock { cards[tray, default: []].append(card) } }
        func tell(_ event: LineEvent) { lock.withLock { events.append(event) } }
    }

    private func setups(
        _ sample: Sample, _ trays: Trays, lanes: Int, _ prepare: @escaping @Sendable (VirtualCardChannel, UInt8) -> Void
    ) -> [LaneSetup] {
        let profile = sample.batch.profile
        return Factory.lanes(lanes).map { name in
            let slot = ChannelSlot(
                name,
                trays: { channel, tray in
                    if let channel = channel as? VirtualCardChannel { trays.put(channel.card, tray) }
                },
                box: { wanted in
                    guard wanted == .blank else { return nil }
                    let number = trays.next()
                    guard
                        let card = try? VirtualHealthCard.blank(
                            serial: [0x52, 0x48, 0x43, 0, 0, 0, 1, number], profile: profile)
                    else { return nil }
                    let channel = VirtualCardChannel(card: card)
                    prepare(channel, number)
                    return channel
                })
            return LaneSetup(slot: slot, handling: slot)
        }
    }

    @Test func theWholeBatchOnThreeLanes() throws {
        let sample = try Sample()
        let ledger = MemoryLedger(sample.orders())
        let trays = Trays()
        var settings = LineSettings()
        settings.readerWait = .milliseconds(100)
        let setups = setups(sample, trays, lanes: 3) { channel, number in
            // The memory of one chip fails in the middle of its content.
            if number == 2 {
                channel.intercept = { [card = channel.card] _, index throws(ChannelError) in
                    if index == 120 { card.failWrites(1) }
                    return nil
                }
            }
        }
        let line = ProductionLine(
            ledger: ledger, record: sample.record(3), lanes: setups, settings: settings,
            maker: { _ in try sample.maker() }, events: { trays.tell($0) })
        let report = try line.run()
        #expect(report.isBalanced)
        #expect(report.end == .finished, "\(report.reason)")
        #expect(report.made == sample.applications.count)
        #expect(report.rejectedChips == 1)
        let made = trays.cards[.made] ?? []
        #expect(made.count == sample.applications.count)
        #expect(made.allSatisfy { $0.lifeCycle == .activated })
        #expect(trays.cards[.reject]?.map(\.lifeCycle) == [.beingMade])
        #expect(trays.events.contains { $0.kind == .chipRejected && $0.reason?.code == "writeFailed" })
        // Each card says whose it is, read through its own keys, and its image is the one in the books.
        let module = try SoftwareSecurityModule.testKeys(sample.batch.profile)
        for (sequence, entry) in ledger.made {
            let card = try #require(made.first { Hex.encode($0.serial) == entry.chip })
            let reading = try HealthCardSession(
                channel: VirtualCardChannel(card: card), profile: sample.batch.profile, securityModule: module
            ).read(.everyByte)
            let number = Array(sample.applications[sequence - 1].idNumber.text.utf8)
            #expect(reading.files.values.contains { $0.bytes.contains(number) }, "order \(sequence)")
            #expect(entry.card.imageDigest.count == 64)
        }
        let told = String(decoding: try JSONEncoder().encode(trays.events), as: UTF8.self)
        let reported = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        for application in sample.applications {
            let name = application.values.first { $0.key.description.hasSuffix("name") }?.value
            for secret in [application.idNumber.text, name].compactMap({ $0 }) {
                #expect(!told.contains(secret) && !reported.contains(secret))
            }
        }
    }

    @Test func aFormalBatchFeedsNothing() throws {
        let formal = try Batch(folder: Self.folder.replacing("sample-batch", with: "formal-batch"))
        let sample = try Sample()
        let trays = Trays()
        let line = ProductionLine(
            ledger: MemoryLedger(sample.orders()), record: sample.record(2),
            lanes: setups(sample, trays, lanes: 2) { _, _ in },
            maker: { _ in
                BatchCardMaker(batch: formal, module: try SoftwareSecurityModule.testKeys(sample.batch.profile)) {
                    (_) throws(BatchError) in throw BatchError([])
                }
            })
        #expect(throws: LineError.gate(.wrongKeys(expected: 0x01, found: 0xF1))) { try line.run() }
        #expect(trays.next() == 1, "no chip was asked for")
    }

    /// The row of an order holds another person than when it was enrolled: nobody gets that card, nothing is written.
    @Test func aBatchThatWasChanged() throws {
        let sample = try Sample()
        let ledger = MemoryLedger(sample.orders())
        let trays = Trays()
        let other = sample.applications[1]
        let line = ProductionLine(
            ledger: ledger, record: sample.record(1), lanes: setups(sample, trays, lanes: 1) { _, _ in },
            maker: { _ in try sample.maker { _ in other } })
        let report = try line.run()
        #expect(report.isBalanced)
        #expect((report.end, report.made, report.rejectedOrders) == (.batchChanged, 0, 0))
        #expect(report.lanes[0].reason?.code == "batchChanged")
        #expect(trays.cards[.unused]?.map(\.lifeCycle) == [.blank])
    }

    @Test func whoseFaultItIs() {
        let failure = MakingFailure(.transportKeyRefused(triesLeft: 5, .untouched))
        #expect((failure.code, failure.blame, failure.chipState) == ("transportKeyRefused", .chip, .untouched))
        #expect(MakingFailure(.batch(BatchError([]))).blame == .applicant)
        #expect(MakingFailure(.noRelease).blame == .station)
        let position = PlanPosition(index: 1, phase: .keys, title: "WRITE KEY")
        let removed = MakingFailure(
            .interrupted(position, .channel(ChannelError(.cardRemoved, "gone"), nil), .halfMade))
        #expect((removed.code, removed.blame, removed.chipState) == ("cardRemoved", .reader, .halfMade))
        #expect(MakingFailure(.refused(position, .memoryFailure, .halfMade)).code == "writeFailed")
        #expect(MakingFailure(.readBackDiffers([], .halfMade)).blame == .chip)
        #expect(MakingFailure(.securityModule(.keyNotHeld("TK"), .untouched)).blame == .station)
    }
}
