import CardProfiles

/// A stay in a hospital (`Docs/card.md §1.5`, `Docs/items.md`), complete but for what writing makes:
/// signature and certificate.
///
/// Codes are those of the profile's tables, as text; an absent value is nil, an absent flag false. The profile says
/// how many entries each group may have and which members of a first entry are required.
public struct InpatientRecord: VisitRecord {
    public static let kind = VisitKind.inpatient

    /// 住院机构名称
    public var hospitalName: String
    /// 住院机构组织机构代码
    public var hospitalCode: String
    /// 入院日期
    public var admissionDate: CalendarDate
    /// 住院次数
    public var admissionCount: Int
    /// 病案号
    public var medicalRecordNumber: String
    /// 入院科室名称
    public var admissionDepartment: String
    /// 入院病情代码
    public var admissionCondition: String
    /// 医院感染名称
    public var nosocomialInfection: String?
    /// 损伤和中毒外部原因
    public var injuryCause: String?
    @VisitGroup public var diagnoses: [Diagnosis]
    @VisitGroup public var transfusions: [Transfusion]
    /// 抢救次数
    public var rescueCount: Int?
    /// 抢救成功次数
    public var rescueSuccessCount: Int?
    /// 出院日期
    public var dischargeDate: CalendarDate
    /// 出院科室名称
    public var dischargeDepartment: String
    /// 住院天数
    public var stayDays: Int
    /// 尸检标志
    @VisitFlag public var autopsy: Bool
    /// 随诊标志
    @VisitFlag public var followUp: Bool
    /// 医疗付款方式代码
    public var payment: String?
    @VisitGroup public var fees: [Fee]
    /// 总费用
    public var feeTotal: Amount?
    /// 床位费
    public var feeBed: Amount?
    /// 护理费
    public var feeNursing: Amount?
    /// 西药费
    public var feeWesternMedicine: Amount?
    /// 中药费
    public var feeChineseMedicine: Amount?
    /// 化验费
    public var feeLaboratory: Amount?
    /// 诊疗费
    public var feeTreatment: Amount?
    /// 手术费
    public var feeSurgery: Amount?
    /// 检查费
    public var feeExamination: Amount?
    /// 其他费用
    public var feeOther: Amount?

    /// A record with its required items; the others are set one by one.
    public init(
        hospitalName: String, hospitalCode: String, admissionDate: CalendarDate, admissionCount: Int,
        medicalRecordNumber: String, admissionDepartment: String, admissionCondition: String,
        dischargeDate: CalendarDate, dischargeDepartment: String, stayDays: Int
    ) {
        self.hospitalName = hospitalName
        self.hospitalCode = hospitalCode
        self.admissionDate = admissionDate
        self.admissionCount = admissionCount
        self.medicalRecordNumber = medicalRecordNumber
        self.admissionDepartment = admissionDepartment
        self.admissionCondition = admissionCondition
        self.dischargeDate = dischargeDate
        self.dischargeDepartment = dischargeDepartment
        self.stayDays = stayDays
    }

    public struct Diagnosis: Codable, Sendable, Hashable {
        /// 血清学检查项目代码
        public var serologyItem: String?
        /// 血清学检查结果代码
        public var serologyResult: String?
        /// 疾病诊断名称
        public var name: String?
        /// 疾病诊断代码
        public var code: String?
        /// 确诊日期
        public var confirmedDate: CalendarDate?
        /// 诊断符合情况详细描述
        public var conformityText: String?
        /// 诊断符合情况代码
        public var conformityCode: String?
        /// 疾病诊断类型详细描述
        public var typeText: String?
        /// 疾病诊断类型代码
        public var typeCode: String?
        /// 治疗结果代码
        public var outcome: String?
        /// 手术操作名称
        public var procedureName: String?
        /// 手术操作代码
        public var procedureCode: String?
        /// 手术操作日期
        public var procedureDate: CalendarDate?
        /// 麻醉方法
        public var anesthesia: String?
        /// 麻醉方法代码
        public var anesthesiaCode: String?
        /// 手术切口愈合等级代码
        public var incisionHealing: String?

        public init() {}
    }

    public struct Transfusion: Codable, Sendable, Hashable {
        /// 输血品种代码
        public var product: String?
        /// 输血量
        public var amount: Int?
        /// 输血量计量单位
        public var unit: String?

        public init() {}
    }

    public struct Fee: Codable, Sendable, Hashable {
        /// 住院费用分类
        public var category: String?
        /// 住院费用分类代码
        public var categoryCode: String?
        /// 住院费用金额
        public var amount: Amount?

        public init() {}
    }
}
