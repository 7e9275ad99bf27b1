import CardProfiles

/// A visit to an outpatient department (`Docs/card.md §1.6`, `Docs/items.md`), complete but for what writing makes:
/// signature and certificate.
///
/// Codes are those of the profile's tables, as text; an absent value is nil, an absent flag false. The profile says
/// how many entries each group may have and which members of a first entry are required.
public struct OutpatientRecord: VisitRecord {
    public static let kind = VisitKind.outpatient

    /// 就诊机构名称
    public var facilityName: String
    /// 就诊机构组织机构代码
    public var facilityCode: String
    /// 就诊日期时间
    public var visitTime: CalendarDateTime
    /// 门诊号
    public var outpatientNumber: String
    /// 就医科室名称
    public var department: String
    /// 医疗付款方式代码
    public var payment: String
    @VisitGroup public var symptoms: [Symptom]
    @VisitGroup public var tests: [Test]
    @VisitGroup public var drugs: [Drug]
    @VisitGroup public var surgeries: [Surgery]
    @VisitGroup public var fees: [Fee]

    /// A record with its required items; the others are set one by one.
    public init(
        facilityName: String, facilityCode: String, visitTime: CalendarDateTime, outpatientNumber: String,
        department: String, payment: String
    ) {
        self.facilityName = facilityName
        self.facilityCode = facilityCode
        self.visitTime = visitTime
        self.outpatientNumber = outpatientNumber
        self.department = department
        self.payment = payment
    }

    public struct Symptom: Codable, Sendable, Hashable {
        /// 门诊症状名称
        public var name: String?
        /// 门诊症状代码
        public var code: String?
        /// 诊断日期
        public var diagnosedDate: CalendarDate?
        /// 门诊诊断名称
        public var diagnosisName: String?
        /// 门诊诊断代码
        public var diagnosisCode: String?
        /// 发病日期时间
        public var onsetTime: CalendarDateTime?
        /// 症状持续时间(min)
        public var durationMinutes: Int?

        public init() {}
    }

    public struct Test: Codable, Sendable, Hashable {
        /// 检查检验项目名称
        public var name: String?
        /// 检查检验结果代码
        public var resultCode: String?
        /// 检查检验定量结果
        public var quantity: Amount?
        /// 检查检验计量单位
        public var unit: String?
        /// 检查检验项目代码
        public var code: String?

        public init() {}
    }

    public struct Drug: Codable, Sendable, Hashable {
        /// 药物名称
        public var name: String?
        /// 药物剂型代码
        public var form: String?
        /// 用药天数
        public var days: Int?
        /// 药物使用频率
        public var frequency: String?
        /// 药物使用剂量单位
        public var doseUnit: String?
        /// 药物使用次剂量
        public var dose: Amount?
        /// 药物使用总剂量
        public var totalDose: Amount?
        /// 药物使用途径代码
        public var route: String?

        public init() {}
    }

    public struct Surgery: Codable, Sendable, Hashable {
        /// 手术操作名称
        public var name: String?
        /// 手术操作代码
        public var code: String?
        /// 手术操作日期
        public var date: CalendarDate?

        public init() {}
    }

    public struct Fee: Codable, Sendable, Hashable {
        /// 门诊费用分类名称
        public var category: String?
        /// 门诊费用分类代码
        public var categoryCode: String?
        /// 门诊费用金额
        public var amount: Amount?

        public init() {}
    }
}
