import Foundation
import Testing

@testable import Personalization

@Suite struct PhotoCheckTests {
    private let sample = Repository.sampleBatch + "/photos/990059199606299731.jpg"

    private func flaw(_ bytes: [UInt8], limit: Int = 3072) throws -> PhotoFlaw? {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".jpg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        do {
            _ = try PhotoCheck.load(path: path, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test func allSamplesPass() throws {
        for folder in [Repository.sampleBatch, Repository.formalBatch] {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/photos") {
                #expect(try PhotoCheck.load(path: folder + "/photos/" + name, limit: 3072).count <= 3072)
            }
        }
    }

    @Test func whatIsNoPhoto() throws {
        let jpeg = try [UInt8](Data(contentsOf: URL(filePath: sample)))
        #expect(try flaw(jpeg) == nil)
        #expect(try flaw([]) == .notJPEG)
        #expect(try flaw(Array("GIF89a not a jpeg".utf8)) == .notJPEG)
        #expect(try flaw([0x89, 0x50, 0x4E, 0x47]) == .notJPEG)
        #expect(try flaw(Array("x".utf8) + jpeg) == .notJPEG)
        #expect(try flaw([0xFF, 0xD8, 0xFF]) == .notJPEG)
        #expect(try flaw(Array(jpeg.prefix(jpeg.count / 2))) == .notJPEG)
        #expect(try flaw(jpeg, limit: jpeg.count) == nil)
        #expect(try flaw(jpeg, limit: jpeg.count - 1) == .tooLong(bytes: jpeg.count, limit: jpeg.count - 1))
        #expect(try flaw(jpeg + [UInt8](repeating: 0, count: 5000)) == .tooLong(bytes: jpeg.count + 5000, limit: 3072))
        #expect(throws: PhotoFlaw.missing) { try PhotoCheck.load(path: "/nowhere.jpg", limit: 3072) }
    }

    /// A header may claim any size; memory must not follow it.
    @Test func hugePictureOfFewBytes() throws {
        var jpeg = try [UInt8](Data(contentsOf: URL(filePath: sample)))
        let frame = try #require(
            jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && (0xC0...0xC2).contains(jpeg[$0 + 1]) })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try flaw(jpeg) == .notJPEG)
    }
}
