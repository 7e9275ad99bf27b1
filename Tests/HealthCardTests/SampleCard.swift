import CardProfiles
import Foundation
import HealthCard
import ISO7816

/// One invented holder, with a visit of each kind.
enum SampleCard {
    /// The longest picture there can be, its length before it: begun and ended as a JPEG file.
    static let longestPhoto =
        [0x0C, 0x00, 0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 3_068) + [0xFF, 0xD9]

    static let picture: [UInt8] = [0xFF, 0xD8] + (0..<2_900).map { UInt8(truncatingIfNeeded: $0 &* 7) } + [0xFF, 0xD9]

    static let values: [String: String] = [
        "issuer.cardCategory": "1", "issuer.specificationVersion": "1.1", "issuer.issuerName": "测试省卫生厅",
        "issuer.issuerCode": "990100000", "issuer.issueDate": "2026-10-12", "issuer.cardNumber": "99646919970325667X",
        "issuer.securityCode": "667", "issuer.issueSerial": "0405060708", "issuer.cityCode": "990100",
        "holder.name": "阿卜杜拉·买买提", "holder.sex": "1", "holder.nation": "05", "holder.birthDate": "1997-03-25",
        "holder.idNumber": "99646919970325667X",
        "photo.photo": Data(picture).base64EncodedString(),
        "validity.validUntil": "2036-10-12", "validity.phone1": "18865589240", "validity.payment1": "2",
        "address.addressType1": "1", "address.address1": "测试省示范市第28街道215号387室",
        "contacts.contactName1": "傅玲", "contacts.contactRelation1": "1", "contacts.contactPhone1": "17826692643",
        "occupation.education": "2", "occupation.maritalStatus": "10", "occupation.occupation": "5",
        "documents.documentType": "01", "documents.documentNumber": "99646919970325667X",
        "clinical.bloodABO": "2", "clinical.bloodRh": "1", "clinical.diabetes": "true",
        "allergies[1].allergen": "花生", "allergies[1].allergyReaction": "皮疹",
        "immunizations[1].vaccine": "卡介苗", "immunizations[1].vaccinationDate": "1997-05-04",
        "immunizations[2].vaccine": "乙肝疫苗", "immunizations[2].vaccinationDate": "1997-06-04",
    ]

    static let visits: [String: String] = [
        "inpatientIndex[2].inpatientValid": "true", "outpatientIndex[5].outpatientValid": "true",
        "inpatient[2].hospitalName": "测试省人民医院", "inpatient[2].admissionDate": "2026-09-30",
        "inpatient[2].admissionCount": "2", "inpatient[2].autopsy": "false", "inpatient[2].followUp": "true",
        "inpatient[2].diagnoses[2].name": "肺炎", "inpatient[2].diagnoses[2].code": "J18.9",
        "inpatient[2].feeTotal": "12345.60", "inpatient[2].fees[1].amount": "0.05",
        "outpatient[5].facilityName": "社区卫生服务中心", "outpatient[5].visitTime": "2026-10-08T09:30:00",
        "outpatient[5].drugs[1].name": "阿莫西林", "outpatient[5].drugs[1].dose": "0.50",
        "outpatient[5].drugs[2].name": "布洛芬",
        // Never listed: its index does not call it valid.
        "outpatient[1].facilityName": "旧记录",
    ]

    static func card(_ profile: CardProfile, visits: Bool = false) throws -> ScriptedCard {
        try ScriptedCard(profile, values: visits ? values.merging(self.visits) { $1 } : values)
    }

    /// A session that knows nothing of other cards, unless it is given a memory.
    static func session(
        _ card: any CardChannel, _ profile: CardProfile, habits: (any CardHabitMemory)? = nil
    ) throws -> HealthCardSession {
        HealthCardSession(
            channel: card, profile: profile, securityModule: try SoftwareSecurityModule.testKeys(profile),
            habits: habits)
    }

    static let json = """
        {"issuer":{"cardCategory":"1","specificationVersion":"1.1","issuerName":"测试省卫生厅","issuerCode":"990100000",\
        "issueDate":"2026-10-12","cardNumber":"99646919970325667X","securityCode":"667","issueSerial":"0405060708",\
        "cityCode":"990100"},\
        "holder":{"name":"阿卜杜拉·买买提","sex":"1","nation":"05","birthDate":"1997-03-25",\
        "idNumber":"99646919970325667X"},\
        "photo":"\(Data(picture).base64EncodedString())",\
        "validity":{"validUntil":"2036-10-12","phone1":"18865589240","payment1":"2"},\
        "address":{"addressType1":"1","address1":"测试省示范市第28街道215号387室"},\
        "contacts":{"contactName1":"傅玲","contactRelation1":"1","contactPhone1":"17826692643"},\
        "occupation":{"education":"2","maritalStatus":"10","occupation":"5"},\
        "documents":{"documentType":"01","documentNumber":"99646919970325667X"},\
        "clinical":{"bloodABO":"2","bloodRh":"1","asthma":false,"heartDisease":false,\
        "cardiocerebrovascular":false,"epilepsy":false,"coagulationDisorder":false,"diabetes":true,"glaucoma":false,\
        "dialysis":false,"organTransplant":false,"organLoss":false,"prosthesis":false,"pacemaker":false},\
        "special":{"psychiatric":false},\
        "allergies":[{"allergen":"花生","allergyReaction":"皮疹"}],\
        "immunizations":[{"vaccine":"卡介苗","vaccinationDate":"1997-05-04"},\
        {"vaccine":"乙肝疫苗","vaccinationDate":"1997-06-04"}],\
        "inpatient":[],"outpatient":[]}
        """
}
