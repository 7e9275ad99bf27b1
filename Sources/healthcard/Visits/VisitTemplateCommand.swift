import ArgumentParser
import CardProfiles
import HealthCard

struct VisitTemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Print an invented visit as JSON, to start from.",
        discussion: "All names are in Docs/items.md. Codes are those of the code tables in the profile.")

    @Flag var kind: VisitKindFlag

    mutating func run() throws { Terminal.print(kind == .inpatient ? Self.inpatient : Self.outpatient) }

    static let inpatient = """
        {
          "hospitalName": "测试省人民医院",
          "hospitalCode": "99010001-7",
          "admissionDate": "2026-09-21",
          "admissionCount": 2,
          "medicalRecordNumber": "ZY0099001234",
          "admissionDepartment": "呼吸内科",
          "admissionCondition": "1",
          "diagnoses": [
            {
              "name": "肺炎",
              "code": "J18.9",
              "confirmedDate": "2026-09-22",
              "typeCode": "1",
              "outcome": "1"
            }
          ],
          "transfusions": [
            {
              "product": "1",
              "amount": 200,
              "unit": "mL"
            }
          ],
          "rescueCount": 0,
          "dischargeDate": "2026-09-30",
          "dischargeDepartment": "呼吸内科",
          "stayDays": 9,
          "autopsy": false,
          "followUp": true,
          "payment": "1",
          "fees": [
            {
              "category": "床位费",
              "categoryCode": "1",
              "amount": "450.00"
            },
            {
              "category": "西药费",
              "categoryCode": "2",
              "amount": "1208.50"
            }
          ],
          "feeTotal": "1658.50",
          "feeBed": "450.00",
          "feeWesternMedicine": "1208.50"
        }
        """

    static let outpatient = """
        {
          "facilityName": "测试省示范市社区卫生服务中心",
          "facilityCode": "99010012-3",
          "visitTime": "2026-10-08T09:30:00",
          "outpatientNumber": "MZ2026100800017",
          "department": "全科医疗科",
          "payment": "3",
          "symptoms": [
            {
              "name": "发热",
              "code": "R50.9",
              "diagnosedDate": "2026-10-08",
              "diagnosisName": "急性上呼吸道感染",
              "diagnosisCode": "J06.9",
              "onsetTime": "2026-10-07T22:15:00",
              "durationMinutes": 675
            }
          ],
          "tests": [
            {
              "name": "白细胞计数",
              "resultCode": "2",
              "quantity": "7.30",
              "unit": "10^9/L",
              "code": "6690-2"
            }
          ],
          "drugs": [
            {
              "name": "对乙酰氨基酚片",
              "form": "01",
              "days": 3,
              "frequency": "一日三次",
              "doseUnit": "g",
              "dose": "0.50",
              "totalDose": "4.50",
              "route": "1"
            }
          ],
          "surgeries": [
            {
              "name": "皮肤浅表异物取出",
              "code": "98.20",
              "date": "2026-10-08"
            }
          ],
          "fees": [
            {
              "category": "西药费",
              "categoryCode": "01",
              "amount": "12.80"
            }
          ]
        }
        """
}
