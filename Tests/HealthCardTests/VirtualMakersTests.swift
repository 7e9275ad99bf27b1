import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// Cards in the manner of each maker, and clinics' SAMs of each type, all virtual: the reader is told of neither.
@Suite("Makers' cards and SAMs")
struct VirtualMakersTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    /// An activated card with a maker's habits.
    private func card(_ content: ScriptedCard, _ options: VirtualCardOptions) throws -> VirtualCardChannel {
        let state = try CardMaker.card(content).card.state
        return VirtualCardChannel(card: try VirtualHealthCard(state: state, profile: profile, options: options))
    }

    @Test(
        "each maker's card is read whole, by a reader that is not told",
        arguments: ["huahong", "tongfang", "fudan", "huada"])
    func makers(maker: String) throws {
        let content = try SampleCard.card(profile, visits: true)
        let edition = try CardProfile.bundled(overlays: ["test-keys", maker])
        for t0 in [false, true] {
            var options = VirtualCardOptions(profile: edition)
            options.behavesAsT0 = t0
            for told in [profile, edition] {
                let reading = try SampleCard.session(card(content, options), told).read(.everyByte)
                #expect(reading.unreadable.isEmpty)
                for file in profile.files {
                    #expect(reading.files[file.path] == content.files[file.path], "\(file.path), T=0: \(t0)")
                }
            }
        }
    }

    @Test("each habit alone, and all that go together")
    func habits() throws {
        let content = try SampleCard.card(profile)
        let expected = try SampleCard.session(CardMaker.card(content), profile).read().files
        let habits: [(inout VirtualCardOptions) -> Void] = [
            { $0.readByNumber = false }, { $0.readByTag = false }, { $0.shortFileIdentifiers = false },
            { $0.directoriesThroughMaster = true }, { $0.directoryNames = false }, { $0.directoryIdentifiers = false },
            { $0.expectedLength = .exact }, { $0.expectedLength = .zero }, { $0.maximumBinaryData = 128 },
            { $0.keepsRightsOnReselect = true },
            {
                $0.expectedLength = .exact
                $0.correctsLength = false
            },
        ]
        for (index, habit) in habits.enumerated() {
            for multi in [true, false] {
                var options = VirtualCardOptions(profile: profile)
                options.multiRecordRead = multi
                options.extendedLength = multi
                habit(&options)
                let reading = try SampleCard.session(card(content, options), profile).read()
                #expect(reading.files == expected, "habit \(index), multi-record: \(multi)")
                #expect(reading.unreadable.isEmpty, "habit \(index), multi-record: \(multi)")
            }
        }
        var worst = VirtualCardOptions(profile: profile)
        for habit in habits.dropFirst(2).prefix(3) { habit(&worst) }
        worst.multiRecordRead = false
        worst.extendedLength = false
        worst.readByNumber = false
        worst.expectedLength = .zero
        worst.maximumBinaryData = 128
        let reading = try SampleCard.session(card(content, worst), profile).read()
        #expect(reading.files == expected && reading.unreadable.isEmpty)
    }

    @Test("a SAM of any clinic's type reads the card as software does, with the keys where they are", arguments: 1...5)
    func sams(type: Int) throws {
        let content = try SampleCard.card(profile, visits: true)
        var options = VirtualSAMOptions()
        if type == 2 { options.levels = ["RK1_DF01": 1, "RK1_DF02": 1] }
        options.answersEachPiece = type != 3
        let sam = try VirtualSAM(type: type, profile: profile, options: options)
        let module = try SAMCard(channel: VirtualSAMChannel(sam: sam), profile: profile)
        #expect(module.identity.keyCardType == UInt8(type))
        let session = HealthCardSession(
            channel: try CardMaker.card(content), profile: profile, securityModule: module, habits: nil)
        let reading = try session.read(.everyByte)
        #expect(reading.isTestCard)
        let mayRead = profile.sam.type(type)?.keys.contains("RK1_DF01") ?? false
        #expect(mayRead == (type != 4))
        #expect(reading.unreadable.isEmpty == mayRead)
        guard mayRead else { return }
        for file in profile.files { #expect(reading.files[file.path] == content.files[file.path], "\(file.path)") }
        #expect(sam.triesLeft == profile.sam.pinTries)
    }
}
