import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@testable import Personalization

/// Cards in every maker's dialect (Docs/dialects.md), made in one go.
@Suite struct MakersDialectTests {
    /// One with a picture, one with allergies, one without a picture and with ten vaccines.
    private static let people = ["99646919970325667X", "990059199606299731", "997058202007021687"]

    /// Byte for byte what the image says, at the cost the plan names, and in use by its own keys.
    @Test(arguments: MakersBatch.all)
    func everyMaker(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        for person in Self.people {
            let application = try makers.application(person)
            let card = try makers.blank()
            #expect(card.lifeCycle == .blank)
            let reader = TestReader(card)
            let plan = try makers.plan(application)
            let made = try makers.personalizer(reader).personalize(application)
            #expect(made.cost == plan.cost && made.found == .blank && !made.wasContinued)
            #expect(card.lifeCycle == .activated)
            let reading = try HealthCardSession(
                channel: TestReader(card), profile: makers.batch.profile, securityModule: makers.module, habits: nil
            ).read(.everyByte)
            #expect(reading.isTestCard && reading.unreadable == [])
            for file in plan.image.directories.flatMap(\.files) {
                #expect(reading.files[file.path]?.bytes == file.bytes, "\(file.path) of \(maker)")
            }
            // The state is the whole card.
            let again = try VirtualHealthCard(state: card.state, profile: makers.batch.profile)
            #expect(again.state == card.state)
            #expect(again.lifeCycle == .activated)
        }
    }

    /// The same card whoever makes it: content, keys but for what a key file says of them.
    @Test func theContentIsTheSame() throws {
        let reference = try MakersBatch.of("").whole(try MakersBatch.of("").application(Self.people[1])).state
        for maker in MakersBatch.all.dropFirst() {
            let makers = try MakersBatch.of(maker)
            let state = try makers.whole(try makers.application(Self.people[1])).state
            for (mine, theirs) in zip(reference.directories, state.directories) {
                #expect(mine.keys.map(\.value) == theirs.keys.map(\.value), "\(maker)")
                let files = theirs.files.filter { $0.identifier != "0000" }
                #expect(mine.files.map(\.records) == files.map(\.records), "\(maker)")
                #expect(mine.files.map(\.content) == files.map(\.content), "\(maker)")
            }
        }
    }

    /// After the last command nothing of the maker's rights is left: no transport key, no other issuer or holder, and
    /// no other key.
    @Test(arguments: MakersBatch.all)
    func nothingIsLeftOpen(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let card = try makers.blank()
        let application = try makers.application(Self.people[0])
        let reader = TestReader(card)
        _ = try makers.personalizer(reader).personalize(application)
        #expect(card.state.transportKey == nil)
        // The session that made it is still there, and may no more.
        let making: Set<UInt8> = [0xD4, 0xDC, 0xE0, 0x44, 0xF0, 0x05, 0xD6]
        let before = card.state
        for command in reader.done where making.contains(command[1]) {
            let answer = try reader.transmit(command)
            #expect(answer.suffix(2) != [0x90, 0x00], "\(maker): \(command.prefix(4))")
        }
        var after = card.state
        after.sequence = before.sequence
        for index in after.directories.indices { after.directories[index].wrongMACs = 0 }
        for index in after.directories.indices { after.directories[index].blocking = "none" }
        #expect(after == before)
    }

    /// What a card costs in each dialect, by number.
    @Test(arguments: zip(MakersBatch.all, [229, 398, 403, 384, 345, 486, 412]))
    func commandsArePinned(maker: String, commands: Int) throws {
        let makers = try MakersBatch.of(maker)
        let plan = try makers.plan(try makers.application(Self.people[0]))
        #expect(plan.cost.commands == commands, "\(maker)")
        #expect(plan.text.contains("dialect \(makers.batch.profile.defaultDialect)"))
        #expect(plan.firstDifference(from: try makers.plan(try makers.application(Self.people[0]))) == nil)
    }

    /// Public form: `80 E0 FID`, key files first, types 38, 3F, 28, 2A, 2C and 2E, keys never in clear.
    @Test func blankBankingChips() throws {
        let makers = try MakersBatch.of("pboc-cos")
        let steps = try makers.plan(try makers.application(Self.people[0])).steps
        func hex(_ title: String) -> String? {
            steps.first { $0.title == title }?.command.map { $0.header.hex + " " + ($0.data ?? $0.prefix).hex }
        }
        #expect(hex("CREATE FILE MF keys") == "80e00000 3f003000f0ffff")
        #expect(hex("CREATE FILE DF01 keys") == "80e00000 3f006000f0ffff")
        #expect(hex("CREATE FILE DDF1/EF07") == "80e0ef07 280c020102ef0700")
        #expect(hex("CREATE FILE DDF1/EF05") == "80e0ef05 2c011cf0efef05c0")
        #expect(hex("CREATE FILE DF03/EF05") == "80e0ef05 2a03010102030580")
        #expect(hex("CREATE FILE DF02/EF07") == "80e0ef07 2e03780104ef07c0")
        #expect(hex("CREATE FILE DF01")?.hasPrefix("80e0df01 38") == true)
        #expect(hex("CREATE FILE DF01")?.hasSuffix("f0f0ffffff915600013200") == true)
        #expect(hex("WRITE KEY RK1_DF01") == "84d40184 39f0ef01f10406")
        #expect(hex("WRITE KEY STK_DF01") == "84d40182 36f0efeff10400")
        #expect(hex("ACTIVATE FILE") == "80050000 ")
        let keys = steps.filter { $0.purpose == .writeKey }
        #expect(keys.count == 21 && keys.allSatisfy { if case .wrap(_, "TK") = $0.work { true } else { false } })
        for directory in ["MF", "DDF1", "DF01", "DF02", "DF03"] {
            let first = steps.first { $0.directory == directory && $0.changesCard && $0.purpose != .createDirectory }
            #expect(first?.purpose == .createKeyFile, "\(directory)")
        }
    }

    @Test func activationByMaker() throws {
        func last(_ maker: String) throws -> [String] {
            let makers = try MakersBatch.of(maker)
            let steps = try makers.plan(try makers.application(Self.people[1])).steps
            return steps.filter { $0.phase == .activate || $0.phase == .finish }.map {
                $0.title + ($0.changesCard ? " " + ($0.command?.header.hex ?? "") : "")
            }
        }
        #expect(
            try last("huahong") == [
                "SELECT MF", "GET CHALLENGE", "EXTERNAL AUTHENTICATE TK", "SELECT DDF1", "SELECT DF01",
                "ACTIVATE DF01 80f04004", "SELECT DF02", "ACTIVATE DF02 80f04004", "SELECT DF03",
                "ACTIVATE DF03 80f04004", "SELECT DDF1", "ACTIVATE FILE 80f04004",
            ])
        let tongfang = try last("tongfang")
        #expect(tongfang.contains("ACTIVATE FILE 00440500"))
        #expect(
            tongfang.drop { !$0.hasPrefix("ACTIVATE") }.dropFirst().prefix(9) == [
                "SELECT MF", "SELECT DDF1", "SELECT DF02", "GET CHALLENGE", "EXTERNAL AUTHENTICATE UK3_DF02",
                "GET CHALLENGE", "WRITE DF02/EF07 record 1 04dc003b", "RESET", "READ BACK",
            ])
        for maker in ["fudan", "huada"] { #expect(try last(maker).last == "ERASE TK 84d40101") }
    }

    /// A dialect that writes a file later must say when, and where it is no file or directory it is an error.
    @Test func dialectsAreChecked() throws {
        let yaml = try CardProfileText.overlay("tongfang")
        for (old, new, says) in [
            ("activate, finish]", "activate]", "has no phase finish"),
            ("activationDirectory: DDF1", "activationDirectory: DF09", "is not a directory"),
            ("chip: plainUntilActivated", "chip: secret", "expected one of"),
        ] {
            #expect(throws: ProfileError.self, "\(says)") {
                do { _ = try Repository.profile(overlay: yaml.replacing(old, with: new)) } catch {
                    #expect("\(error)".contains(says), "\(error)")
                    throw error
                }
            }
        }
    }
}

/// The overlays as they are written.
enum CardProfileText {
    static func overlay(_ name: String) throws -> String {
        try String(contentsOfFile: Repository.root + "/CardProfiles/resident-health-card+\(name).yaml", encoding: .utf8)
    }
}
