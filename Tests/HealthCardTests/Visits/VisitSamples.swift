import CardProfiles
import HealthCard
import Testing

/// Invented visits: whole records by hand, and random ones that fill every item.
enum VisitSamples {
    static func layout(_ kind: VisitKind, of profile: CardProfile? = nil) throws -> VisitLayout {
        try VisitLayout(kind, of: profile ?? TestProfile.shared)
    }

    static let outpatient: OutpatientRecord? = {
        guard let time = CalendarDateTime("2026-10-08T09:30:00"), let onset = CalendarDateTime("2026-10-07T22:15:00")
        else { return nil }
        var record = OutpatientRecord(
            facilityName: "测试省示范市社区卫生服务中心", facilityCode: "99010012-3", visitTime: time,
            outpatientNumber: "MZ2026100800017", department: "全科医疗科", payment: "3")
        var symptom = OutpatientRecord.Symptom()
        symptom.name = "发热"
        symptom.code = "R50.9"
        symptom.diagnosedDate = time.date
        symptom.diagnosisName = "急性上呼吸道感染"
        symptom.diagnosisCode = "J06.9"
        symptom.onsetTime = onset
        symptom.durationMinutes = 675
        record.symptoms = [symptom]
        var test = OutpatientRecord.Test()
        test.name = "白细胞计数"
        test.resultCode = "2"
        test.quantity = Amount("7.30")
        test.unit = "10^9/L"
        test.code = "6690-2"
        record.tests = [test]
        var drug = OutpatientRecord.Drug()
        drug.name = "对乙酰氨基酚片"
        drug.form = "01"
        drug.days = 3
        drug.frequency = "一日三次"
        drug.doseUnit = "g"
        drug.dose = Amount("0.50")
        drug.totalDose = Amount("4.50")
        drug.route = "1"
        record.drugs = [drug]
        var fee = OutpatientRecord.Fee()
        fee.category = "西药费"
        fee.categoryCode = "01"
        fee.amount = Amount("12.80")
        record.fees = [fee]
        return record
    }()

    static let inpatient: InpatientRecord? = {
        guard let admission = CalendarDate("2026-09-21"), let discharge = CalendarDate("2026-09-30") else { return nil }
        var record = InpatientRecord(
            hospitalName: "测试省人民医院", hospitalCode: "99010001-7", admissionDate: admission, admissionCount: 2,
            medicalRecordNumber: "ZY0099001234", admissionDepartment: "呼吸内科", admissionCondition: "1",
            dischargeDate: discharge, dischargeDepartment: "呼吸内科", stayDays: 9)
        var diagnosis = InpatientRecord.Diagnosis()
        diagnosis.name = "肺炎"
        diagnosis.code = "J18.9"
        diagnosis.confirmedDate = CalendarDate("2026-09-22")
        diagnosis.typeCode = "1"
        diagnosis.outcome = "1"
        var second = InpatientRecord.Diagnosis()
        second.name = "2型糖尿病"
        record.diagnoses = [diagnosis, second]
        var transfusion = InpatientRecord.Transfusion()
        transfusion.product = "1"
        transfusion.amount = 200
        transfusion.unit = "mL"
        record.transfusions = [transfusion]
        record.followUp = true
        record.payment = "1"
        var fee = InpatientRecord.Fee()
        fee.category = "床位费"
        fee.categoryCode = "1"
        fee.amount = Amount("450.00")
        record.fees = [fee]
        record.feeTotal = Amount("12345.60")
        return record
    }()

    static func content(_ kind: VisitKind) throws -> VisitContent {
        kind == .inpatient
            ? try #require(inpatient).content(TestProfile.shared) : try #require(outpatient).content(TestProfile.shared)
    }

    /// Every item with a value, the longest ones as well, none of them against another.
    static func random(
        _ kind: VisitKind, seed: UInt64, bars: Bool = false, of profile: CardProfile? = nil
    ) throws -> VisitContent {
        var generator = Generator(state: seed)
        var content = try VisitContent(layout(kind, of: profile))
        for item in content.layout.items {
            let value = try #require(value(of: item, content.layout.profile, &generator, bars: bars), "\(item.name)")
            try content.set(value, for: item)
        }
        try settle(&content, &generator)
        return content
    }

    /// Everything on one day, while the certificate of the test SAM is valid, and counts that go together.
    private static func settle(_ content: inout VisitContent, _ generator: inout Generator) throws {
        let day = try #require(
            CalendarDate(year: 2026, month: 10, day: .random(in: 9...28, using: &generator)))
        func set(_ name: String, _ range: ClosedRange<Int>) throws {
            guard let item = content.layout.item(named: name) else { return }
            try content.set(.number(.random(in: range, using: &generator)), for: item)
        }
        for item in content.layout.items {
            switch item.format {
            case .date: try content.set(.date(day), for: item)
            case .dateTime:
                // Whoever comes has fallen ill before.
                let hours = item.group == nil ? 12...23 : 0...11
                let time = CalendarDateTime(
                    date: day, hour: .random(in: hours, using: &generator),
                    minute: .random(in: 0...59, using: &generator), second: .random(in: 0...59, using: &generator))
                try content.set(time.map { .dateTime($0) }, for: item)
            default: continue
            }
        }
        try set("stayDays", 0...1)
        try set("rescueCount", 100...9999)
        try set("rescueSuccessCount", 0...100)
    }

    /// 丨 and others have a bar as their second byte.
    private static let characters = Array("测试肺炎·AZ 09.-/亅亊亐鈥饇騶诊断")

    private static func value(
        of item: Item, _ profile: CardProfile, _ generator: inout Generator, bars: Bool
    ) throws -> ItemValue? {
        func digits(_ count: Int, _ generator: inout Generator) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
        }
        switch item.format {
        case .text, .idNumber:
            var text = ""
            let wanted = Int.random(in: 1...item.length, using: &generator)
            let pool = characters + (bars ? ["|"] : [])
            while let next = pool.randomElement(using: &generator),
                let bytes = try? GBK.encode(text + String(next)), bytes.count <= wanted
            {
                text.append(next)
            }
            // Blanks around a text are not kept, and the form of an item may not take all of this.
            text = EnteredText.trimmed(text)
            if profile.form(of: item)?.characterProblem(in: text) != nil { text = "" }
            return .text(text.isEmpty ? "A" : text)
        case .digits:
            return .digits(digits(Int.random(in: item.digits, using: &generator), &generator))
        case .number:
            return .number(Int(digits(Int.random(in: 1...item.digits.upperBound, using: &generator), &generator)) ?? 0)
        case .amount:
            let count = Int.random(in: (item.decimals + 1)...item.digits.upperBound, using: &generator)
            let whole = Int(digits(count - item.decimals, &generator)) ?? 0
            return .amount("\(whole).\(digits(item.decimals, &generator))")
        case .code(let table):
            return profile.codeTables[table]?.entries.randomElement(using: &generator).map { .code($0.code) }
        case .date:
            return date(&generator).map { .date($0) }
        case .dateTime:
            return date(&generator).flatMap {
                CalendarDateTime(
                    date: $0, hour: .random(in: 0...23, using: &generator),
                    minute: .random(in: 0...59, using: &generator),
                    second: .random(in: 0...59, using: &generator))
            }.map { .dateTime($0) }
        case .flag:
            return .flag(Bool.random(using: &generator))
        case .binary, .photo:
            return nil
        }
    }

    private static func date(_ generator: inout Generator) -> CalendarDate? {
        CalendarDate(
            year: .random(in: 2026...2045, using: &generator), month: .random(in: 1...12, using: &generator),
            day: .random(in: 1...28, using: &generator))
    }
}

/// SplitMix64: the same numbers every time.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
