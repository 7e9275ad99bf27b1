import CTurboJPEG
import CardProfiles

/// Makes of a picture the photo of a card (`Docs/photos.md`, `Docs/card.md §5.4`, item 385): cropped to the card's
/// ratio, at the profile's size, in the best quality whose bytes fit the item.
///
/// The same picture gives the same bytes every time. A photo that is right already is taken byte for byte, but for what
/// a camera notes in it (EXIF: place, time, device, a second picture).
public struct PhotoFitting: Sendable {
    /// Bytes a picture may have.
    public static let longestFile = 16 << 20
    /// Pixels a picture may have: a large camera's. More is a decompression bomb.
    public static let mostPixels = 40_000_000

    private let rules: PortraitRules
    /// Bytes the item holds.
    private let capacity: Int

    /// - Parameter capacity: bytes of JPEG the photo item holds.
    public init(_ rules: PortraitRules, capacity: Int) {
        self.rules = rules
        self.capacity = capacity
    }

    /// As the profile says it.
    public init(profile: CardProfile) {
        self.init(profile.application.portrait, capacity: profile.item(profile.application.photo)?.capacity ?? 0)
    }

    /// The bytes that go onto the card.
    ///
    /// - Throws: why the picture shows nobody, or nobody well enough.
    public func fit(_ file: [UInt8]) throws(PhotoFlaw) -> [UInt8] {
        guard file.count <= Self.longestFile else { throw .fileTooLong(bytes: file.count, limit: Self.longestFile) }
        guard !file.isEmpty else { throw .empty }
        guard let turned = JPEGHeader(file) else { throw .notJPEG }
        // How the camera was held is one of its notes: those of a picture that is to be turned stay until it is.
        let jpeg = turned.orientation == 1 ? JPEGHeader.withoutNotes(file) : file
        guard let header = JPEGHeader(jpeg) else { throw .notJPEG }
        guard header.width * header.height <= Self.mostPixels else {
            throw .tooManyPixels(width: header.width, height: header.height, limit: Self.mostPixels)
        }
        if header.components == 1 { throw .grey }
        guard header.components == 3 else { throw header.components == 4 ? .printColours : .notJPEG }
        let isTurned = header.orientation >= 5
        let (width, height) = isTurned ? (header.height, header.width) : (header.width, header.height)
        let isKept = isKept(jpeg, header)
        if isKept { try checkSize(width: width, height: height) } else { try checkCrop(width: width, height: height) }
        let scaled = try PhotoCodec.decode(jpeg, header, atLeast: 2 * max(rules.width, rules.height))
        let upright = scaled.upright(orientation: header.orientation)
        let fitted =
            isKept
            ? upright
            : upright.resampled(
                crop(width: upright.width, height: upright.height), width: rules.width, height: rules.height)
        let spread = fitted.spread
        guard spread.brightness >= Double(rules.leastContrast) else { throw .blank }
        guard spread.colour >= Double(rules.leastColour) else { throw .grey }
        return isKept ? jpeg : try compress(fitted)
    }

    // MARK: Size and ratio

    /// Whether the picture is a card's photo already.
    private func isKept(_ jpeg: [UInt8], _ header: JPEGHeader) -> Bool {
        guard jpeg.count <= capacity, header.isBaseline, header.orientation == 1 else { return false }
        // |w/h ÷ W/H - 1| ≤ tolerance, in whole numbers.
        let (own, wanted) = (header.width * rules.height, header.height * rules.width)
        return abs(own - wanted) * 100 <= wanted * rules.keptRatioTolerance
    }

    private func checkSize(width: Int, height: Int) throws(PhotoFlaw) {
        guard width * 100 >= rules.width * rules.smallestScale, height * 100 >= rules.height * rules.smallestScale
        else {
            throw .tiny(
                width: width, height: height, neededWidth: (rules.width * rules.smallestScale + 99) / 100,
                neededHeight: (rules.height * rules.smallestScale + 99) / 100)
        }
    }

    private func checkCrop(width: Int, height: Int) throws(PhotoFlaw) {
        let area = crop(width: width, height: height)
        let cropped = 100 - area.width * area.height * 100 / (width * height)
        guard cropped <= rules.mostCropped else { throw .wrongRatio(width: width, height: height, cropped: cropped) }
        try checkSize(width: area.width, height: area.height)
    }

    /// The largest part of the card's ratio: in the middle of a wide picture; of a tall one higher up, for a portrait
    /// has its head in the upper half.
    func crop(width: Int, height: Int) -> Picture.Area {
        if width * rules.height > height * rules.width {
            let kept = max(1, (height * rules.width + rules.height / 2) / rules.height)
            return Picture.Area(x: (width - kept) / 2, y: 0, width: kept, height: height)
        }
        let kept = max(1, min(height, (width * rules.height + rules.width / 2) / rules.width))
        return Picture.Area(x: 0, y: (height - kept) * rules.headroom / 100, width: width, height: kept)
    }

    // MARK: Compression

    /// The best of both samplings of colour: halving it leaves more bytes for the brightness, which the eye follows, but
    /// a picture that compresses well has no need of that.
    func compress(_ picture: Picture) throws(PhotoFlaw) -> [UInt8] {
        try PhotoCodec.load()
        var best: (jpeg: [UInt8], difference: Double)?
        for halvesColour in [true, false] {
            guard let jpeg = largest(picture, halvesColour: halvesColour), let header = JPEGHeader(jpeg) else {
                continue
            }
            let shown = try PhotoCodec.decode(jpeg, header, atLeast: max(picture.width, picture.height))
            let difference = shown.difference(from: picture)
            if best.map({ difference < $0.difference }) ?? true { best = (jpeg, difference) }
        }
        guard let best else { throw .doesNotFit(limit: capacity) }
        return best.jpeg
    }

    /// The bytes of the highest quality that fits.
    private func largest(_ picture: Picture, halvesColour: Bool) -> [UInt8]? {
        var found: [UInt8]?
        var (low, high) = (1, 100)
        while low <= high {
            let quality = (low + high) / 2
            if let jpeg = PhotoCodec.encode(
                picture, quality: quality, halvesColour: halvesColour, capacity: capacity)
            {
                found = jpeg
                low = quality + 1
            } else {
                high = quality - 1
            }
        }
        return found
    }
}
