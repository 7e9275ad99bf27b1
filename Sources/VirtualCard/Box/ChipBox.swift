import CardProfiles
import Files
import Foundation
import ISO7816
import Messages
import ShangMi

/// A folder that stands for the table beside a machine: `blank`, `lane-00` …, and a tray each for what comes out. Every
/// chip is a state file, `SERIAL.json`, in one of them, and survives the death of the process there, in the lane it was
/// in: a rehearsal of production on virtual chips.
///
/// All members may be used from any thread.
public final class ChipBox: @unchecked Sendable {
    /// Where chips are put that come out of a lane.
    public enum Tray: String, Sendable, Hashable, CaseIterable {
        case made, reject, unused
    }

    public let folder: String
    public let profile: CardProfile
    /// How many chips there are in all; nil: there is always another blank one.
    public let supply: Int?
    /// The transport key of new chips' batch; nil: the published one.
    private let transportKey: SecretBytes?
    /// What each chip is like; nil: as the profile says.
    private let options: VirtualCardOptions?

    private let lock = NSLock()
    // Guarded by `lock`.
    private var inserted: [Int: VirtualHealthCard] = [:]
    private var made: Int

    private static let blanks = "blank"

    /// - Throws: `file` when the folders cannot be made.
    public init(
        folder: String, profile: CardProfile, supply: Int? = nil, transportKey: SecretBytes? = nil,
        options: VirtualCardOptions? = nil
    ) throws(VirtualCardError) {
        self.transportKey = transportKey
        self.options = options
        self.folder = folder
        self.profile = profile
        self.supply = supply
        made = 0
        for name in [Self.blanks] + Tray.allCases.filter({ $0 != .unused }).map(\.rawValue) {
            try Self.make(folder + "/" + name)
        }
        let places = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        made = places.reduce(0) { $0 + Self.chips(in: folder + "/" + $1).count }
    }

    private static func make(_ path: String) throws(VirtualCardError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(path: path, problem: .folderNotMade)
        }
    }

    private static func chips(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { $0.hasSuffix(".json") }.sorted()
    }

    private func place(of lane: Int) -> String {
        folder + "/lane-" + (lane < 10 ? "0" : "") + String(lane)
    }

    /// The chip that is in the lane already, else the next blank one; nil when the box is empty.
    ///
    /// - Throws: `file` or `state` for a chip whose file cannot be used.
    public func insert(lane: Int) throws(VirtualCardError) -> VirtualHealthCard? {
        lock.lock()
        defer { lock.unlock() }
        if let card = inserted[lane] { return card }
        let place = place(of: lane)
        try Self.make(place)
        let path: String
        let serial: [UInt8]?
        if let name = Self.chips(in: place).first {
            (path, serial) = (place + "/" + name, nil)
        } else if let name = Self.chips(in: folder + "/" + Self.blanks).first {
            try move(name, from: folder + "/" + Self.blanks, to: place)
            (path, serial) = (place + "/" + name, nil)
        } else {
            if let supply, made >= supply { return nil }
            do { serial = try SystemRandom.bytes(profile.answerToReset.serialLength) } catch {
                throw .file(path: place, problem: .noRandomSerial(AnyMessage(of: error)))
            }
            path = place + "/" + Hex.encode(serial ?? []) + ".json"
            made += 1
        }
        var key: SecretBytes?
        if let transportKey, let serial {
            key = try VirtualHealthCard.transportKey(ofBatch: transportKey, serial: serial, profile: profile)
        }
        let card = try VirtualHealthCard.open(
            path: path, serial: serial, profile: profile, transportKey: key, options: options)
        inserted[lane] = card
        return card
    }

    /// Whether a chip lies in the lane, from this process or one before it.
    public func isOccupied(lane: Int) -> Bool {
        lock.withLock { inserted[lane] != nil || !Self.chips(in: place(of: lane)).isEmpty }
    }

    /// Takes the chip out of the lane, if there is one, and puts it into a tray.
    public func remove(lane: Int, to tray: Tray) throws(VirtualCardError) {
        lock.lock()
        defer { lock.unlock() }
        if let card = inserted.removeValue(forKey: lane) { card.close() }
        let place = place(of: lane)
        let target = tray == .unused ? Self.blanks : tray.rawValue
        for name in Self.chips(in: place) { try move(name, from: place, to: folder + "/" + target) }
    }

    /// The journal goes first: without it the state file is what the card was when it last lost its power, and with the
    /// wrong one it would not be read at all.
    private func move(_ name: String, from: String, to: String) throws(VirtualCardError) {
        for file in [name + ".journal", name] {
            let source = from + "/" + file
            guard rename(source, to + "/" + file) == 0 || errno == ENOENT else {
                throw .file(path: source, problem: .system(SystemReason(errno)))
            }
        }
    }

    /// The chips in a tray, by serial number.
    public func serials(in tray: Tray) -> [String] {
        Self.chips(in: folder + "/" + (tray == .unused ? Self.blanks : tray.rawValue)).map { String($0.dropLast(5)) }
    }
}
