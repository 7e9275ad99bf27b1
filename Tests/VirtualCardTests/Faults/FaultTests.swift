import CardProfiles
import FaultyCards
import Testing

@testable import VirtualCard

/// Seeded faults (Docs/virtual-card.md, Faults): each can be seen from outside, and none without being asked for.
@Suite struct FaultTests {
    @Test("Names are unique, lower case with hyphens, and lead back; every fault says what it does in two languages")
    func names() throws {
        let all = CardFault.all
        #expect(all.count >= 90)
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(Set(all.map(\.english)).count == all.count && Set(all.map(\.chinese)).count == all.count)
        for fault in all {
            #expect(CardFault(name: fault.name) == fault)
            #expect(fault.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(fault)")
            #expect(fault.clause.contains("§"), "\(fault)")
        }
        #expect(CardFault(name: "no-such-fault") == nil)
    }

    @Test("Without faults a card answers as one whose options never knew of them")
    func none() throws {
        let right = try CardProbe(FilledCard.activated([])).answers()
        let again = try CardProbe(FilledCard.activated([])).answers()
        #expect(right == again, "the probe itself is repeatable, else it could tell nothing")
        #expect(right.count == 26)
        #expect(right.values.joined().contains { $0.hasSuffix("9000") })
    }

    @Test("Each fault changes at least one answer of an activated card", arguments: CardFault.all)
    func alive(_ fault: CardFault) throws {
        let right = try Self.right.get()
        let difference = try CardProbe(FilledCard.activated([fault])).firstDifference(from: right)
        #expect(difference != nil, "\(fault): nobody can see it")
    }

    private static let right = Result { try CardProbe(FilledCard.activated([])).answers() }

    @Test("No fault shows before the card is activated", arguments: CardFault.all)
    func quietBefore(_ fault: CardFault) throws {
        let profile = try #require(Fixtures.profile)
        let state = try FilledCard.state
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: [fault])
        let card = try VirtualHealthCard(state: state, profile: profile, options: options)
        let right = try VirtualHealthCard(state: state, profile: profile)
        for chip in [card, right] { chip.setRandomSource { Array(seed.prefix($0)) } }
        #expect(card.answerToReset == right.answerToReset && card.state == right.state)
        let (one, other) = (Transcript(try Terminal(card), profile), Transcript(try Terminal(right), profile))
        for transcript in [one, other] {
            for directory in profile.directories {
                try transcript.enter(directory)
                for key in profile.keys(in: directory.name) where key.role == .read { transcript.prove(key) }
                for file in directory.files.prefix(2) { transcript.read(file) }
            }
        }
        #expect(one.answers == other.answers)
    }

    @Test("A finished card can be copied onto a faulty chip, and the copy answers as one made on it")
    func copies() throws {
        let finished = try FilledCard.activated([])
        for name in ["text-utf8", "key-provincial", "mac-unchecked", "transport-key-left"] {
            let fault = try #require(CardFault(name: name))
            let copy = try finished.copy(with: [fault])
            copy.setRandomSource { Array(seed.prefix($0)) }
            #expect(
                try CardProbe(copy).firstDifference(from: CardProbe(FilledCard.activated([fault])).answers()) == nil,
                "\(name)")
        }
    }

    @Test("Several faults at once are all there")
    func several() throws {
        let card = try FilledCard.activated(
            Set(["mac-unchecked", "file-missing", "record-tag"].map { try #require(CardFault(name: $0)) }))
        let files = card.state.directories.flatMap(\.files).count
        let right = try FilledCard.activated([]).state.directories.flatMap(\.files).count
        #expect(files == right - 1)
        let tags = card.state.directories.flatMap(\.files).compactMap(\.records)
        let rightTags = try FilledCard.activated([]).state.directories.flatMap(\.files).compactMap(\.records)
        #expect(tags != rightTags.filter { tags.contains($0) }, "a tag is another one")
        let transcript = Transcript(try Terminal(card), try #require(Fixtures.profile))
        try transcript.enter("DF01")
        transcript.try {
            try $0.secure("04dc022c", [0x15, 0x64] + [UInt8](repeating: 0, count: 100), "STK_DF01", spoiling: true)
        }
        #expect(transcript.answers.last?.hasSuffix("6988") == false, "no MAC is checked")
    }
}
