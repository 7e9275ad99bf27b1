import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@Suite("Reading the virtual card")
struct VirtualCardReadingTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func options(_ change: (inout VirtualCardOptions) -> Void) -> VirtualCardOptions {
        var options = VirtualCardOptions(profile: profile)
        change(&options)
        return options
    }

    @Test("the whole card, visits included, byte for byte")
    func wholeCard() throws {
        let content = try SampleCard.card(profile, visits: true)
        let channel = try CardMaker.card(content)
        let reading = try SampleCard.session(channel, profile).read(.everyByte)
        #expect(reading.unreadable.isEmpty)
        #expect(reading.isTestCard)
        for file in profile.files { #expect(reading.files[file.path] == content.files[file.path], "\(file.path)") }
        _ = try channel.reset()
        let plain = try CardMaker.card(SampleCard.card(profile))
        let whole = try SampleCard.session(plain, profile).read()
        #expect(whole.json() == SampleCard.json)
        #expect(whole.commands == 28)
    }

    @Test("a second reading sees what the first left out")
    func readTwice() throws {
        let content = try SampleCard.card(profile, visits: true)
        let session = try SampleCard.session(CardMaker.card(content), profile)
        let first = try session.read(ReadScope(sections: ["photo"]))
        #expect(first.files["DDF1/EF07"] != content.files["DDF1/EF07"])
        let second = try session.read(.everyByte)
        for file in profile.files { #expect(second.files[file.path] == content.files[file.path], "\(file.path)") }
        #expect(second.unreadable.isEmpty)
    }

    @Test("a card that reads single records, without extended length, over T=0")
    func simplerCards() throws {
        let content = try SampleCard.card(profile, visits: true)
        let whole = try SampleCard.session(CardMaker.card(content), profile).read()
        for t0 in [false, true] {
            for multi in [false, true] {
                for extended in [false, true] {
                    let options = options {
                        $0.behavesAsT0 = t0
                        $0.multiRecordRead = multi
                        $0.extendedLength = extended
                    }
                    let channel = try CardMaker.card(content, options: options)
                    let reading = try SampleCard.session(channel, profile).read()
                    #expect(reading.files == whole.files)
                    #expect(reading.unreadable.isEmpty)
                }
            }
        }
    }

    @Test("within 45 commands without extended length, T=0 and T=1")
    func commandCounts() throws {
        let content = try SampleCard.card(profile)
        content.files["DDF1/EF07"] = .bytes(SampleCard.longestPhoto)
        let profile = try TestProfile.withoutExtendedLength
        let channel = try CardMaker.card(content)
        #expect(try SampleCard.session(channel, profile).read().commands == 41)
        let t0 = try CardMaker.card(content, options: options { $0.behavesAsT0 = true })
        let reading = try SampleCard.session(t0, profile).read()
        #expect(reading.unreadable.isEmpty)
        // One more: GET RESPONSE after the internal authentication.
        #expect(reading.commands == 42)
    }

    @Test("every state of a card can be told without a try")
    func states() throws {
        let content = try SampleCard.card(profile)
        for shows in [true, false] {
            for (stage, state) in [
                (CardMaker.Stage.blank, LifeCycleState.blank), (.structured, .beingMade), (.written, .beingMade),
                (.activated, .activated),
            ] {
                let channel = try CardMaker.card(content, options: options { $0.lifeCycleInFCI = shows }, upTo: stage)
                let inspection = try CardInspection.inspect(channel, profile: profile)
                #expect(inspection.lifeCycle == state, "\(stage), shown: \(shows)")
                #expect((inspection.authenticity == .testCard) == (stage >= .written), "\(stage)")
            }
        }
    }

    @Test("a card whose application is blocked, and a blank one")
    func blankCard() throws {
        let blank = try CardMaker.card(SampleCard.card(profile), upTo: .blank)
        do {
            _ = try SampleCard.session(blank, profile).read()
            Issue.record("a blank card was read")
        } catch let error as HealthCardError {
            #expect(error.code == .notAHealthCard)
            #expect(error.description.contains("blank"))
        }
    }

    @Test("removed at any command")
    func removal() throws {
        let channel = try CardMaker.card(SampleCard.card(profile))
        for index in 0..<28 {
            channel.insert()
            channel.commandsUntilRemoval = index
            do {
                _ = try SampleCard.session(channel, profile).read()
                Issue.record("nobody missed the card at command \(index)")
            } catch let error as HealthCardError {
                #expect(error.channel == .cardRemoved)
            }
        }
    }
}
