import CardProfiles
import ISO7816
import Testing

@testable import VirtualCard

/// What a bank has on the chip, as the page has it (Docs/virtual-card.md, Docs/card.md §8), to the byte.
@Suite struct PaymentSideTests {
    private func terminal(isT0: Bool = false) throws -> Terminal {
        let profile = try CardProfile.bundled(overlays: ["test-keys", "payment"])
        var options = VirtualCardOptions(profile: profile)
        options.behavesAsT0 = isT0
        let card = try VirtualHealthCard.blank(serial: serial, profile: profile, options: options)
        card.setRandomSource { Array(seed.prefix($0)) }
        return try Terminal(card)
    }

    private static let pse = "00a404000e" + "315041592e5359532e4444463031" + "00"
    private static let ppse = "00a404000e" + "325041592e5359532e4444463031" + "00"
    private static let debit = "00a4040008" + "a000000333010101" + "00"
    private static let cash = "00a4040008" + "a000000333010106" + "00"

    @Test("SELECT of each, by its whole name alone")
    func select() throws {
        let terminal = try terminal()
        #expect(
            terminal.send(Self.pse)
                == "6f1e840e315041592e5359532e4444463031a50c8801015f2d027a689f110101" + "9000")
        #expect(
            terminal.send(Self.debit)
                == "6f288408a000000333010101a51c500a50424f43204445424954870101" + "5f2d027a68" + "bf0c059f08020030"
                + "9000"
        )
        #expect(
            terminal.send(Self.cash)
                == "6f208408a000000333010106a514500a50424f43204543415348" + "870101" + "5f2d027a68" + "9000")
        let entries =
            "6119" + "4f08a000000333010101" + "500a50424f43204445424954" + "870101"
            + "6119" + "4f08a000000333010106" + "500a50424f43204543415348" + "870102"
        #expect(
            terminal.send(Self.ppse)
                == "6f4b840e325041592e5359532e4444463031a539bf0c36" + entries + "9000")
        #expect(terminal.send("00a4040007a0000003330101" + "00") == "6a82")
        #expect(terminal.send("00a4040008a000000333010102" + "00") == "6a82", "credit is not of this edition")
        // Without Le nothing, a small Le says how much.
        #expect(terminal.send(String(Self.debit.dropLast(2))) == "9000")
        #expect(terminal.send(Self.debit.dropLast(2) + "10") == "6c2a")
    }

    @Test("T=0: the answer waits for GET RESPONSE")
    func t0() throws {
        let terminal = try terminal(isT0: true)
        #expect(terminal.send(Self.debit) == "612a")
        #expect(terminal.send("00c000002a").hasSuffix("bf0c059f08020030" + "9000"))
    }

    @Test("the list of the contact environment, the two counters, and nothing that needs a key or changes anything")
    func commands() throws {
        let terminal = try terminal()
        terminal.send(Self.pse)
        #expect(
            terminal.send("00b2010c00")
                == "701b" + "6119" + "4f08a000000333010101" + "500a50424f43204445424954" + "870101" + "9000")
        #expect(terminal.send("00b2020c00").hasPrefix("701b61194f08a000000333010106"))
        #expect(terminal.send("00b2030c00") == "6a83")
        terminal.send(Self.debit)
        #expect(terminal.send("80ca9f3600") == "9f360200079000")
        #expect(terminal.send("80ca9f1700") == "9f1701039000")
        #expect(terminal.send("80ca9f1300") == "6a88")
        for command in ["0020008008" + "261234ffffffffff", "80a8000002830000", "0084000008", "00b2010c00"] {
            #expect(terminal.send(command) == "6985", "\(command)")
        }
        #expect(terminal.send("00d6000001" + "00") == "6d00")
        #expect(terminal.card.foreignCommands.count == 11)
        #expect(terminal.card.foreignCommands.first == hex("00b2010c"))
    }

    @Test("a right and a challenge of the health application are gone there; the MF is the way back")
    func wayBack() throws {
        let right = try FilledCard.activated([])
        let terminal = try Terminal(right)
        terminal.must("00a4000002ddf1")
        terminal.challenge()
        terminal.must(try terminal.authenticate("04", "RK1_DDF1"))
        terminal.must("00b2013400")
        #expect(terminal.send(Self.debit).hasSuffix("9000"))
        // What was current is not: no file, no challenge, no right.
        #expect(terminal.send("00a4000002df01") == "6a82")
        #expect(terminal.send("00b2013400") == "6985")
        terminal.must("00a4000002ddf1")
        #expect(terminal.send("00b2013400") == "6982")
        #expect(terminal.send(try terminal.authenticate("04", "RK1_DDF1")) == "6984")
        terminal.challenge()
        terminal.must(try terminal.authenticate("04", "RK1_DDF1"))
        terminal.must("00b2013400")
        // One that is not there changes nothing.
        #expect(terminal.send("00a4040008a0000003330101ff00") == "6a82")
        terminal.must("00b2013400")
    }

    @Test("a card blocked for good answers for none of them")
    func blocked() throws {
        let card = try FilledCard.activated([])
        var state = card.state
        state.isBlocked = true
        let profile = try #require(Fixtures.profile)
        var options = VirtualCardOptions(profile: profile)
        options.otherApplications = profile.otherApplications
        let terminal = try Terminal(VirtualHealthCard(state: state, profile: profile, options: options))
        #expect(terminal.send(Self.debit) == "6a81")
    }

    @Test("through each interface the answer to reset that a reader makes")
    func interfaces() throws {
        let card = try blankCard()
        #expect(
            Hex.encode(try card.copy(interface: .contactlessA).answerToReset) == "3B8D8001010203040506070852484300015C")
        let other = try AnswerToReset(try card.copy(interface: .contactlessB).answerToReset)
        #expect(other.cardInterface == .contactlessB && other.historicalBytes.count == 8)
        #expect(try card.copy(interface: .contact).answerToReset == card.answerToReset)
    }
}
