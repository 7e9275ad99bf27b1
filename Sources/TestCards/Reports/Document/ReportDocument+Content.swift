import Messages

extension ReportDocument {
    /// How much of a report a document has.
    enum Extent: Sendable {
        case whole
        /// The first page and the failures.
        case short
    }

    init(_ report: Report, language: Language, extent: Extent = .whole) {
        let content = ReportContent(report: report, language: language)
        let blocks: [Block] =
            switch extent {
            case .short: content.firstPage + content.failures
            case .whole:
                content.firstPage + content.signing + content.failures + [.pageBreak] + content.repeated
                    + content.gaps + content.surroundings + content.times + content.cardList + content.checks
            }
        self.init(
            title: content.title, number: report.number, language: language, date: report.evidence.finishedAt,
            blocks: blocks, footer: "report.json SM3 " + report.digest)
    }
}

/// The words of a report, part by part.
struct ReportContent {
    let report: Report
    let language: Language
    var evidence: SuiteEvidence { report.evidence }

    /// Bytes of a command or an answer that are shown; the evidence has them all.
    static let longestBytes = 160
    /// Exchanges of one failure that are shown: its last ones.
    static let mostExchanges = 12
    /// Rows of a list that grows with what failed.
    static let mostRows = 120

    var title: String { language("Test report on resident health cards", "居民健康卡测试卡检测报告") }

    // MARK: Facts

    var unknown: String { language("not recorded", "未记录") }

    /// Its name, and its key's fingerprint: what an authority compares with what it has enrolled.
    var station: String {
        guard let station = evidence.station else {
            return language("UNSIGNED: written by older software", "未签名：由旧版软件生成")
        }
        return station.name + "\n" + language("fingerprint ", "指纹 ") + station.fingerprint
    }

    var campaign: [(name: String, value: String)] {
        let digest = evidence.campaignDigest.isEmpty ? language("none", "无") : "SM3 " + evidence.campaignDigest
        let value = evidence.campaign.map { campaign in
            let days =
                campaign.startDate == campaign.endDate
                ? campaign.startDate : "\(campaign.startDate) – \(campaign.endDate)"
            return "\(campaign.id), \(days)\n\(digest)"
        }
        return [
            (language("Campaign", "测试任务"), value ?? digest),
            (
                language("Tester, time (Beijing)", "检测人员、时间（北京）"),
                "\(evidence.tester), \(period(evidence.startedAt, evidence.finishedAt))"
            ),
        ]
    }

    /// Who took part, and where the cards were made.
    private var places: [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        if let stations = evidence.campaign?.stations, !stations.isEmpty {
            facts.append((language("Stations taking part", "参与站点"), stations.joined(separator: ", ")))
        }
        if let environment = evidence.environment {
            facts.append(
                (
                    language("Cards produced at", "制卡站点"),
                    language(
                        "\(environment.station), operator \(environment.operatorName), software \(environment.engineVersion)",
                        "\(environment.station)，操作员 \(environment.operatorName)，软件 \(environment.engineVersion)")
                ))
        }
        return facts
    }

    var equipment: [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [(language("Readers", "读卡器"), readers)] + places
        if let campaign = evidence.campaign, !campaign.equipment.isEmpty {
            facts.append((language("Machines", "设备"), campaign.equipment.joined(separator: ", ")))
        }
        if let service = evidence.equipment?.serviceVersion, !service.isEmpty {
            facts.append((language("PC/SC service", "PC/SC 服务"), service))
        }
        let digest = evidence.softwareDigest.isEmpty ? unknown : evidence.softwareDigest
        let version = evidence.equipment?.engineVersion ?? unknown
        facts.append((language("Test software", "检测软件"), "healthcard \(version)\nSM3 \(digest)"))
        return facts
    }

    var readers: String {
        guard let readers = evidence.equipment?.readers, !readers.isEmpty else {
            return evidence.reader == "virtual"
                ? language("virtual (cards in this software)", "虚拟（卡片由软件模拟）") : evidence.reader
        }
        return readers.map { reader in
            let details = [reader.vendor, reader.driverVersion, reader.serialNumber].filter { !$0.isEmpty }
            return reader.name + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
        }.joined(separator: "; ")
    }

    func period(_ start: String, _ end: String) -> String {
        let times = [start, end].map { UTCTime($0)?.beijing ?? $0 }
        return times[0] + language(" to ", " 至 ") + times[1]
    }
}
