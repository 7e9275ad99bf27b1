import CardProfiles
import Foundation
import ISO7816
import Testing
import VirtualCard

@Suite struct ChipBoxTests {
    private let profile: CardProfile
    private let folder: String

    init() throws {
        profile = try CardProfile.bundled(overlays: ["test-keys"])
        folder = NSTemporaryDirectory() + "box-" + UUID().uuidString
    }

    private func challenge(_ chip: any Chip) -> Bool {
        chip.process([0x00, 0x84, 0x00, 0x00, 0x08])?.suffix(2) == [0x90, 0x00]
    }

    @Test func chipsGoFromTheBoxThroughALaneIntoATray() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let box = try ChipBox(folder: folder, profile: profile, supply: 2)
        let first = try #require(try box.insert(lane: 0))
        #expect(try box.insert(lane: 0) === first)
        let second = try #require(try box.insert(lane: 11))
        #expect(first.serial != second.serial)
        #expect(try box.insert(lane: 2) == nil)
        try box.remove(lane: 0, to: .made)
        try box.remove(lane: 11, to: .unused)
        #expect(box.serials(in: .made) == [Hex.encode(first.serial)])
        #expect(box.serials(in: .unused) == [Hex.encode(second.serial)])
        // What was not used is a blank again.
        #expect(try box.insert(lane: 1)?.serial == second.serial)
        #expect(try box.insert(lane: 0) == nil)
    }

    @Test func aChipStaysInItsLaneWhenTheProcessEnds() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let serial: [UInt8]
        do {
            let box = try ChipBox(folder: folder, profile: profile, supply: 1)
            serial = try #require(try box.insert(lane: 3)).serial
        }
        let later = try ChipBox(folder: folder, profile: profile, supply: 1)
        #expect(try later.insert(lane: 0) == nil)
        #expect(try later.insert(lane: 3)?.serial == serial)
    }

    @Test func flawsComeAtTheirCommand() throws {
        let card = try VirtualHealthCard.blank(serial: [1, 2, 3, 4, 5, 6, 7, 8], profile: profile)
        var flaws = ChipFlaws()
        flaws.diesAt = 2
        let chip = FlawedChip(card, flaws)
        #expect(challenge(chip) && challenge(chip) && !challenge(chip))
        chip.powerOn()
        #expect(!challenge(chip))
        #expect(chip.answerToReset.isEmpty)
    }

    @Test func aChipThatLeavesDoesSoOnce() throws {
        let card = try VirtualHealthCard.blank(serial: [1, 2, 3, 4, 5, 6, 7, 8], profile: profile)
        var flaws = ChipFlaws()
        flaws.removedAt = 1
        let chip = FlawedChip(card, flaws)
        let departures = Departures()
        chip.onLeaving { departures.count += 1 }
        #expect(challenge(chip) && !challenge(chip) && challenge(chip))
        #expect(departures.count == 1)
    }

    private final class Departures: @unchecked Sendable { var count = 0 }

    @Test func theModelCountsWhatLinkAndChipTake() throws {
        var timing = ChipTiming(bytesPerSecond: 10_000)
        timing.framing = 0
        timing.command = 2
        timing.page = 1
        timing.reset = 0
        #expect(timing.seconds(command: 60, answer: 40, written: 65) == 0.01 + 0.004)
        let card = try VirtualHealthCard.blank(serial: [1, 2, 3, 4, 5, 6, 7, 8], profile: profile)
        let chip = TimedChip(card, timing)
        let start = ContinuousClock.now
        #expect(challenge(chip))
        #expect(chip.seconds == timing.seconds(command: 5, answer: 10, written: 0))
        #expect(start.duration(to: .now) / .seconds(1) >= chip.seconds)
    }
}
