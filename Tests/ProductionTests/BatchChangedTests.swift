import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import PCSC
import Testing
import VirtualCard

@testable import Personalization
@testable import Production

/// The folder is changed after it was checked and enrolled: no card is made of other content, and the line says which
/// row.
@Suite struct BatchChangedTests {
    private static let people = ["99646919970325667X", "990059199606299731"]

    /// A copy of the sample batch, taken in and enrolled, and a line for it.
    final class Plant: @unchecked Sendable {
        let folder = NSTemporaryDirectory() + "changed-" + UUID().uuidString
        let prepared: PreparedBatch
        let ledger: Ledger
        let keys: any KeyHolder
        private let lock = NSLock()
        // Guarded by `lock`.
        private var number: UInt8 = 0
        private(set) var trays: [Tray: [VirtualHealthCard]] = [:]
        private(set) var events: [LineEvent] = []

        /// - Parameter keys: who holds them; by default the published ones are in memory.
        init(
            enrols: @escaping @Sendable (Order) -> Order = { $0 },
            keys: (CardProfile) throws -> any KeyHolder = { try KeySet.test($0) }
        ) throws {
            try FileManager.default.copyItem(atPath: SampleBatchLineTests.folder, toPath: folder)
            prepared = try #require(try BatchIntake(folder: folder).run(report: { Issue.record("\($0)") }).prepared)
            self.keys = try keys(prepared.batch.profile)
            let path = folder + ".ledger"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            ledger = try Ledger.open(
                LedgerLocation(path + "/l.sqlite"), station: Station.open(folder: path + "/station", name: "s"))
            try production.enrol(in: Changing(ledger: ledger, change: enrols))
        }

        deinit {
            for path in [folder, folder + ".ledger"] { try? FileManager.default.removeItem(atPath: path) }
        }

        var production: BatchProduction { BatchProduction(prepared, keys: keys) }

        func path(_ name: String) -> String { folder + "/" + name }

        /// Changes a value where it stands, no byte more or less.
        func set(_ column: String, _ value: String, of idNumber: String) throws {
            let text = try String(contentsOfFile: path("applications.csv"), encoding: .utf8)
            let separator = text.contains("\r\n") ? "\r\n" : "\n"
            var lines = text.components(separatedBy: separator)
            let columns = lines[0].components(separatedBy: ",")
            let field = try #require(columns.firstIndex(of: column))
            let row = try #require(lines.firstIndex { $0.hasPrefix(idNumber) })
            var fields = lines[row].components(separatedBy: ",")
            fields[field] = value
            lines[row] = fields.joined(separator: ",")
            try Data(lines.joined(separator: separator).utf8).write(to: URL(filePath: path("applications.csv")))
        }

        func run(lanes: Int = 1, onEvent: @escaping @Sendable (LineEvent) -> Void = { _ in }) throws -> LineReport {
            let profile = prepared.batch.profile
            let setups = Factory.lanes(lanes).map { name in
                let slot = ChannelSlot(
                    name,
                    trays: { [self] channel, tray in
                        guard let card = (channel as? VirtualCardChannel)?.card else { return }
                        lock.withLock { trays[tray, default: []].append(card) }
                    },
                    box: { [self] wanted in
                        guard wanted == .blank else { return nil }
                        let number = lock.withLock {
                            self.number += 1
                            return self.number
                        }
                        let serial: [UInt8] = [0x52, 0x48, 0x43, 0, 0, 0, 2, number]
                        return (try? VirtualHealthCard.blank(serial: serial, profile: profile)).map {
                            VirtualCardChannel(card: $0)
                        }
                    })
                return LaneSetup(slot: slot, handling: slot)
            }
            var settings = LineSettings()
            settings.readerWait = .milliseconds(50)
            let production = production
            return try ProductionLine(
                ledger: ledger, record: production.record(software: "tests", operatorName: "tester", lanes: setups),
                lanes: setups, settings: settings, maker: production.maker,
                events: { [self] event in
                    lock.withLock { events.append(event) }
                    onEvent(event)
                }
            ).run()
        }

        var made: [VirtualHealthCard] { lock.withLock { trays[.made] ?? [] } }

        /// Every byte of every card that was made, by file.
        var contents: [[String: FileContent]] {
            get throws {
                let profile = prepared.batch.profile
                return try made.map { card in
                    try HealthCardSession(
                        channel: VirtualCardChannel(card: card), profile: profile,
                        securityModule: SoftwareSecurityModule.testKeys(profile)
                    ).read(.bytesOnly).files
                }
            }
        }

        /// No chip but finished cards was written to.
        func isUntouched() -> Bool {
            lock.withLock {
                Tray.allCases.filter { $0 != .made }.allSatisfy {
                    trays[$0]?.allSatisfy { $0.lifeCycle == .blank } ?? true
                }
            }
        }
    }

    /// Enrols orders as other software would.
    private struct Changing: ProductionLedger {
        let ledger: Ledger
        let change: @Sendable (Order) -> Order

        func enrol(_ batch: LedgerBatch, setAside: [SetAsideRow], next: () throws -> Order?) throws {
            try ledger.enrol(batch, setAside: setAside) { try next().map(change) }
        }
        func beginRun(_ run: RunRecord) throws(LedgerError) -> Int64 { try ledger.beginRun(run) }
        func standing(of chip: String) throws(LedgerError) -> ChipStanding { try ledger.standing(of: chip) }
        func begin(run: Int64, chip: String, lane: String) throws(LedgerError) -> Attempt? { nil }
        func resume(_ attempt: Attempt, run: Int64, lane: String) throws(LedgerError) {}
        func made(_ attempt: Attempt, _ card: MadeCard, run: Int64, lane: String) throws(LedgerError) {}
        func failed(
            _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate, run: Int64, lane: String
        ) throws(LedgerError) {}
        func rejectChip(_ chip: String, _ reason: LedgerReason, run: Int64, lane: String) throws(LedgerError) {}
        func counts(batch: String) throws(LedgerError) -> BatchCounts { try ledger.counts(batch: batch) }
        func openAttempts(batch: String) throws(LedgerError) -> [Attempt] { [] }
        func endRun(_ run: Int64, _ reason: LedgerReason) throws(LedgerError) {}
    }

    /// Each way of changing what a card is made of, and the row it is about.
    private static func changes(_ plant: Plant) -> [(String, () throws -> Void)] {
        let (one, other) = (people[0], people[1])
        return [
            ("a blood group", { try plant.set("bloodABO", "3", of: one) }),
            ("a name", { try plant.set("name", "阿卜杜拉·买买捷", of: one) }),
            ("a value the card cannot hold", { try plant.set("bloodABO", "77", of: one) }),
            ("another person's row", { try plant.set("idNumber", other, of: one) }),
            (
                "another's photo",
                {
                    let photo = try Data(contentsOf: URL(filePath: plant.path("photos/\(other).jpg")))
                    try photo.write(to: URL(filePath: plant.path("photos/\(one).jpg")))
                }
            ),
            ("no photo", { try FileManager.default.removeItem(atPath: plant.path("photos/\(one).jpg")) }),
            ("a photo that is none", { try Data("no".utf8).write(to: URL(filePath: plant.path("photos/\(one).jpg"))) }),
            (
                "a row in front",
                {
                    let text = try String(contentsOfFile: plant.path("applications.csv"), encoding: .utf8)
                    let header = text.prefix { !$0.isNewline }
                    let moved = header + "\r\nsomebody,else" + text.dropFirst(header.count)
                    try Data(moved.utf8).write(to: URL(filePath: plant.path("applications.csv")))
                }
            ),
            ("no rows", { try Data().write(to: URL(filePath: plant.path("applications.csv"))) }),
            ("no file", { try FileManager.default.removeItem(atPath: plant.path("applications.csv")) }),
            ("no folder", { try FileManager.default.removeItem(atPath: plant.folder) }),
        ]
    }

    @Test(arguments: 0..<11)
    func everyChange(_ number: Int) throws {
        let plant = try Plant()
        let (what, change) = Self.changes(plant)[number]
        try change()
        let report = try plant.run()
        #expect(report.isBalanced)
        #expect(report.end == .batchChanged, "\(what): \(report.reason)")
        #expect(report.reason.code == "batchChanged" && report.rejectedOrders == 0 && report.rejectedChips == 0)
        #expect(plant.isUntouched(), "\(what)")
        let row = try #require(plant.events.last { $0.kind == .chipUnused }?.row)
        #expect(report.reason.text.contains("row \(row) "), "\(report.reason)")
        #expect(!Self.people.contains { report.reason.text.contains($0) })
        #expect(try plant.ledger.verify().findings.isEmpty)
    }

    /// The first cards are made, then the folder changes, with several lanes at work: what is made is what was enrolled.
    @Test func whileTheLineRuns() throws {
        let plant = try Plant()
        let before = try enrolled(plant)
        let report = try plant.run(lanes: 2) { event in
            guard event.kind == .made else { return }
            // Every photo becomes another's, every row another blood group.
            let photos = (try? FileManager.default.contentsOfDirectory(atPath: plant.path("photos"))) ?? []
            let pictures = photos.sorted().compactMap {
                try? Data(contentsOf: URL(filePath: plant.path("photos/" + $0)))
            }
            for (index, name) in photos.sorted().enumerated() where pictures.indices.contains(index) {
                try? pictures[(index + 1) % pictures.count].write(to: URL(filePath: plant.path("photos/" + name)))
            }
            for person in before.keys { try? plant.set("bloodABO", "4", of: person) }
        }
        #expect(report.isBalanced)
        #expect(report.end == .batchChanged, "\(report.reason)")
        #expect(report.made >= 1 && report.made < before.count)
        #expect(plant.isUntouched())
        let module = try SoftwareSecurityModule.testKeys(plant.prepared.batch.profile)
        for card in plant.made {
            let reading = try HealthCardSession(
                channel: VirtualCardChannel(card: card), profile: plant.prepared.batch.profile, securityModule: module
            ).read(.everyByte)
            let contents = reading.files.mapValues(\.bytes)
            let number = try #require(before.keys.first { contents["DDF1/EF06"]?.contains(Array($0.utf8)) == true })
            #expect(before[number]?.photo == contents["DDF1/EF07"], "another photo")
            #expect(before[number]?.blood == contents["DF02/EF05"], "another blood group")
        }
        // With the folder as it was the batch goes on: the ledger's digests are those of the first intake.
        try? FileManager.default.removeItem(atPath: plant.folder)
        try FileManager.default.copyItem(atPath: SampleBatchLineTests.folder, toPath: plant.folder)
        let second = try plant.run(lanes: 2)
        #expect(second.end == .finished, "\(second.reason)")
        #expect(second.counts?.made == before.count)
    }

    /// Photo and medical record of each person's image, as enrolled.
    private func enrolled(_ plant: Plant) throws -> [String: (photo: [UInt8]?, blood: [UInt8]?)] {
        let batch = plant.prepared.batch
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        var people: [String: (photo: [UInt8]?, blood: [UInt8]?)] = [:]
        let orders = plant.prepared.orders()
        while let order = try orders.next() {
            let image = try CardImage(
                try plant.prepared.application(order), batch: batch, chipSerial: [0, 0, 0, 0, 0, 0, 0, 1],
                issuer: module)
            people[order.idNumber] = (image.file("DDF1/EF07")?.bytes, image.file("DF02/EF05")?.bytes)
        }
        return people
    }

    /// Orders of earlier software have no digests: the number is compared, as it was then.
    @Test func anEarlierEnrolment() throws {
        let plant = try Plant { order in
            Order(
                batch: order.batch, sequence: order.sequence, idNumber: order.idNumber, row: order.row,
                offset: order.offset, collectionPoint: order.collectionPoint)
        }
        try plant.set("bloodABO", "3", of: Self.people[0])
        let report = try plant.run()
        #expect(report.end == .finished && report.isBalanced)
        let moved = try Plant { order in
            Order(
                batch: order.batch, sequence: order.sequence, idNumber: order.idNumber, row: order.row,
                offset: 0, collectionPoint: order.collectionPoint)
        }
        let second = try moved.run()
        #expect(second.made == 0 && moved.isUntouched())
    }

    /// The digest an order has in the ledger is that of the intake, and the chain covers it.
    @Test func theLedgerHasIt() throws {
        let plant = try Plant()
        let report = try plant.run()
        #expect(report.end == .finished)
        let orders = plant.prepared.orders()
        var digests: Set<String> = []
        while let order = try orders.next() { digests.insert(order.contentDigest) }
        #expect(digests.count == report.made)
        let other = try Plant { order in
            Order(
                batch: order.batch, sequence: order.sequence, idNumber: order.idNumber, row: order.row,
                offset: order.offset, collectionPoint: order.collectionPoint,
                contentDigest: order.sequence == 1 ? String(repeating: "0", count: 64) : order.contentDigest)
        }
        let second = try other.run()
        #expect((second.end, second.made) == (.batchChanged, 0))
    }

    /// A begun chip whose folder changed is neither gone on with nor given up.
    @Test func aBegunChipWhoseFolderChanged() throws {
        let plant = try Plant()
        let profile = plant.prepared.batch.profile
        let card = try VirtualHealthCard.blank(serial: [0x52, 0x48, 0x43, 0, 0, 0, 3, 1], profile: profile)
        let channel = VirtualCardChannel(card: card)
        channel.commandsUntilRemoval = 100
        let slot = ChannelSlot("Reader 0", holding: VirtualCardChannel(card: card), box: { _ in nil })
        var settings = LineSettings()
        settings.returnWait = .milliseconds(5)
        settings.readerWait = .milliseconds(5)
        settings.retries = 0
        let production = plant.production
        let setups = [LaneSetup(slot: slot, handling: slot)]
        let run = try plant.ledger.beginRun(production.record(software: "t", operatorName: "t", lanes: setups))
        let attempt = try #require(
            try plant.ledger.begin(run: run, chip: Hex.encode(card.serial), lane: "Reader 0"))
        let maker = try production.maker(LaneName(number: 1, reader: "Reader 0"))
        #expect(throws: MakingFailure.self) {
            try maker.make(attempt.order, on: channel, continuing: false, progress: { _ in })
        }
        #expect(card.lifeCycle == .beingMade)
        try FileManager.default.removeItem(atPath: plant.folder)
        let state = card.state
        let report = try ProductionLine(
            ledger: plant.ledger, record: production.record(software: "t", operatorName: "t", lanes: setups),
            lanes: setups, settings: settings, maker: production.maker
        ).run()
        #expect(report.end == .batchChanged)
        #expect(report.open?.map(\.chip) == [attempt.chip])
        #expect(card.state == state)
    }
}
