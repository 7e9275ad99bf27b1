/// Pixels in RGB, a byte each, row by row from the top.
struct Picture: Equatable {
    let width: Int
    let height: Int
    /// `width` × `height` × 3 bytes.
    let pixels: [UInt8]

    /// A part of a picture, in pixels.
    struct Area: Equatable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
    }

    /// The picture as the camera was held, by the orientation of EXIF (2.32 §4.6.5, tag 0112); others than 2 to 8 leave
    /// it as it is.
    func upright(orientation: Int) -> Picture {
        guard (2...8).contains(orientation) else { return self }
        let isTurned = orientation >= 5
        let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
        var turned = [UInt8](repeating: 0, count: pixels.count)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let (fromX, fromY) =
                    switch orientation {
                    case 2: (width - 1 - x, y)
                    case 3: (width - 1 - x, height - 1 - y)
                    case 4: (x, height - 1 - y)
                    case 5: (y, x)
                    case 6: (y, height - 1 - x)
                    case 7: (width - 1 - y, height - 1 - x)
                    default: (width - 1 - y, x)
                    }
                let from = (fromY * width + fromX) * 3
                let to = (y * newWidth + x) * 3
                turned[to] = pixels[from]
                turned[to + 1] = pixels[from + 1]
                turned[to + 2] = pixels[from + 2]
            }
        }
        return Picture(width: newWidth, height: newHeight, pixels: turned)
    }

    /// A part of the picture at another size: bicubic (Catmull-Rom), widened where it gets smaller, so that every pixel
    /// of the original counts. Whole numbers throughout: the same bytes on every machine.
    func resampled(_ area: Area, width newWidth: Int, height newHeight: Int) -> Picture {
        let across = Resampling(from: area.x, count: area.width, to: newWidth)
        let down = Resampling(from: area.y, count: area.height, to: newHeight)
        // Rows first, only those that are needed.
        var rows = [UInt8](repeating: 0, count: newWidth * area.height * 3)
        for y in 0..<area.height {
            let row = (area.y + y) * width * 3
            for x in 0..<newWidth {
                for channel in 0..<3 {
                    rows[(y * newWidth + x) * 3 + channel] = across.value(at: x) { pixels[row + $0 * 3 + channel] }
                }
            }
        }
        var result = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
        for y in 0..<newHeight {
            for column in 0..<newWidth * 3 {
                result[y * newWidth * 3 + column] = down.value(at: y) {
                    rows[($0 - area.y) * newWidth * 3 + column]
                }
            }
        }
        return Picture(width: newWidth, height: newHeight, pixels: result)
    }

    /// How far brightness and colour spread: standard deviations of Y, and of Cb and Cr together, in steps of 255.
    var spread: (brightness: Double, colour: Double) {
        // Y, Cb and Cr are sums of red, green and blue: their variances follow from sums that are whole numbers.
        var (r, g, b, rr, gg, bb, rg, rb, gb) = (0, 0, 0, 0, 0, 0, 0, 0, 0)
        pixels.withUnsafeBufferPointer { pixels in
            for index in 0..<pixels.count / 3 {
                let (red, green, blue) = (
                    Int(pixels[3 * index]), Int(pixels[3 * index + 1]), Int(pixels[3 * index + 2])
                )
                r += red
                g += green
                b += blue
                rr += red * red
                gg += green * green
                bb += blue * blue
                rg += red * green
                rb += red * blue
                gb += green * blue
            }
        }
        let count = Double(max(1, width * height))
        func covariance(_ products: Int, _ one: Int, _ other: Int) -> Double {
            Double(products) / count - Double(one) / count * (Double(other) / count)
        }
        let (vrr, vgg, vbb) = (covariance(rr, r, r), covariance(gg, g, g), covariance(bb, b, b))
        let (vrg, vrb, vgb) = (covariance(rg, r, g), covariance(rb, r, b), covariance(gb, g, b))
        func variance(_ red: Double, _ green: Double, _ blue: Double) -> Double {
            let squares = red * red * vrr + green * green * vgg + blue * blue * vbb
            return max(0, squares + 2 * (red * green * vrg + red * blue * vrb + green * blue * vgb))
        }
        let brightness = variance(0.299, 0.587, 0.114)
        let blueness = variance(-0.299 * 0.564, -0.587 * 0.564, 0.886 * 0.564)
        let redness = variance(0.701 * 0.713, -0.587 * 0.713, -0.114 * 0.713)
        return (brightness.squareRoot(), (blueness + redness).squareRoot())
    }

    /// The mean of the squared differences of all bytes; infinite for pictures of different sizes.
    func difference(from other: Picture) -> Double {
        guard width == other.width, height == other.height, !pixels.isEmpty else { return .infinity }
        var sum = 0
        for index in pixels.indices {
            let difference = Int(pixels[index]) - Int(other.pixels[index])
            sum += difference * difference
        }
        return Double(sum) / Double(pixels.count)
    }
}

/// Which of the old pixels make one new pixel along one side, and how much each counts.
private struct Resampling {
    private static let one = 1 << 16
    /// By new pixel: the first old one, and the weights of it and those that follow; their sum is `one`.
    private let weights: [(first: Int, weights: [Int])]

    init(from start: Int, count: Int, to newCount: Int) {
        let scale = Double(count) / Double(newCount)
        // The kernel is two old pixels wide to each side, more when the picture gets smaller.
        let width = max(1, scale)
        weights = (0..<newCount).map { index in
            let centre = (Double(index) + 0.5) * scale
            let first = max(0, Int((centre - 2 * width).rounded(.down)))
            let last = min(count - 1, Int((centre + 2 * width).rounded(.down)))
            let exact = (first...max(first, last)).map { Self.kernel((Double($0) + 0.5 - centre) / width) }
            let sum = exact.reduce(0, +)
            var rounded = exact.map { Int(($0 / sum * Double(Self.one)).rounded()) }
            // What rounding took or gave goes to the middle.
            rounded[rounded.count / 2] += Self.one - rounded.reduce(0, +)
            return (start + first, rounded)
        }
    }

    private static func kernel(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }

    @inline(__always)
    func value(at index: Int, _ pixel: (Int) -> UInt8) -> UInt8 {
        let (first, weights) = weights[index]
        var sum = Self.one / 2
        for (offset, weight) in weights.enumerated() { sum += Int(pixel(first + offset)) * weight }
        return UInt8(clamping: sum >> 16)
    }
}
