import CardProfiles
import Foundation
import Testing

@testable import Personalization
@testable import Photos

@Suite struct PhotoFittingTests {
    private let fitting: PhotoFitting
    private let rules: PortraitRules

    init() throws {
        let profile = try CardProfile.bundled()
        rules = profile.application.portrait
        fitting = PhotoFitting(profile: profile)
    }

    private func original(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: Repository.root + "/Samples/original-photos/\(name).jpg")))
    }

    private func flaw(_ bytes: [UInt8], _ fitting: PhotoFitting? = nil) -> PhotoFlaw? {
        do {
            _ = try (fitting ?? self.fitting).fit(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// A picture whose pixels are a function of their place.
    private func jpeg(
        _ width: Int, _ height: Int, quality: Int = 90, _ pixel: (Int, Int) -> (UInt8, UInt8, UInt8)
    ) throws -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let (red, green, blue) = pixel(x, y)
                pixels += [red, green, blue]
            }
        }
        return try #require(
            PhotoCodec.encode(
                Picture(width: width, height: height, pixels: pixels), quality: quality, halvesColour: false,
                capacity: 1 << 20))
    }

    /// Red above, blue below, a bright spot to the left.
    private func flag(_ width: Int, _ height: Int) throws -> [UInt8] {
        try jpeg(width, height) { x, y in
            if x < width / 4 { return (240, 240, 240) }
            return y < height / 2 ? (220, 40, 40) : (30, 40, 200)
        }
    }

    private func decoded(_ jpeg: [UInt8]) throws -> Picture {
        let header = try #require(JPEGHeader(jpeg))
        return try PhotoCodec.decode(jpeg, header, atLeast: 10_000)
    }

    @Test("What a program has hung on the end of a picture does not go onto the card")
    func tail() throws {
        let kept = try fitting.fit(original("990059199606299731"))
        #expect(kept.suffix(2) == [0xFF, 0xD9])
        let tail = Array("13800000000\r\n".utf8) + [0xFF, 0xD8, 0xFF, 0xD9]
        #expect(JPEGHeader.withoutNotes(kept + tail) == JPEGHeader.withoutNotes(kept))
        #expect(try fitting.fit(kept + tail) == fitting.fit(kept))
        // An end that is missing stays so: whether the picture can be decoded is for the decoder to say.
        #expect(JPEGHeader.withoutNotes(kept.dropLast(2)) == JPEGHeader.withoutNotes(kept).dropLast(2))
    }

    /// A segment of EXIF that says nothing but an orientation.
    private func oriented(_ jpeg: [UInt8], _ orientation: UInt8) -> [UInt8] {
        let tiff: [UInt8] =
            [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        let content = Array("Exif".utf8) + [0, 0] + tiff
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(content.count + 2)] + content + jpeg.dropFirst(2)
    }

    @Test func whatFitsIsTakenByteForByte() throws {
        for folder in [Repository.sampleBatch, Repository.formalBatch] {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/photos") {
                let bytes = try PhotoFile(path: folder + "/photos/" + name).bytes
                #expect(try fitting.fit(bytes) == bytes)
            }
        }
    }

    /// One of each size; that the same picture gives the same bytes is what makes a card's image reproducible.
    @Test(arguments: ["990418197802220731", "99324919550531080X", "999282198209289052"])
    func originalsAreFitted(name: String) throws {
        let fitted = try fitting.fit(original(name))
        #expect((2800...3072).contains(fitted.count), "\(fitted.count) bytes of 3072")
        let header = try #require(JPEGHeader(fitted))
        #expect((header.width, header.height) == (102, 126))
        #expect(header.isBaseline && header.orientation == 1)
        // JFIF's is the only application segment: no EXIF, no thumbnail, no comment.
        #expect(!fitted.indices.dropLast().contains { fitted[$0] == 0xFF && (0xE1...0xEF).contains(fitted[$0 + 1]) })
        #expect(try fitting.fit(original(name)) == fitted)
        #expect(try fitting.fit(fitted) == fitted, "what was fitted is taken as it is")
    }

    @Test func qualityFollowsTheRoom() throws {
        let original = try original("99324919550531080X")
        let header = try #require(JPEGHeader(original))
        let reference = try PhotoCodec.decode(original, header, atLeast: 252).resampled(
            fitting.crop(width: header.width, height: header.height), width: 102, height: 126)
        var last = Double.infinity
        for capacity in [1500, 2200, 3072, 6000] {
            let fitted = try PhotoFitting(rules, capacity: capacity).fit(original)
            #expect(fitted.count <= capacity)
            let difference = try decoded(fitted).difference(from: reference)
            #expect(difference < last, "more room, a better picture")
            last = difference
        }
        // 10 log10(255² / difference) > 36 dB.
        #expect(try decoded(fitting.fit(original)).difference(from: reference) < 16)
        #expect(flaw(original, PhotoFitting(rules, capacity: 300)) == .doesNotFit(limit: 300))
    }

    @Test func cropping() {
        #expect(fitting.crop(width: 102, height: 126) == Picture.Area(x: 0, y: 0, width: 102, height: 126))
        #expect(fitting.crop(width: 1020, height: 1260) == Picture.Area(x: 0, y: 0, width: 1020, height: 1260))
        // From a wide picture as much to the left as to the right; from a tall one a fifth above, the rest below.
        #expect(fitting.crop(width: 1220, height: 1260) == Picture.Area(x: 100, y: 0, width: 1020, height: 1260))
        #expect(fitting.crop(width: 1020, height: 1360) == Picture.Area(x: 0, y: 20, width: 1020, height: 1260))
    }

    /// Every orientation of EXIF, each made from the same picture the other way round, ends as the same picture.
    @Test func orientation() throws {
        let upright = Picture(width: 2, height: 3, pixels: (0..<18).map { UInt8($0) })
        func pixel(_ picture: Picture, _ x: Int, _ y: Int) -> UInt8 { picture.pixels[(y * picture.width + x) * 3] }
        // Where the pixel at the top left of the stored picture belongs (EXIF 2.32 §4.6.5): row and column.
        let corners: [Int: (Int, Int)] = [
            1: (0, 0), 2: (1, 0), 3: (1, 2), 4: (0, 2), 5: (0, 0), 6: (2, 0), 7: (2, 1), 8: (0, 1),
        ]
        for (orientation, (x, y)) in corners {
            let turned = upright.upright(orientation: orientation)
            #expect((turned.width, turned.height) == (orientation >= 5 ? (3, 2) : (2, 3)))
            #expect(pixel(turned, x, y) == pixel(upright, 0, 0), "orientation \(orientation)")
            #expect(Set(turned.pixels) == Set(upright.pixels))
        }
        #expect(upright.upright(orientation: 6).upright(orientation: 8) == upright)
        let plain = try flag(204, 252)
        #expect(JPEGHeader(oriented(plain, 3))?.orientation == 3)
        let turned = try decoded(fitting.fit(oriented(plain, 3)))
        // Upside down: blue above, the bright part to the right.
        let top = (20 * 102 + 30) * 3
        #expect(turned.pixels[top + 2] > 150 && turned.pixels[top] < 100)
        #expect(turned.pixels[(20 * 102 + 95) * 3] > 200)
        // A picture laid down is as tall as it says it is.
        #expect(flaw(oriented(try flag(252, 204), 6)) == nil)
    }

    @Test func whatIsNoPhoto() throws {
        let good = try original("99324919550531080X")
        #expect(flaw([]) == .empty)
        #expect(flaw(Array("GIF89a not a jpeg".utf8)) == .notJPEG)
        #expect(flaw([0x89, 0x50, 0x4E, 0x47]) == .notJPEG)
        #expect(flaw(Array("x".utf8) + good) == .notJPEG)
        #expect(flaw([0xFF, 0xD8, 0xFF]) == .notJPEG)
        #expect(flaw(Array(good.prefix(good.count / 2))) == .damaged)
        #expect(flaw(Array(good.prefix(100))) == .notJPEG, "it ends before it says its size")
        #expect(throws: PhotoFlaw.missing) { try PhotoFile(path: "/nowhere.jpg") }
        #expect(throws: PhotoFlaw.unreadable) { try PhotoFile(path: NSTemporaryDirectory()) }
    }

    @Test func tinyWideAndTall() throws {
        #expect(flaw(try flag(76, 94)) == .tiny(width: 76, height: 94, neededWidth: 77, neededHeight: 95))
        #expect(flaw(try flag(78, 96)) == nil, "three quarters of the card's size are enough")
        #expect(flaw(try flag(400, 200)) == .wrongRatio(width: 400, height: 200, cropped: 60))
        guard case .wrongRatio = flaw(try flag(110, 260)) else {
            Issue.record("a strip is no portrait")
            return
        }
    }

    @Test func greyAndBlank() throws {
        let grey = try jpeg(204, 252) { x, y in
            let level = UInt8((x + y) % 256)
            return (level, level, level)
        }
        #expect(flaw(grey) == .grey)
        #expect(flaw(try jpeg(204, 252) { _, _ in (250, 250, 250) }) == .blank)
        #expect(flaw(try jpeg(102, 126, quality: 50) { _, _ in (90, 140, 60) }) == .blank, "also where it fits already")
        // A scan of a grey picture has a tint, the same all over.
        let tinted = try jpeg(204, 252) { x, y in
            let level = 40 + (x + y) % 180
            return (UInt8(level + 12), UInt8(level), UInt8(level - 12))
        }
        #expect(flaw(tinted) == .grey)
    }

    @Test func componentsTheCardCannotShow() throws {
        var jpeg = try flag(204, 252)
        let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg[frame + 9] = 4
        #expect(flaw(jpeg) == .printColours)
        jpeg[frame + 9] = 1
        #expect(flaw(jpeg) == .grey)
        jpeg[frame + 9] = 2
        #expect(flaw(jpeg) == .notJPEG)
    }

    /// A header may claim any size; memory must not follow it.
    @Test func hugePictureOfFewBytes() throws {
        var jpeg = try original("99324919550531080X")
        let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(
            flaw(jpeg) == .tooManyPixels(width: 65535, height: 65535, limit: PhotoFitting.mostPixels))
    }

    /// Whatever a byte is changed to: a photo that fits or a flaw, and no trap.
    @Test func hostileBytes() throws {
        let sample = try PhotoFile(path: Repository.sampleBatch + "/photos/990059199606299731.jpg").bytes
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 2..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let fitted = try? fitting.fit(bytes) { #expect(fitted.count <= 3072) }
        }
    }
}
