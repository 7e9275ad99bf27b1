import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// No command of ours goes to a bank's application on the chip: nothing is written to it and no key or PIN of it is used,
/// whatever is done with the health card. The virtual card's payment side counts what reaches it besides SELECT.
@Suite("The bank's side is left alone") struct UntouchedBankTests {
    private let profile: CardProfile
    private let stock: CardStock

    init() throws {
        profile = try CardProfile.bundled(overlays: ["test-keys", "payment"])
        stock = try CardStock(profile: profile)
    }

    /// What a bank's terminal sees of it: answers to SELECT and the two counters.
    private func marks(_ channel: VirtualCardChannel) throws -> [[UInt8]] {
        _ = try channel.reset()
        var marks: [[UInt8]] = []
        for application in profile.otherApplications where application.isCarried {
            let name = [UInt8(application.dfName.count)] + application.dfName
            marks.append(try channel.transmit([0x00, 0xA4, 0x04, 0x00] + name + [0x00]))
            guard application.kind == .application else { continue }
            for tag: UInt8 in [0x36, 0x17] { marks.append(try channel.transmit([0x80, 0xCA, 0x9F, tag, 0x00])) }
        }
        #expect(marks.allSatisfy { $0.suffix(2) == [0x90, 0x00] })
        _ = try channel.reset()
        return marks
    }

    /// Does something with the card, and looks at what reached the bank's side of it.
    private func leavesAlone(
        _ what: String, selects: Bool = false, _ work: (VirtualCardChannel) throws -> Void
    ) throws {
        let channel = try stock.channel()
        let before = try marks(channel)
        let looked = channel.card.foreignCommands.count
        let names = profile.otherApplications.map(\.dfName)
        var selections = 0
        channel.intercept = { (command, _) throws(ChannelError) in
            guard command.count > 5, command[1] == 0xA4, command[2] == 4 else { return nil }
            if names.contains(Array(command[5..<min(command.count, 5 + Int(command[4]))])) { selections += 1 }
            return nil
        }
        try work(channel)
        channel.intercept = nil
        #expect(channel.card.foreignCommands.count == looked, "\(what): \(channel.card.foreignCommands)")
        #expect(selections == (selects ? names.count : 0), "\(what)")
        #expect(try marks(channel) == before, "\(what)")
    }

    @Test("reading, with and without a look at it")
    func reading() throws {
        try leavesAlone("read") { channel in
            let reading = try stock.session(channel).read()
            #expect(reading.unreadable.isEmpty)
        }
        try leavesAlone("read the rest", selects: true) { channel in
            let session = try stock.session(channel)
            _ = try session.read(ReadScope(sections: ["holder"]))
            let others = try session.otherApplications()
            let rest = try session.read()
            #expect(others.count == 4 && rest.unreadable.isEmpty)
        }
        try leavesAlone("inspect", selects: true) {
            _ = try CardInspection.inspect($0, profile: profile, provesKeys: true)
        }
    }

    @Test("updating, blocking, unblocking")
    func changing() throws {
        try leavesAlone("update") { channel in
            let report = try stock.session(channel).update(
                stock.changes { changes in
                    try changes.set("asthma", to: "true")
                    try changes.set("phone1", to: "13900000042")
                })
            #expect(!report.records(.written).isEmpty)
        }
        for name in ["DF01", "DF02", "DF03"] {
            try leavesAlone("block \(name)") { channel in
                let session = try stock.session(channel)
                let (blocked, open) = (try session.blockApplication(name), try session.unblockApplication(name))
                #expect(blocked.after == .temporary && open.after == .open)
            }
        }
    }

    @Test("writing and reading visits", arguments: [VisitKind.inpatient, .outpatient])
    func visits(kind: VisitKind) throws {
        try leavesAlone("visit") { channel in
            let content = try VisitSamples.random(kind, seed: 5, of: profile)
            _ = try stock.session(channel).writeVisit(content)
            _ = try channel.reset()
            let visits = try stock.session(channel).visits(kind)
            #expect(!visits.isEmpty)
        }
    }

    @Test("keys that are refused, and a lost challenge")
    func refused() throws {
        try leavesAlone("refused") { channel in
            channel.intercept = { (command, _) throws(ChannelError) in
                guard command[1] == 0x82, command.count > 6 else { return nil }
                return channel.card.process(Array(command.prefix(5)) + [command[5] ^ 1] + command.dropFirst(6))
            }
            let reading = try stock.session(channel).read()
            #expect(!reading.unreadable.isEmpty)
        }
    }

    @Test(
        "no command of a profile selects, or names, anything of a bank",
        arguments: ["", "huahong", "tongfang", "fudan", "huada", "pboc-cos"])
    func templates(maker: String) throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys", "payment"] + (maker.isEmpty ? [] : [maker]))
        for dialect in profile.dialects.values {
            for purpose in CommandPurpose.allCases {
                guard let template = dialect.command(for: purpose) else { continue }
                let text = "\(template)"
                for application in profile.otherApplications {
                    #expect(!text.contains(Hex.encode(application.dfName)), "\(dialect.name) \(purpose)")
                }
            }
        }
    }
}
