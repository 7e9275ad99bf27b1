import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("Blocking and unblocking")
struct BlockingTests {
    private let stock: CardStock

    init() throws { stock = try CardStock() }

    private var applications: [String] { ["DF01", "DF02", "DF03"] }

    @Test("block, see it, unblock")
    func temporary() throws {
        for name in applications {
            let channel = try stock.channel()
            let before = try stock.content(channel)
            _ = try channel.reset()
            let session = try stock.session(channel)
            let report = try session.blockApplication(name)
            #expect(report.before == .open && report.after == .temporary && !report.wasAlreadySo)
            #expect(report.commands == 9)
            #expect(try session.blockState(of: name) == .temporary)
            #expect(try session.blockApplication(name).wasAlreadySo)
            _ = try channel.reset()
            let reading = try stock.session(channel).read()
            #expect(Set(reading.unreadable.map { $0.file.prefix(4) }) == [name.prefix(4)])
            _ = try channel.reset()
            let back = try stock.session(channel).unblockApplication(name)
            #expect(back.before == .temporary && back.after == .open)
            #expect(try stock.content(channel) == before)
            _ = try channel.reset()
            #expect(try stock.session(channel).unblockApplication(name).wasAlreadySo)
        }
    }

    @Test("three wrong MACs block a directory; unblocking opens it")
    func byWrongMACs() throws {
        let channel = try stock.channel()
        for _ in 1...3 {
            _ = try channel.reset()
            let session = try stock.session(channel)
            channel.intercept = { (command, _) throws(ChannelError) in
                guard command[1] == 0xDC else { return nil }
                return channel.card.process(command.dropLast() + [command[command.count - 1] ^ 1])
            }
            let changes = try stock.changes { try $0.set("asthma", to: "true") }
            #expect(throws: UpdateError.self) { _ = try session.update(changes) }
            channel.intercept = nil
        }
        _ = try channel.reset()
        let session = try stock.session(channel)
        #expect(try session.blockState(of: "DF02") == .temporary)
        #expect(try session.unblockApplication("DF02").after == .open)
    }

    @Test("a permanent block is final")
    func permanent() throws {
        let channel = try stock.channel()
        let session = try stock.session(channel)
        #expect(try session.blockApplication("DF01", permanently: true).after == .permanent)
        #expect(try session.blockApplication("DF01", permanently: true).wasAlreadySo)
        for attempt in [
            { try session.unblockApplication("DF01") }, { try session.blockApplication("DF01") },
        ] as [() throws -> BlockReport] {
            let error = #expect(throws: BlockError.self) { _ = try attempt() }
            #expect(error?.cause.code == .blocked)
            #expect(error?.isInDoubt == false)
        }
        // A temporary block can be made permanent.
        _ = try session.blockApplication("DF02")
        #expect(try session.blockApplication("DF02", permanently: true).before == .temporary)
    }

    @Test("a session that has met a permanent block goes on with the other directories")
    func afterPermanent() throws {
        let channel = try stock.channel()
        _ = try stock.session(channel).blockApplication("DF02", permanently: true)
        _ = try channel.reset()
        let session = try stock.session(channel)
        #expect(try session.blockState(of: "DF02") == .permanent)
        let error = #expect(throws: BlockError.self) { _ = try session.unblockApplication("DF02") }
        #expect(error?.cause.code == .blocked)
        #expect(error?.cause.place == "DF02")
        let reading = try session.read()
        #expect(Set(reading.unreadable.map { $0.file.prefix(4) }) == ["DF02"])
    }

    @Test("a command whose answer does not tell leaves a doubt", arguments: ["6581", "6F00", "6200", "6300"])
    func doubtful(answer: String) throws {
        let junk = try bytes(answer)
        let channel = try stock.channel()
        channel.intercept = { command, _ in
            guard command[1] == 0x1E else { return nil }
            _ = channel.card.process(command)
            return junk
        }
        let session = try stock.session(channel)
        let error = #expect(throws: BlockError.self) { _ = try session.blockApplication("DF02") }
        #expect(error?.isInDoubt == true)
        #expect(try session.blockState(of: "DF02") == .temporary)
    }

    @Test("a blocked card is final, and says so")
    func card() throws {
        let channel = try stock.channel()
        let session = try stock.session(channel)
        #expect(try session.cardBlockState() == .open)
        let report = try session.blockCard()
        #expect(report.before == .open && report.after == .permanent && report.directory == nil)
        #expect(channel.card.isBlocked)
        _ = try channel.reset()
        let later = try stock.session(channel)
        #expect(try later.cardBlockState() == .permanent)
        #expect(try later.blockCard().wasAlreadySo)
        let error = #expect(throws: HealthCardError.self) { _ = try later.blockState(of: "DF01") }
        #expect(error?.code == .blocked)
        let unblocking = #expect(throws: BlockError.self) { _ = try later.unblockApplication("DF01") }
        #expect(unblocking?.cause.code == .blocked)
    }

    @Test("what cannot be blocked", arguments: ["MF", "DDF1", "DF04", ""])
    func impossible(name: String) throws {
        let channel = try stock.channel()
        let error = try #require(throws: BlockError.self) { _ = try stock.session(channel).blockApplication(name) }
        #expect(error.cause.advice == "use one of DF01, DF02, DF03")
        #expect(channel.commandCount == 0)
    }

    @Test("a module without the key to block")
    func missingKey() throws {
        let type = try #require(stock.profile.sam.type(3))
        let keys = try KeySet.test(stock.profile).restricted(to: type.keys, stock.profile)
        let session = HealthCardSession(
            channel: try stock.channel(), profile: stock.profile,
            securityModule: try SoftwareSecurityModule(profile: stock.profile, keys: keys))
        for attempt in [{ try session.blockApplication("DF02") }, { try session.blockCard() }]
            as [() throws -> BlockReport]
        {
            let error = #expect(throws: BlockError.self) { _ = try attempt() }
            #expect(error?.cause.code == .notPermitted)
            #expect(error?.cause.advice.contains("4 (") == true)
            #expect(error?.description.contains("nothing has changed") == true)
        }
    }

    // MARK: Cut off

    private enum Act: CaseIterable {
        case block, blockForEver, unblock, blockCard

        func run(_ session: HealthCardSession) throws(BlockError) -> BlockReport {
            switch self {
            case .block: try session.blockApplication("DF02")
            case .blockForEver: try session.blockApplication("DF02", permanently: true)
            case .unblock: try session.unblockApplication("DF02")
            case .blockCard: try session.blockCard()
            }
        }

        func state(_ session: HealthCardSession) throws(HealthCardError) -> BlockState {
            if self == .blockCard { return try session.cardBlockState() }
            return try session.blockState(of: "DF02")
        }
    }

    @Test("removed at any command, before it or before its answer; power cut at any byte")
    func interrupted() throws {
        for act in Act.allCases {
            let prepared = try stock.channel()
            if act == .unblock { _ = try stock.session(prepared).blockApplication("DF02") }
            let stock = CardStock(profile: stock.profile, card: prepared.card)
            let whole = try stock.channel()
            let start = whole.card.writtenByteCount
            let report = try act.run(stock.session(whole))
            let bytes = whole.card.writtenByteCount - start
            func check(_ channel: VirtualCardChannel, _ place: String) throws {
                let session = try stock.session(channel)
                let error = #expect(throws: BlockError.self, "\(act) \(place)") { _ = try act.run(session) }
                channel.intercept = nil
                channel.card.cutPower(afterBytes: nil)
                channel.insert()
                let state = try act.state(stock.session(channel))
                #expect(state == report.before || state == report.after, "\(act) \(place)")
                if error?.isInDoubt == false { #expect(state == report.before, "\(act) \(place)") }
            }
            for index in 0..<report.commands {
                let removed = try stock.channel()
                removed.commandsUntilRemoval = index
                try check(removed, "command \(index)")
                let lost = try stock.channel()
                lost.intercept = { (command, number) throws(ChannelError) in
                    guard number >= index else { return nil }
                    if number == index { _ = lost.card.process(command) }
                    throw ChannelError(.cardRemoved, "gone")
                }
                try check(lost, "answer \(index)")
            }
            for index in 0..<bytes {
                let cut = try stock.channel()
                cut.card.cutPower(afterBytes: index)
                try check(cut, "byte \(index)")
            }
        }
    }
}

extension KeySet {
    /// The published keys of these names alone.
    func restricted(to names: [String], _ profile: CardProfile) throws -> KeySet {
        let publication = try #require(profile.testKeys)
        var values: [String: SecretBytes] = [:]
        for name in names {
            values[name] = SecretBytes(copying: SM3.hash(Array(publication.text(of: name).utf8)).prefix(16))
        }
        return KeySet(version: version, values: values)
    }
}
