import CardProfiles

/// A portrait of nobody, for test cards: test people have no photo, and nobody's picture is borrowed for them.
public enum DrawnPortrait {
    /// Drawn so many times larger, then made smaller: edges are smooth.
    private static let scale = 3

    /// A photo as the profile wants it. The same seed gives the same bytes.
    public static func jpeg(seed: UInt64, profile: CardProfile) throws(PhotoFlaw) -> [UInt8] {
        let portrait = profile.application.portrait
        let picture = draw(seed: seed, width: portrait.width * scale, height: portrait.height * scale)
        let whole = Picture.Area(x: 0, y: 0, width: picture.width, height: picture.height)
        return try PhotoFitting(profile: profile).compress(
            picture.resampled(whole, width: portrait.width, height: portrait.height))
    }

    private typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    private static let skins: [Colour] = [(238, 205, 176), (224, 184, 150), (205, 160, 125)]
    private static let hairs: [Colour] = [(28, 24, 22), (52, 38, 30), (120, 118, 116)]
    private static let clothes: [Colour] = [(38, 62, 104), (110, 34, 40), (44, 88, 66), (82, 82, 90)]

    /// An ellipse for each part, the hindmost first.
    private static func draw(seed: UInt64, width: Int, height: Int) -> Picture {
        func pick<Value>(_ values: [Value], _ shift: UInt64) -> Value {
            values[Int((seed >> shift) % UInt64(values.count))]
        }
        let (skin, hair, cloth) = (pick(skins, 0), pick(hairs, 3), pick(clothes, 7))
        let hairline = 30 + Int((seed >> 11) % 6)
        let face = 40 + Int((seed >> 14) % 4)
        // Percent of width and height: middle, half-axes.
        let parts: [(x: Int, y: Int, a: Int, b: Int, colour: Colour)] = [
            (50, 104, 44, 34, cloth), (50, 72, 11, 16, skin), (50, 41, 26, 27, hair), (50, 46, 22, 25, skin),
            (50, hairline - 8, 22, 12, hair), (41, face + 3, 3, 2, (40, 30, 28)), (59, face + 3, 3, 2, (40, 30, 28)),
            (50, 61, 7, 2, (176, 84, 80)),
        ]
        var pixels = [UInt8](repeating: 250, count: width * height * 3)
        for part in parts {
            let (x, y) = (part.x * width / 100, part.y * height / 100)
            let (a, b) = (max(1, part.a * width / 100), max(1, part.b * height / 100))
            for row in max(0, y - b)..<max(0, min(height, y + b)) {
                for column in max(0, x - a)..<max(0, min(width, x + a)) {
                    let (dx, dy) = (column - x, row - y)
                    guard dx * dx * b * b + dy * dy * a * a <= a * a * b * b else { continue }
                    let place = (row * width + column) * 3
                    pixels[place] = part.colour.red
                    pixels[place + 1] = part.colour.green
                    pixels[place + 2] = part.colour.blue
                }
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}
