import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@Suite("Updating the picture")
struct PhotoUpdateTests {
    enum Kind: CaseIterable { case extended, chained, blocks }

    /// Cards that hold what their profile promises; of the shorter kinds, optionally under a profile that promises more.
    private func stock(_ kind: Kind, promisesMore: Bool = false) throws -> CardStock {
        let extended = kind == .extended
        let chaining = kind != .blocks
        let profile = try TestProfile.edition(
            with: """
                overlay: p
                base: resident-health-card
                capabilities: { extendedLength: \(extended), commandChaining: \(chaining) }
                """)
        return try CardStock(profile: promisesMore ? TestProfile.shared : profile) {
            $0.extendedLength = extended
            $0.commandChaining = chaining
        }
    }

    private func write(_ picture: [UInt8]?, _ stock: CardStock, _ channel: VirtualCardChannel) throws -> [[UInt8]] {
        var commands: [[UInt8]] = []
        channel.intercept = { (command, _) throws(ChannelError) in
            if command[1] == 0xD6 { commands.append(command) }
            return nil
        }
        defer { channel.intercept = nil }
        _ = try channel.reset()
        _ = try stock.session(channel).update(stock.changes { try $0.setPhoto(picture) })
        return commands
    }

    @Test("a picture that was never fitted is refused before the card is asked anything")
    func unfitted() throws {
        let stock = try stock(.extended)
        let channel = try stock.channel()
        var commands = 0
        channel.intercept = { (_, _) throws(ChannelError) in
            commands += 1
            return nil
        }
        let changes = try stock.changes { try $0.setPhoto(picture(3073)) }
        for compares in [true, false] {
            let session = try stock.session(channel)
            do throws(UpdateError) {
                _ = compares ? try session.compare(changes) : try session.update(changes)
                Issue.record("a picture too long was begun")
            } catch {
                #expect(error.cause.code == .profile && error.cause.description.contains("3073"))
            }
        }
        #expect(commands == 0)
    }

    @Test("pictures of every size, on cards of each kind, in as few commands as they allow", arguments: Kind.allCases)
    func sizes(kind: Kind) throws {
        for promisesMore in [false, true] {
            let stock = try stock(kind, promisesMore: promisesMore)
            let channel = try stock.channel()
            var old = SampleCard.picture.count
            for size in [253, 100, 3072, 254, 2000, 4] {
                let picture = picture(size, seed: UInt8(size & 0x7F))
                let commands = try write(picture, stock, channel)
                let blocks = (2 + max(old, size) + 254) / 255
                let fewest =
                    switch kind {
                    case .extended: 1
                    case .chained: blocks
                    case .blocks: blocks == 1 ? 1 : blocks + 1
                    }
                // A promise that is not kept costs a refused command for each way.
                #expect(
                    commands.count >= fewest && commands.count <= fewest + (promisesMore ? 2 : 0), "\(kind) \(size)")
                old = size
                #expect(
                    try stock.content(channel)["DDF1/EF07"] == .bytes([UInt8(size >> 8), UInt8(size & 0xFF)] + picture))
                _ = try channel.reset()
                let whole = try stock.session(channel).read(.everyByte).files["DDF1/EF07"]?.bytes
                #expect(whole?.dropFirst(2 + size).allSatisfy { $0 == 0 } == true, "what was beyond it is gone")
            }
        }
    }

    @Test("a chain: every link but the last says that more comes")
    func chain() throws {
        let stock = try stock(.chained)
        let links = try write(picture(2000), stock, stock.channel())
        // The old picture of 2904 bytes is wiped as well.
        #expect(links.count == 12)
        #expect(links.dropLast().allSatisfy { $0[0] == 0x10 } && links.last?[0] == 0x00)
    }

    @Test("block by block: first no picture, last the length; 128 bytes where the card takes no more")
    func blocks() throws {
        let stock = try stock(.blocks)
        for limit in [255, 128] {
            let channel = try stock.channel()
            var commands: [[UInt8]] = []
            channel.intercept = { (command, _) throws(ChannelError) in
                guard command[1] == 0xD6 else { return nil }
                if command[4] > limit { return [0x67, 0x00] }
                commands.append(command)
                return nil
            }
            _ = try stock.session(channel).update(stock.changes { try $0.setPhoto(picture(2000)) })
            #expect(commands.count == 1 + (2906 + limit - 1) / limit)
            #expect(commands[0].suffix(3) == [2, 0, 0])
            let offsets = commands.dropFirst(2).map { Int($0[2]) << 8 | Int($0[3]) }
            #expect(offsets == offsets.sorted(by: >))
            #expect(offsets.last == 0)
            #expect(commands.last?[5...6] == [0x07, 0xD0])
            channel.intercept = nil
            #expect(try stock.content(channel)["DDF1/EF07"] == .bytes([0x07, 0xD0] + picture(2000)))
        }
    }

    @Test("a reader that carries no long command: the exchange fails, the card is asked, the rest goes in short ones")
    func readerWithoutBuffer() throws {
        let stock = try stock(.extended)
        for reached in [false, true] {
            let channel = try stock.channel()
            var long = 0
            channel.intercept = { (command, _) throws(ChannelError) in
                guard command[1] == 0xD6, command.count > 261 else { return nil }
                long += 1
                if reached { _ = channel.card.process(command) }
                throw ChannelError(.cardUnresponsive, "the exchange failed")
            }
            let report = try stock.session(channel).update(stock.changes { try $0.setPhoto(picture(700)) })
            #expect(report.records.map(\.outcome) == [.written])
            #expect(long == 1)
            channel.intercept = nil
            #expect(try stock.content(channel)["DDF1/EF07"] == .bytes([0x02, 0xBC] + picture(700)))
        }
    }

    @Test("a file that says nonsense about its picture gets a good one")
    func repair() throws {
        let stock = try stock(.extended)
        let channel = try stock.channel()
        var isBroken = true
        channel.intercept = { (command, _) throws(ChannelError) in
            if command[1] == 0xD6 { isBroken = false }
            guard isBroken, command[1] == 0xB0, let answer = channel.card.process(command) else { return nil }
            return [0xFF, 0xFF] + answer.dropFirst(2)
        }
        let report = try stock.session(channel).update(stock.changes { try $0.setPhoto(picture(500)) })
        #expect(report.records.map(\.outcome) == [.written])
        channel.intercept = nil
        #expect(try stock.content(channel)["DDF1/EF07"] == .bytes([0x01, 0xF4] + picture(500)))
    }
}
