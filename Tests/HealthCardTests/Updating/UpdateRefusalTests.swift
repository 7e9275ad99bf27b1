import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("Updates that are refused")
struct UpdateRefusalTests {
    private let profile: CardProfile
    private let stock: CardStock

    init() throws {
        profile = try TestProfile.shared
        stock = try CardStock()
    }

    /// The published keys, but for those that are missing or wrong.
    private func module(
        without missing: Set<String> = [], wrong: Set<String> = []
    ) throws -> SoftwareSecurityModule {
        let publication = try #require(profile.testKeys)
        var values: [String: SecretBytes] = [:]
        for name in publication.keys where !missing.contains(name) {
            let text = wrong.contains(name) ? "another key" : publication.text(of: name)
            values[name] = SecretBytes(copying: SM3.hash(Array(text.utf8)).prefix(16))
        }
        return try SoftwareSecurityModule(
            profile: profile, keys: KeySet(version: profile.cryptography.testKeyVersion, values: values))
    }

    private func error(
        _ channel: any CardChannel, _ module: SoftwareSecurityModule, _ make: (inout CardChanges) throws -> Void
    ) throws -> UpdateError {
        let session = HealthCardSession(channel: channel, profile: profile, securityModule: module)
        let changes = try stock.changes(make)
        return try #require(throws: UpdateError.self) { _ = try session.update(changes) }
    }

    @Test("a module without the key: what it may not, who may, and nothing is written in that directory")
    func missingKey() throws {
        let channel = try stock.channel()
        let before = try stock.content(channel)
        let error = try error(channel, module(without: ["UK2_DF02"])) {
            try $0.set("asthma", to: "true")
            try $0.set("psychiatric", to: "true")
        }
        #expect(error.cause.code == .notPermitted)
        #expect(error.cause.description.contains("may not update DF02/EF06: it does not hold key UK2_DF02"))
        #expect(error.cause.advice.contains("2 (") && error.cause.advice.contains("5 ("))
        #expect(!error.cause.advice.contains("3 ("))
        #expect(error.doubt == nil)
        #expect(error.report.records(.notWritten).count == 2)
        #expect(try stock.content(channel) == before)
    }

    @Test("each SAM type updates what its keys are for, and is refused the rest", arguments: 1...5)
    func types(type: Int) throws {
        let held = Set(try #require(profile.sam.type(type)).keys)
        let module = try module(without: Set(profile.keys.map(\.name)).subtracting(held))
        for file in profile.files where file.update != .never && [.object, .list, .photo].contains(file.shape) {
            guard case .key(let update) = file.update, case .key(let read) = file.read else { continue }
            let maintenance = try #require(profile.key(.maintenance, in: file.directory)).name
            let needed = [update, read] + (file.protection == .plain ? [] : [maintenance])
            let session = HealthCardSession(
                channel: try stock.channel(), profile: profile, securityModule: module)
            var numbers = SeededNumbers(state: UInt64(type))
            let changes = try stock.changes { changes in
                switch file.shape {
                case .list: try changes.add(to: file.section, [file.items[0].name: "x"])
                default:
                    for item in file.items {
                        let text = item.format == .flag ? "true" : item.someText(profile, &numbers)
                        try changes.set("\(file.section).\(item.name)", to: text)
                    }
                }
            }
            if held.isSuperset(of: needed) {
                #expect(try !session.update(changes).records(.written).isEmpty, "type \(type) \(file.path)")
            } else {
                let error = #expect(throws: UpdateError.self) { _ = try session.update(changes) }
                #expect(error?.cause.code == .notPermitted, "type \(type) \(file.path)")
                #expect(error?.report.records(.written).isEmpty == true)
            }
        }
    }

    @Test("a wrong update key costs one try, which is said, and no second")
    func wrongKey() throws {
        let channel = try stock.channel()
        var authentications = 0
        channel.intercept = { (command, _) throws(ChannelError) in
            if command[1] == 0x82 { authentications += 1 }
            return nil
        }
        let error = try error(channel, module(wrong: ["UK1_DF02"])) {
            try $0.set("asthma", to: "true")
            try $0.set("psychiatric", to: "true")
        }
        #expect(error.cause.status == .triesLeft(5))
        #expect(error.cause.reason.contains("5 attempts left"))
        #expect(authentications == 2)
        #expect(error.report.records(.notWritten).count == 2)
    }

    @Test("a wrong maintenance key: 6988, why it may be, and that repeating it blocks")
    func wrongMAC() throws {
        let channel = try stock.channel()
        let before = try stock.content(channel)
        let error = try error(channel, module(wrong: ["STK_DF02"])) { try $0.set("asthma", to: "true") }
        #expect(error.cause.status == .incorrectSecureMessagingData)
        #expect(error.cause.place == "DF02/EF05 record 3")
        #expect(error.cause.advice.contains("STK_DF02"))
        #expect(error.cause.advice.contains("3 wrong ones in a row block DF02"))
        let provincial = try self.error(stock.channel(), module(wrong: ["STK_DF01"])) {
            try $0.set("education", to: "1")
        }
        #expect(provincial.cause.advice.contains("provincial"))
        #expect(try stock.content(channel) == before)
    }

    @Test("blocked directories, and a card of other keys")
    func blocked() throws {
        let channel = try stock.channel()
        _ = try stock.session(channel).blockApplication("DF02")
        _ = try channel.reset()
        let error = try error(channel, module()) {
            try $0.set("phone1", to: "1")
            try $0.set("asthma", to: "true")
        }
        #expect(error.cause.code == .blocked)
        #expect(error.cause.place == "DF02")
        #expect(error.report.records.map(\.outcome) == [.written, .notWritten])
        #expect(error.description.contains("written: DDF1/EF08 record 2 (validity.phone1)"))
        #expect(error.description.contains("not written: DF02/EF05 record 3 (clinical.asthma)"))
        let other = try self.error(stock.channel(), module(wrong: ["IRK"])) { try $0.set("phone1", to: "1") }
        #expect(other.cause.code == .notGenuine)
    }

    @Test("a chip that cannot write: what it holds is looked up at once")
    func memoryFailure() throws {
        let channel = try stock.channel()
        let before = try stock.content(channel)
        var hasFailed = false
        channel.intercept = { (command, _) throws(ChannelError) in
            guard command[1] == 0xDC, !hasFailed else { return nil }
            hasFailed = true
            return [0x65, 0x81]
        }
        let error = try error(channel, module()) { try $0.set("phone1", to: "1") }
        #expect(error.cause.status == .memoryFailure)
        #expect(error.doubt == nil)
        #expect(error.report.records.map(\.outcome) == [.notWritten])
        #expect(try stock.content(channel) == before)
    }

    @Test(
        "a change whose answer does not tell is looked up at once", arguments: ["6200", "63C2", "6581", "6F00"],
        [false, true])
    func uncertain(answer: String, isDone: Bool) throws {
        let junk = try bytes(answer)
        let channel = try stock.channel()
        var sent = 0
        channel.intercept = { command, _ in
            guard command[1] == 0xDC else { return nil }
            sent += 1
            if isDone { _ = channel.card.process(command) }
            return junk
        }
        let error = try error(channel, module()) { try $0.add(to: "allergies", ["allergen": "x"]) }
        #expect(error.doubt == nil)
        #expect(error.report.records.map(\.outcome) == [isDone ? .written : .notWritten])
        #expect(sent == 1)
    }

    @Test("6Cxx does not send a change or an authentication again", arguments: [UInt8(0xDC), 0x82])
    func neverTwice(instruction: UInt8) throws {
        let channel = try stock.channel()
        var sent = 0
        channel.intercept = { command, _ in
            guard command[1] == instruction else { return nil }
            sent += 1
            return [0x6C, 0x10]
        }
        let error = try error(channel, module()) { try $0.set("asthma", to: "true") }
        #expect(error.cause.status == .correctLength(16))
        #expect(error.report.records.map(\.outcome) == [.notWritten])
        #expect(sent == 1)
    }

    @Test("a card that does not count aloud is spared further keys as well")
    func uncounted() throws {
        let channel = try stock.channel()
        var sent = 0
        channel.intercept = { command, _ in
            guard command[1] == 0x82 else { return nil }
            sent += 1
            return [0x63, 0x00]
        }
        let reading = try stock.session(channel).read()
        #expect(!reading.unreadable.isEmpty)
        #expect(sent == 1)
    }

    @Test("a card that says yes and does nothing is found out")
    func liar() throws {
        let channel = try stock.channel()
        channel.intercept = { (command, _) throws(ChannelError) in command[1] == 0xDC ? [0x90, 0x00] : nil }
        let error = try error(channel, module()) { try $0.set("phone1", to: "1") }
        #expect(error.cause.code == .malformed)
        #expect(error.cause.reason.contains("holds something else"))
        let doubt = try #require(error.doubt)
        _ = try channel.reset()
        channel.intercept = nil
        #expect(try stock.session(channel).settle(doubt) == .old)
    }

    @Test(
        "rubbish in place of any answer ends in bounded work, and the card is old or new",
        arguments: ["", "90", "6110", "6C10", "6A80", "6A82", "6700", "6F00", "FFFF9000", "63C0", "6985"])
    func rubbish(hex: String) throws {
        let junk = try bytes(hex)
        let before = try stock.content(stock.channel())
        let changes = try stock.changes {
            try $0.set("phone1", to: "1")
            try $0.setPhoto(picture(600))
        }
        let whole = try stock.channel()
        let count = try stock.session(whole).update(changes).commands
        let after = try stock.content(whole)
        for index in 0..<count {
            let channel = try stock.channel()
            channel.intercept = { (_, number) throws(ChannelError) in number == index ? junk : nil }
            let session = try stock.session(channel)
            _ = try? session.update(changes)
            #expect(channel.commandCount < 120, "\(hex) at \(index)")
            channel.intercept = nil
            for (path, content) in try stock.content(channel) {
                #expect(content == before[path] || content == after[path], "\(hex) at \(index): \(path)")
            }
        }
    }
}
