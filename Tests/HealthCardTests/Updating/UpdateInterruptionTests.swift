import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// Cards that are pulled out, or lose power, at every point of every kind of update.
@Suite("An update that is cut off")
struct UpdateInterruptionTests {
    enum Kind: CaseIterable {
        case record, special, severalRecords, entry, severalEntries, photo, longPhoto, chainedPhoto, photoInBlocks
        case photoTakenAway, everything
    }

    static func profile(_ kind: Kind) throws -> CardProfile {
        switch kind {
        case .chainedPhoto: try TestProfile.withoutExtendedLength
        case .photoInBlocks:
            try TestProfile.edition(
                with: """
                    overlay: p
                    base: resident-health-card
                    capabilities: { extendedLength: false, commandChaining: false }
                    """)
        default: try TestProfile.shared
        }
    }

    /// A card with a small picture and two allergies: what is written byte by byte must not be long.
    static func stock(_ kind: Kind) throws -> CardStock {
        let profile = try profile(kind)
        let full = try CardStock(profile: profile)
        let channel = try full.channel()
        _ = try full.session(channel).update(
            full.changes {
                try $0.setPhoto(picture(300, seed: 9))
                try $0.add(to: "allergies", ["allergen": "b"])
            })
        return CardStock(profile: profile, card: channel.card)
    }

    static func changes(_ kind: Kind, _ stock: CardStock) throws -> CardChanges {
        try stock.changes { changes in
            switch kind {
            case .record: try changes.set("phone1", to: "13900000000")
            case .special: try changes.set("psychiatric", to: "true")
            case .severalRecords:
                try changes.set("asthma", to: "true")
                try changes.set("otherAlert", to: "其他")
            case .entry: try changes.add(to: "allergies", ["allergen": "c", "allergyReaction": "r"])
            case .severalEntries:
                try changes.add(to: "allergies", ["allergen": "b"])
                try changes.add(to: "allergies", ["allergen": "b"])
            case .photo: try changes.setPhoto(picture(60))
            case .longPhoto, .chainedPhoto: try changes.setPhoto(picture(310))
            case .photoInBlocks: try changes.setPhoto(picture(520))
            case .photoTakenAway: try changes.setPhoto(nil)
            case .everything:
                try changes.set("phone1", to: "1")
                try changes.setPhoto(picture(310))
                try changes.set("education", to: "1")
                try changes.set("psychiatric", to: "true")
                try changes.add(to: "immunizations", ["vaccine": "v", "vaccinationDate": "2026-01-02"])
            }
        }
    }

    /// What an interrupted card holds must be what the error and the settlement say of it, record by record.
    private func check(
        _ error: UpdateError, _ channel: VirtualCardChannel, _ stock: CardStock,
        before: [String: FileContent], after: [String: FileContent], _ place: String
    ) throws {
        var settlement: UpdateSettlement?
        if let doubt = error.doubt {
            settlement = try stock.session(channel).settle(doubt)
            #expect(error.report.records(.inDoubt).map(\.place) == [doubt.description], "\(place)")
            #expect(settlement != .other, "\(place)")
        } else {
            #expect(error.report.records(.inDoubt).isEmpty, "\(place)")
        }
        let found = try stock.content(channel)
        for (path, content) in found {
            let records = error.report.records.filter { $0.file == path }
            guard !records.isEmpty else {
                #expect(content == before[path], "\(place): \(path) was not to change")
                continue
            }
            // How many of its records are new, in the order in which they are written.
            let isNew = records.map { record in
                record.outcome == .written || (record.outcome == .inDoubt && settlement == .new)
            }
            switch (content, before[path], after[path]) {
            case (.bytes(let bytes), .bytes(let old)?, .bytes(let new)?):
                #expect(
                    bytes == (isNew[0] ? new : settlement == .noPhoto ? [0, 0] : old), "\(place): \(path)")
            case (.records(let now), .records(let old)?, .records(let new)?):
                let file = try #require(stock.profile.file(path))
                var expected = old
                if file.shape == .list {
                    let count = isNew.filter { $0 }.count
                    expected = Array((new[(records.count - count)..<records.count] + old).prefix(old.count))
                } else {
                    for (record, isNew) in zip(records, isNew) where isNew {
                        let number = try #require(record.record)
                        expected[number - 1] = new[number - 1]
                    }
                }
                #expect(now == expected, "\(place): \(path)")
            default: Issue.record("\(place): \(path) is of another kind")
            }
        }
    }

    @Test("the card is pulled out at any command", arguments: Kind.allCases)
    func removal(kind: Kind) throws {
        let stock = try Self.stock(kind)
        let changes = try Self.changes(kind, stock)
        let before = try stock.content(stock.channel())
        let whole = try stock.channel()
        let commands = try stock.session(whole).update(changes).commands
        let after = try stock.content(whole)
        var doubts = 0
        for lost in [false, true] {
            for index in 0..<commands {
                let channel = try stock.channel()
                if lost {
                    // The card gets the command, and is gone before its answer.
                    channel.intercept = { (command, number) throws(ChannelError) in
                        guard number >= index else { return nil }
                        if number == index { _ = channel.card.process(command) }
                        throw ChannelError(.cardRemoved, "the card was taken out: put it in again")
                    }
                } else {
                    channel.commandsUntilRemoval = index
                }
                do {
                    _ = try stock.session(channel).update(changes)
                    Issue.record("nobody missed the card at command \(index)")
                } catch let error as UpdateError {
                    #expect(error.cause.channel == .cardRemoved)
                    channel.intercept = nil
                    channel.insert()
                    if error.doubt != nil { doubts += 1 }
                    try check(error, channel, stock, before: before, after: after, "\(kind) \(lost) \(index)")
                }
            }
        }
        #expect(doubts >= 2)
    }

    @Test("the power fails at any written byte", arguments: Kind.allCases)
    func powerCut(kind: Kind) throws {
        let stock = try Self.stock(kind)
        let changes = try Self.changes(kind, stock)
        let before = try stock.content(stock.channel())
        let whole = try stock.channel()
        let start = whole.card.writtenByteCount
        _ = try stock.session(whole).update(changes)
        let bytes = whole.card.writtenByteCount - start
        let after = try stock.content(whole)
        #expect(bytes > 0)
        var settlements: Set<UpdateSettlement> = []
        // In the long ones each byte of a prime stride: together with the others every state is met.
        for index in stride(from: 0, to: bytes, by: kind == .everything ? 7 : 1) {
            let channel = try stock.channel()
            channel.card.cutPower(afterBytes: index)
            do {
                _ = try stock.session(channel).update(changes)
                Issue.record("nobody missed the power at byte \(index)")
            } catch let error as UpdateError {
                #expect(error.cause.channel == .cardUnresponsive)
                channel.card.cutPower(afterBytes: nil)
                _ = try channel.reset()
                if let doubt = error.doubt { settlements.insert(try stock.session(channel).settle(doubt)) }
                _ = try channel.reset()
                try check(error, channel, stock, before: before, after: after, "\(kind) byte \(index)")
            }
        }
        // Writing is done as soon as the transaction is marked complete.
        #expect(settlements.contains(.old) && settlements.contains(.new))
        #expect(settlements.contains(.noPhoto) == (kind == .photoInBlocks))
    }

    @Test("done again after the interruption, the same changes finish the work once", arguments: Kind.allCases)
    func again(kind: Kind) throws {
        let stock = try Self.stock(kind)
        let changes = try Self.changes(kind, stock)
        let whole = try stock.channel()
        let commands = try stock.session(whole).update(changes).commands
        let after = try stock.content(whole)
        for index in 0..<commands {
            let channel = try stock.channel()
            channel.intercept = { (command, number) throws(ChannelError) in
                guard number >= index else { return nil }
                if number == index { _ = channel.card.process(command) }
                throw ChannelError(.cardRemoved, "the card was taken out: put it in again")
            }
            #expect(throws: UpdateError.self) { _ = try stock.session(channel).update(changes) }
            channel.intercept = nil
            channel.insert()
            _ = try stock.session(channel).update(changes)
            #expect(try stock.content(channel) == after, "\(kind) \(index)")
        }
    }

    @Test("a doubt about one card is not settled with another")
    func otherCard() throws {
        let stock = try Self.stock(.record)
        let channel = try stock.channel()
        var isGone = false
        channel.intercept = { (command, _) throws(ChannelError) in
            isGone = isGone || command[1] == 0xDC
            guard isGone else { return nil }
            throw ChannelError(.cardRemoved, "gone")
        }
        let error = try #require(throws: UpdateError.self) {
            _ = try stock.session(channel).update(Self.changes(.record, stock))
        }
        let doubt = try #require(error.doubt)
        #expect(!"\(doubt) \(error)".contains("13900000000"))
        var dumped = ""
        dump(doubt, to: &dumped)
        #expect(!dumped.contains("0x") && !dumped.contains("16"))
        let other = try SampleCard.card(stock.profile)
        other.answerToReset = try #require(stock.profile.answerToReset.bytes(serial: [9, 9, 9, 9, 9, 9, 9, 9]))
        let refusal = #expect(throws: HealthCardError.self) { _ = try stock.session(other).settle(doubt) }
        #expect(refusal?.code == .otherCard)
    }
}
