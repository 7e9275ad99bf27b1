import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Photos
import VirtualCard

@testable import Personalization

/// What comes from files and people.
extension FuzzTarget {
    static let fileTargets: [String: Target] = [
        "hex": { bytes in
            guard let decoded = Hex.decode(String(decoding: bytes, as: UTF8.self)) else { return }
            check(Hex.decode(Hex.encode(decoded)) == decoded, "hexadecimal goes there and back")
        },
        "profile": { bytes in _ = try? CardProfile(yaml: String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml") },
        "profile-overlay": { bytes in
            _ = try? CardProfile(
                yaml: baseProfile, file: "base.yaml",
                overlays: [(yaml: String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml")])
        },
        "command-template": { bytes in _ = try? CommandTemplate(String(decoding: bytes, as: UTF8.self)) },
        "id-number": { bytes in _ = try? IDNumber(String(decoding: bytes, as: UTF8.self)) },
        "batch-manifest": { bytes in _ = try? BatchManifest(json: Data(bytes)) },
        "applications": { bytes in
            withFile(bytes) { path in
                guard let reader = try? CSVReader(path: path) else { return }
                while let record = try? reader.next() { _ = record }
            }
        },
        "batch": { bytes in
            // A whole folder: the sample's manifest and the input as its rows.
            guard let folder = sampleFolder else { return }
            do {
                try Data(bytes).write(to: folder.appendingPathComponent("applications.csv"))
                _ = try Batch(folder: folder.path).review()
            } catch {}
        },
        "police-reply": { bytes in
            withFile(bytes) { _ = VerificationReplyReader.read(path: $0, kind: .reply(.police)) { _ in } }
        },
        "exception-reply": { bytes in
            withFile(bytes) { _ = VerificationReplyReader.read(path: $0, kind: .exceptions) { _ in } }
        },
        "intake": { bytes in
            // A whole folder: the sample's manifest, the first half of the input as its rows, the rest as a reply.
            guard let folder = intakeFolder else { return }
            let half = bytes.count / 2
            do {
                try Data(bytes.prefix(half)).write(to: folder.appendingPathComponent("applications.csv"))
                try Data(bytes.dropFirst(half)).write(to: folder.appendingPathComponent("YCH_YCXX_1.XML"))
                var problems = 0
                let report = try BatchIntake(folder: folder.path).run { _ in problems += 1 }
                check(report.problemCount == problems, "every problem is handed out once")
                check(report.rows == report.sound + report.faulty + report.setAside.count, "the books balance")
                check((report.prepared == nil) == (problems > 0), "nothing is prepared while a problem stands")
            } catch {}
        },
        "bank-reply": { bytes in
            withFile(bytes) { _ = VerificationReplyReader.read(path: $0, kind: .reply(.bank)) { _ in } }
        },
        "card-state": { bytes in
            guard let profile, let state = try? CardState(json: bytes),
                let card = try? VirtualHealthCard(state: state, profile: profile)
            else { return }
            card.powerOn()
            for command in [[0, 0xA4, 0, 0, 2, 0x3F, 0, 0], [0, 0xB2, 1, 0x2D, 0], [0, 0xB0, 0x87, 0, 0]] as [[UInt8]] {
                check((card.process(command)?.count ?? 2) >= 2, "every answer has a status word")
            }
            check((try? card.state.encoded()) != nil, "a card that was loaded can be saved")
        },
        "trace": { bytes in
            guard let trace = try? TraceFile(text: bytes) else { return }
            check((try? TraceFile(text: trace.text.utf8)) == trace, "a trace that was read is written and read again")
            _ = trace.lines(in: .english).count + trace.shown.text().count
            guard let replay = try? TraceReplay(trace) else { return }
            for name in TraceFile.Channel.allCases {
                guard let channel = try? replay.channel(name) else { continue }
                for entry in trace.entries {
                    switch entry.event {
                    case .command(name, let command): _ = try? channel.transmit(command.bytes ?? [0, 0x20, 0, 0])
                    case .reset: _ = try? channel.reset()
                    case .random(let drawn): _ = try? replay.random(drawn.count)
                    default: break
                    }
                }
                try? replay.finish()
                replay.rewind()
            }
        },
        "photo": { bytes in
            guard let profile, let capacity = profile.item(profile.application.photo)?.capacity,
                let fitted = try? PhotoFitting(profile: profile).fit(bytes)
            else { return }
            check(fitted.count <= capacity, "a fitted photo fits")
            check((try? PhotoFitting(profile: profile).fit(fitted)) == fitted, "a fitted photo is taken as it is")
        },
    ]

    /// Shared memory where there is some: the files are written thousands of times a second.
    static let scratch: URL = {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent = FileManager.default.isWritableFile(atPath: memory.path) ? memory : .temporaryDirectory
        let folder = parent.appendingPathComponent("healthcard-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: FuzzTarget.scratch) }
        return folder
    }()

    static func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
        let file = scratch.appendingPathComponent("input")
        guard (try? Data(bytes).write(to: file)) != nil else { return }
        body(file.path)
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let baseProfile: String =
        (try? String(
            contentsOf: root.appendingPathComponent("CardProfiles/resident-health-card.yaml"), encoding: .utf8)) ?? ""

    /// Without replies and photos: every row that reads is then refused or accepted by itself.
    private static let sampleFolder = folder("batch")
    private static let intakeFolder = folder("intake")

    private static func folder(_ name: String) -> URL? {
        let folder = scratch.appendingPathComponent(name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let manifest = root.appendingPathComponent("Samples/sample-batch/batch.json")
            try FileManager.default.copyItem(at: manifest, to: folder.appendingPathComponent("batch.json"))
            return folder
        } catch { return nil }
    }
}
