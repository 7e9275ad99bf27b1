import CardProfiles

/// Texts that fit and still hurt: the longest, the rarest, the shortest.
struct AwkwardTexts {
    private static let common = Array("测试示范市第一人民医院河东社区城关镇卫生服务中心青山路号楼单元室")
    private static let surnames = Array("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
    private static let given = Array("伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞")
    /// In GBK, and in few fonts.
    private static let rare = Array("堃喆犇骉龘靐镕玥瞾甪")
    private static let places = ["示范卫生服务中心", "第一人民医院", "河东社区", "城关镇卫生院"]

    private let seed: Int

    init(seed: UInt64) { self.seed = Int(seed % 1_000_003) }

    /// What one text after the other tries.
    func text(of capacity: Int, _ index: Int) -> String {
        switch index % 6 {
        case 0: return filled(capacity, with: Self.common, index)
        case 1: return String(repeating: "9", count: max(1, min(capacity, 11)))
        case 2: return filled(capacity, with: encodable(Self.rare), index)
        case 3: return mixed(capacity)
        case 4: return "1"
        default: return filled(max(2, capacity / 2), with: Self.common, index)
        }
    }

    /// The same, as far as the form of an item takes it.
    func text(of capacity: Int, _ form: ItemForm?, _ index: Int) -> String {
        guard let form else { return text(of: capacity, index) }
        if form.characters != .any {
            let most = min(form.digits?.upperBound ?? capacity, capacity)
            return digits(min(form.digits?.lowerBound ?? 1, most)...most, index)
        }
        let text = text(of: capacity, index)
        return form.characterProblem(in: text) == nil ? text : filled(capacity, with: Self.common, index)
    }

    /// Two bytes a character, to the last byte.
    private func filled(_ capacity: Int, with characters: [Character], _ index: Int) -> String {
        guard capacity >= 2 else { return "1" }
        let count = capacity / 2
        let start = seed + index * 7
        let text = String((0..<count).map { characters[(start + $0) % characters.count] })
        return capacity % 2 == 0 ? text : text + "A"
    }

    /// A name as it is written in Xinjiang, with Latin and full-width letters, cut where the field ends.
    private func mixed(_ capacity: Int) -> String {
        var text = ""
        var bytes = 0
        for character in "阿卜杜拉·买买提 Ab-9（ＡＢＣ）①" {
            let width = character.isASCII ? 1 : 2
            guard bytes + width <= capacity else { break }
            text.append(character)
            bytes += width
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text.isEmpty ? "A" : text
    }

    private func encodable(_ characters: [Character]) -> [Character] {
        let found = characters.filter { (try? GBK.encode(String($0))) != nil }
        return found.isEmpty ? Self.common : found
    }

    func name(_ index: Int) -> String {
        let first = Self.surnames[(seed + index) % Self.surnames.count]
        return String([first, Self.given[(seed + index * 3) % Self.given.count]])
    }

    func place(_ index: Int) -> String { Self.places[index % Self.places.count] }

    func digits(_ range: ClosedRange<Int>, _ index: Int) -> String {
        let (least, most) = (max(1, range.lowerBound), max(1, range.upperBound))
        switch index % 3 {
        case 0: return String(repeating: "9", count: most)
        case 1: return String(repeating: "0", count: least)
        default: return String((0..<most).map { Character(String(($0 + 1) % 10)) })
        }
    }
}

/// Days on which programs go wrong.
struct AwkwardDates {
    let issueDate: CalendarDate
    let adultYears: Int

    /// Newborn, of age today, of age tomorrow, a leap day, the first and the last day of a year, a very old person; then
    /// ordinary ones.
    func birthDate(_ index: Int) -> CalendarDate {
        let edges: [CalendarDate?] = [
            CalendarDate(year: 1985, month: 6, day: 15), issueDate,
            CalendarDate(year: issueDate.year - adultYears, month: issueDate.month, day: min(28, issueDate.day)),
            dayAfter(
                CalendarDate(year: issueDate.year - adultYears, month: issueDate.month, day: min(28, issueDate.day))),
            CalendarDate(year: 2000, month: 2, day: 29), CalendarDate(year: 1999, month: 12, day: 31),
            CalendarDate(year: 2000, month: 1, day: 1), CalendarDate(year: 1911, month: 10, day: 10),
        ]
        let ordinary = CalendarDate(year: 1935 + index * 7 % 70, month: 1 + index % 12, day: 1 + index * 5 % 28)
        return (edges.indices.contains(index) ? edges[index] : ordinary) ?? ordinary ?? issueDate
    }

    private func dayAfter(_ date: CalendarDate?) -> CalendarDate? {
        guard let date else { return nil }
        return CalendarDate(year: date.year, month: date.month, day: date.day + 1)
            ?? CalendarDate(year: date.year, month: date.month + 1, day: 1)
            ?? CalendarDate(year: date.year + 1, month: 1, day: 1)
    }

    /// The first 29 February somebody has lived, or the day of issue.
    func leapDay(after birthDate: CalendarDate) -> CalendarDate {
        for year in stride(from: birthDate.year, through: issueDate.year, by: 1) {
            if let day = CalendarDate(year: year, month: 2, day: 29), day >= birthDate, day <= issueDate { return day }
        }
        return issueDate
    }
}
